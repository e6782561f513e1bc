import { describe, expect, it } from 'vitest';
import type { ViewFrame, ViewSpec } from '../../../../../src-main/contract/model/view.ts';
import { parseFilter } from '../../../../../src-main/core/query/grammar/parse.ts';
import { matchesFilter } from '../../../../../src-main/core/topics/filters.ts';
import { TopicStore } from '../../../../../src-main/core/topics/store/store.ts';
import { TopicView } from '../../../../../src-main/core/topics/view/view.ts';
import { naiveFilter, type PlainTopic } from '../../../../support/naive-filter.ts';
import { random } from '../../../../support/random.ts';
import { pathsOf } from '../../../../support/store/naive-store.ts';
import { send } from '../../../../support/store/messages.ts';

const START = 1_700_000_000_000;
const SPEC: ViewSpec = { anchor: null, offset: 0, rows: 200, filter: '', selected: null };

/** A store with a view of it, of which every row is looked at. */
function opened(filter: string, memoryBytes = 2 ** 26, separator = '/') {
  const store = new TopicStore({ memoryBytes, topicCap: 10_000, seed: 1, startedAt: START, separator });
  const view = new TopicView({ source: store, spec: { ...SPEC, filter }, now: START });
  const rows = new Map<number, ViewFrame['rows'][number]>();
  const settle = (): ViewFrame => {
    while (view.work(() => false));
    const frame = view.frame(store.now);
    for (const row of frame.rows) rows.set(row.id, row);
    return frame;
  };
  return {
    store,
    view,
    settle,
    look: (text: string) => view.act({ kind: 'look', spec: { ...SPEC, filter: text } }, store.now),
    /** Topics that match, and their parents with a `~` before them. */
    shown: (): string[] => {
      const frame = settle();
      return frame.ids.map((id) => `${rows.get(id)?.match === true ? '' : '~'}${rows.get(id)?.key ?? '?'}`);
    },
  };
}

describe('a topic filter of MQTT in a tree that dots divide', () => {
  it('means what MQTT means: what is below a branch of the tree need not be below the topic', () => {
    const { store, shown, look } = opened('topic:a/#', 2 ** 26, '.');
    for (const topic of ['a', 'a.x', 'a/b', 'a/b.c', 'a/b.c.d', 'b', '$a/b']) send(store, { topic });
    expect(shown()).toEqual(['a', 'a/b', 'a/b.c', 'a/b.c.d']);
    send(store, { topic: 'a.y' });
    expect(shown()).toEqual(['a', 'a/b', 'a/b.c', 'a/b.c.d']);
    look('-topic:a/#');
    expect(shown()).toEqual(['~a', 'a.x', 'a.y', 'b', '~$a', '$a/b']);
    look('level:2');
    expect(shown()).toEqual(['~a', 'a.x', 'a.y', '~a/b', 'a/b.c', '~$a', '$a/b']);
  });

  it('shows the topics that it matches one by one, whichever come and go', () => {
    const chance = random(11);
    for (let round = 0; round < 60; round++) {
      const separator = chance.pick(['.', '-', '/']);
      const { store, shown, look, settle } = opened('', 2 ** 26, separator);
      const name = (): string =>
        Array.from(
          { length: 1 + chance.int(4) },
          (_, at) => (at === 0 ? '' : chance.pick([separator, '/'])) + chance.pick(['a', 'b', '', '$c']),
        ).join('');
      const topics = new Set<string>();
      const sendSome = (): void => {
        for (let left = 8; left > 0; left--) {
          const topic = name() || 'a';
          topics.add(topic);
          send(store, { topic });
        }
      };
      sendSome();
      const filter = chance.pick(['#', 'a/#', '+/#', 'a/+/#', 'a/+', 'b', '+', `a${separator}b/#`]);
      look(`topic:"${filter}"`);
      const check = (when: string): void => {
        const expected = [...topics].filter((topic) => matchesFilter(filter, topic));
        const rows = shown().map((row) => row.replace(/^~/, ''));
        const wanted = new Set(expected.flatMap((topic) => pathsOf(topic, separator)));
        expect(rows.toSorted(), `${filter} by ${separator} ${when}`).toEqual([...wanted].sort());
        expect(settle().matches).toBe(expected.length);
      };
      check('at first');
      sendSome();
      check('later');
    }
  });
});

