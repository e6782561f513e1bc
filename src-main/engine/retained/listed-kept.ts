import type { WorkerClient } from '../../connection/worker-api.ts';
import type { Failure } from '../../contract/base/errors.ts';
import type { Qos, TopicKey } from '../../contract/model/model.ts';
import type { ClearResult } from '../../contract/session/outcomes.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import { isSameKept, UNACKNOWLEDGED } from '../../core/retained/clearing.ts';
import { messagesOf, packMessages, type PackedMessages } from '../../core/retained/packed-messages.ts';
import { packNames } from '../../core/retained/topic-names.ts';
import type { TrashWriter } from './trash.ts';

/** What to do with what cannot be kept: `stop` leaves it alone and says so. */
export type Unkept = 'stop' | 'clear';

/** The calls of a connection's worker that clearing takes. */
export interface ClearingWorker {
  readonly call: WorkerClient['call'];
}

/** Where copies go: on the disk when `keep` is over. */
export type Keeper = Pick<TrashWriter, 'keep' | 'notCleared'>;

export type ClearOutcome = ClearResult['outcome'];

/** What became of places of a list before anything is checked, in columns: there are tens of thousands. */
export interface SentPlaces {
  /** Those that were asked for; the columns are in their order. */
  readonly places: Uint32Array;
  /** 1: the clearing was sent, and is to be checked, also where the broker did not confirm it. */
  readonly sent: Uint8Array;
  /** ms until the broker acknowledged it; NaN: it did not. */
  readonly took: Float32Array;
  /** What became of those that were not confirmed, by place; nothing is known of what is neither here nor sent. */
  readonly unsent: ReadonlyMap<number, ClearOutcome>;
  /** Places that were not dealt with, as all together are too large: to be sent later. */
  readonly later: ReadonlySet<number>;
}

/** Messages of a list that are in the trash, with their payload bytes; of a topic the newest. */
export interface Copies {
  readonly count: number;
  readonly bytes: number;
}

/** What became of places of a list when they were asked for again. */
export interface CheckedPlaces {
  /** Those that are no longer there. */
  readonly cleared: Uint32Array;
  readonly others: readonly { readonly place: number; readonly outcome: ClearOutcome }[];
}

/**
 * Clears topics of a list that is sent to a connection's worker once: after that a topic is named by its place.
 * What the broker holds is fetched, written to the trash, and only then cleared. A new worker gets the list again.
 */
export class ListedKept {
  /** Those that are cleared. */
  readonly keys: readonly TopicKey[];
  readonly #worker: () => ClearingWorker;
  readonly #trash: Keeper;
  /** QoS of the copy of each that can be put back, plus one; 0: there is none. And its payload bytes. */
  readonly #copies: Uint8Array;
  readonly #sizes: Float64Array;
  /** Of all copies. */
  #count = 0;
  #bytes = 0;
  /** When the broker delivered it, ms since the epoch. */
  readonly #at: Float64Array;
  /** The last copy of each that was not sent for certain, as it may be fetched once more; none of a large message. */
  readonly #unconfirmed = new Map<number, KeptMessage>();
  /** Made when an answer names a topic instead of its place. */
  #placesByKey: ReadonlyMap<TopicKey, number> | null = null;
  #opened: { readonly worker: ClearingWorker; readonly list: Promise<number> } | null = null;

  /**
   * @param worker throws where there is none
   * @param keys each once, as `topicKey` makes them: what is sent to are their bytes
   */
  constructor(worker: () => ClearingWorker, trash: Keeper, keys: readonly TopicKey[]) {
    this.keys = keys;
    this.#worker = worker;
    this.#trash = trash;
    this.#copies = new Uint8Array(this.keys.length);
    this.#sizes = new Float64Array(this.keys.length);
    this.#at = new Float64Array(this.keys.length);
  }

