import type { TopicKey } from '../../contract/model/model.ts';
import type {
  Inventory,
  InventoryChoice,
  InventoryExpansion,
  InventoryQuery,
  InventorySort,
  InventorySummary,
  ProbeState,
} from '../../contract/session/inventory.ts';
import { collect, type Collecting } from '../../core/inventory/collect.ts';
import { InventoryOutline } from '../../core/inventory/outline.ts';
import { readRows } from '../../core/inventory/rows.ts';
import { summarise } from '../../core/inventory/summary.ts';
import { compileFilter } from '../../core/query/match/compile.ts';
import { NO_NODE, type Node } from '../../core/topics/columns/nodes.ts';
import { keyBytes, topicKey } from '../../core/topics/names.ts';
import { PathLook } from '../../core/topics/path-look.ts';
import type { TopicStore } from '../../core/topics/store/store.ts';
import type { Clock } from '../base/clock.ts';
import { inSlices } from '../base/in-slices.ts';
import { RetainedList, type Listed } from './listing.ts';

/** Entries between two pauses. */
const SLICE = 512;
/** A list that is shown is made anew at most so often, ms; and takes at most a tenth of the time. */
const LEAST_AGE_MS = 1_000;
const SHARE = 10;

export interface InventoryReading {
  readonly query: InventoryQuery;
  readonly sort: InventorySort;
  readonly choice: InventoryChoice;
  readonly expansion: InventoryExpansion;
  readonly from: number;
  readonly count: number;
  readonly seen: number | null;
}

export interface InventoryOptions extends Pick<Collecting, 'qosOf' | 'oursAt'> {
  readonly store: TopicStore;
  readonly clock: Clock;
  readonly retainAvailable: () => boolean;
  readonly shortfall: () => Inventory['shortfall'];
  readonly probe: () => ProbeState;
}

/** A list, with what it was made from. */
interface Built {
  readonly query: string;
  readonly outline: InventoryOutline;
  readonly cut: boolean;
  readonly problem: string | null;
  readonly written: number;
  readonly at: number;
  readonly ms: number;
  /** Nodes of it that were forgotten: their numbers may mean other topics. */
  readonly forgotten: Set<Node>;
  choice: string;
  order: string;
  summary: InventorySummary | null;
}

/** The list of retained messages, made when somebody looks and kept for as long as it holds. */
export class RetainedInventory {
  readonly #o: InventoryOptions;
  #built: Built | null = null;
  /** What is read a page at a time: the pages are of one list, though a newer one may be shown meanwhile. */
  #paged: Built | null = null;
  /** Nodes that were forgotten while a list is being made. */
  #removed: Set<Node> | null = null;
  #version = 0;
  /** What the version counts changes of beside the list, as JSON. */
  #aboutText = '';
  /** One after the other: each may make the list anew. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: InventoryOptions) {
    this.#o = options;
    const left = (node: Node) => {
      for (const list of [this.#built, this.#paged])
        if (list?.outline.has(node) === true) list.forgotten.add(node);
      this.#removed?.add(node);
    };
    options.store.listen({
      nodeAdded: () => undefined,
      nodeRemoved: left,
      becameTopic: () => undefined,
      ceasedToBeTopic: left,
    });
  }

  read(asked: InventoryReading): Promise<Inventory | { readonly kind: 'same' }> {
    return this.#inTurn(async () => {
      const built = await this.#prepared(asked, false);
      const { store, shortfall, probe } = this.#o;
      const about = { probe: probe(), shortfall: shortfall() };
      const aboutText = JSON.stringify(about);
      if (aboutText !== this.#aboutText) this.#version++;
      this.#aboutText = aboutText;
      if (asked.seen === this.#version) return { kind: 'same' };
      return {
        kind: 'inventory',
        version: this.#version,
        rows: built.outline.rows.length,
        from: asked.from,
        window: readRows(store, built.outline, asked.from, asked.count),
        summary: (built.summary ??= summarise(store, built.outline, store.now)),
        problem: built.problem,
        cut: built.cut,
        ...about,
      };
    });
  }

  /** The place of a topic's row in the list that was read last; -1: it has none. */
  indexOf(key: TopicKey): number {
    const { outline } = this.#built ?? {};
    const node = this.#o.store.find(keyBytes(key));
    if (outline === undefined || node === NO_NODE) return -1;
    return outline.rows.findIndex(({ at }) => outline.nodes[at] === node);
  }

