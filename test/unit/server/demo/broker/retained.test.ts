import { describe, expect, test } from 'vitest';
import { Retained } from '../../../../../src-main/server/demo/broker/retained.ts';
import type { Message } from '../../../../../src-main/server/demo/broker/session.ts';

const NOW = Date.UTC(2026, 10, 29);
const message = (topic: string, text = 'x', more: Partial<Message> = {}): Message => ({
  topic,
  payload: Buffer.from(text),
  qos: 0,
  retain: true,
  properties: undefined,
  expiresAt: null,
  from: null,
  ...more,
});
const stored = (...messages: Message[]) => {
  const retained = new Retained();
  for (const one of messages) retained.store(one);
  return retained;
};
const texts = (retained: Retained, filter: string, now = NOW) =>
  [...retained.matching(filter, now)].map(({ topic, payload }) => `${topic}=${payload.toString()}`);

describe('What the demo broker retains', () => {
  test('is the last message of each topic, in the order in which they came', () => {
    const retained = stored(message('b', '1'), message('a', '2'), message('b', '3'));
    expect([retained.size, texts(retained, '#')]).toEqual([2, ['a=2', 'b=3']]);
    expect(retained.get('b')?.payload.toString()).toBe('3');
  });

  test('is cleared by an empty payload, also where nothing is', () => {
    const retained = stored(message('a'), message('a', ''), message('b', ''));
    expect([retained.size, texts(retained, '#'), retained.get('a')]).toEqual([0, [], undefined]);
  });

  test('is found by a filter, with wildcards and without, and not below $ by a wildcard', () => {
    const retained = stored(message('plant/a'), message('plant/b/c'), message('$SYS/up'), message('plant'));
    expect(texts(retained, 'plant/+')).toEqual(['plant/a=x']);
    expect(texts(retained, 'plant/#')).toEqual(['plant/a=x', 'plant/b/c=x', 'plant=x']);
    expect(texts(retained, '#')).not.toContain('$SYS/up=x');
    expect(texts(retained, '$SYS/up')).toEqual(['$SYS/up=x']);
    expect(texts(retained, 'nowhere')).toEqual([]);
  });

  test('is there until it expires, and makes room then', () => {
    const retained = stored(message('a', 'x', { expiresAt: NOW + 1_000 }), message('b'));
    expect(texts(retained, '#', NOW + 999)).toEqual(['a=x', 'b=x']);
    expect(texts(retained, '#', NOW + 1_000)).toEqual(['b=x']);
    expect(retained.size).toBe(1);
  });

  test('holds on neither to what came with it in one block, nor to who sent it', () => {
    const block = Buffer.from('one and two');
    const retained = stored(message('a', '', { payload: block.subarray(8) }));
    block.fill('-');
    expect([retained.get('a')?.payload.toString(), retained.get('a')?.from]).toEqual(['two', null]);
  });

  test('has a bound of bytes, over which a new topic is not retained and an old one goes', () => {
    const large = { payload: Buffer.alloc(64 * 2 ** 20 - 10) };
    const retained = stored(message('a', '', large), message('b', '', large), message('c', 'x'.repeat(100)));
    expect([...retained.matching('#', NOW)].map(({ topic }) => topic)).toEqual(['a', 'b']);
    retained.store(message('a', 'small'));
    retained.store(message('c', 'fits'));
    expect([...retained.matching('#', NOW)].map(({ topic }) => topic)).toEqual(['b', 'a', 'c']);
  });
});
