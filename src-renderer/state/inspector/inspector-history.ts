import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { BranchMessage, MessageMeta } from '../../../src-main/contract/model/message.ts';
import type { SelectedTopic } from '../../../src-main/contract/model/view.ts';
import type { InspectorPorts } from './inspector.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';

/** A message of the list; with its topic where those of several are listed. */
export type ListedMessage = MessageMeta & Partial<Pick<BranchMessage, 'key' | 'topic'>>;

export interface HistoryState {
  readonly key: TopicKey | null;
  /** What lies below the topic is listed as well. */
  readonly below: boolean;
  /** Newest first. */
  readonly messages: readonly ListedMessage[];
  readonly more: boolean;
  /** Nothing older was evicted. */
  readonly complete: boolean;
  readonly loading: boolean;
  readonly problem: string | null;
}

export interface History {
  readonly store: StoreApi<HistoryState>;
  /** Reads while watched only: a hidden list costs nothing. */
  watch(watched: boolean): void;
  /** Lists what lies below the topic as well, or no more. Without being asked where it has no messages itself. */
  listBelow(below: boolean): void;
  older(): void;
  /** The message of the topic before this one; null if there is none (left). */
  olderThan(seq: number): Promise<number | null>;
  close(): void;
}

const PAGE = 100;
/** Entries kept in the window; older ones are read again when scrolled to. */
const MAX_ENTRIES = 5_000;
/** The live list is read at most this often (ms). */
const PERIOD_MS = 200;
/** And that of a branch, in which something comes all the time. */
const BRANCH_PERIOD_MS = 1_000;
/** A read that fails is waited for twice as long each time, up to this (ms). */
const MAX_PERIOD_MS = 30_000;

const NOTHING: Omit<HistoryState, 'key' | 'below'> = {
  messages: [],
  more: false,
  complete: true,
  loading: false,
  problem: null,
};

/** The messages of the selected topic that are still in the log, kept up to date while watched. */
export function createHistory(session: ConnectionSession, ports: InspectorPorts): History {
  return new HistoryReader(session, ports);
}

class HistoryReader implements History {
  readonly store: StoreApi<HistoryState>;
  readonly #session: ConnectionSession;
  readonly #ports: InspectorPorts;
  readonly #unsubscribe: () => void;
  #watched = false;
  /** Messages came to the connection since the branch was read. */
  #isStale = true;
  /** What was asked for; null: what the topic suggests. */
  #wantsBelow: boolean | null = null;
  #reading = false;
  #turn = 0;
  #lastRead = -Infinity;
  /** Reads of the newest messages that failed, in a row. */
  #failures = 0;
  #cancel: (() => void) | null = null;

  constructor(session: ConnectionSession, ports: InspectorPorts) {
    this.#session = session;
    this.#ports = ports;
    this.store = createStore<HistoryState>(() => ({
      key: session.store.getState().selectedKey,
      below: false,
      ...NOTHING,
    }));
    this.#unsubscribe = session.store.subscribe((state, before) => {
      if (state.selectedKey !== this.#state.key) this.#reset(state.selectedKey);
      else if ((state.paused === null) !== (before.paused === null)) this.#reset(state.selectedKey);
      if (state.counters !== before.counters) this.#isStale = true;
      if (state.selected !== before.selected || (this.#state.below && this.#isStale)) this.#refresh();
    });
  }

  get #state(): HistoryState {
    return this.store.getState();
  }

