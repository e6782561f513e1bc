import { expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import type { ConnectionState, ConnectionSummary } from '../../../../../../src-main/contract/model/model.ts';
import type { Verdict, VerdictRule } from '../../../../../../src-main/contract/model/verdicts.ts';
import {
  pingNow,
  verdictActions,
} from '../../../../../../src-renderer/features/diagnostics/verdicts/verdict-actions.ts';
import { createAppState } from '../../../../../../src-renderer/state/app/app-state.ts';
import { createEngine } from '../../../../../../src-renderer/state/engine/engine.ts';
import { plainMemory } from '../../../../../../src-renderer/state/browser/memory.ts';
import { FakeEngine, FakeLink, onlineState } from '../../../../../support/engine/fake-engine.ts';

const why = failed('closed', 'Closed.', '');
const waiting: ConnectionState = { kind: 'waiting', retryAt: 0, attempt: 1, why };
const stopped: ConnectionState = { kind: 'stopped', since: 0, why };

function offered(rule: VerdictRule, part: Partial<ConnectionSummary>, over = false) {
  const fake = new FakeEngine();
  const link = new FakeLink(fake);
  const app = createAppState(createEngine(link), plainMemory(), plainMemory());
  const verdict: Verdict = {
    ...{ id: rule, rule, severity: 'error', title: '', proof: [], cause: '', advice: '', since: 0, over },
  };
  const actions = verdictActions(app, fake.add(part), verdict);
  return { fake, app, actions, labels: actions.map(({ label }) => label), end: () => link.close() };
}

function labels(...given: Parameters<typeof offered>): string[] {
  const { labels: found, app, end } = offered(...given);
  app.dispose();
  end();
  return found;
}

test('a take-over is answered by another client ID first, and connecting anyway is up to the user', () => {
  expect(labels('taken-over', { state: stopped, profileId: 'p' })).toEqual(['Edit profile…', 'Connect']);
  // Without a profile there is nothing to edit.
  expect(labels('taken-over', { state: stopped })).toEqual(['Connect']);
});

test('who waits for a retry can have it now or not at all', () => {
  expect(labels('broker-gone', { state: waiting })).toEqual(['Retry now', 'Stop trying']);
  // What is said of the traffic is not helped by it.
  expect(labels('late-answers', { state: waiting })).toEqual([]);
});

test('a link that may be dead can be asked, while there is one', () => {
  expect(labels('broker-frozen', { state: onlineState() })).toEqual(['Ping now']);
});

test('a ping reports its own round trip, or why there was no answer', async () => {
  const { fake, app, end } = offered('broker-frozen', { state: onlineState() });
  const connection = fake.add({});
  const answers: unknown[] = [{ kind: 'answered', ms: 12 }, why];
  const asked = { ...app, engine: { ...app.engine, call: () => Promise.resolve(answers.shift()) } };
  expect(await pingNow(asked as unknown as typeof app, connection)).toBe(12);
  expect(await pingNow(asked as unknown as typeof app, connection)).toContain('Closed.');
  app.dispose();
  end();
});

test('what is over asks for nothing', () => {
  expect(labels('taken-over', { state: stopped }, true)).toEqual([]);
});

test('a refused filter is answered by a narrower one, which is then subscribed to', async () => {
  const refusal = { kind: 'refused' as const, code: 135, failure: why };
  const subscription = {
    ...{ filter: '#', qos: 0 as const, result: refusal, messages: 0, countedBy: 'matches' as const },
    ...{
      enabled: true,
      notes: [],
      noLocal: false,
      retainAsPublished: true,
      retainHandling: 0 as const,
      identifier: null,
    },
  };
  const { fake, app, actions, end } = offered('wildcard-denied', { subscriptions: [subscription] });
  expect(actions.map(({ label }) => label)).toEqual(['Subscribe to +/#']);
  expect(await actions[0]?.run()).toBeNull();
  expect(fake.asked).toContain('subscribe +/#');
  app.dispose();
  end();
});
