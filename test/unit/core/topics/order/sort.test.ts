import { describe, expect, it } from 'vitest';
import { compareNameBytes } from '../../../../../src-main/core/topics/tree/name-order.ts';
import type { Node, TopicNames } from '../../../../../src-main/core/topics/columns/nodes.ts';
import { NameKeys, nameKey } from '../../../../../src-main/core/topics/order/keys.ts';
import { sortNodes } from '../../../../../src-main/core/topics/order/sort.ts';
import { random, type Random } from '../../../../support/random.ts';

function namesOf(paths: readonly Uint8Array[], offset: number): TopicNames & { read: Set<Node> } {
  const pathOf = (node: Node): Uint8Array => paths[node] ?? new Uint8Array(0);
  const read = new Set<Node>();
  return {
    read,
    separator: '/',
    pathBytes: (node) => {
      read.add(node);
      return pathOf(node);
    },
    lookPath: (node, into) => void into.take(pathOf(node)),
    searchPaths: () => ({ share: 1, incomplete: false, step: () => false }),
    nameOffset: () => offset,
    compareNames: (a, b) => {
      read.add(a).add(b);
      const top = offset === 0;
      return compareNameBytes(pathOf(a), offset, pathOf(a).length, pathOf(b), offset, pathOf(b).length, top);
    },
    find: () => -1,
  };
}

function distinct(chance: Random, count: number, make: () => string): Uint8Array[] {
  const texts = new Set<string>();
  for (let tries = 0; tries < 3 * count && texts.size < count; tries++) texts.add(make());
  return [...texts]
    .sort(() => chance.next() - 0.5)
    .map((text) => Uint8Array.from(Buffer.from(text, 'latin1')));
}

const KINDS: Record<string, (chance: Random) => string> = {
  'some that begin with a dollar': (chance) =>
    `${chance.pick(['$', '', '~', 'ü', '$$'])}${String(chance.int(3_000))}`,
  'a common beginning and a number': (chance) => `device-${String(chance.int(100_000))}`,
  'numbers with leading zeros and of any length': (chance) =>
    `${'0'.repeat(chance.int(3))}${String(chance.int(30)).repeat(chance.int(200))}${chance.pick(['', 'a', '/'])}`,
  'bytes of any kind': (chance) =>
    String.fromCharCode(
      ...Array.from({ length: chance.int(9) }, () => chance.pick([0, 1, 0x2e, 0x30, 0x31, 0x39, 0x3a, 0xff])),
    ),
  'numbers that a common beginning would cut': (chance) =>
    `v1${String(chance.int(3_000))}x${String(chance.int(3))}`,
  'a long beginning with numbers in it': (chance) =>
    `v1.plant-${chance.pick(['7', '7', '8'])}.line-${String(chance.int(3))}-unit-${String(chance.int(2_000))}`,
  'a number too long for a key': (chance) => `n${'9'.repeat(20)}${String(1_000 + chance.int(3_000))}`,
  words: (chance) =>
    chance.pick(['temp', 'temperature', 'rpm', '']) +
    chance.pick(['', '_max', '_min']) +
    String(chance.int(99)),
};

describe('sorting siblings in slices', () => {
  for (const [kind, make] of Object.entries(KINDS)) {
    it(`agrees with comparing all names: ${kind}`, () => {
      const chance = random(17);
      for (const size of [0, 1, 2, 63, 64, 65, 200, 3_000]) {
        const paths = distinct(chance, size, () => `up/${make(chance)}`);
        const names = namesOf(paths, 3);
        const nodes = Int32Array.from(paths, (_, node) => node);
        const expected = [...nodes].sort((a, b) => names.compareNames(a, b));
        const steps = sortNodes(nodes, names, new Set());
        let step = steps.next();
        while (!step.done) step = steps.next();
        expect([...step.value]).toEqual(expected);
      }
    });

    it(`makes keys that never contradict the order of names: ${kind}`, () => {
      const chance = random(29);
      const paths = distinct(chance, 400, () => make(chance));
      let contradictions = 0;
      for (let round = 0; round < 20_000; round++) {
        const a = chance.pick(paths);
        const b = chance.pick(paths);
        const order = compareNameBytes(a, 0, a.length, b, 0, b.length, true);
        if (nameKey(a, 0) < nameKey(b, 0) && order >= 0) contradictions++;
      }
      // Keys are made for some names and used for others that come later.
      const names = namesOf(paths, 0);
      const [first = 0, last = 0] = [0, 1].sort((a, b) => names.compareNames(a, b));
      const keys = NameKeys.between(names, first, last);
      for (let round = 0; round < 5_000; round++) {
        const a = chance.int(paths.length);
        const b = chance.int(paths.length);
        if (keys.key(a) < keys.key(b) && names.compareNames(a, b) >= 0) contradictions++;
      }
      expect(contradictions).toBe(0);
    });
  }

  it('reads no name of a node that went while it was sorted, and keeps the others in order', () => {
    const chance = random(31);
    const paths = distinct(
      chance,
      4_000,
      () => `${'same-beginning-'.repeat(2)}${String(chance.int(9))}-${String(chance.int(9_999))}`,
    );
    const names = namesOf(paths, 0);
    const nodes = Int32Array.from(paths, (_, node) => node);
    const gone = new Set<Node>();
    const steps = sortNodes(nodes, names, gone);
    let step = steps.next();
    while (!step.done) {
      names.read.clear();
      for (let i = 0; i < 20; i++) gone.add(chance.int(paths.length));
      step = steps.next();
      for (const node of gone) expect(names.read.has(node)).toBe(false);
    }
    const sorted = [...step.value].filter((node) => !gone.has(node));
    expect(sorted).toHaveLength(paths.length - gone.size);
    for (let at = 1; at < sorted.length; at++) {
      expect(names.compareNames(sorted[at - 1] ?? 0, sorted[at] ?? 0)).toBeLessThan(0);
    }
  });
});
