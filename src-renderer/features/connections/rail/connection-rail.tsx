import {
  memo,
  useCallback,
  useDeferredValue,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { useStore } from 'zustand';
import { Plus } from 'lucide-react';
import type {
  ConnectionState,
  ConnectionSummary,
  Profile,
} from '../../../../src-main/contract/model/model.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { isOff, phaseWords, stateWord } from '../../../state/connections/describe.ts';
import { IconButton } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/field.tsx';
import { formatBytes, formatCounted, formatRate, secondsUntil } from '../../../ui/base/format.ts';
import { Menu } from '../../../ui/controls/menu.tsx';
import { useNow } from '../../../ui/base/use-now.ts';
import { reportOf } from '../base/actions.ts';
import { CollapsedFolders } from './collapsed-folders.ts';
import { connectionItems } from '../base/connection-menu.ts';
import { useFocusOnCopy } from './focus-on-copy.ts';
import { FolderDialog } from './folder-dialog.tsx';
import { connectionPlace } from '../base/places.ts';
import { RailEntry } from './rail-entry.tsx';
import { matching, savedRows } from '../base/rail-rows.ts';
import { SavedList, type OpenMenu } from './saved-list.tsx';
import { StateIcon } from '../base/state-icon.tsx';
import './connection-rail.css';

const NOTHING: ReadonlySet<string> = new Set();

interface RailProps {
  readonly app: AppState;
  /** What is watched of the selected connection. */
  readonly watching: ReactNode;
  readonly footer: ReactNode;
}

/** `navigation` "Connections": open ones with their state and rate, then the saved profiles. */
export function ConnectionRail({ app, watching, footer }: RailProps) {
  const { connections, selection } = useStore(app.connections.store);
  const profiles = useStore(app.profiles.store, (state) => state.profiles);
  const notice = useStore(app.profiles.store, (state) => state.notice);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const [query, setQuery] = useState('');
  const [said, setSaid] = useState('');
  const [renaming, setRenaming] = useState<string | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const [folders] = useState(() => new CollapsedFolders(app.memory));
  const collapsed = useStore(folders.store);
  const fold = useCallback((path: string, closed: boolean) => folders.set(path, closed), [folders]);
  // Typing goes on while a long list is being made.
  const { order, rows } = useSaved(profiles, connections, useDeferredValue(query), collapsed);
  const open = matchingConnections(connections, query);

  const selected = selection === null ? null : `${selection.kind}:${selection.id}`;
  const list = useRef<HTMLDivElement>(null);
  useFocusOnCopy(app, list);
  const ids = railIds(open, rows);
  const known = new Set(ids);
  const tabStop = [focused, selected, ids[0] ?? null].find((id) => id !== null && known.has(id)) ?? null;

  return (
    <nav className="rail" aria-label="Connections" data-pane=".rail-button[tabindex='0']">
      <Head app={app} />
      <Search query={query} onQuery={setQuery} />
      <div
        ref={list}
        role="presentation"
        className="rail-list"
        onKeyDown={onListKey}
        onFocus={({ target }) =>
          setFocused(target.closest<HTMLElement>('[data-rail]')?.dataset['rail'] ?? null)
        }
      >
        {open.map((connection) => (
          <ConnectionEntry
            key={connection.id}
            app={app}
            connection={connection}
            current={selected === `connection:${connection.id}`}
            tabbable={tabStop === `connection:${connection.id}`}
            onMenu={setMenu}
          />
        ))}
        <SavedList
          app={app}
          rows={rows}
          order={order}
          selected={selection?.kind === 'profile' ? selection.id : null}
          tabStop={tabStop}
          onFold={fold}
          onRenameFolder={setRenaming}
          onMenu={setMenu}
          onSay={setSaid}
        />
        {known.size === 0 && query !== '' ? <p className="rail-notice meta">Nothing matches.</p> : null}
        {notice === null ? null : (
          <p role="status" className="rail-notice meta">
            {notice.message} {notice.advice}
          </p>
        )}
      </div>
      <p role="status" className="visually-hidden">
        {said}
      </p>
      {watching}
      <div className="rail-foot">{footer}</div>
      {/* By its place: a second menu does not end when the first one is gone. */}
      {menu === null ? null : (
        <Menu key={`${menu.at.x} ${menu.at.y}`} {...menu} onClose={() => setMenu(null)} />
      )}
      {renaming === null ? null : (
        <FolderDialog app={app} path={renaming} onClose={() => setRenaming(null)} />
      )}
    </nav>
  );
}

function railIds(open: readonly ConnectionSummary[], rows: ReturnType<typeof savedRows>): readonly string[] {
  return [
    ...open.map(({ id }) => `connection:${id}`),
    ...rows.map((row) => (row.kind === 'folder' ? `folder:${row.path}` : `profile:${row.profile.id}`)),
  ];
}

const Head = memo(function Head({ app }: Pick<RailProps, 'app'>) {
  return (
    <div className="rail-head">
      <h1 className="rail-title">Topicscope</h1>
      <IconButton
        label="New connection"
        icon={Plus}
        keys="Mod+N"
        onClick={() => app.shell.open({ kind: 'editor', profileId: null, prefill: null })}
      />
    </div>
  );
});

/** The saved profiles that are not open, in order and as rows; made again only when they changed. */
function useSaved(
  profiles: readonly Profile[],
  connections: readonly ConnectionSummary[],
  query: string,
  collapsed: ReadonlySet<string>,
) {
  const openIds = connections.map(({ profileId }) => profileId ?? '').join('\n');
  return useMemo(() => {
    const open = new Set(openIds.split('\n'));
    const saved = profiles.filter(({ id }) => !open.has(id));
    const searching = query.trim() !== '';
    return {
      order: searching ? null : saved,
      rows: savedRows(matching(saved, query), searching ? NOTHING : collapsed),
    };
  }, [profiles, openIds, query, collapsed]);
}

function matchingConnections(connections: readonly ConnectionSummary[], query: string) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return connections.filter(({ name, address }) =>
    words.every((word) => `${name} ${address}`.toLowerCase().includes(word)),
  );
}

