import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TurnedNodes } from '../../../../../src-main/core/topics/columns/turned-nodes.ts';
import { NO_NODE, ROOT, type Node } from '../../../../../src-main/core/topics/columns/nodes.ts';
import { LateTopics } from '../../../../../src-main/core/topics/store/late-topics.ts';
import { Count, isSystem, Tally } from '../../../../../src-main/core/topics/store/tally.ts';

/** A tree in which each node has ten children: the parent of 57 is 5, of 5 the root. */
const parentOf = (node: Node): Node => (node === ROOT ? NO_NODE : Math.floor(node / 10));
const within = (node: Node, top: Node): boolean => {
  for (let at = node; at !== NO_NODE; at = parentOf(at)) if (at === top) return true;
  return false;
};

describe('Late topics', () => {
  test('are counted at every node above them, now and as of each snapshot.', () => {
    const node = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 99_999 }));
    const step = fc.record({ kind: fc.constantFrom('mark', 'mark', 'unmark', 'freeze', 'clear'), node });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const late = new LateTopics();
        const model = new Set<Node>();
        const seen = [late] as { count(node: Node): number; has(node: Node): boolean }[];
        const kept = [model];
        for (const { kind, node: at } of steps) {
          if (kind === 'mark') {
            late.mark(at, parentOf);
            model.add(at);
          } else if (kind === 'unmark') {
            late.unmark(at, parentOf);
            model.delete(at);
          } else if (kind === 'freeze') {
            seen.push(late.freeze());
            kept.push(new Set(model));
          } else {
            late.clear();
            model.clear();
          }
        }
        for (const [i, look] of seen.entries()) {
          const all = kept[i] ?? new Set<Node>();
          for (const at of [ROOT, ...new Set(steps.flatMap(({ node: one }) => [one, parentOf(one)]))]) {
            expect(look.has(at)).toBe(all.has(at));
            expect(look.count(at)).toBe([...all].filter((one) => within(one, at)).length);
          }
        }
        // Where nothing is late it takes no memory.
        if (model.size === 0) expect(late.bytes).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  test('are marked once, however often they are reported.', () => {
    const late = new LateTopics();
    late.mark(57, parentOf);
    late.mark(57, parentOf);
    late.unmark(5, parentOf);
    expect([late.count(ROOT), late.count(5), late.count(57), late.has(5)]).toEqual([1, 1, 1, false]);
    late.unmark(57, parentOf);
    late.unmark(57, parentOf);
    expect([late.count(ROOT), late.bytes]).toEqual([0, 0]);
  });
});

describe('Topics that have turned', () => {
  test('are asked in their order, once for each time.', () => {
    const turned = new TurnedNodes();
    for (const node of [3, 1, 3]) turned.add(node);
    const asked: Node[] = [];
    while (turned.some) asked.push(turned.next());
    expect(asked).toEqual([3, 1, 3]);
    turned.add(9);
    expect([turned.some, turned.next(), turned.some]).toEqual([true, 9, false]);
  });

  test.each([
    ['one that nobody names', (turned: TurnedNodes) => turned.add(null)],
    ['too many', (turned: TurnedNodes) => Array.from({ length: 65_537 }, (_, node) => turned.add(node))],
  ])('are all of them after %s, until all were asked.', (_, turn) => {
    const turned = new TurnedNodes();
    turned.add(1);
    turn(turned);
    expect([turned.all, turned.some]).toEqual([true, false]);
    turned.add(2);
    expect(turned.some).toBe(false);
    turned.all = false;
    turned.add(2);
    expect([turned.all, turned.next()]).toEqual([false, 2]);
  });

  test('are forgotten as a whole.', () => {
    const turned = new TurnedNodes();
    turned.add(1);
    turned.clear();
    expect(turned.some).toBe(false);
  });
});

describe('The tally', () => {
  test('has the messages of the last whole second, and none after a second without a look.', () => {
    const tally = new Tally();
    const rate = () => tally.read(0, 0, 0).rate;
    const receive = (count: number, at: number): void => {
      tally.counts[Count.received]! += count;
      tally.advance(at);
    };
    receive(5, 400);
    expect(rate()).toBe(0);
    receive(0, 1_000);
    expect(rate()).toBe(5);
    receive(7, 1_999);
    expect(rate()).toBe(5);
    receive(0, 2_000);
    expect(rate()).toBe(7);
    receive(3, 4_500);
    expect(rate()).toBe(0);
    receive(0, 5_000);
    expect(rate()).toBe(0);
  });

  test('spreads what piled up over the seconds in which nobody looked.', () => {
    const tally = new Tally();
    const rate = () => tally.read(0, 0, 0).rate;
    tally.advance(1_000);
    tally.advance(61_000);
    expect(rate()).toBe(0);
    tally.counts[Count.received]! += 605;
    tally.advance(62_000);
    expect(rate()).toBe(10);
    tally.counts[Count.received]! += 12;
    tally.advance(63_000);
    expect(rate()).toBe(12);
  });

  test('returns each count, and what was dropped in all and by cause.', () => {
    const tally = new Tally();
    for (const place of Object.values(Count)) tally.counts[place] = 10 ** place;
    expect(tally.read(1, 2, 3)).toEqual({
      received: 1,
      system: 10,
      bytes: 100,
      kept: 1_000,
      evicted: 10_000,
      dropped: 11_100_000,
      droppedBy: { lag: 100_000, topicCap: 1_000_000, budget: 10_000_000 },
      forgottenTopics: 100_000_000,
      forgotten: 1_000_000_000,
      shortened: 10_000_000_000,
      topics: 100_000_000_000,
      retained: 1_000_000_000_000,
      rate: 0,
      indexBytes: 1,
      historyBytes: 2,
      budgetBytes: 3,
    });
  });

  test.each([
    ['$SYS', true],
    ['$SYS/broker', true],
    ['$SYS/', true],
    ['$SYSTEM', false],
    ['$sys', false],
    ['$SY', false],
    ['a/$SYS', false],
    ['', false],
  ])('counts %j apart: %s', (topic, expected) => {
    const bytes = new TextEncoder().encode(`..${topic}/x`);
    expect(isSystem(bytes, 2, 2 + topic.length)).toBe(expected);
  });
});
