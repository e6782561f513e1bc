import { failed, type Failure } from '../../contract/base/errors.ts';
import type { SearchHit, SearchProgress, SearchSpec } from '../../contract/session/search.ts';
import { HistorySearch } from '../../core/search/history-search.ts';
import { readNeedle } from '../../core/search/needle.ts';
import { compileFilter } from '../../core/query/match/compile.ts';
import type { TopicStore } from '../../core/topics/store/store.ts';
import { ChangeSignal } from '../base/change-signal.ts';
import type { Clock } from '../base/clock.ts';

/** Searches kept, each with at most 10,000 hits of some 500 bytes; the oldest make room. */
const MOST_SEARCHES = 4;
/** Hits in one answer. */
const PAGE = 500;
/** A reader waits at most so long for news, ms; one that has not asked for so long has left. */
const NEWS_MS = 250;
const LEFT_MS = 10_000;

interface Open {
  readonly id: string;
  readonly search: HistorySearch;
  readonly startedAt: number;
  /** Of the end, once it is over. */
  endedAt: number | null;
  askedAt: number;
}

export interface SearchPart {
  readonly kind: 'part';
  readonly hits: SearchHit[];
  readonly progress: SearchProgress;
}

/** Searches in what a connection keeps; they take turns with the views and end when nobody reads them. */
export class Searches {
  readonly #store: TopicStore;
  readonly #clock: Clock;
  readonly #wake: () => void;
  readonly #changed: ChangeSignal;
  readonly #open: Open[] = [];
  #count = 0;

  /** @param wake asks for `work` */
  constructor(store: TopicStore, clock: Clock, wake: () => void) {
    this.#store = store;
    this.#clock = clock;
    this.#wake = wake;
    this.#changed = new ChangeSignal(clock);
  }

  start(spec: SearchSpec): { readonly kind: 'started'; readonly search: string } | Failure {
    const needle = readNeedle(spec);
    if (typeof needle === 'string') return failed('bad-search', needle, 'Change it and search again.');
    const compiled = compileFilter(spec.filter);
    if (compiled.kind === 'problems')
      return failed('bad-filter', 'The filter is not valid.', 'Mend it, or search in all topics.');
    const now = this.#clock.now();
    const search = new HistorySearch(this.#store, needle, compiled.filter?.test ?? null);
    const id = `s${String(++this.#count)}`;
    this.#open.push({ id, search, startedAt: now, endedAt: null, askedAt: now });
    if (this.#open.length > MOST_SEARCHES) this.#open.shift();
    this.#wake();
    return { kind: 'started', search: id };
  }

  /** Hits from the `from`th on, at once if there are any or it is over, else when there is news. */
  async read(id: string, from: number): Promise<SearchPart | { readonly kind: 'ended' }> {
    const open = this.#find(id);
    if (open === undefined) return { kind: 'ended' };
    open.askedAt = this.#clock.now();
    if (open.search.hits.length <= from && open.endedAt === null) {
      const signal = new AbortController().signal;
      await this.#changed.next(NEWS_MS, signal);
    }
    const now = this.#clock.now();
    open.askedAt = now;
    return {
      kind: 'part',
      hits: open.search.hits.slice(from, from + PAGE),
      progress: open.search.progress((open.endedAt ?? now) - open.startedAt),
    };
  }

  stop(id: string): void {
    const open = this.#find(id);
    if (open === undefined || open.endedAt !== null) return;
    open.search.stop();
    this.#ended(open);
  }

  /** Sliced work of all searches; true if there is more. */
  work(until: () => boolean): boolean {
    let more = false;
    for (const open of this.#open) {
      if (open.endedAt !== null) continue;
      if (this.#clock.now() - open.askedAt > LEFT_MS) this.stop(open.id);
      else if (this.#goOn(open, until)) more = true;
    }
    return more;
  }

  #goOn(open: Open, until: () => boolean): boolean {
    const before = open.search.hits.length;
    let isRunning = true;
    do isRunning = open.search.step();
    while (isRunning && !until());
    if (!isRunning) this.#ended(open);
    else if (open.search.hits.length > before) this.#changed.notify();
    return isRunning;
  }

  #ended(open: Open): void {
    open.endedAt = this.#clock.now();
    this.#changed.notify();
  }

  #find(id: string): Open | undefined {
    return this.#open.find((open) => open.id === id);
  }
}
