import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import { formatCounted } from '../../../ui/base/format.ts';
import {
  memo,
  startTransition,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type DragEvent,
  type KeyboardEvent,
} from 'react';
import { ChevronDown, ChevronRight } from 'lucide-react';
import type { Profile, ProfileColour } from '../../../../src-main/contract/model/model.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import type { ProfilePlace } from '../../../state/connections/profiles.ts';
import { classes } from '../../../ui/base/classes.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import type { MenuItem } from '../../../ui/controls/menu.tsx';
import { connectProfile, removeProfile, reportOf } from '../base/actions.ts';
import { folderItems, profileItems } from '../base/connection-menu.ts';
import { profilePlace } from '../base/places.ts';
import { menuBelow, openMenu, RailEntry, type Point } from './rail-entry.tsx';
import { dropPlace, placeWords, stepPlace, type SavedRow } from '../base/rail-rows.ts';

/** Rows that are there at once; the rest follows without holding anything up. */
const FIRST_ROWS = 60;

export interface OpenMenu {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly at: Point;
}

interface SavedListProps {
  readonly app: AppState;
  readonly rows: readonly SavedRow[];
  /** All that are saved and not open, whatever is collapsed; null while searching: there is no order then. */
  readonly order: readonly Profile[] | null;
  /** Id of the selected profile. */
  readonly selected: string | null;
  /** Rail id of the one stop of the tab key. */
  readonly tabStop: string | null;
  readonly onFold: (path: string, closed: boolean) => void;
  readonly onRenameFolder: (path: string) => void;
  readonly onMenu: (menu: OpenMenu) => void;
  /** For screen readers. */
  readonly onSay: (words: string) => void;
}

interface Drop {
  readonly kind: 'profile' | 'folder';
  readonly id: string;
  readonly after: boolean;
}

/** The saved profiles in their folders: sorted by drag or with Alt and the arrow keys. */
export const SavedList = memo(function SavedList(props: SavedListProps) {
  const { rows, order, selected, tabStop } = props;
  const list = useRef<HTMLDivElement>(null);
  const [limit, setLimit] = useState(FIRST_ROWS);
  useEffect(() => startTransition(() => setLimit(Number.POSITIVE_INFINITY)), []);
  const move = useMover(props, list);
  const dragging = useDragging(order, move);
  const actions = useSavedActions(props, move);
  return (
    <div ref={list} className="rail-saved" {...dragging.handlers}>
      {rows.length === 0 ? null : (
        <h2
          className={classes('rail-section', dragging.drop?.id === '' && 'rail-drop-into')}
          data-rail="folder:"
        >
          Saved
        </h2>
      )}
      {rows.slice(0, limit).map((row) => {
        const drop = dropOf(dragging.drop, row);
        if (row.kind === 'folder')
          return (
            <FolderRow
              key={`folder:${row.path}`}
              {...row}
              into={drop !== null}
              tabbable={tabStop === `folder:${row.path}`}
              actions={actions}
            />
          );
        const { id, options, colour, autoConnect } = row.profile;
        return (
          <SavedEntry
            key={id}
            id={id}
            name={options.name === '' ? options.host : options.name}
            detail={profilePlace(options)}
            colour={colour}
            autoConnect={autoConnect}
            level={row.level}
            current={selected === id}
            tabbable={tabStop === `profile:${id}`}
            drop={drop}
            actions={actions}
          />
        );
      })}
    </div>
  );

  function dropOf(drop: Drop | null, row: SavedRow): 'before' | 'after' | null {
    if (drop === null) return null;
    const hit = row.kind === 'folder' ? row.path === drop.id : row.profile.id === drop.id;
    if (!hit || row.kind !== drop.kind) return null;
    return drop.after ? 'after' : 'before';
  }
});

type Mover = (id: string, to: ProfilePlace | null) => void;

