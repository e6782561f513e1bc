import { describe, expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { ReadAhead } from '../../../../../src-renderer/state/inspector/read-ahead.ts';
import { EMPTY_STATE, type SessionState } from '../../../../../src-renderer/state/tree/view-state.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { row } from '../../frames.ts';

const NAMES = ['a', 'b', 'c', 'd'];

/** Rows a to d, each with one message, and an engine that answers when the test says so. */
function bench(own: Readonly<Record<string, number>> = {}) {
  const clock = new ManualClock();
  const store = createStore<SessionState>(() => ({
    ...EMPTY_STATE,
    phase: 'live',
    total: NAMES.length,
    ids: NAMES.map((_, at) => at),
  }));
  const emit = (of: Readonly<Record<string, number>>) =>
    store.setState({
      rows: new Map(
        NAMES.map((name, at) => [
          at,
          { row: row(at, name, { own: of[name] ?? 1 }), cameAt: 0, delta: null, changes: 0 },
        ]),
      ),
    });
  emit(own);
  const asked: { readonly key: string; answer(message: string | null): Promise<void> }[] = [];
  const ahead = new ReadAhead<string>(
    { store },
    {
      later: clock.after,
      read: (key) =>
        new Promise((resolve) => {
          const answer = async (message: string | null) => {
            resolve(message);
            for (let turn = 0; turn < 10; turn++) await Promise.resolve();
          };
          asked.push({ key, answer });
        }),
    },
  );
  const select = (key: string) => {
    store.setState({ selectedKey: key });
    ahead.goOn(key);
    clock.advance(0);
  };
  return { ahead, asked, clock, select, store, emit };
}

describe('the next topic', () => {
  test('is the one below, and its message is there once', async () => {
    const { ahead, asked, select } = bench();
    select('a');
    expect(asked.map(({ key }) => key)).toEqual(['b']);
    await asked[0]?.answer('of b');
    expect(ahead.take('c')).toBeNull();
    expect(ahead.take('b')).toBe('of b');
    expect(ahead.take('b')).toBeNull();
  });

  test('is the one above where the way leads up, and below again after a turn', async () => {
    const { asked, select } = bench();
    for (const key of ['d', 'c', 'b', 'c']) {
      select(key);
      await asked.at(-1)?.answer(null);
    }
    expect(asked.map(({ key }) => key)).toEqual(['b', 'a', 'd']);
  });

  test('is not asked for where it has no messages, or where there is none', () => {
    const { asked, select } = bench({ b: 0 });
    for (const key of ['a', 'd', 'elsewhere']) select(key);
    expect(asked).toHaveLength(0);
  });

  test('is asked for after what was selected just now, not with it', () => {
    const { ahead, asked, clock } = bench();
    ahead.goOn('a');
    expect(asked).toHaveLength(0);
    clock.advance(0);
    expect(asked).toHaveLength(1);
  });

  test('is one at a time, and of those passed meanwhile only the last', async () => {
    const { ahead, asked, select } = bench();
    for (const key of ['a', 'b', 'c']) select(key);
    expect(asked.map(({ key }) => key)).toEqual(['b']);
    await asked[0]?.answer('of b');
    expect(asked.map(({ key }) => key)).toEqual(['b', 'd']);
    await asked[1]?.answer('of d');
    expect(ahead.take('b')).toBeNull();
    expect(ahead.take('d')).toBe('of d');
  });
});

describe('a message that was read', () => {
  test('is dropped once its row shows another', async () => {
    const { ahead, asked, select, emit } = bench();
    select('a');
    await asked[0]?.answer('old');
    emit({ b: 2 });
    expect(ahead.take('b')).toBeNull();
  });

  test('is nobody’s in a view that is paused since, or paused elsewhere', async () => {
    const { ahead, asked, select, store } = bench();
    store.setState({ paused: { seq: 5, at: 0, newMessages: 0, newTopics: 0 } });
    select('a');
    await asked[0]?.answer('as of 5');
    store.setState({ paused: { seq: 5, at: 0, newMessages: 9, newTopics: 0 } });
    expect(ahead.take('b')).toBe('as of 5');
    select('b');
    await asked[1]?.answer('as of 5');
    store.setState({ paused: null });
    expect(ahead.take('c')).toBeNull();
  });

  test('does not outlive the view that counted it', async () => {
    const { ahead, asked, select, store } = bench();
    select('a');
    await asked[0]?.answer('before');
    store.setState({ phase: 'lost' });
    store.setState({ phase: 'live' });
    expect(ahead.take('b')).toBeNull();
  });
});

describe('a pointer', () => {
  test('that rests on a row has its message read, one that passes over does not', () => {
    const { asked, clock, store } = bench();
    store.setState({ selectedKey: 'a' });
    for (const pointed of ['b', 'c']) {
      store.setState({ pointed });
      clock.advance(39);
    }
    expect(asked).toHaveLength(0);
    clock.advance(1);
    expect(asked.map(({ key }) => key)).toEqual(['c']);
  });

  test('that rests on what is selected asks for nothing', () => {
    const { asked, clock, store } = bench();
    store.setState({ selectedKey: 'b', pointed: 'b' });
    clock.advance(1_000);
    expect(asked).toHaveLength(0);
  });
});

test('nothing waits, or is asked for, after the end', async () => {
  const { ahead, asked, clock, select, store } = bench();
  select('a');
  ahead.goOn('b');
  ahead.close();
  store.setState({ pointed: 'd' });
  expect(clock.pending).toBe(0);
  await asked[0]?.answer('of b');
  expect(asked).toHaveLength(1);
});
