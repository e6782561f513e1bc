import {
  useCallback,
  useEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import { Menu as Base } from '@base-ui/react/menu';
import { ChevronRight, type LucideIcon } from 'lucide-react';
import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';
import { IconButton } from './button.tsx';
import { classes } from '../base/classes.ts';
import { Icon } from '../base/icon.tsx';
import { Kbd } from '../base/kbd.tsx';
import './menu.css';

interface ItemLook {
  readonly id: string;
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly keys?: string | undefined;
  /** Why it cannot be done now; shown beside it. */
  readonly off?: string | null;
  readonly danger?: boolean;
}

export interface MenuAction extends ItemLook {
  readonly run: () => void;
}

/** Opens beside the menu: when the pointer rests on it, by a press, or by the arrow key towards it. */
export interface Submenu extends ItemLook {
  readonly items: readonly MenuAction[];
}

export type MenuItem = MenuAction | Submenu;

export interface MenuProps {
  /** The accessible name. */
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** Window coordinates of its top left corner; it is moved to fit. */
  readonly at: { readonly x: number; readonly y: number };
  /** It is closed, and focus is where it was before. */
  readonly onClose: () => void;
}

/** A menu at a point; Escape, Tab and a press outside close it, letters go to the item that starts so. */
export function Menu({ label, items, at, onClose }: MenuProps) {
  const [open, setOpen] = useState(true);
  const popup = useRef<HTMLDivElement>(null);
  const [choose, runChosen] = useChosen();
  return (
    <Base.Root
      modal={false}
      open={open}
      onOpenChange={setOpen}
      onOpenChangeComplete={(isOpen) => {
        if (isOpen) return focusFirstItem(popup.current);
        onClose();
        runChosen();
      }}
    >
      <MenuPopup
        label={label}
        items={items}
        choose={choose}
        popup={popup}
        onTab={() => setOpen(false)}
        anchor={{ getBoundingClientRect: () => new DOMRect(at.x, at.y, 0, 0) }}
      />
    </Base.Root>
  );
}

/** Nothing was pressed that the library knows of, so it gave focus to the menu as a whole. */
function focusFirstItem(popup: HTMLElement | null): void {
  // Who was quicker than the menu is on an item already, and stays there.
  if (popup?.querySelector('[role=menuitem]:focus') !== null) return;
  popup.querySelector<HTMLElement>('[role=menuitem]')?.focus();
}

export interface MenuButtonProps {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly small?: boolean;
  readonly items: readonly MenuItem[];
}

/** An icon button that opens a menu below itself. */
export function MenuButton({ label, icon, small, items }: MenuButtonProps): ReactNode {
  const [choose, runChosen] = useChosen();
  const [closed, setClosed] = useState(0);
  // The menu goes in the same commit; focus is back at the button a microtask after that. What is chosen may take
  // the button away, as an export that can be stopped does, and focus would go to the first thing of the page.
  useEffect(() => queueMicrotask(() => runChosen()), [closed, runChosen]);
  return (
    <Base.Root
      modal={false}
      onOpenChangeComplete={(isOpen) => {
        if (!isOpen) setClosed((times) => times + 1);
      }}
    >
      <Base.Trigger render={<IconButton label={label} icon={icon} small={small === true} />} />
      <MenuPopup label={label} items={items} choose={choose} gap={4} />
    </Base.Root>
  );
}

const MOVED = { side: 'shift', align: 'shift' } as const;

type Choose = (item: MenuAction) => void;

/**
 * What was chosen runs once the menu is gone and focus is back: a dialog that it opens then gives focus
 * back to where it was before the menu.
 */
function useChosen(): [Choose, () => void] {
  const chosen = useRef<MenuAction | null>(null);
  const choose = useCallback<Choose>((item) => {
    chosen.current = item;
  }, []);
  const run = useCallback(() => {
    const item = chosen.current;
    chosen.current = null;
    item?.run();
  }, []);
  return [choose, run];
}

interface MenuPopupProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly choose: Choose;
  readonly popup?: RefObject<HTMLDivElement | null>;
  /** Of a menu at a point: there is nothing it stands behind, so Tab would go to the start of the page. */
  readonly onTab?: () => void;
  /** Default: what opened it. */
  readonly anchor?: { getBoundingClientRect(): DOMRect };
  /** px between the two */
  readonly gap?: number;
}

function MenuPopup({ label, items, choose, popup, onTab, anchor, gap = 0 }: MenuPopupProps) {
  return (
    <Base.Portal>
      <Base.Positioner
        className="menu-place"
        positionMethod="fixed"
        side="bottom"
        align="start"
        sideOffset={gap}
        collisionPadding={4}
        // At a point there is nothing that it must not cover: it moves up until all of it is in sight.
        {...(anchor === undefined ? {} : { anchor, collisionAvoidance: MOVED })}
      >
        <Base.Popup
          ref={popup}
          aria-label={escapeUnsafe(label)}
          className="menu"
          {...(onTab === undefined
            ? {}
            : {
                onKeyDownCapture: (event: KeyboardEvent) => {
                  if (event.key !== 'Tab') return;
                  event.preventDefault();
                  event.stopPropagation();
                  onTab();
                },
              })}
        >
          {items.map((item) =>
            'items' in item ? (
              <SubmenuItem key={item.id} item={item} choose={choose} />
            ) : (
              <ActionItem key={item.id} item={item} choose={choose} />
            ),
          )}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}

function ActionItem({ item, choose }: { readonly item: MenuAction; readonly choose: Choose }) {
  return (
    <Base.Item
      label={item.label}
      disabled={isOff(item)}
      className={itemClass(item)}
      onClick={() => choose(item)}
    >
      <ItemWords item={item} />
    </Base.Item>
  );
}

function SubmenuItem({ item, choose }: { readonly item: Submenu; readonly choose: Choose }) {
  return (
    <Base.SubmenuRoot>
      <Base.SubmenuTrigger label={item.label} disabled={isOff(item)} className={itemClass(item)}>
        <ItemWords item={item} />
        <Icon of={ChevronRight} size={14} className="tone-mut" />
      </Base.SubmenuTrigger>
      <Base.Portal>
        <Base.Positioner className="menu-place" positionMethod="fixed" alignOffset={-4} collisionPadding={4}>
          <Base.Popup aria-label={escapeUnsafe(item.label)} className="menu">
            {item.items.map((one) => (
              <ActionItem key={one.id} item={one} choose={choose} />
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.SubmenuRoot>
  );
}

function isOff({ off }: ItemLook): boolean {
  return off !== null && off !== undefined;
}

function itemClass({ danger }: ItemLook): string {
  return classes('menu-item', danger === true && 'tone-err');
}

function ItemWords({ item }: { readonly item: ItemLook }) {
  return (
    <>
      {item.icon === undefined ? <span className="menu-space" /> : <Icon of={item.icon} size={14} />}
      {/* Folders and topics are called by others. */}
      <span className="menu-label">{escapeUnsafe(item.label)}</span>
      {isOff(item) ? <span className="menu-off">{item.off}</span> : null}
      {item.keys === undefined ? null : <Kbd keys={item.keys} />}
    </>
  );
}
