import { useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { writePath } from '../../../../src-main/core/query/grammar/json-path.ts';
import type { PayloadPages } from '../../../state/inspector/payload-pages.ts';
import { formatCount } from '../../../ui/base/format.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { panelOf } from '../base/panel-of.ts';
import { fieldOfBytes, fieldRow, pathOfField, pathWords, rangeOf, type ByteRange } from './fields.ts';
import { FieldsGrid } from './fields-grid.tsx';
import type { HexSelection } from './selecting.ts';
import { HexFoot } from './hex-foot.tsx';
import type { Fields } from './use-fields.ts';

interface LinkedFootProps {
  readonly pages: PayloadPages;
  /** Null: it is not known which bytes are what. */
  readonly fields: Fields | null;
  readonly selection: HexSelection | null;
  /** Null: what was chosen has no bytes of its own. */
  readonly onSelect: (selection: HexSelection | null) => void;
  readonly onShow: (path: string) => void;
}

/** What is selected, and the fields: the one is selected whose bytes are, and the other way round. */
export function LinkedFoot({ pages, fields, selection, onSelect, onShow }: LinkedFootProps) {
  const box = useRef<HTMLDivElement>(null);
  const height = useHeight(box);
  const [chosen, setChosen] = useState<number | null>(null);
  const nodes = fields?.nodes ?? NONE;
  const selected = useMemo(() => selectedField(nodes, selection, chosen), [nodes, selection, chosen]);
  const own = selected === null ? null : rangeOfIndex(nodes, selected);
  const isField = own !== null && own.from === selection?.from && own.to === selection.to;
  const show = (index: number) => onShow(writePath(pathOfField(nodes, fields?.places ?? [], index)));
  return (
    <HexFoot
      pages={pages}
      selection={selection}
      field={
        fields === null || selected === null || !isField ? null : (
          <SelectedField fields={fields} index={selected} onShow={() => show(selected)} />
        )
      }
    >
      {fields === null ? null : (
        <div ref={box} className="hex-fields-box" style={{ height }}>
          <FieldsGrid
            nodes={nodes}
            places={fields.places}
            selected={selected}
            onSelect={(index) => {
              setChosen(index);
              const bytes = rangeOfIndex(nodes, index);
              onSelect(bytes === null ? null : { ...bytes, cursor: bytes.from });
            }}
            onShow={show}
          />
          {fields.left === 0 ? null : (
            <p className="hex-left">{formatCount(fields.left)} more are not listed.</p>
          )}
        </div>
      )}
    </HexFoot>
  );
}

const NONE: Fields['nodes'] = [];

/** The bar above the dump and the line below it, px; and the least that shows a field. */
const AROUND_PX = 72;
const LEAST_PX = 72;

/** About half of the room is for the fields: the bytes are what the view is for. */
function useHeight(box: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(160);
  useLayoutEffect(() => {
    const panel = panelOf(box.current);
    if (panel === null) return;
    const measure = () => setHeight(Math.max(LEAST_PX, Math.floor((panel.clientHeight - AROUND_PX) * 0.5)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(panel);
    return () => observer.disconnect();
  }, [box]);
  return height;
}

/** Of several that have the selected bytes the one that was chosen. */
function selectedField(
  nodes: Fields['nodes'],
  selection: HexSelection | null,
  chosen: number | null,
): number | null {
  const own = chosen === null ? null : rangeOfIndex(nodes, chosen);
  if (selection === null) return own === null ? chosen : null;
  const isChosen = own !== null && own.from === selection.from && own.to === selection.to;
  return isChosen ? chosen : fieldOfBytes(nodes, selection);
}

function rangeOfIndex(nodes: Fields['nodes'], index: number): ByteRange | null {
  const node = nodes[index];
  return node === undefined ? null : rangeOf(node);
}

interface SelectedFieldProps {
  readonly fields: Fields;
  readonly index: number;
  readonly onShow: () => void;
}

function SelectedField({ fields: { nodes, places }, index, onShow }: SelectedFieldProps) {
  const node = nodes[index];
  if (node === undefined) return null;
  const { value, type, bytes } = fieldRow(node, '');
  return (
    <>
      <bdi className="cut hex-field-path">{pathWords(nodes, places, index)}</bdi>
      <bdi className="cut mono">{value}</bdi>
      <span className="cut tone-mut">
        {bytes === null ? type : `${type}, bytes ${bytes.from} to ${bytes.to - 1}`}
      </span>
      <Button variant="quiet" className="hex-show" onClick={onShow}>
        Show in Value
      </Button>
    </>
  );
}
