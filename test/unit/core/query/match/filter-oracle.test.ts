import { describe, expect, it } from 'vitest';
import { RecordLook } from '../../../../../src-main/core/history/look.ts';
import { field, pair } from '../../../../../src-main/core/mqtt/encode-properties.ts';
import { concat, encodeVarint } from '../../../../../src-main/core/mqtt/encode.ts';
import {
  CONTENT_TYPE,
  SUBSCRIPTION_IDENTIFIER,
  USER_PROPERTY,
} from '../../../../../src-main/core/mqtt/properties.ts';
import { parseFilter } from '../../../../../src-main/core/query/grammar/parse.ts';
import type { Clues } from '../../../../../src-main/core/query/match/clues.ts';
import { compileFilter } from '../../../../../src-main/core/query/match/compile.ts';
import {
  NO,
  UNKNOWN,
  YES,
  type Missing,
  type Subject,
} from '../../../../../src-main/core/query/match/subject.ts';
import { PathLook } from '../../../../../src-main/core/topics/path-look.ts';
import { naiveFilter, type PlainTopic } from '../../../../support/naive-filter.ts';
import { random, type Random } from '../../../../support/random.ts';
import { cpuMsOf } from '../../../../support/cpu.ts';

const NOW = 1_700_000_000_000;
const encoder = new TextEncoder();

/** The topic as the store would give it to a filter, with bytes around what is meant. */
function subjectOf(topic: PlainTopic): Subject {
  const properties = concat([
    ...topic.properties.map(([name, value]) => pair(USER_PROPERTY, name, value)),
    ...(topic.contentType === null ? [] : [field(CONTENT_TYPE, topic.contentType)]),
    ...(topic.subscription === null
      ? []
      : [concat([Uint8Array.of(SUBSCRIPTION_IDENTIFIER), encodeVarint(topic.subscription)])]),
  ]);
  return {
    path: new PathLook().take(encoder.encode(topic.topic)),
    level: topic.topic.split('/').length,
    count: topic.count,
    rate: topic.rate,
    lastSeen: NOW - topic.age,
    now: NOW,
    retained: {
      state: topic.retained === 'yes' ? 'retained' : topic.retained === 'no' ? 'not-retained' : 'unknown',
      by: 'none',
      at: 0,
      stale: false,
    },
    late: topic.late,
    subscriptions: topic.subscriptions,
    latest: () => look(topic.value, topic.qos, properties),
    size: () => {
      const found = look(topic.value, topic.qos, properties);
      return typeof found === 'string' ? found : found.size;
    },
    before: () => look(topic.before, topic.qos, properties),
  };
}

function look(value: string | null | undefined, qos: number, properties: Uint8Array): RecordLook | Missing {
  if (value === undefined) return 'never';
  if (value === null) return 'evicted';
  const payload = encoder.encode(value);
  const record = new RecordLook();
  record.flags = qos << 1;
  record.size = payload.length;
  record.properties = concat([Uint8Array.of(9, 9), properties, encoder.encode('}"9')]);
  record.propertiesStart = 2;
  record.propertiesEnd = 2 + properties.length;
  record.payload = concat([encoder.encode('{"a"'), payload, encoder.encode('9b"}')]);
  record.payloadStart = 4;
  record.payloadEnd = 4 + payload.length;
  return record;
}

/** True, false, or null where it is not known. */
function answer(filter: string, topic: PlainTopic): boolean | null {
  const compiled = compileFilter(filter);
  if (compiled.kind === 'problems') throw new Error(`${filter}: ${JSON.stringify(compiled.problems)}`);
  const truth = compiled.filter?.test.of(subjectOf(topic)) ?? YES;
  return truth === UNKNOWN ? null : truth === YES;
}

const TOPIC: PlainTopic = {
  topic: 'plant/oslo/temp',
  value: '{"t":71.4,"deep":{"x":[1,42]},"big":9007199254740993,"s":"a\\u0062\\"c","ok":true,"n":null}',
  before: '{}',
  qos: 1,
  count: 12,
  rate: 2.5,
  age: 5_000,
  retained: 'yes',
  late: false,
  properties: [
    ['site', 'Oslo'],
    ['site', 'Bergen'],
    ['', 'x'],
  ],
  contentType: 'application/json',
  subscription: 300,
  subscriptions: new Map([
    ['#', 300],
    ['plant/+/temp', 2],
  ]),
};

