import { ArrowLeft, ArrowRight, Clock, EyeOff, Plus, RotateCcw, UnfoldHorizontal } from 'lucide-react';
import { MAX_ROW_FIELDS } from '../../../../src-main/contract/model/view.ts';
import {
  COLUMN_IDS,
  fieldsOf,
  isDefault,
  lookOf,
  type ColumnId,
  type TreeColumns,
} from '../../../state/tree/tree-columns.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import type { MenuItem } from '../../../ui/controls/menu.tsx';

/** One step of a column's width by the keyboard, px. */
const STEP = 24;

/**
 * What can be done with the columns, each of which has a menu of its own.
 *
 * @param offered fields of JSON that may be columns: those that are watched
 * @param widths of the columns as they are drawn, px
 * @param fit makes a column as wide as what it shows
 */
export function columnItems(
  session: ConnectionSession,
  chosen: TreeColumns,
  offered: readonly ColumnId[],
  widths: () => ReadonlyMap<ColumnId, number>,
  fit: (id: ColumnId) => void,
): readonly MenuItem[] {
  const { columns } = chosen;
  const resize = (id: ColumnId, by: number) => () => {
    const drawn = widths();
    chosen.freeze(drawn);
    chosen.resize(id, (drawn.get(id) ?? lookOf(id).width) + by);
  };
  const shown = columns.map(({ id }, at): MenuItem => {
    const { name } = lookOf(id);
    return {
      id,
      label: name,
      items: [
        { id: 'hide', label: `Hide ${name}`, icon: EyeOff, run: () => chosen.toggle(id) },
        {
          id: 'left',
          label: `Move ${name} left`,
          icon: ArrowLeft,
          off: at === 0 ? 'it is the first' : null,
          run: () => chosen.move(id, -1),
        },
        {
          id: 'right',
          label: `Move ${name} right`,
          icon: ArrowRight,
          off: at === columns.length - 1 ? 'it is the last' : null,
          run: () => chosen.move(id, 1),
        },
        { id: 'wider', label: `Make ${name} wider`, icon: UnfoldHorizontal, run: resize(id, STEP) },
        { id: 'narrower', label: `Make ${name} narrower`, run: resize(id, -STEP) },
        { id: 'fit', label: `Fit ${name} to its content`, run: () => fit(id) },
      ],
    };
  });
  const isFull = fieldsOf(columns).length >= MAX_ROW_FIELDS;
  const hidden = [...COLUMN_IDS, ...offered].filter((id) => columns.every((one) => one.id !== id));
  return [
    ...shown,
    ...hidden.map((id): MenuItem => ({
      id,
      label: `Show ${lookOf(id).name}`,
      off: isFull && offered.includes(id) ? `${String(MAX_ROW_FIELDS)} fields are shown` : null,
      icon: Plus,
      run: () => chosen.toggle(id),
    })),
    {
      id: 'sort-late',
      label: 'Sort by late topics',
      icon: Clock,
      run: () => session.sort({ by: 'late', descending: true }),
    },
    {
      id: 'reset',
      label: 'Reset columns',
      icon: RotateCcw,
      off: isDefault(columns) ? 'nothing was changed' : null,
      run: () => chosen.reset(),
    },
  ];
}
