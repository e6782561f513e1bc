import { describe, expect, it } from 'vitest';
import { TopicFinder } from '../../../../../src-main/core/topics/find/finder.ts';
import type { FoundNodes } from '../../../../../src-main/core/topics/find/search.ts';
import { score, wantedBytes } from '../../../../../src-main/core/topics/find/score.ts';
import { topicKey } from '../../../../../src-main/core/topics/names.ts';
import { NaiveTopics } from '../../../../support/store/naive-topics.ts';
import { random } from '../../../../support/random.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const points = (topic: string, text: string, given = '/'): number => {
  const separator = (topic.startsWith('$') ? '/' : given).charCodeAt(0);
  return score(bytes(topic), bytes(topic).lastIndexOf(separator) + 1, wantedBytes(text), separator);
};

function all(steps: Generator<void, FoundNodes>): FoundNodes {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Topics as they were published, and what is found in them. */
class Board {
  readonly topics: NaiveTopics;
  readonly finder: TopicFinder;
  most = 50;

  constructor(separator = '/') {
    this.topics = new NaiveTopics(separator);
    this.finder = new TopicFinder(this.topics);
  }

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
    expect(board.look('press')).toMatchObject({ matches: 4, looked: 5 });
    expect(board.found('')).toEqual([]);
    expect(board.found('nowhere')).toEqual([]);
  });

  it('are found by names that are no UTF-8 and by letters beyond ASCII', () => {
    const board = new Board().publish('größe/höhe');
    board.topics.publish(Uint8Array.from([...bytes('raw/'), 0xff, ...bytes('end')]), 'x', {});
    expect(board.found('öhe')).toEqual(['größe/höhe']);
    expect(board.found('rawend')).toEqual(['\0raw/\\xffend']);
  });

  it('are those of all topics at each letter, whatever came since the one before', () => {
    const board = new Board().publish('plant/pump', 'plant/press', 'office/light');
    expect(board.found('p').toSorted()).toEqual(['plant/press', 'plant/pump']);
    board.publish('plant/pu-2');
    expect(board.found('pu').toSorted()).toEqual(['plant/pu-2', 'plant/pump']);
    expect(board.found('light')).toEqual(['office/light']);
  });

  it('are ready to be looked at where no letter was typed yet', () => {
    const board = new Board().publish(...Array.from({ length: 6_000 }, (_, n) => `t/x${String(n)}`));
    let read = 0;
    const { lookPath } = board.topics;
    board.topics.lookPath = (node, into) => {
      read++;
      lookPath.call(board.topics, node, into);
    };
    expect(board.look('').best).toEqual([]);
    expect(read).toBe(6_000);
    expect(board.look('y').matches).toBe(0);
    // The one parent of them all is all that is read.
    expect(read).toBe(6_001);
    board.publish('t/y');
    expect(board.look('y').matches).toBe(1);
  });

  it('are returned with how many were looked at, before all were', () => {
    const board = new Board().publish(...Array.from({ length: 6_000 }, (_, n) => `t/x${String(n)}`));
    board.look('');
    const steps = board.finder.find('x', 3);
    steps.next();
    const { looked, matches, best } = board.finder.soFar;
    expect(looked).toBeGreaterThan(1_000);
    expect(looked).toBeLessThan(6_000);
    expect(matches).toBe(looked);
    expect(best.length).toBe(3);
    expect(all(steps)).toMatchObject({ looked: 6_000, matches: 6_000 });
  });

  it('are not those removed during the search, nor new ones with their numbers', () => {
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

  it('are found by what levels are called that are too long to be kept, or too many', () => {
    const long = 'n'.repeat(60_000);
    const board = new Board().publish(`a/${long}/end`, `a/${long}x`, `b/${long.slice(0, 64)}`);
    expect(board.found('nnx')).toEqual([`a/${long}x`]);
    expect(board.found('bnnn')).toEqual([`b/${long.slice(0, 64)}`]);
    expect(board.look('nn').matches).toBe(3);
  });

  it('minds levels where dots divide them, and slashes in topics that begin with $', () => {
    const board = new Board('.').publish(
      'plant.press/a.state',
      'plantpress.state',
      '$SYS/press/a.state',
      'x',
    );
    expect(board.found('press/a.state').slice(0, 2)).toEqual(['$SYS/press/a.state', 'plant.press/a.state']);
    expect(points('plant.press.state', 's.sta', '.')).toBe(1_000);
    expect(points('plant.press', 'press', '.')).toBe(points('plant/press', 'press'));
    expect(board.found('plant.press')[0]).toBe('plant.press/a.state');
    expect(board.found('sys/press')[0]).toBe('$SYS/press/a.state');
  });

  for (const [seed, separator] of [
    [1, '/'],
    [2, '/'],
    [3, '/'],
    [4, '.'],
    [5, '.'],
    [6, '-'],
  ] as const) {
    it(`are those that a search of all finds (seed ${String(seed)}, divided by ${separator})`, () => {
      const chance = random(seed);
      const board = new Board(separator);
      board.most = 10;
      const between = () => (separator === '/' ? '/' : chance.pick([separator, separator, '/']));
      const name = (): string =>
        (separator !== '/' && chance.int(6) === 0 ? '$' : '') +
        Array.from(
          { length: 1 + chance.int(3) },
          (_, at) =>
            (at === 0 ? '' : between()) +
            chance.pick(['press', 'p-4', 'Tel', 'x9', 'ab', 'ö', '', 'pPx/', '-']),
        ).join('');
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
        text += chance.pick([
          'p',
          '4',
          'e',
          'x',
          separator,
          'ö',
          '1',
          'ab',
          ...(separator === '/' ? [] : ['/']),
        ]);
        const expected = [...known].map((one) => points(one, text, separator)).filter((one) => one > 0);
        const { best, matches } = board.look(text);
        expect(matches, text).toBe(expected.length);
        expect(
          best.map((one) => one.score),
          text,
        ).toEqual(expected.toSorted((a, b) => b - a).slice(0, 10));
      }
    });
  }
});
