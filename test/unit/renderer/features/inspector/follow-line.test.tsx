// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { useStore } from 'zustand';
import { FollowLine } from '../../../../../src-renderer/features/inspector/follow-line.tsx';
import {
  createHistory,
  type History,
} from '../../../../../src-renderer/state/inspector/inspector-history.ts';
import {
  browserInspectorPorts,
  createInspector,
  type Inspector,
} from '../../../../../src-renderer/state/inspector/inspector.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { settled } from '../../state/inspector/fake-log.ts';
import { onTeardown, teardown } from '../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../support/window/fake-app.ts';
import { fakeSession } from '../../../../support/window/fake-session.ts';
import { KeptTopics } from '../../../../support/window/kept-topics.ts';
import { answer, isDisabled, live, type Live } from '../../../../support/window/live.ts';

let fake: FakeApp;
let session: ConnectionSession;
let topics: KeptTopics;
let inspector: Inspector;
let history: History;

beforeEach(() => {
  fake = fakeApp();
  session = fakeSession(fake);
  topics = new KeptTopics(fake.engine, session);
  inspector = createInspector(session);
  history = createHistory(session, browserInspectorPorts);
  onTeardown(() => {
    history.close();
    inspector.close();
  });
});
afterEach(teardown);

function Line() {
  return <FollowLine {...{ session, inspector, history }} state={useStore(inspector.store)} />;
}
const seq = () => inspector.store.getState().loaded?.meta.seq;
const which = () => document.querySelector('.insp-which')?.textContent;
const button = (page: Live, name: string) => page.getByRole('button', { name });

/** Messages 1 to 5 of a topic, of which the last is shown. */
async function open(messages = 5): Promise<Live> {
  for (let at = 1; at <= messages; at++) topics.arrive('a', `value ${at}`);
  topics.select('a');
  const page = live(<Line />);
  if (messages > 0) await expect.poll(seq).toBe(messages);
  return page;
}
async function go(page: Live, name: string, to: number): Promise<void> {
  await page.user.click(button(page, name));
  await expect.poll(seq).toBe(to);
}

describe('Which message is shown', () => {
  test('is the latest one and on with it, until it is held', async () => {
    const page = await open();
    expect(which()).toBe('Following latest');
    await page.user.click(button(page, 'Hold'));
    expect(which()).toBe('Held');
    topics.arrive('a', 'six');
    topics.arrive('a', 'seven');
    expect(await page.findByText('2 newer')).toBeTruthy();
    expect(seq()).toBe(5);
    await page.user.click(button(page, 'Follow latest'));
    await expect.poll(seq).toBe(7);
    expect([which(), page.queryByText(/newer$/)]).toEqual(['Following latest', null]);
  });

  test('says where it is the retained one, and where the view is paused', async () => {
    await open();
    act(() => inspector.inspect({ kind: 'retained' }));
    expect(which()).toBe('Retained value');
    act(() => inspector.follow());
    const paused = { since: 1, behind: 0, seq: 5 } as never;
    act(() => session.store.setState({ paused }));
    expect(which()).toBe('Latest before the pause');
  });

  test('can neither be held nor left where no topic is selected', () => {
    const page = live(<Line />);
    expect(['Hold', 'Older message'].map((name) => isDisabled(button(page, name)))).toEqual([true, true]);
  });
});

describe('Its neighbours', () => {
  test('are gone to one by one, back and forward again to the latest, and on with it', async () => {
    const page = await open();
    await go(page, 'Older message', 4);
    expect(which()).toBe('Chosen from the history');
    await go(page, 'Older message', 3);
    await go(page, 'Newer message', 4);
    await go(page, 'Newer message', 5);
    expect([which(), isDisabled(button(page, 'Newer message'))]).toEqual(['Following latest', true]);
  });

  test('end at the oldest that is kept', async () => {
    const page = await open(2);
    await go(page, 'Older message', 1);
    await page.user.click(button(page, 'Older message'));
    await expect.poll(() => history.olderThan(1)).toBeNull();
    expect(seq()).toBe(1);
    await go(page, 'Newer message', 2);
  });

  test('of a message chosen from the history are never on its other side', async () => {
    const page = await open(9);
    await page.user.click(button(page, 'Hold'));
    for (const to of [8, 7, 6]) await go(page, 'Older message', to);
    act(() => inspector.inspect({ kind: 'message', seq: 8 }));
    await expect.poll(seq).toBe(8);
    await go(page, 'Newer message', 9);
    await go(page, 'Older message', 8);
  });

  test('begin again from the latest of the next topic', async () => {
    const page = await open();
    await go(page, 'Older message', 4);
    topics.arrive('b', 'one');
    topics.arrive('b', 'two');
    topics.select('b');
    await expect.poll(seq).toBe(7);
    await go(page, 'Older message', 6);
    await go(page, 'Newer message', 7);
    expect(which()).toBe('Following latest');
  });
});

describe('An answer that comes late', () => {
  function heldBack() {
    const goes: (() => void)[] = [];
    const known = fake.engine.handlers.readHistory;
    answer(fake.engine, 'readHistory', async (params, signal) => {
      await new Promise<void>((resolve) => goes.push(resolve));
      return known(params, signal);
    });
    return goes;
  }

  test('does not show the message of one topic in another', async () => {
    const page = await open();
    const goes = heldBack();
    await page.user.click(button(page, 'Older message'));
    await expect.poll(() => goes.length).toBe(1);
    topics.arrive('b', 'of b');
    topics.select('b');
    await expect.poll(seq).toBe(6);
    // The answer to what is asked after it comes after it.
    const after = history.olderThan(6);
    await expect.poll(() => goes.length).toBe(2);
    for (const one of goes) one();
    await after;
    await act(settled);
    expect([which(), inspector.store.getState().gone, seq()]).toEqual(['Following latest', null, 6]);
  });

  test('to the same question twice goes back once', async () => {
    const page = await open();
    const goes = heldBack();
    await page.user.dblClick(button(page, 'Older message'));
    await expect.poll(() => goes.length).toBe(2);
    for (const one of goes) one();
    await expect.poll(seq).toBe(4);
    await go(page, 'Newer message', 5);
    expect(which()).toBe('Following latest');
  });

  test('or never, because the engine is gone, changes nothing', async () => {
    const page = await open();
    const rejected: unknown[] = [];
    const note = (reason: unknown) => void rejected.push(reason);
    process.on('unhandledRejection', note);
    onTeardown(() => void process.off('unhandledRejection', note));
    fake.link.cut();
    await page.user.click(button(page, 'Older message'));
    await expect(history.olderThan(5)).rejects.toThrow();
    await new Promise((resolve) => setImmediate(resolve));
    expect([which(), seq(), rejected]).toEqual(['Following latest', 5, []]);
  });
});
