import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Decoder } from '../../../../src-main/decoding/decoder.ts';
import { SchemaFiles } from '../../../../src-main/engine/decoding/schema-files.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'topicscope-schemas-'));
  onTeardown(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function opened(dataDir: string) {
  const decoder = new Decoder('t', () => 0);
  const files = new SchemaFiles({
    dataDir,
    now: () => 0,
    ask: (request) => Promise.resolve(decoder.answer(request)),
  });
  onTeardown(() => files.close());
  await files.load();
  return files;
}

async function reported(files: SchemaFiles) {
  for await (const item of files.handlers().schemas({}, new AbortController().signal)) return item.files;
  return [];
}

const PLANT = 'syntax = "proto3"; package plant; import "unit.proto"; message Reading { Unit unit = 1; }';
const UNIT = 'syntax = "proto3"; package plant; message Unit { string name = 1; }';

describe('Schema files', () => {
  test('are kept, with what can be chosen in them', async () => {
    const dir = folder();
    const files = await opened(dir);
    const { saveSchema, removeSchema } = files.handlers();
    expect(await saveSchema({ name: 'plant.proto', text: PLANT })).toEqual({ kind: 'done' });
    expect(await reported(files)).toMatchObject([
      {
        name: 'plant.proto',
        types: [],
        problem: { message: expect.stringContaining('unit.proto is imported') },
      },
    ]);
    await saveSchema({ name: 'unit.proto', text: UNIT });
    await saveSchema({ name: 'r.avsc', text: '{"type":"record","name":"R","fields":[]}' });
    const expected = [
      { name: 'plant.proto', types: ['plant.Reading'], problem: null },
      { name: 'unit.proto', types: ['plant.Unit'], problem: null },
      { name: 'r.avsc', types: ['R'], problem: null },
    ];
    expect(await reported(files)).toEqual(expected);
    expect(await reported(await opened(dir))).toEqual(expected);
    await removeSchema({ name: 'r.avsc' });
    expect(files.files.map(({ name }) => name)).toEqual(['plant.proto', 'unit.proto']);
  });

  test('replace those of the same name, and are not more than fit', async () => {
    const files = await opened(folder());
    const { saveSchema } = files.handlers();
    await saveSchema({ name: 'a.proto', text: UNIT });
    await saveSchema({ name: 'a.proto', text: PLANT });
    expect(files.files).toEqual([{ name: 'a.proto', text: PLANT }]);
    for (let at = 0; at < 3; at++) await saveSchema({ name: `${at}.proto`, text: ' '.repeat(1_000_000) });
    const refused = await saveSchema({ name: 'more.proto', text: ' '.repeat(1_000_000) });
    expect(refused).toMatchObject({ kind: 'failed', code: 'too-many-schemas' });
    expect(files.files).toHaveLength(4);
  });
});
