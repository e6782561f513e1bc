// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import {
  Profile,
  type ConnectionSummary,
  type SubscriptionStatus,
} from '../../../../../../src-main/contract/model/model.ts';
import { keptSecret } from '../../../../../../src-main/contract/profiles/profiles.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { SubscriptionsDialog } from '../../../../../../src-renderer/features/connections/subscriptions/subscriptions-dialog.tsx';
import { onlineState } from '../../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import {
  answer,
  describedBy,
  isChecked,
  isDisabled,
  isInvalid,
  live,
  valueOf,
  watch,
} from '../../../../../support/window/live.ts';

let window: FakeApp;
let connection: ConnectionSummary;

beforeEach(() => {
  window = fakeApp();
});
afterEach(teardown);

const why = failed('refused', 'The broker refused it.', 'Ask somebody.');
const REFUSED = { kind: 'refused', code: 135, failure: why } as SubscriptionStatus['result'];

const to = (filter: string, more: Partial<SubscriptionStatus> = {}): SubscriptionStatus => ({
  ...{ filter, qos: 0, noLocal: false, retainAsPublished: true, retainHandling: 0, enabled: true },
  ...{ identifier: null, result: { kind: 'granted', qos: 0 }, messages: 0, countedBy: 'matches', notes: [] },
  ...more,
});

async function open(subscriptions: SubscriptionStatus[], more: Partial<ConnectionSummary> = {}) {
  connection = window.engine.add({ name: 'Plant', subscriptions, ...more });
  await expect.poll(() => window.app.connections.store.getState().connections.length).toBe(1);
  window.app.shell.open({ kind: 'subscriptions', id: connection.id });
  return live(<SubscriptionsDialog app={window.app} id={connection.id} />);
}
const saveProfile = async (subscriptions: readonly object[]) => {
  const options = { name: 'Plant', protocol: 'mqtt', host: 'h', port: 1883, clientId: 'me', subscriptions };
  window.engine.profiles.set([Profile.parse({ id: 'plant', options })]);
  await expect.poll(() => window.app.profiles.find('plant')).not.toBeNull();
};

describe('The dialog of subscriptions', () => {
  test('lists them, says of which connection, and says that there is none', async () => {
    const page = await open([to('a/#'), to('b')]);
    expect(page.getByRole('dialog', { name: 'Subscriptions' }).textContent).toContain('Plant');
    const items = page.getAllByRole('listitem');
    expect(items.map((item) => item.querySelector('bdi')?.textContent)).toEqual(['a/#', 'b']);
    window.engine.change(connection.id, { subscriptions: [] });
    expect(await page.findByText('There is no subscription, so no message arrives.')).toBeTruthy();
  });

  test('says when what is changed will be asked for, only while it is not connected', async () => {
    const page = await open([to('a')]);
    expect(page.queryByText(/^Not connected/)).toBeNull();
    window.engine.change(connection.id, { state: { kind: 'idle' } });
    expect(await page.findByText(/^Not connected: what is changed here is asked for/)).toBeTruthy();
  });

  test('stays with a word when its connection is closed', async () => {
    const page = await open([to('a')]);
    window.engine.connections.set([]);
    expect(await page.findByText('This connection is closed.')).toBeTruthy();
    expect(page.queryByRole('button', { name: 'Save to profile' })).toBeNull();
    await page.user.click(page.getAllByRole('button', { name: 'Close' })[0]!);
    expect(window.app.shell.store.getState().dialog).toBeNull();
  });

  test.each(HOSTILE_TEXTS)('shows what is in a filter as %j', async (filter) => {
    const page = await open([to(filter, { result: REFUSED })]);
    const dialog = page.getByRole('dialog');
    const names = [...dialog.querySelectorAll('[aria-label], [title]')].flatMap((one) => [
      one.getAttribute('aria-label') ?? '',
      one.getAttribute('title') ?? '',
    ]);
    expect([isSafeText(dialog.textContent), names.filter((one) => !isSafeText(one))]).toEqual([true, []]);
  });
});

describe('A subscription in the list', () => {
  test('is switched off at once, and asked for only once', async () => {
    const asked = watch(window.engine, 'setSubscriptionEnabled');
    const page = await open([to('a/#')]);
    const box = page.getByRole('checkbox', { name: 'Subscribe to a/#' });
    await page.user.click(box);
    expect(isChecked(box)).toBe(false);
    await expect.poll(() => asked).toEqual([{ connection: connection.id, filter: 'a/#', enabled: false }]);
    window.engine.change(connection.id, {
      subscriptions: [to('a/#', { enabled: false, result: { kind: 'off' } as never })],
    });
    expect(await page.findByText('switched off')).toBeTruthy();
    expect(isChecked(box)).toBe(false);
  });

  test('is on again where it could not be switched off, and says why', async () => {
    answer(window.engine, 'setSubscriptionEnabled', () => why);
    const page = await open([to('a/#')]);
    await page.user.click(page.getByRole('checkbox', { name: 'Subscribe to a/#' }));
    expect((await page.findByRole('alert')).textContent).toBe('The broker refused it. Ask somebody.');
    expect(isChecked(page.getByRole('checkbox', { name: 'Subscribe to a/#' }))).toBe(true);
  });

  test('is removed by its own button', async () => {
    const asked = watch(window.engine, 'unsubscribe');
    const page = await open([to('a'), to('b')]);
    await page.user.click(page.getByRole('button', { name: 'Remove b' }));
    await expect.poll(() => asked).toEqual([{ connection: connection.id, filter: 'b' }]);
  });
});

