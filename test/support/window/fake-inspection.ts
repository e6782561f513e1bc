import {
  createDecodedReader,
  type DecodedReader,
} from '../../../src-renderer/state/decoding/decoded-reader.ts';
import { createInspector, type Inspector } from '../../../src-renderer/state/inspector/inspector.ts';
import type { ConnectionSession } from '../../../src-renderer/state/tree/tree-session.ts';
import { onTeardown } from '../teardown.ts';
import { fakeApp, type FakeApp } from './fake-app.ts';
import { fakeSession } from './fake-session.ts';
import { KeptTopics } from './kept-topics.ts';

export interface FakeInspection {
  readonly fake: FakeApp;
  readonly session: ConnectionSession;
  readonly topics: KeptTopics;
  readonly inspector: Inspector;
  readonly decoder: DecodedReader;
}

/** What looks into messages, on topics that a test keeps; `teardown` gives it up. */
export function fakeInspection(): FakeInspection {
  const fake = fakeApp();
  const session = fakeSession(fake);
  const topics = new KeptTopics(fake.engine, session);
  const inspector = createInspector(session);
  const decoder = createDecodedReader(session, inspector);
  onTeardown(() => {
    decoder.close();
    inspector.close();
  });
  return { fake, session, topics, inspector, decoder };
}
