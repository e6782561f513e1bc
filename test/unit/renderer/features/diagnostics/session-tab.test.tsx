// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import type { ConnectionSummary, SubscriptionStatus } from '../../../../../src-main/contract/model/model.ts';
import type { SessionFacts } from '../../../../../src-main/contract/model/session-facts.ts';
import type { Diagnostics } from '../../../../../src-main/contract/session/diagnostics.ts';
import { NO_FACTS } from '../../../../../src-main/contract/session/session-blank.ts';
import { SessionTab } from '../../../../../src-renderer/features/diagnostics/session-tab.tsx';
import { diagnosticsOf, onlineState } from '../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../support/window/fake-app.ts';
import {
  answer,
  describedBy,
  isDisabled,
  isInvalid,
  live,
  valueOf,
  watch,
} from '../../../../support/window/live.ts';

let window: FakeApp;
let connection: ConnectionSummary;

beforeEach(() => {
  window = fakeApp();
});
afterEach(teardown);

const why = failed('refused', 'The broker refused it.', 'Ask somebody.');
const to = (filter: string, more: Partial<SubscriptionStatus> = {}): SubscriptionStatus => ({
  ...{ filter, qos: 0, noLocal: false, retainAsPublished: true, retainHandling: 0, enabled: true },
  ...{ identifier: null, result: { kind: 'granted', qos: 0 }, messages: 0, countedBy: 'matches', notes: [] },
  ...more,
});
function open(more: Partial<Diagnostics> = {}, of: Partial<ConnectionSummary> = {}) {
  connection = window.engine.add({ name: 'Plant', ...of });
  const diagnostics = { ...diagnosticsOf(onlineState()), ...more };
  return live(<SessionTab app={window.app} connection={connection} diagnostics={diagnostics} />);
}
const facts = (more: Partial<SessionFacts>) => ({ facts: { ...NO_FACTS, ...more } });
type Page = ReturnType<typeof open>;
const field = (page: Page) => page.getByRole('textbox', { name: 'Subscribe to' });
const subscribe = (page: Page) => page.getByRole('button', { name: 'Subscribe' });

describe('The subscriptions of a session', () => {
  test('are listed with what they brought, and each can be ended by its name', async () => {
    const asked = watch(window.engine, 'unsubscribe');
    const page = open({
      subscriptions: [to('a', { messages: 1, countedBy: 'delivered' }), to('b', { messages: 2 })],
    });
    const items = page.getAllByRole('listitem').map(({ textContent }) => textContent);
    expect(items).toEqual([expect.stringMatching(/^a.*1 message$/), expect.stringMatching(/^b.*2 matches$/)]);
    await page.user.click(page.getByRole('button', { name: 'Unsubscribe b' }));
    await expect.poll(() => asked).toEqual([{ connection: connection.id, filter: 'b' }]);
  });

  test('that were refused say why and by which code', () => {
    const result = { kind: 'refused', code: 135, failure: why } as SubscriptionStatus['result'];
    expect(open({ subscriptions: [to('#', { result })] }).getByRole('listitem').textContent).toContain(
      'The broker refused it. (135)',
    );
  });

  test('that could not be ended say why at themselves', async () => {
    answer(window.engine, 'unsubscribe', () => why);
    const page = open({ subscriptions: [to('a'), to('b')] });
    await page.user.click(page.getByRole('button', { name: 'Unsubscribe a' }));
    await expect
      .poll(() => page.getAllByRole('listitem')[0]?.textContent)
      .toContain('The broker refused it. Ask somebody.');
    expect(page.getAllByRole('listitem')[1]?.textContent).not.toContain('refused');
  });
});

describe('One more subscription of a session', () => {
  test('is asked for with its QoS by Enter, and the field is free for the next', async () => {
    const asked = watch(window.engine, 'subscribe');
    const page = open();
    expect(isDisabled(subscribe(page))).toBe(true);
    await page.user.selectOptions(page.getByRole('combobox', { name: 'QoS' }), '1');
    await page.user.type(field(page), 'a/+{Enter}');
    await expect.poll(() => asked).toMatchObject([{ connection: connection.id, filter: 'a/+', qos: 1 }]);
    await expect.poll(() => valueOf(field(page))).toBe('');
    expect(document.activeElement).toBe(field(page));
  });

  test('that is no filter is not asked for, and the field says why until it is typed in', async () => {
    const asked = watch(window.engine, 'subscribe');
    const page = open();
    await page.user.type(field(page), 'a#{Enter}');
    await expect.poll(() => isInvalid(field(page))).toBe(true);
    expect([describedBy(field(page)) === '', asked]).toEqual([false, []]);
    await page.user.type(field(page), '{Backspace}');
    expect(isInvalid(field(page))).toBe(false);
  });

  test('that was refused stays in the field with the reason', async () => {
    answer(window.engine, 'subscribe', () => why);
    const page = open();
    await page.user.type(field(page), 'a{Enter}');
    await expect.poll(() => describedBy(field(page))).toBe('The broker refused it. Ask somebody.');
    expect(valueOf(field(page))).toBe('a');
  });

  test('cannot be asked for while there is no connection', async () => {
    const page = open({}, { state: { kind: 'idle' } });
    await page.user.type(field(page), 'a');
    expect(isDisabled(subscribe(page))).toBe(true);
  });
});

describe('What a broker says of itself', () => {
  test('is shown by its name, each property with its own', () => {
    const page = open(
      facts({
        reasonString: 'Be gentle.',
        serverReference: 'other.test',
        userProperties: [{ name: 'zone', value: 'north' }],
        remote: '10.0.0.7:1883',
      }),
    );
    const reported = (name: string) => page.getByText(name).nextElementSibling?.textContent;
    expect(['The broker says', 'Another server', 'Property zone', 'Addresses'].map(reported)).toEqual([
      'Be gentle.',
      'other.test',
      'north',
      'unknown to 10.0.0.7:1883',
    ]);
  });

  test('is not there where it says nothing', () => {
    const page = open(facts({}));
    for (const name of ['The broker says', 'Another server', 'Addresses'])
      expect(page.queryByText(name)).toBeNull();
  });
});

test('The certificates of a session are those of its broker, and there are none without TLS.', async () => {
  expect(open().queryByRole('button', { name: 'View certificates' })).toBeNull();
  const tls = {
    ...{ version: 'TLSv1.3', cipher: 'AES', mutual: true, verified: false, alpn: 'mqtt', resumed: true },
    peer: null,
  } as unknown as SessionFacts['tls'];
  const page = open(facts({ tls }));
  expect(page.getByText(/Mutual TLS 1\.3, AES, not verified, ALPN mqtt, session resumed/)).toBeTruthy();
  await page.user.click(page.getByRole('button', { name: 'View certificates' }));
  expect(window.app.shell.store.getState().over).toEqual({
    kind: 'certificates',
    of: { kind: 'server', connection: connection.id, name: 'Plant' },
  });
});

test('The phases of the last attempt are shown with how often it connected.', () => {
  const session = {
    ...diagnosticsOf(onlineState()).session,
    connects: 1,
    phases: [{ phase: 'TCP' as never, ms: 12 }],
  };
  expect(open({ session }).getByText('Last attempt: TCP 12 ms. Connected 1 time.')).toBeTruthy();
});