interface SearchProps {
  readonly query: string;
  readonly onQuery: (query: string) => void;
}

/** Connections have other figures each second; the field has not. */
const Search = memo(function Search({ query, onQuery }: SearchProps) {
  const clear = useCallback(() => onQuery(''), [onQuery]);
  return (
    <div className="rail-search">
      <TextField
        type="search"
        label="Search connections"
        hideLabel
        placeholder="Search"
        value={query}
        onChange={onQuery}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && query !== '') {
            event.preventDefault();
            clear();
          } else if (event.key === 'ArrowDown') {
            event.preventDefault();
            event.currentTarget.closest('nav')?.querySelector<HTMLElement>('.rail-button')?.focus();
          }
        }}
      />
    </div>
  );
});

/** Arrow keys go from entry to entry; Alt with them belongs to the entries. */
function onListKey(event: KeyboardEvent<HTMLElement>): void {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('.rail-button')];
  const here = all.findIndex((button) => button === document.activeElement);
  const target = {
    ArrowDown: all[here + 1],
    ArrowUp: all[here - 1],
    Home: all[0],
    End: all[all.length - 1],
  }[event.key];
  if (here < 0 || target === undefined) return;
  event.preventDefault();
  target.focus();
}

interface ConnectionEntryProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly current: boolean;
  readonly tabbable: boolean;
  readonly onMenu: (menu: OpenMenu) => void;
}

function ConnectionEntry({ app, connection, current, tabbable, onMenu }: ConnectionEntryProps) {
  const { id, name, state, rate, profileId } = connection;
  const colour = useStore(
    app.profiles.store,
    ({ profiles }) => profiles.find((profile) => profile.id === profileId)?.colour ?? 'none',
  );
  const series = useStore(app.runningSeries.store, (counts) => counts.get(id) ?? 0);
  const goesOn = series === 0 ? undefined : `${formatCounted(series, 'series', 'series')} running`;
  return (
    <RailEntry
      railId={`connection:${id}`}
      goesOn={goesOn}
      icon={<StateIcon state={state} />}
      name={name}
      colour={colour}
      current={current}
      tabbable={tabbable}
      state={stateWord(state)}
      detail={detailWords(connection)}
      figure={state.kind === 'waiting' ? <Countdown until={state.retryAt} /> : rateWords(state, rate)}
      title={[goesOn, trafficWords(connection)].filter(Boolean).join('. ')}
      onSelect={() => app.connections.select({ kind: 'connection', id })}
      onConnect={() => {
        app.connections.select({ kind: 'connection', id });
        if (isOff(state)) void reportOf(app, app.connections.connect(id));
      }}
      onMenu={(at) => onMenu({ label: `Actions for ${name}`, items: connectionItems(app, connection), at })}
    />
  );
}

/** `broker.example:1883: 12 kB/s in, 0 B/s out` */
function trafficWords({ address, state, bytesInRate, bytesOutRate }: ConnectionSummary): string {
  if (state.kind !== 'online') return address;
  return `${address}: ${formatBytes(bytesInRate)}/s in, ${formatBytes(bytesOutRate)}/s out`;
}

function rateWords(state: ConnectionState, rate: number): string {
  return state.kind === 'online' ? `${formatRate(rate)}/s` : '';
}

function detailWords({ state, address, protocol }: ConnectionSummary): string {
  if (state.kind === 'waiting') return `Retrying, attempt ${state.attempt}`;
  if (state.kind === 'stopped') return state.why === null ? 'Disconnected' : state.why.message;
  return phaseWords(state) ?? connectionPlace(protocol, address);
}

/** The digits change in place; the width does not. */
function Countdown({ until }: { readonly until: number }) {
  return <>in {secondsUntil(until, useNow())} s</>;
}