describe('a compiled filter', () => {
  it.each([
    ['OSLO', true],
    ['oslo deep', true],
    ['oslo nowhere', false],
    ['nowhere or temp', true],
    ['-temp', false],
    ['plant/+/temp', true],
    ['plant/#', true],
    ['plant/oslo/temp/#', true],
    ['plant/+', false],
    ['topic:plant/oslo/temp', true],
    ['topic~deep', false],
    ['/^plant/', true],
    ['/p$/', true],
    ['/DEEP/', false],
    ['/DEEP/i', true],
    ['json:deep.x[1]=42', true],
    ['json:deep.x[1]=42.0', true],
    ['json:deep.x[1]=420e-1', true],
    ['json:deep.x[2]', false],
    ['json:deep.x', true],
    ['json:t>71.39', true],
    ['json:t<71.39', false],
    ['json:big=9007199254740993', true],
    ['json:big=9007199254740992', false],
    ['json:big>9007199254740992', true],
    ['json:s=ab"c', true],
    ['json:s~B', true],
    ['json:ok=true', true],
    ['json:n', true],
    ['json:n=null', true],
    ['json:absent!=1', false],
    ['-json:absent=1', true],
    ['value:71.4', true],
    ['value>30', false],
    ['type:json', true],
    ['type:text', false],
    ['retain:yes', true],
    ['retain:no', false],
    ['qos:1', true],
    ['rate>2', true],
    ['count=12', true],
    ['size>50', true],
    ['size>1k', false],
    ['age<10s', true],
    ['seen>10s', false],
    ['level:3', true],
    ['prop:site=Bergen', true],
    ['prop:site~osl', true],
    ['prop:site=oslo', false],
    ['prop:other', false],
    ['content:json', true],
    ['sub:300', true],
    ['sub:44', false],
    ['sub:#', true],
    ['sub:plant/+/temp', false],
    ['sub:other', false],
    ['changed', true],
    ['silent', false],
    ['-SILENT', true],
    ['', true],
  ])('answers %j', (filter, expected) => {
    expect(answer(filter, TOPIC)).toBe(expected);
  });

  it('knows what it does not know of a value that is not kept', () => {
    const gone = { ...TOPIC, value: null };
    expect(answer('value>1', gone)).toBeNull();
    expect(answer('-value>1', gone)).toBeNull();
    expect(answer('nowhere', gone)).toBeNull();
    expect(answer('oslo', gone)).toBe(true);
    expect(answer('value>1 or oslo', gone)).toBe(true);
    expect(answer('value>1 level:1', gone)).toBe(false);
    expect(answer('changed', { ...TOPIC, before: null })).toBeNull();
    // Its topic matches both subscriptions, or the identifier is of neither.
    expect(answer('sub:#', { ...TOPIC, subscription: null })).toBeNull();
    expect(answer('sub:#', { ...TOPIC, topic: 'a', subscription: null })).toBe(true);
    expect(answer('sub:#', { ...TOPIC, subscription: 44 })).toBeNull();
    expect(answer('changed', { ...TOPIC, before: undefined })).toBe(false);
  });

  it('says where a regular expression is no good, and takes no time over a hostile one', () => {
    const compiled = compileFilter(String.raw`a /(b/ value~/\1/`);
    expect(compiled.kind === 'problems' && compiled.problems.map(({ from, to }) => [from, to])).toEqual([
      [2, 6],
      [7, 17],
    ]);
    const hostile = { ...TOPIC, topic: 't', value: `${'a'.repeat(8_000)}b` };
    expect(cpuMsOf(() => expect(answer('/(a+)+$/', hostile)).toBe(false))).toBeLessThan(2_000);
  });

  it('finds nothing in JSON that is cut, and does not fall over nesting', () => {
    for (const value of [
      '{"a":1',
      '{"a":1}}',
      '{"a":"b',
      '{"a"',
      '{',
      '"a',
      ']',
      '{"a":1,',
      '[1,2',
      'nonsense',
    ])
      expect(answer('json:a or json:[0]', { ...TOPIC, value })).toBe(false);
    const deep = `${'['.repeat(100_000)}1${']'.repeat(100_000)}`;
    expect(answer('json:[0][0][0]', { ...TOPIC, value: deep })).toBe(true);
    expect(answer('json:[0][1]', { ...TOPIC, value: deep })).toBe(false);
  });

  it('agrees with plain evaluation on whatever is asked of whatever topic', () => {
    const chance = random(13);
    const seen = { yes: 0, no: 0, unknown: 0 };
    for (let round = 0; round < 1_500; round++) {
      const filter = randomFilter(chance, 3);
      const parsed = parseFilter(filter);
      if (parsed.kind === 'problems') throw new Error(`${filter}: ${JSON.stringify(parsed.problems)}`);
      for (let topics = 0; topics < 4; topics++) {
        const topic = randomTopic(chance);
        const expected: boolean | null = parsed.query === null ? true : naiveFilter(parsed.query, topic);
        const says = answer(filter, topic);
        if (says !== expected) expect.fail(JSON.stringify({ filter, topic, says, expected }));
        seen[expected === null ? 'unknown' : expected ? 'yes' : 'no']++;
      }
    }
    expect(Math.min(seen.yes, seen.no, seen.unknown)).toBeGreaterThan(300);
  });

  it('says the same of a topic that its path was asked about before, unless that settled it', () => {
    const chance = random(15);
    let settled = 0;
    for (let round = 0; round < 4_000; round++) {
      const filter = randomFilter(chance, 2);
      const compiled = compileFilter(filter);
      if (compiled.kind === 'problems' || compiled.filter === null) continue;
      const { test, byPath } = compiled.filter;
      const topic = randomTopic(chance);
      const subject = subjectOf(topic);
      const below = test.below(subject.path);
      if (!byPath) expect([filter, below]).toEqual([filter, UNKNOWN]);
      if (below === YES) settled++;
      else if (test.rest(subject) !== test.of(subject)) expect.fail(JSON.stringify({ filter, topic }));
    }
    expect(settled).toBeGreaterThan(30);
  });

  it('knows texts that whatever it shows holds in its topic or its latest message', () => {
    const chance = random(16);
    const seen = { known: 0, shown: 0 };
    for (let round = 0; round < 6_000; round++) {
      const filter = randomFilter(chance, 2);
      const compiled = compileFilter(filter);
      if (compiled.kind === 'problems' || compiled.filter === null) continue;
      const { test } = compiled.filter;
      const topic = randomTopic(chance);
      const subject = subjectOf(topic);
      const rest = test.below(subject.path) === YES ? null : test.restClues;
      for (const [clues, truth] of [
        [test.clues, test.of(subject)],
        [rest, test.rest(subject)],
      ] as const) {
        if (clues === null) continue;
        seen.known++;
        if (truth !== YES) continue;
        seen.shown++;
        if (!holdsOne(clues, topic)) expect.fail(JSON.stringify({ filter, topic }));
      }
    }
    expect(seen.known).toBeGreaterThan(500);
    expect(seen.shown).toBeGreaterThan(40);
  });

  it('says of a path what holds for all topics below it', () => {
    const chance = random(14);
    let known = 0;
    for (let round = 0; round < 6_000; round++) {
      const filter = randomFilter(chance, 2);
      const compiled = compileFilter(filter);
      if (compiled.kind === 'problems' || compiled.filter === null) continue;
      const above = randomTopic(chance).topic;
      const path = encoder.encode(above);
      const { test } = compiled.filter;
      const below = test.below(new PathLook().take(path));
      if (below === UNKNOWN) continue;
      known++;
      // Who goes by the texts of the filter alone misses no such path.
      if (test.needles?.every((needle) => needle.endOf(path, 0, path.length) < 0) === true)
        expect.fail(JSON.stringify({ filter, above }));
      const topic = { ...randomTopic(chance), topic: `${above}${chance.pick(['', '/', '/a', '/a/b'])}` };
      const says = answer(filter, topic);
      if (says !== (below !== NO)) expect.fail(JSON.stringify({ filter, above, topic, says }));
    }
    expect(known).toBeGreaterThan(50);
  });
});

