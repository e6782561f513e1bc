import { Check, CircleAlert, CircleCheck, CornerDownRight, TriangleAlert } from 'lucide-react';
import type { SentMessage } from '../../../../src-main/contract/session/sending.ts';
import { displayTopic } from '../../../../src-main/core/topics/names.ts';
import { escapeUnsafe, shortened } from '../../../../src-main/core/payload/visible.ts';
import { formatClock } from '../../../ui/base/format.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { Button } from '../../../ui/controls/button.tsx';
import { useRoving } from './roving.ts';
import { answerWords } from '../base/answer-labels.ts';
import { sentWords } from './sent-rows.ts';

interface SentGridProps {
  readonly sent: readonly SentMessage[];
  /** Publishes it once more as it was. */
  readonly onAgain: (message: SentMessage) => void;
  /** Puts it into the panel. */
  readonly onEdit: (message: SentMessage) => void;
  readonly onClear: () => void;
}

const ICONS = { ok: CircleCheck, warn: TriangleAlert, err: CircleAlert, mut: Check } as const;

/** `grid` "Sent messages": newest first, a request's answer below it. */
export function SentGrid({ sent, onAgain, onEdit, onClear }: SentGridProps) {
  const { grid, active, setActive, move } = useRoving(sent.map(({ id }) => id));
  const chosen = sent[active];
  const usable = chosen?.kept === true;
  return (
    <section aria-label="Sent" className="kept-part kept-sent">
      <header className="kept-head">
        <h3>Sent</h3>
        <span className="tone-mut cut">
          {sent.length === 0 ? '' : `${sent.length}, kept across restarts`}
        </span>
        <span className="kept-space" />
        <Button variant="quiet" disabled={!usable} onClick={() => chosen !== undefined && onAgain(chosen)}>
          Send again
        </Button>
        <Button variant="quiet" disabled={!usable} onClick={() => chosen !== undefined && onEdit(chosen)}>
          Edit
        </Button>
        <Button variant="quiet" disabled={sent.length === 0} onClick={onClear}>
          Clear list
        </Button>
      </header>
      {sent.length === 0 ? (
        <p className="kept-none">Nothing was sent yet.</p>
      ) : (
        <div
          ref={grid}
          role="grid"
          aria-label="Sent messages"
          aria-rowcount={sent.length}
          className="kept-rows"
          onKeyDown={(event) => {
            if (move(event) || chosen === undefined || !usable) return;
            if (event.key !== 'Enter') return;
            event.preventDefault();
            if (event.ctrlKey || event.metaKey) onAgain(chosen);
            else onEdit(chosen);
            event.stopPropagation();
          }}
        >
          {sent.map((message, at) => (
            <SentRow
              key={message.id}
              message={message}
              at={at}
              active={at === active}
              onFocus={() => setActive(at)}
              onOpen={() => {
                if (message.kept) onEdit(message);
              }}
            />
          ))}
        </div>
      )}
    </section>
  );
}

interface SentRowProps {
  readonly message: SentMessage;
  readonly at: number;
  readonly active: boolean;
  readonly onFocus: () => void;
  readonly onOpen: () => void;
}

function SentRow({ message, at, active, onFocus, onOpen }: SentRowProps) {
  const { tone, words, code, detail } = sentWords(message);
  const answer = message.answer === null ? null : answerWords(message.answer);
  return (
    <div
      role="row"
      data-at={at}
      data-topic={message.topic}
      aria-rowindex={at + 1}
      aria-selected={active}
      tabIndex={active ? 0 : -1}
      className="kept-row sent-row"
      onFocus={onFocus}
      onDoubleClick={onOpen}
    >
      <span role="gridcell" className={`tone-${tone} sent-icon`}>
        <Icon of={ICONS[tone]} size={14} />
      </span>
      <span role="gridcell" className="tone-mut num">
        {formatClock(message.at)}
      </span>
      <span role="gridcell" className="mono cut" title={shortened(displayTopic(message.topic))}>
        <bdi>{displayTopic(message.topic)}</bdi>
      </span>
      <span role="gridcell" className="tone-mut num">
        {message.qos}
      </span>
      <span role="gridcell" className={tone === 'ok' ? 'cut' : `cut tone-${tone}`} title={detail}>
        {words} {code === null ? null : <code className="mono">{code}</code>}
      </span>
      {answer === null ? null : (
        <span role="gridcell" className="sent-answer">
          <Icon of={CornerDownRight} size={14} className="tone-mut" />
          <span className="mono cut" title={answer.detail}>
            <bdi>{escapeUnsafe(answer.preview)}</bdi>
          </span>
          <span className={`tone-${answer.tone} sent-latency`}>{answer.words}</span>
        </span>
      )}
    </div>
  );
}
