import { useState, type ReactNode } from 'react';
import { Download, ListTree, Pause, Play, Square } from 'lucide-react';
import type { ExportForm } from '../../../state/inspector/export-history.ts';
import { IconButton } from '../../../ui/controls/button.tsx';
import { MenuButton } from '../../../ui/controls/menu.tsx';
import { timeTyped } from './history-view.ts';
import { isEnter } from '../../../ui/base/pressed-key.ts';

/** Writing the history into a file. */
export interface HistoryExporting {
  readonly running: boolean;
  readonly start: (form: ExportForm, filter: string) => void;
  readonly stop: () => void;
}

const FORMS: readonly (readonly [ExportForm, string])[] = [
  ['json-lines', 'Export as JSON Lines'],
  ['csv', 'Export as CSV, payloads as text'],
  ['csv-base64', 'Export as CSV, payloads in Base64'],
  ['csv-fields', 'Export as CSV, a column a field'],
];

interface HistoryBarProps {
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  readonly paused: boolean;
  readonly onPause: (paused: boolean) => void;
  readonly onTime: (time: number) => void;
  /** A time is looked for. */
  readonly waiting: boolean;
  readonly exporting: HistoryExporting;
  /** What lies below is listed as well; null: nothing does. */
  readonly below: boolean | null;
  readonly onBelow: (below: boolean) => void;
  readonly children: ReactNode;
}

/** What of the history is listed, and what becomes of it. */
export function HistoryBar(props: HistoryBarProps) {
  const { filter, onFilter, paused, onPause, onTime, waiting, exporting, children } = props;
  const { below, onBelow } = props;
  return (
    <div className="hist-bar">
      <input
        type="search"
        data-find=""
        className="input hist-filter"
        aria-label="Filter history"
        placeholder="Filter"
        autoComplete="off"
        spellCheck={false}
        value={filter}
        onChange={({ target }) => onFilter(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || filter === '') return;
          event.preventDefault();
          onFilter('');
        }}
      />
      <TimeField onTime={onTime} waiting={waiting} />
      {children}
      <span className="hist-tools">
        {below === null ? null : (
          <IconButton
            small
            label="Topics below as well"
            icon={ListTree}
            aria-pressed={below}
            onClick={() => onBelow(!below)}
          />
        )}
        <IconButton
          small
          label={paused ? 'Go on with the list' : 'Hold the list'}
          icon={paused ? Play : Pause}
          onClick={() => onPause(!paused)}
        />
        {exporting.running ? (
          <IconButton small label="Stop the export" icon={Square} onClick={exporting.stop} />
        ) : (
          <MenuButton
            small
            label="Export history"
            icon={Download}
            items={FORMS.map(([id, label]) => ({ id, label, run: () => exporting.start(id, filter) }))}
          />
        )}
      </span>
    </div>
  );
}

/** `14:31:07`, Enter: the list goes there. */
function TimeField({ onTime, waiting }: Pick<HistoryBarProps, 'onTime' | 'waiting'>) {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  return (
    <input
      className="input input-mono hist-goto"
      aria-label="Go to time"
      aria-invalid={wrong || undefined}
      aria-busy={waiting}
      title={wrong ? 'Write a time such as 14:31 or 14:31:07' : 'Go to time'}
      placeholder="14:31:07"
      autoComplete="off"
      spellCheck={false}
      value={text}
      onChange={({ target }) => {
        setText(target.value);
        setWrong(false);
      }}
      onKeyDown={(event) => {
        if (!isEnter(event)) return;
        event.preventDefault();
        const at = timeTyped(text, Date.now());
        setWrong(at === null);
        // Up to the end of the second, or minute, that was named.
        if (at !== null) onTime(at + (text.split(':').length === 2 ? 59_999 : /[.,]/.test(text) ? 0 : 999));
      }}
    />
  );
}
