import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { MessageMeta } from '../../../src-main/contract/model/message.ts';
import type { InspectorPorts } from './inspector.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';

export interface HistoryState {
  readonly key: TopicKey | null;
  /** Newest first. */
  readonly messages: readonly MessageMeta[];
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

const NOTHING: Omit<HistoryState, 'key'> = {
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
  #reading = false;
  #turn = 0;
  #lastRead = -Infinity;
  #cancel: (() => void) | null = null;

  constructor(session: ConnectionSession, ports: InspectorPorts) {
    this.#session = session;
    this.#ports = ports;
    this.store = createStore<HistoryState>(() => ({ key: session.store.getState().selectedKey, ...NOTHING }));
    this.#unsubscribe = session.store.subscribe((state, before) => {
      if (state.selectedKey !== this.#state.key) this.#reset(state.selectedKey);
      else if ((state.paused === null) !== (before.paused === null)) this.#reset(state.selectedKey);
      if (state.selected !== before.selected) this.#refresh();
    });
  }

  get #state(): HistoryState {
    return this.store.getState();
  }

  #reset(key: TopicKey | null): void {
    this.#turn++;
    this.#lastRead = -Infinity;
    this.store.setState({ key, ...NOTHING });
    this.#refresh();
  }

  watch(watched: boolean): void {
    this.#watched = watched;
    if (watched) this.#refresh();
  }

  #refresh(): void {
    const { selected } = this.#session.store.getState();
    const { messages, key } = this.#state;
    if (!this.#watched || this.#reading || this.#cancel !== null) return;
    if (selected === null || selected.key !== key || selected.latest === null) return;
    if (messages[0]?.seq === selected.latest.seq) return;
    const wait = this.#lastRead + PERIOD_MS - this.#ports.now();
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
    const page = await this.#ask(key, seq, 1);
    return page.messages[0]?.seq ?? null;
  }

  #ask(key: TopicKey, before: number | null, limit: number) {
    const paused = this.#session.store.getState().paused !== null;
    return this.#session.client.call('readHistory', {
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
      const page = await this.#ask(key, before, PAGE);
      if (turn !== this.#turn) return;
      this.store.setState({ ...this.#merged(before, page), loading: false, problem: null });
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (turn === this.#turn) this.store.setState({ loading: false, problem });
    } finally {
      this.#reading = false;
      this.#refresh();
    }
  }

  #merged(
    before: number | null,
    page: { readonly messages: readonly MessageMeta[]; readonly more: boolean; readonly complete: boolean },
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
