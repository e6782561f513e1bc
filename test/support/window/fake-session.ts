import { createSession, type ConnectionSession } from '../../../src-renderer/state/tree/tree-session.ts';
import { browserPorts } from '../../../src-renderer/state/tree/session-ports.ts';
import { onTeardown } from '../teardown.ts';
import type { FakeApp } from './fake-app.ts';

/** The time of such a session, ms since the epoch: it stands still. */
export const SESSION_NOW = Date.UTC(2026, 10, 29, 12);

/** One connection as the window shows it, on the engine without brokers; its rows are those of `engine.frame`. */
export function fakeSession({ app, engine }: Pick<FakeApp, 'app' | 'engine'>, separator = '/') {
  const session: ConnectionSession = createSession(app.engine, engine.add().id, separator, {
    pace: { nextPaint: () => Promise.resolve(), sleep: browserPorts.pace.sleep },
    memory: null,
    now: () => SESSION_NOW,
    viewId: () => 'view',
  });
  onTeardown(() => session.close());
  return session;
}
