import { describe, expect, test } from 'vitest';
import type { Row, ViewFrame } from '../../../../../src-main/contract/model/view.ts';
import { TopicView } from '../../../../../src-main/core/topics/view/view.ts';
import { NaiveTopics } from '../../../../support/store/naive-topics.ts';

const SPEC = { anchor: null, offset: 0, rows: 200, filter: '', selected: null };

class Coloured {
  readonly source = new NaiveTopics();
  readonly rows = new Map<string, Row>();
  readonly view: TopicView;
  last: ViewFrame;

  constructor(colours: string[] = []) {
    this.view = new TopicView({ source: this.source, spec: { ...SPEC, colours }, now: this.source.now });
    this.view.act({ kind: 'expand-all' }, this.source.now);
    this.last = this.frame();
  }

  /** Rows of the frame. */
  frame(): ViewFrame {
    while (this.view.work(() => false));
    this.last = this.view.frame(this.source.now);
    for (const row of this.last.rows) this.rows.set(row.key, row);
    return this.last;
  }

  after(ms: number): ViewFrame {
    this.source.now += ms;
    return this.frame();
  }

  publish(topic: string, payload: string): void {
    this.source.publish(topic, payload);
  }

  colourBy(colours: string[], more: { readonly offset?: number } = {}): void {
    this.view.act({ kind: 'look', spec: { ...SPEC, ...more, colours } }, this.source.now);
  }

  colour(key: string): number | undefined {
    return this.rows.get(key)?.colour;
  }
}

describe('rows are coloured', () => {
  test('by the first filter that matches their topic', () => {
    const world = new Coloured(['value>70', 'press', 'value>10']);
    world.publish('hall/press', '20');
    world.publish('hall/oven', '80');
    world.publish('hall/lamp', '11');
    world.publish('hall/door', 'shut');
    world.frame();
    expect(['hall/press', 'hall/oven', 'hall/lamp', 'hall/door'].map((key) => world.colour(key))).toEqual([
      1,
      0,
      2,
      undefined,
    ]);
  });

  test('where they are topics, not where they only hold some', () => {
    const world = new Coloured(['hall']);
    world.publish('hall/press', '20');
    world.frame();
    expect(world.colour('hall')).toBeUndefined();
    expect(world.colour('hall/press')).toBe(0);
    world.publish('hall', 'now a topic');
    world.frame();
    expect(world.colour('hall')).toBe(0);
  });

  test('again when the rules are others, at once, and no more when there are none', () => {
    const world = new Coloured(['value>70']);
    world.publish('press', '80');
    world.frame();
    world.colourBy(['value<10', 'value>70']);
    world.frame();
    expect(world.colour('press')).toBe(1);
    world.colourBy([]);
    expect(world.frame().rows.map(({ key }) => key)).toEqual(['press']);
    expect(world.colour('press')).toBeUndefined();
    expect(world.frame().rows).toEqual([]);
  });

  test('by none that means nothing, and the others still count', () => {
    const world = new Coloured(['value>', '/(/', 'value>70']);
    world.publish('press', '80');
    world.frame();
    expect(world.colour('press')).toBe(2);
  });

  test('when a value comes that matches, and again when time alone changes what matches', () => {
    const world = new Coloured(['value>70', 'age>5s']);
    world.publish('press', '60');
    world.frame();
    expect(world.colour('press')).toBeUndefined();
    world.source.now += 2_000;
    world.publish('press', '71');
    world.frame();
    expect(world.colour('press')).toBe(0);
    world.source.now += 1_000;
    world.publish('press', '60');
    world.frame();
    expect(world.colour('press')).toBeUndefined();
    world.after(6_000);
    expect(world.colour('press')).toBe(1);
  });

  test('as of a pause, while there is one', () => {
    const world = new Coloured(['value>70']);
    world.publish('press', '80');
    world.frame();
    world.view.act({ kind: 'pause' }, world.source.now);
    world.source.now += 2_000;
    world.publish('press', '60');
    world.frame();
    expect(world.colour('press')).toBe(0);
    world.view.act({ kind: 'resume' }, world.source.now);
    world.frame();
    expect(world.colour('press')).toBeUndefined();
  });
});

describe('a colour is throttled', () => {
  test('to one change a second, and the last word is not lost', () => {
    const world = new Coloured(['value>70']);
    world.publish('press', '80');
    world.frame();
    expect(world.colour('press')).toBe(0);
    world.source.now += 300;
    world.publish('press', '60');
    world.frame();
    expect(world.colour('press')).toBe(0);
    // Nothing comes any more: the row is asked once more by itself.
    world.after(800);
    expect(world.colour('press')).toBeUndefined();
  });

  test('and says so where more messages meet a rule than are looked at', () => {
    const world = new Coloured(['value>70', 'value>10']);
    world.publish('press', '80');
    world.publish('oven', '20');
    world.frame();
    expect(world.last.busyColours).toBeUndefined();
    for (let frame = 0; frame < 10; frame++) {
      for (let n = 0; n < 120; n++) world.publish('press', '80');
      world.publish('oven', '20');
      world.after(100);
    }
    // Of the second before this frame, so what came with it is not among it.
    expect(world.last.busyColours).toEqual([{ rule: 0, perSecond: 1_100 }]);
    world.after(1_000);
    world.after(1_000);
    expect(world.last.busyColours).toBeUndefined();
  });
});

describe('asking costs', () => {
  test('nothing of a value that was asked before', () => {
    const world = new Coloured(['value~7']);
    for (let n = 0; n < 30; n++) world.publish(`t${String(n)}`, '70');
    world.frame();
    expect(world.frame().rows).toEqual([]);
    expect(world.view.hasNews()).toBe(false);
  });

  test('a share of each frame: what has no room goes on with the next, and every row has its turn', () => {
    const slow = ['/x*y{3}[a-f]+$/', 'value~/never|at all$/'];
    const world = new Coloured(slow.concat('value~end'));
    const value = `${'ab'.repeat(3_000)}end`;
    const keys = Array.from({ length: 40 }, (_, n) => `t${String(n).padStart(2, '0')}`);
    for (const key of keys) world.publish(key, value);
    world.frame();
    const first = keys.filter((key) => world.colour(key) === 2).length;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(keys.length);
    expect(world.view.hasNews()).toBe(true);
    // All of them get messages all the time, and none of them is left out for it.
    for (let frames = 1; frames < 2 * keys.length; frames++) {
      for (const key of keys) world.publish(key, value);
      world.after(33);
    }
    expect(keys.filter((key) => world.colour(key) !== 2)).toEqual([]);
  });
});
