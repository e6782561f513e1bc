import { isWild } from './absence.ts';

/** Asked one after the other until one brings something; what the broker itself stores is the last resort. */
const OTHERS: readonly (readonly string[])[] = [['+', '+/+', '+/+/+'], ['#'], ['$SYS/#']];

export interface WildcardsOptions {
  /** Known to deliver what it stores for a wildcard. */
  readonly isMosquitto: () => boolean;
  /** False: the broker says that it keeps none. */
  readonly retainAvailable: () => boolean;
}

/**
 * Whether this broker delivers what it stores for a wildcard. One that does not (RabbitMQ) answers as one that stores
 * nothing, so until something came for a wildcard that nothing comes shows nothing.
 */
export class Wildcards {
  readonly #o: WildcardsOptions;
  #deliver = false;

  constructor(options: WildcardsOptions) {
    this.#o = options;
  }

  /** @param meant stored messages that these filters stand for and that came for them */
  answered(filters: readonly string[], meant: number): void {
    this.#deliver ||= meant > 0 && filters.every(isWild);
  }

  /**
   * @param filter was asked for
   * @param ask reports its answer here as well
   * @returns false: nothing shows that it does
   */
  async deliver(filter: string, ask: (filters: readonly string[]) => Promise<unknown>): Promise<boolean> {
    const isKnown = (): boolean => this.#deliver || this.#o.isMosquitto() || !this.#o.retainAvailable();
    for (const filters of OTHERS) {
      if (isKnown()) break;
      // All others are part of it.
      if (filter !== '#' || filters[0] === '$SYS/#') await ask(filters);
    }
    return isKnown();
  }
}
