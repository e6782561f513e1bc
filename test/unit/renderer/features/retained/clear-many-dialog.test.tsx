// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import type { Job, ScopedTopic } from '../../../../../src-main/contract/session/jobs.ts';
import type { ClearResult } from '../../../../../src-main/contract/session/outcomes.ts';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { displayTopic } from '../../../../../src-main/core/topics/names.ts';
import { ClearManyDialog } from '../../../../../src-renderer/features/retained/clear-many-dialog.tsx';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { Observable } from '../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../support/window/fake-app.ts';
import { fakeSession } from '../../../../support/window/fake-session.ts';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';
import { answer, focusedName, isDisabled, live, press, type Live } from '../../../../support/window/live.ts';

let fake: FakeApp;
let session: ConnectionSession;
let jobs: Observable<Job[]>;

beforeEach(() => {
  fake = fakeApp();
  jobs = new Observable<Job[]>([]);
  Object.assign(fake.engine.handlers, {
    async *jobs(_: unknown, signal: AbortSignal) {
      for await (const all of jobs.follow(signal)) yield { jobs: all };
    },
  });
  session = fakeSession(fake);
  session.openClear(['plant']);
});
afterEach(teardown);

const why = failed('no', 'It was not allowed.', 'Ask somebody.');
const scoped = (key: string, more: Partial<ScopedTopic> = {}): ScopedTopic => ({
  ...{ key, topic: displayTopic(key), size: 3, returning: false, excluded: null },
  preview: { kind: 'number', text: '71' },
  ...more,
});
const job = (more: Partial<Job> = {}): Job => ({
  ...{ id: 'j', kind: 'clear-retained', connection: session.connectionId, title: 'plant/#', startedAt: 0 },
  ...{ state: { kind: 'running' }, entry: 'entry', total: 10, done: 4, cleared: 3, refused: 1, cameBack: 0 },
  ...{ stillThere: 0 },
  ...{ unknown: 0, steps: { fetched: 8, kept: 8, keptBytes: 2_000, sent: 6 }, ran: 1_000, rate: 640 },
  ...more,
});
const cleared = (key: string, more: Partial<ClearResult> = {}): ClearResult => ({
  ...{ key, topic: displayTopic(key), outcome: { kind: 'cleared' }, restorable: true, took: 12 },
  ...more,
});

interface Figures {
  readonly clear?: number;
  readonly returning?: number;
  readonly excluded?: number;
  readonly unknown?: number;
  readonly tooLarge?: number;
}

/** The engine plans this of any scope. */
function plans(figures: Figures, topics: readonly ScopedTopic[] = [], left: readonly ScopedTopic[] = []) {
  const asked = answer(fake.engine, 'planClearing', () => ({
    ...{ kind: 'plan', plan: 'p', clear: topics.length, bytes: 1_500, returning: 0 },
    ...{ excluded: left.length, unknown: 0 },
    ...figures,
  }));
  answer(fake.engine, 'readPlan', ({ part }) => ({
    kind: 'page',
    topics: [...(part === 'clear' ? topics : left)],
  }));
  return { asked, starts: answer(fake.engine, 'startClearing', () => ({ kind: 'started', job: 'j' })) };
}

/** The job has these outcomes. */
const became = (...outcomes: ClearResult[]) =>
  answer(fake.engine, 'jobOutcomes', ({ part, from }) => ({
    kind: 'page',
    total: outcomes.filter(({ outcome }) => part !== 'not-kept' || outcome.kind === part).length,
    outcomes:
      from > 0 ? [] : outcomes.filter(({ outcome }) => part !== 'not-cleared' || outcome.kind !== 'cleared'),
    waiting: part === 'all' && from === 0 ? [{ key: 'w', topic: 'w', sent: true }] : [],
  }));

const open = (production: string | null = null) =>
  live(
    <ClearManyDialog
      session={session}
      offers={fake.app.restoring}
      production={production}
      topic="plant"
      initial="subtree"
    />,
  );
const button = (page: Live, name: string | RegExp) => page.findByRole('button', { name });
const state = (page: Live) => page.getByRole('status', { name: 'Clearing' }).textContent;

