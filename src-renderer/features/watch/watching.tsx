import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';
import { useStore } from 'zustand';
import { X } from 'lucide-react';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import { displayTopic, levels } from '../../../src-main/core/topics/names.ts';
import type { WatchedRow, WatchList } from '../../state/watch/watch-list.ts';
import { IconButton } from '../../ui/controls/button.tsx';
import { linePath, LINE_HEIGHT, LINE_WIDTH } from './line-path.ts';
import './watching.css';

interface WatchingProps {
  readonly watch: WatchList;
  readonly onGo: (key: TopicKey) => void;
}

/** What is watched of the selected connection, with last values; nothing where nothing is. */
export function Watching({ watch, onGo }: WatchingProps) {
  const rows = useStore(watch.store, (state) => state.rows);
  if (rows.length === 0) return null;
  return (
    <section className="watching" aria-label="Watching">
      <h2 className="watching-head">Watching</h2>
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
    </section>
  );
}

interface RowProps {
  readonly row: WatchedRow;
  readonly onGo: () => void;
  readonly onRemove: () => void;
}

function Row({ row, onGo, onRemove }: RowProps) {
  const { name, place } = namesOf(row);
  const { value } = row;
  return (
    <li className="watching-row">
      <button type="button" className="watching-go" title={fullName(row)} onClick={onGo}>
        <span className="watching-names">
          <bdi className="cut">{name}</bdi>
          <bdi className="cut meta">{place}</bdi>
        </span>
        {value?.kind === 'number' ? (
          <svg className="watching-line" width={LINE_WIDTH} height={LINE_HEIGHT} aria-hidden>
            <path d={linePath(row.line)} />
          </svg>
        ) : (
          <span />
        )}
        <span className={value?.kind === 'missing' ? 'watching-value tone-mut' : 'watching-value'}>
          {value?.text ?? '…'}
        </span>
      </button>
      <IconButton
        small
        label={`Stop watching ${name}`}
        icon={X}
        className="watching-remove"
        onClick={onRemove}
      />
    </li>
  );
}

/** `temperature` of `press-03/telemetry`; a whole topic: `telemetry` of `press-03`. */
function namesOf({ key, path }: WatchedRow): { readonly name: string; readonly place: string } {
  const shown = levels(displayTopic(key));
  const field = path?.at(-1);
  if (field !== undefined) return { name: escapeUnsafe(String(field)), place: shown.slice(-2).join('/') };
  return { name: shown.at(-1) ?? '', place: shown.slice(-3, -1).join('/') };
}

function fullName({ key, path }: WatchedRow): string {
  const field = (path ?? []).map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  return field === ''
    ? displayTopic(key)
    : `${escapeUnsafe(field.replace(/^\./, ''))} of ${displayTopic(key)}`;
}
