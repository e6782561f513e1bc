import { expect, test } from 'vitest';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import type { FetchedRetained } from '../../../../src-main/contract/session/trash.ts';
import { ListedBatch } from '../../../../src-main/core/retained/listed-batch.ts';
import {
  messagesOf,
  PackedWriter,
  packMessages,
  unpackMessages,
} from '../../../../src-main/core/retained/packed-messages.ts';
import { packNames, TopicNames } from '../../../../src-main/core/retained/topic-names.ts';
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

test('Of what a batch holds the mark is made of the payload alone, where it was copied to.', () => {
  const names = new TopicNames(packNames(['a', 'b', 'c']));
  const places = Uint32Array.of(0, 1, 2);
  const batch = new ListedBatch(names, places, true, true, 0);
  // A topic of one byte, properties, payload: each message in another part of one buffer.
  const parts = [
    { properties: 0, payload: 3 },
    { properties: 5, payload: 0 },
    { properties: 2, payload: 300 },
  ];
  let at = 0;
  const buffer = new Uint8Array(1_000);
  for (const [index, { properties, payload }] of parts.entries()) {
    const start = at;
    buffer[at++] = 0x61 + index;
    buffer.fill(200 + index, at, (at += properties));
    const from = at;
    buffer.fill(100 + index, at, (at += payload));
    const size = Math.max(1, payload);
    batch.message(buffer, start, start + 1, start + 1, from, from, from + size, size, 0b11, 7, 1);
    at = from + size;
  }
  const writer = new PackedWriter(places);
  const marks = [2, 0, 1].map((index) =>
    writer.addListed(index, 1, batch, index, (copy, start, end) => {
      const payload = copy.subarray(start, end);
      return payload.length * 1_000 + (payload[0] ?? 0);
    }),
  );
  expect(marks).toEqual([300_102, 3_100, 1_000]);
  const messages = messagesOf(writer.packed(), (place) => 'abc'[place]);
  expect(
    messages.map(({ key, properties, payload, at: received }) => [
      key,
      properties.length,
      payload.length,
      received,
    ]),
  ).toEqual([
    ['c', 2, 300, 7],
    ['a', 0, 3, 7],
    ['b', 5, 1, 7],
  ]);
});
