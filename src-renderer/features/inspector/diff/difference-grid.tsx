import { useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { classes } from '../../../ui/base/classes.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { useRows } from '../base/use-rows.ts';
import type { DiffRow } from './diff-model.ts';

const ROW_PX = 24;
/** Above the first row: the bar and the heads of the columns. */
const HEAD_PX = 68;

interface DifferenceGridProps {
  readonly body: RefObject<HTMLElement | null>;
  readonly rows: readonly DiffRow[];
  /** Heads of the columns. */
  readonly field: string;
  readonly before: string;
  readonly now: string;
  readonly onToggle: (id: string) => void;
}

/** `treegrid` "Differences": before beside now. */
export function DifferenceGrid({ body, rows, field, before, now, onToggle }: DifferenceGridProps) {
  const grid = useRef<HTMLDivElement>(null);
  const { first, last } = useRows(body, rows.length, ROW_PX, HEAD_PX);
  const [active, setActive] = useState(0);
  const stop = Math.min(active, Math.max(0, rows.length - 1));

  const goTo = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setActive(next);
    requestAnimationFrame(() => {
      grid.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus();
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[stop];
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const steps: Readonly<Record<string, () => void>> = {
      ArrowDown: () => goTo(stop + 1),
      ArrowUp: () => goTo(stop - 1),
      PageDown: () => goTo(stop + 10),
      PageUp: () => goTo(stop - 10),
      Home: () => goTo(0),
      End: () => goTo(rows.length - 1),
      ArrowRight: () => (row.open === false ? onToggle(row.id) : goTo(stop + 1)),
      ArrowLeft: () => (row.open === true ? onToggle(row.id) : goTo(parentOf(rows, stop))),
      Enter: () => row.open !== null && onToggle(row.id),
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    step();
  };

  return (
    <div
      ref={grid}
      role="treegrid"
      aria-label="Differences"
      aria-rowcount={rows.length + 1}
      className="diff-grid"
      onKeyDown={onKeyDown}
    >
      <div role="row" className="diff-row diff-head" aria-rowindex={1}>
        <span role="columnheader">{field}</span>
        <span role="columnheader">{before}</span>
        <span role="columnheader">{now}</span>
        <span role="columnheader" className="diff-change">
          Change
        </span>
      </div>
      <div role="rowgroup" className="diff-rows" style={{ height: rows.length * ROW_PX }}>
        {rows.slice(first, last).map((row, at) => (
          <Row
            key={row.id}
            row={row}
            index={first + at}
            stop={first + at === stop || (at === 0 && (stop < first || stop >= last))}
            onFocus={setActive}
            onToggle={onToggle}
          />
        ))}
      </div>
    </div>
  );
}

function parentOf(rows: readonly DiffRow[], index: number): number {
  const level = rows[index]?.level ?? 1;
  for (let at = index - 1; at >= 0; at--) if ((rows[at]?.level ?? 1) < level) return at;
  return index;
}

interface RowProps {
  readonly row: DiffRow;
  readonly index: number;
  readonly stop: boolean;
  readonly onFocus: (index: number) => void;
  readonly onToggle: (id: string) => void;
}

function Row({ row, index, stop, onFocus, onToggle }: RowProps) {
  const tone = `mono cut diff-${row.tone}`;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-level={row.level}
      aria-expanded={row.open ?? undefined}
      data-index={index}
      data-kind={row.kind}
      tabIndex={stop ? 0 : -1}
      className={classes('diff-row', `diff-row-${row.kind}`)}
      style={{ transform: `translateY(${index * ROW_PX}px)` }}
      onFocus={() => onFocus(index)}
      onClick={(event) => {
        event.currentTarget.focus();
        if (event.target instanceof Element && event.target.closest('[data-twisty]') !== null)
          onToggle(row.id);
      }}
    >
      <span role="gridcell" className="cut diff-name" style={{ paddingLeft: row.level * 14 }}>
        <span data-twisty={row.open === null ? undefined : ''} className="diff-twisty">
          {row.open === null ? null : <Icon of={row.open ? ChevronDown : ChevronRight} size={12} />}
        </span>
        <bdi title={row.name}>{row.name}</bdi>
      </span>
      <span role="gridcell" className={tone} title={row.before}>
        <bdi>{row.kind === 'removed' ? <s>{row.before}</s> : row.before}</bdi>
      </span>
      <span role="gridcell" className={tone} title={row.now}>
        <bdi>{row.now}</bdi>
      </span>
      <span role="gridcell" className="diff-change cut" title={row.change}>
        {row.change}
      </span>
    </div>
  );
}
