import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { JsonNode } from '../../../src-main/core/payload/json-nodes.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';
import type { History } from './inspector-history.ts';
import type { Inspector, Loaded } from './inspector.ts';
import { wholeMessage, wholePayload } from './whole-payload.ts';

/** A decoded message as a document that can be compared. */
export type DecodedDocument =
  | { readonly kind: 'tree'; readonly root: JsonNode }
  | { readonly kind: 'text'; readonly text: string };

/** A message that is kept for comparing, whatever becomes of the log. */
export interface Kept {
  readonly key: TopicKey;
  readonly message: Loaded;
  /** What the decoder makes of it; null: nothing but its bytes. */
  readonly decoded: DecodedDocument | null;
}

/** With what the shown message is compared. */
export type Against = 'previous' | 'chosen' | 'pinned';

export interface ComparingState {
  readonly against: Against;
  /** Of the history of this topic. */
  readonly chosen: Kept | null;
  /** Stays for other topics as well. */
  readonly pinned: Kept | null;
  /** What is compared now; `before` is null where the topic has no message before this one. */
  readonly pair: { readonly before: Kept | null; readonly now: Kept } | null;
  readonly problem: string | null;
}

/** Of each of two messages so much is compared. Bytes */
export const COMPARED_BYTES = 16_777_216;
/** More than this is compared in a thread of its own: it would stall the window. Bytes */
export const COMPARED_HERE = 524_288;

/** Keeps the message before the shown one, or another chosen one, at hand while somebody compares. */
export interface Comparing {
  readonly store: StoreApi<ComparingState>;
  /** Reads while watched only. */
  watch(watched: boolean): void;
  against(against: Against): void;
  /** Compares with this message of the selected topic. */
  choose(seq: number): Promise<void>;
  /** The shown message is the one to compare with from now on. */
  pin(): Promise<void>;
  close(): void;
}

/** Decodes a message; rejects where the pipe is closed. */
export type DecodeDocument = (key: TopicKey, message: Loaded) => Promise<DecodedDocument | null>;

export function createComparing(
  session: ConnectionSession,
  inspector: Inspector,
  history: History,
  decode: DecodeDocument,
): Comparing {
  return new MessagePair(session, inspector, history, decode);
}

class MessagePair implements Comparing {
  readonly store: StoreApi<ComparingState>;
  readonly #session: ConnectionSession;
  readonly #inspector: Inspector;
  readonly #history: History;
  readonly #decode: DecodeDocument;
  readonly #unsubscribe: () => void;
  #watched = false;
  #reading = false;
  #again = false;

  constructor(session: ConnectionSession, inspector: Inspector, history: History, decode: DecodeDocument) {
    this.#decode = decode;
    this.#session = session;
    this.#inspector = inspector;
    this.#history = history;
    this.store = createStore<ComparingState>(() => ({
      against: 'previous',
      chosen: null,
      pinned: null,
      pair: null,
      problem: null,
    }));
    this.#unsubscribe = inspector.store.subscribe((state, before) => {
      if (state.key !== before.key) this.#forget();
      if (state.loaded !== before.loaded) this.#refresh();
    });
  }

  /** Another topic: what was chosen of the last one says nothing of it. */
  #forget(): void {
    const { against } = this.store.getState();
    this.store.setState({
      against: against === 'chosen' ? 'previous' : against,
      chosen: null,
      pair: null,
      problem: null,
    });
  }

  watch(watched: boolean): void {
    this.#watched = watched;
    if (watched) this.#refresh();
  }

  against(against: Against): void {
    this.store.setState({ against });
    this.#refresh();
  }

  async choose(seq: number): Promise<void> {
    const { key } = this.#inspector.store.getState();
    if (key === null) return;
    try {
      const message = await wholeMessage(this.#session, key, seq, COMPARED_BYTES);
      if (key !== this.#inspector.store.getState().key) return;
      const chosen = await this.#kept(key, message);
      this.store.setState({ chosen, against: 'chosen', problem: null });
    } catch (error) {
      this.store.setState({ problem: words(error) });
    }
    this.#refresh();
  }

  async pin(): Promise<void> {
    const { key, loaded } = this.#inspector.store.getState();
    if (key === null || loaded === null) return;
    try {
      const bytes = await wholePayload(this.#session, key, loaded, COMPARED_BYTES);
      this.store.setState({
        pinned: await this.#kept(key, { ...loaded, bytes }),
        against: 'pinned',
        problem: null,
      });
    } catch (error) {
      this.store.setState({ problem: words(error) });
    }
    this.#refresh();
  }

  #refresh(): void {
    if (!this.#watched) return;
    if (this.#reading) this.#again = true;
    else void this.#read();
  }

  async #read(): Promise<void> {
    this.#reading = true;
    try {
      do {
        this.#again = false;
        await this.#readPair();
      } while (this.#again && this.#watched);
    } finally {
      this.#reading = false;
    }
  }

  async #readPair(): Promise<void> {
    const { key, loaded } = this.#inspector.store.getState();
    if (key === null || loaded === null) return this.store.setState({ pair: null });
    try {
      const bytes = await wholePayload(this.#session, key, loaded, COMPARED_BYTES);
      const before = await this.#before(key, loaded.meta.seq);
      const now = await this.#kept(key, { ...loaded, bytes });
      if (key !== this.#inspector.store.getState().key) return;
      this.store.setState({ pair: { before, now }, problem: null });
    } catch (error) {
      this.store.setState({ problem: words(error) });
    }
  }

  async #before(key: TopicKey, seq: number): Promise<Kept | null> {
    const { against, chosen, pinned, pair } = this.store.getState();
    if (against === 'chosen' && chosen !== null) return chosen;
    if (against === 'pinned' && pinned !== null) return pinned;
    const previous = await this.#history.olderThan(seq);
    if (previous === null) return null;
    // While messages are followed one by one, what was shown last is what is compared with next.
    if (pair?.now.key === key && pair.now.message.meta.seq === previous) return pair.now;
    return this.#kept(key, await wholeMessage(this.#session, key, previous, COMPARED_BYTES));
  }

  async #kept(key: TopicKey, message: Loaded): Promise<Kept> {
    const { bytes } = message;
    // What it is shows at its start; to look at all of it would stall the window.
    const start =
      bytes.length > COMPARED_HERE ? { ...message, bytes: bytes.subarray(0, COMPARED_HERE) } : message;
    return { key, message, decoded: await this.#decode(key, start) };
  }

  close(): void {
    this.#watched = false;
    this.#unsubscribe();
  }
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
