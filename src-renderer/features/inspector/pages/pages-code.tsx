import { useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef, type RefObject } from 'react';
import { useStore } from 'zustand';
import type { OpenedLines } from '../../../../src-main/contract/decoding/lines.ts';
import type { LinePages } from '../../../state/decoding/line-pages.ts';
import { VisuallyHidden } from '../../../ui/base/visually-hidden.tsx';
import { Menu, type MenuAction } from '../../../ui/controls/menu.tsx';
import { lineMenuName, lineWords, type LineFact } from '../base/line-fact.ts';
import { panelOf } from '../base/panel-of.ts';
import { LINE_PX, scrollToRow, useLineRows } from '../base/use-line-rows.ts';
import { clearColours, colourChunks } from '../text/colours.ts';
import { clearFound, markFound } from '../text/marks.ts';
import { closedRows, placeOf } from './closed-rows.ts';
import { drawNumbers, foundIn, rowsShown, textOf } from './shown-rows.ts';
import { useLineActs } from './use-line-acts.ts';
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

/** A long text, of which the lines on screen are read and drawn. */
export function PagesCode(props: PagesCodeProps) {
  const { opened, bytesTotal, bytesKept } = props;
  const box = useRef<HTMLDivElement>(null);
  const pre = useRef<HTMLPreElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const { text, first, last, top, height, walked, fact, menu, closeMenu, toggle, onKeyDown, onContextMenu } =
    useLines(props, { box, pre, gutter });
  const share = opened.chars === 0 ? 1 : Math.min(1, text.length / opened.chars);
  return (
    <div ref={box} className="pages-code" style={{ height }}>
      <div
        role="textbox"
        aria-label="Lines of the value"
        aria-readonly
        aria-multiline
        aria-haspopup={opened.shape === 'json' ? 'menu' : undefined}
        tabIndex={0}
        className="code pages-lines"
        style={{ transform: `translateY(${top}px)` }}
        onKeyDown={onKeyDown}
        onContextMenu={onContextMenu}
        onClick={({ target }) => {
          const twisty = target instanceof HTMLElement ? target.dataset['line'] : undefined;
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
        <output>{fact === null ? '' : lineWords(fact)}</output>
      </VisuallyHidden>
      {menu === null ? null : (
        <Menu
          key={`${menu.at.x} ${menu.at.y}`}
          label={lineMenuName(menu.fact)}
          items={menu.items}
          at={menu.at}
          onClose={closeMenu}
        />
      )}
    </div>
  );
}

interface Drawn {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly pre: RefObject<HTMLPreElement | null>;
  readonly gutter: RefObject<HTMLDivElement | null>;
}

/** The lines on screen, drawn with their numbers, colours and what was found in them. */
function useLines(
  { pages, opened, view, actionsOf, onHold, onDrawn }: PagesCodeProps,
  { box, pre, gutter }: Drawn,
) {
  const { version, found } = useStore(pages.store);
  const { closed, at, asked } = view;
  const isJson = opened.shape === 'json';
  const parts = useMemo(() => closedRows(closed, opened.rows), [closed, opened.rows]);
  const { count } = parts;
  const place = useLineRows(box, count);
  const { first, last } = place;
  const rows = useMemo(() => {
    // A page that comes changes what can be read.
    void version;
    return rowsShown(pages, parts, closed, first, last);
  }, [pages, parts, closed, first, last, version]);
  const text = useMemo(() => textOf(rows), [rows]);

  useLayoutEffect(() => {
    drawNumbers(gutter.current, rows);
    if (isJson) colourChunks(pre.current, 0, 1);
    return clearColours;
  }, [gutter, pre, rows, isJson]);
  useLayoutEffect(() => {
    const { near, current } = foundIn(rows, found, at);
    markFound(pre.current, near, current, [0, text.length]);
    return clearFound;
  }, [pre, rows, found, at, text]);
  useLayoutEffect(() => onDrawn(), [text, onDrawn]);
  useEffect(() => {
    const panel = panelOf(box.current);
    panel?.addEventListener('scroll', onHold, { passive: true });
    return () => panel?.removeEventListener('scroll', onHold);
  }, [box, onHold]);
  const showFound = useEffectEvent(() => {
    const row = found?.rows[at];
    if (row !== undefined) scrollToRow(box.current, count, placeOf(parts, row));
  });
  useEffect(() => {
    if (asked > 0) showFound();
  }, [asked]);
  return {
    ...useLineActs({ pages, view, box, pre, isJson, count, rows, first, actionsOf }),
    ...place,
    text,
  };
}
