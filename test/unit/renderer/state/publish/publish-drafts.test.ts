import { afterEach, expect, test, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { ConnectionId, type ConnectionSummary } from '../../../../../src-main/contract/model/model.ts';
import type { MessageTemplate } from '../../../../../src-main/contract/session/sending.ts';
import type { PublishOutcome } from '../../../../../src-main/contract/session/outcomes.ts';
import { createKeptDrafts, type KeptDrafts } from '../../../../../src-renderer/state/engine/kept-drafts.ts';
import type { ConnectionsState } from '../../../../../src-renderer/state/connections/connections.ts';
import { plainMemory } from '../../../../../src-renderer/state/browser/memory.ts';
import { createEngine, type Engine } from '../../../../../src-renderer/state/engine/engine.ts';
import { draftOf } from '../../../../../src-renderer/state/publish/publish-draft.ts';
import { exactText } from '../../../../../src-renderer/state/publish/line-ends.ts';
import {
  createPublishDrafts,
  type PublishDrafts,
  type Publishing,
} from '../../../../../src-renderer/state/publish/publish-drafts.ts';
import { FakeEngine, FakeLink } from '../../../../support/engine/fake-engine.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

const BASE = new FakeEngine().add();
const A = ConnectionId.parse('a');
const B = ConnectionId.parse('b');

interface Page {
  readonly drafts: PublishDrafts;
  readonly kept: KeptDrafts;
  readonly published: {
    connection: string;
    template: MessageTemplate;
    queue: boolean;
    answer(outcome: PublishOutcome): void;
  }[];
  /** Streams that were opened for a panel. */
  readonly streams: string[];
  set(connections: readonly ConnectionSummary[]): void;
}

const summary = (id: ConnectionId, profileId: string | null): ConnectionSummary => ({
  ...BASE,
  id,
  profileId,
});

/** A window on the engine; another one later is what a reload is. */
function page(engine: FakeEngine, connections = [summary(A, 'p')], tab = plainMemory()): Page {
  const link = new FakeLink(engine);
  const real = createEngine(link);
  const kept = createKeptDrafts(real);
  const store = createStore<ConnectionsState>(() => ({
    loaded: true,
    connections,
    selection: null,
    troubles: new Map(),
  }));
  const published: Page['published'] = [];
  const publishing = (
    name: string,
    params: { connection: string; template: MessageTemplate; queue: boolean },
  ) => {
    if (name !== 'sendMessage') return real.call(name as 'sendMessage', params as never);
    const { connection, template, queue } = params;
    return new Promise((done) =>
      published.push({
        connection,
        template,
        queue,
        answer: (outcome) => done({ id: 's', topic: template.topic, outcome }),
      }),
    );
  };
  const streams: string[] = [];
  const stream = (name: string, params: never) => {
    streams.push(name);
    return real.stream(name as 'sentMessages', params);
  };
  const drafts = createPublishDrafts({
    engine: { ...real, call: publishing, stream } as unknown as Engine,
    kept,
    tab,
    connections: store,
    now: () => 5_000,
  });
  open.push(() => {
    drafts.dispose();
    kept.dispose();
    link.close();
  });
  return { drafts, kept, published, streams, set: (next) => store.setState({ connections: next }) };
}

const draftIn = (panel: Publishing) => panel.store.getState().draft;
const type = (panel: Publishing, text: string) => panel.typePayload(text, text.length, null);

test('The topic follows the selection only while there is nothing of a message.', () => {
  const panel = page(new FakeEngine()).drafts.of(A);
  panel.selected('t/json');
  panel.selected('t/other');
  expect(draftIn(panel).topic).toBe('t/other');
  type(panel, '{"a":1}');
  panel.selected('t/looked-at');
  expect(draftIn(panel).topic).toBe('t/other');
  panel.useTopic('t/chosen');
  type(panel, '');
  panel.selected('t/looked-at');
  expect(draftIn(panel).topic).toBe('t/chosen');
  panel.typeTopic('');
  panel.selected('t/next');
  expect(draftIn(panel).topic).toBe('t/next');
});

test('An empty topic is filled by a selection also where a payload is typed, and is fixed then.', () => {
  const panel = page(new FakeEngine()).drafts.of(A);
  type(panel, 'x');
  panel.selected('first');
  panel.selected('second');
  expect(draftIn(panel).topic).toBe('first');
});

test('Retain alone fixes the topic as well: an empty retained message clears.', () => {
  const panel = page(new FakeEngine()).drafts.of(A);
  panel.selected('keep/me');
  panel.setRetain(true);
  panel.selected('look/at');
  expect(draftIn(panel).topic).toBe('keep/me');
});

test('A pasted text that is too long for a field becomes a file of its exact bytes, and can be taken back.', () => {
  const panel = page(new FakeEngine()).drafts.of(A);
  type(panel, 'ab');
  const pasted = 'ü\r\n'.repeat(600_000);
  const inField = `a${pasted.replaceAll('\r\n', '\n')}b`;
  panel.typePayload(inField, inField.length - 1, pasted);
  const { format, file, payload } = draftIn(panel);
  expect([format, payload.text, file?.name]).toEqual([
    'file',
    'ab',
    'Pasted text, too long to be edited here',
  ]);
  expect(new TextDecoder().decode(file?.bytes) === `a${pasted}b`).toBe(true);
  panel.undoLoad();
  expect(draftIn(panel)).toMatchObject({ format: 'text', payload: { text: 'ab' } });

  // Half a character has no bytes, hex stands for others, and what is typed stays where it is.
  const broken = `${'x'.repeat(1_000_001)}\ud800`;
  panel.typePayload(broken, broken.length, broken);
  expect(draftIn(panel).format).toBe('text');
  const long = 'a'.repeat(1_000_002);
  type(panel, long);
  expect(draftIn(panel).format).toBe('text');
  panel.setFormat('hex');
  panel.typePayload(long, long.length, long);
  expect(draftIn(panel).format).toBe('hex');
});

test('What goes out is the message as it stood when Publish was pressed, line ends included.', async () => {
  const { drafts, published } = page(new FakeEngine());
  const panel = drafts.of(A);
  panel.typeTopic('a');
  panel.typePayload('AT\nAT\n', 6, 'AT\r\nAT\r\n');
  panel.setQos(2);
  const outgoing = panel.prepare();
  panel.typeTopic('b');
  if (outgoing === null || 'code' in outgoing) throw new Error('held back');
  const done = panel.publish(outgoing);
  await vi.waitFor(() => expect(published).toHaveLength(1));
  expect(published[0]?.template).toMatchObject({ topic: 'a', qos: 2, retain: false });
  expect(new TextDecoder().decode(published[0]?.template.payload)).toBe('AT\r\nAT\r\n');
  published[0]?.answer({ kind: 'sent', at: 1 });
  await done;
  expect(panel.store.getState().result).toMatchObject({ kind: 'answered', of: { topic: 'a' }, at: 5_000 });
});

test('A late answer to an earlier message does not take the place of a later one.', async () => {
  const { drafts, published } = page(new FakeEngine());
  const panel = drafts.of(A);
  panel.typeTopic('a');
  const first = panel.publish(panel.prepare() as never);
  panel.typeTopic('b');
  const second = panel.publish(panel.prepare() as never);
  published[1]?.answer({ kind: 'sent', at: 2 });
  await second;
  published[0]?.answer({ kind: 'sent', at: 1 });
  await first;
  expect(panel.store.getState().result).toMatchObject({ of: { topic: 'b' } });
});

test.each([false, true])(
  'An answer is followed, unless its connection was closed meanwhile: %j.',
  async (closed) => {
    const { drafts, published, streams, set } = page(new FakeEngine());
    const panel = drafts.of(A);
    panel.typeTopic('a');
    panel.setAnswer({ expected: true }, false);
    const done = panel.publish(panel.prepare() as never);
    if (closed) set([]);
    published[0]?.answer({ kind: 'sent', at: 1 });
    await done;
    expect(streams).toEqual(closed ? [] : ['sentMessages']);
  },
);

test.each(['plant/valve ', 'plant/valve\u00a0', ' plant', 'plant/\u200bvalve'])(
  'A topic like %j is held back once, and goes out the second time.',
  (topic) => {
    const panel = page(new FakeEngine()).drafts.of(A);
    panel.typeTopic(topic);
    expect(panel.prepare()).toBeNull();
    expect(panel.store.getState().result.kind).toBe('odd-topic');
    expect(panel.prepare()).toMatchObject({ template: { topic } });
    panel.typeTopic('plant/valve x');
    expect(panel.prepare()).not.toBeNull();
  },
);

test('What was typed is there after a reload, also when it is read after the panel was opened.', async () => {
  const engine = new FakeEngine();
  const before = page(engine);
  await before.kept.whenLoaded();
  const panel = before.drafts.of(A);
  panel.typeTopic('plant/a');
  panel.typePayload('half\na thou', 11, 'half\r\na thou');
  panel.setRetain(true);
  before.drafts.flush();
  await vi.waitFor(async () => expect((await engine.handlers.keptDrafts({})).keys).toEqual(['publish p']));
  const after = page(engine);
  const again = after.drafts.of(A);
  expect(again.store.getState().loading).toBe(true);
  await after.kept.whenLoaded();
  await vi.waitFor(() => expect(again.store.getState().loading).toBe(false));
  expect(draftIn(again)).toMatchObject({ topic: 'plant/a', topicIsOwn: true, retain: true });
  expect(exactText(draftIn(again).payload)).toBe('half\r\na thou');
});

test('What was typed in the last moment before a reload is there although the engine never heard of it.', async () => {
  const tab = plainMemory();
  const before = page(new FakeEngine(), undefined, tab);
  await before.kept.whenLoaded();
  const panel = before.drafts.of(A);
  type(panel, 'kept');
  panel.typeTopic('last/moment');
  before.drafts.flush();
  const other = new FakeEngine();
  const again = page(other, undefined, tab).drafts.of(A);
  expect(again.store.getState()).toMatchObject({ loading: false, draft: { topic: 'last/moment' } });
  await vi.waitFor(async () => expect((await other.handlers.keptDrafts({})).keys).toEqual(['publish p']));
  // Once: a later page of this tab has what the engine keeps.
  expect(tab.get('publish p')).toBeNull();
});

test('A draft outlives its connection: it is there when the profile is opened again.', async () => {
  const { drafts, kept, set } = page(new FakeEngine());
  await kept.whenLoaded();
  type(drafts.of(A), 'typed');
  set([]);
  set([summary(B, 'p')]);
  expect(draftIn(drafts.of(B)).payload.text).toBe('typed');
  set([summary(A, 'other')]);
  expect(draftIn(drafts.of(A)).payload.text).toBe('');
});

test('Two open connections of one profile do not share a draft.', async () => {
  const { drafts, kept } = page(new FakeEngine(), [summary(A, 'p'), summary(B, 'p')]);
  await kept.whenLoaded();
  type(drafts.of(A), 'for a');
  type(drafts.of(B), 'for b');
  expect([draftIn(drafts.of(A)).payload.text, draftIn(drafts.of(B)).payload.text]).toEqual([
    'for a',
    'for b',
  ]);
  drafts.flush();
  expect([kept.get('publish p'), kept.get('publish p b')].map((text) => text?.includes('for'))).toEqual([
    true,
    true,
  ]);
});

test('A draft that was emptied is forgotten.', async () => {
  const { drafts, kept } = page(new FakeEngine());
  await kept.whenLoaded();
  const panel = drafts.of(A);
  type(panel, 'x');
  drafts.flush();
  expect(kept.get('publish p')).not.toBeNull();
  type(panel, '');
  drafts.flush();
  expect(kept.get('publish p')).toBeNull();
});

test('A message that is loaded takes the place of what was typed, which one step brings back.', () => {
  const panel = page(new FakeEngine()).drafts.of(A);
  panel.typeTopic('mine');
  type(panel, 'half a thought');
  const typed = draftIn(panel);
  const received = { topic: 'theirs', payload: Uint8Array.of(0, 128), qos: 1 as const, retain: true };
  panel.load(draftOf(received));
  expect(draftIn(panel)).toMatchObject({ topic: 'theirs', format: 'hex', qos: 1, retain: true });
  expect(panel.prepare()).toMatchObject({ template: received });
  panel.undoLoad();
  expect(draftIn(panel)).toEqual(typed);
  panel.load(draftOf(received));
  panel.setQos(2);
  // From here on it is the person's own message.
  expect(panel.store.getState().replaced).toBeNull();
  panel.undoLoad();
  expect(draftIn(panel).topic).toBe('theirs');
});

test('What cannot be sent says why, whatever part of the message it is.', () => {
  const panel = page(new FakeEngine()).drafts.of(A);
  expect(panel.prepare()).toMatchObject({ code: 'topic-empty' });
  panel.typeTopic('t');
  panel.setFormat('hex');
  type(panel, 'abc');
  expect(panel.prepare()).toMatchObject({ code: 'not-hex' });
  type(panel, 'abcd');
  panel.setProperties({ expiry: 'soon' });
  expect(panel.prepare()).toMatchObject({ code: 'property-not-a-number' });
  panel.setProperties({ expiry: '9', contentType: 'x' });
  expect(panel.prepare()).toMatchObject({
    template: { payload: Uint8Array.of(0xab, 0xcd), properties: { messageExpiry: 9, contentType: 'x' } },
  });
});

test('A chosen file is the payload, and a formatter replaces the text in one step.', () => {
  const panel = page(new FakeEngine()).drafts.of(A);
  panel.typeTopic('t');
  type(panel, '{"a":1}');
  panel.replacePayload('{\n  "a": 1\n}');
  expect(draftIn(panel).payload.text).toBe('{\n  "a": 1\n}');
  const file = { name: 'f', bytes: Uint8Array.of(1, 2) };
  panel.setFile(file);
  expect(panel.prepare()).toMatchObject({ template: { payload: file.bytes } });
  panel.selected('looked/at');
  expect(draftIn(panel).topic).toBe('t');
});

test('An answer that is expected fills in what the request needs, once and where nothing stands.', () => {
  const panel = page(new FakeEngine()).drafts.of(A);
  panel.typeTopic('ask');
  panel.setProperties({ correlation: 'mine' });
  panel.setAnswer({ expected: true }, true);
  const { properties } = draftIn(panel);
  expect(properties.responseTopic).toMatch(/^topicscope\/answers\/[0-9a-f]{8}$/);
  expect(properties).toMatchObject({ correlation: 'mine', correlationAs: 'text' });
  expect(panel.prepare()).toMatchObject({ answer: { withinMs: 5_000, rule: null } });
  panel.setProperties({ responseTopic: '' });
  panel.setAnswer({ within: '0.5' }, true);
  expect(draftIn(panel).properties.responseTopic).toBe('');
  expect(panel.prepare()).toMatchObject({ answer: { withinMs: 500, rule: 'cmnd/… → stat/…' } });
  panel.setAnswer({ within: 'soon' }, true);
  expect(panel.prepare()).toMatchObject({ code: 'answer-within' });
});

test('Where there is no response topic in the protocol, nothing is filled in.', () => {
  const panel = page(new FakeEngine()).drafts.of(A);
  panel.typeTopic('cmnd/lamp');
  panel.setAnswer({ expected: true }, false);
  expect(panel.prepare()).toMatchObject({
    template: { correlation: null },
    answer: { rule: 'cmnd/… → stat/…' },
  });
});

test('A message that waits for the connection says so, and variables are left to the engine.', async () => {
  const { drafts, published } = page(new FakeEngine());
  const panel = drafts.of(A);
  panel.typeTopic('t/${uuid}');
  type(panel, '${now}');
  const done = panel.publish(panel.prepare() as never, true);
  await vi.waitFor(() => expect(published).toHaveLength(1));
  expect(published[0]).toMatchObject({ queue: true, template: { topic: 't/${uuid}', variables: true } });
  expect(panel.store.getState().result).toMatchObject({ kind: 'pending', queued: true });
  published[0]?.answer({ kind: 'sent', at: 1 });
  await done;
  expect(panel.store.getState().result).toMatchObject({ kind: 'answered', answer: null });
  panel.setVariables(false);
  expect(panel.prepare()).toMatchObject({ template: { variables: false } });
  panel.insertText('!');
  expect(draftIn(panel).payload.text).toBe('${now}!');
});
