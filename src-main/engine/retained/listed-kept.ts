import type { Failure } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { ClearResult } from '../../contract/session/outcomes.ts';
import { unpackMessages } from '../../core/retained/packed-messages.ts';
import { packNames } from '../../core/retained/topic-names.ts';
import {
  clearedAt,
  resultOf,
  sentTopics,
  sortedOut,
  type ClearingWorker,
  type Keeper,
  type SentTopic,
  type Unkept,
} from './kept-clearing.ts';

/**
 * Clears topics of a list that a connection's worker is told once, as `sendKept` and its siblings do: what is said
 * of each after that is its place. A worker that is a new one is told it again.
 */
export class ListedKept {
  readonly #worker: () => ClearingWorker;
  readonly #trash: Keeper;
  readonly #keys: readonly TopicKey[];
  readonly #places: ReadonlyMap<TopicKey, number>;
  #opened: { readonly worker: ClearingWorker; readonly list: Promise<number> } | null = null;

  /**
   * @param worker throws where there is none
   * @param keys that are cleared, each once
   */
  constructor(worker: () => ClearingWorker, trash: Keeper, keys: readonly TopicKey[]) {
    this.#worker = worker;
    this.#trash = trash;
    this.#keys = keys;
    this.#places = new Map(keys.map((key, place) => [key, place] as const));
  }

  /**
   * Keeps and clears, and checks nothing. One answer a topic, in the order asked for.
   *
   * @returns a failure where the trash cannot be written: then nothing was sent
   */
  async send(keys: readonly TopicKey[], unkept: Unkept): Promise<SentTopic[] | Failure> {
    const trash = this.#trash;
    const places = this.#placesOf(keys);
    const packed = await this.#call((worker, list) => worker.call('fetchListed', { list, places }));
    const found = unpackMessages(keys, packed);
    const messages = found.flatMap((one) => (one.kind === 'message' ? [one.message] : []));
    const failure = await trash.keep(messages);
    if (failure !== null && unkept === 'stop') return failure;
    const { go, results } = sortedOut(found, unkept);
    const took = await this.#empty(go, results);
    return sentTopics(found, go, took, results);
  }

  /** Those that few questions find to be gone; of the others nothing is known yet. */
  async findGone(keys: readonly TopicKey[]): Promise<ClearResult[]> {
    if (keys.length === 0) return [];
    const places = this.#placesOf(keys);
    const { cleared, overtaken } = await this.#call((worker, list) =>
      worker.call('goneListed', { list, places }),
    );
    if (overtaken.length > 0) await this.#trash.keep(overtaken);
    return clearedAt(this.#keys, cleared, this.#trash);
  }

  /** Asks for topics again that were sent. */
  async check(keys: readonly TopicKey[]): Promise<ClearResult[]> {
    const places = this.#placesOf(keys);
    const { cleared, others, overtaken } = await this.#call((worker, list) =>
      worker.call('checkListed', { list, places }),
    );
    // Where there is no room for it any more, there is the copy from before.
    if (overtaken.length > 0) await this.#trash.keep(overtaken);
    return [
      ...others.map((result) => ({ ...result, restorable: this.#trash.has(result.key) })),
      ...clearedAt(this.#keys, cleared, this.#trash),
    ];
  }

  /** Nothing more is cleared for now. */
  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    // A worker that is gone has no list any more.
    await opened?.list.then((list) => opened.worker.call('closeListed', { list })).catch(() => undefined);
  }

  async #empty(go: readonly TopicKey[], results: Map<TopicKey, ClearResult>): Promise<Float32Array> {
    if (go.length === 0) return new Float32Array(0);
    const trash = this.#trash;
    const places = this.#placesOf(go);
    const { unsent, took } = await this.#call((worker, list) => worker.call('emptyListed', { list, places }));
    const keyOf = (place: number): TopicKey => this.#keys[place] ?? '';
    await trash.notCleared(
      unsent.flatMap(({ place, outcome }) => (outcome.kind === 'refused' ? [keyOf(place)] : [])),
    );
    for (const { place, outcome } of unsent) {
      const key = keyOf(place);
      results.set(key, { ...resultOf(key, outcome), restorable: trash.has(key) });
    }
    return took;
  }

  /** Where the worker does not know the list any more, the next call tells it again. */
  async #call<T>(act: (worker: ClearingWorker, list: number) => Promise<T>): Promise<T> {
    const worker = this.#worker();
    if (this.#opened?.worker !== worker) {
      const list = worker.call('openListed', packNames(this.#keys)).then((answer) => answer.list);
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

  #placesOf(keys: readonly TopicKey[]): Uint32Array<ArrayBuffer> {
    const places = new Uint32Array(keys.length);
    for (let i = 0; i < keys.length; i++) places[i] = this.#places.get(keys[i] ?? '') ?? 0;
    return places;
  }
}
