import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import { useId, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import type { ProfileColour } from '../../../../src-main/contract/model/model.ts';
import { Repeat } from 'lucide-react';
import { Icon } from '../../../ui/base/icon.tsx';
import { classes } from '../../../ui/base/classes.ts';
import { VisuallyHidden } from '../../../ui/base/visually-hidden.tsx';
import { COLOUR_WORDS, ProfileMark } from '../base/colours.tsx';

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface RailEntryProps {
  /** Unique in the list; `connection:…` or `profile:…`. */
  readonly railId: string;
  readonly icon: ReactNode;
  readonly name: string;
  readonly colour: ProfileColour;
  readonly current: boolean;
  /** The one stop of the tab key in the list. */
  readonly tabbable: boolean;
  /** What it is, for screen readers: `Saved, not open`. */
  readonly state: string;
  readonly detail: string;
  readonly figure: ReactNode;
  /** What goes on there by itself: `1 series running`; nothing where nothing does. */
  readonly goesOn?: string | undefined;
  readonly title?: string;
  readonly level?: number;
  readonly drop?: 'before' | 'after' | null;
  readonly draggable?: boolean;
  /** Keys of its own, as ARIA writes them. */
  readonly keys?: string;
  readonly onSelect: () => void;
  /** Double click or Enter. */
  readonly onConnect: () => void;
  readonly onMenu: (at: Point) => void;
  /** Keys of its own; true: it was one. */
  readonly onKey?: (event: KeyboardEvent<HTMLElement>) => boolean;
}

/** One connection or profile: a button named by its name alone; what else it shows describes it. */
export function RailEntry(props: RailEntryProps) {
  const { railId, icon, name, colour, current, tabbable, figure, title, level = 0, drop = null } = props;
  const id = useId();
  return (
    <div
      className={classes('rail-entry', current && 'rail-current', drop !== null && `rail-drop-${drop}`)}
      style={level === 0 ? undefined : { marginLeft: `${level * 12}px` }}
      title={title === undefined ? undefined : escapeUnsafe(title)}
      draggable={props.draggable}
      data-rail={railId}
    >
      {icon}
      <ProfileMark colour={colour} />
      <button
        type="button"
        className="rail-button"
        tabIndex={tabbable ? 0 : -1}
        aria-describedby={`${id}-state`}
        aria-keyshortcuts={props.keys}
        aria-current={current ? 'true' : undefined}
        onClick={props.onSelect}
        onDoubleClick={props.onConnect}
        onContextMenu={(event) => openMenu(event, props.onMenu)}
        onKeyDown={(event) => onEntryKey(event, props)}
      >
        <span className="rail-name cut">{escapeUnsafe(name)}</span>
      </button>
      {(figure === null || figure === '') && props.goesOn === undefined ? null : (
        <span aria-hidden className="rail-figure">
          {props.goesOn === undefined ? null : <Icon of={Repeat} size={12} className="rail-goes-on" />}
          {figure}
        </span>
      )}
      <span aria-hidden id={`${id}-state`} className="rail-detail cut">
        <VisuallyHidden>{stateWords(props.state, colour)}</VisuallyHidden>
        {props.goesOn === undefined ? null : `${props.goesOn}, `}
        {colour === 'red' ? <span className="rail-production">production </span> : null}
        {escapeUnsafe(props.detail)}
      </span>
    </div>
  );
}

function stateWords(state: string, colour: ProfileColour): string {
  const shown = colour === 'none' || colour === 'red';
  return shown ? `${state}: ` : `${state}, ${COLOUR_WORDS[colour].toLowerCase()}: `;
}

function onEntryKey(event: KeyboardEvent<HTMLElement>, { onKey, onConnect, onMenu }: RailEntryProps): void {
  if (onKey?.(event) === true) event.preventDefault();
  else if (event.key === 'Enter') {
    event.preventDefault();
    onConnect();
  } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
    event.preventDefault();
    menuBelow(event.currentTarget, onMenu);
  }
}

/** At the pointer, or below the entry: the menu key reports no place of its own. */
export function openMenu(event: MouseEvent<HTMLElement>, onMenu: (at: Point) => void): void {
  event.preventDefault();
  if (event.clientX === 0 && event.clientY === 0) menuBelow(event.currentTarget, onMenu);
  else onMenu({ x: event.clientX, y: event.clientY });
}

export function menuBelow(element: HTMLElement, onMenu: (at: Point) => void): void {
  const { left, bottom } = element.getBoundingClientRect();
  onMenu({ x: left + 24, y: bottom });
}
