import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { MessageMeta } from '../../../src-main/contract/model/message.ts';
import type { SelectedTopic } from '../../../src-main/contract/model/view.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';
import { ReadAhead } from './read-ahead.ts';

/** Which message of the selected topic is inspected. */
export type Which =
  | { readonly kind: 'latest' }
  /** The last one delivered as retained, which may be older than the latest. */
  | { readonly kind: 'retained' }
  | { readonly kind: 'message'; readonly seq: number };

/** Bytes of one message as far as they were read, from its start. */
export interface Loaded {
  readonly meta: MessageMeta;
  readonly bytes: Uint8Array;
  readonly properties: Uint8Array;
}

export interface InspectorState {
  readonly key: TopicKey | null;
  readonly which: Which;
  /** False: what is shown stays, whatever arrives. */
  readonly following: boolean;
  readonly loaded: Loaded | null;
  /** The message shown before, to show what changed. */
  readonly previous: Loaded | null;
  readonly gone: 'evicted' | 'forgotten' | 'never' | null;
  readonly loading: boolean;
  readonly problem: string | null;
  /** Messages of the topic that arrived since it is held. */
  readonly newer: number;
}

export interface Inspector {
  readonly store: StoreApi<InspectorState>;
  /** Back to the latest message, and on with every new one. */
  follow(): void;
  /** What is shown stays. */
  hold(): void;
  inspect(which: Which): void;
  /** Reads on from where the shown bytes end; holds the message. */
  more(): void;
  /** What was read last is on screen: what takes long to draw is read less often while live. */
  drawn(): void;
  close(): void;
}

export interface InspectorPorts {
  now(): number;
  /** Runs later; answers a function that cancels. */
  later(ms: number, run: () => void): () => void;
}

/** First read of a message: what a screen or two can show. */
export const FIRST_BYTES = 65_536;
/** A step of "Show more": the most one call may ask for (contract). */
const STEP_BYTES = 1_048_576;
/** Live values are read at most this often (ms between reads). */
const PERIOD_MS = 100;
/** Drawing a live value may take this share of the time. */
const DRAW_SHARE = 8;

const NOTHING: Omit<InspectorState, 'key'> = {
  which: { kind: 'latest' },
  following: true,
  loaded: null,
  previous: null,
  gone: null,
  loading: false,
  problem: null,
  newer: 0,
};

