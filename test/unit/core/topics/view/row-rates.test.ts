import { expect, test } from 'vitest';
import { TopicView } from '../../../../../src-main/core/topics/view/view.ts';
import { NaiveTopics } from '../../../../support/store/naive-topics.ts';

test('a rate is sent once, and again only if it sinks in another way than the window computes', () => {
  const source = new NaiveTopics();
  source.rate = () => 40;
  source.publish('a');
  const spec = { anchor: null, offset: 0, rows: 10, filter: '', selected: null };
  const view = new TopicView({ source, spec, now: source.now });
  const sent = (): number[] => (view.next(source.now)?.rows ?? []).map(({ rate }) => rate);
  expect(sent()).toEqual([40]);
  for (let second = 1; second <= 60; second++) {
    source.now += 1_000;
    source.rate = () => 40 * Math.exp(-second / 10);
    expect(sent()).toEqual([]);
  }
  source.now += 1_000;
  source.rate = () => 5;
  expect(sent()).toEqual([5]);
  view.dispose();
});

test('a pause keeps rates as they were', () => {
  const source = new NaiveTopics();
  source.rate = () => 40;
  source.publish('a');
  const spec = { anchor: null, offset: 0, rows: 10, filter: '', selected: null };
  const view = new TopicView({ source, spec, now: source.now });
  view.next(source.now);
  view.act({ kind: 'pause' }, source.now);
  view.next(source.now);
  source.now += 60_000;
  expect(view.next(source.now)).toBeNull();
  view.act({ kind: 'resume' }, source.now);
  while (view.work(() => false));
  expect(view.next(source.now)?.rows.map(({ rate }) => rate)).toEqual([40]);
  view.dispose();
});
