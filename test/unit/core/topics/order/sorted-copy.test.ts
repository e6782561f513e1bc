import { describe, expect, it } from 'vitest';
import type { ViewSpec } from '../../../../../src-main/contract/model/view.ts';
import { TopicStore } from '../../../../../src-main/core/topics/store/store.ts';
import { TopicView } from '../../../../../src-main/core/topics/view/view.ts';
import { random } from '../../../../support/random.ts';
import { send } from '../../../../support/store/messages.ts';

const START = 1_700_000_000_000;
const SPEC: ViewSpec = { anchor: null, offset: 0, rows: 60_000, filter: '', selected: null };
const encoder = new TextEncoder();

/** A level of many topics, and a view in which it is open. */
class Level {
  readonly store = new TopicStore({ memoryBytes: 2 ** 26, topicCap: 100_000, seed: 1, startedAt: START });
  readonly view = new TopicView({ source: this.store, spec: SPEC, now: START, atOnce: 0 });
  /** Messages of each topic. */
  readonly plain = new Map<string, number>();

  constructor(topics: number) {
    for (let n = 0; n < topics; n++) this.put(`f/${String(n)}`, 1 + (n % 3));
    this.view.act({ kind: 'expand-all' }, START);
    while (this.view.work(() => false));
  }

  put(topic: string, times: number): void {
    for (let left = times; left > 0; left--) send(this.store, { topic });
    this.plain.set(topic, (this.plain.get(topic) ?? 0) + times);
  }

  forget(topic: string): void {
    if (!this.plain.delete(topic)) return;
    const node = this.store.find(encoder.encode(topic));
    this.store.forget({ kind: 'topic', node }, () => undefined);
    while (this.store.work(() => false));
  }

  sort(): void {
    this.view.act({ kind: 'sort', sorting: { by: 'messages', descending: true } }, START);
  }

  get rows(): string[] {
    while (this.view.work(() => false));
    const keys = new Map<number, string>();
    for (;;) {
      const { rows, ids } = this.view.frame(START);
      for (const { id, key } of rows) keys.set(id, key);
      // A frame has no more rows than fit into it.
      if (rows.length === 0) return ids.slice(1).map((id) => keys.get(id) ?? '?');
    }
  }

  get expected(): string[] {
    const place = (topic: string): number => Number(topic.slice(2));
    return [...this.plain]
      .toSorted(([a, times], [b, others]) => others - times || place(a) - place(b))
      .map(([topic]) => topic);
  }
}

describe('a copy of a long level', () => {
  it('has every topic once where the level grows while it is gathered', () => {
    const level = new Level(40_000);
    const chance = random(3);
    level.sort();
    // Half-way between two that are there: blocks before and behind those already gathered are divided.
    for (let step = 0; step < 60; step++) {
      level.view.work(() => true);
      const at = chance.int(40_000);
      for (let n = 0; n < 40; n++) level.put(`f/${String(at)}.${String(500 + n)}`, 1 + chance.int(3));
    }
    expect(level.rows).toEqual(level.expected);
  });

  it('leaves the figures of topics alone that come after it was dropped half-way', () => {
    const level = new Level(30_000);
    level.sort();
    for (let step = 0; step < 20; step++) level.view.work(() => true);
    level.view.act({ kind: 'collapse-all' }, START);
    for (let n = 0; n < 2_000; n++) level.forget(`f/${String(n)}`);
    for (let n = 0; n < 2_000; n++) level.put(`f/${String(90_000 + n)}`, 4);
    level.view.act({ kind: 'expand-all' }, START);
    expect(level.rows).toEqual(level.expected);
  });
});
