import { expect, test } from 'vitest';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import type { FetchedRetained } from '../../../../src-main/contract/session/trash.ts';
import { packMessages, unpackMessages } from '../../../../src-main/core/retained/packed-messages.ts';
import { random } from '../../../support/random.ts';

const bytes = (length: number, value: number): Uint8Array<ArrayBuffer> => new Uint8Array(length).fill(value);

const message = (key: string, size: number, properties: number, qos: 0 | 1 | 2): FetchedRetained => ({
  kind: 'message',
  key,
  message: {
    key,
    payload: bytes(size, size),
    properties: bytes(properties, 255 - properties),
    qos,
    at: 1e12 + size,
  },
});

test('Answers are the same, and in the same order, after they were packed and sent to another thread.', () => {
  const { int, pick } = random(11);
  for (let round = 0; round < 50; round++) {
    const found = Array.from({ length: int(40) }, (_, i): FetchedRetained => {
      const key = pick(['a//b', '/', ' ', '😀', 'x']) + i;
      switch (int(5)) {
        case 0:
          return { kind: 'nothing', key };
        case 1:
          return { kind: 'unreadable', key, failure: failed('x', 'y', 'z') };
        case 2:
          return { kind: 'invalid', key, failure: failed('x', 'y', 'z') };
        default:
          return message(key, pick([0, 1, 300]), pick([0, 5]), pick([0, 1, 2] as const));
      }
    });
    const packed = structuredClone(packMessages(found));
    expect(
      unpackMessages(
        found.map(({ key }) => key),
        packed,
      ),
    ).toEqual(found);
  }
});

test('Nothing is said of a topic of which nothing came back, nor of one that was not asked for.', () => {
  const packed = packMessages([message('a', 1, 0, 1), message('b', 2, 0, 1), { kind: 'nothing', key: 'c' }]);
  expect(unpackMessages(['a'], packed).map(({ key }) => key)).toEqual(['a']);
  expect(unpackMessages(['a', 'b', 'c', 'd'], packed).map(({ key, kind }) => `${key} ${kind}`)).toEqual([
    'a message',
    'b message',
    'c nothing',
  ]);
});
