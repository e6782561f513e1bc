// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import {
  newSubscription,
  type SubscriptionDraft,
} from '../../../../../../../src-renderer/features/connections/draft/draft-subscriptions.ts';
import type { Draft } from '../../../../../../../src-renderer/features/connections/draft/editor-draft.ts';
import { isSafeText } from '../../../../../../../src-main/core/payload/visible.ts';
import { SubscriptionsSection } from '../../../../../../../src-renderer/features/connections/editor/sections/subscriptions-section.tsx';
import { editPart } from '../../../../../../support/window/edited-part.tsx';
import { eachWindow } from '../../../../../../support/window/fake-app.ts';
import { HOSTILE_TEXTS } from '../../../../../../support/window/hostile-texts.ts';
import {
  describedBy,
  isChecked,
  isDisabled,
  isInvalid,
  valueOf,
} from '../../../../../../support/window/live.ts';

const window = eachWindow();

const to = (filter: string, more: Partial<SubscriptionDraft> = {}): SubscriptionDraft => ({
  ...newSubscription(filter),
  ...more,
});
const edit = (subscriptions: readonly SubscriptionDraft[], more: Partial<Draft> = {}) =>
  editPart(window.app, SubscriptionsSection, { draft: { subscriptions, ...more } });
const filters = (page: { draft(): Draft }) => page.draft().subscriptions.map(({ filter }) => filter);

describe('The subscriptions of a profile', () => {
  test('that are none say what comes of that, and one is added at the end', async () => {
    const page = edit([]);
    expect(page.getByText('None: no message arrives until you subscribe.')).toBeTruthy();
    await page.user.click(page.getByRole('button', { name: 'Add a topic filter' }));
    expect(page.queryByText(/^None:/)).toBeNull();
    await page.user.clear(page.getByRole('textbox', { name: 'Topic filter 1' }));
    await page.user.type(page.getByRole('textbox', { name: 'Topic filter 1' }), 'a/+');
    expect(page.draft().subscriptions).toEqual([to('a/+')]);
  });

  test('change one by one: filter, QoS, and whether they are asked for', async () => {
    const page = edit([to('a'), to('b')]);
    await page.user.type(page.getByRole('textbox', { name: 'Topic filter 2' }), '/x');
    await page.user.selectOptions(page.getAllByRole('combobox', { name: 'QoS' })[1]!, '1');
    const box = page.getByRole('checkbox', { name: 'Subscribe to b/x' });
    expect(isChecked(box)).toBe(true);
    await page.user.click(box);
    expect(page.draft().subscriptions).toEqual([to('a'), to('b/x', { qos: 1, enabled: false })]);
  });

  test('are removed by the one whose button is pressed, and the options of none stay open', async () => {
    const page = edit([to('a'), to('b'), to('c')]);
    await page.user.click(page.getByRole('button', { name: 'Options of b' }));
    await page.user.click(page.getByRole('button', { name: 'Remove a' }));
    expect(filters(page)).toEqual(['b', 'c']);
    expect(page.queryByRole('checkbox', { name: 'No local' })).toBeNull();
  });

  test('say at the filter what is wrong with it once it is left, and when it is there twice', async () => {
    const page = edit([to('a'), to('b')]);
    const field = page.getByRole('textbox', { name: 'Topic filter 2' });
    await page.user.type(field, '#');
    expect(isInvalid(field)).toBe(false);
    await page.user.tab();
    expect(isInvalid(field)).toBe(true);
    await page.user.clear(field);
    await page.user.type(field, 'a');
    expect(describedBy(field)).toBe('This filter is in the list already.');
    expect(isInvalid(page.getByRole('textbox', { name: 'Topic filter 1' }))).toBe(false);
  });

  test.each(HOSTILE_TEXTS)('to %j are named by what is in the filter', (filter) => {
    const page = edit([to(filter)]);
    const names = page.getAllByRole('button').map((button) => button.getAttribute('aria-label') ?? '');
    expect(names.filter((name) => !isSafeText(name))).toEqual([]);
    expect(
      page
        .getAllByRole('checkbox')
        .every(({ parentElement }) => isSafeText(parentElement?.textContent ?? '')),
    ).toBe(true);
  });
});

