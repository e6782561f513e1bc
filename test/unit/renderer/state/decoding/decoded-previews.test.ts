import { describe, expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { Preview } from '../../../../../src-main/contract/model/message.ts';
import {
  DecodedPreviews,
  type WantedPreview,
} from '../../../../../src-renderer/state/decoding/decoded-previews.ts';

interface Asked {
  readonly messages: readonly { readonly key: string; readonly which: number | 'latest' }[];
  readonly view?: string;
  answer(previews: readonly { key: string; seq: number; preview: Preview }[] | null): Promise<void>;
}

const text = (words: string): Preview => ({ kind: 'text', text: words, cut: false });
const number = (digits: string): Preview => ({ kind: 'number', text: digits });
const row = (key: string, stamp: number): WantedPreview => ({ id: key, key, which: 'latest', stamp });

function bench(paused: object | null = null) {
  const asked: Asked[] = [];
  const timers: { readonly at: number; readonly run: () => void }[] = [];
  let now = 0;
  const session = {
    connectionId: 'c1',
    viewId: 'v1',
    store: createStore(() => ({ paused })),
    client: {
      call: (_name: string, params: Omit<Asked, 'answer'>) =>
        new Promise((resolve, reject) => {
          const answer: Asked['answer'] = async (previews) => {
            if (previews === null) reject(new Error('closed'));
            else resolve({ previews });
            for (let turn = 0; turn < 10; turn++) await Promise.resolve();
          };
          asked.push({ ...params, answer });
        }),
    },
  } as unknown as ConstructorParameters<typeof DecodedPreviews>[0];
  const previews = new DecodedPreviews(session, {
    now: () => now,
    later: (ms, run) => {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
  });
  let reported = 0;
  previews.subscribe(() => reported++);
  const advance = (ms: number) => {
    now += ms;
    for (const timer of timers.filter(({ at }) => at <= now)) {
      timers.splice(timers.indexOf(timer), 1);
      timer.run();
    }
  };
  const keys = () => asked.at(-1)?.messages.map(({ key }) => key);
  return { previews, asked, advance, keys, reported: () => reported };
}

describe('What is on screen', () => {
  test('is asked for together, and once', async () => {
    const { previews, asked, advance, reported } = bench();
    previews.want([row('a', 1), row('b', 4)]);
    previews.want([row('a', 1), row('b', 4)]);
    expect(asked).toHaveLength(1);
    await asked[0]?.answer([{ key: 'a', seq: 1, preview: text('x') }]);
    expect(previews.of('a')?.preview).toEqual(text('x'));
    expect(previews.of('b')).toEqual({ preview: null, delta: null, stamp: 4 });
    expect(reported()).toBe(1);
    previews.want([row('a', 1), row('b', 4)]);
    advance(60_000);
    expect(asked).toHaveLength(1);
  });

  test('is asked for as it is by then: what was passed on the way is not', async () => {
    const { previews, asked, advance, keys } = bench();
    previews.want([row('a', 1)]);
    previews.want([row('b', 1)]);
    previews.want([row('c', 1)]);
    await asked[0]?.answer([]);
    expect(asked).toHaveLength(1);
    advance(200);
    expect(asked).toHaveLength(2);
    expect(keys()).toEqual(['c']);
  });

  test('rests as long as answers take, so that slow ones do not fill the time', async () => {
    const { previews, asked, advance } = bench();
    previews.want([row('a', 1)]);
    advance(100);
    await asked[0]?.answer([]);
    previews.want([row('a', 2)]);
    advance(299);
    expect(asked).toHaveLength(1);
    advance(1);
    expect(asked).toHaveLength(2);
  });

  test('is asked for again within a second, however slow the first answer was', async () => {
    const { previews, asked, advance } = bench();
    previews.want([row('a', 1)]);
    advance(5_000);
    await asked[0]?.answer([]);
    previews.want([row('a', 2)]);
    advance(999);
    expect(asked).toHaveLength(1);
    advance(1);
    expect(asked).toHaveLength(2);
  });

  test('keeps the value before until the next is there, and shows how far a number moved', async () => {
    const { previews, asked, advance } = bench();
    previews.want([row('a', 1)]);
    await asked[0]?.answer([{ key: 'a', seq: 1, preview: number('71.4') }]);
    previews.want([row('a', 2)]);
    advance(200);
    expect(previews.of('a')?.preview).toEqual(number('71.4'));
    await asked[1]?.answer([{ key: 'a', seq: 2, preview: number('71.70') }]);
    expect(previews.of('a')).toMatchObject({ preview: number('71.70'), delta: '+0.3' });
  });

  test('distinguishes messages of one topic by their numbers', async () => {
    const { previews, asked } = bench();
    const message = (seq: number) => ({ id: `${String(seq)} a`, key: 'a', which: seq, stamp: seq });
    previews.want([message(1), message(2)]);
    await asked[0]?.answer([
      { key: 'a', seq: 2, preview: text('two') },
      { key: 'a', seq: 1, preview: text('one') },
    ]);
    expect(previews.of('1 a')?.preview).toEqual(text('one'));
    expect(previews.of('2 a')?.preview).toEqual(text('two'));
  });

  test('is as of the moment of a pause', () => {
    const { previews, asked } = bench({ since: 1 });
    previews.want([row('a', 1)]);
    expect(asked[0]?.view).toBe('v1');
  });

  test('is asked for again when rules changed, and an answer of before counts for nothing', async () => {
    const { previews, asked, advance } = bench();
    previews.want([row('a', 1)]);
    previews.forget();
    await asked[0]?.answer([{ key: 'a', seq: 1, preview: text('old rule') }]);
    expect(previews.of('a')).toBeNull();
    advance(200);
    await asked[1]?.answer([{ key: 'a', seq: 1, preview: text('new rule') }]);
    expect(previews.of('a')?.preview).toEqual(text('new rule'));
  });

  test('is left as it is where the call fails, until the next message', async () => {
    const { previews, asked, advance } = bench();
    previews.want([row('a', 1)]);
    await asked[0]?.answer(null);
    advance(60_000);
    expect(asked).toHaveLength(1);
    previews.want([row('a', 2)]);
    expect(asked).toHaveLength(2);
  });

  test('is not asked for once it is closed', async () => {
    const { previews, asked, advance } = bench();
    previews.want([row('a', 1)]);
    previews.want([row('a', 2)]);
    previews.close();
    await asked[0]?.answer([{ key: 'a', seq: 1, preview: text('late') }]);
    advance(60_000);
    expect(asked).toHaveLength(1);
    expect(previews.of('a')).toBeNull();
  });
});