describe('The preview of a clear of many', () => {
  test('shows the sum and the first topics, and begins with what it lists', async () => {
    const { asked, starts } = plans({ clear: 500 }, [
      scoped('plant/a'),
      scoped('plant/b', { returning: true }),
    ]);
    const page = open();
    expect(page.getByText('Looking up what is retained…')).toBeTruthy();
    expect(await page.findByText('500 retained messages, 1.5 kB.')).toBeTruthy();
    const rows = page.getAllByRole('row').map(({ textContent }) => textContent);
    expect(rows).toEqual(['TopicValueSize', 'plant/a713 B', 'plant/b71 · may come back3 B']);
    expect(page.getByText('498 more')).toBeTruthy();
    await press(page, 'Clear 500 messages');
    await expect.poll(() => starts).toEqual([{ plan: 'p', overLimit: false }]);
    expect(asked).toEqual([{ connection: session.connectionId, scope: { kind: 'subtree', key: 'plant' } }]);
  });

  test('says what may come back, what is left out, and of what nothing is known', async () => {
    plans(
      { clear: 1, returning: 1, unknown: 2 },
      [scoped('a')],
      [scoped('$SYS/x', { excluded: 'Not yours.' })],
    );
    const page = open();
    expect((await page.findByText(/^1 retained message, /)).textContent).toBe(
      '1 retained message, 1.5 kB. 1 topic still published to: may come back. 1 excluded. ' +
        '2 topics whose state is unknown not in the list: Probe, in Retained, asks the broker for them.',
    );
    expect(page.getByRole('table', { name: 'Excluded, with the reason' }).textContent).toContain(
      'Not yours.',
    );
  });

  test('says what cannot be kept whole, and so is left alone', async () => {
    plans({ clear: 3, tooLarge: 1 }, [scoped('a')]);
    const page = open();
    expect((await page.findByText(/^3 retained messages, /)).textContent).toBe(
      '3 retained messages, 1.5 kB. 1 message is larger than “Largest payload kept whole” in Settings, so no copy ' +
        'can be kept: it stays on the broker, unless you choose “Clear without a copy” afterwards.',
    );
    expect(page.getByText(/^Each message that is cleared is written to the trash/)).toBeTruthy();
    expect(await button(page, 'Clear 2 messages')).toBeTruthy();
  });

  test('of nothing but what cannot be kept clears none of it yet, and does not say so', async () => {
    plans({ clear: 3, tooLarge: 3 }, [scoped('a')]);
    const page = open('Plant Oslo');
    expect(isDisabled(await button(page, 'Try 3 messages'))).toBe(true);
    await page.user.type(page.getByRole('textbox', { name: 'Type the count' }), '3');
    expect(isDisabled(await button(page, 'Try 3 messages'))).toBe(false);
  });

  test('asks for the count that the button takes', async () => {
    plans({ clear: 3, tooLarge: 1 }, [scoped('a')]);
    const page = open('Plant Oslo');
    await page.user.type(await page.findByRole('textbox', { name: 'Type the count' }), '2');
    expect(isDisabled(await button(page, 'Clear 2 messages'))).toBe(false);
  });

  test('of nothing has no button that clears', async () => {
    plans({});
    const page = open();
    expect(await page.findByText('There is nothing to clear here.')).toBeTruthy();
    expect(page.queryByRole('button', { name: /^Clear/ })).toBeNull();
    await press(page, 'Cancel');
    expect(session.store.getState().clearing).toBeNull();
  });

  test('is made anew for another choice, and the answer to the first one does not take its place', async () => {
    let first = (): void => undefined;
    plans({ clear: 7 }, [scoped('plant')]);
    const asked = answer(fake.engine, 'planClearing', async ({ scope }) => {
      if (scope.kind === 'subtree') await new Promise<void>((resolve) => (first = resolve));
      const clear = scope.kind === 'subtree' ? 7 : 1;
      return { kind: 'plan', plan: 'p', clear, bytes: 1, returning: 0, excluded: 0, unknown: 0 };
    });
    const page = open();
    await expect.poll(() => asked.length).toBe(1);
    await page.user.click(page.getByRole('radio', { name: 'This topic' }));
    expect(await button(page, 'Clear 1 message')).toBeTruthy();
    first();
    await act(async () => Promise.resolve());
    expect(page.queryByRole('button', { name: 'Clear 7 messages' })).toBeNull();
  });

  test('that is refused says why, and offers nothing', async () => {
    answer(fake.engine, 'planClearing', () => failed('many', 'That is too much.', 'Choose less.'));
    const page = open();
    expect((await page.findByRole('alert')).textContent?.trim()).toBe('That is too much. Choose less.');
    expect(page.queryByRole('button', { name: /^Clear/ })).toBeNull();
  });

  test('goes beyond the limit of the trash only by a button that says so', async () => {
    plans({ clear: 2 }, [scoped('a')]);
    const starts = answer(fake.engine, 'startClearing', ({ overLimit }) =>
      overLimit
        ? { kind: 'started', job: 'j' }
        : failed('trash-full', 'The trash has no room.', 'Empty it first.'),
    );
    const page = open();
    await press(page, 'Clear 2 messages');
    expect((await page.findByRole('alert')).textContent).toContain('The trash has no room. Empty it first.');
    // What it would clear is still to be seen, and a key that is held does not press it.
    expect(page.getByText('2 retained messages, 1.5 kB.')).toBeTruthy();
    expect(page.getAllByRole('row')).toHaveLength(2);
    await expect.poll(focusedName).toBe('Cancel');
    await press(page, 'Clear 2 messages, over the trash limit');
    await expect.poll(() => starts.map(({ overLimit }) => overLimit)).toEqual([false, true]);
  });

  test.each(HOSTILE_TEXTS)('deceives no eye with a topic called %j', async (name) => {
    const key = new TextDecoder().decode(new TextEncoder().encode(name));
    const preview = { kind: 'text', text: name, cut: false } as const;
    plans({}, [scoped(key, { preview })], [scoped(`${key}/b`, { excluded: 'No.' })]);
    const page = open();
    await button(page, 'Clear 1 message');
    expect(isSafeText(page.getByRole('dialog').outerHTML)).toBe(true);
    expect(page.getByRole('region', { name: 'Topics to clear' }).querySelector('b')).toBeNull();
  });
});

