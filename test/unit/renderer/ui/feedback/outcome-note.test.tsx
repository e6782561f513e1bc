// @vitest-environment happy-dom
import { act, fireEvent } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { outcomeItems, type OutcomeEntry } from '../../../../../src-renderer/ui/feedback/outcome-items.ts';
import {
  OutcomeNote,
  sayOutcome,
  useOutcome,
} from '../../../../../src-renderer/ui/feedback/outcome-note.tsx';
import { teardown } from '../../../../support/teardown.ts';
import { live, type Live } from '../../../../support/window/live.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  vi.useRealTimers();
  await teardown();
});

function Part({ ask }: { readonly ask: () => Promise<string> }) {
  const outcome = useOutcome();
  return (
    <>
      <button onClick={() => void sayOutcome(ask(), outcome.say)}>Copy</button>
      <button onClick={() => outcome.say('Waiting for the answer…')}>Ask</button>
      <OutcomeNote outcome={outcome} />
    </>
  );
}
const outcome = (page: Live) => page.getByRole('status').textContent;
const pressed = (page: Live, name: string) =>
  act(async () => void fireEvent.click(page.getByRole('button', { name })));
const passed = (ms: number) => act(async () => void vi.advanceTimersByTime(ms));

describe('How something went', () => {
  test('is shown for a moment, in a place that is there from the start', async () => {
    const page = live(<Part ask={() => Promise.resolve('Topic copied')} />);
    expect(outcome(page)).toBe('');
    await pressed(page, 'Copy');
    await passed(3_900);
    expect(outcome(page)).toBe('Topic copied');
    await passed(200);
    expect(outcome(page)).toBe('');
  });

  test.each([
    [new Error('The clipboard refused.'), 'The clipboard refused.'],
    ['No.', 'No.'],
  ])('is shown as well where it failed by %s', async (why, words) => {
    const page = live(<Part ask={() => Promise.reject(why)} />);
    await pressed(page, 'Copy');
    expect(outcome(page)).toBe(words);
  });

  test('stays while it goes on, until its outcome takes its place', async () => {
    const page = live(<Part ask={() => Promise.resolve('Answered')} />);
    await pressed(page, 'Ask');
    await passed(60_000);
    expect(outcome(page)).toBe('Waiting for the answer…');
    await pressed(page, 'Copy');
    await passed(4_100);
    expect(outcome(page)).toBe('');
  });

  test('is shown for a whole moment, also right after something else', async () => {
    let times = 0;
    const page = live(<Part ask={() => Promise.resolve(`Copied ${++times}`)} />);
    await pressed(page, 'Copy');
    await passed(3_000);
    await pressed(page, 'Copy');
    await passed(3_000);
    expect(outcome(page)).toBe('Copied 2');
  });
});

test('Entries of a menu say beside it how each went, and why one cannot be chosen.', async () => {
  const entry = (id: OutcomeEntry['id'], outcome: OutcomeEntry['outcome'], off: string | null = null) => ({
    ...{ id, label: `Do ${id}`, off, outcome },
  });
  const heard: string[] = [];
  const items = outcomeItems(
    [
      entry('copy-topic', () => Promise.resolve('Topic copied')),
      entry('save', () => Promise.reject(new Error('The disk is full.'))),
      entry('edit', () => expect.unreachable(), 'nothing selected'),
    ],
    (words) => heard.push(words),
  );
  expect(items.map(({ label, off }) => [label, off])).toEqual([
    ['Do copy-topic', null],
    ['Do save', null],
    ['Do edit', 'nothing selected'],
  ]);
  items[0]?.run();
  items[1]?.run();
  await vi.waitFor(() => expect(heard).toEqual(['Topic copied', 'The disk is full.']));
});
