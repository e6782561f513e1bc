import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { LucideIcon } from 'lucide-react';
import { IconButton } from './button.tsx';
import { classes } from '../base/classes.ts';
import { Icon } from '../base/icon.tsx';
import { Kbd } from '../base/kbd.tsx';
import './menu.css';

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly keys?: string | undefined;
  /** Why it cannot be done now; shown beside it. */
  readonly off?: string | null;
  readonly danger?: boolean;
  readonly run: () => void;
}

export interface MenuProps {
  /** The accessible name. */
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** Window coordinates of its top left corner; it is moved to fit. */
  readonly at: { readonly x: number; readonly y: number };
  readonly onClose: () => void;
}

/** An ARIA menu in the top layer; Escape and a press outside close it, focus returns to where it was. */
export function Menu({ label, items, at, onClose }: MenuProps) {
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState(at);

  useLayoutEffect(() => {
    const menu = box.current;
    if (menu === null) return;
    menu.showPopover();
    const { width, height } = menu.getBoundingClientRect();
    setPlace({
      x: Math.max(4, Math.min(at.x, window.innerWidth - width - 4)),
      y: Math.max(4, Math.min(at.y, window.innerHeight - height - 4)),
    });
    menu.querySelector<HTMLElement>('[role=menuitem]')?.focus();
  }, [at]);

  useEffect(() => {
    const menu = box.current;
    const onToggle = (event: Event) => {
      if (event instanceof ToggleEvent && event.newState === 'closed') onClose();
    };
    menu?.addEventListener('toggle', onToggle);
    return () => menu?.removeEventListener('toggle', onToggle);
  }, [onClose]);

  const onKeyDown = (event: KeyboardEvent) => {
    const all = [...(box.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    const here = all.findIndex((item) => item === document.activeElement);
    const target = {
      ArrowDown: all[(here + 1) % all.length],
      ArrowUp: all[(here - 1 + all.length) % all.length],
      Home: all[0],
      End: all[all.length - 1],
    }[event.key];
    if (event.key === 'Tab') box.current?.hidePopover();
    if (target === undefined) return;
    event.preventDefault();
    target.focus();
  };

  return (
    <div
      ref={box}
      popover="auto"
      role="menu"
      aria-label={label}
      className="menu"
      style={{ left: place.x, top: place.y }}
      onKeyDown={onKeyDown}
    >
      {items.map((item) => (
        <button
          key={item.id}
          type="button"
          role="menuitem"
          tabIndex={-1}
          aria-disabled={item.off === null || item.off === undefined ? undefined : true}
          className={classes('menu-item', item.danger === true && 'tone-err')}
          onClick={() => {
            if (item.off !== null && item.off !== undefined) return;
            box.current?.hidePopover();
            item.run();
          }}
        >
          {item.icon === undefined ? <span className="menu-space" /> : <Icon of={item.icon} size={14} />}
          <span className="menu-label">{item.label}</span>
          {item.off === null || item.off === undefined ? null : <span className="menu-off">{item.off}</span>}
          {item.keys === undefined ? null : <Kbd keys={item.keys} />}
        </button>
      ))}
    </div>
  );
}

export interface MenuButtonProps {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly small?: boolean;
  readonly items: readonly MenuItem[];
}

/** An icon button that opens a menu below itself. */
export function MenuButton({ label, icon, small, items }: MenuButtonProps): ReactNode {
  const [at, setAt] = useState<{ x: number; y: number } | null>(null);
  return (
    <>
      <IconButton
        label={label}
        icon={icon}
        small={small === true}
        aria-haspopup="menu"
        aria-expanded={at !== null}
        onClick={(event) => {
          const { left, bottom } = event.currentTarget.getBoundingClientRect();
          setAt({ x: left, y: bottom + 4 });
        }}
      />
      {at === null ? null : <Menu label={label} items={items} at={at} onClose={() => setAt(null)} />}
    </>
  );
}
