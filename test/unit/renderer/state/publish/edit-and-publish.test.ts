import { expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import {
  editAndPublish,
  editOutcome,
  publishAgain,
} from '../../../../../src-renderer/state/publish/edit-and-publish.ts';
import type { PublishDraft } from '../../../../../src-renderer/state/publish/publish-draft.ts';
import type { Publishing } from '../../../../../src-renderer/state/publish/publish-drafts.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { templateOf } from '../../../../../src-renderer/state/publish/draft-template.ts';
import { propertiesOf } from '../../../../../src-renderer/state/publish/draft-properties.ts';
import { payloadBytes } from '../../../../../src-renderer/state/publish/payload-format.ts';

interface Stored {
  readonly payload: Uint8Array;
  readonly properties?: Uint8Array;
  readonly kept?: number;
  readonly size?: number;
}

/** A session whose message is read in pieces of 1,000 bytes. */
function open(stored: Stored | null) {
  const asked: unknown[] = [];
  const loaded: PublishDraft[] = [];
  const call = (name: string, params: { which: unknown; offset: number; length: number }) => {
    if (name !== 'readMessage') throw new Error(name);
    asked.push(params.which);
    if (stored === null) return Promise.resolve({ kind: 'gone', why: 'evicted' });
    const size = stored.size ?? stored.payload.length;
    return Promise.resolve({
      kind: 'message',
      meta: { seq: 7, qos: 1, retain: true, size, kept: stored.kept ?? size },
      offset: params.offset,
      bytes: stored.payload.subarray(params.offset, params.offset + 1_000),
      properties: stored.properties ?? new Uint8Array(0),
    });
  };
  const session = { connectionId: 'c', client: { call } } as unknown as ConnectionSession;
  const store = createStore(() => ({ asked: null }));
  const publishing = {
    store,
    load: (draft: PublishDraft) => void loaded.push(draft),
  } as unknown as Publishing;
  return { session, publishing, asked, loaded };
}

test('A message is loaded byte for byte, with its QoS, retain and properties, read in one version.', async () => {
  const payload = Uint8Array.from({ length: 2_500 }, (_, at) => at & 0xff);
  // Message expiry 60, user property (a, b), and a subscription identifier that is not sent again.
  const properties = Uint8Array.of(2, 0, 0, 0, 60, 38, 0, 1, 97, 0, 1, 98, 11, 5);
  const { session, publishing, asked, loaded } = open({ payload, properties });
  expect(await editAndPublish(session, publishing, 'plant/x', 'latest')).toBeNull();
  const [draft] = loaded;
  if (draft === undefined) throw new Error('nothing was loaded');
  expect(asked).toEqual(['latest', 7, 7]);
  expect(draft).toMatchObject({ topic: 'plant/x', topicIsOwn: true, qos: 1, retain: true, format: 'hex' });
  expect(payloadBytes(draft)).toEqual(payload);
  expect(propertiesOf(draft.properties)).toEqual({ messageExpiry: 60, userProperties: [['a', 'b']] });
});

test('A message is published again byte for byte, beside what is typed, once.', async () => {
  const payload = new TextEncoder().encode('${now}\r\n{"a": 1.50}');
  const { session, publishing, asked, loaded } = open({ payload, properties: Uint8Array.of(1, 1) });
  expect(publishing.store.getState().asked).toBeNull();
  expect(await publishAgain(session, publishing, 'plant/x', 7)).toBeNull();
  const { asked: draft } = publishing.store.getState();
  if (draft === null) throw new Error('nothing was asked');
  expect(asked).toEqual([7]);
  expect(loaded).toEqual([]);
  expect(draft).toMatchObject({ topic: 'plant/x', qos: 1, retain: true, variables: false });
  const template = templateOf(draft);
  if ('code' in template) throw new Error(template.message);
  expect(template).toMatchObject({
    topic: 'plant/x',
    qos: 1,
    retain: true,
    properties: { payloadFormat: 1 },
  });
  expect(payloadBytes(draft)).toEqual(payload);
});

test('What cannot be published again is not handed to the panel.', async () => {
  const { session, publishing } = open(null);
  expect(await publishAgain(session, publishing, 'plant', 3)).toMatchObject({ code: 'message-gone' });
  expect(publishing.store.getState().asked).toBeNull();
  expect(await editOutcome(Promise.resolve(null), 'again')).toBe('Handed to the publish panel');
});

test.each<[string, Stored | null, string]>([
  ['plant', null, 'message-gone'],
  ['plant', { payload: new Uint8Array(10), size: 20, kept: 10 }, 'not-kept-whole'],
  ['plant', { payload: new Uint8Array(10), size: 2 ** 25 }, 'too-large-to-edit'],
  // The message says it is longer than what can be read.
  ['plant', { payload: new Uint8Array(10), size: 20 }, 'message-gone'],
  ['\0plant/\\xff', { payload: new Uint8Array(1) }, 'topic-not-text'],
])('%j with %j is not loaded: %s.', async (key, stored, code) => {
  const { session, publishing, loaded } = open(stored);
  const failure = await editAndPublish(session, publishing, key, 3);
  expect(failure).toMatchObject({ code });
  expect(loaded).toEqual([]);
  await expect(editOutcome(Promise.resolve(failure))).rejects.toThrow(failure?.message ?? '');
});

test('An engine that does not answer is a failure like others.', async () => {
  const { session, publishing } = open(null);
  Object.assign(session.client, { call: () => Promise.reject(new Error('closed')) });
  expect(await editAndPublish(session, publishing, 'a', 1)).toMatchObject({ code: 'engine-unreachable' });
  await expect(editOutcome(Promise.resolve(null))).resolves.toMatch(/publish panel/);
});
