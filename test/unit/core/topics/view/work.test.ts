import { describe, expect, it } from 'vitest';
import type { ViewSpec } from '../../../../../src-main/contract/model/view.ts';
import { topicKey } from '../../../../../src-main/core/topics/names.ts';
import { TopicView } from '../../../../../src-main/core/topics/view/view.ts';
import { NaiveTopics } from '../../../../support/store/naive-topics.ts';

const SPEC: ViewSpec = { anchor: null, offset: 0, rows: 20, filter: '', selected: null };

describe('a view that is built in slices', () => {
  it('goes on when the very topics it stands at are forgotten, and when new ones come and go', () => {
    const source = new NaiveTopics();
    const size = 4_000;
    for (let i = 0; i < size; i++) source.publish(`w/${String(i)}`);
    const view = new TopicView({ source, spec: SPEC, now: 0, atOnce: 0 });
    while (view.work(() => false));
    view.act({ kind: 'expand', key: 'w' }, 0);
    const gone = new Set<number>();
    for (let step = 1; view.work(() => true); step++) {
      // The newest come first in the columns and 1,024 are gathered at a time, so here it stands.
      const stands = size - 1 - 1_024 * (step - 1);
      for (let i = stands - 40; i < stands + 40; i++) {
        if (i < 0 || i >= size || gone.has(i)) continue;
        source.forget(source.find(new TextEncoder().encode(`w/${String(i)}`)));
        gone.add(i);
      }
      const passing = source.publish(`w/new${String(step)}`);
      const staying = source.publish(`w/new${String(step)}/below`);
      source.forget(staying);
      source.forget(passing);
      if (step % 2 === 0) source.publish(`w/stays${String(step)}`);
    }
    const stayed = source.childCount(source.find(new TextEncoder().encode('w')));
    expect(gone.size).toBeGreaterThan(60);
    const keys: string[] = [];
    for (let offset = 1; offset <= stayed; offset += 50) {
      view.act({ kind: 'look', spec: { ...SPEC, offset, rows: 50 } }, 0);
      const frame = view.frame(0);
      expect(frame.total).toBe(stayed + 1);
      keys.push(...frame.ids.map((id) => topicKey(source.pathBytes(id))));
    }
    const expected = Array.from({ length: size }, (_, i) => i).filter((i) => !gone.has(i));
    const numbers = new Set(keys.filter((key) => /^w\/\d+$/.test(key)));
    expect([...numbers]).toEqual(expected.map((i) => `w/${String(i)}`));
    expect(keys.some((key) => key.startsWith('w/stays'))).toBe(true);
    expect(keys.some((key) => key.startsWith('w/new'))).toBe(false);
  });

  it('opens what becomes expandable while its family is built', () => {
    const source = new NaiveTopics();
    for (let i = 0; i < 4_000; i++) source.publish(`w/${String(i)}`);
    const view = new TopicView({ source, spec: SPEC, now: 0, atOnce: 0 });
    view.act({ kind: 'expand-all' }, 0);
    let below = 0;
    while (view.work(() => true)) {
      if (below < 200) source.publish(`w/${String(3_999 - 7 * below++)}/below`);
    }
    expect(below).toBeGreaterThan(20);
    expect(view.frame(0).total).toBe(4_001 + below);
  });

  it('opens a node whose number was given back while others wait to be opened', () => {
    const source = new NaiveTopics();
    for (let i = 0; i < 100; i++) source.publish(`w/${String(i)}/x`);
    const view = new TopicView({ source, spec: SPEC, now: 0, atOnce: 0 });
    for (const kind of ['expand-all', 'collapse', 'expand'] as const) {
      while (view.work(() => false));
      view.act({ kind, key: 'w' }, 0);
    }
    while (view.frame(0).total < 110) view.work(() => true);
    for (let i = 40; i < 90; i++) source.forget(source.find(new TextEncoder().encode(`w/${String(i)}/x`)));
    // So deep that its levels are opened later as well.
    source.publish(Array.from({ length: 90 }, () => 'd').join('/'));
    while (view.work(() => false));
    expect(view.frame(0).total).toBe(1 + 2 * 50 + 90);
  });

  it('misses nothing when rows go while everything is being opened', () => {
    const source = new NaiveTopics();
    for (let i = 0; i < 3_000; i++) source.publish(`w/${String(i)}/x`);
    const view = new TopicView({ source, spec: SPEC, now: 0, atOnce: 0 });
    view.act({ kind: 'expand', key: 'w' }, 0);
    while (view.work(() => false));
    view.act({ kind: 'expand-siblings', key: 'w/0' }, 0);
    for (let step = 0; step < 600; step++) view.work(() => true);
    for (let i = 0; i < 600; i++) source.forget(source.find(new TextEncoder().encode(`w/${String(i)}/x`)));
    while (view.work(() => false));
    expect(view.frame(0).total).toBe(1 + 2 * 2_400);
  });
});
