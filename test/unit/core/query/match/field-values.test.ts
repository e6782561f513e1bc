import { describe, expect, it } from 'vitest';
import type { ViewSpec } from '../../../../../src-main/contract/model/view.ts';
import { TopicStore } from '../../../../../src-main/core/topics/store/store.ts';
import { TopicView } from '../../../../../src-main/core/topics/view/view.ts';
import { send } from '../../../../support/store/messages.ts';

const START = 1_700_000_000_000;
const SPEC: ViewSpec = { anchor: null, offset: 0, rows: 200, filter: '', selected: null };

/** A view of a store, with the fields of its rows as they were last sent. */
function opened(fields?: NonNullable<ViewSpec['fields']>) {
  const store = new TopicStore({ memoryBytes: 2 ** 26, topicCap: 10_000, seed: 1, startedAt: START });
  const ask = (asked?: NonNullable<ViewSpec['fields']>): ViewSpec =>
    asked === undefined ? SPEC : { ...SPEC, fields: asked };
  const view = new TopicView({ source: store, spec: ask(fields), now: START });
  const sent = new Map<string, (string | null)[] | undefined>();
  const frame = (): string[] => {
    while (view.work(() => false));
    const { rows } = view.frame(store.now);
    for (const row of rows) sent.set(row.key, row.fields);
    return rows.map(({ key }) => key);
  };
  return {
    store,
    view,
    sent,
    frame,
    look: (asked?: NonNullable<ViewSpec['fields']>) =>
      view.act({ kind: 'look', spec: ask(asked) }, store.now),
  };
}

describe('fields of a row', () => {
  it('are what lies at their paths in the latest value', () => {
    const { store, sent, frame } = opened([['t'], ['deep', 'x', 1], ['gone']]);
    send(store, { topic: 'a', payload: '{"t":71.40,"deep":{"x":[1,"on \\u00e4"]}}' });
    send(store, { topic: 'b', payload: '{"t":{"u":1},"deep":{"x":[1,[2]]}}' });
    send(store, { topic: 'c', payload: 'no JSON' });
    send(store, { topic: 'd/e', payload: '{"t":null,"deep":true}' });
    frame();
    expect(Object.fromEntries(sent)).toEqual({
      a: ['71.40', 'on ä', null],
      b: ['{…}', '[…]', null],
      c: [null, null, null],
      d: [null, null, null],
    });
  });

  it('are sent again with every value that changes them, and only then', () => {
    const { store, sent, frame } = opened([['t']]);
    send(store, { topic: 'a', payload: '{"t":1}' });
    send(store, { topic: 'b', payload: '{"t":1}' });
    frame();
    send(store, { topic: 'a', payload: '{"t":2}' });
    expect(frame()).toEqual(['a']);
    expect(sent.get('a')).toEqual(['2']);
    expect(frame()).toEqual([]);
  });

  it('come and go as they are asked for', () => {
    const { store, sent, frame, look } = opened();
    send(store, { topic: 'a', payload: '{"t":1,"u":2}' });
    frame();
    expect(sent.get('a')).toBeUndefined();
    look([['t']]);
    frame();
    expect(sent.get('a')).toEqual(['1']);
    look([['u'], ['t']]);
    frame();
    expect(sent.get('a')).toEqual(['2', '1']);
    look();
    expect(frame()).toEqual(['a']);
    expect(sent.get('a')).toBeUndefined();
  });

  it('are as of the pause', () => {
    const { store, view, sent, frame, look } = opened();
    send(store, { topic: 'a', payload: '{"t":1}' });
    view.act({ kind: 'pause' }, START);
    send(store, { topic: 'a', payload: '{"t":2}' });
    look([['t']]);
    frame();
    expect(sent.get('a')).toEqual(['1']);
    view.act({ kind: 'resume' }, START);
    frame();
    expect(sent.get('a')).toEqual(['2']);
  });

  it('are cut where they are long, and not looked for in what is very long or was shortened', () => {
    const { store, sent, frame } = opened([['t']]);
    send(store, { topic: 'a', payload: JSON.stringify({ t: 'x'.repeat(100) }) });
    send(store, { topic: 'b', payload: JSON.stringify({ t: 1, rest: 'x'.repeat(40_000) }) });
    frame();
    expect(sent.get('a')).toEqual([`${'x'.repeat(47)}…`]);
    expect(sent.get('b')).toEqual([null]);
  });

  it('take no more of a frame than they may, and go on with the next', () => {
    const { store, view, sent, frame } = opened([['t'], ['u']]);
    const payload = JSON.stringify({ rest: 'x'.repeat(30_000), t: 1, u: 2 });
    for (let n = 0; n < 60; n++) send(store, { topic: `t${String(n)}`, payload });
    frame();
    const whole = () => [...sent.values()].filter((fields) => fields?.[0] === '1').length;
    expect(whole()).toBeGreaterThan(10);
    expect(whole()).toBeLessThan(30);
    expect(view.hasNews()).toBe(true);
    for (let frames = 0; frames < 5; frames++) frame();
    expect(whole()).toBe(60);
    expect(view.hasNews()).toBe(false);
  });
});