describe('The count that has to be typed', () => {
  test.each([
    [1_000, null, false],
    [1_001, null, true],
    [1, 'Plant Oslo', true],
  ] as const)('for %j messages on %j: %j', async (clear, production, isAsked) => {
    plans({ clear }, [scoped('a')]);
    const page = open(production);
    expect(isDisabled(await button(page, /^Clear/))).toBe(isAsked);
    expect(page.queryByRole('textbox', { name: 'Type the count' }) !== null).toBe(isAsked);
  });

  test('takes nothing else, separators of thousands aside, and says for which connection', async () => {
    plans({ clear: 1_284 }, [scoped('a')]);
    const page = open('Plant Oslo');
    const field = await page.findByRole('textbox', { name: 'Type the count' });
    expect(
      page.getByText('Plant Oslo is marked as production. Type 1,284 to clear that many messages.'),
    ).toBeTruthy();
    for (const [typed, isReady] of [
      ['128', false],
      ['12840', false],
      ['yes', false],
      ['1284', true],
      ['1,284', true],
    ] as const) {
      await page.user.clear(field);
      await page.user.type(field, typed);
      expect(isDisabled(page.getByRole('button', { name: /^Clear/ })), typed).toBe(!isReady);
    }
  });
});

describe('A clear under way', () => {
  test('of which no topic was asked for again yet says what is waited for', async () => {
    plans({});
    answer(fake.engine, 'jobOutcomes', () => ({ kind: 'page', total: 0, outcomes: [], waiting: [] }));
    jobs.set([job({ done: 0, cleared: 0, refused: 0, state: { kind: 'paused' } })]);
    expect(await open().findByText(/^None yet\. A topic is listed once/)).toBeTruthy();
  });

  test('that was begun elsewhere is looked at instead of another preview', async () => {
    plans({ clear: 2 }, [scoped('a')]);
    became(cleared('plant/a'));
    const page = open();
    await button(page, 'Clear 2 messages');
    act(() => jobs.set([job({ id: 'other', connection: fake.engine.add().id }), job()]));
    expect(await button(page, 'Pause clearing')).toBeTruthy();
    expect(state(page)).toBe('4 of 10 done, 640/s');
    expect(page.queryByRole('button', { name: /^Clear \d/ })).toBeNull();
    const bars = page.getAllByRole('progressbar') as HTMLProgressElement[];
    expect(bars.map(({ value }) => value)).toEqual([0.8, 0.8, 0.6, 0.4]);
  });

  test('can be paused, resumed and stopped, each by its own call', async () => {
    became();
    plans({});
    jobs.set([job()]);
    const asked: string[] = [];
    for (const name of ['pauseJob', 'resumeJob', 'stopJob'] as const)
      answer(fake.engine, name, ({ job: id }) => {
        asked.push(`${name} ${id}`);
        return name === 'stopJob' ? why : { kind: 'done' };
      });
    const page = open();
    await press(page, 'Pause clearing');
    jobs.set([job({ state: { kind: 'paused' } })]);
    await press(page, 'Resume clearing');
    expect(state(page)).toBe('4 of 10 done. Paused.');
    await press(page, 'Stop here');
    expect((await page.findByRole('alert')).textContent).toBe('It was not allowed. Ask somebody.');
    expect(asked).toEqual(['pauseJob j', 'resumeJob j', 'stopJob j']);
  });

  test('shows the outcome of each topic in its tabs, and what still waits', async () => {
    plans({});
    const asked = became(
      cleared('plant/a'),
      cleared('plant/b', { outcome: { kind: 'refused', code: 135, failure: why }, restorable: false }),
    );
    jobs.set([job()]);
    const page = open();
    const table = await page.findByRole('table', { name: 'Results by topic' });
    await expect.poll(() => table.querySelectorAll('tbody tr').length).toBe(3);
    const lines = [...table.querySelectorAll('tbody tr')].map(({ textContent }) => textContent);
    expect(lines).toEqual([
      'plant/aCleared and verified12 ms',
      'plant/bRefused (0x87): It was not allowed.12 ms',
      'wSent, not checked yet',
    ]);
    // There is room for all of them from the beginning.
    expect(page.getByRole('region', { name: 'Results' }).style.minHeight).toContain('* 11)');
    const tabs = page.getAllByRole('tab');
    expect(tabs.map((tab) => `${tab.textContent} ${tab.getAttribute('aria-description')}`)).toEqual([
      ...['All 4', 'Cleared 3', 'Denied 1', 'Came back 0', 'Waiting 6'],
    ]);
    await page.user.click(page.getByRole('tab', { name: 'Denied' }));
    await expect.poll(() => asked.at(-1)?.part).toBe('denied');
  });
});

