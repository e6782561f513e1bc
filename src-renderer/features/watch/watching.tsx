import { escapeUnsafe, shortened } from '../../../src-main/core/payload/visible.ts';
import { useContext, useId, useState } from 'react';
import { Popover } from '@base-ui/react/popover';
import { useStore } from 'zustand';
import { Clock, Eye, X } from 'lucide-react';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import { formatCount } from '../../../src-main/core/text/amounts.ts';
import { separatorOf } from '../../../src-main/core/topics/levels.ts';
import { displayTopic } from '../../../src-main/core/topics/names.ts';
import type { LateSince, WatchedRow, WatchList } from '../../state/watch/watch-list.ts';
import { formatInterval, formatSpan } from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';
import { TreeSeparator } from '../../ui/tree/separator.ts';
import { useNow } from '../../ui/base/use-now.ts';
import { VisuallyHidden } from '../../ui/base/visually-hidden.tsx';
import { IconButton } from '../../ui/controls/button.tsx';
import { linePath, LINE_HEIGHT, LINE_WIDTH } from './line-path.ts';
import './watching.css';

interface WatchingProps {
  readonly watch: WatchList;
  readonly onGo: (key: TopicKey) => void;
}

/**
 * What is watched of the selected connection, with last values; nothing where nothing is. In a small window, whose
 * rail has no place for it, behind a button there.
 */
export function Watching({ watch, onGo }: WatchingProps) {
  const rows = useStore(watch.store, (state) => state.rows);
  if (rows.length === 0) return null;
  return (
    <>
      <section className="watching" aria-label="Watching">
        <h2 className="watching-head">Watching</h2>
        <Rows watch={watch} rows={rows} onGo={onGo} />
      </section>
      <WatchingButton watch={watch} rows={rows} onGo={onGo} />
    </>
  );
}

interface RowsProps extends WatchingProps {
  readonly rows: readonly WatchedRow[];
}

function Rows({ watch, rows, onGo }: RowsProps) {
  return (
    <ul className="watching-list" aria-label="Watching">
      {rows.map((row) => (
        <Row
          key={`${row.key} ${JSON.stringify(row.path)}`}
          row={row}
          onGo={() => onGo(row.key)}
          onRemove={() => watch.remove(row.key, row.path)}
        />
      ))}
    </ul>
  );
}

/** Shows the list over the window, until one is gone to, Escape or a press elsewhere. */
function WatchingButton({ watch, rows, onGo }: RowsProps) {
  const [open, setOpen] = useState(false);
  const late = rows.filter((row) => row.late !== null).length;
  const description = useId();
  const go = (key: TopicKey) => {
    setOpen(false);
    onGo(key);
  };
  return (
    <div className="watching-small">
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger
          render={
            <IconButton
              label="Watching"
              icon={late === 0 ? Eye : Clock}
              className={late === 0 ? undefined : 'tone-warn'}
              aria-describedby={description}
            />
          }
        />
        <Popover.Portal>
          <Popover.Positioner
            className="watching-place"
            positionMethod="fixed"
            side="right"
            align="end"
            sideOffset={8}
            collisionPadding={8}
          >
            <Popover.Popup className="watching-over" aria-label="Watching">
              <h2 className="watching-head">Watching</h2>
              <Rows watch={watch} rows={rows} onGo={go} />
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
      <span hidden id={description}>
        {late === 0
          ? formatCount(rows.length)
          : `${formatCount(rows.length)}, of which ${formatCount(late)} late`}
      </span>
    </div>
  );
}

interface RowProps {
  readonly row: WatchedRow;
  readonly onGo: () => void;
  readonly onRemove: () => void;
}

function Row({ row, onGo, onRemove }: RowProps) {
  const separator = useContext(TreeSeparator);
  const { name, place } = namesOf(row, separator);
  return (
    <li className="watching-row">
      <button type="button" className="watching-go" title={shortened(titleOf(row))} onClick={onGo}>
        <span className="watching-names">
          <bdi className="cut">{name}</bdi>
          <bdi className="cut meta">{place}</bdi>
        </span>
        {row.late === null ? <LastValue row={row} /> : <Silence late={row.late} />}
      </button>
      <IconButton
        small
        label={`Stop watching ${shortened(name)}`}
        icon={X}
        className="watching-remove"
        onClick={onRemove}
      />
    </li>
  );
}

function LastValue({ row: { value, line } }: { readonly row: WatchedRow }) {
  return (
    <>
      {value?.kind === 'number' ? (
        <svg className="watching-line" width={LINE_WIDTH} height={LINE_HEIGHT} aria-hidden>
          <path d={linePath(line)} />
        </svg>
      ) : (
        <span />
      )}
      <span className={value?.kind === 'missing' ? 'watching-value tone-mut' : 'watching-value'}>
        {value?.text ?? '…'}
      </span>
    </>
  );
}

/** For how long a topic has been silent that is late: its value is an old one. */
function Silence({ late }: { readonly late: LateSince }) {
  const now = useNow();
  return (
    <span className="watching-silence">
      <Icon of={Clock} size={12} />
      <VisuallyHidden>Late: </VisuallyHidden>
      {formatSpan(Math.max(0, now - late.since))}
    </span>
  );
}

/** `temperature` of `press-03/telemetry`; a whole topic: `telemetry` of `press-03`. */
function namesOf(
  { key, path }: WatchedRow,
  separator: string,
): { readonly name: string; readonly place: string } {
  const between = separatorOf(key, separator);
  const shown = displayTopic(key).split(between);
  const field = path?.at(-1);
  if (field !== undefined) return { name: escapeUnsafe(String(field)), place: shown.slice(-2).join(between) };
  return { name: shown.at(-1) ?? '', place: shown.slice(-3, -1).join(between) };
}

/** Shown on hover, with the last value: the row has little room for it, and none while the topic is late. */
function titleOf(row: WatchedRow): string {
  const named = row.value === null ? fullName(row) : `${fullName(row)}, last ${row.value.text}`;
  return row.late === null ? named : `${named}, usually ${formatInterval(row.late.usual)}`;
}

function fullName({ key, path }: WatchedRow): string {
  const field = (path ?? []).map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  return field === ''
    ? displayTopic(key)
    : `${escapeUnsafe(field.replace(/^\./, ''))} of ${displayTopic(key)}`;
}
