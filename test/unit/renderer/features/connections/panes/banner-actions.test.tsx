// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import {
  Profile,
  type ConnectionState,
  type ConnectionSummary,
  type SubscriptionStatus,
} from '../../../../../../src-main/contract/model/model.ts';
import { ConnectionBanner } from '../../../../../../src-renderer/features/connections/panes/connection-banner.tsx';
import { onlineState } from '../../../../../support/engine/fake-engine.ts';
import { eachWindow } from '../../../../../support/window/fake-app.ts';
import { answer, isDisabled, live, valueOf, watch } from '../../../../../support/window/live.ts';

const window = eachWindow();

const why = (code = 'refused') => failed(code, 'It was refused.', 'Ask somebody.');
const waiting = (): ConnectionState => ({
  kind: 'waiting',
  attempt: 2,
  retryAt: Date.now() + 60_000,
  why: why(),
});
const stopped = (code?: string): ConnectionState => ({ kind: 'stopped', since: Date.now(), why: why(code) });
const shell = () => window.app.shell.store.getState();

function strip(state: ConnectionState, more: Partial<ConnectionSummary> = {}) {
  const connection = window.engine.add({ name: 'Plant', state, ...more });
  const draw = (now: ConnectionState) => (
    <ConnectionBanner app={window.app} connection={{ ...connection, state: now }} />
  );
  const page = live(draw(state));
  return { ...page, connection, to: (next: ConnectionState) => page.again(draw(next)) };
}

const subscription = (filter: string, more: Partial<SubscriptionStatus> = {}): SubscriptionStatus => ({
  ...{ filter, qos: 1, noLocal: false, retainAsPublished: true, retainHandling: 0, enabled: true },
  ...{ identifier: null, result: { kind: 'granted', qos: 1 }, messages: 0, countedBy: 'matches', notes: [] },
  ...more,
});

describe('A connection that waits for its next attempt', () => {
  test('is tried at once by its button, or ended by the other', async () => {
    const retried = watch(window.engine, 'retryNow');
    const ended = watch(window.engine, 'disconnect');
    const page = strip(waiting());
    await page.user.click(page.getByRole('button', { name: 'Retry now' }));
    await page.user.click(page.getByRole('button', { name: 'Disconnect' }));
    await expect
      .poll(() => [retried, ended])
      .toEqual([[{ connection: page.connection.id }], [{ connection: page.connection.id }]]);
  });

  test('keeps the focus on its button while an attempt runs, which does nothing then', async () => {
    const retried = watch(window.engine, 'retryNow');
    const page = strip(waiting());
    page.getByRole('button', { name: 'Retry now' }).focus();
    window.app.connections.store.setState({ troubles: new Map([[page.connection.id, why()]]) });
    page.to({
      kind: 'connecting',
      since: Date.now(),
      attempt: 3,
      host: 'h',
      address: 'h',
    } as unknown as ConnectionState);
    const button = page.getByRole('button', { name: 'Retry now' });
    expect([document.activeElement === button, isDisabled(button)]).toEqual([true, true]);
    await page.user.keyboard('{Enter}');
    expect(retried).toEqual([]);
    page.to(waiting());
    expect(isDisabled(page.getByRole('button', { name: 'Retry now' }))).toBe(false);
  });

  test('shows its seconds outside of what is announced, so that a screen reader does not count them', () => {
    const page = strip(waiting());
    expect(page.getByRole('status').textContent).toBe('It was refused. Ask somebody.');
    expect(page.getByText(/Next try in/).closest('[role=status]')).toBeNull();
  });

  test('says where an action could not be done', async () => {
    answer(window.engine, 'retryNow', () => failed('gone', 'It is gone.', ''));
    const page = strip(waiting());
    await page.user.click(page.getByRole('button', { name: 'Retry now' }));
    await expect.poll(() => shell().problem?.message).toBe('It is gone.');
  });
});

