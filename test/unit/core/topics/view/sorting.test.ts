import { describe, expect, it, vi } from 'vitest';
import type { ViewAction, ViewFrame, ViewSpec } from '../../../../../src-main/contract/model/view.ts';
import type { Sorting } from '../../../../../src-main/contract/model/sorting.ts';
import { TopicStore } from '../../../../../src-main/core/topics/store/store.ts';
import { random } from '../../../../support/random.ts';
import { send } from '../../../../support/store/messages.ts';
import { TopicView } from '../../../../../src-main/core/topics/view/view.ts';

const START = 1_700_000_000_000;
const SPEC: ViewSpec = { anchor: null, offset: 0, rows: 200, filter: '', selected: null };

/** A view of the product's store, with the rows as a window has them. */
class Sorted {
  readonly store = new TopicStore({ memoryBytes: 2 ** 24, topicCap: 10_000, seed: 1, startedAt: START });
  readonly view: TopicView;
  readonly #rows = new Map<number, string>();
  #now = START;
  frame!: ViewFrame;

  constructor(spec: Partial<ViewSpec> = {}) {
    this.view = new TopicView({ source: this.store, spec: { ...SPEC, ...spec }, now: START });
  }

  publish(topic: string, { payload = '.', times = 1, later = 0 } = {}): this {
    this.#now += later;
    const bytes = new TextEncoder().encode(topic + payload);
    const end = topic.length;
    for (let left = times; left > 0; left--) {
      this.store.message(bytes, 0, end, end, end, end, bytes.length, payload.length, 0, 0, -1, this.#now, 0);
    }
    return this;
  }

  act(action: ViewAction): this {
    this.view.act(action, this.store.now);
    return this;
  }

  sort(by: Sorting['by'], descending = true): this {
    return this.act({ kind: 'sort', sorting: { by, descending } });
  }

  get shown(): string[] {
    while (this.view.work(() => false));
    this.frame = this.view.frame(this.store.now);
    for (const row of this.frame.rows) this.#rows.set(row.id, row.key);
    return this.frame.ids.map((id) => this.#rows.get(id) ?? '?');
  }
}

describe('the rows of a view that is sorted', () => {
  it('are by messages, by time, by rate and by size, each level by itself', () => {
    const sorted = new Sorted().act({ kind: 'expand-all' });
    sorted.publish('a/1', { times: 2, payload: 'long payload' }).publish('a/2', { times: 5 });
    sorted.publish('b', { times: 3, payload: 'longer', later: 60_000 }).publish('c', { later: 5_000 });
    expect(sorted.sort('messages').shown).toEqual(['a', 'a/2', 'a/1', 'b', 'c']);
    expect(sorted.sort('messages', false).shown).toEqual(['c', 'b', 'a', 'a/1', 'a/2']);
    expect(sorted.sort('seen').shown).toEqual(['c', 'b', 'a', 'a/1', 'a/2']);
    // What has just begun counts as much as it would over all of the time that rates are smoothed over.
    expect(sorted.sort('rate').shown).toEqual(['c', 'b', 'a', 'a/2', 'a/1']);
    expect(sorted.sort('size').shown).toEqual(['b', 'c', 'a', 'a/1', 'a/2']);
    expect(sorted.frame.sorting).toEqual({ by: 'size', descending: true, stale: false });
  });

  it('are by what is late, the most first, and of two the longer silent one', () => {
    const sorted = new Sorted().act({ kind: 'expand-all' });
    const { store } = sorted;
    store.rhythms.began(START);
    const topics = ['a/ok', 'b/early', 'b/late', 'c/late', 'd/last'];
    for (let second = 1; second <= 150; second++) {
      store.tick(START + second * 1_000);
      for (const [at, topic] of topics.entries())
        if (second % 5 === 0 && (at === 0 || second <= 60 + 10 * at)) send(store, { topic });
      while (store.work(() => false));
    }
    expect(sorted.sort('late').shown).toEqual([
      'b',
      'b/early',
      'b/late',
      'c',
      'c/late',
      'd',
      'd/last',
      'a',
      'a/ok',
    ]);
    const late = sorted.frame.rows.map(({ key, late, usual }) => [key, late, usual === null]);
    expect(late).toContainEqual(['b', 2, true]);
    expect(late).toContainEqual(['b/late', 1, false]);
    expect(late).toContainEqual(['a/ok', 0, true]);
    sorted.act({ kind: 'look', spec: { ...SPEC, selected: 'b/late' } });
    expect(sorted.shown.length).toBe(9);
    expect(sorted.frame.selected?.usual).toBe(5_000);
    sorted.act({ kind: 'look', spec: { ...SPEC, selected: 'b' } });
    expect(sorted.shown.length).toBe(9);
    expect(sorted.frame.selected?.usual).toBeNull();
    send(store, { topic: 'b/early' });
    send(store, { topic: 'b/late' });
    expect(sorted.shown[0]).toBe('b');
    expect(sorted.frame.sorting.stale).toBe(true);
    expect(sorted.sort('late').shown[0]).toBe('c');
  });

  it('are by name again at once, and by name from the last to the first', () => {
    const sorted = new Sorted()
      .publish('b', { times: 3 })
      .publish('a')
      .publish('c')
      .publish('a10')
      .publish('a9');
    expect(sorted.sort('messages').shown).toEqual(['b', 'a', 'a9', 'a10', 'c']);
    expect(sorted.sort('name').shown).toEqual(['c', 'b', 'a10', 'a9', 'a']);
    expect(sorted.sort('name', false).shown).toEqual(['a', 'a9', 'a10', 'b', 'c']);
    expect(sorted.frame.sorting).toEqual({ by: 'name', descending: false, stale: false });
  });

  it('have what the broker says of itself last in every order', () => {
    const sorted = new Sorted().publish('$SYS/uptime', { times: 9 }).publish('a').publish('b', { times: 2 });
    expect(sorted.sort('messages').shown).toEqual(['b', 'a', '$SYS']);
    expect(sorted.sort('messages', false).shown).toEqual(['a', 'b', '$SYS']);
    expect(sorted.sort('name').shown).toEqual(['b', 'a', '$SYS']);
  });

  it('are in order where a level is long, and stay so for those that come and go while it is sorted', () => {
    const chance = random(8);
    const sorted = new Sorted().act({ kind: 'expand-all' });
    const plain = new Map<string, { times: number; size: number }>();
    const put = (topic: string): void => {
      const [times, size] = [1 + chance.int(3), chance.int(40)];
      sorted.publish(topic, { times, payload: 'x'.repeat(size) });
      plain.set(topic, { times: (plain.get(topic)?.times ?? 0) + times, size });
    };
    for (let n = 0; n < 9_000; n++) put(`f/${String((n * 611) % 9_000)}`);
    expect(sorted.shown).toHaveLength(200);
    for (const [by, descending] of [
      ['size', true],
      ['messages', false],
      ['name', true],
      ['messages', true],
    ] as const) {
      sorted.sort(by, descending);
      for (let more = 6; more > 0; more--) {
        sorted.view.work(() => true);
        put(`f/late-${String(100_000 + chance.int(900_000))}`);
        const gone = `f/${String(chance.int(9_000))}`;
        const node = sorted.store.find(new TextEncoder().encode(gone));
        if (plain.delete(gone)) sorted.store.forget({ kind: 'topic', node }, () => undefined);
        while (sorted.store.work(() => false));
      }
      const figure = (topic: string): number => {
        const { times = 0, size = 0 } = plain.get(topic) ?? {};
        return by === 'size' ? size : by === 'messages' ? times : 0;
      };
      const place = (topic: string): number => Number(topic.replace('f/late-', '9').replace('f/', ''));
      const byName = (a: string, b: string): number => place(a) - place(b);
      const expected = [...plain.keys()].toSorted(
        (a, b) =>
          (by === 'name' ? byName(a, b) : figure(a) - figure(b)) * (descending ? -1 : 1) || byName(a, b),
      );
      for (const offset of [1, 4_321, 8_700]) {
        sorted.act({ kind: 'look', spec: { ...SPEC, offset } });
        expect([by, ...sorted.shown.slice(0, 50)]).toEqual([by, ...expected.slice(offset - 1, offset + 49)]);
      }
    }
  });

  it('keep their places while figures change, and the view says so until they are sorted again', () => {
    const sorted = new Sorted().publish('a', { times: 3 }).publish('b', { times: 2 }).sort('messages');
    expect(sorted.shown).toEqual(['a', 'b']);
    expect(sorted.frame.sorting.stale).toBe(false);
    expect(sorted.publish('b', { times: 5 }).shown).toEqual(['a', 'b']);
    expect(sorted.frame.sorting.stale).toBe(true);
    expect(sorted.sort('messages').shown).toEqual(['b', 'a']);
    expect(sorted.frame.sorting.stale).toBe(false);
  });

  it('are not called out of order for small changes', () => {
    const sorted = new Sorted().publish('a').publish('b', { later: 10_000 }).sort('seen');
    expect(sorted.shown).toEqual(['b', 'a']);
    sorted.publish('a', { later: 0 }).publish('b', { later: 900 }).publish('a');
    expect(sorted.shown).toEqual(['b', 'a']);
    expect(sorted.publish('b').publish('a', { later: 1_500 }).shown).toEqual(['b', 'a']);
    expect(sorted.frame.sorting.stale).toBe(true);
  });

  it('are sorted when they are shown, by the figures of then, and small families that are not shown are not', () => {
    const sorted = new Sorted({ rows: 12 }).act({ kind: 'expand-all' });
    for (let n = 0; n < 40; n++)
      for (let m = 0; m < 40; m++) sorted.publish(`t/${String(n)}/${String(m)}`, { times: m === 5 ? 2 : 1 });
    expect(sorted.shown).toHaveLength(12);
    const read = vi.spyOn(sorted.store, 'subtreeMessages');
    expect(sorted.sort('messages').shown.slice(0, 4)).toEqual(['t', 't/0', 't/0/5', 't/0/0']);
    // Of some 1,600: those below `t` and `t/0`, and what the frame and the look for what is stale read.
    expect(read.mock.calls.length).toBeLessThan(800);
    sorted.publish('t/39/7', { times: 4 });
    sorted.act({ kind: 'look', spec: { ...SPEC, rows: 41, offset: 10_000 } });
    expect(sorted.shown.slice(0, 4)).toEqual(['t/39', 't/39/7', 't/39/5', 't/39/0']);
  });

  it('are called out of order wherever that is in a tree, a part of it looked at each time', () => {
    const sorted = new Sorted({ rows: 5 });
    for (let n = 0; n < 3_000; n++) sorted.publish(`t/${String(n)}`);
    sorted.act({ kind: 'expand', key: 't' }).sort('messages');
    expect(sorted.shown.length).toBe(5);
    sorted.publish('t/2900', { times: 4 });
    let frames = 0;
    for (; sorted.shown.length > 0 && !sorted.frame.sorting.stale; frames++) expect(frames).toBeLessThan(12);
    expect(sorted.sort('messages').shown.slice(0, 2)).toEqual(['t', 't/2900']);
  });

  it('take new topics in where their figures put them', () => {
    const sorted = new Sorted().publish('b', { times: 3 }).publish('d', { times: 2 }).sort('messages');
    expect(sorted.shown).toEqual(['b', 'd']);
    expect(sorted.publish('a').publish('c').shown).toEqual(['b', 'd', 'a', 'c']);
  });

  it('are sorted in what a filter leaves, and come back sorted when it goes', () => {
    const sorted = new Sorted()
      .publish('hall/x1')
      .publish('hall/x2', { times: 4 })
      .publish('hall/y', { times: 9 });
    sorted.act({ kind: 'expand-all' }).sort('messages');
    expect(sorted.shown).toEqual(['hall', 'hall/y', 'hall/x2', 'hall/x1']);
    sorted.act({ kind: 'look', spec: { ...SPEC, filter: 'x' } });
    expect(sorted.shown).toEqual(['hall', 'hall/x2', 'hall/x1']);
    sorted.act({ kind: 'look', spec: SPEC });
    expect(sorted.shown).toEqual(['hall', 'hall/y', 'hall/x2', 'hall/x1']);
  });

  it('are by name among the same figures, where a filter found them in another order', () => {
    const sorted = new Sorted();
    const names = Array.from({ length: 55 }, (_, n) => `hall/x${String(n)}`);
    // Every other one from the last to the first, then the rest.
    for (const name of [
      ...names.filter((_, n) => n % 2 === 1).reverse(),
      ...names.filter((_, n) => n % 2 === 0),
    ])
      sorted.publish(name, { times: name === 'hall/x30' ? 2 : 1 });
    sorted.sort('messages').act({ kind: 'look', spec: { ...SPEC, filter: 'x' } });
    // What a frame has no time left to write of its rows comes with the next one.
    while (sorted.shown.includes('?'));
    const others = names.filter((name) => name !== 'hall/x30');
    expect(sorted.shown).toEqual(['hall', 'hall/x30', ...others]);
    expect(sorted.sort('messages', false).shown).toEqual(['hall', ...others, 'hall/x30']);
    expect(sorted.sort('name', false).shown).toEqual(['hall', ...names]);
  });

  it('stay as they were until all is sorted, and a share says how much is', () => {
    const sorted = new Sorted();
    for (let n = 0; n < 6_000; n++) sorted.publish(`t/${String(n)}`, { times: 1 + (n % 3) });
    expect(sorted.act({ kind: 'expand', key: 't' }).shown.slice(0, 3)).toEqual(['t', 't/0', 't/1']);
    sorted.sort('messages');
    const shares: number[] = [];
    for (let slices = 0; ; slices++) {
      const { building, ids } = sorted.view.frame(START);
      if (building === null) break;
      expect(ids.length).toBe(200);
      shares.push(building);
      let left = 1;
      sorted.view.work(() => --left <= 0);
      expect(slices).toBeLessThan(1_000);
    }
    expect(shares.length).toBeGreaterThan(5);
    expect(sorted.shown.slice(0, 3)).toEqual(['t', 't/2', 't/5']);
  });

  it('keep their places in a pause, sorted by figures as they were when it began', () => {
    const sorted = new Sorted().publish('a', { times: 3 }).publish('b', { times: 2 });
    sorted.act({ kind: 'pause' }).publish('b', { times: 9 }).publish('c', { times: 20 });
    expect(sorted.sort('messages').shown).toEqual(['a', 'b']);
    expect(sorted.frame.sorting.stale).toBe(false);
    expect(sorted.act({ kind: 'resume' }).sort('messages').shown).toEqual(['c', 'b', 'a']);
  });
});
