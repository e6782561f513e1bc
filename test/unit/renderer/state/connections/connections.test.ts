import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import { ConnectionId, ConnectionOptions } from '../../../../../src-main/contract/model/model.ts';
import {
  createConnections,
  type ConnectionsStore,
} from '../../../../../src-renderer/state/connections/connections.ts';
import { createEngine } from '../../../../../src-renderer/state/engine/engine.ts';
import { plainMemory } from '../../../../../src-renderer/state/browser/memory.ts';
import { FedEngine } from '../../../../support/engine/fed-engine.ts';
import { FakeEngine, FakeLink, onlineState } from '../../../../support/engine/fake-engine.ts';

const open: { link: FakeLink; store: ConnectionsStore }[] = [];
afterEach(() => {
  for (const { link, store } of open.splice(0)) {
    store.dispose();
    link.close();
  }
});

function start(fake = new FakeEngine(), memory = plainMemory()) {
  const link = new FakeLink(fake);
  const store = createConnections(createEngine(link), memory);
  open.push({ link, store });
  return {
    fake,
    link,
    memory,
    store,
    names: () => store.store.getState().connections.map(({ name }) => name),
  };
}

const options = (name: string) =>
  ConnectionOptions.parse({ name, protocol: 'mqtt', host: 'localhost', port: 1883 });

test('the first connection is selected, and a later one does not take the selection', async () => {
  const { fake, store } = start();
  const first = fake.add();
  await vi.waitFor(() => expect(store.selected()?.id).toBe(first.id));
  fake.add();
  await vi.waitFor(() => expect(store.store.getState().connections).toHaveLength(2));
  expect(store.selected()?.id).toBe(first.id);
});

test('what was selected is selected again after a reload', async () => {
  const fake = new FakeEngine();
  fake.add();
  const second = fake.add();
  const memory = plainMemory();
  const before = start(fake, memory);
  await vi.waitFor(() => expect(before.store.store.getState().loaded).toBe(true));
  before.store.select({ kind: 'connection', id: second.id });

  const after = start(fake, memory);
  await vi.waitFor(() => expect(after.store.selected()?.id).toBe(second.id));
});

test('a connection with a new id is found again by its profile', async () => {
  const memory = plainMemory();
  const before = start(new FakeEngine(), memory);
  before.fake.add({ profileId: 'a' });
  const old = before.fake.add({ id: ConnectionId.parse('of-before'), profileId: 'b' });
  await vi.waitFor(() => expect(before.names()).toHaveLength(2));
  before.store.select({ kind: 'connection', id: old.id });

  const fake = new FakeEngine();
  fake.add({ name: 'other', profileId: 'a' });
  fake.add({ name: 'other', profileId: null });
  const again = fake.add({ name: 'mine', profileId: 'b' });
  const after = start(fake, memory);
  await vi.waitFor(() => expect(after.store.selected()?.id).toBe(again.id));
});

test('when the selected connection goes, its neighbour is selected', async () => {
  const { fake, store, names } = start();
  fake.add({ name: 'a' });
  const b = fake.add({ name: 'b' });
  fake.add({ name: 'c' });
  await vi.waitFor(() => expect(names()).toEqual(['a', 'b', 'c']));
  store.select({ kind: 'connection', id: b.id });
  await store.close(b.id);
  await vi.waitFor(() => expect(store.selected()?.name).toBe('c'));
});

test('opening selects the new connection even before the list has it', async () => {
  const { fake, store } = start();
  fake.add();
  await vi.waitFor(() => expect(store.selected()).not.toBeNull());
  const answer = await store.open(options('new'), null);
  await vi.waitFor(() => expect(store.selected()?.id).toBe(answer.kind === 'opened' ? answer.id : null));
});

test('a selected profile that is opened elsewhere becomes its connection', async () => {
  const { fake, store } = start();
  await vi.waitFor(() => expect(store.store.getState().loaded).toBe(true));
  store.select({ kind: 'profile', id: 'p' });
  const opened = fake.add({ profileId: 'p' });
  await vi.waitFor(() => expect(store.selected()?.id).toBe(opened.id));
});

test('why it failed stays known while the next attempt runs, and is forgotten when it is online', async () => {
  const { fake, store } = start();
  const why = failed('refused', 'Nothing listens there.', 'Start the broker.');
  const { id } = fake.add({ state: { kind: 'waiting', retryAt: 0, attempt: 1, why } });
  const trouble = () => store.store.getState().troubles.get(id);
  await vi.waitFor(() => expect(trouble()).toEqual(why));
  fake.change(id, { state: { kind: 'connecting', attempt: 2, since: 0, address: 'a:1' } });
  await vi.waitFor(() => expect(store.selected()?.state.kind).toBe('connecting'));
  expect(trouble()).toEqual(why);
  fake.change(id, { state: onlineState() });
  await vi.waitFor(() => expect(trouble()).toBeUndefined());
});

test('the list goes on when the link to the engine was cut and comes back', async () => {
  const { fake, link, names } = start();
  fake.add({ name: 'before' });
  await vi.waitFor(() => expect(names()).toEqual(['before']));
  link.cut();
  fake.add({ name: 'meanwhile' });
  expect(names()).toEqual(['before']);
  link.restore();
  await vi.waitFor(() => expect(names()).toEqual(['before', 'meanwhile']));
});

test('a call while the link is down is a failure a person can read', async () => {
  const { fake, link, store } = start();
  const { id } = fake.add();
  link.cut();
  const problem = await store.connect(id);
  expect(problem).toMatchObject({ kind: 'failed', code: 'engine-unreachable' });
});

test('rubbish in the memory selects the first connection', async () => {
  for (const text of ['{', '7', '{"connection":7,"profile":{}}', 'null']) {
    const memory = plainMemory();
    memory.set('selection', text);
    const { fake, store } = start(new FakeEngine(), memory);
    const first = fake.add();
    await vi.waitFor(() => expect(store.selected()?.id).toBe(first.id));
  }
});

test('Counts and rates wait for the tick; a state and a connection more do not.', async () => {
  const fed = new FedEngine();
  const listeners = new Set<() => void>();
  vi.stubGlobal('document', { visibilityState: 'visible' });
  onTestFinished(() => void vi.unstubAllGlobals());
  const store = createConnections(fed.engine, plainMemory(), (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  });
  const send = (...connections: object[]) => fed.stream('connections').send({ connections });
  const shown = () => store.store.getState().connections;
  const one = { id: 'one', rate: 1, received: 1, state: { kind: 'waiting', retryAt: 1 } };
  await send(one);
  expect(shown()).toEqual([one]);
  await send({ ...one, rate: 2 });
  await send({ ...one, rate: 3 });
  expect(shown()).toEqual([one]);
  for (const emit of listeners) emit();
  expect(shown()).toEqual([{ ...one, rate: 3 }]);
  const later = { ...one, state: { kind: 'waiting', retryAt: 2 } };
  await send(later);
  expect(shown()).toEqual([later]);
  await send({ ...later, rate: 9 });
  await send(later, { ...one, id: 'two' });
  expect([shown().length, listeners.size]).toEqual([2, 0]);
  await send({ ...later, rate: 9 }, { ...one, id: 'two' });
  expect(listeners.size).toBe(1);
  store.dispose();
  expect(listeners.size).toBe(0);
});
