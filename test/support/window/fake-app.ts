import { createAppState, type AppState } from '../../../src-renderer/state/app/app-state.ts';
import { plainMemory } from '../../../src-renderer/state/browser/memory.ts';
import { createEngine } from '../../../src-renderer/state/engine/engine.ts';
import { FakeEngine, FakeLink } from '../engine/fake-engine.ts';
import { onTeardown } from '../teardown.ts';

export interface FakeApp {
  readonly engine: FakeEngine;
  readonly link: FakeLink;
  readonly app: AppState;
}

/** The state of a window on an engine without brokers, over a real pipe; `teardown` gives it up. */
export function fakeApp(engine = new FakeEngine()): FakeApp {
  const link = new FakeLink(engine);
  const app = createAppState(createEngine(link), plainMemory(), plainMemory());
  onTeardown(() => {
    app.dispose();
    link.close();
  });
  return { engine, link, app };
}