  #reset(key: TopicKey | null): void {
    this.#turn++;
    this.#lastRead = -Infinity;
    this.#failures = 0;
    this.#cancel?.();
    this.#cancel = null;
    this.#isStale = true;
    if (key !== this.#state.key) this.#wantsBelow = null;
    this.store.setState({ key, below: this.#wantsBelow ?? false, ...NOTHING });
    this.#refresh();
  }

  listBelow(below: boolean): void {
    this.#wantsBelow = below;
    this.#reset(this.#state.key);
  }

  /** A branch that carries no messages itself has only those below it. */
  #isBelow({ messages, topics }: SelectedTopic): boolean {
    return this.#wantsBelow ?? (messages === 0 && topics > 0);
  }

  watch(watched: boolean): void {
    this.#watched = watched;
    if (watched) this.#refresh();
  }

  #refresh(): void {
    const { selected } = this.#session.store.getState();
    const { messages, key } = this.#state;
    if (!this.#watched || this.#reading || this.#cancel !== null) return;
    if (selected === null || selected.key !== key) return;
    const below = this.#isBelow(selected);
    if (below !== this.#state.below) this.store.setState({ below, ...NOTHING });
    if (below ? !this.#isStale : selected.latest === null || messages[0]?.seq === selected.latest.seq) return;
    const period = (below ? BRANCH_PERIOD_MS : PERIOD_MS) * 2 ** this.#failures;
    const wait = this.#lastRead + Math.min(period, MAX_PERIOD_MS) - this.#ports.now();
    if (wait <= 0) return void this.#read(null);
    this.#cancel = this.#ports.later(wait, () => {
      this.#cancel = null;
      void this.#read(null);
    });
  }

  older(): void {
    const { messages, more } = this.#state;
    const last = messages.at(-1);
    if (last === undefined || !more || this.#reading) return;
    void this.#read(last.seq);
  }

  async olderThan(seq: number): Promise<number | null> {
    const { key } = this.#state;
    if (key === null) return null;
    const page = await this.#ask('readHistory', key, seq, 1);
    return page.messages[0]?.seq ?? null;
  }

  #ask(
    name: 'readHistory' | 'readBranchHistory',
    key: TopicKey,
    before: number | null,
    limit: number,
  ): Promise<{
    readonly messages: readonly ListedMessage[];
    readonly more: boolean;
    readonly complete: boolean;
  }> {
    const paused = this.#session.store.getState().paused !== null;
    return this.#session.client.call(name, {
      connection: this.#session.connectionId,
      key,
      before,
      limit,
      ...(paused ? { view: this.#session.viewId } : {}),
    });
  }

  async #read(before: number | null): Promise<void> {
    const { key } = this.#state;
    if (key === null || !this.#watched) return;
    const turn = this.#turn;
    this.#reading = true;
    if (before === null) this.#lastRead = this.#ports.now();
    this.store.setState({ loading: true });
    try {
      const below = this.#state.below;
      if (below && before === null) this.#isStale = false;
      const page = await this.#ask(below ? 'readBranchHistory' : 'readHistory', key, before, PAGE);
      if (turn !== this.#turn) return;
      this.#failures = 0;
      this.store.setState({ ...this.#merged(before, page), loading: false, problem: null });
    } catch (error) {
      if (turn !== this.#turn) return;
      if (before === null) {
        this.#failures++;
        // What came meanwhile is still not read.
        this.#isStale = true;
      }
      this.store.setState({
        loading: false,
        problem: error instanceof Error ? error.message : String(error),
      });
    } finally {
      this.#reading = false;
      this.#refresh();
    }
  }

  #merged(
    before: number | null,
    page: { readonly messages: readonly ListedMessage[]; readonly more: boolean; readonly complete: boolean },
  ): Pick<HistoryState, 'messages' | 'more' | 'complete'> {
    const { messages } = this.#state;
    if (before !== null) return { ...page, messages: [...messages, ...page.messages] };
    const oldestNew = page.messages.at(-1)?.seq ?? -1;
    const joint = messages.findIndex((message) => message.seq === oldestNew);
    // Too much arrived to join on: the list starts over, or it would hide a gap.
    if (joint < 0 || messages.length >= MAX_ENTRIES) return page;
    return {
      messages: [...page.messages, ...messages.slice(joint + 1)],
      more: messages.length > joint + 1 ? this.#state.more : page.more,
      complete: page.complete,
    };
  }

  close(): void {
    this.#turn++;
    this.#watched = false;
    this.#cancel?.();
    this.#unsubscribe();
  }
}
