import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { goToTopic } from '../../state/tree/go-to.ts';

/** Topics that one can go back to. */
const MOST = 100;
/** A topic that was passed by on the way to another, by the arrow keys, is no place one was at, ms. */
const PASSED_MS = 700;

/** Where one was: topics in the order in which they were selected, and which of them is selected now. */
export interface VisitState {
  readonly topics: readonly TopicKey[];
  readonly at: number;
}

/** The way through a tree by what was selected, to go back and forward on. */
export class Visits {
  readonly store: StoreApi<VisitState> = createStore<VisitState>(() => ({ topics: [], at: -1 }));
  readonly #session: ConnectionSession;
  readonly #now: () => number;
  #cameAt = -Infinity;
  /** The way itself is being gone. */
  #going = false;

  constructor(session: ConnectionSession, now: () => number = () => performance.now()) {
    this.#session = session;
    this.#now = now;
    const end = session.store.subscribe(({ selectedKey }) => this.#selected(selectedKey));
    session.onClose(end);
    this.#selected(session.store.getState().selectedKey);
  }

  /** @param step -1: back, 1: forward. Nothing happens where there is none. */
  go(step: 1 | -1): void {
    const { topics, at } = this.store.getState();
    const key = topics[at + step];
    if (key === undefined) return;
    this.#going = true;
    this.#cameAt = -Infinity;
    this.store.setState({ at: at + step });
    goToTopic(this.#session, key);
    this.#going = false;
  }

  can(step: 1 | -1): boolean {
    const { topics, at } = this.store.getState();
    return topics[at + step] !== undefined;
  }

  #selected(key: TopicKey | null): void {
    const { topics, at } = this.store.getState();
    if (key === null || this.#going || topics[at] === key) return;
    const now = this.#now();
    const wasPassed = now - this.#cameAt < PASSED_MS;
    this.#cameAt = now;
    const before = topics.slice(0, wasPassed ? at : at + 1);
    const way = before.at(-1) === key ? before : [...before, key];
    const kept = way.slice(-MOST);
    this.store.setState({ topics: kept, at: kept.length - 1 });
  }
}
