import { expect, test } from 'vitest';
import { parseFilter } from '../../../../../src-main/core/query/grammar/parse.ts';
import { seenLevels, seenPaths } from '../../../../../src-main/core/topics/count/seen-names.ts';
import { spread } from '../../../../../src-main/core/topics/count/spread.ts';
import { NaiveTopics } from '../../../../support/store/naive-topics.ts';

function topics(messages: Record<string, string | Uint8Array>): NaiveTopics {
  const source = new NaiveTopics();
  for (const [topic, payload] of Object.entries(messages)) source.publish(topic, payload, {});
  return source;
}

/** The result, and the number of steps it took. */
function run<Answer>(steps: Generator<void, Answer>, between: () => void = () => undefined) {
  for (let turns = 1; ; turns++) {
    const step = steps.next();
    if (step.done === true) return { answer: step.value, turns };
    between();
  }
}

function levels(source: NaiveTopics, begins: string, most = 10): string[] {
  return run(seenLevels(source, begins, most)).answer.map(({ name }) => name);
}

function paths(source: NaiveTopics, begins: string, most = 10): string[] {
  return run(seenPaths(source, begins, most)).answer.map(({ name }) => name);
}

test('levels on the way to topics are names too, and the most frequent come first', () => {
  const source = topics({ 'hall/a/temp': '1', 'hall/b/temp': '1', 'hall/b/tempo': '1', 'temple/x': '1' });
  expect(run(seenLevels(source, 'tem', 10)).answer).toMatchObject([
    { name: 'temp', topic: expect.stringMatching(/^hall\/[ab]\/temp$/) },
    { name: 'tempo', topic: 'hall/b/tempo' },
    { name: 'temple', topic: 'temple' },
  ]);
  expect(levels(source, 'tem', 1)).toEqual(['temp']);
  expect(levels(source, 'hall/')).toEqual([]);
});

test('the case of letters makes no difference, those of other alphabets included', () => {
  const source = topics({ 'x/Température': '1', 'x/ÉTAT': '1', 'x/état': '1' });
  expect(levels(source, 'TEMP')).toEqual(['Température']);
  expect(levels(source, 'éT').toSorted()).toEqual(['état', 'ÉTAT'].toSorted());
});

test('names that are no text, or too long to pick from a list, are left out', () => {
  const source = topics({ [`t${'x'.repeat(300)}`]: '1', ['t/'.repeat(600)]: '1', tt: '1' });
  source.publish(Uint8Array.of(0x74, 0xff), '1', {});
  expect(levels(source, 'tt')).toEqual(['tt']);
  expect(levels(source, 't').filter((name) => name !== 't' && name !== 'tt')).toEqual([]);
});

test('paths are those of the latest values, and the first entry of a list stands for all', () => {
  const source = topics({
    a: '{"temperature":1,"deep":{"tempo":[{"x":1},{"y":2}]}}',
    b: ' [{"temp":1}]',
    c: '{"temperature":2,"other":"temp"}',
    d: 'temp',
    e: '{"temp":',
    f: '{}',
  });
  expect(run(seenPaths(source, 'temp', 10)).answer[0]).toMatchObject({
    name: 'temperature',
    topic: expect.stringMatching(/^[ac]$/),
  });
  expect(paths(source, 'TEMP')).toEqual(['temperature', '[0].temp', 'deep.tempo[0].x']);
  expect(paths(source, 'deep.')).toEqual(['deep.tempo[0].x']);
  source.publish('c', 'no JSON any more', {});
  source.publish('a', '{"tempo":1}', {});
  expect(paths(source, 'temperature')).toEqual([]);
});

test('each path may be typed as it is shown, whatever its names hold', () => {
  const names = ['a b', 'a.b', 'a"b', 'a\\b', '[0]', '', 'a=b', '(a)', '__proto__', 'constructor', '😀'];
  const members = names.map((name) => `${JSON.stringify(name)}:1`).join(',');
  const found = paths(topics({ x: `{${members}}` }), '', 50);
  expect(found).toHaveLength(names.length);
  for (const path of found) {
    const parsed = parseFilter(`json:${path}`);
    expect(parsed.kind === 'filter' && parsed.query).toMatchObject({
      term: { path: [expect.toBeOneOf(names)] },
    });
  }
});

test('hostile values cost a bounded time: deep, wide, long, or no text', () => {
  const source = topics({
    deep: `${'['.repeat(8_000)}${']'.repeat(8_000)}`,
    wide: `{${Array.from({ length: 1_500 }, (_, n) => `"w${String(n)}":1`).join(',')}}`,
    long: `{"long":"${'x'.repeat(20_000)}"}`,
    bytes: Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d),
  });
  const found = paths(source, '', 2_000);
  expect(found.length).toBeLessThanOrEqual(501);
  expect(found).toContain('[0][0][0][0][0][0][0][0]');
  expect(found).not.toContain('long');
});

test('a budget ends it, in pieces, and returns what was found until then', () => {
  const source = new NaiveTopics();
  for (let n = 0; n < 20_000; n++) source.publish(`hall/t${String(n % 100)}/x${String(n)}`, '{"m":1}', {});
  const { answer, turns } = run(seenLevels(source, 't', 5, 10_000));
  expect(answer).toHaveLength(5);
  expect(turns).toBeGreaterThan(10);
  const values = run(seenPaths(source, 'm', 5, 10_000));
  expect(values.answer).toMatchObject([{ name: 'm' }]);
  expect(values.turns).toBeGreaterThan(10);
});

test('topics that leave and come between two pieces do it no harm', () => {
  const source = new NaiveTopics();
  for (let n = 0; n < 5_000; n++) source.publish(`t${String(n)}`, '{"m":1}', {});
  let left = 0;
  const change = () => {
    source.forget(source.find(new TextEncoder().encode(`t${String(++left * 7)}`)));
    source.publish(`new${String(left)}`, '{"n":1}', {});
  };
  expect(run(seenLevels(source, 't1', 3), change).answer).toHaveLength(3);
  expect(run(seenPaths(source, '', 3), change).answer[0]).toMatchObject({ name: 'm' });
});

test('every node is met once, and the first of them come from everywhere', () => {
  const source = new NaiveTopics();
  expect([...spread(source)]).toEqual([]);
  for (let n = 0; n < 1_000; n++) source.publish(`t${String(n)}`, '1', {});
  const all = [...spread(source)];
  expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, n) => n + 1));
  for (let tenth = 0; tenth < 10; tenth++) {
    const inTenth = all.slice(0, 100).filter((node) => Math.floor((node - 1) / 100) === tenth);
    expect(inTenth.length).toBeGreaterThan(5);
  }
});
