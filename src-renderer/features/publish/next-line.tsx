import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { PublishMessage } from '../../../src-main/contract/model/publish-message.ts';
import { hexText } from '../../../src-main/core/payload/hex-text.ts';
import { decodeUtf8 } from '../../../src-main/core/payload/utf8.ts';
import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';
import { draftVariables } from '../../state/publish/draft-template.ts';
import { isEncoded } from '../../state/publish/payload-format.ts';
import { mayHaveVariables, type PublishDraft } from '../../state/publish/publish-draft.ts';
import type { Publishing } from '../../state/publish/publish-drafts.ts';
import { Checkbox } from '../../ui/controls/field.tsx';
import { formatBytes } from '../../ui/base/format.ts';
import { useNow } from '../../ui/base/use-now.ts';
import './next-line.css';

/** Typing goes on for so long before what would be sent is made once more, ms. */
const SETTLE_MS = 150;
const SHOWN_BYTES = 400;
const SHOWN_HEX = 64;
/** Larger payloads are compressed when they are sent, not before. */
const MOST_PREVIEWED = 262_144;

type Next = PublishMessage | Failure | null;

/** What will really be sent, where that is another thing than what is typed. */
export function NextLine({ publishing }: { readonly publishing: Publishing }) {
  const draft = useStore(publishing.store, (state) => state.draft);
  const hasVariables = draftVariables(draft).length > 0;
  const next = useNext(publishing, draft, hasVariables);
  if (!mayHaveVariables(draft) && !draft.gzip && !isEncoded(draft.format)) return null;
  return (
    <div className="pub-next">
      {mayHaveVariables(draft) ? (
        <Checkbox
          label="Replace variables"
          checked={draft.variables}
          onChange={(variables) => publishing.setVariables(variables)}
        />
      ) : null}
      <span className="tone-mut">Next</span>
      <NextWords next={next} draft={draft} />
    </div>
  );
}

function NextWords({ next, draft }: { readonly next: Next; readonly draft: PublishDraft }) {
  if (next === null) return <span className="tone-mut cut">exactly as it is typed</span>;
  if ('code' in next) return <span className="tone-warn cut">{next.message}</span>;
  const { payload, topic } = next;
  const isBinary = isEncoded(draft.format);
  const { text } = decodeUtf8(payload.subarray(0, SHOWN_BYTES), payload.length > SHOWN_BYTES);
  return (
    <>
      <span className="mono cut pub-next-text" aria-label="Next message" role="note">
        {topic === draft.topic ? null : <span className="tone-mut">{escapeUnsafe(topic)} </span>}
        {draft.gzip
          ? 'gzip'
          : isBinary
            ? hexText(payload.subarray(0, SHOWN_HEX))
            : escapeUnsafe(text.replace(/\s*\n\s*/g, ' '))}
      </span>
      <span className="tone-mut pub-next-size">{formatBytes(payload.length)}</span>
    </>
  );
}

function useNext(publishing: Publishing, draft: PublishDraft, hasVariables: boolean): Next {
  const result = useStore(publishing.store, (state) => state.result);
  const now = useNow();
  const ticks = draftVariables(draft).some(
    ({ kind }) => kind === 'now' || kind === 'iso' || kind === 'value',
  );
  const second = ticks ? Math.floor(now / 1_000) : 0;
  const [next, setNext] = useState<Next>(null);
  const changes = draft.gzip || isEncoded(draft.format);
  const wanted = hasVariables || (changes && draft.payload.text.length <= MOST_PREVIEWED);
  useEffect(() => {
    if (!wanted) return setNext(null);
    let isOver = false;
    const timer = setTimeout(() => {
      void publishing.preview().then((made) => {
        if (!isOver) setNext(made);
      });
    }, SETTLE_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [publishing, draft, result, second, wanted]);
  return wanted ? next : null;
}
