import { describe, expect, it } from 'vitest';
import { BY_NAME, type Sorting } from '../../../../../src-main/contract/model/sorting.ts';
import type { Row, ViewAction, ViewFrame, ViewSpec } from '../../../../../src-main/contract/model/view.ts';
import { compareNameBytes } from '../../../../../src-main/core/topics/tree/name-order.ts';
import { levels as levelsOf, parentKey as parentOf } from '../../../../../src-main/core/topics/levels.ts';
import { keyBytes, topicKey } from '../../../../../src-main/core/topics/names.ts';
import {
  NO_NODE,
  ROOT,
  type Node,
  type TopicSource,
} from '../../../../../src-main/core/topics/columns/nodes.ts';
import { TopicStore } from '../../../../../src-main/core/topics/store/store.ts';
import { TopicView } from '../../../../../src-main/core/topics/view/view.ts';
import { NaiveTopics } from '../../../../support/store/naive-topics.ts';
import { random, type Random } from '../../../../support/random.ts';

interface Fact {
  messages: number;
  topics: number;
  children: number;
}

/** Wishes as a person made them, by name, so that forgotten topics need no care. */
class Wishes {
  levels: number;
  readonly own = new Map<string, boolean>();
  readonly below = new Map<string, boolean>();

  readonly #separator: string;

  constructor(all: boolean, separator: string) {
    this.levels = all ? Infinity : 0;
    this.#separator = separator;
  }

