import { expect, test } from 'vitest';
import type { WorkerClient } from '../../../../src-main/connection/worker-api.ts';
import { packMessages } from '../../../../src-main/core/retained/packed-messages.ts';
import { fetchedOf, keysIn } from '../../../../src-main/engine/retained/listed.ts';
import { packed } from '../../../support/retained/packed.ts';

/** A worker that answers with a message for so many topics that it is asked for, which says its name. */
function worker(pieces: readonly (readonly string[])[] = [], most = Infinity) {
  const asked: unknown[] = [];
  const call = (name: string, params: { readonly keys: readonly string[]; readonly from: number }) => {
    asked.push(params);
    if (name === 'listRetained') {
      const next = params.from + 1;
      const topics = packed(pieces[params.from] ?? []);
      return Promise.resolve({ topics, unknown: 0, next: next < pieces.length ? next : null });
    }
    const message = (key: string) => ({
      key,
      payload: new TextEncoder().encode(`of ${key}`),
      properties: new Uint8Array(0),
      qos: 1 as const,
      at: 1,
    });
    return Promise.resolve(
      packMessages(
        params.keys.map((key, at) =>
          at < most ? { kind: 'message', key, message: message(key) } : { kind: 'postponed', key },
        ),
      ),
    );
  };
  return { asked, call: call as unknown as WorkerClient['call'] };
}

async function partsOf<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

test('A topic that is named twice is asked for once, and no message is taken for that of another.', async () => {
  const one = worker();
  const found = (await partsOf(fetchedOf(one, ['a', 'a', 'b', 'a', 'c']))).flat();
  expect(one.asked).toEqual([{ keys: ['a', 'b', 'c'] }]);
  const reported = found.map((answer) =>
    answer.kind === 'message' ? [answer.key, new TextDecoder().decode(answer.message.payload)] : [],
  );
  expect(reported).toEqual([
    ['a', 'of a'],
    ['b', 'of b'],
    ['c', 'of c'],
  ]);
});

test('What is postponed is asked for again, until there is an answer for each.', async () => {
  const one = worker([], 2);
  const parts = await partsOf(fetchedOf(one, ['a', 'b', 'c', 'd', 'e']));
  expect(parts.map((part) => part.map(({ kind, key }) => `${kind} ${key}`))).toEqual([
    ['message a', 'message b'],
    ['message c', 'message d'],
    ['message e'],
  ]);
  expect(one.asked).toEqual([
    { keys: ['a', 'b', 'c', 'd', 'e'] },
    { keys: ['c', 'd', 'e'] },
    { keys: ['e'] },
  ]);
});

test('Of no topic nothing is asked.', async () => {
  const one = worker();
  expect(await partsOf(fetchedOf(one, []))).toEqual([]);
  expect(one.asked).toEqual([]);
});

test('The names of a scope are those of all its parts, in their order.', async () => {
  const one = worker([['b', 'a'], [], ['c']]);
  expect(await keysIn(one, { kind: 'subtree', key: '' })).toEqual(['b', 'a', 'c']);
  expect(one.asked).toMatchObject([{ from: 0 }, { from: 1 }, { from: 2 }]);
});
