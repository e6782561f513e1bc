import { useEffect, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import { previewWords } from '../../../../src-main/core/payload/preview-notation.ts';
import type { History } from '../../../state/inspector/inspector-history.ts';
import { formatBytes, formatClockMs } from '../../../ui/base/format.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/feedback/dialog.tsx';

const PREVIEW_CHARS = 60;

interface ChooseMessageProps {
  readonly history: History;
  /** The shown message, which cannot be compared with itself. */
  readonly now: number | null;
  readonly onChoose: (seq: number) => void;
  readonly onClose: () => void;
}

/** The messages of the topic, one of which to compare with. It stands still while it is open. */
export function ChooseMessage({ history, now, onChoose, onClose }: ChooseMessageProps) {
  const { messages, more, loading, problem } = useStore(history.store);
  useEffect(() => {
    history.watch(true);
    return () => history.watch(false);
  }, [history]);
  return (
    <Dialog open title="Choose a message" width="560px" onClose={onClose}>
      <ul aria-label="Messages to compare with" className="diff-choose">
        {messages
          .filter(({ seq }) => seq !== now)
          .map((message) => (
            <li key={message.seq}>
              <button
                type="button"
                className="diff-choice"
                onClick={() => onChoose(message.seq)}
                onKeyDown={toNeighbour}
              >
                <span>{formatClockMs(message.at)}</span>
                <bdi className="mono cut">{previewWords(message.preview, PREVIEW_CHARS)}</bdi>
                <span className="tone-mut">{formatBytes(message.size)}</span>
              </button>
            </li>
          ))}
      </ul>
      {problem === null ? null : <p className="insp-note">The history could not be read: {problem}</p>}
      {messages.length === 0 && !loading ? <p className="insp-note">No messages yet.</p> : null}
      {more ? (
        <Button aria-disabled={loading} onClick={() => history.older()}>
          Show older
        </Button>
      ) : null}
    </Dialog>
  );
}

/** Up and down go through the list. */
function toNeighbour(event: KeyboardEvent): void {
  const row = event.target instanceof Element ? event.target.closest('li') : null;
  const next =
    event.key === 'ArrowDown'
      ? row?.nextElementSibling
      : event.key === 'ArrowUp'
        ? row?.previousElementSibling
        : null;
  if (next === null || next === undefined) return;
  event.preventDefault();
  next.querySelector('button')?.focus();
}
