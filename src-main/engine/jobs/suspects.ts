import type { TopicKey } from '../../contract/model/model.ts';
import type { SentPlaces } from '../retained/listed-kept.ts';
import { isUnknown } from './clear-outcomes.ts';

/** The connection may end so often without anything being cleared in between: then no more is expected of the rest. */
const MOST_IN_VAIN = 40;

/** Once may be chance. */
const MOST_BLAMES = 2;

/** A place that is to be cleared once more; false: that was tried often enough. */
export interface Retry {
  readonly place: number;
  readonly isWorthIt: boolean;
}

/**
 * Topics that the broker may have ended the connection over: some do so over each that they deny, and say nothing. It
 * reads them in their order, so that is the first of which nothing is known, or which is still there.
 */
export class Suspects {
  readonly #keys: readonly TopicKey[];
  /** How often each was one. */
  readonly #blames = new Map<number, number>();
  #inVain = 0;

  /** @param keys what places are indices of */
  constructor(keys: readonly TopicKey[]) {
    this.#keys = keys;
  }

  renew(): void {
    this.#blames.clear();
    this.#inVain = 0;
  }

  /** Something was cleared or refused, and is done with. */
  movedOn(): void {
    this.#inVain = 0;
  }

  /**
   * What to do with what went together with a suspect, in the order in which it is sent again: what is behind a
   * suspect was cut off with it for no reason of its own, so it goes before it. What lies near it may be denied as it
   * is, and goes after the others; what was a suspect before goes after those.
   */
  retries(suspect: number, others: readonly number[]): Retry[] {
    this.#inVain++;
    const isWorthIt = this.#inVain < MOST_IN_VAIN;
    const key = this.#keys[suspect] ?? '';
    const ranks = new Map(others.map((place) => [place, this.#rank(place, key)]));
    const before = others.toSorted((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0));
    const blames = (this.#blames.get(suspect) ?? 0) + 1;
    this.#blames.set(suspect, blames);
    return [
      ...before.map((place) => ({ place, isWorthIt })),
      { place: suspect, isWorthIt: blames < MOST_BLAMES && isWorthIt },
    ];
  }

  #rank(place: number, suspect: TopicKey): number {
    return this.#blames.has(place) ? Infinity : sharedLevels(suspect, this.#keys[place] ?? '');
  }
}

/** Of those that were cut off; null: none was under way, so it may be any. */
export function suspectOf(cutOff: readonly number[], { unsent }: SentPlaces): number | 'named' | null {
  if ([...unsent.values()].some(({ kind }) => kind === 'refused')) return 'named';
  const suspect = cutOff.find((place) => {
    const outcome = unsent.get(place);
    return outcome !== undefined && isUnknown(outcome);
  });
  return suspect ?? null;
}

/** How many levels the two begin with alike. */
function sharedLevels(a: TopicKey, b: TopicKey): number {
  let levels = 0;
  for (let at = 0; at < a.length && a[at] === b[at]; at++) if (a[at] === '/') levels++;
  return levels;
}