describe('a filter of topics and values', () => {
  it('shows what matches by its latest value, with parents that do not', () => {
    const { store, shown, settle } = opened('value>30');
    send(store, { topic: 'plant/a/temp', payload: '31' });
    send(store, { topic: 'plant/b/temp', payload: '29' });
    expect(shown()).toEqual(['~plant', '~plant/a', 'plant/a/temp']);
    expect(settle().matches).toBe(1);
  });

  it('follows every value as it changes, and takes parents away that nothing is below', () => {
    const { store, shown } = opened('value>30');
    send(store, { topic: 'plant/a/temp', payload: '31' });
    send(store, { topic: 'plant/b/temp', payload: '29' });
    shown();
    send(store, { topic: 'plant/b/temp', payload: '30.5' });
    expect(shown()).toEqual(['~plant', '~plant/a', 'plant/a/temp', '~plant/b', 'plant/b/temp']);
    send(store, { topic: 'plant/a/temp', payload: '0' });
    expect(shown()).toEqual(['~plant', '~plant/b', 'plant/b/temp']);
    send(store, { topic: 'plant/b/temp', payload: 'off' });
    expect(shown()).toEqual([]);
  });

  it('keeps a topic that matches where all below it ends to, and the other way round', () => {
    const { store, shown } = opened('value=on');
    send(store, { topic: 'a', payload: 'on' });
    send(store, { topic: 'a/b', payload: 'on' });
    expect(shown()).toEqual(['a', 'a/b']);
    send(store, { topic: 'a/b', payload: 'off' });
    expect(shown()).toEqual(['a']);
    send(store, { topic: 'a/b', payload: 'on' });
    send(store, { topic: 'a', payload: 'off' });
    expect(shown()).toEqual(['~a', 'a/b']);
  });

  it('opens nothing below a topic that matches only for itself', () => {
    const { store, view, shown } = opened('value=on');
    send(store, { topic: 'a', payload: 'on' });
    send(store, { topic: 'a/b', payload: 'off' });
    expect(shown()).toEqual(['a']);
    view.act({ kind: 'expand', key: 'a' }, START);
    view.act({ kind: 'expand-all' }, START);
    expect(shown()).toEqual(['a']);
  });

  it('shows all that is below a word in the topic', () => {
    const { store, shown } = opened('press');
    send(store, { topic: 'hall/press/temp', payload: '1' });
    send(store, { topic: 'hall/oven/temp', payload: 'press stopped' });
    send(store, { topic: 'hall/oven/state', payload: 'ok' });
    expect(shown()).toEqual(['~hall', '~hall/oven', 'hall/oven/temp', 'hall/press', 'hall/press/temp']);
  });

  it('leaves the last valid filter in force, and says what is wrong with the one that was typed', () => {
    const { store, look, settle, shown } = opened('value>30');
    send(store, { topic: 'a', payload: '31' });
    send(store, { topic: 'b', payload: '29' });
    look('value>x b');
    expect(settle().filterProblems).toEqual({
      of: 'value>x b',
      problems: [{ from: 0, to: 7, reason: 'value>x needs a number after >, such as 30.' }],
    });
    expect(shown()).toEqual(['a']);
    look('value>20');
    expect(settle().filterProblems).toBeNull();
    expect(shown()).toEqual(['a', 'b']);
    look('');
    expect(settle().matches).toBeNull();
  });

  it('asks again once a second where time alone changes the answer, and says when that is due', () => {
    const { store, view, shown } = opened('seen>10s');
    send(store, { topic: 'a' });
    expect(shown()).toEqual([]);
    expect(view.due).toBe(false);
    store.tick(START + 10_001);
    expect(view.due).toBe(true);
    expect(shown()).toEqual(['a']);
    expect(view.due).toBe(false);
    send(store, { topic: 'a', at: START + 10_002 });
    expect(shown()).toEqual([]);
  });

  it('shows what becomes silent, and takes it away when it comes again, asking no other topic', () => {
    const { store, view, shown } = opened('silent or value=on');
    store.rhythms.began(START);
    for (let second = 1; second <= 120; second++) {
      store.tick(START + second * 1_000);
      if (second % 5 === 0) send(store, { topic: 'hall/beat' });
      if (second % 5 === 0) send(store, { topic: 'hall/other' });
    }
    expect(shown()).toEqual([]);
    for (let second = 121; second <= 150; second++) {
      store.tick(START + second * 1_000);
      if (second % 5 === 0) send(store, { topic: 'hall/other' });
      while (store.work(() => false));
    }
    expect(view.due).toBe(true);
    expect(shown()).toEqual(['~hall', 'hall/beat']);
    expect(view.due).toBe(false);
    send(store, { topic: 'hall/beat' });
    expect(shown()).toEqual([]);
    for (let second = 151; second <= 180; second++) {
      store.tick(START + second * 1_000);
      while (store.work(() => false));
    }
    expect(shown()).toEqual(['~hall', 'hall/beat', 'hall/other']);
    store.rhythms.ended();
    expect(shown()).toEqual([]);
  });

  it('has nothing to do by time where the filter asks of values and topics only', () => {
    const { store, view, settle } = opened('value>1 or plant/+');
    send(store, { topic: 'a', payload: '2' });
    settle();
    store.tick(START + 60_000);
    expect(view.due).toBe(false);
    expect(view.work(() => true)).toBe(false);
  });

  it('asks all topics again after records were reclaimed before they were reached', () => {
    const { store, shown, settle } = opened('value=on', 2 ** 20);
    send(store, { topic: 'a', payload: 'on' });
    expect(shown()).toEqual(['a']);
    send(store, { topic: 'b', payload: 'on' });
    for (let left = 40_000; left > 0; left--) send(store, { topic: 'noise', payload: 'x'.repeat(40) });
    settle();
    store.tick(START + 2_000);
    expect(shown()).toEqual(['a', 'b']);
  });

  it('asks again after values were replaced in place while intake lagged', () => {
    const { store, shown } = opened('value=on');
    send(store, { topic: 'a', payload: 'off' });
    expect(shown()).toEqual([]);
    store.shedding = true;
    send(store, { topic: 'a', payload: 'on' });
    store.shedding = false;
    store.tick(START + 2_000);
    expect(shown()).toEqual(['a']);
  });

  it('stands still in a pause, also for a filter that is set then', () => {
    const { store, view, look, shown } = opened('value=on');
    send(store, { topic: 'a', payload: 'on' });
    send(store, { topic: 'b', payload: 'off' });
    shown();
    view.act({ kind: 'pause' }, START);
    send(store, { topic: 'a', payload: 'off' });
    send(store, { topic: 'b', payload: 'on' });
    expect(shown()).toEqual(['a']);
    look('value=off');
    expect(shown()).toEqual(['b']);
    view.act({ kind: 'resume' }, START);
    expect(shown()).toEqual(['a']);
  });

  it('holds a slice of work short whatever the values and the expression', () => {
    const { store, look, view, settle } = opened('');
    for (let n = 0; n < 100; n++) send(store, { topic: `t/${String(n)}`, payload: 'ab'.repeat(20_000) });
    settle();
    look('/(a|b)*c/');
    let steps = 0;
    while (view.work(() => ++steps > 0));
    expect(steps).toBeGreaterThan(50);
  });

  it('finds values among many while messages come, whatever makes room meanwhile', () => {
    const chance = random(21);
    const { store, look, view, shown } = opened('', 2 ** 20);
    const values = new Map<string, string>();
    const put = (count: number): void => {
      for (let n = 0; n < count; n++) {
        const topic = `t/${String(chance.int(1_000))}`;
        const value = `${chance.int(100) === 0 ? 'Needle' : 'other'}${'z'.repeat(chance.int(80))}`;
        values.set(topic, value);
        send(store, { topic, payload: value });
      }
    };
    put(5_000);
    const { tail } = store.log;
    for (const filter of ['needle', 'value~/^needle/i', 'nEEdle count>1', '/need(le|ing)/i', 't/1 needle']) {
      look('');
      look(filter);
      for (let steps = 8; steps > 0; steps--) {
        put(100);
        view.work(() => true);
      }
      // What was overtaken by the messages is asked again after a second.
      store.tick(store.now + 2_000);
      const counts = (topic: string) => store.messages(store.find(new TextEncoder().encode(topic)));
      const expected = [...values].filter(
        ([topic, value]) =>
          value.startsWith('Needle') &&
          (!filter.includes('count') || counts(topic) > 1) &&
          (!filter.includes('t/1') || topic.startsWith('t/1')),
      );
      expect([filter, ...shown().filter((row) => !row.startsWith('~'))].toSorted()).toEqual(
        [filter, ...expected.map(([topic]) => topic)].toSorted(),
      );
    }
    expect(store.log.tail).toBeGreaterThan(tail);
  });

  it('agrees with plain evaluation after whatever messages and filters', () => {
    const chance = random(13);
    const filters = [
      'a',
      'value>3',
      '-a',
      'json:x=1',
      'a/#',
      'count>2 or b',
      'level:2',
      '-(a value>3)',
      'changed',
      'b -value:1',
      'type:number',
      '/^b/',
      '/b1|"x":2/',
      'value~/"x"/i',
      'b1 -value=a',
      'value=a or b1',
      '',
    ];
    const payloads = ['1', '5', 'a', 'b1', '{"x":1}', '{"x":2}', ''];
    const { store, look, view, settle, shown } = opened('');
    const model = new Map<string, PlainTopic>();
    let filter = '';
    for (let round = 0; round < 400; round++) {
      if (chance.int(6) === 0) {
        filter = chance.pick(filters);
        look(filter);
      }
      for (let left = chance.int(4); left > 0; left--) {
        const topic = Array.from({ length: 1 + chance.int(3) }, () => chance.pick(['a', 'b', 'c'])).join('/');
        const payload = chance.pick(payloads);
        send(store, { topic, payload });
        model.set(topic, after(model.get(topic), topic, payload));
        if (chance.int(3) === 0) view.work(() => true);
      }
      const parsed = parseFilter(filter);
      const query = parsed.kind === 'filter' ? parsed.query : null;
      const matching = [...model.values()].filter(
        (one) => query === null || naiveFilter(query, one) === true,
      );
      const got = shown().filter((row) => !row.startsWith('~') && model.has(row));
      if (query === null) continue;
      expect({ filter, got: got.toSorted() }).toEqual({
        filter,
        got: matching.map(({ topic }) => topic).toSorted(),
      });
      expect(settle().matches).toBe(matching.length);
    }
  });
});

function after(before: PlainTopic | undefined, topic: string, value: string): PlainTopic {
  return {
    topic,
    value,
    before: before?.value,
    qos: 0,
    count: (before?.count ?? 0) + 1,
    rate: 0,
    age: 0,
    retained: 'unknown',
    late: false,
    subscriptions: new Map(),
    properties: [],
    contentType: null,
    subscription: null,
  };
}
