import { describe, expect, test } from 'vitest';
import { Searches, type SearchPart } from '../../../../src-main/connection/workspace/searches.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { send } from '../../../support/store/messages.ts';

function open(messages: number) {
  const clock = new ManualClock();
  const store = new TopicStore({ memoryBytes: 2 ** 24, topicCap: 100, seed: 1, startedAt: 1 });
  for (let n = 0; n < messages; n++)
    send(store, { topic: `t/${String(n % 3)}`, payload: `needle ${String(n)}` });
  let woken = 0;
  const searches = new Searches(store, clock, () => woken++);
  const start = (text: string, more: { as?: 'regex' | 'hex'; filter?: string } = {}) =>
    searches.start({ text, as: more.as ?? 'text', filter: more.filter ?? '' });
  const id = (text: string): string => {
    const started = start(text);
    if (started.kind === 'failed') throw new Error(started.message);
    return started.search;
  };
  const finish = () => {
    while (searches.work(() => true));
  };
  return { clock, store, searches, start, id, finish, woken: () => woken };
}

async function part(reading: ReturnType<Searches['read']>): Promise<SearchPart> {
  const answer = await reading;
  if (answer.kind === 'ended') throw new Error('there is no such search');
  return answer;
}

describe('the searches of a connection', () => {
  test('ask for work when one begins, and have none when all are over', () => {
    const { id, finish, searches, woken } = open(10);
    id('needle');
    expect(woken()).toBe(1);
    finish();
    expect(searches.work(() => true)).toBe(false);
  });

  test('give their hits a page at a time, and how long it took', async () => {
    const { clock, id, finish, searches } = open(1_200);
    const search = id('needle');
    clock.pass(40);
    finish();
    clock.pass(1_000);
    const first = await part(searches.read(search, 0));
    expect([first.hits.length, first.progress.found, first.progress.ms]).toEqual([500, 1_200, 40]);
    expect((await part(searches.read(search, 1_000))).hits.at(-1)?.seq).toBe(1);
    expect((await part(searches.read(search, 1_200))).hits).toEqual([]);
  });

  test('answer a reader who is waiting when there is news', async () => {
    const { id, finish, searches } = open(5);
    const reading = part(searches.read(id('needle 4'), 0));
    finish();
    const { hits, progress } = await reading;
    expect([hits.length, progress.state]).toEqual([1, 'done']);
  });

  test('answer a reader who has waited long enough without any', async () => {
    const { clock, id, searches } = open(5);
    const reading = part(searches.read(id('needle'), 0));
    clock.advance(250);
    expect((await reading).progress).toMatchObject({ state: 'running', found: 0 });
    expect(clock.pending).toBe(0);
  });

  test('end when they are stopped, or when nobody has read them for long', async () => {
    const { clock, id, searches } = open(5);
    const stopped = id('needle');
    searches.stop(stopped);
    expect((await part(searches.read(stopped, 0))).progress.state).toBe('stopped');
    const left = id('needle');
    clock.pass(10_001);
    expect(searches.work(() => true)).toBe(false);
    expect((await part(searches.read(left, 0))).progress.state).toBe('stopped');
  });

  test('are forgotten but for the last few', async () => {
    const { id, searches } = open(5);
    const all = Array.from({ length: 5 }, () => id('needle'));
    expect(await searches.read(all[0] ?? '', 0)).toEqual({ kind: 'ended' });
    searches.stop(all[1] ?? '');
    expect((await part(searches.read(all[1] ?? '', 0))).progress.state).toBe('stopped');
  });

  test('are refused with a reason where what is searched for, or the filter, means nothing', () => {
    const { start } = open(0);
    expect(start('(', { as: 'regex' })).toMatchObject({ kind: 'failed', code: 'bad-search' });
    expect(start('zz', { as: 'hex' })).toMatchObject({ kind: 'failed', code: 'bad-search' });
    expect(start('x', { filter: 'value>' })).toMatchObject({ kind: 'failed', code: 'bad-filter' });
  });

  test('look only where the filter says', async () => {
    const { finish, searches, start } = open(9);
    const started = start('needle', { filter: 'topic:t/1' });
    finish();
    if (started.kind === 'failed') throw new Error(started.message);
    expect((await part(searches.read(started.search, 0))).hits.map(({ key }) => key)).toEqual([
      't/1',
      't/1',
      't/1',
    ]);
  });
});