describe('What a subscription is changed to', () => {
  const edited = async (one: SubscriptionStatus, more: Partial<ConnectionSummary> = {}) => {
    const page = await open([one], more);
    await page.user.click(page.getByRole('button', { name: `Options of ${one.filter}` }));
    return page;
  };
  const apply = (page: Awaited<ReturnType<typeof edited>>) => page.getByRole('button', { name: 'Apply' });

  test('is applied only where it is something else, and right', async () => {
    const page = await edited(to('a'));
    expect(isDisabled(apply(page))).toBe(true);
    const filter = page.getByRole('textbox', { name: 'Topic filter' });
    await page.user.type(filter, '#');
    expect([isDisabled(apply(page)), isInvalid(filter)]).toEqual([true, true]);
    expect(describedBy(filter)).not.toBe('');
    await page.user.type(filter, '{Backspace}/+');
    expect([isDisabled(apply(page)), isInvalid(filter)]).toEqual([false, false]);
    await page.user.type(filter, '{Backspace}{Backspace}');
    expect(isDisabled(apply(page))).toBe(true);
  });

  test('takes its place once the new one is there', async () => {
    const order: string[] = [];
    answer(
      window.engine,
      'subscribe',
      ({ filter, qos }) => (order.push(`+${filter} ${qos}`), { kind: 'done' }),
    );
    answer(window.engine, 'unsubscribe', ({ filter }) => (order.push(`-${filter}`), { kind: 'done' }));
    const page = await edited(to('a'));
    await page.user.type(page.getByRole('textbox', { name: 'Topic filter' }), '/b');
    await page.user.selectOptions(page.getAllByRole('combobox', { name: 'QoS' })[0]!, '2');
    await page.user.click(apply(page));
    await expect.poll(() => order).toEqual(['+a/b 2', '-a']);
    await expect.poll(() => page.queryByRole('button', { name: 'Apply' })).toBeNull();
  });

  test('stays open with what was typed where it was refused', async () => {
    answer(window.engine, 'subscribe', () => why);
    const removed = watch(window.engine, 'unsubscribe');
    const page = await edited(to('a'));
    await page.user.type(page.getByRole('textbox', { name: 'Topic filter' }), '/b{Enter}');
    expect((await page.findByRole('alert')).textContent).toBe('The broker refused it. Ask somebody.');
    expect([valueOf(page.getByRole('textbox', { name: 'Topic filter' })), removed]).toEqual(['a/b', []]);
  });

  test('is left as it was by Cancel', async () => {
    const asked = watch(window.engine, 'subscribe');
    const page = await edited(to('a'));
    await page.user.type(page.getByRole('textbox', { name: 'Topic filter' }), '/b');
    await page.user.click(page.getByRole('button', { name: 'Cancel' }));
    expect([page.queryByRole('textbox', { name: 'Topic filter' }), asked]).toEqual([null, []]);
    await page.user.click(page.getByRole('button', { name: 'Options of a' }));
    expect(valueOf(page.getByRole('textbox', { name: 'Topic filter' }))).toBe('a');
  });

  test('has no options of MQTT 5 where an earlier version is spoken', async () => {
    const state = { ...onlineState(), version: '3.1.1' } as ConnectionSummary['state'];
    const box = (await edited(to('a'), { state })).getByRole('checkbox', { name: 'No local' });
    expect([isDisabled(box), describedBy(box)]).toEqual([true, 'Not in MQTT 3.1.1; MQTT 5 only.']);
  });

  test('may have them while nobody knows the version', async () => {
    const box = (await edited(to('a'), { state: { kind: 'idle' } })).getByRole('checkbox', {
      name: 'No local',
    });
    expect(isDisabled(box)).toBe(false);
  });
});

describe('A subscription that was refused', () => {
  const narrower = /^Narrower filter than #/;

  test('says why and offers narrower ones, which are asked for with its QoS', async () => {
    const asked = watch(window.engine, 'subscribe');
    await saveProfile([]);
    const page = await open([to('#', { qos: 1, result: REFUSED })], { profileId: 'plant' });
    expect(page.getByText('The broker refused it.')).toBeTruthy();
    const field = page.getByRole('textbox', { name: narrower });
    await page.user.clear(field);
    await page.user.type(field, 'plant/#{Enter}');
    await expect.poll(() => asked).toMatchObject([{ filter: 'plant/#', qos: 1 }]);
  });

  test('says at that field what came of it', async () => {
    answer(window.engine, 'subscribe', () => why);
    const page = await open([to('#', { result: REFUSED })]);
    const field = page.getByRole('textbox', { name: narrower });
    await page.user.clear(field);
    expect(isDisabled(page.getAllByRole('button', { name: 'Subscribe' })[0]!)).toBe(true);
    await page.user.type(field, 'a{Enter}');
    await expect
      .poll(() => [isInvalid(field), describedBy(field)])
      .toEqual([true, 'The broker refused it. Ask somebody.']);
  });
});

