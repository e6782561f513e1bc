import { expect, test } from 'vitest';
import { SortValues } from '../../../../../src-main/core/topics/order/sort-values.ts';
import type { ScannedTopics } from '../../../../../src-main/core/topics/tree/value-scan.ts';

/** Nodes with these counts, the first of which is node 1. */
function topicsWith(messages: number[]): ScannedTopics {
  const nodes = {
    exists: () => true,
    level: () => 2,
    subtreeMessages: (node: number) => messages[node - 1] ?? 0,
  };
  const names = { compareNames: (a: number, b: number) => a - b };
  return { nodes, names, end: messages.length + 1 } as unknown as ScannedTopics;
}

test('Figures stay as they were first read, also where two orders read all of them one after the other.', () => {
  const messages = [5, 3, 4];
  const values = new SortValues(topicsWith(messages), { by: 'messages', descending: false });
  expect(values.key(1)).toBe(5);
  const [one, other] = [values.readAll(), values.readAll()];
  const isAtEnd = (reading: typeof one): boolean => reading.next().done === true;
  // The two take turns.
  for (let isDone = false; !isDone;) isDone = [one, other].map(isAtEnd).includes(true);
  messages.splice(0, 3, 1, 2, 9);
  for (const reading of [one, other, values.readAll()]) while (!isAtEnd(reading));
  expect([1, 2, 3].map((node) => values.key(node))).toEqual([5, 3, 4]);
  values.forget(2);
  expect([1, 2, 3].map((node) => values.key(node))).toEqual([5, 2, 4]);
});
