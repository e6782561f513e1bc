import {
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
} from 'react';
import { useStore } from 'zustand';
import type { OpenedLines } from '../../../../src-main/contract/decoding/lines.ts';
import type { LinePages } from '../../../state/decoding/line-pages.ts';
import { VisuallyHidden } from '../../../ui/base/visually-hidden.tsx';
import { Menu, type MenuAction } from '../../../ui/controls/menu.tsx';
import { lineFact, type LineFact } from '../base/line-fact.ts';
import { panelOf } from '../base/panel-of.ts';
import { LINE_PX, scrollToRow, useLineRows } from '../base/use-line-rows.ts';
import { clearColours, colourChunks } from '../text/colours.ts';
import { clearFound, markFound } from '../text/marks.ts';
import { closedRows, placeOf } from './closed-rows.ts';
import { drawNumbers, foundIn, rowsShown, textOf } from './shown-rows.ts';
import type { PagedView } from './use-pages.ts';
import './pages.css';

interface PagesCodeProps {
  readonly pages: LinePages;
  readonly opened: OpenedLines;
  readonly view: PagedView;
  /** Bytes received, and those of them that the whole text stands for. */
  readonly bytesTotal: number;
  readonly bytesKept: number;
  /** What can be done with the value of a line of JSON. */
  readonly actionsOf: (fact: LineFact) => readonly MenuAction[];
  /** Somebody reads on in it: it must not change under the reader. */
  readonly onHold: () => void;
  readonly onDrawn: () => void;
}

interface OpenMenu {
  readonly fact: LineFact;
  readonly at: { readonly x: number; readonly y: number };
}

/** Of a value that is too long to be copied, only its path is known. */
const WITHOUT_VALUE: ReadonlySet<string> = new Set(['copy-path', 'watch']);

