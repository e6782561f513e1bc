import { act } from '@testing-library/react';
import {
  createHistory,
  type History,
} from '../../../../../src-renderer/state/inspector/inspector-history.ts';
import { createInspector, type Inspector } from '../../../../../src-renderer/state/inspector/inspector.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { onTeardown } from '../../../../support/teardown.ts';
import { FakeLog, settled } from '../../state/inspector/fake-log.ts';

export interface OnLog {
  readonly log: FakeLog;
  readonly clock: ManualClock;
  readonly inspector: Inspector;
  readonly history: History;
  /** A message of topic `a`, or of another one, comes, and is shown where it is looked at. */
  arrive(seq: number, text: string | Uint8Array<ArrayBuffer>, key?: string): Promise<void>;
  /** So much time passes, ms. */
  pass(ms: number): Promise<void>;
  select(key: string): Promise<void>;
  /** Calls of this name are rejected with this from now on; null: answered again. */
  fail(name: string, why: string | null): void;
  /** How often the engine was asked for this. */
  asked(name: string): number;
}

/** Who asks more often than this has no end: such a call is never answered, or no test would end. */
const MOST_FAILED = 30;

/** What the inspector's panels read, on messages in memory and by a clock that the test moves. */
export function onLog(): OnLog {
  const log = new FakeLog();
  const clock = new ManualClock();
  const ports = { now: clock.now, later: clock.after };
  let failed = 0;
  const failing = new Map<string, string>();
  const { client } = log.session;
  const call = client.call as (name: string, params: unknown) => Promise<unknown>;
  Object.assign(client, {
    call: (name: string, params: Record<string, unknown>) => {
      const why = failing.get(name);
      if (why === undefined) return call(name, params);
      log.calls.push({ name, params });
      failed++;
      return failed > MOST_FAILED ? new Promise(() => undefined) : Promise.reject(new Error(why));
    },
  });
  const inspector = createInspector(log.session, ports);
  const history = createHistory(log.session, ports);
  onTeardown(() => {
    history.close();
    inspector.close();
  });
  const pass = (ms: number, first: () => void = () => undefined): Promise<void> =>
    act(async () => {
      first();
      clock.advance(ms);
      await settled();
    });
  return {
    ...{ log, clock, inspector, history, pass },
    arrive: (seq, text, key = 'a') => pass(200, () => log.arrive(key, seq, text)),
    select: (key) => pass(200, () => log.select(key)),
    fail: (name, why) => void (why === null ? failing.delete(name) : failing.set(name, why)),
    asked: (name) => log.calls.filter((one) => one.name === name).length,
  };
}
