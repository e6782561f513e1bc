import { describe, expect, test, vi } from 'vitest';
import { ClockHand } from '../../../../../src-main/core/topics/columns/clock-hand.ts';
import { Flag, Hot, hotRow } from '../../../../../src-main/core/topics/columns/columns.ts';
import { LiveColumns } from '../../../../../src-main/core/topics/columns/live-columns.ts';
import { NO_NODE, type Node } from '../../../../../src-main/core/topics/columns/nodes.ts';

class Rows {
  readonly columns = new LiveColumns();
  readonly hand = new ClockHand(this.columns);

  constructor() {
    this.columns.grow();
    this.columns.take();
  }

  topic(lastSeen: number, flags = 0): Node {
    if (this.columns.spare === 0) this.columns.grow();
    const node = this.columns.take();
    const hot = this.columns.ownHot(node);
    const row = hotRow(node);
    hot.u16[(row << 1) + Hot.flags] = Flag.alive | Flag.topic | flags;
    hot.f64[(row >> 1) + Hot.lastSeen] = lastSeen;
    this.hand.changed(node, false);
    return node;
  }
}

describe('The hand that finds a topic to forget', () => {
  test('takes the least recently seen of few, wherever it stands', () => {
    const rows = new Rows();
    const nodes = [30, 10, 20].map((seen) => rows.topic(seen));
    for (let turn = 0; turn < 5; turn++) expect(rows.hand.next()).toBe(nodes[1]);
  });

  test('looks at each row of a small tree once, and at no more than 2,048 of a large one', () => {
    const small = new Rows();
    for (let i = 0; i < 300; i++) small.topic(i);
    const looks = vi.spyOn(small.columns, 'hotChunk');
    small.hand.next();
    expect(looks.mock.calls.map(([node]) => node).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 300 }, (_, i) => i + 1),
    );

    const large = new Rows();
    for (let i = 0; i < 5_000; i++) large.topic(i, i < 4_999 ? Flag.pinned : 0);
    const looksAtLarge = vi.spyOn(large.columns, 'hotChunk');
    expect(large.hand.next()).toBe(NO_NODE);
    expect(looksAtLarge).toHaveBeenCalledTimes(2_048);
  });

  test('spares a topic of many that was seen again, once', () => {
    const rows = new Rows();
    const seenAgain = rows.topic(1, Flag.seen);
    const nodes = Array.from({ length: 3_000 }, (_, i) => rows.topic(i));
    expect(rows.hand.next()).toBe(nodes[0]);
    for (let i = 1; i < nodes.length; i++) rows.hand.next();
    expect(rows.hand.next()).toBe(seenAgain);
  });

  test('forgets neither a pinned topic nor a retained one, nor a branch', () => {
    const rows = new Rows();
    const kept = rows.topic(1);
    rows.hand.pin(kept);
    rows.topic(2, Flag.branch);
    expect(rows.hand.next()).toBe(NO_NODE);
    rows.hand.pin(kept);
    expect(rows.hand.unpin(kept)).toBe(false);
    expect(rows.hand.next()).toBe(NO_NODE);
    expect(rows.hand.unpin(kept)).toBe(true);
    expect(rows.hand.next()).toBe(kept);
  });
});
