import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';
import { indexOfKey, rowAt, type SessionState } from '../tree/view-state.ts';

export interface ReadAheadPorts<Message> {
  /** Asks for a topic's latest message; null: there is none. Never rejects. */
  read(key: TopicKey): Promise<Message | null>;
  /** Runs after so many ms; answers a function that cancels. */
  later(ms: number, run: () => void): () => void;
}

/** A message, and what the row of its topic said when it was asked for. */
interface Kept<Message> {
  readonly key: TopicKey;
  readonly own: number;
  /** Where the view is paused: as of which message. */
  readonly asOf: number | null;
  readonly message: Message;
}

/** A pointer that stays on a row for so long may be about to choose it, ms. */
const RESTS_MS = 40;

/**
 * The latest message of the topic that comes next: the one below the selected one, or above it if the way leads
 * up, or the one that is pointed at. Once it is selected its value is there with it, and not two frames later. One
 * message is kept, and one is asked for at a time.
 */
export class ReadAhead<Message> {
  readonly #session: Pick<ConnectionSession, 'store'>;
  readonly #ports: ReadAheadPorts<Message>;
  readonly #unsubscribe: () => void;
  #kept: Kept<Message> | null = null;
  /** What is being read, and what is to be read after it. */
  #asked: TopicKey | null = null;
  #wanted: TopicKey | null = null;
  #cancel: (() => void) | null = null;
  /** Where the selection was last, and which way it came: 1 down, -1 up. */
  #from: number | null = null;
  #step = 1;
  #isClosed = false;

  constructor(session: Pick<ConnectionSession, 'store'>, ports: ReadAheadPorts<Message>) {
    this.#session = session;
    this.#ports = ports;
    this.#unsubscribe = session.store.subscribe(({ pointed, phase }, before) => {
      // Whoever counts messages now may count from the start again.
      if (phase !== before.phase) this.#kept = null;
      if (pointed !== before.pointed && pointed !== null) this.#soon(pointed, RESTS_MS);
    });
  }

  get #state(): SessionState {
    return this.#session.store.getState();
  }

  get #asOf(): number | null {
    return this.#state.paused?.seq ?? null;
  }

  /** The message of a topic, if it was read and its row has shown no newer one since; it is not kept any longer. */
  take(key: TopicKey): Message | null {
    const kept = this.#kept;
    if (kept?.key !== key) return null;
    this.#kept = null;
    const isLatest = kept.own === this.#ownOf(key) && kept.asOf === this.#asOf;
    return isLatest ? kept.message : null;
  }

  /** What is selected is here: on to the one that comes next. */
  goOn(key: TopicKey): void {
    const at = indexOfKey(this.#state, key);
    if (at < 0) return;
    if (this.#from !== null && at !== this.#from) this.#step = at > this.#from ? 1 : -1;
    this.#from = at;
    const next = rowAt(this.#state, at + this.#step)?.row;
    // What was just done comes first: it is not drawn yet.
    if (next !== undefined) this.#soon(next.key, 0);
  }

  #soon(key: TopicKey, ms: number): void {
    this.#cancel?.();
    this.#cancel = this.#ports.later(ms, () => {
      this.#cancel = null;
      this.#wanted = key;
      void this.#ask();
    });
  }

  /** Messages of exactly this topic by its latest row; 0 where it has none, or the window has no such row. */
  #ownOf(key: TopicKey): number {
    return rowAt(this.#state, indexOfKey(this.#state, key))?.row.own ?? 0;
  }

  async #ask(): Promise<void> {
    while (this.#wanted !== null && this.#asked === null && !this.#isClosed) {
      const key = this.#wanted;
      this.#wanted = null;
      const [own, asOf] = [this.#ownOf(key), this.#asOf];
      if (own === 0 || key === this.#state.selectedKey) return;
      this.#asked = key;
      const message = await this.#ports.read(key);
      this.#asked = null;
      this.#kept = message === null ? null : { key, own, asOf, message };
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#kept = null;
    this.#cancel?.();
    this.#unsubscribe();
  }
}
