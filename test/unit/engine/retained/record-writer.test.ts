import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { RecordWriter } from '../../../../src-main/engine/retained/record-writer.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);
afterEach(() => void vi.restoreAllMocks());

const about = { at: 5, title: 'plant/#', broker: 'mqtt://h:1883', profile: 'Plant' };
const message = {
  key: 'a',
  payload: new Uint8Array(3),
  qos: 1 as const,
  properties: new Uint8Array(0),
  at: 1_700_000_000_000,
};

test.each([
  ['trash', 'trash-not-written', 'nothing more is cleared'],
  ['snapshot', 'snapshot-not-written', 'The snapshot could not be written'],
] as const)(
  'What cannot be written into a %s is reported in words of its own.',
  async (kind, code, words) => {
    const dir = mkdtempSync(join(tmpdir(), 'topicscope-record-'));
    onTeardown(() => rmSync(dir, { recursive: true, force: true }));
    const path = join(dir, 'set.jsonl');
    const writer = await RecordWriter.create(path, { kind, ...about }, 'keep');
    expect(await writer.keep([message])).toBe(null);
    expect(await writer.finish()).toBe(null);
    rmSync(path);
    mkdirSync(path);
    const failure = await writer.keep([message]);
    expect(failure).toMatchObject({ code });
    expect(failure?.message).toContain(words);
  },
);

test('A file that could not be begun on a full disk is named, and not left in the way of the next one.', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'topicscope-record-'));
  onTeardown(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, 'set.jsonl');
  const other = await open(join(dir, 'other'), 'w');
  const handles = Object.getPrototypeOf(other) as typeof other;
  await other.close();
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const write = vi.spyOn(handles, 'write').mockRejectedValue(full);
  await expect(RecordWriter.create(path, { kind: 'snapshot', ...about })).rejects.toMatchObject({ path });
  expect(readdirSync(dir)).toEqual(['other']);
  write.mockRestore();
  expect(await (await RecordWriter.create(path, { kind: 'snapshot', ...about }, 'keep')).finish()).toBeNull();
});

test('A snapshot that was deleted while it was written is not called saved.', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'topicscope-record-'));
  onTeardown(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, 'set.jsonl');
  const writer = await RecordWriter.create(path, { kind: 'snapshot', ...about }, 'keep');
  expect(await writer.keep([message])).toBe(null);
  rmSync(path);
  expect(await writer.finish()).toMatchObject({ code: 'snapshot-not-written' });
  expect(readdirSync(dir)).toEqual([]);
});
