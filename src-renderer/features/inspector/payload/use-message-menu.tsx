import { useEffect, useRef, useState, type MouseEvent, type ReactNode, type RefObject } from 'react';
import { Menu, type MenuAction } from '../../../ui/controls/menu.tsx';
import { panelOf } from '../base/panel-of.ts';

interface OpenMenu {
  readonly at: { readonly x: number; readonly y: number };
  readonly items: readonly MenuAction[];
}

/** What stands in the panel and takes its own keys, and the browser's own menu for what is typed. */
const OWN_MENU = 'input, textarea, button';

/**
 * What can be done with the shown message: at the pointer, or at the top of its panel by the menu key or
 * Shift+F10 while that has the focus. A line of JSON has a menu of its own.
 */
export function useMessageMenu(
  body: RefObject<HTMLElement | null>,
  itemsOf: () => readonly MenuAction[],
): { readonly open: (event: MouseEvent) => void; readonly drawn: ReactNode } {
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const latest = useRef(itemsOf);
  useEffect(() => {
    latest.current = itemsOf;
  }, [itemsOf]);
  useEffect(() => {
    const panel = panelOf(body.current);
    if (panel === null) return;
    const press = (event: KeyboardEvent): void => {
      const isMenuKey = event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
      const items = latest.current();
      if (!isMenuKey || event.target !== panel || items.length === 0) return;
      event.preventDefault();
      const { left, top } = panel.getBoundingClientRect();
      setMenu({ at: { x: left + 24, y: top + 24 }, items });
    };
    panel.addEventListener('keydown', press);
    return () => panel.removeEventListener('keydown', press);
  }, [body]);
  const open = (event: MouseEvent): void => {
    const selection = document.getSelection();
    const isOther = event.target instanceof Element && event.target.closest(OWN_MENU) !== null;
    const items = itemsOf();
    if (event.defaultPrevented || isOther || items.length === 0) return;
    // What is selected is copied by the browser's own menu.
    if (selection !== null && !selection.isCollapsed) return;
    event.preventDefault();
    setMenu({ at: { x: event.clientX, y: event.clientY }, items });
  };
  const drawn =
    menu === null ? null : (
      <Menu
        key={`${String(menu.at.x)} ${String(menu.at.y)}`}
        label="Actions for the message"
        items={menu.items}
        at={menu.at}
        onClose={() => setMenu(null)}
      />
    );
  return { open, drawn };
}
