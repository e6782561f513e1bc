import { describe, expect, it } from 'vitest';
import { TopicFinder, type FoundNodes } from '../../../../../src-main/core/topics/find/finder.ts';
import { score, wantedBytes } from '../../../../../src-main/core/topics/find/score.ts';
import { topicKey } from '../../../../../src-main/core/topics/names.ts';
import { NaiveTopics } from '../../../../support/store/naive-topics.ts';
import { random } from '../../../../support/random.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const points = (topic: string, text: string): number =>
  score(bytes(topic), bytes(topic).lastIndexOf(0x2f) + 1, wantedBytes(text).bytes);

function all(steps: Generator<void, FoundNodes>): FoundNodes {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Topics as they were published, and what is found in them. */
class Board {
  readonly topics = new NaiveTopics();
  readonly finder = new TopicFinder(this.topics);
  most = 50;

  publish(...names: readonly string[]): this {
    for (const name of names) this.topics.publish(name, 'x', {});
    return this;
  }

  look(text: string): FoundNodes {
    return all(this.finder.find(text, this.most));
  }

  found(text: string): string[] {
    return this.look(text).best.map(({ node }) => topicKey(this.topics.pathBytes(node)));
  }
}

describe('how well a topic answers', () => {
  it('rises with where text occurs: in a level, at its start, in the last one, as all of one, as all of the last', () => {
    const rising = [
      points('plant/xpress/state', 'press'),
      points('plant/press-04/state', 'press'),
      points('plant/state/xpress', 'press'),
      points('plant/state/x-press', 'press'),
      points('plant/press/state', 'press'),
      points('plant/state/press-04', 'press'),
      points('plant/state/press', 'press'),
    ];
    expect(rising).toEqual(rising.toSorted((a, b) => a - b));
    expect(new Set(rising).size).toBe(rising.length);
  });

  it('is less for letters that are spread, and nothing where one is missing or they are in another order', () => {
    const spread = points('plant/press-04/telemetry', 'p4tel');
    expect(spread).toBeGreaterThan(0);
    expect(spread).toBeLessThan(points('a/b/xpressx/y', 'press'));
    expect(points('plant/press-04/telemetry', 'p5tel')).toBe(0);
    expect(points('plant/press-04/telemetry', 'telp4')).toBe(0);
  });

  it('minds neither capitals of ASCII nor blanks, and levels where a slash is typed', () => {
    expect(points('Plant/PRESS', 'press')).toBe(points('plant/press', 'PR ess'));
    expect(points('plant/press/state', 's/sta')).toBe(1_000);
    expect(points('plant/pressstate', 's/sta')).toBe(0);
  });
});

describe('topics that are found by letters', () => {
  it('are the best first, the shorter of those as good, and only what carries messages', () => {
    const board = new Board().publish('a/press/state', 'a/b/c/press', 'a/press', 'press/x', 'other');
    expect(board.found('press').slice(0, 3)).toEqual(['a/press', 'a/b/c/press', 'press/x']);
    expect(board.look('press')).toMatchObject({ matches: 4, atLeast: false });
    expect(board.found('')).toEqual([]);
    expect(board.found('nowhere')).toEqual([]);
  });

  it('are found by names that are no UTF-8 and by letters beyond ASCII', () => {
    const board = new Board().publish('größe/höhe');
    board.topics.publish(Uint8Array.from([...bytes('raw/'), 0xff, ...bytes('end')]), 'x', {});
    expect(board.found('öhe')).toEqual(['größe/höhe']);
    expect(board.found('rawend')).toEqual(['\0raw/\\xffend']);
  });

  it('are found among what a letter less found, and among what came since', () => {
    const board = new Board().publish('plant/pump', 'plant/press', 'office/light');
    expect(board.found('p').toSorted()).toEqual(['plant/press', 'plant/pump']);
    board.publish('plant/pu-2');
    expect(board.found('pu').toSorted()).toEqual(['plant/pu-2', 'plant/pump']);
    // Another word is looked for everywhere again.
    expect(board.found('light')).toEqual(['office/light']);
  });

  it('are found by the next letter where they came while the letters before were looked for', () => {
    const board = new Board().publish(...Array.from({ length: 6_000 }, (_, n) => `t/x${String(n)}`));
    for (const text of ['x7', 'x77']) {
      const steps = board.finder.find(text, 50);
      steps.next();
      board.publish(`late/${text}7-new`);
      all(steps);
    }
    expect(board.found('x777-new')).toEqual(['late/x777-new']);
    expect(board.found('x777').slice(0, 1)).toEqual(['t/x777']);
    expect(board.found('x77-new')[0]).toBe('late/x77-new');
  });

  it('are all looked through again where too many came meanwhile', () => {
    const board = new Board().publish(...Array.from({ length: 6_000 }, (_, n) => `t/x${String(n)}`));
    const steps = board.finder.find('x7', 50);
    steps.next();
    board.publish(...Array.from({ length: 10_001 }, (_, n) => `new/y${String(n)}`), 'new/x7-late');
    all(steps);
    expect(board.found('x7-late')).toEqual(['new/x7-late']);
  });

  it('are not those that went while they were looked for, nor whoever got their number', () => {
    const board = new Board().publish(...Array.from({ length: 20_000 }, (_, n) => `t/x${String(n)}`));
    const gone = board.topics.find(bytes('t/x77'));
    const steps = board.finder.find('x77', 50);
    steps.next();
    board.topics.forget(gone);
    board.publish('t/other');
    expect(board.topics.find(bytes('t/other'))).toBe(gone);
    const { best } = all(steps);
    expect(best.some(({ node }) => node === gone)).toBe(false);
    expect(board.found('x77')).not.toContain('t/other');
    expect(board.found('other')).toEqual(['t/other']);
  });

  it('are enough once so many are as good as can be', () => {
    const board = new Board().publish(...Array.from({ length: 300 }, (_, n) => `d${String(n)}/temperature`));
    const found = board.look('temperature');
    expect(found).toMatchObject({ atLeast: true });
    expect(found.best.length).toBe(50);
    expect(board.look('te').atLeast).toBe(true);
    expect(board.look('temper')).toMatchObject({ atLeast: false, matches: 300 });
  });

  for (const seed of [1, 2, 3]) {
    it(`are those that a search of all finds (seed ${String(seed)})`, () => {
      const chance = random(seed);
      const board = new Board();
      board.most = 10;
      const name = (): string =>
        Array.from({ length: 1 + chance.int(3) }, () =>
          chance.pick(['press', 'p-4', 'Tel', 'x9', 'ab', 'ö']),
        ).join('/');
      const known = new Set<string>();
      let text = '';
      for (let round = 0; round < 200; round++) {
        const topic = `${name()}${String(chance.int(40))}`;
        board.publish(topic);
        known.add(topic);
        if (chance.int(4) === 0) {
          const out = chance.pick([...known]);
          const node = board.topics.find(bytes(out));
          if (board.topics.childCount(node) === 0) {
            board.topics.forget(node);
            known.delete(out);
          }
        }
        text = chance.int(3) === 0 ? '' : text;
        text += chance.pick(['p', '4', 'e', 'x', '/', 'ö', '1', 'ab']);
        const expected = [...known].map((one) => points(one, text)).filter((one) => one > 0);
        const { best, matches, atLeast } = board.look(text);
        if (atLeast) continue;
        expect(matches, text).toBe(expected.length);
        expect(best.map((one) => one.score)).toEqual(expected.toSorted((a, b) => b - a).slice(0, 10));
      }
    });
  }
});
