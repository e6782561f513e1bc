import {
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
} from 'react';
import { Button } from '../../../ui/controls/button.tsx';
import { Menu, type MenuAction } from '../../../ui/controls/menu.tsx';
import { VisuallyHidden } from '../../../ui/base/visually-hidden.tsx';
import { runLineKey } from '../base/line-keys.ts';
import { panelOf } from '../base/panel-of.ts';
import { lastWhere } from '../../../../src-main/core/text/halving.ts';
import { LINE_PX } from '../base/use-line-rows.ts';
import { CodeView, type CodeViewProps } from './code-view.tsx';
import { EDGE_PX } from '../text/marks.ts';
import { lineMenuName, lineWords, type LineFact } from '../base/line-fact.ts';
import { factOfLine, shownLineAt, type JsonLines } from './json-lines.ts';

type ViewProps = Omit<CodeViewProps, 'gutter' | 'folds' | 'text' | 'json' | 'hex' | 'wrap' | 'children'>;

interface JsonCodeProps extends ViewProps {
  readonly lines: JsonLines;
  /** The way to what is to be walked to; null: nothing. */
  readonly goTo: string | null;
  /** It was gone to. */
  readonly onGone: () => void;
  /** Closes what stands at a path, or opens it again. */
  readonly onToggle: (path: string) => void;
  /** What can be done with the value of a line; the first ones are buttons on it. */
  readonly actionsOf: (fact: LineFact) => readonly MenuAction[];
}

/** Buttons on a line; the rest is in its menu. */
const ON_LINE = 3;

interface OpenMenu {
  readonly fact: LineFact;
  readonly at: { readonly x: number; readonly y: number };
}

/**
 * A document line by line: each can be closed where it opens something, walked to by arrow keys, and has
 * its actions at its right end while it is pointed at or walked to.
 */
export function JsonCode({ lines, goTo, onGone, onToggle, actionsOf, ...view }: JsonCodeProps) {
  const box = useRef<HTMLDivElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const { pointed, setPointed, walked, walk } = useWalk(box, view.pre, lines, { goTo, onGone });
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const { folds, outline } = lines;
  const count = folds.lines.length;
  const active = pointed ?? walked;
  const line = active === null || active >= count ? null : (folds.lines[active] ?? null);
  const fact = useMemo(() => (line === null ? null : factOfLine(lines, line)), [lines, line]);
  useMarkedLine(box, active !== null && active < count ? active : null);

  const lineAt = (y: number): number | null => {
    const top = view.pre.current?.getBoundingClientRect().top ?? Infinity;
    const at = Math.floor((y - top) / LINE_PX);
    return at >= 0 && at < count ? at : null;
  };
  const toggle = (of: number) => {
    const head = outline.heads[of] ?? of;
    if (folds.isClosed(head) !== null) onToggle(factOfLine(lines, head).pathText);
  };
  const openMenu = (of: number, at: OpenMenu['at'] | null) => {
    const found = folds.lines[of];
    const pre = view.pre.current;
    if (found === undefined || pre === null) return;
    const { left, top } = pre.getBoundingClientRect();
    setMenu({ fact: factOfLine(lines, found), at: at ?? { x: left + 56, y: top + (of + 1) * LINE_PX } });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Letters, arrows and the menu key are for one line: the one that stands on the stripe.
    const steps = stepsOf(lines, active ?? -1, { walk, toggle, openMenu: (of) => openMenu(of, null) });
    runLineKey(event, steps, fact === null ? [] : actionsOf(fact));
  };
  const onContextMenu = (event: MouseEvent) => {
    const selection = document.getSelection();
    const of = lineAt(event.clientY);
    // What is selected is copied by the browser's own menu.
    if (of === null || (selection !== null && !selection.isCollapsed)) return;
    event.preventDefault();
    openMenu(of, { x: event.clientX, y: event.clientY });
  };
  return (
    <div
      ref={box}
      role="textbox"
      aria-label="Lines of the value"
      aria-readonly
      aria-multiline
      aria-haspopup="menu"
      tabIndex={0}
      className="json-code"
      onKeyDown={onKeyDown}
      onPointerMove={({ clientY }) => setPointed(lineAt(clientY))}
      onPointerLeave={() => setPointed(null)}
      onContextMenu={onContextMenu}
      onClick={({ target }) => {
        const twisty = target instanceof HTMLElement ? target.dataset['line'] : undefined;
        if (twisty !== undefined) toggle(Number(twisty));
      }}
    >
      <CodeView {...view} gutter={gutter} text={outline.text} folds={folds} json hex={false} wrap={false}>
        {fact === null || active === null ? null : <LineActions line={active} actions={actionsOf(fact)} />}
      </CodeView>
      <VisuallyHidden>
        <output>{walked === null || pointed !== null || fact === null ? '' : lineWords(fact)}</output>
      </VisuallyHidden>
      {menu === null ? null : (
        <Menu
          key={`${menu.at.x} ${menu.at.y}`}
          label={lineMenuName(menu.fact)}
          items={actionsOf(menu.fact)}
          at={menu.at}
          onClose={() => setMenu(null)}
        />
      )}
    </div>
  );
}

