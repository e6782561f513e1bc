import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Node } from '../../../../../src-main/core/topics/columns/nodes.ts';
import { Expansion } from '../../../../../src-main/core/topics/view/expansion.ts';
import { NaiveTopics } from '../../../../support/store/naive-topics.ts';

function tree(all = false) {
  const topics = new NaiveTopics();
  const expansion = new Expansion(all, topics);
  topics.listen({
    nodeAdded: (node) => expansion.recall(node),
    nodeRemoved: (node) => expansion.forget(node),
    becameTopic: () => undefined,
  });
  const node = (path: string): Node => topics.find(new TextEncoder().encode(path));
  return { topics, expansion, node, has: (path: string): boolean => expansion.has(node(path)) };
}

describe('What is expanded', () => {
  test('is a default, of which levels, children and single nodes differ, the nearest wish first.', () => {
    const { topics, expansion, node, has } = tree();
    for (const topic of ['a/b/c', 'a/d/e', 'x/y/z']) topics.publish(topic);
    expect(['a', 'a/b', 'x'].map(has)).toEqual([false, false, false]);
    expansion.setLevels(1);
    expect(['a', 'a/b', 'x'].map(has)).toEqual([true, false, true]);
    expansion.setChildren(node('a'), true);
    expect(['a/b', 'a/d', 'x/y'].map(has)).toEqual([true, true, false]);
    expansion.set(node('a/b'), false);
    expect(['a/b', 'a/d'].map(has)).toEqual([false, true]);
    topics.publish('a/new/e');
    expect(has('a/new')).toBe(true);
    // A wish for all of them takes those for some back.
    expansion.setChildren(node('a'), true);
    expect(has('a/b')).toBe(true);
    expansion.setAll(false);
    expect(['a', 'a/b', 'a/d', 'a/new'].map(has)).toEqual([false, false, false, false]);
    expansion.setAll(true);
    expect(['a', 'a/b/c', 'x/y/z'].map(has)).toEqual([true, true, true]);
  });

  test('comes back with a topic that was forgotten, with the wish for its children.', () => {
    const { topics, expansion, node, has } = tree();
    topics.publish('a/b/c');
    expansion.set(node('a/b'), true);
    expansion.setChildren(node('a/b'), true);
    topics.forget(node('a/b/c'));
    topics.publish('other/b/c');
    expect(has('other/b')).toBe(false);
    topics.publish('a/b/c');
    expect(['a/b', 'a/b/c'].map(has)).toEqual([true, true]);
  });

  test('does not come back where the user has wished for all children of its parent since.', () => {
    const { topics, expansion, node, has } = tree();
    for (const topic of ['a/b/c', 'a/d/e']) topics.publish(topic);
    expansion.set(node('a/b'), true);
    expansion.setChildren(node('a/b'), true);
    topics.forget(node('a/b/c'));
    expansion.setChildren(node('a'), false);
    topics.publish('a/b/c');
    expect(has('a/b')).toBe(false);
    // What was wished for below it is another matter.
    expect(has('a/b/c')).toBe(true);
  });

  test('does not come back with another topic that has the number of its parent, nor after a wish for everything.', () => {
    const { topics, expansion, node, has } = tree();
    topics.publish('a/b/c');
    expansion.set(node('a/b'), true);
    const parent = node('a');
    topics.forget(node('a/b/c'));
    const other = topics.publish('z');
    expansion.setChildren(other, false);
    topics.publish('a/b/c');
    expect(other === parent || node('z') === other).toBe(true);
    expect(has('a/b')).toBe(true);
    topics.forget(node('a/b/c'));
    expansion.setLevels(0);
    topics.publish('a/b/c');
    expect(has('a/b')).toBe(false);
  });

  test('is remembered of a thousand topics that are forgotten, the oldest let go first.', () => {
    const { topics, expansion, node, has } = tree();
    for (let i = 0; i <= 1_000; i++) {
      topics.publish(`t${i}/x`);
      expansion.set(node(`t${i}`), true);
    }
    for (let i = 0; i <= 1_000; i++) topics.forget(node(`t${i}/x`));
    for (const i of [0, 1, 1_000]) topics.publish(`t${i}/x`);
    expect(['t0', 't1', 't1000'].map(has)).toEqual([false, true, true]);
  });
});

test('Whatever is wished for, and whatever comes, goes and comes back, it is what a plain list of wishes says.', () => {
  const paths = ['a', 'a/b', 'a/c', 'a/b/d', 'e', 'e/f'];
  const path = fc.constantFrom(...paths);
  const step = fc.oneof(
    fc.record({ kind: fc.constantFrom('set', 'below', 'forget', 'publish'), path, on: fc.boolean() }),
    fc.record({ kind: fc.constant('levels'), path, on: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const { topics, expansion, node } = tree();
      for (const one of paths) topics.publish(one);
      let all = false;
      const own = new Map<string, boolean>();
      const below = new Map<string, boolean>();
      const parentOf = (of: string) => of.slice(0, Math.max(0, of.lastIndexOf('/')));
      for (const { kind, path: at, on } of steps) {
        if (kind === 'levels') {
          expansion.setAll(on);
          all = on;
          own.clear();
          below.clear();
        } else if (kind === 'publish') topics.publish(at);
        // Parents stay: a wish for the children of one that is gone can be made by nobody.
        else if (kind === 'forget') {
          if (!paths.some((other) => parentOf(other) === at) && node(at) >= 0) topics.forget(node(at));
        } else if (node(at) >= 0 && kind === 'set') {
          expansion.set(node(at), on);
          own.set(at, on);
        } else if (node(at) >= 0) {
          expansion.setChildren(node(at), on);
          below.set(at, on);
          for (const child of own.keys()) if (parentOf(child) === at) own.delete(child);
        }
      }
      for (const one of paths) topics.publish(one);
      for (const one of paths) {
        const wished = own.get(one) ?? below.get(parentOf(one)) ?? all;
        expect(expansion.has(node(one)), one).toBe(wished);
      }
    }),
    { numRuns: 500 },
  );
});