  /** What is chosen, to be cleared; made anew for the first page. */
  chosen(query: InventoryQuery, choice: InventoryChoice, from: number): Promise<Listed> {
    return this.#inTurn(async () => {
      const isNext = from > 0 && this.#paged?.query === JSON.stringify(query);
      const list = isNext && this.#paged !== null ? this.#paged : await this.#list(query, from === 0);
      this.#paged = await this.#chosenIn(list, choice);
      const page = await inSlices(this.#o.clock, this.#listChosen(this.#paged, from));
      if (page.next === null) this.#paged = null;
      return page;
    });
  }

  /** Every listed topic, as of now. */
  all(query: InventoryQuery): Promise<TopicKey[]> {
    return this.#inTurn(async () => {
      const { outline, forgotten } = await this.#list(query, true);
      const { store } = this.#o;
      return outline.entries
        .filter(({ node }) => !forgotten.has(node))
        .map(({ node }) => topicKey(store.pathBytes(node)));
    });
  }

  *#listChosen({ outline, forgotten }: Built, from: number): Generator<void, Listed> {
    const { store, oursAt, retainAvailable } = this.#o;
    const list = new RetainedList({ topics: store, oursAt, retainAvailable: retainAvailable() });
    const path = new PathLook();
    let at = from;
    for (; at < outline.entries.length && !list.isFull; at++) {
      if (at % SLICE === 0) yield;
      const entry = outline.entries[at];
      if (entry === undefined || forgotten.has(entry.node) || !outline.isChosen(entry)) continue;
      store.lookPath(entry.node, path);
      list.add(entry.node, path, store.retained(entry.node));
    }
    return { topics: list.packed(), unknown: 0, next: at < outline.entries.length ? at : null };
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const answer = this.#queue.then(act);
    this.#queue = answer.catch(() => undefined);
    return answer;
  }

  async #prepared({ query, sort, choice, expansion }: InventoryReading, anew: boolean): Promise<Built> {
    const built = await this.#chosenIn(await this.#list(query, anew), choice);
    const order = JSON.stringify([sort, expansion]);
    if (built.order !== order) {
      await inSlices(this.#o.clock, built.outline.layOut(sort, expansion));
      built.order = order;
      this.#version++;
    }
    return built;
  }

  async #chosenIn(built: Built, choice: InventoryChoice): Promise<Built> {
    const text = JSON.stringify(choice);
    if (built.choice === text) return built;
    await inSlices(this.#o.clock, built.outline.choose(choice));
    built.choice = text;
    built.summary = null;
    this.#version++;
    return built;
  }

  async #list(query: InventoryQuery, anew: boolean): Promise<Built> {
    const { store, clock } = this.#o;
    const text = JSON.stringify(query);
    const known = this.#built;
    if (!anew && known?.query === text && known.forgotten.size === 0 && this.#holds(known)) return known;
    const at = clock.now();
    const { written } = store.facts;
    const forgotten = (this.#removed = new Set<Node>());
    const compiled = compileFilter(query.filter);
    const problem = compiled.kind === 'problems' ? (compiled.problems[0]?.reason ?? null) : null;
    const { qosOf, oursAt, retainAvailable } = this.#o;
    const found =
      compiled.kind === 'problems'
        ? { entries: [], cut: false }
        : await inSlices(
            clock,
            collect({
              topics: store,
              filter: compiled.filter,
              state: query.state,
              retainAvailable: retainAvailable(),
              qosOf,
              oursAt,
            }),
          );
    const outline = new InventoryOutline(store, found.entries);
    await inSlices(this.#o.clock, outline.build());
    this.#removed = null;
    for (const node of forgotten) if (!outline.has(node)) forgotten.delete(node);
    this.#version++;
    this.#built = {
      query: text,
      outline,
      cut: found.cut,
      problem,
      written,
      at,
      ms: clock.now() - at,
      forgotten,
      choice: '',
      order: '',
      summary: null,
    };
    return this.#built;
  }

  #holds({ written, at, ms }: Built): boolean {
    const { store, clock } = this.#o;
    return written === store.facts.written || clock.now() - at < Math.max(LEAST_AGE_MS, SHARE * ms);
  }
}
