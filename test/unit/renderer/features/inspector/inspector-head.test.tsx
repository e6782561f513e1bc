// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed, type Failure } from '../../../../../src-main/contract/base/errors.ts';
import { InspectorHead } from '../../../../../src-renderer/features/inspector/inspector-head.tsx';
import { createInspector, type Inspector } from '../../../../../src-renderer/state/inspector/inspector.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { onTeardown, teardown } from '../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../support/window/fake-app.ts';
import { fakeSession } from '../../../../support/window/fake-session.ts';
import { KeptTopics } from '../../../../support/window/kept-topics.ts';
import { copies, live, watch } from '../../../../support/window/live.ts';

let fake: FakeApp;
let session: ConnectionSession;
let topics: KeptTopics;
let inspector: Inspector;
let edited: unknown[];
let copied: string[];

beforeEach(() => {
  fake = fakeApp();
  session = fakeSession(fake);
  topics = new KeptTopics(fake.engine, session);
  inspector = createInspector(session);
  onTeardown(() => inspector.close());
  edited = [];
});
afterEach(teardown);

async function open(
  payload: string | Uint8Array<ArrayBuffer> | null = 'hello',
  failure: Failure | null = null,
) {
  if (payload !== null) topics.arrive('hall/press', payload);
  topics.select('hall/press');
  if (payload !== null) await expect.poll(() => inspector.store.getState().loaded).not.toBeNull();
  const edit = (...what: unknown[]) => {
    edited.push(what);
    return Promise.resolve(failure);
  };
  const page = live(<InspectorHead {...{ app: fake.app, session, edit, inspector }} topicKey="hall/press" />);
  copied = copies();
  return { page, press: (name: string) => page.user.click(page.getByRole('button', { name })) };
}

describe('The head of the inspector', () => {
  test('copies the topic and the payload that is shown, and says what it copied', async () => {
    const { page, press } = await open();
    await press('Copy topic');
    await press('Copy payload');
    expect(await page.findByText('Copied: 5 B')).toBeTruthy();
    expect(copied).toEqual(['hall/press', 'hello']);
  });

  test('copies what is no text in hex, and of no message says that there is none', async () => {
    const bytes = await open(Uint8Array.of(0, 255));
    await bytes.press('Copy payload');
    expect(await bytes.page.findByText('Copied in hex: 2 B')).toBeTruthy();
    topics.select('empty');
    await expect.poll(() => inspector.store.getState().loaded).toBeNull();
    await bytes.press('Copy payload');
    expect(await bytes.page.findByText('There is no message to copy.')).toBeTruthy();
    expect(copied).toEqual(['00 ff']);
  });

  test('takes the message that is shown into the publish panel, not the latest one', async () => {
    const { page, press } = await open();
    inspector.hold();
    topics.arrive('hall/press', 'newer');
    await press('Edit and publish');
    expect(edited).toEqual([['hall/press', 1]]);
    expect(await page.findByText('Loaded into the publish panel')).toBeTruthy();
  });

  test('says why a message cannot be published', async () => {
    const failure = failed('message-gone', 'This message was dropped.', 'Choose a newer message.');
    const { page, press } = await open(null, failure);
    await press('Edit and publish');
    expect(edited).toEqual([['hall/press', 'latest']]);
    expect(await page.findByText('This message was dropped. Choose a newer message.')).toBeTruthy();
  });

  test('shows the topic in the tree, out of the way of what is enlarged and of a filter that hides it', async () => {
    const { press } = await open();
    const actions = watch(fake.engine, 'updateView');
    session.setFilter('other');
    fake.app.shell.enlarge('inspector');
    topics.emit('hall/press', { hiddenByFilter: true });
    await expect.poll(() => session.store.getState().selected?.hiddenByFilter).toBe(true);
    await press('Show in tree');
    expect([fake.app.shell.store.getState().enlarged, session.store.getState().filter]).toEqual([null, '']);
    await expect
      .poll(() => actions.map(({ action }) => action))
      .toContainEqual({ kind: 'reveal', key: 'hall/press' });
  });

  test('leaves a filter alone that does not hide the topic', async () => {
    const { press } = await open();
    session.setFilter('press');
    await press('Show in tree');
    expect(session.store.getState().filter).toBe('press');
  });

  test('enlarges the inspector, and gives the room back', async () => {
    const { press } = await open();
    await press('Enlarge inspector');
    expect(fake.app.shell.store.getState().enlarged).toBe('inspector');
    await press('Shrink inspector');
    expect(fake.app.shell.store.getState().enlarged).toBeNull();
  });
});
