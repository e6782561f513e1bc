import { useEffect, useState, type KeyboardEvent, type MouseEvent, type RefObject } from 'react';
import type { LinePages } from '../../../state/decoding/line-pages.ts';
import type { MenuAction } from '../../../ui/controls/menu.tsx';
import { lineFact, type LineFact } from '../base/line-fact.ts';
import { runLineKey } from '../base/line-keys.ts';
import { LINE_PX, scrollToRow } from '../base/use-line-rows.ts';
import type { ShownRow } from './shown-rows.ts';
import type { PagedView } from './use-pages.ts';

interface ShownLines {
  readonly pages: LinePages;
  readonly view: PagedView;
  readonly box: RefObject<HTMLElement | null>;
  readonly pre: RefObject<HTMLElement | null>;
  /** Only lines of JSON have values. */
  readonly isJson: boolean;
  /** Rows that there are where parts are closed, and those of them on screen, from the place of the first. */
  readonly count: number;
  readonly rows: readonly ShownRow[];
  readonly first: number;
  /** What can be done with the value of a line of JSON. */
  readonly actionsOf: (fact: LineFact) => readonly MenuAction[];
}

interface LineMenu {
  readonly fact: LineFact;
  readonly at: { readonly x: number; readonly y: number };
  readonly items: readonly MenuAction[];
}

interface LineActs {
  /** The place that was walked to by keys. */
  readonly walked: number | null;
  /** What stands there. */
  readonly fact: LineFact | null;
  readonly menu: LineMenu | null;
  readonly closeMenu: () => void;
  /** Opens or closes what begins at a place. */
  readonly toggle: (place: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onContextMenu: (event: MouseEvent) => void;
}

/** Of a value that is too long to be copied, only its path is known: not these. */
const WITH_VALUE: ReadonlySet<string> = new Set(['copy-value', 'copy-json', 'chart', 'filter-like']);

/** What a person does with the lines of a long text, by keys and by the pointer. */
export function useLineActs(shown: ShownLines): LineActs {
  const { pages, view, box, pre, isJson, count, rows, first, actionsOf } = shown;
  const { closed, setClosed } = view;
  const [walked, setWalked] = useState<number | null>(null);
  const [menu, setMenu] = useState<LineMenu | null>(null);
  const rowAt = (place: number | null) => (place === null ? undefined : rows[place - first]);
  const fact = useFact(pages, isJson ? (rowAt(walked)?.row ?? null) : null);
  const actionsFor = (of: LineFact) =>
    of.json === '' ? actionsOf(of).filter(({ id }) => !WITH_VALUE.has(id)) : actionsOf(of);

  const walk = (to: number) => {
    const next = Math.max(0, Math.min(count - 1, to));
    setWalked(next);
    scrollToRow(box.current, count, next);
  };
  const toggle = (place: number) => {
    const { row, fold = null } = rowAt(place) ?? {};
    if (row === undefined || fold === null) return;
    const next = new Map(closed);
    if (!next.delete(row)) next.set(row, fold.end);
    setClosed(next);
  };
  const openMenu = async (place: number, point: LineMenu['at'] | null) => {
    const row = rowAt(place)?.row;
    if (row === undefined || !isJson || pre.current === null) return;
    const { left, top } = pre.current.getBoundingClientRect();
    const of = await factAt(pages, row);
    if (of === null) return;
    const at = point ?? { x: left + 72, y: top + (place - first + 1) * LINE_PX };
    setMenu({ fact: of, at, items: actionsFor(of) });
  };
  return {
    walked,
    fact,
    menu,
    closeMenu: () => setMenu(null),
    toggle,
    onKeyDown(event) {
      const here = walked ?? -1;
      const row = rowAt(here);
      const isShut = row !== undefined && closed.has(row.row);
      const isOpen = row !== undefined && row.fold !== null && !isShut;
      const steps: Readonly<Record<string, () => void>> = {
        ArrowDown: () => walk(here + 1),
        ArrowUp: () => walk(here - 1),
        Home: () => walk(0),
        End: () => walk(count - 1),
        ArrowLeft: () => (isOpen ? toggle(here) : undefined),
        ArrowRight: () => (isShut ? toggle(here) : undefined),
        ...(isJson ? { ContextMenu: () => void openMenu(Math.max(first, here), null) } : {}),
      };
      runLineKey(event, steps, fact === null ? [] : actionsFor(fact));
    },
    onContextMenu(event) {
      const selection = document.getSelection();
      // Of other texts no line has a value: the menu is that of the message.
      if (!isJson || pre.current === null || (selection !== null && !selection.isCollapsed)) return;
      const place = first + Math.floor((event.clientY - pre.current.getBoundingClientRect().top) / LINE_PX);
      event.preventDefault();
      void openMenu(place, { x: event.clientX, y: event.clientY });
    },
  };
}

/** Null where the decoder has no answer. */
async function factAt(pages: LinePages, row: number): Promise<LineFact | null> {
  const value = await pages.value(row).catch(() => null);
  return value === null ? null : lineFact(value.path, value.json ?? '');
}

interface KnownFact {
  readonly pages: LinePages;
  readonly row: number;
  readonly fact: LineFact;
}

/** What stands on the line that is walked to, for its keys. */
function useFact(pages: LinePages, row: number | null): LineFact | null {
  const [known, setKnown] = useState<KnownFact | null>(null);
  useEffect(() => {
    if (row === null) return;
    let isWanted = true;
    void factAt(pages, row).then((fact) => {
      if (isWanted && fact !== null) setKnown({ pages, row, fact });
    });
    return () => {
      isWanted = false;
    };
  }, [pages, row]);
  // Laid out in another way, something else stands in that row.
  return known !== null && known.pages === pages && known.row === row ? known.fact : null;
}
