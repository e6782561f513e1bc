import { expect, test, vi } from 'vitest';
import { NO_NODE, ROOT, type Node } from '../../../../../src-main/core/topics/columns/nodes.ts';
import { RateClock } from '../../../../../src-main/core/topics/tree/rates.ts';
import { MAX_LEVELS, Tree } from '../../../../../src-main/core/topics/tree/tree.ts';

const AT = 1_700_000_000_000;

class Planted {
  readonly tree = new Tree(5, new RateClock(AT));

  plant(topic: string): Node {
    const bytes = new TextEncoder().encode(topic);
    const view = new DataView(bytes.buffer);
    const hash = this.tree.hashOf(view, 0, bytes.length);
    const known = this.tree.find(hash, view, 0, bytes.length);
    return known === NO_NODE ? this.tree.plant(view, 0, bytes.length, hash, AT) : known;
  }

  /** From the root down: level, and the name of its own. */
  pathOf(leaf: Node): readonly string[] {
    const { tree } = this;
    const path: string[] = [];
    for (let node = leaf; node !== ROOT; node = tree.columns.parent(node)) {
      const name = new TextDecoder().decode(tree.pathOf(node).subarray(tree.nameOffset(node)));
      path.unshift(`${tree.columns.level(node)} ${name}`);
    }
    return path;
  }
}

test('A new topic has the same levels and names whether the level above it was known or not', () => {
  const deep = Array.from({ length: MAX_LEVELS - 2 }, () => 'x').join('/');
  const topics = [
    'a',
    'a/b',
    'a/b/c',
    'a/b/d',
    '/',
    '//',
    'a/',
    'a//b',
    '$SYS/broker/uptime',
    '$SYS/broker/load',
    '/'.repeat(MAX_LEVELS - 2),
    `${'/'.repeat(MAX_LEVELS - 2)}x`,
    '/'.repeat(MAX_LEVELS),
    `${'/'.repeat(MAX_LEVELS)}x`,
    `${deep}/y`,
    `${deep}/y/z`,
    `${deep}/y/z/beyond`,
    `${deep}/y/z/beyond/it`,
  ];
  const together = new Planted();
  const backwards = new Planted();
  for (const topic of topics.toReversed()) backwards.plant(topic);
  for (const topic of topics) {
    const alone = new Planted();
    const expected = alone.pathOf(alone.plant(topic));
    expect(together.pathOf(together.plant(topic))).toEqual(expected);
    expect(backwards.pathOf(backwards.plant(topic))).toEqual(expected);
  }
  expect(together.tree.columns.alive).toBe(backwards.tree.columns.alive);
});

test('A topic that takes the row of a forgotten one has nothing of it', () => {
  const planted = new Planted();
  const { columns } = planted.tree;
  const first = planted.plant('plant/hall/temperature');
  const hot = columns.hotChunk(first);
  const blank = { ...blankOf(planted, first) };
  hot.f64.fill(7, first * 8 + 3, first * 8 + 6);
  const births = columns.births;
  planted.tree.demote(first, 0);
  planted.tree.prune(first);
  expect(columns.alive).toBe(1);
  const again = ['x', 'y', 'z'].map((topic) => planted.plant(topic));
  expect(again).toContain(first);
  for (const node of again) expect(blankOf(planted, node)).toEqual(blank);
  expect(columns.birth(again[0]!)).toBe(births + 1);
});

function blankOf({ tree: { columns } }: Planted, node: Node): Readonly<Record<string, number>> {
  return {
    total: columns.total(node),
    lastSeen: columns.lastSeen(node),
    lastRecord: columns.lastRecord(node),
    rhythm: columns.rhythm(node),
    children: columns.children(node),
    topics: columns.topics(node),
    factAt: columns.factAt(node),
    lastRetained: columns.lastRetained(node),
  };
}

test('The levels of a removed topic are found no more, however many there are, and its name is read a few times', () => {
  const names = Array.from({ length: MAX_LEVELS + 40 }, (_, i) => `n${String(i)}`);
  for (const first of ['a', '$SYS', '']) {
    const planted = new Planted();
    const { tree } = planted;
    const topic = [first, ...names].join('/');
    const leaf = planted.plant(topic);
    planted.plant('other');
    tree.demote(leaf, 0);
    const reads = [vi.spyOn(DataView.prototype, 'getUint8'), vi.spyOn(DataView.prototype, 'getUint16')];
    tree.prune(leaf);
    const count = reads.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
    for (const spy of reads) spy.mockRestore();
    expect(tree.columns.alive).toBe(2);
    expect(tree.index.size).toBe(1);
    expect(count).toBeLessThan(4 * topic.length);
  }
});