  /** The message at this place can be put back byte for byte. */
  restorable(place: number): boolean {
    return (this.#copies[place] ?? 0) > 0;
  }

  get copies(): Copies {
    return { count: this.#count, bytes: this.#bytes };
  }

  /** Payload bytes and QoS of the copy; null: there is none. */
  copyOf(key: TopicKey): { readonly bytes: number; readonly qos: Qos } | null {
    const place = this.#placeOf(key);
    if (!this.restorable(place)) return null;
    return { bytes: this.#sizes[place] ?? 0, qos: ((this.#copies[place] ?? 1) - 1) as Qos };
  }

  /**
   * Keeps and clears, and checks nothing.
   *
   * @param places at most 1,000, each once
   * @returns a failure where the trash cannot be written: then nothing was sent
   */
  async send(places: Uint32Array<ArrayBuffer>, unkept: Unkept): Promise<SentPlaces | Failure> {
    const found =
      places.length === 0
        ? NOTHING
        : await this.#call((worker, list) => worker.call('fetchListed', { list, places }));
    const placeAt = (i: number): number => places[found.places[i] ?? 0] ?? 0;
    const messages = messagesOf(found, (at) => this.keys[places[at] ?? this.keys.length]).map((message, i) =>
      this.#notBefore(placeAt(i), message),
    );
    const failure = await this.#trash.keep(messages.filter((one, i) => !this.#isInTrash(placeAt(i), one)));
    if (failure !== null && unkept === 'stop') return failure;
    const sent = new Uint8Array(places.length);
    messages.forEach((message, i) => {
      const at = found.places[i] ?? 0;
      sent[at] = 1;
      if (failure !== null) return;
      this.#isKept(placeAt(i), message);
      if (message.payload.length <= MOST_HELD) this.#unconfirmed.set(placeAt(i), message);
      else this.#unconfirmed.delete(placeAt(i));
    });
    const { unsent, later } = this.#unsent(found.others, places, unkept, sent);
    const took = await this.#empty(places, sent, unsent);
    for (const place of places) if (!unsent.has(place)) this.#unconfirmed.delete(place);
    return { places, sent, took, unsent, later };
  }

  /** Those that a few questions find to be no longer there; of the others nothing is known yet. */
  async findCleared(places: Uint32Array<ArrayBuffer>): Promise<Uint32Array> {
    const { cleared, overtaken } = await this.#call((worker, list) =>
      worker.call('clearedListed', { list, places }),
    );
    await this.#keepToo(overtaken);
    return cleared;
  }

  /** Asks for topics again that were sent. */
  async check(places: Uint32Array<ArrayBuffer>): Promise<CheckedPlaces> {
    if (places.length === 0) return { cleared: places, others: [] };
    const { overtaken, ...checked } = await this.#call((worker, list) =>
      worker.call('checkListed', { list, places }),
    );
    await this.#keepToo(overtaken);
    return checked;
  }

  /** Nothing more is cleared for now. */
  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    // A worker that has ended has no list any more.
    await opened?.list.then((list) => opened.worker.call('closeListed', { list })).catch(() => undefined);
  }

