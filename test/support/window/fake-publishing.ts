import type { Publishing } from '../../../src-renderer/state/publish/publish-drafts.ts';
import type { ConnectionSession } from '../../../src-renderer/state/tree/tree-session.ts';
import { fakeApp, type FakeApp } from './fake-app.ts';
import { fakeSession } from './fake-session.ts';

export interface FakePublishing extends FakeApp {
  readonly session: ConnectionSession;
  readonly publishing: Publishing;
}

/** What is published over one connection of a window on an engine without brokers; its fields can be typed into. */
export async function fakePublishing(): Promise<FakePublishing> {
  const window = fakeApp();
  const session = fakeSession(window);
  const publishing = window.app.publishing.of(session.connectionId);
  await isLoaded(publishing);
  return { ...window, session, publishing };
}

function isLoaded({ store }: Publishing): Promise<void> {
  return new Promise((resolve) => {
    if (!store.getState().loading) return resolve();
    const stop = store.subscribe(({ loading }) => {
      if (loading) return;
      stop();
      resolve();
    });
  });
}
