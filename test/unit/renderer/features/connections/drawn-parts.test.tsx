import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import type { ConnectionTestReport } from '../../../../../src-main/contract/connection-test.ts';
import {
  ConnectionOptions,
  type ConnectionState,
  type SubscriptionStatus,
} from '../../../../../src-main/contract/model/model.ts';
import type { ImportEntry } from '../../../../../src-main/contract/profiles/transfer.ts';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { AddressFacts } from '../../../../../src-renderer/features/connections/panes/address-facts.tsx';
import { ConnectionBanner } from '../../../../../src-renderer/features/connections/panes/connection-banner.tsx';
import { LiveSubscription } from '../../../../../src-renderer/features/connections/subscriptions/live-subscription.tsx';
import { TestReport } from '../../../../../src-renderer/features/connections/test/test-report.tsx';
import { ImportList } from '../../../../../src-renderer/features/connections/transfer/import-list.tsx';
import type { AppState } from '../../../../../src-renderer/state/app/app-state.ts';
import { useNow } from '../../../../../src-renderer/ui/base/use-now.ts';
import type { FakeEngine } from '../../../../support/engine/fake-engine.ts';
import { onlineState } from '../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../support/teardown.ts';
import { fakeApp } from '../../../../support/window/fake-app.ts';

/** The window's clock stands still while nobody looks at it. */
const Clock = () => useNow();
const NOW = Number(renderToStaticMarkup(<Clock />));
const HOSTILE = ['\u202egnp.exe', '\u2066x', '\x1b[31mred', 'a\u200bb', '\x9b0m', '<b>&"\''];

let engine: FakeEngine;
let app: AppState;

beforeEach(() => {
  ({ engine, app } = fakeApp());
});
afterEach(teardown);

const draw = (part: ReactNode) => renderToStaticMarkup(part);
const words = (part: ReactNode) =>
  draw(part)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
const nothing = () => undefined;
const why = failed('refused', 'It was refused.', 'Ask somebody.');

const subscription = (more: Partial<SubscriptionStatus> = {}): SubscriptionStatus => ({
  ...{ filter: 'a/#', qos: 0, noLocal: false, retainAsPublished: true, retainHandling: 0, enabled: true },
  ...{ identifier: null, result: { kind: 'granted', qos: 0 }, messages: 0, countedBy: 'matches', notes: [] },
  ...more,
});

describe('a subscription', () => {
  const line = (more: Partial<SubscriptionStatus>) => (
    <ul>
      <LiveSubscription app={app} connection={engine.add()} subscription={subscription(more)} />
    </ul>
  );

  test('counts messages where the broker sends subscription identifiers, and matches where names are compared', () => {
    const said = (messages: number, countedBy: SubscriptionStatus['countedBy']) =>
      words(line({ messages, countedBy }));
    expect(said(1, 'delivered')).toContain('1 message');
    expect(said(2_000, 'delivered')).toContain('2,000 messages');
    expect(said(1, 'matches')).toContain('1 match');
    expect(said(2_000, 'matches')).toContain('2,000 matches');
  });

  test('says what it was granted, and why it was refused', () => {
    expect(words(line({ qos: 2, result: { kind: 'granted', qos: 1 } }))).toContain(
      'granted at QoS 1, 2 asked',
    );
    const refusal = words(line({ result: { kind: 'refused', code: 135, failure: why } as never }));
    expect(refusal).toContain('It was refused.');
  });

  test.each(HOSTILE)('to %j draws nothing that deceives the eye', (filter) => {
    const drawn = draw(line({ filter }));
    expect(isSafeText(drawn)).toBe(true);
    expect(drawn).not.toContain('<b>');
  });
});