describe('Narrower filters that are worth a try', () => {
  const offers = (page: Awaited<ReturnType<typeof open>>) =>
    [...page.getByText('Worth a try:').parentElement!.querySelectorAll('button')].map(
      ({ textContent }) => textContent,
    );

  test('are those of what the broker knows us by, and each fills the field', async () => {
    const options = {
      name: 'Plant',
      protocol: 'mqtt',
      host: 'h',
      port: 1883,
      clientId: 'press-03',
      username: 'ops',
    };
    window.engine.profiles.set([Profile.parse({ id: 'plant', options: { ...options, password: 'x' } })]);
    await expect.poll(() => window.app.profiles.find('plant')).not.toBeNull();
    const page = await open([to('#', { result: REFUSED })], { profileId: 'plant' });
    expect(offers(page).join()).toContain('ops');
    expect(offers(page).join()).toContain('press-03');
    const last = offers(page).at(-1)!;
    await page.user.click(page.getByRole('button', { name: last }));
    expect(valueOf(page.getByRole('textbox', { name: /^Narrower filter than #/ }))).toBe(last);
  });

  test('never show a saved username that is hidden', async () => {
    const options = {
      name: 'Plant',
      protocol: 'mqtt',
      host: 'h',
      port: 1883,
      username: keptSecret('username'),
    };
    window.engine.profiles.set([Profile.parse({ id: 'plant', options })]);
    await expect.poll(() => window.app.profiles.find('plant')).not.toBeNull();
    await open([to('#', { result: REFUSED })], { profileId: 'plant' });
    expect(document.body.innerHTML).not.toContain(keptSecret('username'));
  });
});

describe('One more subscription', () => {
  const field = (page: Awaited<ReturnType<typeof open>>) =>
    page.getByRole('textbox', { name: 'New topic filter' });

  test('is asked for as it was typed, and the field is free for the next', async () => {
    const asked = watch(window.engine, 'subscribe');
    const page = await open([]);
    const before = valueOf(field(page));
    await page.user.clear(field(page));
    await page.user.type(field(page), 'x/+{Enter}');
    await expect.poll(() => asked).toMatchObject([{ connection: connection.id, filter: 'x/+', qos: 0 }]);
    await expect.poll(() => valueOf(field(page))).toBe(before);
  });

  test('that is no filter is not asked for; the field says why until it is typed in again', async () => {
    const asked = watch(window.engine, 'subscribe');
    const page = await open([]);
    await page.user.clear(field(page));
    await page.user.type(field(page), 'a#{Enter}');
    await expect.poll(() => isInvalid(field(page))).toBe(true);
    expect([asked, valueOf(field(page))]).toEqual([[], 'a#']);
    await page.user.type(field(page), '{Backspace}');
    expect(isInvalid(field(page))).toBe(false);
  });
});

describe('The list and the profile', () => {
  const button = (page: Awaited<ReturnType<typeof open>>) =>
    page.getByRole('button', { name: 'Save to profile' });

  test('without a profile there is nothing to save to', async () => {
    const page = await open([to('a')]);
    expect(page.getByText('This connection has no saved profile.')).toBeTruthy();
  });

  test('with the same list there is nothing to save', async () => {
    await saveProfile([{ filter: 'a', qos: 0, retainAsPublished: true }]);
    const page = await open([to('a')], { profileId: 'plant' });
    expect(isDisabled(button(page))).toBe(true);
    expect(page.getByText('The profile has the same list.')).toBeTruthy();
  });

  test('with another one it is saved, and nothing else of the profile', async () => {
    await saveProfile([{ filter: 'a', qos: 0 }]);
    const asked = watch(window.engine, 'saveProfile');
    const page = await open([to('a'), to('b', { qos: 2, enabled: false })], { profileId: 'plant' });
    await page.user.click(button(page));
    expect(await page.findByText('The profile has the same list.')).toBeTruthy();
    expect(
      asked.map(({ id, options: { clientId, subscriptions } }) => [
        id,
        clientId,
        subscriptions?.map(({ filter, qos, enabled }) => [filter, qos, enabled]),
      ]),
    ).toEqual([
      [
        'plant',
        'me',
        [
          ['a', 0, true],
          ['b', 2, false],
        ],
      ],
    ]);
  });

  test('says why it could not be saved', async () => {
    await saveProfile([]);
    answer(window.engine, 'saveProfile', () => why);
    const page = await open([to('a')], { profileId: 'plant' });
    await page.user.click(button(page));
    expect((await page.findByRole('alert')).textContent).toBe('The broker refused it. Ask somebody.');
  });
});
