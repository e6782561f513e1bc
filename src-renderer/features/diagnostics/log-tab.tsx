import { useMemo, useRef, useState } from 'react';
import { CircleAlert, Copy, Download, FileJson, FileText, Info, TriangleAlert } from 'lucide-react';
import { fileStem } from '../../../src-main/core/message/file-name.ts';
import type { LogEntry } from '../../../src-main/contract/session/diagnostics.ts';
import type { ConnectionSummary } from '../../../src-main/contract/model/model.ts';
import type { AppState } from '../../state/app/app-state.ts';
import { callEngine, isFailure } from '../../state/engine/call-engine.ts';
import { copyText } from '../../state/browser/copy-text.ts';
import { saveFile } from '../../state/browser/save-file.ts';
import { hexShape, hexText } from '../../../src-main/core/payload/hex.ts';
import { useColumns } from '../../ui/base/columns.ts';
import { IconButton } from '../../ui/controls/button.tsx';
import { Select, TextField } from '../../ui/controls/field.tsx';
import { formatClockMs, formatCount } from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';
import { MenuButton } from '../../ui/controls/menu.tsx';
import { filterLog, logJson, logText, type LogLevel } from './log-lines.ts';
import { OutcomeNote, useOutcome } from '../../ui/feedback/outcome-note.tsx';
import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';

const LEVELS = {
  info: [Info, 'tone-faint', 'Note'],
  warn: [TriangleAlert, 'tone-warn', 'Warning'],
  error: [CircleAlert, 'tone-err', 'Error'],
} as const;

const LEVEL_OPTIONS = [
  { value: 'info', label: 'Everything' },
  { value: 'warn', label: 'Warnings and errors' },
  { value: 'error', label: 'Errors' },
] as const;

interface LogTabProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly log: readonly LogEntry[];
}

/** What happened on this connection, newest first. */
export function LogTab({ app, connection, log }: LogTabProps) {
  const [least, setLeast] = useState<LogLevel>('info');
  const [text, setText] = useState('');
  const outcome = useOutcome();
  const shown = useMemo(() => filterLog(log, { least, text }), [log, least, text]);
  if (log.length === 0) return <p className="diagnostics-wait tone-mut">Nothing has happened yet.</p>;
  const copy = async () =>
    outcome.say((await copyText(logText(shown))) ? 'Copied.' : 'The clipboard refused. Export instead.');
  const saveShown = () =>
    saveFile(`${fileStem(connection.name, new Date())} log.jsonl`, 'application/jsonl', [logJson(shown)]);
  const saveWhole = async (name: string, of: ConnectionSummary['id'] | null) => {
    const answer = await callEngine(() => app.engine.call('exportLog', { connection: of }));
    if (isFailure(answer)) return outcome.say(`${answer.message} ${answer.advice}`);
    saveFile(`${fileStem(name, new Date())} log.txt`, 'text/plain', [answer.text]);
  };
  return (
    <div className="log-pane">
      <div className="doctor-bar">
        <TextField
          label="Filter log"
          hideLabel
          type="search"
          placeholder="words"
          value={text}
          onChange={setText}
        />
        <Select label="Log level" hideLabel value={least} onChange={setLeast} options={LEVEL_OPTIONS} />
        <span className="doctor-bar-end">
          <OutcomeNote outcome={outcome} />
          <span className="meta">
            {shown.length === log.length
              ? formatCount(log.length)
              : `${formatCount(shown.length)} of ${formatCount(log.length)}`}
          </span>
          <IconButton small label="Copy the log" icon={Copy} onClick={() => void copy()} />
          <MenuButton
            small
            label="Export the log"
            icon={Download}
            items={[
              { id: 'shown', label: 'What is shown, as JSON Lines', icon: FileJson, run: saveShown },
              {
                id: 'whole',
                label: 'All of this connection, as text',
                icon: FileText,
                run: () => void saveWhole(connection.name, connection.id),
              },
              {
                id: 'program',
                label: 'The log of Topicscope, as text',
                icon: FileText,
                run: () => void saveWhole('Topicscope', null),
              },
            ]}
          />
        </span>
      </div>
      {shown.length === 0 ? (
        <p className="diagnostics-wait tone-mut">No entry matches. Show all levels or clear the filter.</p>
      ) : (
        // Of no height of its own: it scrolls, so it takes the keys that scroll.
        <ol className="log" aria-label="Log" tabIndex={0}>
          {shown.map((entry) => (
            <Entry key={entry.seq} entry={entry} />
          ))}
        </ol>
      )}
    </div>
  );
}

/** A dump is laid out for the room beside the times. */
const HEX_COLUMNS = { text: 'mono packets-hex', padding: 0, first: 72 };

function Evidence({ bytes }: { readonly bytes: Uint8Array }) {
  const box = useRef<HTMLDivElement>(null);
  const columns = useColumns(box, HEX_COLUMNS);
  return (
    <div ref={box} className="log-evidence">
      <pre className="mono packets-hex">{hexText(bytes, hexShape(bytes.length, columns))}</pre>
    </div>
  );
}

function Entry({ entry }: { readonly entry: LogEntry }) {
  const [icon, tone, word] = LEVELS[entry.level];
  return (
    <li className="log-entry">
      <time className="log-time" dateTime={new Date(entry.at).toISOString()}>
        {formatClockMs(entry.at)}
      </time>
      <Icon of={icon} size={14} className={tone} />
      <div className="log-words">
        <span className="visually-hidden">{word}: </span>
        {escapeUnsafe(entry.text)} <span className="tone-mut">{escapeUnsafe(entry.detail)}</span>
        {entry.evidence === undefined ? null : <Evidence bytes={entry.evidence} />}
      </div>
    </li>
  );
}
