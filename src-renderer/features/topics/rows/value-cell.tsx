import { memo, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { fitJson, jsonText, oneLine } from '../../../../src-main/core/payload/preview-notation.ts';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import type { Preview } from '../../../../src-main/contract/model/message.ts';
import { listedPreviewsOf } from '../../../state/decoding/row-previews.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import type { ViewRow } from '../../../state/tree/view-state.ts';
import { formatBytes } from '../../../ui/base/format.ts';
import { markChanged } from './change-marks.ts';
import { previewTokens } from './preview-tokens.ts';
import { belowCount, topicCount } from './topic-counts.ts';

export interface ValueCellProps {
  readonly view: ViewRow;
  readonly session: ConnectionSession;
  /** Characters that fit the column. */
  readonly chars: number;
}

/** A branch says what lies below it; a topic shows its latest value. */
export function ValueCell({ view, session, chars }: ValueCellProps) {
  const { row, changes } = view;
  const previews = listedPreviewsOf(session);
  const decoded = useSyncExternalStore(previews.subscribe, () => previews.ofRow(row));
  const preview = decoded?.preview ?? row.preview;
  const delta = preview === row.preview ? view.delta : (decoded?.delta ?? null);
  const tint = useTint(changes);
  if (row.own === 0) {
    return (
      <div role="gridcell" className="tt-value tt-sub">
        {topicCount(row)}
      </div>
    );
  }
  return (
    <div role="gridcell" className="tt-value" ref={tint}>
      <PreviewText preview={preview} chars={chars} />
      {delta === null ? null : <span className="tt-delta">{delta}</span>}
      {belowCount(row) === '' ? null : <span className="tt-below">{belowCount(row)}</span>}
    </div>
  );
}

/** Marks the element for a while when the value changed. */
function useTint(changes: number) {
  const cell = useRef<HTMLDivElement>(null);
  const seen = useRef(changes);
  useLayoutEffect(() => {
    const element = cell.current;
    if (changes === seen.current || element === null) return;
    seen.current = changes;
    markChanged(element);
  }, [changes]);
  return cell;
}

interface PreviewTextProps {
  readonly preview: Preview;
  readonly chars: number;
}

const PreviewText = memo(function PreviewText({ preview, chars }: PreviewTextProps) {
  switch (preview.kind) {
    case 'none':
      return null;
    case 'empty':
      return <span className="tt-words">empty</span>;
    case 'evicted':
      return <span className="tt-words">evicted</span>;
    case 'number':
      return <span className="j-number">{preview.text}</span>;
    case 'text':
      return (
        <bdi>
          {oneLine(preview.text)}
          {preview.cut ? '…' : ''}
        </bdi>
      );
    case 'json':
      return <JsonText text={jsonText(fitJson(preview, chars))} />;
    case 'binary':
      return (
        <>
          <span className="tt-bin">BIN</span>
          {formatBytes(preview.size)} <span className="tone-mut">{preview.hex}</span>
        </>
      );
  }
});

function JsonText({ text }: { readonly text: string }) {
  return (
    <bdi>
      {previewTokens(escapeUnsafe(text)).map((token, at) => (
        <span key={at} className={`j-${token.kind}`}>
          {token.text}
        </span>
      ))}
    </bdi>
  );
}
