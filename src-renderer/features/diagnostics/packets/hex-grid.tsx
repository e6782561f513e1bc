import { memo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { asciiOf, hexShape } from '../../../../src-main/core/payload/hex.ts';
import { useColumns } from '../../../ui/base/columns.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { formatCounted } from '../../../ui/base/format.ts';

/** As wide as the characters of a dump, see `packet-detail.css`. */
const COLUMNS = { text: 'mono', padding: 0, first: 72 };
/** Bytes drawn at first: each is an element. */
const FIRST_BYTES = 1_024;

interface HexGridProps {
  readonly bytes: Uint8Array;
  /** Marked bytes; the end is not among them. Equal: none. */
  readonly from: number;
  readonly to: number;
  /** The pointer or the focus is on a byte. */
  readonly onByte: (offset: number) => void;
}

/** ARIA `grid` "Bytes": offset, 8, 16 or 32 bytes as fit, the same as text; each byte can be pointed at and walked to. */
export function HexGrid({ bytes, from, to, onByte }: HexGridProps) {
  const [all, setAll] = useState(false);
  const [cursor, setCursor] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const perRow = hexShape(bytes.length, useColumns(box, COLUMNS)).rowBytes;
  const shown = all ? bytes : bytes.subarray(0, FIRST_BYTES);
  const stop = Math.min(cursor, Math.max(0, shown.length - 1));

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.metaKey) return;
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: stop + 1,
      ArrowLeft: stop - 1,
      ArrowDown: stop + perRow,
      ArrowUp: stop - perRow,
      Home: event.ctrlKey ? 0 : stop - (stop % perRow),
      End: event.ctrlKey ? shown.length - 1 : Math.min(shown.length, stop - (stop % perRow) + perRow) - 1,
    };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    if (next < 0 || next >= shown.length) return;
    setCursor(next);
    onByte(next);
    box.current?.querySelector<HTMLElement>(`[data-at="${next}"]`)?.focus();
  };
  const onPointer = (event: PointerEvent) => {
    const at = offsetOf(event.target);
    if (at !== null) onByte(at);
  };

  return (
    <>
      <div
        ref={box}
        role="grid"
        aria-label="Bytes"
        className="hex mono"
        onKeyDown={onKeyDown}
        onPointerOver={onPointer}
        onFocus={({ target }) => {
          const at = offsetOf(target);
          if (at === null) return;
          setCursor(at);
          onByte(at);
        }}
      >
        {Array.from({ length: Math.ceil(shown.length / perRow) }, (_, row) => {
          const at = row * perRow;
          return (
            <HexRow
              key={at}
              at={at}
              perRow={perRow}
              bytes={shown.subarray(at, at + perRow)}
              from={Math.min(perRow, Math.max(0, from - at))}
              to={Math.min(perRow, Math.max(0, to - at))}
              stop={stop >= at && stop < at + perRow ? stop : -1}
            />
          );
        })}
      </div>
      {shown.length === bytes.length ? null : (
        <Button variant="quiet" onClick={() => setAll(true)}>
          Show all {formatCounted(bytes.length, 'byte')}
        </Button>
      )}
    </>
  );
}

function offsetOf(target: EventTarget): number | null {
  const at = target instanceof HTMLElement ? target.dataset['at'] : undefined;
  return at === undefined ? null : Number(at);
}

interface HexRowProps {
  readonly at: number;
  /** Bytes of a full row. */
  readonly perRow: number;
  readonly bytes: Uint8Array;
  /** Marked columns. */
  readonly from: number;
  readonly to: number;
  /** Offset of the byte that is the tab stop; -1: in another row. */
  readonly stop: number;
}

const HexRow = memo(
  function HexRow({ at, perRow, bytes, from, to, stop }: HexRowProps) {
    const cells = [...bytes];
    const marked = (column: number) => column >= from && column < to;
    return (
      <div role="row" className="hex-row">
        <span role="rowheader" className="hex-at">
          {at.toString(16).padStart(4, '0')}
        </span>
        <span
          role="presentation"
          className="hex-bytes"
          style={{ minWidth: `calc(var(--c) * ${(25 * perRow) / 8})` }}
        >
          {cells.map((byte, column) => (
            <span
              key={column}
              role="gridcell"
              data-at={at + column}
              tabIndex={stop === at + column ? 0 : -1}
              aria-selected={marked(column)}
              className="hex-byte"
            >
              {byte.toString(16).padStart(2, '0')}
            </span>
          ))}
        </span>
        <span role="presentation" className="hex-text" aria-hidden>
          {cells.map((byte, column) => (
            <span key={column} data-at={at + column} className={marked(column) ? 'hex-marked' : undefined}>
              {asciiOf(byte)}
            </span>
          ))}
        </span>
      </div>
    );
  },
  (a, b) =>
    a.at === b.at &&
    a.perRow === b.perRow &&
    a.from === b.from &&
    a.to === b.to &&
    a.stop === b.stop &&
    a.bytes.buffer === b.bytes.buffer &&
    a.bytes.byteOffset === b.bytes.byteOffset &&
    a.bytes.length === b.bytes.length,
);