describe('The options of a subscription', () => {
  const opened = async (one: SubscriptionDraft, more: Partial<Draft> = {}) => {
    const page = edit([one], more);
    const name = `Options of ${one.filter}`;
    expect(page.getByRole('button', { name }).getAttribute('aria-expanded')).toBe('false');
    await page.user.click(page.getByRole('button', { name }));
    expect(page.getByRole('button', { name }).getAttribute('aria-expanded')).toBe('true');
    return page;
  };
  const first = (page: { draft(): Draft }) => page.draft().subscriptions[0]!;

  test('write to their own fields', async () => {
    const page = await opened(to('a'));
    const before = first(page);
    await page.user.click(page.getByRole('checkbox', { name: 'No local' }));
    await page.user.click(page.getByRole('checkbox', { name: 'Retain as published' }));
    await page.user.selectOptions(
      page.getByRole('combobox', { name: 'Retained messages on subscribing' }),
      '2: do not send them',
    );
    await page.user.type(page.getByRole('spinbutton', { name: 'Subscription identifier' }), '7');
    expect(first(page)).toEqual({
      ...before,
      noLocal: !before.noLocal,
      retainAsPublished: !before.retainAsPublished,
      retainHandling: 2,
      identifier: '7',
    });
  });

  test('share it with a group whose name is typed, and give it back as it was', async () => {
    const page = await opened(to('a/b'));
    await page.user.click(page.getByRole('checkbox', { name: 'Shared' }));
    expect(first(page).filter).toBe('$share/topicscope/a/b');
    const group = page.getByRole('textbox', { name: 'Share group' });
    await page.user.clear(group);
    await page.user.type(group, 'team/7');
    // A slash would end the name, and the rest would become a part of the filter.
    expect([first(page).filter, valueOf(group)]).toEqual(['$share/team7/a/b', 'team7']);
    await page.user.click(page.getByRole('checkbox', { name: 'Shared' }));
    expect(first(page).filter).toBe('a/b');
    expect(page.queryByRole('textbox', { name: 'Share group' })).toBeNull();
  });

  test('that forbid each other are shown unasked, say so, and can be taken back', async () => {
    const page = edit([to('$share/g/a', { noLocal: true })]);
    await page.user.click(page.getByRole('textbox', { name: 'Topic filter 1' }));
    await page.user.tab();
    await page.user.click(page.getByRole('button', { name: 'Options of $share/g/a' }));
    const box = page.getByRole('checkbox', { name: 'No local' });
    await page.user.click(page.getByRole('checkbox', { name: 'Retain as published' }));
    expect(describedBy(box)).toBe('MQTT 5 forbids No Local with a shared subscription.');
    await page.user.click(box);
    expect(first(page).noLocal).toBe(false);
    // And from then on it is the group that stands in its way.
    expect([isDisabled(box), describedBy(box)]).toEqual([true, 'Not with a shared subscription.']);
  });

  test('are shown where one of them is wrong, whether or not they were opened', async () => {
    const page = await opened(to('a'));
    await page.user.type(page.getByRole('spinbutton', { name: 'Subscription identifier' }), '0');
    const toggle = page.getByRole('button', { name: 'Options of a' });
    await page.user.click(toggle);
    const field = page.getByRole('spinbutton', { name: 'Subscription identifier' });
    expect([toggle.getAttribute('aria-expanded'), isInvalid(field)]).toEqual(['true', true]);
  });

  test('cannot be used with an earlier version, and say why; a shared one can still be given back', async () => {
    const page = await opened(to('$share/g/a'), { version: '3.1.1' });
    const off = 'Not in MQTT 3.1.1; MQTT 5 only.';
    for (const name of [
      'No local',
      'Retain as published',
      'Retained messages on subscribing',
      'Subscription identifier',
    ]) {
      const control = page.getByLabelText(name);
      expect([name, isDisabled(control), describedBy(control)]).toEqual([name, true, off]);
    }
    const shared = page.getByRole('checkbox', { name: 'Shared' });
    expect([isDisabled(shared), describedBy(shared)]).toEqual([false, off]);
    await page.user.click(shared);
    expect([first(page).filter, isDisabled(shared)]).toEqual(['a', true]);
  });
});
