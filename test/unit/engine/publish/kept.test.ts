import { mkdtempSync, readdirSync, readFileSync, rmSync, appendFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { MessageTemplate } from '../../../../src-main/contract/session/sending.ts';
import { SavedMessages } from '../../../../src-main/engine/publish/saved-messages.ts';
import { SentLogs } from '../../../../src-main/engine/publish/sent-log.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

function dir(): string {
  const made = mkdtempSync(join(tmpdir(), 'topicscope-kept-'));
  onTeardown(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const template = (payload: Uint8Array = Uint8Array.of(1)): MessageTemplate => ({
  topic: 'a/b',
  payload,
  variables: true,
  gzip: true,
  qos: 2,
  retain: true,
  properties: { contentType: Uint8Array.of(255), userProperties: [['k', 'v']], messageExpiry: 3 },
  correlation: { text: '${uuid}', as: 'hex' },
});

const entry = (id: string, at = 1) => ({
  id,
  at,
  topic: 'a/b',
  size: 1,
  qos: 1 as const,
  retain: false,
  outcome: null,
  answer: null,
  queued: false,
});

async function reopened(dataDir: string) {
  const log = new SentLogs(dataDir).of('p', 'c');
  await log.loaded;
  return log;
}

test('What was sent is there after a restart, newest first, byte for byte, with what became of it.', async () => {
  const dataDir = dir();
  const log = new SentLogs(dataDir).of('p', 'c');
  log.add(entry('1'), template(Uint8Array.of(0, 128)));
  log.add({ ...entry('2'), queued: true, answer: { kind: 'waiting', topic: 'r' } }, template());
  log.change('1', { outcome: { kind: 'sent', at: 4 } });
  log.change('gone', { queued: false });
  await log.flush();
  const again = await reopened(dataDir);
  expect(again.list.value).toMatchObject([
    { id: '2', queued: false, answer: { kind: 'timed-out', topic: 'r' } },
    { id: '1', outcome: { kind: 'sent', at: 4 }, kept: true },
  ]);
  expect(again.template('1')).toEqual(template(Uint8Array.of(0, 128)));
  expect(new SentLogs(dataDir).of('other', 'c').list.value).toEqual([]);
});

test('A broken line costs nothing but itself, and the file stays small.', async () => {
  const dataDir = dir();
  const log = new SentLogs(dataDir).of('p', 'c');
  for (let at = 0; at < 400; at++) {
    log.add(entry(String(at), at), template());
    for (const n of [1, 2, 3]) log.change(String(at), { outcome: { kind: 'sent', at: n } });
  }
  await log.flush();
  const [name = ''] = readdirSync(join(dataDir, 'sent'));
  const path = join(dataDir, 'sent', name);
  expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThan(1_600);
  appendFileSync(path, '{"message":\n');
  const again = await reopened(dataDir);
  expect(again.list.value).toHaveLength(300);
  expect(again.list.value[0]).toMatchObject({ id: '399', outcome: { at: 3 } });
  expect(again.template('0')).toBeNull();
});

test('A payload that is too large is not kept, and says so.', async () => {
  const log = new SentLogs(dir()).of('p', 'c');
  log.add(entry('1'), template(new Uint8Array(65_537)));
  expect(log.list.value).toMatchObject([{ kept: false }]);
  expect(log.template('1')).toBeNull();
  await log.flush();
});

test('A list that was cleared is deleted from the disk; one of no profile never was there.', async () => {
  const dataDir = dir();
  const logs = new SentLogs(dataDir);
  logs.of('p', 'c').add(entry('1'), template());
  logs.of('p', 'c').clear();
  logs.of(null, 'demo').add(entry('1'), template());
  await logs.close();
  expect((await reopened(dataDir)).list.value).toEqual([]);
  expect(readdirSync(join(dataDir, 'sent'))).toHaveLength(1);
  expect(logs.of(null, 'demo').list.value).toHaveLength(1);
});

test('Saved messages are read by the next program as they were, by folder and name.', async () => {
  const dataDir = dir();
  const first = new SavedMessages(dataDir, () => 0);
  await first.load();
  const id = await first.save(null, { profile: 'p', folder: 'b/c', name: 'two' }, template(), 'hex');
  await first.save(null, { profile: null, folder: 'a', name: 'one' }, template(), 'text');
  if (typeof id !== 'string') throw new Error(id.code);
  first.close();
  const next = new SavedMessages(dataDir, () => 0);
  await next.load();
  expect(next.list.value.messages).toMatchObject([
    { folder: 'a', name: 'one', profile: null, topic: 'a/b', qos: 2 },
    { id, folder: 'b/c', name: 'two', profile: 'p' },
  ]);
  expect(next.read(id)).toMatchObject({ template: template(), format: 'hex' });
  expect(await next.save(id, { profile: 'p', folder: '', name: 'three' }, template(), 'text')).toBe(id);
  expect(await next.move(id, { profile: null, folder: 'z', name: 'four' })).toBeNull();
  expect(next.list.value.messages.map(({ name }) => name)).toEqual(['one', 'four']);
  expect(await next.remove([id])).toBeNull();
  expect(next.read(id)).toBeNull();
  next.close();
});

test('Two programs that save at a time do not undo each other.', async () => {
  const dataDir = dir();
  const both = [new SavedMessages(dataDir, () => 0), new SavedMessages(dataDir, () => 0)];
  await Promise.all(both.map((one) => one.load()));
  await Promise.all(
    both.map((one, at) => one.save(null, { profile: null, folder: '', name: `m${at}` }, template(), 'text')),
  );
  const third = new SavedMessages(dataDir, () => 0);
  await third.load();
  expect(third.list.value.messages.map(({ name }) => name)).toEqual(['m0', 'm1']);
  for (const one of [...both, third]) one.close();
});

test('An entry that is broken is kept aside and named; the others are there.', async () => {
  const dataDir = dir();
  const first = new SavedMessages(dataDir, () => 0);
  await first.load();
  await first.save(null, { profile: null, folder: '', name: 'good' }, template(), 'text');
  first.close();
  const path = join(dataDir, 'messages.json');
  const file = JSON.parse(readFileSync(path, 'utf8')) as { data: { messages: unknown[] } };
  file.data.messages.push({ id: 'bad', name: 3 });
  writeFileSync(path, JSON.stringify(file));
  const next = new SavedMessages(dataDir, () => 0);
  await next.load();
  expect(next.list.value.messages.map(({ name }) => name)).toEqual(['good']);
  expect(next.list.value.problem).toMatchObject({ code: 'entries-broken' });
  next.close();
});

test('A payload that no file should hold twice is not saved.', async () => {
  const saved = new SavedMessages(dir(), () => 0);
  await saved.load();
  const place = { profile: null, folder: '', name: 'x' };
  expect(await saved.save(null, place, template(new Uint8Array(2 ** 20 + 1)), 'file')).toMatchObject({
    code: 'too-large-to-save',
  });
  saved.close();
});