function holdsOne({ paths, records }: Clues, { topic, value }: PlainTopic): boolean {
  const path = encoder.encode(topic);
  const payload = encoder.encode(value ?? '');
  return (
    paths.some((text) => text.endOf(path, 0, path.length) >= 0) ||
    records.some((text) => text.endOf(payload, 0, payload.length) >= 0)
  );
}

const LEVELS = ['a', 'b', 'A2', '', 'x', 'Ä', '$SYS', '9'];
const VALUES = [
  '',
  ' 30 ',
  '30.0',
  '-5',
  '1e3',
  '9007199254740993',
  'on',
  'A b',
  'ä',
  '{}',
  '[]',
  '"a"',
  'true',
];
const SUBSCRIPTIONS = [
  new Map([
    ['#', 1],
    ['a/#', 300],
  ]),
  new Map([['a/#', 7]]),
];
const NUMBERS = ['0', '30', '29.99', '-5', '1000', '9007199254740992', '0.1e1', '+7'];

function randomTopic(chance: Random): PlainTopic {
  const levels = Array.from({ length: 1 + chance.int(4) }, () => chance.pick(LEVELS));
  return {
    topic: levels.join('/'),
    value: randomValue(chance),
    before: randomValue(chance),
    qos: chance.int(3),
    count: 1 + chance.int(4),
    rate: chance.pick([0, 0.5, 5, 1_000]),
    age: chance.pick([0, 500, 10_000, 3_600_000]),
    retained: chance.pick(['yes', 'no', 'unknown']),
    late: chance.int(2) === 0,
    properties:
      chance.int(2) === 0
        ? []
        : [
            ['a', chance.pick(VALUES)],
            ['b', 'B'],
          ],
    contentType: chance.pick([null, 'a', 'text/x']),
    subscription: chance.pick([null, 1, 300, 7]),
    subscriptions: chance.pick(SUBSCRIPTIONS),
  };
}

