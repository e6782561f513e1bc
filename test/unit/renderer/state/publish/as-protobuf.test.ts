import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { SchemaFile } from '../../../../../src-main/contract/decoding/decoded.ts';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type { DecoderChain } from '../../../../../src-main/contract/model/decoder-rule.ts';
import type { MessageTemplate } from '../../../../../src-main/contract/session/sending.ts';
import { encodeChosen } from '../../../../../src-main/decoding/schema/encode-chosen.ts';
import type { Engine } from '../../../../../src-renderer/state/engine/engine.ts';
import { asProtobuf } from '../../../../../src-renderer/state/publish/as-protobuf.ts';
import { exactText } from '../../../../../src-renderer/state/publish/line-ends.ts';
import { bytesOf, decoded, step } from '../../../../support/decoding.ts';

const FILE = join(import.meta.dirname, '../../../../fixtures/payloads/protobuf.json');
const Fixtures = z.object({
  fixtures: z.array(
    z.object({ name: z.string(), hex: z.string(), schemas: z.array(SchemaFile).default([]) }),
  ),
});
/** Made by Google's own encoder. */
const READINGS = Fixtures.parse(JSON.parse(readFileSync(FILE, 'utf8'))).fixtures.filter(
  ({ schemas }) => schemas.length > 0,
);
const SCHEMAS = READINGS[0]?.schemas ?? [];
const C = ConnectionId.parse('c');

interface Params {
  readonly source: { readonly bytes: Uint8Array<ArrayBuffer>; readonly key: string | null };
  readonly chain: DecoderChain | null;
  readonly template: MessageTemplate;
}

/** Decodes and encodes as the real one does, in this thread, with a rule for one topic. */
const engine = {
  call: (name: string, { source, chain, template }: Params) => {
    if (name === 'previewMessage') {
      const text = new TextDecoder().decode(template.payload);
      const made = encodeChosen(text, template.encoding?.message ?? '', SCHEMAS);
      return Promise.resolve(
        made.kind === 'encoded' ? { kind: 'preview', message: { payload: made.bytes } } : made.failure,
      );
    }
    const rule = source.key === 'ruled' ? [step('protobuf', 'plant.Reading')] : null;
    return Promise.resolve(decoded(source.bytes, chain ?? rule, { schemas: SCHEMAS, topic: source.key }));
  },
} as unknown as Engine;

const asked = (hex: string, topic = '', message = '') =>
  asProtobuf(engine, C, bytesOf(hex), { topic, message });

test('Messages of another encoder become JSON that is sent as the very same bytes.', async () => {
  const left: string[] = [];
  for (const { name, hex } of READINGS) {
    const made = await asked(hex, '', 'plant.Reading');
    if ('code' in made) {
      left.push(`${name}: ${made.code}`);
      continue;
    }
    expect(made).toMatchObject({ format: 'protobuf', message: 'plant.Reading' });
    const again = encodeChosen(exactText(made.payload), 'plant.Reading', SCHEMAS);
    expect(again).toEqual({ kind: 'encoded', bytes: bytesOf(hex) });
  }
  expect(READINGS.length).toBeGreaterThan(12);
  expect(left).toEqual(['unknown field: not-exact']);
});

test('The rule for the topic says which message it is; without one that is asked for.', async () => {
  const hex = '0a0161620200ff';
  const made = await asked(hex, 'ruled');
  if ('code' in made) throw new Error(made.message);
  expect([made.message, exactText(made.payload)]).toEqual([
    'plant.Reading',
    '{\n  "device": "a",\n  "raw": "AP8="\n}',
  ]);
  expect(await asked(hex, 'other')).toMatchObject({ code: 'no-proto-message' });
});

test('What is no such message, or too long, stays as it is.', async () => {
  expect(await asked('ffff', '', 'plant.Reading')).toMatchObject({ code: 'not-exact' });
  expect(await asked('0801', '', 'plant.None')).toMatchObject({
    message: expect.stringContaining('plant.None') as string,
  });
  expect(await asked('00'.repeat(1_048_577), '', 'plant.Reading')).toMatchObject({ code: 'not-exact' });
  // The same field twice, of which the last one counts.
  expect(await asked('0a01610a0162', '', 'plant.Reading')).toMatchObject({ code: 'not-exact' });
});
