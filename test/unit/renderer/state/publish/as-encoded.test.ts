import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type { DecoderChain } from '../../../../../src-main/contract/model/decoder-rule.ts';
import type { Engine } from '../../../../../src-renderer/state/engine/engine.ts';
import { asEncoded } from '../../../../../src-renderer/state/publish/as-encoded.ts';
import { exactText } from '../../../../../src-renderer/state/publish/line-ends.ts';
import { payloadBytes } from '../../../../../src-renderer/state/publish/payload-format.ts';
import { bytesOf, decoded } from '../../../../support/decoding.ts';

const FOLDER = join(import.meta.dirname, '../../../../fixtures/payloads');
const C = ConnectionId.parse('c');
const Fixtures = z.object({
  fixtures: z.array(z.object({ name: z.string(), hex: z.string(), chain: z.string() })),
});

/** An engine that decodes as the real one does, in this thread. */
const engine = {
  call: (_: string, { source, chain }: { source: { bytes: Uint8Array }; chain: DecoderChain }) =>
    Promise.resolve(decoded(source.bytes, chain)),
} as unknown as Engine;

async function text(hex: string, format: 'cbor' | 'msgpack'): Promise<string> {
  const made = await asEncoded(engine, C, bytesOf(hex), format);
  return 'code' in made ? `${made.code}: ${made.message}` : `${made.floats} ${exactText(made.payload)}`;
}

test('Bytes become the JSON that makes exactly them again, floats as wide as they were.', async () => {
  expect(await text('a2616118186162f93e00', 'cbor')).toBe('shortest {\n  "a": 24,\n  "b": 1.5\n}');
  expect(await text('fb3ff8000000000000', 'cbor')).toBe('double 1.5');
  expect(await text('fa4043d70a', 'cbor')).toBe('single 3.06');
  expect(await text('1bffffffffffffffff', 'cbor')).toBe('shortest 18446744073709551615');
  expect(await text('82a161cb3ff8000000000000a16201', 'msgpack')).toBe('double {\n  "a": 1.5,\n  "b": 1\n}');
});

test.each([
  ['bytes', '4200ff', 'cbor'],
  ['a key that is no text', 'a10102', 'cbor'],
  ['a length that is longer than it had to be', '1801', 'cbor'],
  ['a list without a length', '9f01ff', 'cbor'],
  ['a date', 'c11a514b67b0', 'cbor'],
  ['an integer with a sign that has none', 'd001', 'msgpack'],
  ['floats of two widths', '92ca4043d70acb3ff8000000000000', 'msgpack'],
] as const)('%s would not stay the same, which is said', async (_, hex, format) => {
  expect(await text(hex, format)).toMatch(/^not-exact: As JSON this/);
});

test('What is another format, broken or too long stays as it is.', async () => {
  expect(await text('a261', 'cbor')).toMatch(/^not-exact: CBOR/);
  const long = Buffer.concat([Buffer.of(0x7a, 0, 1, 0x11, 0x70), Buffer.alloc(70_000, 'x')]).toString('hex');
  expect(await text(long, 'cbor')).toMatch(/^not-exact: .*too long/);
  expect(await asEncoded(engine, C, new Uint8Array(1_048_577), 'cbor')).toMatchObject({ code: 'not-exact' });
});

test.each([
  ['cbor', 'CBOR', 'cbor2.json'],
  ['msgpack', 'MessagePack', 'msgpack.json'],
] as const)(
  'Payloads of another %s encoder are the same bytes as JSON, or are left alone.',
  async (format, label, file) => {
    const { fixtures } = Fixtures.parse(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')));
    let exact = 0;
    for (const { hex, chain } of fixtures) {
      if (chain !== label) continue;
      const bytes = bytesOf(hex);
      const made = await asEncoded(engine, C, bytes, format);
      if ('code' in made) continue;
      expect(payloadBytes({ ...made, file: null })).toEqual(bytes);
      exact++;
    }
    expect(exact).toBeGreaterThanOrEqual(3);
  },
);