interface Going {
  readonly goTo: string | null;
  readonly onGone: () => void;
}

/** Which lines of what is shown, from 0, are pointed at and walked to; null: none. What is walked to is in sight. */
function useWalk(
  box: RefObject<HTMLDivElement | null>,
  code: RefObject<HTMLPreElement | null>,
  lines: JsonLines,
  { goTo, onGone }: Going,
) {
  const [pointed, setPointed] = useState<number | null>(null);
  const [walked, setWalked] = useState<number | null>(null);
  const walk = (to: number) => {
    const next = Math.max(0, Math.min(lines.folds.lines.length - 1, to));
    setPointed(null);
    setWalked(next);
    const panel = panelOf(box.current);
    const pre = code.current;
    if (panel === null || pre === null) return;
    const top = pre.getBoundingClientRect().top + next * LINE_PX - panel.getBoundingClientRect().top;
    if (top < EDGE_PX) panel.scrollBy({ top: top - EDGE_PX });
    else if (top + LINE_PX > panel.clientHeight) panel.scrollBy({ top: top + LINE_PX - panel.clientHeight });
  };
  const walkTo = useEffectEvent((path: string) => {
    const found = shownLineAt(lines, path);
    if (found !== null) walk(found);
    box.current?.focus({ preventScroll: true });
    onGone();
  });
  useLayoutEffect(() => {
    if (goTo !== null) walkTo(goTo);
  }, [goTo]);
  return { pointed, setPointed, walked, walk };
}

interface Stepping {
  readonly walk: (to: number) => void;
  readonly toggle: (of: number) => void;
  readonly openMenu: (of: number) => void;
}

/** What keys do on a shown line; -1: on none yet. */
function stepsOf(
  { folds, outline }: JsonLines,
  here: number,
  { walk, toggle, openMenu }: Stepping,
): Readonly<Record<string, () => void>> {
  const whole = folds.lines[here] ?? -1;
  const closed = folds.isClosed(whole);
  return {
    ArrowDown: () => walk(here + 1),
    ArrowUp: () => walk(here - 1),
    Home: () => walk(0),
    End: () => walk(folds.lines.length - 1),
    ArrowLeft: () =>
      closed === false ? toggle(whole) : walk(shownLineOf(folds.lines, outline.parents[whole] ?? 0)),
    ArrowRight: () => (closed === true ? toggle(whole) : walk(here)),
    ContextMenu: () => openMenu(Math.max(0, here)),
  };
}

interface LineActionsProps {
  readonly line: number;
  readonly actions: readonly MenuAction[];
}

/** Buttons at the right end of a line. */
function LineActions({ line, actions }: LineActionsProps) {
  return (
    <div className="json-actions" style={{ top: line * LINE_PX }}>
      <span>
        {actions
          .slice(0, ON_LINE)
          .filter(({ off }) => off === null || off === undefined)
          .map(({ id, label, icon, run }) => (
            <Button
              key={id}
              {...(icon === undefined || id.startsWith('copy') ? {} : { icon })}
              className="json-action"
              onClick={run}
            >
              {label}
            </Button>
          ))}
      </span>
    </div>
  );
}

/** The line that is pointed at or walked to stands on a stripe; by hand, as it moves with the pointer. */
function useMarkedLine(box: RefObject<HTMLElement | null>, line: number | null): void {
  useLayoutEffect(() => {
    box.current?.style.setProperty('--line', line === null ? '-100' : String(line));
  }, [box, line]);
}

/** The shown line that a line of the whole text is, or is closed in. */
function shownLineOf(lines: Int32Array, whole: number): number {
  return Math.max(
    0,
    lastWhere(lines.length, (at) => (lines[at] ?? 0) <= whole),
  );
}
