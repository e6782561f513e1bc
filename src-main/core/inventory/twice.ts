import type { TopicKey } from '../../contract/model/model.ts';

/** Levels that are asked for one by one; a filter for all that lies deeper comes after them. */
const LEVELS = 4;
const SLASH = 0x2f;

/**
 * Filters that bring each topic of a filter once, by how many levels it has below its start. One packet takes them
 * and the filter itself: some brokers accept eight.
 *
 * @param filter ends with `#`
 * @returns nothing where it does not
 */
export function byLevels(filter: string): readonly string[] {
  if (filter !== '#' && !filter.endsWith('/#')) return [];
  const above = filter.slice(0, -2);
  const start = filter === '#' ? '' : `${above}/`;
  const levels = Array.from(
    { length: LEVELS + 1 },
    (_, n) =>
      start +
      Array<string>(n + 1)
        .fill('+')
        .join('/'),
  );
  const deeper = `${levels.pop() ?? ''}/#`;
  // `/#` has no topic above it: no name is empty.
  return [...(filter === '#' || above === '' ? [] : [above]), ...levels, deeper];
}

/**
 * Filters that bring each topic of a filter twice, if they are asked for together. A broker that leaves out what it
 * has no room for left nothing out of an answer if it brings all of that a second time in the same breath.
 *
 * @returns null: there are none that say the same as this filter in another way
 */
export function twice(filter: string): readonly string[] | null {
  const levels = byLevels(filter);
  return levels.length === 0 ? null : [filter, ...levels];
}

/** The filter without a `+` that brings all of its topics, and others. Null: it has none. */
export function widened(filter: string): string | null {
  const levels = filter.split('/');
  const at = levels.indexOf('+');
  return at < 0 ? null : [...levels.slice(0, at), '#'].join('/');
}

/** Filters of one SUBSCRIBE that every broker accepts. */
const TOGETHER = 8;

/**
 * Filters for what came only once although nothing was left out. Brokers match stored messages otherwise than the
 * standard says: for some (aedes, mica-mqtt) `+` stands for no empty level, for others (ejabberd) only for one at the end, or (mochi-mqtt)
 * `+/#` does not stand for the level of its `+`.
 */
export class OddTopics {
  readonly #filter: string;
  readonly #start: string;
  readonly #shapes = new Set<string>();
  /** Filters by levels that brought something. */
  readonly #useful = new Set<number>();
  #isOdd = true;

  /** @param filter ends with `#`, without another wildcard */
  constructor(filter: string) {
    this.#filter = filter;
    this.#start = filter.slice(0, -1);
  }

  add(topic: TopicKey, path: Uint8Array, cameTwice: boolean): void {
    const level = levelClass(this.#filter, path);
    if (cameTwice) this.#useful.add(level);
    else if (this.#shapes.size < TOGETHER) this.#addShape(topic, level);
  }

  #addShape(topic: TopicKey, level: number): void {
    const names = topic.slice(this.#start.length).split('/');
    this.#isOdd &&= level > 0 && (names.includes('') || names.length === LEVELS + 1);
    const shape = names.map((name) => (name === '' ? '' : '+'));
    this.#shapes.add(this.#start + shape.join('/'));
    const above = shape.slice(0, -1);
    if (names.at(-1) === '' && above.includes('')) this.#shapes.add(this.#start + [...above, '+'].join('/'));
  }

  /** To be asked in one packet, they bring each topic twice; none where it is otherwise, or they are too many. */
  get filters(): readonly string[] {
    const levels = byLevels(this.#filter).filter((_, at) => this.#useful.has(at + this.#first));
    const all = [this.#filter, ...levels, ...this.#shapes];
    return this.#isOdd && this.#shapes.size > 0 && all.length <= TOGETHER ? all : [];
  }

  /** Without a level above it there is no topic of its own name. */
  get #first(): number {
    return byLevels(this.#filter)[0] === this.#start.slice(0, -1) ? 0 : 1;
  }
}

/**
 * Which of the filters by levels brings a topic. Where one of them brings all, a broker that sends no more than so
 * many messages for each filter leaves out the same ones twice; where two do, they bring more together than the
 * filter itself.
 */
export function levelClass(filter: string, path: Uint8Array): number {
  const levels = path.reduce((sum, byte) => (byte === SLASH ? sum + 1 : sum), 1);
  const above = filter === '#' ? 0 : filter.split('/').length - 1;
  return Math.min(levels - above, LEVELS + 1);
}
