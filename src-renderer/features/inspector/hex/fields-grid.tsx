import { useEffect, useRef, type KeyboardEvent } from 'react';
import type { DecodedNode } from '../../../../src-main/contract/decoding/decoded.ts';
import { classes } from '../../../ui/base/classes.ts';
import { useRows } from '../base/use-rows.ts';
import { fieldRow, firstField, type FieldRow } from './fields.ts';

const ROW_PX = 24;
const HEAD_PX = 24;

interface FieldsGridProps {
  readonly nodes: readonly DecodedNode[];
  readonly places: readonly string[];
  /** In `nodes`; null: none. */
  readonly selected: number | null;
  readonly onSelect: (index: number) => void;
  /** Enter: shows it as a value. */
  readonly onShow: (index: number) => void;
}

function scrolled(element: Element | null): HTMLElement | null {
  return element?.closest<HTMLElement>('.hex-fields') ?? null;
}

/** `treegrid` "Fields": what the bytes above are. The selection is one with theirs. */
export function FieldsGrid({ nodes, places, selected, onSelect, onShow }: FieldsGridProps) {
  const grid = useRef<HTMLDivElement>(null);
  const begin = firstField(nodes);
  const count = nodes.length - begin;
  const { first, last } = useRows(grid, count, ROW_PX, HEAD_PX, scrolled);
  const row = selected === null ? null : selected - begin;
  useEffect(() => {
    const box = scrolled(grid.current);
    if (row === null || box === null) return;
    const top = row * ROW_PX;
    const room = box.clientHeight - HEAD_PX;
    if (top < box.scrollTop) box.scrollTo({ top });
    else if (top + ROW_PX > box.scrollTop + room) box.scrollTo({ top: top + ROW_PX - room });
  }, [row]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || count === 0) return;
    const here = row ?? -1;
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: here + 1,
      ArrowUp: here - 1,
      PageDown: here + 8,
      PageUp: here - 8,
      Home: 0,
      End: count - 1,
    };
    const target = targets[event.key];
    if (event.key === 'Enter' && selected !== null) onShow(selected);
    else if (target !== undefined) onSelect(begin + Math.max(0, Math.min(count - 1, target)));
    else return;
    event.preventDefault();
  };
  return (
    <div className="hex-fields">
      <div
        ref={grid}
        role="treegrid"
        aria-label="Fields"
        aria-rowcount={count + 1}
        aria-activedescendant={row === null ? undefined : `hex-field-${row}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div role="row" aria-rowindex={1} className="hex-field hex-fields-head">
          <span role="columnheader">Field</span>
          <span role="columnheader">Value</span>
          <span role="columnheader">Type</span>
          <span role="columnheader" className="hex-number">
            At
          </span>
          <span role="columnheader" className="hex-number">
            Bytes
          </span>
        </div>
        <div role="rowgroup" className="hex-fields-rows" style={{ height: count * ROW_PX }}>
          {nodes.slice(begin + first, begin + last).map((node, at) => (
            <Row
              key={first + at}
              field={fieldRow(node, places[begin + first + at] ?? '')}
              index={first + at}
              selected={first + at === row}
              onSelect={(index) => onSelect(begin + index)}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

interface RowProps {
  readonly field: FieldRow;
  readonly index: number;
  readonly selected: boolean;
  readonly onSelect: (index: number) => void;
}

function Row({ field, index, selected, onSelect }: RowProps) {
  const { name, value, type, bytes, level } = field;
  return (
    <div
      id={`hex-field-${index}`}
      role="row"
      aria-rowindex={index + 2}
      aria-level={level}
      aria-selected={selected}
      className={classes('hex-field', selected && 'hex-field-selected')}
      style={{ transform: `translateY(${index * ROW_PX}px)` }}
      onClick={() => onSelect(index)}
    >
      <span role="gridcell" className="cut" style={{ paddingLeft: (level - 1) * 14 }} title={name}>
        <bdi>{name}</bdi>
      </span>
      <span role="gridcell" className="cut mono" title={value}>
        <bdi>{value}</bdi>
      </span>
      <span role="gridcell" className="cut tone-mut" title={type}>
        {type}
      </span>
      <span role="gridcell" className="hex-number">
        {bytes === null ? '' : bytes.from}
      </span>
      <span role="gridcell" className="hex-number">
        {bytes === null ? '' : bytes.to - bytes.from}
      </span>
    </div>
  );
}
