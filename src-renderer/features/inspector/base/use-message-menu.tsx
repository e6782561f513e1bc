import { useEffect, useRef, useState, type MouseEvent, type ReactNode, type RefObject } from 'react';
import { Menu, type MenuItem } from '../../../ui/controls/menu.tsx';
import { panelOf } from './panel-of.ts';

/** Window coordinates. */
export interface MenuPlace {
  readonly x: number;
  readonly y: number;
}

interface OpenMenu {
  readonly at: MenuPlace;
  readonly items: readonly MenuItem[];
}

export interface MessageMenu {
  readonly open: (event: MouseEvent) => void;
  readonly openAt: (at: MenuPlace, items: readonly MenuItem[]) => void;
  readonly drawn: ReactNode;
}

/** What stands in the panel and takes its own keys, and the browser's own menu for what is typed. */
const TYPED = 'input, textarea, select, button';
/** And those that open a menu of their own. */
const WITH_MENU = `${TYPED}, [aria-haspopup=menu]`;

/** How far right of and below the corner of what has the focus a menu opens that a key asked for, px. */
const INSET_PX = 24;

/**
 * What can be done with the shown message: at the pointer, or at the top of what has the focus by the menu key or
 * Shift+F10. A line of JSON and a byte have a menu of their own.
 */
export function useMessageMenu(
  body: RefObject<HTMLElement | null>,
  itemsOf: () => readonly MenuItem[],
): MessageMenu {
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const latest = useRef(itemsOf);
  useEffect(() => {
    latest.current = itemsOf;
  }, [itemsOf]);
  useEffect(() => {
    const panel = panelOf(body.current);
    if (panel === null) return;
    // The panel, which may have the focus itself, is around what is drawn here.
    const press = (event: KeyboardEvent): void => {
      const { target } = event;
      if (!isMenuKey(event) || !(target instanceof Element) || isIn(target, WITH_MENU)) return;
      const items = latest.current();
      if (items.length === 0) return;
      event.preventDefault();
      setMenu({ at: insideOf(target), items });
    };
    panel.addEventListener('keydown', press);
    return () => panel.removeEventListener('keydown', press);
  }, [body]);
  return {
    open(event) {
      const selection = document.getSelection();
      const items = itemsOf();
      if (event.defaultPrevented || isIn(event.target, TYPED) || items.length === 0) return;
      // What is selected is copied by the browser's own menu.
      if (selection !== null && !selection.isCollapsed) return;
      event.preventDefault();
      setMenu({ at: { x: event.clientX, y: event.clientY }, items });
    },
    openAt(at, items) {
      if (items.length > 0) setMenu({ at, items });
    },
    drawn:
      menu === null ? null : (
        <Menu
          key={`${String(menu.at.x)} ${String(menu.at.y)}`}
          label="Actions for the message"
          items={menu.items}
          at={menu.at}
          onClose={() => setMenu(null)}
        />
      ),
  };
}

/** The keys that open a menu. */
export function isMenuKey({ key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>): boolean {
  return key === 'ContextMenu' || (key === 'F10' && shiftKey);
}

function isIn(target: EventTarget, selector: string): boolean {
  return target instanceof Element && target.closest(selector) !== null;
}

/** What has the focus may reach out of the window: the menu opens in sight. */
function insideOf(element: Element): MenuPlace {
  const { left, top } = element.getBoundingClientRect();
  const { top: least } = panelOf(element)?.getBoundingClientRect() ?? { top };
  return { x: left + INSET_PX, y: Math.max(top, least) + INSET_PX };
}
