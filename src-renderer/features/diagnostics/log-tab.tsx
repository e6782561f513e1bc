import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { LogEntry } from '../../../src-main/contract/diagnostics.ts';
import { formatClockMs } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';

const LEVELS = {
  info: [Info, 'tone-faint', 'Note'],
  warn: [TriangleAlert, 'tone-warn', 'Warning'],
  error: [CircleAlert, 'tone-err', 'Error'],
} as const;

/** What happened on this connection, newest first. */
export function LogTab({ log }: { readonly log: readonly LogEntry[] }) {
  if (log.length === 0) return <p className="diagnostics-wait tone-mut">Nothing has happened yet.</p>;
  return (
    <ol className="log" aria-label="Log">
      {log.toReversed().map((entry) => {
        const [icon, tone, word] = LEVELS[entry.level];
        return (
          <li key={entry.seq} className="log-entry">
            <time className="log-time" dateTime={new Date(entry.at).toISOString()}>
              {formatClockMs(entry.at)}
            </time>
            <Icon of={icon} size={14} className={tone} />
            <span className="log-words">
              <span className="visually-hidden">{word}: </span>
              {entry.text} <span className="tone-mut">{entry.detail}</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}
