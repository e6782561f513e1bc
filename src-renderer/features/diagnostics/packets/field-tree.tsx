import { useRef, type KeyboardEvent } from 'react';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { Icon } from '../../../ui/base/icon.tsx';
import { fieldKey, type FieldRow } from './fields.ts';

interface FieldTreeProps {
  /** The accessible name. */
  readonly label: string;
  readonly rows: readonly FieldRow[];
  readonly closed: ReadonlySet<string>;
  /** Path of the row whose bytes are marked; null: none. */
  readonly marked: string | null;
  readonly bytes: Uint8Array;
  readonly onMark: (path: string | null) => void;
  readonly onToggle: (path: string) => void;
}

/** Bytes shown beside a field before they are cut. */
const BESIDE = 8;

/** ARIA `tree` of decoded fields; pointer and focus mark the bytes of a field. */
export function FieldTree(props: FieldTreeProps) {
  const { label, rows, closed, marked, bytes, onMark, onToggle } = props;
  const box = useRef<HTMLDivElement>(null);
  const stop = rows.some(({ path }) => path === marked) ? marked : (rows[0]?.path ?? null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = rows.findIndex(({ path }) => path === stop);
    const meant = fieldKey(event.key, rows, at, closed);
    if (meant === null) return;
    event.preventDefault();
    if (meant.kind === 'toggle') onToggle(meant.row.path);
    if (meant.kind !== 'go') return;
    onMark(meant.row.path);
    box.current?.querySelector<HTMLElement>(`[data-path="${meant.row.path}"]`)?.focus();
  };
  return (
    <div ref={box} role="tree" aria-label={label} className="fields" onKeyDown={onKeyDown}>
      {rows.map((row) => (
        <Item
          key={row.path}
          row={row}
          open={row.field.children.length === 0 ? null : !closed.has(row.path)}
          marked={row.path === marked}
          tabStop={row.path === stop}
          bytes={bytes}
          onMark={onMark}
          onToggle={onToggle}
        />
      ))}
    </div>
  );
}

interface ItemProps {
  readonly row: FieldRow;
  /** Null: nothing below it. */
  readonly open: boolean | null;
  readonly marked: boolean;
  readonly tabStop: boolean;
  readonly bytes: Uint8Array;
  readonly onMark: (path: string) => void;
  readonly onToggle: (path: string) => void;
}

function Item({ row, open, marked, tabStop, bytes, onMark, onToggle }: ItemProps) {
  const { field, level, path, position, siblings } = row;
  return (
    <div
      role="treeitem"
      aria-level={level}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-expanded={open ?? undefined}
      aria-selected={marked}
      tabIndex={tabStop ? 0 : -1}
      data-path={path}
      data-offset={field.offset}
      data-length={field.length}
      className="field-row"
      onPointerEnter={() => onMark(path)}
      onFocus={() => onMark(path)}
      onClick={(event) => {
        event.currentTarget.focus();
        if (event.target instanceof Element && event.target.closest('[data-twisty]') !== null) onToggle(path);
      }}
    >
      <span className="field-name" style={{ paddingLeft: (level - 1) * 16 }}>
        <span data-twisty={open === null ? undefined : ''} className="field-twisty">
          {open === null ? null : <Icon of={open ? ChevronDown : ChevronRight} size={12} />}
        </span>
        {field.name}
      </span>
      <span className="field-value" title={field.value}>
        {field.value}
      </span>
      <span className="field-bytes mono" aria-hidden>
        {beside(bytes.subarray(field.offset, field.offset + field.length))}
      </span>
    </div>
  );
}

function beside(bytes: Uint8Array): string {
  const hex = [...bytes.subarray(0, BESIDE)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return bytes.length > BESIDE ? `${hex} …` : hex;
}
