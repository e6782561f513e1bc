import { afterEach, expect, test, vi } from 'vitest';
import { failed, ProtocolError } from '../../../../../src-main/contract/base/errors.ts';
import { createAppState } from '../../../../../src-renderer/state/app/app-state.ts';
import { plainMemory } from '../../../../../src-renderer/state/browser/memory.ts';
import { createEngine } from '../../../../../src-renderer/state/engine/engine.ts';
import { FakeEngine, FakeLink } from '../../../../support/engine/fake-engine.ts';

test('What the window could not read is shown by the shell, the latest one, until the state is given up.', () => {
  const link = new FakeLink(new FakeEngine());
  const app = createAppState(createEngine(link), plainMemory(), plainMemory());
  expect(app.shell.store.getState().misfit).toBeNull();
  link.misfit(new ProtocolError('bad-answer', 'The first.'));
  link.misfit(new ProtocolError('bad-answer', 'The second.'));
  expect(app.shell.store.getState().misfit).toBe('The second.');
  app.dispose();
  link.misfit(new ProtocolError('bad-answer', 'The third.'));
  expect(app.shell.store.getState().misfit).toBe('The second.');
  link.close();
});

afterEach(() => void vi.unstubAllGlobals());

/** The engine's streams from now on; the answer names those that are read. */
function openStreams(engine: FakeEngine): () => string[] {
  const streams: { readonly name: string; readonly signal: { readonly aborted: boolean } }[] = [];
  const handlers = engine.handlers as unknown as Record<
    string,
    (params: unknown, signal: AbortSignal) => unknown
  >;
  for (const [name, handler] of Object.entries(handlers)) {
    handlers[name] = (params, signal) => {
      const answered = handler(params, signal);
      const isStream = answered !== null && typeof answered === 'object' && Symbol.asyncIterator in answered;
      if (isStream) streams.push({ name, signal });
      return answered;
    };
  }
  return () => streams.flatMap(({ name, signal }) => (signal.aborted ? [] : [name])).toSorted();
}

test('The state reads what the window shows from the start, and nothing once it is given up.', async () => {
  vi.stubGlobal('document', { visibilityState: 'visible' });
  const engine = new FakeEngine();
  const open = openStreams(engine);
  const link = new FakeLink(engine);
  const app = createAppState(createEngine(link), plainMemory(), plainMemory());
  await vi.waitFor(() =>
    expect(open()).toEqual(['connections', 'jobs', 'profiles', 'runningSeries', 'secrets']),
  );
  engine.add({ name: 'Plant' });
  await vi.waitFor(() => expect(app.connections.store.getState().connections).toHaveLength(1));
  app.dispose();
  await vi.waitFor(() => expect(open()).toEqual([]));
  engine.add({ name: 'Other' });
  link.cut();
  link.restore();
  expect(await createEngine(link).call('appInfo', {})).toMatchObject({ host: 'server' });
  expect([open(), app.connections.store.getState().connections.length]).toEqual([[], 1]);
  link.close();
});

test('Watched topics are kept with the profile of their connection, and it is said where they cannot be.', async () => {
  const engine = new FakeEngine();
  const link = new FakeLink(engine);
  const app = createAppState(createEngine(link), plainMemory(), plainMemory());
  const savePinned = vi.fn(() => failed('full', 'The disk is full.', 'Make room.'));
  Object.assign(engine.handlers, { savePinned });
  app.watch.select(engine.add({ profileId: 'profile-1' }));
  app.watch.toggle('plant/press', null);
  await vi.waitFor(() => expect(app.shell.store.getState().problem?.code).toBe('full'));
  const watched = [{ key: 'plant/press', path: null }];
  expect(savePinned.mock.calls).toEqual([[{ id: 'profile-1', watched }, expect.anything()]]);
  app.dispose();
  link.close();
});
