import { memo } from 'react';
import { ChevronDown, ChevronRight, Clock } from 'lucide-react';
import { escapeUnsafe, shortened } from '../../../../src-main/core/payload/visible.ts';
import { EMPTY_LEVEL, topicText } from '../../../../src-main/core/topics/names.ts';
import { shownRate } from '../../../state/tree/shown-rate.ts';
import { fieldPath, type ColumnId, type Columns } from '../../../state/tree/tree-columns.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import type { ViewRow } from '../../../state/tree/view-state.ts';
import { classes } from '../../../ui/base/classes.ts';
import { formatBytes, formatCount, formatInterval, formatRate } from '../../../ui/base/format.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { VisuallyHidden } from '../../../ui/base/visually-hidden.tsx';
import { highlighted, type Sought } from '../filter/highlight.ts';
import type { ColourRule } from '../filter/saved-filters.ts';
import { PinMark } from './pin-mark.tsx';
import { RuleMark } from './rule-mark.tsx';
import { BARS_HEIGHT, BARS_WIDTH, type RateSamples } from './rate-samples.ts';
import { seenAgo } from './seen-ago.ts';
import { onSecond, shownNow } from '../../../ui/base/use-now.ts';
import { useSource } from '../../../ui/base/use-source.ts';
import { Guides } from '../../../ui/tree/guides.tsx';
import { ValueCell } from './value-cell.tsx';

export interface TreeRowProps {
  readonly view: ViewRow;
  readonly index: number;
  /** px below the top of the rows' box. */
  readonly y: number;
  readonly selected: boolean;
  /** The one that becomes the tab stop of the tree (`roving-focus.ts`). */
  readonly active: boolean;
  /** Characters that fit the value column. */
  readonly valueChars: number;
  readonly session: ConnectionSession;
  readonly samples: RateSamples;
  /** What the filter looks for. */
  readonly sought: Sought;
  /** Beside the topic. */
  readonly columns: Columns;
  /** What colours the row; null: nothing does. */
  readonly rule: ColourRule | null;
  /** Messages a second that meet the rule, where that is more than are looked at; else null. */
  readonly busy: number | null;
}

/** Draws again only when its own row changed, whatever arrives elsewhere. */
export const TreeRow = memo(function TreeRow(props: TreeRowProps) {
  const { view, index, y, selected, active, sought, columns, rule, busy } = props;
  const { row } = view;
  const branch = row.children > 0;
  return (
    <div
      role="row"
      className={classes('tt-row', !row.match && 'tt-muted', row.usual !== null && 'tt-is-late')}
      style={{ transform: `translateY(${y}px)` }}
      aria-level={row.level}
      aria-expanded={branch ? row.expanded : undefined}
      aria-rowindex={index + 2}
      aria-selected={selected}
      // Exactly the topic where it is text. For tests and scripts: it identifies nothing here.
      data-topic={topicText(row.key) ?? row.topic}
      data-row={row.id}
      data-index={index}
      data-colour={rule?.colour}
      data-active={active ? '' : undefined}
      tabIndex={-1}
    >
      <TopicCell
        name={row.name}
        topic={row.topic}
        level={row.level}
        branch={branch}
        expanded={row.expanded}
        retained={row.retained === 'retained'}
        asOf={row.asOf}
        sought={sought.inTopics}
        rule={rule}
        busy={busy}
      />
      {columns.map(({ id }) => (
        <Cell key={id} id={id} row={props} />
      ))}
    </div>
  );
});

/** One cell of a row. */
function Cell({ id, row: of }: { readonly id: ColumnId; readonly row: TreeRowProps }) {
  const { view, valueChars, session, samples, sought, columns } = of;
  const { row } = view;
  switch (id) {
    case 'value':
      return <ValueCell view={view} session={session} chars={valueChars} sought={sought} />;
    case 'messages':
      return (
        <div role="gridcell" className="tt-count">
          {formatCount(row.messages)}
        </div>
      );
    case 'rate':
      return (
        <div role="gridcell" className="tt-rate">
          <Bars id={row.id} samples={samples} />
          <Rate rate={row.rate} cameAt={view.cameAt} session={session} />
        </div>
      );
    case 'seen':
      return (
        <div role="gridcell" className="tt-count">
          {row.usual === null ? (
            <LastSeen at={row.lastSeen} session={session} />
          ) : (
            <Silence at={row.lastSeen} usual={row.usual} session={session} />
          )}
        </div>
      );
    case 'size':
      return (
        <div role="gridcell" className="tt-count">
          {row.own === 0 || row.preview.kind === 'evicted' ? '' : formatBytes(row.size)}
        </div>
      );
    default:
      return (
        <div role="gridcell" className="tt-count tt-field">
          {escapeUnsafe(row.fields?.[placeOf(columns, id)] ?? '')}
        </div>
      );
  }
}