describe('A clear that is over', () => {
  const over = (more: Partial<Job> = {}) =>
    job({
      ...{ state: { kind: 'done', at: 0 }, total: 3, done: 3, cleared: 2, refused: 1 },
      steps: { fetched: 3, kept: 2, keptBytes: 10, sent: 2 },
      ...more,
    });
  const results = [
    cleared('a'),
    cleared('b'),
    cleared('c', { outcome: { kind: 'not-kept', failure: why }, restorable: false }),
  ];
  async function ended(one = over()): Promise<Live> {
    plans({});
    became(...results);
    jobs.set([job({ total: 3, done: 1, cleared: 1, refused: 0 })]);
    const page = open();
    await button(page, 'Pause clearing');
    jobs.set([one]);
    await button(page, 'Done');
    return page;
  }

  test('ends on what is left to do, and says how it went', async () => {
    const page = await ended();
    expect(state(page)).toBe('2 cleared, 1 denied.');
    expect(page.getByRole('tab', { selected: true }).textContent).toBe('Not cleared');
    expect(page.getByText('2 messages in the trash.')).toBeTruthy();
    await press(page, 'Done');
    expect(session.store.getState().clearing).toBeNull();
  });

  test('says once what can be done about those that were not cleared', async () => {
    const page = await ended();
    const region = await page.findByRole('region', { name: 'Results' });
    await expect.poll(() => region.querySelectorAll('tbody tr').length).toBe(1);
    expect([...region.querySelectorAll('p')].map(({ textContent }) => textContent)).toEqual([
      'Ask somebody.',
    ]);
    await page.user.click(page.getByRole('tab', { name: 'Cleared' }));
    await expect.poll(() => region.querySelectorAll('tbody tr').length).toBe(3);
    expect(region.querySelectorAll('p')).toHaveLength(1);
  });

  test('tries the rest again, or clears it without a copy', async () => {
    const page = await ended();
    const asked = answer(fake.engine, 'retryJob', () => why);
    await press(page, 'Try 1 again');
    expect((await page.findByRole('alert')).textContent).toBe('It was not allowed. Ask somebody.');
    await press(page, 'Clear 1 without a copy');
    // Nothing takes that back, so it is asked first, and Escape leaves the question alone.
    expect(await page.findByRole('dialog', { name: 'Clear without a copy?' })).toBeTruthy();
    await expect.poll(focusedName).toBe('Cancel');
    await page.user.keyboard('{Escape}');
    await expect.poll(() => page.queryByRole('dialog', { name: 'Clear without a copy?' })).toBeNull();
    expect(asked).toHaveLength(1);
    await press(page, 'Clear 1 without a copy');
    await press(page, 'Clear 1 message for good');
    await expect
      .poll(() => asked)
      .toEqual([
        { job: 'j', unkept: 'stop', overLimit: false },
        { job: 'j', unkept: 'clear', overLimit: false },
      ]);
  });

  test('goes on beyond the limit of the trash with what was not begun, where that ended it', async () => {
    const failure = failed('trash-full', 'The trash has reached its limit, so nothing more is cleared.', '');
    const full = { kind: 'failed', at: 0, failure } as const;
    const page = await ended(over({ total: 9, done: 1, cleared: 1, refused: 0, state: full }));
    expect(state(page)).toContain('8 not begun. The trash has reached its limit');
    const asked = answer(fake.engine, 'retryJob', () => ({ kind: 'done' }));
    await press(page, 'Clear 8 more, over the trash limit');
    await expect.poll(() => asked).toEqual([{ job: 'j', unkept: 'stop', overLimit: true }]);
  });

  test('promises no more than there are copies of, and puts nothing back where there is none', async () => {
    const all = { total: 3, done: 3, cleared: 3, refused: 0 };
    const some = await ended(over({ ...all, steps: { fetched: 3, kept: 1, keptBytes: 3, sent: 3 } }));
    expect(some.getByText(/^1 message in the trash\. No copy of \d/)).toBeTruthy();
    expect(await button(some, 'Restore')).toBeTruthy();
    const none = await ended(over({ ...all, steps: { fetched: 3, kept: 0, keptBytes: 0, sent: 3 } }));
    expect(none.queryByText(/in the trash/)).toBeNull();
    expect(none.queryByRole('button', { name: 'Restore' })).toBeNull();
  });

  test('is put back in several parts where it is too large for one', async () => {
    const page = await ended();
    const asked = answer(fake.engine, 'restoreRetained', ({ which, from }) => {
      if (which.kind !== 'page' || which.from > 0) return { kind: 'results', session: 1, results: [] };
      const key = from === 0 ? 'a' : 'b';
      const results = [{ key, topic: key, outcome: { kind: 'restored' as const } }];
      return { kind: 'results', session: 1, results, ...(from === 0 ? { next: 1 } : {}) };
    });
    await press(page, 'Restore');
    expect(await page.findByText('2 of 2 restored.')).toBeTruthy();
    expect(asked.map(({ from }) => from)).toEqual([0, 1, 0]);
  });

  test('is put back as a whole, and what is newer only where that is asked', async () => {
    const page = await ended();
    const asked = answer(fake.engine, 'restoreRetained', ({ which, overwrite }) => {
      if (which.kind !== 'page' || which.from > 0) return { kind: 'results', session: 1, results: [] };
      const newer = { kind: 'would-overwrite' as const, failure: why };
      const outcome = overwrite ? { kind: 'restored' as const } : newer;
      return {
        kind: 'results',
        session: 1,
        results: [
          { key: 'a', topic: 'a', outcome: { kind: 'restored' } },
          { key: 'b', topic: 'b', outcome },
        ],
      };
    });
    await press(page, 'Restore');
    expect(await page.findByText('1 of 2 restored. b: It was not allowed.')).toBeTruthy();
    expect(page.queryByRole('button', { name: 'Restore' })).toBeNull();
    await press(page, 'Restore 1 and overwrite');
    expect(await page.findByText('2 of 2 restored.')).toBeTruthy();
    expect(asked.filter(({ which }) => which.kind === 'page' && which.from === 0)).toMatchObject([
      { entry: 'entry', overwrite: false },
      { entry: 'entry', overwrite: true },
    ]);
  });

  test('is put back part by part, as far as it is not stopped', async () => {
    const page = await ended();
    const asked: (() => void)[] = [];
    answer(fake.engine, 'restoreRetained', () => {
      const results = [{ key: 'a', topic: 'a', outcome: { kind: 'restored' as const } }];
      return new Promise((resolve) => asked.push(() => resolve({ kind: 'results', session: 1, results })));
    });
    await press(page, 'Restore');
    expect(await page.findByRole('progressbar', { name: 'Restored' })).toBeTruthy();
    await press(page, 'Stop here');
    await expect.poll(() => asked.length).toBe(1);
    act(() => asked[0]?.());
    expect(await page.findByText('1 of 1 restored. 1 not begun.')).toBeTruthy();
    const left = page.queryByRole('progressbar', { name: 'Restored' });
    expect([asked.length, left]).toEqual([1, null]);
    // The rest can still be put back.
    expect(page.getByRole('button', { name: 'Restore' })).toBeTruthy();
  });

  test('can be put back once more where it failed in between', async () => {
    const page = await ended();
    let asked = 0;
    const results = [{ key: 'a', topic: 'a', outcome: { kind: 'restored' as const } }];
    answer(fake.engine, 'restoreRetained', () =>
      asked++ === 0 ? { kind: 'results', session: 1, results } : failed('gone', 'The connection ended.', ''),
    );
    await press(page, 'Restore');
    expect(await page.findByText('1 of 1 restored. 1 not begun.')).toBeTruthy();
    expect(page.getByRole('button', { name: 'Restore' })).toBeTruthy();
  });

  test('is saved as a file with a line a topic', async () => {
    const page = await ended();
    const saved: Blob[] = [];
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      saved.push(blob as Blob);
      return 'blob:x';
    });
    onTestFinished(() => void vi.restoreAllMocks());
    await press(page, 'Export…');
    await expect.poll(() => saved.length).toBe(1);
    const lines = (await saved[0]?.text())
      ?.trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toEqual([
      { topic: 'a', outcome: 'cleared', ms: 12 },
      { topic: 'b', outcome: 'cleared', ms: 12 },
      { topic: 'c', outcome: 'not-kept', ms: 12, reason: 'It was not allowed.' },
    ]);
  });

  test('of which nothing was cleared has nothing to put back', async () => {
    const failure = failed('gone', 'The connection ended.', '');
    const page = await ended(
      over({ state: { kind: 'failed', at: 0, failure }, done: 0, cleared: 0, refused: 0 }),
    );
    expect(state(page)).toBe('0 cleared, 3 not begun. The connection ended.');
    expect(page.queryByRole('button', { name: 'Restore' })).toBeNull();
    // Before the connection ended copies were made.
    expect(page.getByText('2 messages in the trash.')).toBeTruthy();
    expect(await button(page, 'Try 3 again')).toBeTruthy();
  });

  test('and came to nothing has no bar that is full', async () => {
    const steps = { fetched: 3, kept: 0, keptBytes: 0, sent: 0 };
    const page = await ended(over({ cleared: 0, refused: 3, steps }));
    const bars = page.getAllByRole('progressbar') as HTMLProgressElement[];
    expect(bars.map(({ value }) => value)).toEqual([1, 0, 0, 1]);
  });
});
