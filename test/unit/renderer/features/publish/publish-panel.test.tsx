// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import type { MessageTemplate } from '../../../../../src-main/contract/session/sending.ts';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { PublishPanel } from '../../../../../src-renderer/features/publish/publish-panel.tsx';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { teardown } from '../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../support/window/fake-app.ts';
import { fakeSession } from '../../../../support/window/fake-session.ts';
import {
  answer,
  describedBy,
  isChecked,
  isInvalid,
  live,
  put,
  valueOf,
  watch,
  type Live,
} from '../../../../support/window/live.ts';

let window: FakeApp;
let session: ConnectionSession;
let large: boolean[] = [];

beforeEach(() => {
  window = fakeApp();
  session = fakeSession(window);
  large = [];
});
afterEach(teardown);

type Props = Parameters<typeof PublishPanel>[0];
const part = (more: Partial<Props> = {}) => (
  <PublishPanel
    session={session}
    publishing={window.app.publishing.of(session.connectionId)}
    production={null}
    online={1}
    mqtt5
    aliasMaximum={null}
    profile={null}
    large={false}
    onLarge={(on) => large.push(on)}
    folded={false}
    {...more}
  />
);
const open = (more?: Partial<Props>) => live(part(more));
const topic = (page: Live) => page.getByRole('textbox', { name: 'Topic' });
const payload = (page: Live) => page.getByRole('textbox', { name: 'Payload' });
const result = (page: Live) => page.getByRole('status', { name: 'Publish result' });
const publish = (page: Live) => page.user.click(page.getByRole('button', { name: /^Publish/ }));
/** What was sent, as it was written. */
const sending = () => watch(window.engine, 'sendMessage') as { template: MessageTemplate; queue?: boolean }[];

