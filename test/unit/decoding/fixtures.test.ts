import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { SchemaFile, type Decoded } from '../../../src-main/contract/decoding/decoded.ts';
import { DecoderChain } from '../../../src-main/contract/model/decoder-rule.ts';
import { bytesOf, chainText, decoded } from '../../support/decoding.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/payloads');

/**
 * Payloads made by other programs' encoders, one file a maker. What they are to be decoded as was written down by
 * the maker from its own values, as a line for each value.
 */
const Fixtures = z.object({
  /** Name and version of the encoder. */
  maker: z.string(),
  fixtures: z.array(
    z.strictObject({
      name: z.string(),
      hex: z.string(),
      /** Names of the decoders. */
      chain: z.string(),
      /** Asked for by a person; absent: found. */
      steps: DecoderChain.optional(),
      tree: z.array(z.string()).optional(),
      text: z.string().optional(),
      image: z.tuple([z.number(), z.number()]).optional(),
      schemas: z.array(SchemaFile).default([]),
      contentType: z.string().default(''),
      topic: z.string().default(''),
      births: z.array(z.string()).default([]),
    }),
  ),
});

const all = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => Fixtures.parse(JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))));

/** The whole and all in it, as the makers wrote it. */
function lines({ nodes }: Decoded): string[] {
  return nodes.map(({ depth, key, text, shape }) => {
    const value = shape === 'object' ? '{}' : shape === 'list' ? '[]' : text;
    return '  '.repeat(depth) + (key === null ? value : `${key}=${value}`);
  });
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe.each(all)('Payloads made by $maker', ({ fixtures }) => {
  test.each(fixtures)('$name', (fixture) => {
    const bytes = bytesOf(fixture.hex);
    const before = digest(bytes);
    const result = decoded(bytes, fixture.steps ?? null, {
      topic: fixture.topic === '' ? null : fixture.topic,
      contentType: fixture.contentType === '' ? null : fixture.contentType,
      schemas: fixture.schemas,
      births: fixture.births.map(bytesOf),
    });
    expect(result.failure).toBeNull();
    expect(chainText(result)).toBe(fixture.chain);
    if (fixture.tree !== undefined) expect(lines(result)).toEqual(fixture.tree);
    if (fixture.text !== undefined) expect(result.text).toBe(fixture.text);
    if (fixture.image !== undefined) {
      expect([result.image?.width, result.image?.height]).toEqual(fixture.image);
    }
    // Decoding looks and does not touch.
    expect(digest(bytes)).toBe(before);
  });
});

test('there are at least 150 payloads, of more than ten makers', () => {
  expect(all.flatMap(({ fixtures }) => fixtures).length).toBeGreaterThanOrEqual(150);
  expect(new Set(all.map(({ maker }) => maker)).size).toBeGreaterThan(10);
});