  /** What is not sent of that of which there is no message, for now or at all; the rest is marked in `sent`. */
  #unsent(others: PackedMessages['others'], places: Uint32Array, unkept: Unkept, sent: Uint8Array) {
    const unsent = new Map<number, ClearOutcome>();
    const later = new Set<number>();
    if (others.length === 0) return { unsent, later };
    const indexes = new Map(Array.from(places, (place, at) => [place, at] as const));
    for (const one of others) {
      const place = this.#placeOf(one.key);
      const at = indexes.get(place);
      if (at === undefined) continue;
      if (one.kind === 'postponed') later.add(place);
      else if (one.kind === 'invalid') unsent.set(place, { kind: 'refused', code: 0, failure: one.failure });
      else if (one.kind === 'unreadable' && unkept === 'stop')
        unsent.set(place, { kind: 'not-kept', failure: one.failure });
      else sent[at] = 1;
    }
    return { unsent, later };
  }

  /** Sends to those that are marked; of what certainly was not cleared the mark is taken away. */
  async #empty(
    places: Uint32Array<ArrayBuffer>,
    sent: Uint8Array,
    unsent: Map<number, ClearOutcome>,
  ): Promise<Float32Array> {
    const go = places.filter((_, at) => sent[at] === 1);
    const took = new Float32Array(places.length).fill(Number.NaN);
    if (go.length === 0) return took;
    const answer = await this.#call((worker, list) => worker.call('emptyListed', { list, places: go }));
    for (const { place, outcome } of answer.unsent) unsent.set(place, outcome);
    await this.#keptInVain(answer.unsent);
    for (let at = 0, next = 0; at < places.length; at++) {
      if (sent[at] !== 1) continue;
      took[at] = answer.took[next++] ?? Number.NaN;
      const outcome = unsent.get(places[at] ?? 0);
      if (outcome !== undefined && !mayBeCleared(outcome)) sent[at] = 0;
    }
    return took;
  }

  /**
   * What certainly is where it was needs no copy any more. Over a quota or an error of its own a broker may answer
   * after it has cleared the topic: such a copy stays.
   */
  async #keptInVain(unsent: CheckedPlaces['others']): Promise<void> {
    const refused = unsent.filter(
      ({ place, outcome }) =>
        outcome.kind === 'refused' && UNTOUCHED.has(outcome.code) && this.restorable(place),
    );
    if (refused.length === 0) return;
    for (const { place } of refused) this.#isGone(place);
    await this.#trash.notCleared(refused.map(({ place }) => this.keys[place] ?? ''));
  }

  /** What was cleared instead of what had been fetched. */
  async #keepToo(overtaken: readonly KeptMessage[]): Promise<void> {
    if (overtaken.length === 0) return;
    const messages = overtaken.map((message) => this.#notBefore(this.#placeOf(message.key), message));
    // Where there is no room for it any more, there is the copy from before.
    if ((await this.#trash.keep(messages)) !== null) return;
    for (const message of messages) this.#isKept(this.#placeOf(message.key), message);
  }

  /**
   * Of two copies of a topic the second is the newer, whatever the clock says: it was set back, or the two came over
   * two connections, of which one was read later.
   */
  #notBefore(place: number, message: KeptMessage): KeptMessage {
    const at = this.#at[place] ?? 0;
    return at > message.at ? { ...message, at } : message;
  }

  /** It was sent before, which did not go well, and the broker holds the same as then. */
  #isInTrash(place: number, message: KeptMessage): boolean {
    const copy = this.#unconfirmed.get(place);
    return copy !== undefined && this.restorable(place) && isSameKept(copy, message);
  }

  #isKept(place: number, { payload, qos, at }: KeptMessage): void {
    if (place >= this.keys.length) return;
    this.#isGone(place);
    this.#count++;
    this.#bytes += payload.length;
    this.#copies[place] = qos + 1;
    this.#sizes[place] = payload.length;
    this.#at[place] = at;
  }

  #isGone(place: number): void {
    if (!this.restorable(place)) return;
    this.#count--;
    this.#bytes -= this.#sizes[place] ?? 0;
    this.#copies[place] = 0;
  }

  /** One that is not in the list has a place behind its end. */
  #placeOf(key: TopicKey): number {
    this.#placesByKey ??= new Map(this.keys.map((one, place) => [one, place] as const));
    return this.#placesByKey.get(key) ?? this.keys.length;
  }

  /** Where the worker does not have the list any more, the next call sends it again. */
  async #call<T>(act: (worker: ClearingWorker, list: number) => Promise<T>): Promise<T> {
    const worker = this.#worker();
    if (this.#opened?.worker !== worker) {
      const list = worker.call('openListed', packNames(this.keys)).then((answer) => answer.list);
      this.#opened = { worker, list };
    }
    const opened = this.#opened;
    try {
      return await act(worker, await opened.list);
    } catch (error) {
      if (this.#opened === opened) this.#opened = null;
      throw error;
    }
  }
}

/** Payload bytes of a copy that is held until its topic was sent. */
const MOST_HELD = 16_384;

/** It was not sent, the client may not publish there, or the name is none: nothing was done. */
const UNTOUCHED: ReadonlySet<number> = new Set([0, 0x87, 0x90]);

/** The broker had it, and did not say that it left the topic alone. */
function mayBeCleared(outcome: ClearOutcome): boolean {
  if (outcome.kind === 'refused') return !UNTOUCHED.has(outcome.code);
  return outcome.kind === 'not-verified' && outcome.failure.code === UNACKNOWLEDGED;
}

const NOTHING: PackedMessages = packMessages([]);