/** Moves a profile, keeps the focus on it and says where it is now. */
function useMover(
  { app, order, onFold, onSay }: SavedListProps,
  list: { current: HTMLElement | null },
): Mover {
  const moved = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (moved.current === null || order === null) return;
    const profile = order.find(({ id }) => id === moved.current);
    if (profile === undefined) return;
    list.current
      ?.querySelector<HTMLElement>(`[data-rail="profile:${CSS.escape(profile.id)}"] .rail-button`)
      ?.focus();
    onSay(escapeUnsafe(`${profile.options.name}: ${placeWords(order, profile.id)}`));
    moved.current = null;
  }, [order, list, onSay]);
  return (id, to) => {
    if (order === null) return onSay('Clear the search to change the order.');
    if (to === null) return onSay('It cannot go further.');
    const levels = to.folder.split('/').filter(Boolean);
    levels.forEach((_, index) => onFold(levels.slice(0, index + 1).join('/'), false));
    moved.current = id;
    void reportOf(app, app.profiles.move(id, to));
  };
}

interface SavedActions {
  select(id: string): void;
  connect(id: string): void;
  menu(id: string, at: Point): void;
  /** Keys of a profile's row; true: it was one. */
  key(id: string, event: KeyboardEvent<HTMLElement>): boolean;
  fold(path: string, closed: boolean): void;
  folderMenu(path: string, at: Point): void;
}

/** One set of actions for all rows, the same for the life of the list: rows are drawn again only for news. */
function useSavedActions(props: SavedListProps, move: Mover): SavedActions {
  const latest = useRef({ ...props, move });
  useLayoutEffect(() => {
    latest.current = { ...props, move };
  });
  const { app } = props;
  return useMemo<SavedActions>(
    () => ({
      select: (id) => app.connections.select({ kind: 'profile', id }),
      connect: (id) => void connectProfile(app, id),
      menu(id, at) {
        const profile = app.profiles.find(id);
        if (profile === null) return;
        const items = profileItems(app, profile);
        latest.current.onMenu({ label: `Actions for ${profile.options.name}`, items, at });
      },
      key(id, event) {
        const { order } = latest.current;
        if (event.key === 'Delete') {
          const next = neighbourOf(event.currentTarget);
          void removeProfile(app, id).then(() => next?.focus());
          return true;
        }
        if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return false;
        const to = order === null ? null : stepPlace(order, id, event.key === 'ArrowUp' ? -1 : 1);
        latest.current.move(id, to);
        return true;
      },
      fold: (path, closed) => latest.current.onFold(path, closed),
      folderMenu(path, at) {
        const items = folderItems(app, path, () => latest.current.onRenameFolder(path));
        latest.current.onMenu({ label: `Actions for ${path}`, items, at });
      },
    }),
    [app],
  );
}

/** The entry that takes the focus when this one is gone. */
function neighbourOf(button: HTMLElement): HTMLElement | undefined {
  const all = [...(button.closest('.rail-list')?.querySelectorAll<HTMLElement>('.rail-button') ?? [])];
  const at = all.indexOf(button);
  return all[at + 1] ?? all[at - 1];
}

const DRAGGED = 'application/x-topicscope-profile';

/** Dragging by the pointer; where it would land is marked. */
function useDragging(order: readonly Profile[] | null, move: Mover) {
  const [drop, setDrop] = useState<Drop | null>(null);
  const dragged = useRef<string | null>(null);
  const end = () => {
    dragged.current = null;
    setDrop(null);
  };
  const handlers = {
    onDragStart(event: DragEvent<HTMLElement>) {
      const id = railIdAt(event)?.replace(/^profile:/, '');
      if (id === undefined || order === null) return event.preventDefault();
      dragged.current = id;
      event.dataTransfer.setData(DRAGGED, id);
      event.dataTransfer.effectAllowed = 'move';
    },
    onDragOver(event: DragEvent<HTMLElement>) {
      if (dragged.current === null) return;
      event.preventDefault();
      const next = dropAt(event);
      if (next?.id !== drop?.id || next?.after !== drop?.after) setDrop(next);
    },
    onDragLeave(event: DragEvent<HTMLElement>) {
      const to = event.relatedTarget;
      if (!(to instanceof Node) || !event.currentTarget.contains(to)) setDrop(null);
    },
    onDrop(event: DragEvent<HTMLElement>) {
      const id = dragged.current;
      const target = dropAt(event);
      end();
      if (id === null || target === null || order === null || target.id === id) return;
      event.preventDefault();
      const others = order.filter((one) => one.id !== id);
      move(id, dropPlace(others, target));
    },
    onDragEnd: end,
  };
  return { drop, handlers };
}

