import { describe, expect, it } from 'vitest';
import { TopicView } from '../../../../../src-main/core/topics/view/view.ts';
import { NaiveTopics } from '../../../../support/store/naive-topics.ts';

function board(topics: readonly (string | Uint8Array)[]) {
  const source = new NaiveTopics();
  for (const topic of topics) source.publish(topic, 'x', {});
  const spec = { anchor: null, offset: 0, rows: 5, filter: '', selected: null };
  const view = new TopicView({ source, spec, now: 0 });
  view.act({ kind: 'expand-all' }, 0);
  while (view.work(() => false));
  const find = (text: string, from: number, between: () => void = () => undefined) => {
    const steps = view.nextRow(text, from);
    for (let pauses = 0; ; pauses++) {
      const step = steps.next();
      if (step.done === true) return { key: step.value, pauses };
      between();
    }
  };
  return { source, view, find, next: (text: string, from: number) => find(text, from).key };
}

describe('the next row that begins so', () => {
  it('is one of the level itself, from a row on, and after the last from the first', () => {
    const { next } = board(['alpha/beta', 'beta/alpha', 'gamma']);
    // alpha, alpha/beta, beta, beta/alpha, gamma
    expect(next('al', 0)).toBe('alpha');
    expect(next('al', 1)).toBe('beta/alpha');
    expect(next('be', 3)).toBe('alpha/beta');
    expect(next('be', 5_000)).toBe('alpha/beta');
    expect(next('x', 0)).toBe(null);
  });

  it('is found in either case, beyond ASCII as well, and by the whole of what was typed', () => {
    const { next } = board(['Öl/stand', 'PRESS', 'press-10', Uint8Array.from([0x70, 0xff])]);
    expect(next('öl', 0)).toBe('Öl');
    expect(next('press-1', 0)).toBe('press-10');
    expect(next('p', 0)).toBe('PRESS');
    expect(next('ß', 0)).toBe(null);
  });

  it('is looked for in slices, among rows that were not loaded, while others are removed', () => {
    const names = Array.from({ length: 5_000 }, (_, n) => `t/d${String(n).padStart(4, '0')}`);
    const { source, view, find } = board([...names, 't/zebra', 't/zoo']);
    const gone = source.find(new TextEncoder().encode('t/zebra'));
    const { key, pauses } = find('z', 0, () => {
      if (source.exists(gone)) source.forget(gone);
      while (view.work(() => false));
    });
    expect(key).toBe('t/zoo');
    expect(pauses).toBeGreaterThan(2);
  });

  it('is none where there are no rows, or all of them went', () => {
    expect(board([]).next('a', 0)).toBe(null);
    const { source, view, find } = board(Array.from({ length: 1_100 }, (_, n) => `d${String(n)}`));
    const answer = find('z', 0, () => {
      for (let n = 0; n < 1_100; n++) source.forget(source.find(new TextEncoder().encode(`d${String(n)}`)));
      while (view.work(() => false));
    });
    expect(answer.key).toBe(null);
  });
});
