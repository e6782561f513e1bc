import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { MOST_PREVIEWED_BYTES } from '../../../../src-main/contract/decoding/decoder-rule-calls.ts';
import type { DecoderRule } from '../../../../src-main/contract/model/decoder-rule.ts';
import { ConnectionId } from '../../../../src-main/contract/model/model.ts';
import { bytesOf, step } from '../../../support/decoding.ts';
import { opened } from './opened.ts';

const connection = ConnectionId.parse('c1');
const latest = (...keys: readonly string[]) => keys.map((key) => ({ key, which: 'latest' as const }));
const numbers = (...texts: readonly string[]) => ({
  kind: 'json',
  shape: 'list',
  parts: texts.map((text) => ['', text]),
  left: 0,
  atLeast: false,
});

const rules: DecoderRule[] = [
  { filter: 'plant/#', chain: [step('hex')] },
  { filter: 'plant/+/raw', chain: [step('gzip'), step('number', 'uint8')] },
  { filter: 'plant/+/text', chain: [step('timestamp', 's')] },
];
const gzipped = Uint8Array.from(gzipSync(Uint8Array.of(7, 8)));
const CBOR = bytesOf('a1 6161 01');

describe('Short forms of messages', () => {
  test('are what a rule says, whatever the payload looks like', async () => {
    const { handlers } = opened(
      { 'plant/a/raw': { payload: gzipped }, 'plant/a/text': { payload: bytesOf('text:1700000000') } },
      rules,
    );
    const { previews } = await handlers.decodePreviews({
      connection,
      messages: latest('plant/a/raw', 'plant/a/text', 'plant/gone'),
    });
    expect(previews).toEqual([
      { key: 'plant/a/raw', seq: 7, preview: numbers('7', '8') },
      { key: 'plant/a/text', seq: 7, preview: expect.objectContaining({ kind: 'text' }) as unknown },
    ]);
    expect(JSON.stringify(previews[1]?.preview)).toContain('2023-11-14');
  });

  test('are what is found in binary ones without a rule, and never asked for of text', async () => {
    const payloads = {
      cbor: { payload: CBOR },
      text: { payload: bytesOf('text:{"a":1}') },
      noise: { payload: bytesOf('c1 ff 00 9d 13') },
    };
    const { handlers, asked } = opened(payloads);
    const { previews } = await handlers.decodePreviews({
      connection,
      messages: latest('cbor', 'text', 'noise'),
    });
    expect(previews).toEqual([
      {
        key: 'cbor',
        seq: 7,
        preview: { kind: 'json', shape: 'object', parts: [['a', '1']], left: 0, atLeast: false },
      },
    ]);
    expect(asked).toHaveLength(2);
  });

  test('leave out what a rule does not fit, and what is too large', async () => {
    const large = new Uint8Array(MOST_PREVIEWED_BYTES + 1);
    const { handlers, asked } = opened(
      { 'plant/b': { payload: bytesOf('ff') }, 'plant/a/raw': { payload: large } },
      rules,
    );
    const messages = latest('plant/b', 'plant/a/raw');
    expect(await handlers.decodePreviews({ connection, messages })).toEqual({ previews: [] });
    expect(asked).toHaveLength(1);
  });

  test('are of the moment at which a view was paused', async () => {
    const { handlers, views } = opened({ cbor: { payload: CBOR } });
    await handlers.decodePreviews({ connection, messages: latest('cbor'), view: 'v1' });
    expect(views).toEqual(['v1']);
  });

  test('come in the order of the question, however many there are', async () => {
    const keys = Array.from({ length: 40 }, (_, at) => `t${String(at)}`);
    const { handlers } = opened(Object.fromEntries(keys.map((key) => [key, { payload: CBOR }])));
    const { previews } = await handlers.decodePreviews({ connection, messages: latest(...keys) });
    expect(previews.map(({ key }) => key)).toEqual(keys);
  });
});