/** The place of a column's field among the fields that rows bring. */
function placeOf(columns: Columns, id: ColumnId): number {
  return columns.filter((one) => fieldPath(one.id) !== null).findIndex((one) => one.id === id);
}

interface TopicCellProps extends TopicNameProps {
  readonly level: number;
  readonly expanded: boolean;
  readonly retained: boolean;
  readonly asOf: number | null;
  readonly rule: ColourRule | null;
  readonly busy: number | null;
}

/** What of a row hardly ever changes: messages draw the cells beside it. */
const TopicCell = memo(function TopicCell(props: TopicCellProps) {
  const { name, topic, level, branch, expanded, retained, asOf, sought, rule, busy } = props;
  return (
    <div role="gridcell" className="tt-topic" title={hasTitle(level, name) ? shortened(topic) : undefined}>
      <Guides level={level} />
      <span className="tt-twisty" data-twisty={branch ? '' : undefined}>
        {branch ? <Icon of={expanded ? ChevronDown : ChevronRight} size={12} /> : null}
      </span>
      <TopicName name={name} topic={topic} branch={branch} sought={sought} />
      {rule === null ? null : <RuleMark rule={rule} busy={busy} />}
      <span className="tt-flags">{retained ? <PinMark asOf={asOf} /> : null}</span>
    </div>
  );
});

/** A name of that many characters may be cut in a narrow window. */
const MAY_BE_CUT = 14;

/** Whether the full topic is shown on hover: it is cut, or deep in the tree, where the parents are far above. */
function hasTitle(level: number, name: string): boolean {
  return level > 4 || name.length >= MAY_BE_CUT;
}

interface TopicNameProps {
  readonly name: string;
  readonly topic: string;
  readonly branch: boolean;
  readonly sought: readonly string[];
}

function TopicName({ name, topic, branch, sought }: TopicNameProps) {
  if (name === '') return <span className="tt-name tt-nameless">{EMPTY_LEVEL}</span>;
  // What is cut anyway: 60,000 characters take a fifth of a second to be laid out.
  const drawn = shortened(name);
  const parts = sought.length === 0 ? null : highlighted(drawn === name ? topic : drawn, drawn, sought);
  return (
    <bdi className={classes('tt-name', branch && 'tt-branch')}>
      {parts === null
        ? drawn
        : parts.map(({ text, found }, at) => (found ? <mark key={at}>{text}</mark> : text))}
    </bdi>
  );
}

interface RateProps {
  readonly rate: number;
  /** ms since the epoch by this window's clock. */
  readonly cameAt: number;
  readonly session: ConnectionSession;
}

/** Sinks by itself: the engine sends it again only when messages came. */
function Rate({ rate, cameAt, session }: RateProps) {
  const text = useSource(onSecond, () => {
    const now = shownRate(rate, cameAt, session.store.getState(), shownNow());
    return now < 0.05 ? '' : formatRate(now);
  });
  return <span>{text}</span>;
}

function LastSeen({ at, session }: { readonly at: number; readonly session: ConnectionSession }) {
  return useSource(onSecond, () => seenAgo(at, session.now(shownNow())));
}

interface SilenceProps {
  /** ms since the epoch. */
  readonly at: number;
  /** ms. */
  readonly usual: number;
  readonly session: ConnectionSession;
}

/** How long a topic has been silent that is late. */
function Silence({ at, usual, session }: SilenceProps) {
  const silence = useSource(onSecond, () => seenAgo(at, session.now(shownNow())));
  return (
    <span className="tt-silence" title={`Usually ${formatInterval(usual)}`}>
      <Icon of={Clock} size={12} />
      <VisuallyHidden>Late: </VisuallyHidden>
      {silence}
    </span>
  );
}

function Bars({ id, samples }: { readonly id: number; readonly samples: RateSamples }) {
  const path = useSource(samples.subscribe, () => samples.path(id));
  return (
    <svg className="tt-bars" width={BARS_WIDTH} height={BARS_HEIGHT} aria-hidden>
      <path d={path} />
    </svg>
  );
}