describe('the strip above a connection', () => {
  const strip = (state: ConnectionState, more: object = {}) => (
    <ConnectionBanner app={app} connection={engine.add({ state, ...more })} />
  );

  test('of the first attempt says nothing before it takes long', () => {
    const trying = (since: number) =>
      words(strip({ kind: 'resolving', since, attempt: 1, host: 'h' } as ConnectionState));
    expect([trying(NOW - 100), trying(NOW + 5_000)]).toEqual(['', '']);
    expect(trying(NOW - 3_000)).toContain('Looking up h. 3 s Disconnect');
  });

  test('that waits counts down, and never below nought', () => {
    const waiting = (retryAt: number) => words(strip({ kind: 'waiting', attempt: 4, retryAt, why }));
    expect(waiting(NOW + 4_200)).toContain('Next try in 5 s , attempt 4');
    expect(waiting(NOW - 60_000)).toContain('Next try in 0 s , attempt 4');
    expect(waiting(NOW)).toContain('It was refused.');
  });

  test('that is off says why it is, and distinguishes an end that the user wanted from a fault', () => {
    const stopped = words(strip({ kind: 'stopped', since: NOW, why }));
    expect(stopped).toContain('does not try again by itself');
    expect(words(strip({ kind: 'stopped', since: NOW, why: null }))).toContain('Disconnected since');
    expect(words(strip({ kind: 'idle' }))).toContain('Not connected.');
    expect(words(strip({ kind: 'stopped', since: NOW, why: null }, { received: 5 }))).toContain(
      'What is shown below is as it was then.',
    );
  });

  test('offers what helps against a fault, where something does', () => {
    const remedy = (code: string) => words(strip({ kind: 'stopped', since: NOW, why: { ...why, code } }));
    expect(remedy('certificate-expired')).toContain('View certificates');
    expect(remedy('secrets-locked')).toContain('Unlock the vault…');
    expect(remedy('connack-2-keep-alive')).not.toContain('and connect');
    expect(remedy('refused')).not.toMatch(/View certificates|Unlock/);
  });

  test('of a connection that is online names what it is subscribed to, and what it is not', () => {
    const online = (subscriptions: SubscriptionStatus[], received = 1) =>
      words(strip(onlineState(NOW), { subscriptions, received }));
    expect(online([])).toContain('There is no subscription, so nothing can arrive.');
    expect(online([subscription(), subscription({ filter: 'b', result: { kind: 'pending' } })])).toContain(
      'Subscribed to a/# , b (waiting for the answer)',
    );
    const refused = subscription({
      filter: '#',
      result: { kind: 'refused', code: 135, failure: why } as never,
    });
    expect(online([refused], 0)).toContain('The broker refused # : It was refused.');
    // A narrower one was granted: the refusal is known.
    expect(online([refused, subscription()], 0)).not.toContain('The broker refused');
    expect(online([subscription({ filter: '$SYS/#', result: refused.result })], 0)).not.toContain(
      'The broker refused',
    );
  });

  test('says that history is lost, and that its profile is another by now', () => {
    expect(words(strip(onlineState(NOW), { historyLostAt: NOW }))).toMatch(/History before .* is lost\./);
    const changed = { profileChanged: true };
    expect(words(strip(onlineState(NOW), changed))).toMatch(/Reconnect(?!ing)/);
    // The strip above has the button that does the same.
    expect(words(strip({ kind: 'idle' }, changed))).toContain('Reconnecting discards');
    expect(words(strip({ kind: 'idle' }, changed))).not.toMatch(/Reconnect(?!ing)/);
  });
});

