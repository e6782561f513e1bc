import { Inspector } from '../../../src-renderer/features/inspector/inspector.tsx';
import { inspectingOf, type Inspecting } from '../../../src-renderer/features/inspector/inspecting.ts';
import type { ConnectionSession } from '../../../src-renderer/state/tree/tree-session.ts';
import { fakeApp, type FakeApp } from './fake-app.ts';
import { fakeSession } from './fake-session.ts';
import { KeptTopics } from './kept-topics.ts';
import { layOut } from './laid-out.ts';
import { live, type Live } from './live.ts';

export interface Inspected extends FakeApp {
  readonly session: ConnectionSession;
  readonly topics: KeptTopics;
  readonly inspecting: Inspecting;
  /** What was taken into the publish panel. */
  readonly edited: unknown[][];
  /** Draws the inspector, in a panel of 400 px. */
  open(): Live;
}

/** The inspector of a connection whose messages are in memory. */
export function inspected(): Inspected {
  const fake = fakeApp();
  const session = fakeSession(fake);
  const topics = new KeptTopics(fake.engine, session);
  const inspecting = inspectingOf(fake.app, session);
  const edited: unknown[][] = [];
  const edit = (...what: unknown[]) => {
    edited.push(what);
    return Promise.resolve(null);
  };
  const open = () => {
    layOut('[role=tabpanel]', { height: 400, width: 800 });
    return live(<Inspector app={fake.app} session={session} edit={edit} />);
  };
  return { ...fake, session, topics, inspecting, edited, open };
}
