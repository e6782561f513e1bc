import { expect, test } from 'vitest';
import type { ViewAction, ViewSpec } from '../../../../../src-main/contract/model/view.ts';
import { TopicView } from '../../../../../src-main/core/topics/view/view.ts';
import { NaiveTopics } from '../../../../support/store/naive-topics.ts';

const SPEC: ViewSpec = { anchor: null, offset: 0, rows: 60, filter: '', selected: null };
/** A frame has room for a fifth of them. */
const TOPICS = Array.from({ length: 60 }, (_, i) => `${String(i).padStart(2, '0')}${'n'.repeat(300)}`);

function opened() {
  const source = new NaiveTopics();
  const view = new TopicView({ source, spec: SPEC, now: source.now });
  let value = 0;
  /** Every topic has another value. */
  const change = () => {
    value++;
    for (const topic of TOPICS) source.publish(topic, String(value));
  };
  const frame = () => {
    while (view.work(() => false));
    return view.frame(source.now).rows;
  };
  const act = (action: ViewAction) => view.act(action, source.now);
  change();
  return { view, change, frame, act };
}

test('Where all rows keep changing, each is sent in its turn, those that were never sent first.', () => {
  const { change, frame } = opened();
  const turns: number[][] = [];
  for (let round = 0; round < 12; round++) {
    change();
    turns.push(frame().map(({ id }) => id));
  }
  for (const half of [turns.slice(0, 6), turns.slice(6)]) {
    expect(new Set(half.flat()).size).toBe(TOPICS.length);
    // Nobody has two turns before all had one.
    expect(half.slice(0, 5).flat()).toHaveLength(new Set(half.slice(0, 5).flat()).size);
  }
});

test('An answer goes on until the rows of then are sent, and not for those that changed since.', () => {
  const { view, change, frame, act } = opened();
  const answer = (changing: boolean) => {
    const sent = new Set<number>();
    let frames = 0;
    do {
      if (changing) change();
      for (const { id } of frame()) sent.add(id);
    } while (++frames < 50 && view.isAnswering);
    return { frames, sent: sent.size };
  };
  expect(answer(true)).toEqual({ frames: 5, sent: TOPICS.length });
  expect(view.hasNews()).toBe(true);
  for (let round = 0; round < 6; round++) {
    change();
    frame();
    expect(view.isAnswering).toBe(false);
  }
  act({ kind: 'look', spec: { ...SPEC, rows: 59 } });
  expect(answer(true)).toEqual({ frames: 5, sent: 59 });
});

test('An answer that found room is whole at once, and one without an end to what changes ends as well.', () => {
  const { view, frame, change, act } = opened();
  for (let left = 10; view.hasNews(); left--) {
    expect(left).toBeGreaterThan(0);
    frame();
  }
  expect(view.isAnswering).toBe(false);
  act({ kind: 'look', spec: { ...SPEC, rows: 5 } });
  change();
  expect(frame()).toHaveLength(5);
  expect([view.isAnswering, view.hasNews()]).toEqual([false, false]);
});