describe('a test of a connection', () => {
  const report = (more: Partial<ConnectionTestReport>): ConnectionTestReport => ({
    ...engine.testReports.value,
    ...more,
  });
  const steps = (failing: string | null, details: string[] = []): ConnectionTestReport['steps'] =>
    engine.testReports.value.steps.map((one) => ({
      ...one,
      ms: 10,
      state: one.step === failing ? 'failed' : 'ok',
      details,
    }));
  const drawn = (of: ConnectionTestReport) => (
    <TestReport app={app} test={{ cancel: nothing }} run={{ kind: 'report', report: of }} onGoTo={nothing} />
  );
  const verdict = { message: 'It works.', advice: '' };

  test('that runs can be stopped, and one that ended can be copied', () => {
    expect(words(drawn(report({ kind: 'running' })))).toContain('Stop the test');
    const ended = words(drawn(report({ kind: 'passed', steps: steps(null), verdict, ms: 70 })));
    expect(ended).toContain('70 ms, passed');
    expect(ended).toContain('Copy report');
    expect(ended).not.toContain('Stop the test');
  });

  test('that failed says at which step, and one that passed but for a step says that', () => {
    expect(words(drawn(report({ kind: 'failed', steps: steps('tls'), verdict })))).toContain('stopped at');
    expect(words(drawn(report({ kind: 'passed', steps: steps('subscribe'), verdict })))).toContain(
      'passed but for',
    );
  });

  test('shows four lines of a step and counts the rest', () => {
    const lines = ['1', '2', '3', '4', '5'].map((n) => `line ${n}`);
    const said = words(drawn(report({ kind: 'failed', steps: steps('tls', lines), verdict })));
    expect(said).toContain('line 4 1 more line in the copied report');
    expect(said).not.toContain('line 5');
  });

  test('of no length has no bar without a figure', () => {
    const markup = draw(drawn(report({ kind: 'passed', steps: steps(null), ms: 0, verdict })));
    expect(markup).not.toMatch(/NaN|Infinity/);
  });

  test('that gave no end, or has not begun, says so', () => {
    const run = (of: Parameters<typeof TestReport>[0]['run']) =>
      words(<TestReport app={app} test={{ cancel: nothing }} run={of} onGoTo={nothing} />);
    expect(run({ kind: 'idle' })).toBe('');
    expect(run({ kind: 'starting' })).toBe('Starting the test.');
    expect(run({ kind: 'broken', problem: why })).toBe('It was refused. Ask somebody.');
  });

  test.each(HOSTILE)('draws nothing that deceives the eye of what a broker says: %j', (text) => {
    const of = report({
      kind: 'failed',
      verdict: { message: text, advice: text },
      steps: steps('tls', [text]).map((one) => ({ ...one, result: text })),
    });
    expect(isSafeText(draw(drawn(of)))).toBe(true);
    expect(draw(drawn(of))).not.toContain('<b>');
  });
});

describe('what an import found', () => {
  const entry = (index: number, more: Partial<ImportEntry> = {}): ImportEntry => ({
    ...{ index, name: `p${index}`, folder: '', colour: 'none', protocol: 'mqtts', address: 'h:8883' },
    ...{ version: '5', username: null, hasPassword: false, subscriptions: 1, notes: [], confirmations: [] },
    same: null,
    ...more,
  });
  const list = (entries: readonly ImportEntry[], chosen: readonly number[]) => (
    <ImportList
      app={app}
      entries={entries}
      choices={
        new Map(entries.map(({ index }) => [index, { chosen: chosen.includes(index), confirmed: [] }]))
      }
      onChoose={nothing}
      onChooseAll={nothing}
    />
  );

  test('asks for what it would read only where the profile is taken', () => {
    const confirmations = [{ field: 'ca' as const, what: '/x', broker: 'h', text: 'Read /x for h?' }];
    expect(words(list([entry(0, { confirmations })], [0]))).toContain('Read /x for h?');
    expect(words(list([entry(0, { confirmations })], []))).not.toContain('Read /x');
  });

  test('has one tick for all where there are several', () => {
    expect(words(list([entry(0), entry(1)], [0]))).toContain('All 2 profiles');
    expect(words(list([entry(0)], [0]))).not.toContain('All 1');
  });

  test.each(HOSTILE)('draws nothing that deceives the eye of a file of somebody else: %j', (text) => {
    const confirmations = [{ field: 'key' as const, what: text, broker: text, text }];
    const one = entry(0, {
      name: text,
      folder: text,
      address: text,
      username: text,
      notes: [text],
      confirmations,
    });
    const drawn = draw(list([one], [0]));
    expect(isSafeText(drawn)).toBe(true);
    expect(drawn).not.toContain('<b>');
  });
});

test('An address is shown with who signs in and whether a password goes with it, never with the password.', () => {
  const facts = (more: object) => {
    const options = { name: 'a', protocol: 'mqtts', host: 'h\u202e', port: 8883, ...more };
    return draw(
      <AddressFacts
        options={{ ...ConnectionOptions.parse({ ...options, host: 'h' }), host: options.host }}
      />,
    );
  };
  expect(facts({})).toContain('none');
  expect(facts({ username: 'ops' })).toContain('without password');
  const secret = facts({ username: 'ops', password: 'hunter2' });
  expect(secret).toContain('with password');
  expect(secret).not.toContain('hunter2');
  expect(isSafeText(secret)).toBe(true);
});
