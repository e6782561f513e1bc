import type { PackedNames } from '../../core/retained/topic-names.ts';
import type { PackedMessages } from '../../core/retained/packed-messages.ts';
import type { PlacedOutcome } from '../retained/cleaner.ts';
import type { RetainedTruth } from '../retained/truth.ts';
import {
  ListedClearing,
  type CheckedPlaces,
  type FoundCleared,
  type ListedClearingOptions,
} from './listed-clearing.ts';
import { ListedTopics } from './listed-topics.ts';

/** Clears that go on at once; the list of the oldest makes room, and is opened again when it is used. */
const MOST = 20;

export interface ListedListsOptions extends Pick<ListedClearingOptions, 'topics' | 'clock'> {
  readonly truth: RetainedTruth;
}

/** The lists of topics that are cleared, by the numbers that the engine knows them by. */
export class ListedLists {
  readonly #topics: ListedClearingOptions['topics'];
  readonly #clearing: ListedClearing;
  readonly #lists = new Map<number, ListedTopics>();
  #last = 0;

  constructor({ topics, clock, truth }: ListedListsOptions) {
    this.#topics = topics;
    const { probe, cleaner } = truth;
    this.#clearing = new ListedClearing({ topics, clock, truth, probe, cleaner });
  }

  open(packed: PackedNames): number {
    const number = ++this.#last;
    this.#lists.set(number, new ListedTopics(this.#topics, packed));
    for (const oldest of this.#lists.keys()) {
      if (this.#lists.size <= MOST) break;
      this.close(oldest);
    }
    return number;
  }

  close(number: number): void {
    this.#lists.get(number)?.close();
    this.#lists.delete(number);
  }

  /** @throws where the list is not known any more, as all below */
  fetch(number: number, places: Uint32Array): Promise<PackedMessages> {
    return this.#clearing.fetch(this.#list(number), places);
  }

  sendEmpty(number: number, places: Uint32Array, took: Float32Array): Promise<PlacedOutcome[]> {
    return this.#clearing.sendEmpty(this.#list(number), places, took);
  }

  findCleared(number: number, places: Uint32Array): Promise<FoundCleared> {
    return this.#clearing.findCleared(this.#list(number), places);
  }

  check(number: number, places: Uint32Array): Promise<CheckedPlaces> {
    return this.#clearing.check(this.#list(number), places);
  }

  #list(number: number): ListedTopics {
    const list = this.#lists.get(number);
    if (list === undefined) throw new Error('This list of topics is not known any more.');
    return list;
  }
}
