import { CircleAlert, CircleCheck, Clock, TriangleAlert } from 'lucide-react';
import { shortened } from '../../../src-main/core/payload/visible.ts';
import { useStore } from 'zustand';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import { displayTopic } from '../../../src-main/core/topics/names.ts';
import type { Publishing } from '../../state/publish/publish-drafts.ts';
import { shownResult } from '../../state/publish/publish-result.ts';
import { formatClock } from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';
import { Button } from '../../ui/controls/button.tsx';
import { useNow } from '../../ui/base/use-now.ts';
import { resultWords, type ResultWords } from './base/outcome-labels.ts';

interface ResultLineProps {
  readonly publishing: Publishing;
  /** What is wrong with the topic; it comes before any result. */
  readonly problem: Failure | null;
  /** Which connection to the broker there is (`sessionOf`); null: none. */
  readonly online: number | null;
}

/** `status` "Publish result": what became of the message, and to which topic it went. */
export function ResultLine({ publishing, problem, online }: ResultLineProps) {
  const { draft, result } = useStore(publishing.store);
  const now = useNow();
  const waits = result.kind === 'pending' && result.queued === true;
  const said: ResultWords | null =
    problem === null
      ? resultWords(shownResult(result, draft, online, now))
      : { tone: 'err', words: problem.message, code: null, topic: null, detail: problem.advice, at: null };
  return (
    <output
      id="publish-result"
      aria-label="Publish result"
      className={said?.tone === 'past' ? 'pub-result tone-mut' : 'pub-result'}
    >
      {said === null ? null : (
        <>
          {said.tone === null ? null : <Icon of={ICONS[said.tone]} size={14} className={TONES[said.tone]} />}
          <span className="pub-words">{said.words}</span>
          {said.code === null ? null : <code className="mono tone-mut">{said.code}</code>}
          {said.topic === null ? null : (
            <bdi className="mono pub-to" title={shortened(displayTopic(said.topic))}>
              {displayTopic(said.topic)}
            </bdi>
          )}
          <span className="tone-mut cut" title={said.detail}>
            {said.detail}
          </span>
          {waits ? (
            <Button variant="quiet" onClick={() => void publishing.discardQueued()}>
              Discard
            </Button>
          ) : null}
          {said.at === null ? null : <time className="pub-time">{formatClock(said.at)}</time>}
        </>
      )}
    </output>
  );
}

const ICONS = { ok: CircleCheck, warn: TriangleAlert, err: CircleAlert, past: Clock } as const;
const TONES = { ok: 'tone-ok', warn: 'tone-warn', err: 'tone-err', past: 'tone-mut' } as const;
