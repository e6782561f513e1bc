// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import type { ConnectionSummary } from '../../../../../../src-main/contract/model/model.ts';
import type { Verdict } from '../../../../../../src-main/contract/model/verdicts.ts';
import { NO_FACTS } from '../../../../../../src-main/contract/session/session-blank.ts';
import { VerdictCard } from '../../../../../../src-renderer/features/diagnostics/verdicts/verdict-card.tsx';
import { diagnosticsOf } from '../../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { answer, live } from '../../../../../support/window/live.ts';

const VERDICT: Verdict = {
  id: 'quarantined',
  rule: 'quarantined',
  severity: 'warning',
  title: 'Held back',
  proof: [],
  cause: '',
  advice: '',
  since: 0,
  over: false,
};
const held = (id: string, topic: string) =>
  ({ id, topic, qos: 1, retain: false, size: 3, at: 0, why: '' }) as const;

let fake: FakeApp;
let connection: ConnectionSummary;

beforeEach(async () => {
  fake = fakeApp();
  const { engine, app } = fake;
  connection = engine.add();
  app.diagnostics.watch(connection.id);
  const facts = { ...NO_FACTS, quarantined: [held('q1', 'plant/a'), held('q2', 'plant/b')] };
  engine.diagnostics.set({ ...diagnosticsOf({ kind: 'idle' }), facts });
  await expect.poll(() => app.diagnostics.store.getState().latest?.facts.quarantined).toHaveLength(2);
});
afterEach(teardown);

const open = () => live(<VerdictCard app={fake.app} connection={connection} verdict={VERDICT} />);

describe('Messages that are held back', () => {
  test('are asked for once, however often it is pressed before the list is news', async () => {
    const asked = answer(fake.engine, 'dropQuarantined', () => ({ kind: 'done' }));
    const page = open();
    await page.user.dblClick(page.getByRole('button', { name: 'Discard plant/a' }));
    await page.findByText('Discarded.');
    await page.user.click(page.getByRole('button', { name: 'Discard plant/a' }));
    await page.user.click(page.getByRole('button', { name: 'Discard plant/b' }));
    await expect.poll(() => asked.map(({ id }) => id)).toEqual(['q1', 'q2']);
  });

  test('can be decided on again where the engine refused', async () => {
    const asked = answer(fake.engine, 'retryQuarantined', () =>
      failed('offline', 'There is no connection.', 'Connect first.'),
    );
    const page = open();
    const again = page.getByRole('button', { name: 'Send plant/a again' });
    await page.user.click(again);
    await page.findByText('There is no connection. Connect first.');
    await page.user.click(again);
    await expect.poll(() => asked).toHaveLength(2);
  });
});
