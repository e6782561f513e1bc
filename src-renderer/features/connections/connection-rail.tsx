import { useId, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { Plus } from 'lucide-react';
import type { ConnectionState, ConnectionSummary, Profile } from '../../../src-main/contract/model.ts';
import type { AppState } from '../../state/app-state.ts';
import type { Selection } from '../../state/connections.ts';
import { isOff, phaseWords, stateWord } from '../../state/describe.ts';
import { IconButton } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { formatRate, secondsUntil } from '../../ui/format.ts';
import { Menu, type MenuItem } from '../../ui/menu.tsx';
import { useNow } from '../../ui/use-now.ts';
import { VisuallyHidden } from '../../ui/visually-hidden.tsx';
import { connectProfile, reportOf } from './actions.ts';
import { connectionPlace, profilePlace } from './places.ts';
import { connectionItems, profileItems } from './connection-menu.ts';
import { StateIcon } from './state-icon.tsx';
import './connection-rail.css';

interface OpenMenu {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly at: { readonly x: number; readonly y: number };
}

/** `navigation` "Connections": open ones with their state and rate, then the saved profiles. */
export function ConnectionRail({ app, footer }: { readonly app: AppState; readonly footer: ReactNode }) {
  const { connections, selection } = useStore(app.connections.store);
  const profiles = useStore(app.profiles.store, (state) => state.profiles);
  const notice = useStore(app.profiles.store, (state) => state.notice);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const openProfiles = new Set(connections.map(({ profileId }) => profileId));
  const saved = profiles.filter(({ id }) => !openProfiles.has(id));

  return (
    <nav className="rail" aria-label="Connections" data-pane>
      <div className="rail-head">
        <h1 className="rail-title">Topicscope</h1>
        <IconButton
          label="New connection"
          icon={Plus}
          keys="Mod+N"
          onClick={() => app.shell.open({ kind: 'editor', profileId: null, prefill: null })}
        />
      </div>
      <div className="rail-list">
        {connections.map((connection) => (
          <ConnectionEntry
            key={connection.id}
            app={app}
            connection={connection}
            current={isSelected(selection, 'connection', connection.id)}
            onMenu={setMenu}
          />
        ))}
        {saved.length === 0 ? null : <h2 className="rail-section">Saved</h2>}
        {saved.map((profile) => (
          <ProfileEntry
            key={profile.id}
            app={app}
            profile={profile}
            current={isSelected(selection, 'profile', profile.id)}
            onMenu={setMenu}
          />
        ))}
        {notice === null ? null : (
          <p role="status" className="rail-notice meta">
            {notice.message} {notice.advice}
          </p>
        )}
      </div>
      <div className="rail-foot">{footer}</div>
      {menu === null ? null : <Menu {...menu} onClose={() => setMenu(null)} />}
    </nav>
  );
}

function isSelected(selection: Selection | null, kind: Selection['kind'], id: string): boolean {
  return selection?.kind === kind && selection.id === id;
}

interface ConnectionEntryProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly current: boolean;
  readonly onMenu: (menu: OpenMenu) => void;
}

function ConnectionEntry({ app, connection, current, onMenu }: ConnectionEntryProps) {
  const { id, name, state, rate, address } = connection;
  return (
    <Entry
      name={name}
      state={state}
      current={current}
      detail={detailWords(connection)}
      figure={state.kind === 'waiting' ? <Countdown until={state.retryAt} /> : rateWords(state, rate)}
      title={address}
      onSelect={() => app.connections.select({ kind: 'connection', id })}
      onConnect={() => {
        app.connections.select({ kind: 'connection', id });
        if (isOff(state)) void reportOf(app, app.connections.connect(id));
      }}
      onMenu={(at) => onMenu({ label: `Actions for ${name}`, items: connectionItems(app, connection), at })}
    />
  );
}

interface ProfileEntryProps {
  readonly app: AppState;
  readonly profile: Profile;
  readonly current: boolean;
  readonly onMenu: (menu: OpenMenu) => void;
}

function ProfileEntry({ app, profile, current, onMenu }: ProfileEntryProps) {
  const { id, options } = profile;
  return (
    <Entry
      name={options.name === '' ? options.host : options.name}
      state={null}
      current={current}
      detail={profilePlace(options)}
      figure={null}
      onSelect={() => app.connections.select({ kind: 'profile', id })}
      onConnect={() => void connectProfile(app, id)}
      onMenu={(at) => onMenu({ label: `Actions for ${options.name}`, items: profileItems(app, profile), at })}
    />
  );
}

interface EntryProps {
  readonly name: string;
  /** Null: saved, not open. */
  readonly state: ConnectionState | null;
  readonly current: boolean;
  readonly detail: string;
  readonly figure: ReactNode;
  readonly title?: string;
  readonly onSelect: () => void;
  /** Double click or Enter. */
  readonly onConnect: () => void;
  readonly onMenu: (at: { x: number; y: number }) => void;
}

function Entry(props: EntryProps) {
  const { name, state, current, detail, figure, title, onSelect, onConnect, onMenu } = props;
  const id = useId();
  const menuBelow = (element: HTMLElement) => {
    const { left, bottom } = element.getBoundingClientRect();
    onMenu({ x: left + 24, y: bottom });
  };
  // The button is named by the name alone and covers the whole entry; the rest describes it.
  return (
    <div className={classes('rail-entry', current && 'rail-current')} title={title}>
      <StateIcon state={state} />
      <button
        type="button"
        className="rail-button"
        aria-describedby={`${id}-state`}
        aria-current={current ? 'true' : undefined}
        onClick={onSelect}
        onDoubleClick={onConnect}
        onContextMenu={(event: MouseEvent<HTMLElement>) => {
          event.preventDefault();
          // The menu key reports no place of its own.
          if (event.clientX === 0 && event.clientY === 0) menuBelow(event.currentTarget);
          else onMenu({ x: event.clientX, y: event.clientY });
        }}
        onKeyDown={(event: KeyboardEvent<HTMLElement>) => {
          if (event.key === 'Enter') {
            event.preventDefault();
            onConnect();
          } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
            event.preventDefault();
            menuBelow(event.currentTarget);
          } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            neighbour(event.currentTarget, event.key === 'ArrowDown' ? 1 : -1)?.focus();
          }
        }}
      >
        <span className="rail-name cut">{name}</span>
      </button>
      <span aria-hidden className="rail-figure">
        {figure}
      </span>
      <span aria-hidden id={`${id}-state`} className="rail-detail cut">
        <VisuallyHidden>{state === null ? 'Saved, not open: ' : `${stateWord(state)}: `}</VisuallyHidden>
        {detail}
      </span>
    </div>
  );
}

function neighbour(element: HTMLElement, step: 1 | -1): HTMLElement | undefined {
  const all = [...(element.closest('.rail-list')?.querySelectorAll<HTMLElement>('.rail-button') ?? [])];
  return all[all.indexOf(element) + step];
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
