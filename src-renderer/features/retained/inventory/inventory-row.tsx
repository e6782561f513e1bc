import { memo } from 'react';
import { shortened } from '../../../../src-main/core/payload/visible.ts';
import {
  ChevronDown,
  ChevronRight,
  CircleHelp,
  Clock,
  Lock,
  Pin,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react';
import type {
  EntryState,
  InventoryEntry,
  InventoryRow,
} from '../../../../src-main/contract/session/inventory.ts';
import { previewWords } from '../../../../src-main/core/payload/preview-notation.ts';
import { EMPTY_LEVEL, topicText } from '../../../../src-main/core/topics/names.ts';
import type { InventorySession } from '../../../state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { classes } from '../../../ui/base/classes.ts';
import { formatBytes } from '../../../ui/base/format.ts';
import { useNow } from '../../../ui/base/use-now.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { Guides } from '../../../ui/tree/guides.tsx';
import { inspectRow } from './inventory-keys.ts';
import { ageTitle, ageWords, countWords, oldestWords, stateWords } from './inventory-labels.ts';

/** Characters of a value that are drawn. */
const VALUE_CHARS = 60;

const ICONS: Readonly<Record<EntryState, readonly [LucideIcon, string]>> = {
  retained: [Pin, 'inv-pin'],
  stale: [Clock, 'tone-warn'],
  returning: [TriangleAlert, 'tone-warn'],
  unknown: [CircleHelp, 'tone-mut'],
  protected: [Lock, 'tone-mut'],
};

export interface InventoryRowProps {
  readonly row: InventoryRow;
  readonly index: number;
  /** px below the top of the rows' box. */
  readonly y: number;
  /** The one tab stop of the list. */
  readonly active: boolean;
  readonly session: ConnectionSession;
  readonly inventory: InventorySession;
}

/** A message, or a parent with what lies below it added up. */
export const InventoryRowView = memo(function InventoryRowView(props: InventoryRowProps) {
  const { row, index, y, active, session, inventory } = props;
  const { chosen } = row;
  return (
    <div
      role="row"
      className="inv-row"
      style={{ transform: `translateY(${y}px)` }}
      aria-level={row.level}
      aria-expanded={row.expanded ?? undefined}
      aria-rowindex={index + 2}
      aria-selected={chosen === 'all'}
      data-topic={topicText(row.key) ?? row.topic}
      data-at={index}
      tabIndex={active ? 0 : -1}
      onFocus={() => inventory.goTo(index)}
      onDoubleClick={() => inspectRow(session, inventory, row)}
    >
      <div role="gridcell" aria-colindex={1} className="inv-tick">
        <Tick row={row} inventory={inventory} />
      </div>
      <div role="gridcell" aria-colindex={2} className="inv-topic" title={shortened(row.topic)}>
        <Guides level={row.level} />
        <span className="inv-twisty" data-twisty={row.expanded === null ? undefined : ''}>
          {row.expanded === null ? null : <Icon of={row.expanded ? ChevronDown : ChevronRight} size={12} />}
        </span>
        {row.name === '' ? (
          <span className="tone-mut">{EMPTY_LEVEL}</span>
        ) : (
          <bdi className={classes('cut', row.entry === null && 'inv-parent')}>{shortened(row.name)}</bdi>
        )}
      </div>
      {row.entry === null ? (
        <ParentCells row={row} session={session} />
      ) : (
        <EntryCells row={row} entry={row.entry} session={session} />
      )}
    </div>
  );
});

interface CellsProps {
  readonly row: InventoryRow;
  readonly session: ConnectionSession;
}

/** An age goes on where nothing else changes, and nobody draws the row again. */
function Ticking({
  session,
  words,
}: Pick<CellsProps, 'session'> & { readonly words: (now: number) => string }) {
  useNow();
  return words(session.now());
}

function ParentCells({ row, session }: CellsProps) {
  return (
    <>
      <div role="gridcell" aria-colindex={3} className="inv-value cut">
        <span className="inv-words">{countWords(row)}</span>
      </div>
      <div role="gridcell" aria-colindex={4} className="num">
        {formatBytes(row.bytes)}
      </div>
      <div role="gridcell" aria-colindex={5} aria-label="No QoS of its own" className="num" />
      <div role="gridcell" aria-colindex={6} className="num tone-mut">
        <Ticking session={session} words={(now) => oldestWords(row.oldest, now)} />
      </div>
      <div role="gridcell" aria-colindex={7} aria-label="No state of its own" />
      <div role="gridcell" aria-colindex={8} aria-label="No type of its own" className="inv-type" />
    </>
  );
}

function EntryCells({ row, entry, session }: CellsProps & { readonly entry: InventoryEntry }) {
  const { preview, qos, age, contentType, excluded, state, asOf } = entry;
  const value = previewWords(preview, VALUE_CHARS);
  return (
    <>
      <div
        role="gridcell"
        aria-colindex={3}
        className="inv-value cut"
        title={[value, contentType].filter((one) => one !== '').join(', ')}
      >
        <bdi>{value}</bdi>
        {row.count > 1 ? <span className="inv-words"> {countWords(row)}</span> : null}
      </div>
      <div role="gridcell" aria-colindex={4} className="num">
        {sizeWords(row, entry)}
      </div>
      <div role="gridcell" aria-colindex={5} className="num">
        {qos ?? ''}
      </div>
      <div role="gridcell" aria-colindex={6} className="num tone-mut" title={ageTitle(age)}>
        <Ticking session={session} words={(now) => ageWords(age, now)} />
      </div>
      <div role="gridcell" aria-colindex={7} className="cut" title={excluded ?? stateWords({ state, asOf })}>
        <StateMark state={state} asOf={asOf} />
      </div>
      <div
        role="gridcell"
        aria-colindex={8}
        className="inv-type cut tone-mut"
        title={contentType === '' ? undefined : contentType}
      >
        <bdi>{contentType}</bdi>
      </div>
    </>
  );
}

function sizeWords({ bytes, count }: InventoryRow, { size }: InventoryEntry): string {
  if (count > 1) return formatBytes(bytes);
  return size === null ? '' : formatBytes(size);
}

interface CellProps {
  readonly row: InventoryRow;
  readonly inventory: InventorySession;
}

function Tick({ row, inventory }: CellProps) {
  const { chosen, topic } = row;
  return (
    <input
      type="checkbox"
      tabIndex={-1}
      aria-label={`Select ${shortened(topic)}`}
      disabled={chosen === 'never'}
      checked={chosen === 'all' || chosen === 'some'}
      ref={(box) => {
        if (box !== null) box.indeterminate = chosen === 'some';
      }}
      onChange={() => inventory.toggle(row)}
    />
  );
}

function StateMark({ state, asOf }: { readonly state: EntryState; readonly asOf: boolean }) {
  const [icon, tone] = ICONS[state];
  return (
    <span className={classes('inv-state', asOf && 'inv-as-of')}>
      <Icon of={icon} size={12} className={tone} />
      {stateWords({ state, asOf })}
    </span>
  );
}