describe('The publish panel', () => {
  test('is a region of named fields', () => {
    const page = open();
    const region = page.getByRole('region', { name: 'Publish' });
    expect(region.contains(topic(page)) && region.contains(payload(page))).toBe(true);
    for (const [role, name] of [
      ['combobox', 'QoS'],
      ['combobox', 'Format'],
      ['checkbox', 'Retain'],
      ['checkbox', 'gzip'],
    ] as const)
      expect([name, region.contains(page.getByRole(role, { name }))]).toEqual([name, true]);
    expect(topic(page).getAttribute('aria-describedby')).toBe(result(page).id);
  });

  test('keeps the box for an answer in reach of the keyboard that turns it off', async () => {
    const page = open();
    const box = () => page.queryByRole('checkbox', { name: 'Expect an answer' });
    expect(box()).toBeNull();
    act(() => window.app.publishing.of(session.connectionId).setAnswer({ expected: true }, true));
    const before = box();
    before?.focus();
    await page.user.keyboard(' ');
    expect([box() === before, document.activeElement === before, before && isChecked(before)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('sends what was written, and says where it went', async () => {
    const sent = sending();
    const page = open();
    await put(page, topic(page), 'plant/a');
    await put(page, payload(page), 'on');
    await page.user.selectOptions(page.getByRole('combobox', { name: 'QoS' }), '1');
    await page.user.click(page.getByRole('checkbox', { name: 'Retain' }));
    await publish(page);
    await expect.poll(() => sent.length).toBe(1);
    expect(sent[0]).toMatchObject({
      connection: session.connectionId,
      template: { topic: 'plant/a', qos: 1, retain: true },
    });
    expect(new TextDecoder().decode(sent[0]?.template.payload as Uint8Array)).toBe('on');
    await expect.poll(() => result(page).textContent).toContain('plant/a');
  });

  test('sends by Ctrl and Enter from any of its fields, and not by Enter alone', async () => {
    const sent = sending();
    const page = open();
    await put(page, topic(page), 'a');
    await page.user.keyboard('{Enter}');
    await page.user.click(payload(page));
    await page.user.keyboard('{Control>}{Enter}{/Control}');
    await expect.poll(() => sent.length).toBe(1);
    page.getByRole('checkbox', { name: 'Retain' }).focus();
    await page.user.keyboard('{Control>}{Enter}{/Control}');
    await expect.poll(() => sent.length).toBe(2);
  });

  test('sends nothing to a topic that is none, and says so at the field', async () => {
    const sent = sending();
    const page = open();
    await put(page, topic(page), 'a/#');
    expect(isInvalid(topic(page))).toBe(true);
    expect(describedBy(topic(page))).toBe(result(page).textContent);
    expect(result(page).textContent).not.toBe('');
    await publish(page);
    expect(sent).toEqual([]);
    await put(page, topic(page), 'a');
    expect(isInvalid(topic(page))).toBe(false);
  });

  test('says that no topic was given only once it is asked to send', async () => {
    const sent = sending();
    const page = open();
    await page.user.clear(topic(page));
    expect(result(page).textContent).toBe('');
    await publish(page);
    await expect.poll(() => result(page).textContent).not.toBe('');
    expect(sent).toEqual([]);
  });

  test('says why a message was refused, and keeps it', async () => {
    const failure = failed('not-authorized', 'The broker refused it.', 'Ask somebody.');
    answer(window.engine, 'sendMessage', () => ({
      id: 's',
      topic: 'a',
      outcome: { kind: 'refused', code: 135, failure },
    }));
    const page = open();
    await put(page, topic(page), 'a');
    await put(page, payload(page), 'on');
    await publish(page);
    await expect.poll(() => result(page).textContent).toContain('The broker refused it.');
    expect([valueOf(topic(page)), valueOf(payload(page))]).toEqual(['a', 'on']);
  });

  test('shows what is in a topic that deceives, in what is said of it', async () => {
    const page = open();
    await put(page, topic(page), 'a\u202eb');
    await publish(page);
    await expect.poll(() => result(page).textContent).not.toBe('');
    expect(isSafeText(result(page).textContent)).toBe(true);
  });

  test('takes the result into its head while it is folded, and shows no fields of its lower half', () => {
    const page = open({ folded: true });
    expect(result(page)).toBeTruthy();
    expect(page.queryByRole('combobox', { name: 'Format' })).toBeNull();
  });
});

describe('Publishing to production', () => {
  const ready = async () => {
    const sent = sending();
    const page = open({ production: 'Plant north' });
    await put(page, topic(page), 'a');
    await publish(page);
    const question = await page.findByRole('dialog', { name: 'Publish to production?' });
    return { page, sent, question };
  };

  test('asks first, with its name and topic, and begins at the way back', async () => {
    const { page, sent, question } = await ready();
    expect(question.textContent).toContain('Plant north is marked as production. Publish to a?');
    await expect.poll(() => document.activeElement?.textContent).toBe('Cancel');
    await page.user.keyboard('{Enter}');
    await expect.poll(() => page.queryByRole('dialog')).toBeNull();
    expect(sent).toEqual([]);
  });

  test('sends once that was answered', async () => {
    const { page, sent } = await ready();
    await page.user.click(page.getByRole('button', { name: 'Publish to production' }));
    await expect.poll(() => sent.length).toBe(1);
    expect(page.queryByRole('dialog', { name: 'Publish to production?' })).toBeNull();
  });

  test('says that it will be retained there', async () => {
    const page = open({ production: 'Plant north' });
    await put(page, topic(page), 'a');
    await page.user.click(page.getByRole('checkbox', { name: 'Retain' }));
    await publish(page);
    expect((await page.findByRole('dialog')).textContent).toContain('as retained?');
  });
});

test('Without a connection it is asked whether the message waits, and only then it does.', async () => {
  const sent = sending();
  const page = open({ online: null });
  await put(page, topic(page), 'a');
  await publish(page);
  expect(
    (await page.findByRole('dialog', { name: 'Publish when the connection is back?' })).textContent,
  ).toContain('There is no connection.');
  expect(sent).toEqual([]);
  await page.user.click(page.getByRole('button', { name: 'Publish later' }));
  await expect.poll(() => sent).toMatchObject([{ queue: true }]);
});

describe('The properties of a message', () => {
  const opened = async (more?: Partial<Props>) => {
    const page = open(more);
    const button = page.getByRole('button', { name: 'Properties' });
    expect(button.getAttribute('aria-expanded')).toBe('false');
    await page.user.click(button);
    expect(button.getAttribute('aria-expanded')).toBe('true');
    return { page, button };
  };

  test('go with it, and their number is shown beside the button', async () => {
    const sent = sending();
    const { page, button } = await opened();
    await put(page, topic(page), 'a');
    await put(page, page.getByRole('textbox', { name: 'Content type' }), 'text/plain');
    await put(page, page.getByRole('spinbutton', { name: 'Expires after (s)' }), '60');
    await put(page, page.getByRole('textbox', { name: 'User property name' }), 'unit');
    expect(button.getAttribute('aria-description')).toBe('3 set');
    await publish(page);
    await expect.poll(() => JSON.stringify(sent)).toMatch(/text\/plain/);
    expect(JSON.stringify(sent)).toMatch(/unit/);
  });

  test('are said not to be sent where MQTT 5 is not spoken', async () => {
    expect((await opened({ mqtt5: false })).page.getByText(/does not use MQTT 5/)).toBeTruthy();
    expect((await opened()).page.queryByText(/does not use MQTT 5/)).toBeNull();
  });

  test('say of a topic alias how many the broker takes', async () => {
    const { page } = await opened({ aliasMaximum: 5 });
    expect(describedBy(page.getByRole('spinbutton', { name: 'Topic alias' }))).toContain('5');
  });
});

describe('The format of a payload', () => {
  test('is chosen from those there are, and gzip is a box of its own', async () => {
    const page = open();
    const format = page.getByRole('combobox', { name: 'Format' });
    expect([...format.querySelectorAll('option')].map(({ textContent }) => textContent)).toEqual([
      'JSON',
      'Text',
      'Hex',
      'Base64',
      'CBOR',
      'MessagePack',
      'Protobuf',
      'File…',
    ]);
    await page.user.click(page.getByRole('checkbox', { name: 'gzip' }));
    expect(isChecked(page.getByRole('checkbox', { name: 'gzip' }))).toBe(true);
  });

  test('that is hex is not sent while it is none', async () => {
    const sent = sending();
    const page = open();
    await put(page, topic(page), 'a');
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Format' }), 'Hex');
    await put(page, payload(page), 'xyz');
    await publish(page);
    await expect.poll(() => result(page).textContent).not.toBe('');
    expect(sent).toEqual([]);
    await put(page, payload(page), '0a');
    await publish(page);
    await expect.poll(() => sent.length).toBe(1);
  });

  test('as JSON can be laid out anew, its digits as they are', async () => {
    const page = open();
    await put(page, payload(page), '{"a":1.0,"b":[1]}');
    await page.user.click(await page.findByRole('button', { name: 'Tidy' }));
    await expect.poll(() => valueOf(payload(page))).toContain('"a": 1.0');
    await put(page, payload(page), 'not json');
    await expect.poll(() => page.queryByRole('button', { name: 'Tidy' })).toBeNull();
  });
});

describe('A message that is put into the panel', () => {
  const loaded = async () => {
    const publishing = window.app.publishing.of(session.connectionId);
    const page = open();
    await put(page, topic(page), 'mine');
    await put(page, payload(page), 'typed');
    act(() => publishing.load({ ...publishing.store.getState().draft, topic: 'theirs' }));
    return page;
  };

  test('can be taken out again, and what was typed is back', async () => {
    const page = await loaded();
    expect(valueOf(topic(page))).toBe('theirs');
    await page.user.click(page.getByRole('button', { name: 'Undo' }));
    expect([valueOf(topic(page)), valueOf(payload(page))]).toEqual(['mine', 'typed']);
    expect(page.queryByRole('button', { name: 'Undo' })).toBeNull();
  });

  test('cannot once it was changed: that would lose the change', async () => {
    const page = await loaded();
    await page.user.type(payload(page), '!');
    expect(page.queryByRole('button', { name: 'Undo' })).toBeNull();
  });
});

test('A message that is published beside what is typed leaves that alone, and asks like any other.', async () => {
  const sent = sending();
  const publishing = window.app.publishing.of(session.connectionId);
  const page = open({ production: 'Plant north' });
  await put(page, topic(page), 'mine');
  const asked = { ...publishing.store.getState().draft, topic: 'again' };
  act(() => publishing.store.setState({ asked }));
  await page.findByRole('dialog', { name: 'Publish to production?' });
  expect(sent).toEqual([]);
  await page.user.click(page.getByRole('button', { name: 'Publish to production' }));
  await expect.poll(() => sent).toMatchObject([{ template: { topic: 'again' } }]);
  expect(valueOf(topic(page))).toBe('mine');
});

describe('The room of the panel', () => {
  test('is enlarged and shrunk by a button that says which', async () => {
    const page = open();
    await page.user.click(page.getByRole('button', { name: 'Enlarge publish panel' }));
    page.again(part({ large: true }));
    await page.user.click(page.getByRole('button', { name: 'Shrink publish panel' }));
    expect(large).toEqual([true, false]);
  });

  test('is given back by Escape only while it is large', async () => {
    const page = open();
    await page.user.click(topic(page));
    await page.user.keyboard('{Escape}');
    expect(large).toEqual([]);
    page.again(part({ large: true }));
    await page.user.keyboard('{Escape}');
    expect(large).toEqual([false]);
  });
});
