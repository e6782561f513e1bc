import { hash } from 'node:crypto';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { KeptMessage } from '../../../../src-main/contract/session/trash.ts';
import { topicKey } from '../../../../src-main/core/topics/names.ts';
import {
  decodeLine,
  encodeLine,
  estimateBytes,
  estimateCopies,
  type FileLine,
} from '../../../../src-main/engine/retained/record.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text.replace(/\n$/, ''));

const message = (part: Partial<KeptMessage> = {}): KeptMessage => ({
  key: 'a',
  payload: Uint8Array.of(0, 255, 10, 13),
  qos: 2,
  // Expiry of 60 s, then user properties x=1, x=2 in this order.
  properties: Uint8Array.of(2, 0, 0, 0, 60, 38, 0, 1, 120, 0, 1, 49, 38, 0, 1, 120, 0, 1, 50),
  at: 1_700_000_000_123,
  ...part,
});

test.each([
  'a//b',
  '/',
  ' ',
  'plant/a b/ä/😀',
  '\ufeffbom',
  'a"\\\u0001',
  topicKey(Uint8Array.of(0x61, 0xff, 0x00, 0x5c)),
])('A message of %j comes back byte for byte.', (key) => {
  const line: FileLine = { kind: 'message', message: message({ key }) };
  const text = encodeLine(line);
  expect(text.indexOf('\n')).toBe(text.length - 1);
  expect(decodeLine(bytes(text))).toEqual(line);
});

test('Every kind of line comes back, and a message says its expiry in clear.', () => {
  const lines: FileLine[] = [
    {
      kind: 'head',
      head: { kind: 'trash', at: 5, title: 'plant/#', broker: 'mqtt://h:1883', profile: 'Plant' },
    },
    {
      kind: 'head',
      head: { kind: 'snapshot', at: 5, title: '#', name: 'before "it"', broker: 'mqtt://h', profile: 'P' },
    },
    { kind: 'not-cleared', key: 'a' },
    { kind: 'end', messages: 3 },
    { kind: 'message', message: message({ payload: new Uint8Array(0), properties: new Uint8Array(0) }) },
  ];
  for (const line of lines) expect(decodeLine(bytes(encodeLine(line)))).toEqual(line);
  expect(JSON.parse(encodeLine({ kind: 'message', message: message() }))).toMatchObject({
    topic: 'a',
    expirySeconds: 60,
  });
});

test('A large message comes back as well.', () => {
  const line: FileLine = {
    kind: 'message',
    message: message({ payload: new Uint8Array(12_000_001).fill(7) }),
  };
  const read = decodeLine(bytes(encodeLine(line)));
  if (typeof read === 'string' || read.kind !== 'message') throw new Error('It cannot be read.');
  expect(Buffer.compare(read.message.payload, line.message.payload)).toBe(0);
});

test('What is no Base64 as it is written here is refused.', () => {
  const line = encodeLine({ kind: 'message', message: message({ payload: new Uint8Array(2) }) });
  for (const other of ['AAB=', 'AAA', 'A A=', 'AAA=A', '-_A=', 'AAA\n=']) {
    const { sum, ...rest } = JSON.parse(line.replace('"AAA="', JSON.stringify(other))) as { sum: string };
    expect(sum).toHaveLength(16);
    const text = JSON.stringify(rest);
    const right = hash('sha256', text, 'hex').slice(0, 16);
    expect(decodeLine(bytes(`${text.slice(0, -1)},"sum":"${right}"}`))).toBe('It is no line of this format.');
  }
});

test('A line counts with other spaces as well, and as it was written its text is not made again.', () => {
  const line: FileLine = { kind: 'message', message: message() };
  const text = encodeLine(line).trimEnd();
  const { sum, ...rest } = JSON.parse(text) as { sum: string };
  const again = vi.spyOn(JSON, 'stringify');
  onTestFinished(() => again.mockRestore());
  expect(decodeLine(bytes(text))).toEqual(line);
  expect(again).not.toHaveBeenCalled();
  expect(decodeLine(bytes(text.replaceAll('":', '": ')))).toEqual(line);
  expect(again).toHaveBeenCalled();
  expect(decodeLine(bytes(JSON.stringify({ sum, ...rest })))).toEqual(line);
});

test('A change anywhere in a line is seen, and so is a line that is cut.', () => {
  const text = encodeLine({ kind: 'message', message: message() }).trimEnd();
  for (let at = 0; at < text.length; at++) {
    const changed = `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`;
    expect(typeof decodeLine(bytes(changed))).toBe('string');
  }
  for (let end = 0; end < text.length; end++)
    expect(typeof decodeLine(bytes(text.slice(0, end)))).toBe('string');
});

test('What is no line of ours is refused in words, whatever it is.', () => {
  for (const text of ['', '[]', 'null', '7', '{}', '{"sum":"x"}', '{"topicBase64":"YQ==","sum":1}'])
    expect(decodeLine(bytes(text))).toMatch(/^It /);
  expect(decodeLine(Uint8Array.of(0xff, 0xfe))).toMatch(/not JSON/);
  const newer = '{"format":"topicscope-retained","version":2,"sum":""}';
  expect(decodeLine(bytes(newer))).toContain('newer version');
});

test('A line of a moment that no calendar has is no line of ours, though its sum is right.', () => {
  const head = { kind: 'trash', at: 1e300, title: 'a', broker: 'b', profile: 'c' } as const;
  expect(decodeLine(bytes(encodeLine({ kind: 'head', head })))).toMatch(/^It /);
  expect(decodeLine(bytes(encodeLine({ kind: 'message', message: message({ at: -1e16 }) })))).toMatch(/^It /);
});

test('What copies will take is never estimated below what they take one by one, and little above it.', () => {
  const sizes = [0, 1, 2, 3, 4, 100, 65_537];
  const topics = sizes.map((size) => ({ key: `plant/${size}/ä`, size }));
  const each = estimateBytes(topics);
  const all = estimateCopies(
    topics.map(({ key }) => key),
    sizes.reduce((sum, size) => sum + size, 0),
  );
  expect(all).toBeGreaterThanOrEqual(each);
  expect(all - each).toBeLessThanOrEqual(4 * (sizes.length + 1));
});