describe('A connection that stopped', () => {
  test('stops a person as an alert, and is connected by its button', async () => {
    const asked = watch(window.engine, 'connect');
    const page = strip(stopped());
    expect(page.getByRole('alert').textContent).toContain('It was refused. Ask somebody.');
    await page.user.click(page.getByRole('button', { name: 'Connect' }));
    await expect.poll(() => asked).toEqual([{ connection: page.connection.id }]);
  });

  test('leads to its profile where it has one', async () => {
    expect(strip(stopped()).queryByRole('button', { name: 'Edit profile…' })).toBeNull();
    const page = strip(stopped(), { profileId: 'plant' });
    await page.user.click(page.getByRole('button', { name: 'Edit profile…' }));
    expect(shell().dialog).toEqual({ kind: 'editor', profileId: 'plant', prefill: null });
  });

  test('for a certificate shows those of the broker', async () => {
    const page = strip(stopped('certificate-expired'));
    await page.user.click(page.getByRole('button', { name: 'View certificates' }));
    const { id, name } = page.connection;
    expect(shell().over).toEqual({ kind: 'certificates', of: { kind: 'server', connection: id, name } });
  });

  test('for a locked vault asks for its passphrase, and connects afterwards', async () => {
    const asked = watch(window.engine, 'connect');
    const page = strip(stopped('secrets-locked'));
    await page.user.click(page.getByRole('button', { name: 'Unlock the vault…' }));
    const { over } = shell();
    expect(over).toMatchObject({ kind: 'secrets', ask: 'unlock' });
    expect(asked).toEqual([]);
    if (over?.kind === 'secrets') over.after?.();
    await expect.poll(() => asked).toEqual([{ connection: page.connection.id }]);
  });

  test('for its keep-alive saves a usual one with its profile and connects with that', async () => {
    const options = { name: 'Plant', protocol: 'mqtt', host: 'h', port: 1883, keepAlive: 0, clientId: 'me' };
    window.engine.profiles.set([Profile.parse({ id: 'plant', options })]);
    await expect.poll(() => window.app.profiles.find('plant')).not.toBeNull();
    const saved = watch(window.engine, 'saveProfile');
    const page = strip(stopped('connack-2-keep-alive'), { profileId: 'plant' });
    await page.user.click(page.getByRole('button', { name: 'Use 60 s and connect' }));
    await expect
      .poll(() => saved.map(({ id, options: { keepAlive, clientId } }) => [id, keepAlive, clientId]))
      .toEqual([['plant', 60, 'me']]);
    // Without a profile there is nothing to save it with.
    expect(strip(stopped('connack-2-keep-alive')).queryByRole('button', { name: /Use 60/ })).toBeNull();
  });
});

test('The notice of lost history is dismissed once, and comes again when history is lost once more.', async () => {
  const page = strip(onlineState(), { historyLostAt: 1_000 });
  await page.user.click(page.getByRole('button', { name: 'Dismiss' }));
  expect(page.queryByText(/is lost\./)).toBeNull();
  page.again(<ConnectionBanner app={window.app} connection={{ ...page.connection, historyLostAt: 2_000 }} />);
  expect(page.getByText(/is lost\./)).toBeTruthy();
});

test('A profile that was changed is applied by connecting again.', async () => {
  const asked = watch(window.engine, 'connect');
  const page = strip(onlineState(), { profileChanged: true });
  await page.user.click(page.getByRole('button', { name: 'Reconnect' }));
  await expect.poll(() => asked).toEqual([{ connection: page.connection.id }]);
});

describe('A connection that is online', () => {
  test.each([1, 0])('leads to its subscriptions, also while %i messages came', async (received) => {
    const page = strip(onlineState(0), { subscriptions: [subscription('a/#')], received });
    await page.user.click(page.getByRole('button', { name: 'Subscriptions…' }));
    expect(shell().dialog).toEqual({ kind: 'subscriptions', id: page.connection.id });
  });

  test('says that nothing came only after a moment', () => {
    const quiet = (since: number) => {
      const page = strip(onlineState(since), { subscriptions: [subscription('a/#')], received: 0 });
      return page.queryByText('Connected. No messages so far.') !== null;
    };
    expect([quiet(Date.now()), quiet(Date.now() - 60_000)]).toEqual([false, true]);
  });

  test('offers a narrower filter where all was refused, with the QoS that was asked', async () => {
    const asked = watch(window.engine, 'subscribe');
    const result = { kind: 'refused', code: 135, failure: why() } as SubscriptionStatus['result'];
    const page = strip(onlineState(), { subscriptions: [subscription('#', { result })], received: 0 });
    expect(page.getByRole('alert').textContent).toContain('The broker refused #: It was refused.');
    const field = page.getByRole('textbox', { name: 'Narrower filter' });
    await page.user.clear(field);
    expect(isDisabled(page.getByRole('button', { name: 'Subscribe' }))).toBe(true);
    await page.user.type(field, ' plant/# {Enter}');
    await expect
      .poll(() => asked)
      .toMatchObject([{ connection: page.connection.id, filter: 'plant/#', qos: 1 }]);
  });

  test('says what is wrong with that filter, and keeps what was typed', async () => {
    answer(window.engine, 'subscribe', () => failed('refused', 'Refused as well.', 'Ask.'));
    const result = { kind: 'refused', code: 135, failure: why() } as SubscriptionStatus['result'];
    const page = strip(onlineState(), { subscriptions: [subscription('#', { result })], received: 0 });
    const field = page.getByRole('textbox', { name: 'Narrower filter' });
    await page.user.clear(field);
    await page.user.type(field, 'a/#{Enter}');
    await expect.poll(() => page.getByRole('alert').textContent).toContain('Refused as well. Ask.');
    expect(valueOf(field)).toBe('a/#');
  });
});
