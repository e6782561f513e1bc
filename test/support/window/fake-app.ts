import { afterEach, beforeEach, expect } from 'vitest';
import { Profile, type ConnectionSummary } from '../../../src-main/contract/model/model.ts';
import type { BrowserEntry } from '../../../src-renderer/client/connect.ts';
import { createAppState, type AppState } from '../../../src-renderer/state/app/app-state.ts';
import { plainMemory } from '../../../src-renderer/state/browser/memory.ts';
import { createEngine } from '../../../src-renderer/state/engine/engine.ts';
import { FakeEngine, FakeLink } from '../engine/fake-engine.ts';
import { onTeardown, teardown } from '../teardown.ts';

export interface FakeApp {
  readonly engine: FakeEngine;
  readonly link: FakeLink;
  readonly app: AppState;
}

/**
 * The state of a window on an engine without brokers, over a real pipe; `teardown` gives it up.
 *
 * @param entry as in a browser; null: as on the desktop
 */
export function fakeApp(engine = new FakeEngine(), entry: BrowserEntry | null = null): FakeApp {
  const link = new FakeLink(engine, entry);
  const app = createAppState(createEngine(link), plainMemory(), plainMemory());
  onTeardown(() => {
    app.dispose();
    link.close();
  });
  return { engine, link, app };
}

/**
 * A window for each test of the file that says so, and all of it given up after that test. What is answered is
 * always the one of the test that runs.
 */
export function eachWindow(): FakeApp {
  let now: FakeApp | null = null;
  const here = (): FakeApp => {
    if (now === null) throw new Error('There is a window only while a test runs.');
    return now;
  };
  beforeEach(() => {
    now = fakeApp();
  });
  afterEach(async () => {
    now = null;
    await teardown();
  });
  return {
    get engine() {
      return here().engine;
    },
    get link() {
      return here().link;
    },
    get app() {
      return here().app;
    },
  };
}

/** A profile of a broker, with its id `plant`. */
export function savedProfile(more: object = {}): Profile {
  const options = { name: 'Saved plant', protocol: 'mqtt', host: 'broker.test', port: 1883 };
  return Profile.parse({ id: 'plant', options, ...more });
}

/** These are the profiles, and the window knows them. */
export async function withProfiles({ engine, app }: FakeApp, ...profiles: Profile[]): Promise<void> {
  engine.profiles.set(profiles);
  await expect.poll(() => app.profiles.store.getState().profiles).toEqual(profiles);
}

/** A connection that is open and selected in the window. */
export async function withConnection(
  { engine, app }: FakeApp,
  more: Partial<ConnectionSummary> = {},
): Promise<ConnectionSummary> {
  const connection = engine.add({ name: 'Live plant', ...more });
  const ids = () => app.connections.store.getState().connections.map(({ id }) => id);
  await expect.poll(ids).toContain(connection.id);
  app.connections.select({ kind: 'connection', id: connection.id });
  return connection;
}