function railIdAt(event: DragEvent<HTMLElement>): string | undefined {
  return event.target instanceof Element
    ? event.target.closest<HTMLElement>('[data-rail]')?.dataset['rail']
    : undefined;
}

function dropAt(event: DragEvent<HTMLElement>): Drop | null {
  const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-rail]') : null;
  const [kind, ...rest] = (row?.dataset['rail'] ?? '').split(':');
  if (row === null || (kind !== 'profile' && kind !== 'folder')) return null;
  const { top, height } = row.getBoundingClientRect();
  return { kind, id: rest.join(':'), after: kind === 'profile' && event.clientY > top + height / 2 };
}

interface SavedEntryProps {
  readonly id: string;
  readonly name: string;
  readonly detail: string;
  readonly colour: ProfileColour;
  readonly autoConnect: boolean;
  readonly level: number;
  readonly current: boolean;
  readonly tabbable: boolean;
  readonly drop: 'before' | 'after' | null;
  readonly actions: SavedActions;
}

const SavedEntry = memo(function SavedEntry({ id, autoConnect, actions, ...entry }: SavedEntryProps) {
  return (
    <RailEntry
      {...entry}
      railId={`profile:${id}`}
      icon={<span aria-hidden className="rail-ring" />}
      title={`${entry.name}: ${entry.detail}`}
      state={autoConnect ? 'Saved, not open, connects at start' : 'Saved, not open'}
      figure={autoConnect ? 'auto' : null}
      draggable
      keys="Alt+ArrowUp Alt+ArrowDown Delete"
      onSelect={() => actions.select(id)}
      onConnect={() => actions.connect(id)}
      onMenu={(at) => actions.menu(id, at)}
      onKey={(event) => actions.key(id, event)}
    />
  );
});

interface FolderRowProps {
  readonly path: string;
  readonly name: string;
  readonly level: number;
  readonly count: number;
  readonly open: boolean;
  readonly into: boolean;
  readonly tabbable: boolean;
  readonly actions: SavedActions;
}

const FolderRow = memo(function FolderRow(props: FolderRowProps) {
  const { path, name, level, count, open, into, tabbable, actions } = props;
  return (
    <div
      className={classes('rail-folder', into && 'rail-drop-into')}
      style={{ marginLeft: `${level * 12}px` }}
      data-rail={`folder:${path}`}
    >
      <button
        type="button"
        className="rail-button rail-folder-button"
        tabIndex={tabbable ? 0 : -1}
        aria-expanded={open}
        aria-description={`Folder, ${formatCounted(count, 'profile')}`}
        title={escapeUnsafe(path)}
        onClick={() => actions.fold(path, open)}
        onContextMenu={(event) => openMenu(event, (at) => actions.folderMenu(path, at))}
        onKeyDown={(event) => {
          if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
            event.preventDefault();
            actions.fold(path, event.key === 'ArrowLeft');
          } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
            event.preventDefault();
            menuBelow(event.currentTarget, (at) => actions.folderMenu(path, at));
          }
        }}
      >
        <Icon of={open ? ChevronDown : ChevronRight} size={14} />
        <span className="rail-folder-name cut">{escapeUnsafe(name)}</span>
        <span aria-hidden className="rail-figure">
          {open ? null : count}
        </span>
      </button>
    </div>
  );
});