export const browserInspectorPorts: InspectorPorts = {
  now: () => performance.now(),
  later(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Follows the selected topic of a session and holds the bytes of the message that is shown. */
export function createInspector(
  session: ConnectionSession,
  ports: InspectorPorts = browserInspectorPorts,
): Inspector {
  return new PayloadReader(session, ports);
}

class PayloadReader implements Inspector {
  readonly store: StoreApi<InspectorState>;
  readonly #session: ConnectionSession;
  readonly #ports: InspectorPorts;
  readonly #unsubscribe: () => void;
  #period = PERIOD_MS;
  #lastRead = -Infinity;
  #shownAt: number | null = null;
  #cancel: (() => void) | null = null;
  #reading = false;
  #again = false;
  /** Counts what is inspected; an answer to an older question is dropped. */
  #turn = 0;
  /** The turn whose message was read ahead: nothing is asked for until a frame brings more. */
  #aheadIn = -1;
  readonly #ahead: ReadAhead<Loaded>;
  #heldAt = 0;
  #closed = false;

  constructor(session: ConnectionSession, ports: InspectorPorts) {
    this.#session = session;
    this.#ports = ports;
    this.#ahead = new ReadAhead(session, { read: (key) => this.#latestOf(key), later: ports.later });
    const { selectedKey, selected } = session.store.getState();
    this.store = createStore<InspectorState>(() => ({ key: selectedKey, ...NOTHING }));
    this.#unsubscribe = session.store.subscribe((state, before) => {
      if (state.selectedKey !== this.#state.key) this.#start(state.selectedKey);
      if (state.selected !== before.selected && state.selected !== null) this.#news(state.selected);
    });
    if (selected !== null) this.#news(selected);
  }

  get #state(): InspectorState {
    return this.store.getState();
  }

  #start(key: TopicKey | null): void {
    this.#turn++;
    this.#period = PERIOD_MS;
    this.#lastRead = -Infinity;
    const loaded = key === null ? null : this.#ahead.take(key);
    this.store.setState({ key, ...NOTHING, loaded });
    if (key === null || loaded === null) return this.#readAtOnce();
    this.#aheadIn = this.#turn;
    this.#stop();
    this.#shownAt = this.#ports.now();
    this.#ahead.goOn(key);
  }

  /** Reads the latest message before a frame shows whether there is one: waiting for that would take as long again. */
  #readAtOnce(): void {
    this.#stop();
    if (this.#state.key === null) return;
    if (this.#reading) this.#again = true;
    else void this.#read();
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** The beginning of a topic's latest message; null: there is none, or it cannot be read. */
  async #latestOf(key: TopicKey): Promise<Loaded | null> {
    try {
      const answer = await this.#ask(key, 'latest', 0, FIRST_BYTES);
      return answer.kind === 'gone' ? null : loadedOf(answer);
    } catch {
      // Selecting the topic asks again and shows the failure.
      return null;
    }
  }

  #ask(key: TopicKey, which: 'latest' | 'retained' | number, offset: number, length: number) {
    const { client, connectionId: connection } = this.#session;
    return client.call('readMessage', { connection, key, which, offset, length, ...this.#asPaused() });
  }

  /** No frame has brought the selected topic yet. */
  get #isAhead(): boolean {
    return this.#session.store.getState().selected?.key !== this.#state.key;
  }

  #news(selected: SelectedTopic): void {
    const { following, which, loaded } = this.#state;
    if (selected.key !== this.#state.key) return;
    if (!following) {
      const newer = Math.max(0, selected.messages - this.#heldAt);
      if (newer !== this.#state.newer) this.store.setState({ newer });
      return;
    }
    const wanted = which.kind === 'retained' ? selected.lastRetained : selected.latest;
    if (wanted === null) {
      if (loaded !== null) this.store.setState({ loaded: null, previous: null });
      return;
    }
    if (wanted.seq !== loaded?.meta.seq) this.#readSoon();
  }

  #readSoon(): void {
    if (this.#cancel !== null) return;
    if (this.#reading) {
      this.#again = true;
      return;
    }
    const wait = this.#lastRead + this.#period - this.#ports.now();
    if (wait <= 0) return void this.#read();
    this.#cancel = this.#ports.later(wait, () => {
      this.#cancel = null;
      void this.#read();
    });
  }

  async #read(): Promise<void> {
    const { key, which, following } = this.#state;
    if (key === null || this.#closed || (!following && which.kind !== 'message')) return;
    const turn = this.#turn;
    const isFirst = this.#lastRead === -Infinity;
    this.#reading = true;
    this.#lastRead = this.#ports.now();
    this.store.setState({ loading: true });
    try {
      const asked = which.kind === 'message' ? which.seq : which.kind;
      const answer = await this.#ask(key, asked, 0, FIRST_BYTES);
      if (turn !== this.#turn || this.#closed) return;
      if (answer.kind === 'gone') {
        // Before a frame has brought the topic, do not say that there is none: the frame says more.
        const gone = this.#isAhead ? null : answer.why;
        this.store.setState({ gone, loading: false, problem: null });
      } else this.#show(loadedOf(answer));
      if (isFirst) this.#ahead.goOn(key);
    } catch (error) {
      if (turn === this.#turn) this.store.setState({ loading: false, problem: words(error) });
    } finally {
      this.#reading = false;
      if (this.#again || turn !== this.#turn) {
        this.#again = false;
        this.#catchUp();
      }
    }
  }

  #show(next: Loaded): void {
    const { loaded, previous, which } = this.#state;
    this.#shownAt = this.#ports.now();
    const before = loaded !== null && loaded.meta.seq !== next.meta.seq ? loaded : previous;
    this.store.setState({
      loaded: next,
      previous: which.kind === 'latest' ? before : null,
      gone: null,
      loading: false,
      problem: null,
    });
  }

  #catchUp(): void {
    const { selected } = this.#session.store.getState();
    if (this.#state.which.kind === 'message') void this.#readHeld();
    else if (selected !== null) this.#news(selected);
    else if (this.#aheadIn !== this.#turn) this.#readAtOnce();
  }

  async #readHeld(): Promise<void> {
    const { which, loaded } = this.#state;
    if (which.kind === 'message' && loaded?.meta.seq !== which.seq) await this.#read();
  }

  #asPaused(): { view: string } | Record<string, never> {
    return this.#session.store.getState().paused === null ? {} : { view: this.#session.viewId };
  }

  follow(): void {
    this.inspect({ kind: 'latest' });
  }

  hold(): void {
    if (!this.#state.following) return;
    this.#markHeld();
    this.store.setState({ following: false, newer: 0 });
  }

  #markHeld(): void {
    this.#heldAt = this.#session.store.getState().selected?.messages ?? 0;
  }

  inspect(which: Which): void {
    this.#turn++;
    this.#markHeld();
    const following = which.kind !== 'message';
    this.store.setState({ which, following, newer: 0, previous: null, gone: null });
    this.#lastRead = -Infinity;
    this.#stop();
    if (this.#reading) this.#again = true;
    else if (following) this.#catchUp();
    else void this.#readHeld();
  }

  more(): void {
    this.hold();
    void this.#readOn();
  }

  async #readOn(): Promise<void> {
    const { key, loaded } = this.#state;
    if (key === null || loaded === null || this.#reading) return;
    const turn = this.#turn;
    this.#reading = true;
    this.store.setState({ loading: true });
    try {
      const answer = await this.#ask(key, loaded.meta.seq, loaded.bytes.length, STEP_BYTES);
      if (turn !== this.#turn || this.#closed) return;
      if (answer.kind === 'gone') {
        // What was read stays on screen; only its rest is gone.
        this.store.setState({
          loading: false,
          problem: 'The rest of this message was dropped for newer ones.',
        });
      } else {
        const bytes = new Uint8Array(loaded.bytes.length + answer.bytes.length);
        bytes.set(loaded.bytes);
        bytes.set(answer.bytes, loaded.bytes.length);
        this.store.setState({ loaded: { ...loaded, bytes }, loading: false, problem: null });
      }
    } catch (error) {
      if (turn === this.#turn) this.store.setState({ loading: false, problem: words(error) });
    } finally {
      this.#reading = false;
      if (turn !== this.#turn) this.#catchUp();
    }
  }

  drawn(): void {
    // Drawn for another reason, e.g. another tab: that says nothing of reading.
    if (this.#shownAt === null) return;
    const ms = this.#ports.now() - this.#shownAt;
    this.#shownAt = null;
    this.#period = Math.max(PERIOD_MS, Math.min(2_000, ms * DRAW_SHARE));
  }

  close(): void {
    this.#closed = true;
    this.#turn++;
    this.#stop();
    this.#ahead.close();
    this.#unsubscribe();
  }
}

function loadedOf({ meta, bytes, properties }: Loaded): Loaded {
  return { meta, bytes, properties };
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
