import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import { ConnectionId, ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import type { PublishMessage } from '../../../../src-main/contract/model/publish-message.ts';
import type { MessageTemplate, SentMessage } from '../../../../src-main/contract/session/sending.ts';
import { Decoder } from '../../../../src-main/decoding/decoder.ts';
import { encoderOf, environmentOf } from '../../../../src-main/engine/publish/create-sending.ts';
import type { SendingConnection } from '../../../../src-main/engine/publish/outbox.ts';
import { Sending } from '../../../../src-main/engine/publish/sending.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

const C = ConnectionId.parse('c');

function open(state = { kind: 'online' }, dataDir = mkdtempSync(join(tmpdir(), 'topicscope-sending-'))) {
  const published: PublishMessage[] = [];
  let isOpen = true;
  const live = {
    options: ConnectionOptions.parse({ name: 'n', protocol: 'mqtt', host: 'h', port: 1_883 }),
    summary: {
      value: {
        state,
        profileId: 'p',
        address: 'mqtt://h',
        demo: false,
        subscriptions: [{ filter: '#', result: { kind: 'granted', qos: 0 } }],
      },
    },
    worker: {
      call: (name: string, params: PublishMessage) => {
        if (name === 'publish') {
          published.push(params);
          return Promise.resolve({ kind: 'sent', at: 7 });
        }
        if (name === 'readHistory') return Promise.resolve({ messages: [] });
        return Promise.resolve({ kind: 'gone', why: 'never' });
      },
    },
  } as unknown as SendingConnection;
  const sending = new Sending({
    dataDir,
    live: () => (isOpen ? live : null),
    now: () => 5,
    random: () => 0.5,
    uuid: () => 'u',
    env: () => Promise.resolve('secret'),
    encode: () => Promise.resolve(failed('no-proto-message', 'No message.', '')),
  });
  onTeardown(async () => {
    await sending.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const handlers = sending.handlers();
  const list = async (): Promise<readonly SentMessage[]> => {
    for await (const { messages } of handlers.sentMessages({ connection: C }, new AbortController().signal))
      return messages;
    return [];
  };
  const onDisk = (): string =>
    readdirSync(dataDir, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => readFileSync(join(one.parentPath, one.name), 'utf8'))
      .join('');
  /** All that is on the disk in the end. */
  const written = async (): Promise<string> => {
    await sending.close();
    return onDisk();
  };
  return {
    handlers,
    published,
    list,
    onDisk,
    written,
    live,
    dataDir,
    flush: () => sending.close(),
    close: () => (isOpen = false),
  };
}

const template = (change: Partial<MessageTemplate> = {}): MessageTemplate => ({
  topic: 'a/${counter}',
  payload: new TextEncoder().encode('${env TOKEN}'),
  variables: true,
  gzip: false,
  qos: 1,
  retain: false,
  correlation: null,
  ...change,
});

const send = (handlers: ReturnType<typeof open>['handlers'], one: MessageTemplate, answer = null) =>
  handlers.sendMessage({ connection: C, template: one, queue: false, answer });

test('A message is made, sent, kept without its secrets, and can be sent again as it was.', async () => {
  const { handlers, published, list } = open();
  expect(await send(handlers, template())).toMatchObject({ topic: 'a/1', outcome: { kind: 'sent', at: 7 } });
  expect(new TextDecoder().decode(published[0]?.payload)).toBe('secret');
  const [entry] = await list();
  expect(entry).toMatchObject({ topic: 'a/1', qos: 1, outcome: { kind: 'sent' }, answer: null, kept: true });
  const kept = await handlers.readSent({ connection: C, id: entry?.id ?? '' });
  if (kept.kind !== 'template') throw new Error(kept.code);
  expect(kept.template.topic).toBe('a/1');
  expect(new TextDecoder().decode(kept.template.payload)).toBe('${env TOKEN}');
  expect(await send(handlers, kept.template)).toMatchObject({ topic: 'a/1' });
  expect(published[1]).toEqual(published[0]);
  expect(await send(handlers, template())).toMatchObject({ topic: 'a/2' });
});

test('What the environment put into a topic is on no disk, whatever becomes of the message.', async () => {
  const { handlers, published, list, written, live } = open();
  const one = template({
    topic: 'a/${env TOKEN}',
    properties: { responseTopic: 'r/${env TOKEN}' },
  });
  const answer = { withinMs: 100, rule: null };
  await handlers.sendMessage({ connection: C, template: one, queue: false, answer });
  expect(published[0]).toMatchObject({ topic: 'a/secret', properties: { responseTopic: 'r/secret' } });
  expect((await list())[0]).toMatchObject({ topic: 'a/${env TOKEN}', answer: { topic: 'r/${env TOKEN}' } });
  const failure = failed('publish-closed', 'The broker closed over “a/secret”.', '');
  Object.assign(live.worker, { call: () => Promise.resolve({ kind: 'unknown', failure }) });
  await send(handlers, one);
  expect((await list())[0]?.outcome).toMatchObject({
    failure: { message: 'The broker closed over “a/${env TOKEN}”.' },
  });
  expect(await written()).not.toContain('secret');
});

test('A worker that breaks under a message leaves its outcome open; a closed connection has not sent it.', async () => {
  const { handlers, list, live, close } = open();
  Object.assign(live.worker, { call: () => Promise.reject(new Error('closed')) });
  const plain = template({ topic: 'a', payload: new Uint8Array(0), variables: false });
  expect((await send(handlers, plain)).outcome).toMatchObject({
    kind: 'unknown',
    failure: { code: 'worker-restarted' },
  });
  expect((await list())[0]?.outcome).toMatchObject({ kind: 'unknown' });
  close();
  expect((await send(handlers, plain)).outcome).toMatchObject({ kind: 'failed', code: 'not-sent' });
});

test('What cannot be made is neither sent nor kept.', async () => {
  const { handlers, published, list } = open();
  const sent = await send(handlers, template({ topic: '${value none}' }));
  expect(sent.outcome).toMatchObject({ kind: 'failed', code: 'variable-value' });
  const request = { withinMs: 100, rule: 'cmnd/… → stat/…' };
  const answer = await handlers.sendMessage({
    connection: C,
    template: template(),
    queue: false,
    answer: request,
  });
  expect(answer.outcome).toMatchObject({ code: 'no-answer-topic' });
  expect(published).toEqual([]);
  expect(await list()).toEqual([]);
});

test('A message that waits says so in the list, until it is discarded.', async () => {
  const { handlers, list } = open({ kind: 'waiting' });
  const waiting = handlers.sendMessage({ connection: C, template: template(), queue: true, answer: null });
  await expect.poll(async () => (await list())[0]).toMatchObject({ queued: true, outcome: null });
  void handlers.discardQueued({ connection: C });
  expect((await waiting).outcome).toMatchObject({ code: 'discarded' });
  expect((await list())[0]).toMatchObject({ queued: false, outcome: { code: 'discarded' } });
});

test('What waits when the program ends is on the disk with its outcome.', async () => {
  const { handlers, onDisk, written } = open({ kind: 'waiting' });
  const waiting = handlers.sendMessage({ connection: C, template: template(), queue: true, answer: null });
  await expect.poll(onDisk).toContain('"queued":true');
  expect(await written()).toContain('"discarded"');
  await waiting;
});

test('A list that is cleared first of all is deleted from the disk, too.', async () => {
  const first = open();
  await send(first.handlers, template());
  await first.flush();
  const next = open(undefined, first.dataDir);
  await next.handlers.clearSent({ connection: C });
  expect(await next.list()).toEqual([]);
  expect(await next.written()).toBe('');
});

test('What was shown as next is sent next, and what is asked for and not there is said.', async () => {
  const { handlers } = open();
  const shown = await handlers.previewMessage({ connection: C, template: template() });
  expect(shown).toMatchObject({ kind: 'preview', message: { topic: 'a/1' } });
  expect(await handlers.readSent({ connection: C, id: 'none' })).toMatchObject({ code: 'message-not-kept' });
  expect(await handlers.readSaved({ id: 'none' })).toMatchObject({ code: 'no-such-message' });
});

test.each([
  ['none', 'variable-browser'],
  ['below', 'variable-browser'],
] as const)('In a browser (files: %s) no variable of the environment is read.', async (kind, code) => {
  const files = kind === 'below' ? { kind, dir: '/x' } : { kind };
  const env = environmentOf({ files }, { allow: () => Promise.reject(new Error('asked')) }, { A: 'x' });
  const live = {
    options: ConnectionOptions.parse({ name: 'n', protocol: 'mqtt', host: 'h', port: 1_883 }),
  } as unknown as SendingConnection;
  expect(await env('A', live)).toMatchObject({ code });
});

test('On the desktop a person is asked by name and broker, and only a yes reads it.', async () => {
  const asked: unknown[] = [];
  let answer: ReturnType<typeof failed> | null = failed('file-not-given', 'No.', '');
  const grants = {
    allow: (options: ConnectionOptions) => {
      asked.push(options.passwordFrom);
      return Promise.resolve(answer);
    },
  };
  const env = environmentOf({ files: { kind: 'granted', paths: [], variables: [] } }, grants, { A: 'x' });
  const live = {
    options: ConnectionOptions.parse({ name: 'n', protocol: 'mqtt', host: 'h', port: 1_883 }),
  } as unknown as SendingConnection;
  expect(await env('A', live)).toMatchObject({ code: 'file-not-given' });
  answer = null;
  expect(await env('A', live)).toBe('x');
  expect(await env('B', live)).toBeNull();
  expect(asked[0]).toEqual({ kind: 'environment', name: 'A' });
});

test('Protobuf is made where the schemas are, and what is wrong there is reported in words about sending.', async () => {
  const decoder = new Decoder('t', () => 0);
  const schemas = [{ name: 'a.proto', text: 'syntax = "proto3"; message A { int32 n = 1; }' }];
  const encode = encoderOf({
    ask: (request) => Promise.resolve(decoder.answer(request)),
    schemas: () => schemas,
  });
  expect(await encode('{"n": 5}', 'A')).toEqual(Uint8Array.of(8, 5));
  expect(await encode('{"n": "x"}', 'A')).toMatchObject({ code: 'not-encodable' });
  const slow = encoderOf({
    ask: () =>
      Promise.resolve(failed('decoder-too-slow', 'Decoding took more than 4 s. Shown as bytes.', '')),
    schemas: () => schemas,
  });
  const reported = await slow('{}', 'A');
  expect(reported).toMatchObject({ code: 'not-encoded' });
  expect(JSON.stringify(reported)).not.toContain('Shown as bytes');
});