function randomValue(chance: Random): string | null | undefined {
  const kind = chance.int(8);
  if (kind === 0) return null;
  if (kind === 1) return undefined;
  if (kind < 5) return chance.pick(VALUES);
  return JSON.stringify(randomJson(chance, 3), null, chance.int(2));
}

function randomJson(chance: Random, depth: number): unknown {
  const kind = depth === 0 ? 2 + chance.int(3) : chance.int(5);
  if (kind === 0) return Array.from({ length: chance.int(4) }, () => randomJson(chance, depth - 1));
  if (kind === 1)
    return Object.fromEntries(
      Array.from({ length: chance.int(4) }, () => [
        chance.pick(['a', 'b', 'ä"\\', 'c.d', '\u0001']),
        randomJson(chance, depth - 1),
      ]),
    );
  return kind === 2
    ? chance.pick([0, 30, -5, 0.1, true, null])
    : chance.pick(['a', 'A b', '30', 'q"\\\n', ']}', '']);
}

const PATHS = ['a', 'a.b', 'a[0]', '[0]', '[1].a', 'b["c.d"]', String.raw`["ä\"\\"]`, 'a.a.a', ''];
const ORDERS = ['=', '!=', '<', '<=', '>', '>='];

function randomFilter(chance: Random, depth: number): string {
  const kind = depth === 0 ? 9 : chance.int(10);
  if (kind < 2) return `(${randomFilter(chance, depth - 1)} or ${randomFilter(chance, depth - 1)})`;
  if (kind < 4) return `${randomFilter(chance, depth - 1)} ${randomFilter(chance, depth - 1)}`;
  if (kind === 4) return `-(${randomFilter(chance, depth - 1)})`;
  if (kind === 5) return `not ${randomTerm(chance)}`;
  return randomTerm(chance);
}

function randomTerm(chance: Random): string {
  const number = chance.pick(NUMBERS);
  const order = chance.pick(ORDERS);
  const whole = String(chance.int(4));
  return chance.pick([
    () =>
      chance.pick([
        'a',
        'B',
        'ä',
        '"a/b"',
        '"A b"',
        'x/',
        '30',
        '/a$/',
        '/^A/i',
        '/[0-9]+/',
        '/a b|30/i',
        '/(?:0{2}|on)/',
      ]),
    () => chance.pick(['a/#', '+/a', '#', '+', 'topic:a', 'topic:"a/b"', 'topic~x', 'topic:/a.b/']),
    () => `value${order}${number}`,
    () => chance.pick(['value=on', 'value!=on', 'value:a', 'value~/b/', 'value~/"a":|true/', 'value:"A b"']),
    () => `json:${chance.pick(PATHS)}${order}${number}`,
    () => `json:${chance.pick(PATHS)}${chance.pick(['=a', '!=a', '~a', '~/b|q/', '="A b"', '=true', '=""'])}`,
    () => `json:${chance.pick(PATHS.slice(0, -1))}`,
    () => `type:${chance.pick(['json', 'text', 'number', 'empty', 'binary', 'image'])}`,
    () => `retain:${chance.pick(['yes', 'no', 'unknown'])}`,
    () => `${chance.pick(['qos', 'level'])}${order}${String(chance.int(3))}`,
    () => `count${order}${whole}`,
    () => `rate${order}${chance.pick(['0', '0.5', '1k'])}`,
    () => `size${order}${chance.pick(['0', '2', '1k'])}`,
    () => `${chance.pick(['age', 'seen'])}${order}${chance.pick(['500ms', '10s', '1h'])}`,
    () => chance.pick(['prop:a', 'prop:a=on', 'prop:a>5', 'prop:c', 'prop:b~b', 'prop:"a"!=on']),
    () =>
      chance.pick([
        'content:text',
        'content=a',
        'content~/x$/',
        'sub:1',
        'sub:300',
        'sub:#',
        'sub:a/#',
        'changed',
        'silent',
      ]),
  ])();
}
