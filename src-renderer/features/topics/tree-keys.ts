import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import { goToNextMatch } from '../../state/tree/go-to.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { indexOfKey, rowAt, type ActiveRow, type SessionState } from '../../state/tree/view-state.ts';
import { shortcutKey, type PressedKey } from '../../ui/base/pressed-key.ts';
import { parentKey } from '../../../src-main/core/topics/levels.ts';

/** The part of a keyboard event that decides. */
export interface Keystroke extends PressedKey {
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** Letters typed within this time (ms) make one word. */
const TYPE_AHEAD_MS = 800;
/** So many of them; names that long are gone to in another way. */
const MAX_TYPED = 200;

type Command = (session: ConnectionSession, active: ActiveRow) => void;

const PLAIN: Readonly<Record<string, Command>> = {
  ArrowDown: (session) => step(session, 1),
  ArrowUp: (session) => step(session, -1),
  PageDown: (session) => step(session, page(session)),
  PageUp: (session) => step(session, -page(session)),
  Home: (session) => session.goToIndex(0, true),
  End: (session) => session.goToIndex(session.store.getState().total - 1, true),
  ArrowRight: (session, { view: { row } }) => {
    if (row.children === 0) return;
    if (session.isOpen(row)) session.enter(row.key);
    else session.expand(row.key);
  },
  ArrowLeft: (session, { view: { row } }) => {
    if (row.children > 0 && session.isOpen(row)) return session.collapse(row.key);
    const parent = parentKey(row.key, session.store.getState().separator);
    if (parent !== null) session.goToKey(parent, 0, true);
  },
  '*': (session, { view }) => session.expandSiblings(view.row.key),
  Enter: (session, { view }) => session.select(view.row.key),
  ' ': (session) => session.togglePause(),
  F3: (session) => goToNextMatch(session),
  Delete: (session, { view }) => session.openClear([view.row.key]),
};

const WITH_SHIFT: Readonly<Record<string, Command>> = {
  ArrowLeft: (session, { view }) => session.collapseSiblings(view.row.key),
  ArrowRight: (session, { view }) => session.expandSiblings(view.row.key),
};

function page(session: ConnectionSession): number {
  return Math.max(1, Math.floor(session.store.getState().viewRows) - 1);
}

/** Moves the active row, and the selection with it; from where it is being sent to, if it has not arrived yet. */
function step(session: ConnectionSession, rows: number): void {
  const { target, active } = session.store.getState();
  if (target?.kind === 'index') return session.goToIndex(target.index + rows, true);
  if (target?.kind === 'key') return session.goToKey(target.key, target.delta + rows, true);
  if (active === null) return session.goToIndex(0, true);
  const index = indexOfKey(session.store.getState(), active.view.row.key);
  if (index >= 0) session.goToIndex(index + rows, true);
  else session.goToKey(active.view.row.key, rows, true);
}

/** The keys of the tree. Answers whether the key was one of them. */
export class TreeKeys {
  readonly #session: ConnectionSession;
  readonly #copy: (key: TopicKey) => void;
  #typed = '';
  #typedAt = -Infinity;

  /** @param copy puts a topic on the clipboard, and says so */
  constructor(session: ConnectionSession, copy: (key: TopicKey) => void) {
    this.#session = session;
    this.#copy = copy;
  }

  press(stroke: Keystroke, now: number): boolean {
    const state = this.#session.store.getState();
    const active = state.active ?? firstVisible(state);
    if (active === null) return false;
    if (stroke.altKey) return false;
    if (stroke.ctrlKey || stroke.metaKey) {
      if (shortcutKey(stroke) !== 'c' || stroke.shiftKey) return false;
      this.#copy(active.view.row.key);
      return true;
    }
    const command = (stroke.shiftKey ? WITH_SHIFT[stroke.key] : undefined) ?? PLAIN[stroke.key];
    if (command !== undefined) {
      if (state.active === null) this.#session.activate(active);
      command(this.#session, active);
      return true;
    }
    // Names of keys are longer than one character.
    if (!/^.$/u.test(stroke.key)) return false;
    this.#typeAhead(stroke.key, now);
    return true;
  }

  /**
   * Goes to the next row whose name begins with what was typed: at once where it is loaded, else wherever
   * the engine finds it, after the last row from the first on.
   */
  #typeAhead(letter: string, now: number): void {
    const state = this.#session.store.getState();
    const goesOn = now - this.#typedAt < TYPE_AHEAD_MS;
    this.#typed = ((goesOn ? this.#typed : '') + letter.toLowerCase()).slice(0, MAX_TYPED);
    this.#typedAt = now;
    const start = (state.active?.index ?? state.first) + (this.#typed.length === 1 ? 1 : 0);
    const end = state.first + state.ids.length;
    const isWhole = state.first === 0 && end >= state.total;
    // Where rows before the active one are not loaded either, what follows the loaded ones comes first.
    const steps = isWhole ? state.total : start < state.first ? 0 : end - start;
    for (let step = 0; step < steps; step++) {
      const index = (start + step) % Math.max(1, state.total);
      const name = rowAt(state, index)?.row.name.toLowerCase();
      if (name?.startsWith(this.#typed) === true) return this.#session.goToIndex(index, true);
    }
    if (!isWhole) void this.#ask(this.#typed, now, start < state.first ? start : Math.max(start, end));
  }

  /** @param now of the letter; what is typed meanwhile makes the answer one to another question */
  async #ask(text: string, now: number, from: number): Promise<void> {
    const session = this.#session;
    const { connectionId: connection, viewId: view } = session;
    try {
      const { key } = await session.client.call('nextRow', { connection, view, text, from });
      if (key !== null && this.#typedAt === now) session.goToKey(key, 0, true);
    } catch {
      // The view's own stream shows that the engine does not answer.
    }
  }
}

/** The first row that is whole on screen: where focus goes when the tree is entered. */
export function firstVisible(state: SessionState): ActiveRow | null {
  const index = Math.ceil(state.top);
  const view = rowAt(state, index);
  return view === undefined ? null : { view, index };
}