/** A long text, of which the lines on screen are read and drawn. */
export function PagesCode(props: PagesCodeProps) {
  const { pages, opened, view, bytesTotal, bytesKept, actionsOf, onHold, onDrawn } = props;
  const { version, found } = useStore(pages.store);
  const box = useRef<HTMLDivElement>(null);
  const pre = useRef<HTMLPreElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const [walked, setWalked] = useState<number | null>(null);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const { closed, setClosed, at, asked } = view;
  const isJson = opened.shape === 'json';
  const parts = useMemo(() => closedRows(closed, opened.rows), [closed, opened.rows]);
  const { first, last, top, height } = useLineRows(box, parts.count);
  const rows = useMemo(() => {
    // A page that comes changes what can be read.
    void version;
    return rowsShown(pages, parts, closed, first, last);
  }, [pages, parts, closed, first, last, version]);
  const text = useMemo(() => textOf(rows), [rows]);
  const walkedRow = walked === null ? null : (rows[walked - first]?.row ?? null);
  const fact = useFact(pages, isJson ? walkedRow : null);

  useLayoutEffect(() => {
    drawNumbers(gutter.current, rows);
    if (isJson) colourChunks(pre.current, 0, 1);
    return clearColours;
  }, [rows, isJson]);
  useLayoutEffect(() => {
    const { near, current } = foundIn(rows, found, at);
    markFound(pre.current, near, current, [0, text.length]);
    return clearFound;
  }, [rows, found, at, text]);
  useLayoutEffect(() => onDrawn(), [text, onDrawn]);
  useEffect(() => {
    const panel = panelOf(box.current);
    panel?.addEventListener('scroll', onHold, { passive: true });
    return () => panel?.removeEventListener('scroll', onHold);
  }, [onHold]);
  const showFound = useEffectEvent(() => {
    const row = found?.rows[at];
    if (row !== undefined) scrollToRow(box.current, parts.count, placeOf(parts, row));
  });
  useEffect(() => {
    if (asked > 0) showFound();
  }, [asked]);

  const walk = (to: number) => {
    const next = Math.max(0, Math.min(parts.count - 1, to));
    setWalked(next);
    scrollToRow(box.current, parts.count, next);
  };
  const toggle = (place: number) => {
    const shown = rows[place - first];
    if (shown?.fold === undefined || shown.fold === null) return;
    const next = new Map(closed);
    if (!next.delete(shown.row)) next.set(shown.row, shown.fold.end);
    setClosed(next);
  };
  const openMenu = async (place: number, point: OpenMenu['at'] | null) => {
    const shown = rows[place - first];
    if (shown === undefined || !isJson || pre.current === null) return;
    const { left, top: above } = pre.current.getBoundingClientRect();
    const found = await factAt(pages, shown.row);
    if (found === null) return;
    setMenu({ fact: found, at: point ?? { x: left + 72, y: above + (place - first + 1) * LINE_PX } });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const here = walked ?? -1;
    const shown = rows[here - first];
    const isOpen = shown?.fold !== undefined && shown.fold !== null && !closed.has(shown.row);
    const isShut = shown !== undefined && closed.has(shown.row);
    const steps: Readonly<Record<string, () => void>> = {
      ArrowDown: () => walk(here + 1),
      ArrowUp: () => walk(here - 1),
      Home: () => walk(0),
      End: () => walk(parts.count - 1),
      ArrowLeft: () => (isOpen ? toggle(here) : undefined),
      ArrowRight: () => (isShut ? toggle(here) : undefined),
      ContextMenu: () => void openMenu(here, null),
    };
    const isMenu = event.key === 'F10' && event.shiftKey;
    const isOther = event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget;
    const step = isOther ? undefined : (steps[isMenu ? 'ContextMenu' : event.key] ?? letter(event.key));
    if (step === undefined) return;
    event.preventDefault();
    step();
  };
  /** Letters do what stands beside them in the menu. */
  const letter = (key: string) => {
    const actions = fact === null ? [] : actionsFor(fact, actionsOf);
    return actions.find(({ keys, off }) => keys === key.toUpperCase() && (off ?? null) === null)?.run;
  };
  const onContextMenu = (event: MouseEvent) => {
    const selection = document.getSelection();
    if (pre.current === null || (selection !== null && !selection.isCollapsed)) return;
    const place = first + Math.floor((event.clientY - pre.current.getBoundingClientRect().top) / LINE_PX);
    event.preventDefault();
    void openMenu(place, { x: event.clientX, y: event.clientY });
  };
  const share = opened.chars === 0 ? 1 : Math.min(1, text.length / opened.chars);
  return (
    <div ref={box} className="pages-code" style={{ height }}>
      <div
        role="textbox"
        aria-label="Lines of the value"
        aria-readonly
        aria-multiline
        tabIndex={0}
        className="code pages-lines"
        style={{ transform: `translateY(${top}px)` }}
        onKeyDown={onKeyDown}
        onContextMenu={onContextMenu}
        onClick={({ target }) => {
          const twisty = target instanceof HTMLElement ? target.dataset['place'] : undefined;
          if (twisty !== undefined) toggle(first + Number(twisty));
        }}
      >
        {walked === null || walked < first || walked >= last ? null : (
          <div className="pages-walked" style={{ top: (walked - first) * LINE_PX }} />
        )}
        <div ref={gutter} className="code-gutter" aria-hidden />
        <pre
          ref={pre}
          data-payload=""
          data-bytes-shown={Math.floor(bytesKept * share)}
          data-bytes-total={bytesTotal}
        >
          <span>{text}</span>
        </pre>
      </div>
      <VisuallyHidden>
        <output>{fact === null ? '' : `${fact.pathText} ${fact.value.slice(0, 80)}`}</output>
      </VisuallyHidden>
      {menu === null ? null : (
        <Menu
          key={`${menu.at.x} ${menu.at.y}`}
          label={`Actions for ${menu.fact.pathText === '' ? 'the value' : menu.fact.pathText}`}
          items={actionsFor(menu.fact, actionsOf)}
          at={menu.at}
          onClose={() => setMenu(null)}
        />
      )}
    </div>
  );
}

function actionsFor(fact: LineFact, actionsOf: PagesCodeProps['actionsOf']): readonly MenuAction[] {
  const actions = actionsOf(fact);
  return fact.json === '' ? actions.filter(({ id }) => WITHOUT_VALUE.has(id)) : actions;
}

/** Null where the decoder has no answer. */
async function factAt(pages: LinePages, row: number): Promise<LineFact | null> {
  const value = await pages.value(row).catch(() => null);
  return value === null ? null : lineFact(value.path, value.json ?? '');
}

/** What stands on the line that is walked to, for its keys. */
function useFact(pages: LinePages, row: number | null): LineFact | null {
  const [known, setKnown] = useState<{ readonly row: number; readonly fact: LineFact } | null>(null);
  useEffect(() => {
    if (row === null) return;
    let isWanted = true;
    void factAt(pages, row).then((fact) => {
      if (isWanted && fact !== null) setKnown({ row, fact });
    });
    return () => {
      isWanted = false;
    };
  }, [pages, row]);
  return known !== null && known.row === row ? known.fact : null;
}