  of(key: string): boolean {
    const parent = parentOf(key, this.#separator) ?? '<root>';
    const level = levelsOf(key, this.#separator).length;
    return this.own.get(key) ?? this.below.get(parent) ?? level <= this.levels;
  }

  setLevels(count: number): void {
    this.levels = count;
    this.own.clear();
    this.below.clear();
  }
}

/** The view written down as what it shows, flattened again each time. */
class Model {
  readonly source: TopicSource;
  readonly base: Wishes;
  layer: Wishes;
  filter = '';
  sorting: Sorting = BY_NAME;
  frozen: Map<string, Fact> | null = null;
  frozenTopics: Set<string> | null = null;
  /** Of levels that were removed, which one of those by the name of its parent that was. */
  readonly left = new Map<string, number>();

  constructor(source: TopicSource) {
    this.source = source;
    this.base = new Wishes(false, source.separator);
    this.layer = new Wishes(true, source.separator);
    const nodeRemoved = (node: Node, parent: Node): void => {
      const key = topicKey(source.pathBytes(node));
      this.frozen?.delete(key);
      this.left.set(key, source.birth(parent));
    };
    source.listen({ nodeAdded: () => undefined, nodeRemoved, becameTopic: () => undefined });
  }

  get changing(): Wishes {
    return this.filter === '' ? this.base : this.layer;
  }

  facts(): Map<string, Fact> {
    if (this.frozen) return this.frozen;
    const facts = new Map<string, Fact>();
    for (const node of nodesOf(this.source)) {
      facts.set(topicKey(this.source.pathBytes(node)), {
        messages: this.source.subtreeMessages(node),
        topics: this.source.subtreeTopics(node),
        children: this.source.childCount(node),
      });
    }
    return facts;
  }

  /** Topics with messages, live or as of the pause. */
  topics(): Set<string> {
    if (this.frozenTopics) return this.frozenTopics;
    const topics = nodesOf(this.source).filter((node) => this.source.isTopic(node));
    return new Set(topics.map((node) => topicKey(this.source.pathBytes(node))));
  }

  has(key: string): boolean {
    return key.toUpperCase().includes(this.filter.toUpperCase());
  }

  /**
   * What the filter leaves: topics with messages that match, and their parents. In a pause, a level
   * that matches stays for as long as it is there, even if the topics it had then were forgotten.
   */
  wanted(): Set<string> {
    const wanted = new Set<string>();
    const topics = this.topics();
    for (const key of this.facts().keys()) {
      if (!this.has(key) || (this.frozen === null && !topics.has(key))) continue;
      for (let at: string | null = key; at !== null; at = parentOf(at, this.source.separator)) wanted.add(at);
    }
    return wanted;
  }

  rows(): string[] {
    const wanted = this.wanted();
    const below = new Map<string | null, string[]>();
    for (const key of wanted) {
      const parent = parentOf(key, this.source.separator);
      const siblings = below.get(parent);
      if (siblings) siblings.push(key);
      else below.set(parent, [key]);
    }
    const facts = this.facts();
    const rows: string[] = [];
    const add = (parent: string | null): void => {
      for (const key of (below.get(parent) ?? []).sort((a, b) => this.compare(a, b, facts))) {
        rows.push(key);
        if (this.expanded(key)) add(key);
      }
    };
    add(null);
    return rows;
  }

  /** By figures as they are now. */
  compare(a: string, b: string, facts: Map<string, Fact>): number {
    const { by, descending } = this.sorting;
    const sign = descending ? -1 : 1;
    const byName = compareLast(a, b, this.source.separator);
    if (by === 'name') return a.startsWith('$') || b.startsWith('$') ? byName : sign * byName;
    const figures = [a, b].map((key) => facts.get(key)?.messages ?? 0);
    return sign * ((figures[0] ?? 0) - (figures[1] ?? 0)) || byName;
  }

  expanded(key: string): boolean {
    return this.changing.of(key);
  }

  matches(): number | null {
    if (this.filter === '') return null;
    const topics = this.topics();
    return [...this.facts().keys()].filter((key) => topics.has(key) && this.has(key)).length;
  }
}

function nodesOf(source: TopicSource, parent: Node = ROOT): Node[] {
  const nodes: Node[] = [];
  for (let at = source.firstChild(parent); at !== NO_NODE; at = source.nextSibling(at)) {
    nodes.push(at, ...nodesOf(source, at));
  }
  return nodes;
}

function compareLast(a: string, b: string, separator: string): number {
  const x = keyBytes(levelsOf(a, separator).at(-1) ?? '');
  const y = keyBytes(levelsOf(b, separator).at(-1) ?? '');
  return compareNameBytes(x, 0, x.length, y, 0, y.length, levelsOf(a, separator).length === 1);
}

/** What a window makes of the frames. */
class Client {
  rows = new Map<number, Row>();
  ids: number[] = [];

  take(frame: ViewFrame): void {
    for (const row of frame.rows) this.rows.set(row.id, row);
    expect(new Set(frame.ids).size).toBe(frame.ids.length);
    this.rows = new Map(
      frame.ids.map((id) => {
        const row = this.rows.get(id);
        if (!row) throw new Error('a row of the window was never sent');
        return [id, row];
      }),
    );
    this.ids = frame.ids;
  }

  get keys(): string[] {
    return [...this.rows.values()].map((row) => row.key);
  }
}

const NAMES = ['a', 'b', 'A2', 'a10', '', 'x\\', 'press', 'Ä'];
const FILTERS = ['', '', '', 'a', 'press', 'b/a', '/', 'a1', 'ä', 'nowhere', '/press'];

/** A kind of tree, and how it is played with. */
interface Board {
  readonly topics: number;
  readonly filters: readonly string[];
  readonly rounds: number;
  topic(chance: Random): Uint8Array;
  /** Topics published in one step. */
  burst(chance: Random): number;
}

const SMALL: Board = { topics: 30, filters: FILTERS, rounds: 60, topic: smallTopic, burst: () => 1 };

/** The same names, with dots and slashes between them. */
const DOTTED: Board = {
  ...SMALL,
  filters: [...FILTERS, 'b.a', 'a.', '.press'],
  topic: (chance) => smallTopic(chance).map((byte) => (byte === 0x2f && chance.int(3) > 0 ? 0x2e : byte)),
};

/** Families of thousands, which are gathered, sorted and filled in slices while topics come and go. */
const WIDE: Board = {
  topics: 3_000,
  filters: ['', '', 'w', 'w/1', '/c', 'c7', '99'],
  rounds: 12,
  topic(chance) {
    const family = `w/n${String(chance.int(4_000))}`;
    const text = chance.int(4) === 0 ? `${family}/c${String(chance.int(9))}` : family;
    return new TextEncoder().encode(chance.int(4) === 0 ? text.slice(2) : text);
  },
  burst: (chance) => chance.int(150),
};

function smallTopic(chance: Random): Uint8Array {
  const text = Array.from({ length: 1 + chance.int(4) }, () => chance.pick(NAMES)).join('/');
  const bytes = new TextEncoder().encode(text);
  return chance.int(20) === 0 ? Uint8Array.from([...bytes, 0xff]) : bytes;
}

/** A store to play with. */
interface Store {
  readonly source: TopicSource;
  publish(topic: Uint8Array, retain: boolean): void;
  /** Makes the store forget a topic, and perhaps all below it. */
  forget(node: Node, chance: Random): void;
  /** Only leaves can be forgotten. */
  readonly leavesOnly: boolean;
}

function naiveStore(separator = '/'): Store {
  const source = new NaiveTopics(separator);
  return {
    source,
    publish: (topic, retain) => {
      source.publish(topic, 'x', { retain });
    },
    forget: (node) => {
      source.forget(node);
    },
    leavesOnly: true,
  };
}

/** The product's store, which forgets the topic seen longest ago when a new one exceeds its cap. */
function realStore(topicCap: number, separator = '/'): Store {
  const source = new TopicStore({ memoryBytes: 2 ** 24, topicCap, seed: 5, startedAt: 1_000, separator });
  return {
    source,
    publish: (topic, retain) => {
      const bytes = Uint8Array.from([...topic, 0x78]);
      const end = topic.length;
      source.message(bytes, 0, end, end, end, end, end + 1, 1, retain ? 1 : 0, 0, -1, 1_000, 0);
    },
    forget: (node, chance) => {
      const kind = chance.int(3) === 0 ? 'subtree' : 'topic';
      source.forget({ kind, node }, () => undefined);
      while (source.work(() => false));
    },
    leavesOnly: false,
  };
}

class Game {
  readonly store: Store;
  readonly board: Board;
  readonly source: TopicSource;
  readonly model: Model;
  readonly client = new Client();
  readonly chance: Random;
  readonly view: TopicView;
  spec: ViewSpec = { anchor: null, offset: 0, rows: 12, filter: '', selected: null };
  paused = false;
  readonly sorts: boolean;

  constructor(seed: number, store: Store, board: Board, sorts: boolean) {
    this.board = board;
    this.sorts = sorts;
    this.chance = random(seed);
    this.store = store;
    this.source = store.source;
    this.model = new Model(store.source);
    for (let i = 0; i < board.topics; i++) store.publish(board.topic(this.chance), false);
    // Nothing at once: whatever is put off is put off as long as possible.
    const atOnce = this.chance.int(2) * 20;
    this.view = new TopicView({ source: this.source, spec: this.spec, now: 0, atOnce });
  }

  act(action: ViewAction): void {
    this.view.act(action, this.source.now);
  }

  look(change: Partial<ViewSpec>): void {
    this.spec = { ...this.spec, ...change };
    this.act({ kind: 'look', spec: this.spec });
    if (this.spec.filter !== this.model.filter) {
      this.model.filter = this.spec.filter;
      this.model.layer = new Wishes(true, this.source.separator);
    }
  }

  finish(): ViewFrame {
    while (this.view.work(() => false));
    const frame = this.view.frame(this.source.now);
    this.client.take(frame);
    return frame;
  }

  someKey(): string {
    const { chance, model } = this;
    // Flattening thousands of rows for every step would take most of the time.
    if (this.board === WIDE) return chance.int(3) > 0 ? 'w' : topicKey(WIDE.topic(chance));
    const keys = chance.int(3) === 0 ? [...model.facts().keys()] : model.rows();
    return keys.length === 0 || chance.int(30) === 0 ? topicKey(this.board.topic(chance)) : chance.pick(keys);
  }

  step(): void {
    const { chance, model } = this;
    const key = this.someKey();
    const known = model.facts().has(key);
    switch (chance.int(this.sorts ? 24 : 22)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
        this.publishSome();
        break;
      case 5:
      case 6:
      case 7:
        this.forgetSome();
        break;
      case 8:
      case 9:
      case 10:
        if (known) model.changing.own.set(key, true);
        this.act({ kind: 'expand', key });
        break;
      case 11:
      case 12:
        if (known) model.changing.own.set(key, false);
        this.act({ kind: 'collapse', key });
        break;
      case 13:
        this.turnSiblings(key, known);
        break;
      case 14:
        if (chance.int(2) === 0) break;
        model.changing.setLevels(Infinity);
        this.act({ kind: 'expand-all' });
        break;
      case 15:
        this.collapseAllOrShowLevels();
        break;
      case 16:
        if (known)
          for (let at = this.#above(key); at !== null; at = this.#above(at)) model.changing.own.set(at, true);
        this.act({ kind: 'reveal', key });
        break;
      case 17:
        this.look({ filter: chance.pick(this.board.filters) });
        break;
      case 18:
        this.togglePause();
        break;
      case 19:
        this.look({ anchor: chance.int(4) === 0 ? null : key, offset: chance.int(9) - 4 });
        break;
      case 22:
      case 23:
        this.sort(chance.pick(SORTINGS));
        break;
      case 20:
        this.look({ selected: chance.int(4) === 0 ? null : key });
        break;
      default:
        this.workALittle();
    }
  }

  #above(key: string): string | null {
    return parentOf(key, this.source.separator);
  }

  publishSome(): void {
    for (let left = this.board.burst(this.chance); left > 0; left--) {
      this.store.publish(this.board.topic(this.chance), this.chance.int(2) === 0);
      if (this.chance.int(20) === 0) this.workALittle();
    }
  }

  forgetSome(): void {
    const { leavesOnly } = this.store;
    const leaves = nodesOf(this.source).filter((node) => !leavesOnly || this.source.childCount(node) === 0);
    if (leaves.length <= 12) return;
    for (let left = this.board.burst(this.chance); left > 0; left--) {
      // Those that someone holds on to are the ones that matter.
      const held = [this.spec.anchor, this.spec.selected].map((key) =>
        this.source.find(keyBytes(key ?? '-')),
      );
      const node = this.chance.pick(this.chance.int(2) === 0 ? held : leaves);
      const chosen = leaves.includes(node) ? node : this.chance.pick(leaves);
      const isThere = this.source.exists(chosen);
      if (isThere && (!leavesOnly || this.source.childCount(chosen) === 0))
        this.store.forget(chosen, this.chance);
      if (this.chance.int(20) === 0) this.workALittle();
      if (this.chance.int(10) === 0) this.store.publish(this.board.topic(this.chance), false);
    }
  }

  turnSiblings(key: string, known: boolean): void {
    const { changing } = this.model;
    const open = this.chance.int(2) === 0;
    this.act({ kind: open ? 'expand-siblings' : 'collapse-siblings', key });
    if (!known) return;
    const before = changing.of(key);
    const parent = this.#above(key);
    changing.below.set(parent ?? '<root>', open);
    // Those that were forgotten of the same parent are children to come.
    const birth = this.source.birth(this.source.parent(this.source.find(keyBytes(key))));
    for (const child of [...changing.own.keys()]) {
      const isThere = this.source.find(keyBytes(child)) !== NO_NODE;
      if (this.#above(child) === parent && (isThere || this.model.left.get(child) === birth))
        changing.own.delete(child);
    }
    if (!open) changing.own.set(key, before);
  }

  collapseAllOrShowLevels(): void {
    const level = 1 + this.chance.int(4);
    const all = this.chance.int(3) === 0;
    if (all && this.chance.int(2) === 0) return;
    this.model.changing.setLevels(all ? 0 : level - 1);
    this.act(all ? { kind: 'collapse-all' } : { kind: 'expand-to', level });
  }

  sort(sorting: Sorting): void {
    this.model.sorting = sorting;
    this.act({ kind: 'sort', sorting });
  }

  /** All rows there are, of which one never knows how old the figures are that they are sorted by. */
  checkUnordered(): void {
    const { anchor, offset, rows } = this.spec;
    this.look({ anchor: null, offset: 0, rows: 100_000 });
    while (this.view.work(() => false));
    const { total, ids, rows: sent } = this.view.frame(this.source.now);
    for (const row of sent) this.client.rows.set(row.id, row);
    const expected = this.model.rows();
    const keys = ids.map((id) => topicKey(this.source.pathBytes(id)));
    expect(total).toBe(expected.length);
    expect(keys.toSorted()).toEqual(expected.toSorted());
    const above: string[] = [];
    for (const key of keys) {
      while (above.length > 0 && above.at(-1) !== this.#above(key)) above.pop();
      expect(above.at(-1) ?? null, key).toBe(this.#above(key));
      above.push(key);
    }
    this.look({ anchor, offset, rows });
  }

  togglePause(): void {
    this.paused = !this.paused;
    this.act({ kind: this.paused ? 'pause' : 'resume' });
    this.model.frozen = null;
    this.model.frozenTopics = null;
    if (!this.paused) return;
    this.model.frozenTopics = this.model.topics();
    this.model.frozen = this.model.facts();
  }

  workALittle(): void {
    let left = this.chance.int(this.board === WIDE ? 40 : 4);
    this.view.work(() => --left < 0);
    if (this.chance.int(2) === 0) this.client.take(this.view.frame(this.source.now));
  }

  check(): void {
    if (this.model.sorting.by !== 'name') {
      this.checkUnordered();
      this.sort(this.model.sorting);
    }
    const expected = this.model.rows();
    const before = this.finish();
    const at = this.spec.anchor === null ? -1 : expected.indexOf(this.spec.anchor);
    expect(before.anchorIndex).toBe(at < 0 ? null : at);
    expect(this.client.keys).toEqual(expected.slice(before.first, before.first + this.spec.rows));
    this.checkSelected(before, expected);
    for (let round = 0; round < 3; round++) {
      const first = this.chance.int(Math.max(1, expected.length));
      const anchor = round === 0 ? null : (expected[first] ?? null);
      const offset = round === 0 ? first : this.chance.int(11) - 5;
      const rows = 1 + this.chance.int(20);
      this.look({ anchor, offset, rows });
      const frame = this.finish();
      const base = anchor === null ? 0 : first;
      const start = Math.max(0, Math.min(base + offset, expected.length - rows));
      expect(frame.total).toBe(expected.length);
      expect(frame.building).toBeNull();
      expect(frame.anchorIndex).toBe(anchor === null ? null : first);
      expect(frame.first).toBe(start);
      expect(this.client.keys).toEqual(expected.slice(start, start + rows));
      expect(frame.matches).toBe(this.model.matches());
      this.checkRows();
      this.checkSelected(frame, expected);
    }
  }

  checkRows(): void {
    const facts = this.model.facts();
    for (const { key, messages, topics, children, expanded } of this.client.rows.values()) {
      const fact = facts.get(key);
      expect({ messages, topics, children }).toEqual(fact);
      expect(expanded, key).toBe(this.model.expanded(key) && children > 0);
    }
  }

  checkSelected(frame: ViewFrame, expected: readonly string[]): void {
    const { selected } = this.spec;
    if (selected === null) {
      expect(frame.selected).toBeNull();
      return;
    }
    const known = this.model.facts().has(selected);
    expect(frame.selected?.state === 'known').toBe(known);
    const index = expected.indexOf(selected);
    expect(frame.selected?.index ?? -1).toBe(known ? index : -1);
    if (!known) return;
    const hidden = this.model.filter !== '' && !this.model.wanted().has(selected);
    expect(frame.selected?.hiddenByFilter).toBe(hidden);
  }
}

const SORTINGS: readonly Sorting[] = [
  BY_NAME,
  { by: 'name', descending: true },
  { by: 'messages', descending: true },
  { by: 'messages', descending: false },
];

function expectSameRows(seed: number, store: Store, board: Board, sorts = false): void {
  const game = new Game(seed, store, board, sorts);
  game.check();
  for (let round = 0; round < board.rounds; round++) {
    for (let steps = game.chance.int(12); steps >= 0; steps--) game.step();
    game.check();
  }
  game.view.dispose();
}

/** The first few, and those of a soak of hundreds that found a fault. */
const SEEDS = [1, 2, 3, 2_054, 2_056, 2_074, 2_084];

describe('a view against a tree that is flattened again each time', () => {
  for (const seed of SEEDS) {
    it(`shows the same rows after every few random steps (seed ${String(seed)})`, () => {
      expectSameRows(seed, naiveStore(), SMALL);
    });

    it(`shows the same rows on the product's store (seed ${String(seed)})`, () => {
      expectSameRows(seed, realStore(60), SMALL);
    });

    it(`shows the same rows of families that are built in slices (seed ${String(seed)})`, () => {
      expectSameRows(seed, naiveStore(), WIDE);
    });
  }

  for (const seed of [...SEEDS.slice(0, 3), 7_044]) {
    it(`shows the same rows where dots divide the topics (seed ${String(seed)})`, () => {
      expectSameRows(seed, naiveStore('.'), DOTTED, true);
      expectSameRows(seed, realStore(60, '.'), DOTTED, true);
    });

    it(`sorts by figures as a plain sort does (seed ${String(seed)})`, () => {
      expectSameRows(seed, naiveStore(), SMALL, true);
      expectSameRows(seed, realStore(60), SMALL, true);
    });

    it(`sorts families in slices while topics come and go (seed ${String(seed)})`, () => {
      expectSameRows(seed, naiveStore(), WIDE, true);
    });
  }
});
