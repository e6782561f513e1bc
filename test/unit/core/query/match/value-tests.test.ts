import { describe, expect, test } from 'vitest';
import { RecordLook } from '../../../../../src-main/core/history/look.ts';
import { field, pair } from '../../../../../src-main/core/mqtt/encode-properties.ts';
import { concat, encodeVarint } from '../../../../../src-main/core/mqtt/encode.ts';
import {
  CONTENT_TYPE,
  SUBSCRIPTION_IDENTIFIER,
  USER_PROPERTY,
} from '../../../../../src-main/core/mqtt/properties.ts';
import { compileFilter } from '../../../../../src-main/core/query/match/compile.ts';
import { REGEX_BYTES } from '../../../../../src-main/core/query/match/conditions.ts';
import { VALUE_BYTES } from '../../../../../src-main/core/query/match/value-tests.ts';
import {
  NO,
  UNKNOWN,
  YES,
  type Missing,
  type Subject,
  type Truth,
} from '../../../../../src-main/core/query/match/subject.ts';
import { PathLook } from '../../../../../src-main/core/topics/path-look.ts';
import { cpuMsOf } from '../../../../support/cpu.ts';

const encoder = new TextEncoder();

interface Message {
  readonly payload?: string | Uint8Array;
  readonly properties?: readonly Uint8Array[];
  /** On the wire; more than the payload has: it was shortened. */
  readonly size?: number;
}

/** Between other bytes, as it lies in the log. */
function look({ payload = '', properties = [], size }: Message): RecordLook {
  const bytes = typeof payload === 'string' ? encoder.encode(payload) : payload;
  const carried = concat([...properties]);
  const record = new RecordLook();
  record.size = size ?? bytes.length;
  record.properties = concat([Uint8Array.of(USER_PROPERTY), carried, Uint8Array.of(CONTENT_TYPE)]);
  record.propertiesStart = 1;
  record.propertiesEnd = 1 + carried.length;
  record.payload = concat([Uint8Array.of(0x39), bytes, Uint8Array.of(0x39)]);
  record.payloadStart = 1;
  record.payloadEnd = 1 + bytes.length;
  return record;
}

interface Topic {
  readonly latest: Message | Missing;
  readonly before?: Message | Missing;
  readonly topic?: string;
  readonly subscriptions?: Readonly<Record<string, number>>;
}

function ask(filter: string, { latest, before = 'never', topic = 'a', subscriptions = {} }: Topic): Truth {
  const compiled = compileFilter(filter);
  if (compiled.kind === 'problems') throw new Error(`${filter} is no filter`);
  if (compiled.filter === null) throw new Error(`${filter} asks nothing`);
  const subject: Subject = {
    path: new PathLook().take(encoder.encode(topic)),
    level: 1,
    count: 1,
    rate: 0,
    lastSeen: 1,
    now: 1,
    retained: { state: 'unknown', by: 'none', at: 0, stale: false },
    late: false,
    subscriptions: new Map(Object.entries(subscriptions)),
    latest: () => (typeof latest === 'string' ? latest : look(latest)),
    size: () => (typeof latest === 'string' ? latest : look(latest).size),
    before: () => (typeof before === 'string' ? before : look(before)),
  };
  return compiled.filter.test.of(subject);
}

const payload = (text: string | Uint8Array): Topic => ({ latest: { payload: text } });
const words = (truth: Truth): string => ({ [NO]: 'no', [UNKNOWN]: 'unknown', [YES]: 'yes' })[truth];

describe('a value of which only the beginning is looked at', () => {
  const long = (text: string): string => text + 'x'.repeat(REGEX_BYTES);

  test.each([
    ['value:/^on/', long('on'), 'yes'],
    ['value:/\\bon\\b/', long('is on '), 'yes'],
    ['value:/off/', long('on'), 'unknown'],
    // It ends where it was cut, and not where the value does.
    ['value:/x$/', long('on'), 'unknown'],
    ['value:/^[a-z]+$/', `${'a'.repeat(REGEX_BYTES)}1`, 'unknown'],
    ['value:/a\\b/', 'a'.repeat(REGEX_BYTES + 1), 'unknown'],
    ['value:/a\\z/', 'a'.repeat(REGEX_BYTES + 1), 'unknown'],
    ['not value:/x$/', long('on'), 'unknown'],
    // Just as much as is looked at.
    ['value:/^a+$/', 'a'.repeat(REGEX_BYTES), 'yes'],
    ['value:/b/', 'a'.repeat(REGEX_BYTES), 'no'],
    // A text is looked for in all of it.
    ['value:"xy"', `${long('')}y`, 'yes'],
  ] as const)('%s', (filter, text, truth) => {
    expect(words(ask(filter, payload(text)))).toBe(truth);
  });

  test.each([
    ['json:a~/b/', 'unknown'],
    ['json:a~/^x/', 'yes'],
    ['json:a~/x$/', 'unknown'],
    ['json:a~b', 'no'],
  ] as const)('is a member of JSON as well: %s', (filter, truth) => {
    const member = 'x'.repeat(REGEX_BYTES + 10);
    const ask1 = (text: string): string => words(ask(filter, payload(text)));
    expect(ask1(JSON.stringify({ a: member }))).toBe(truth);
    // The same written with an escape.
    expect(ask1(`{"a":"\\u0078${member.slice(1)}"}`)).toBe(truth);
  });

  test('is a property as well', () => {
    const value = 'x'.repeat(REGEX_BYTES + 10);
    const latest = { properties: [pair(USER_PROPERTY, 'k', value), field(CONTENT_TYPE, value)] };
    expect(words(ask('prop:k~/b/', { latest }))).toBe('unknown');
    expect(words(ask('prop:k~/^x/', { latest }))).toBe('yes');
    expect(words(ask('content:/b/', { latest }))).toBe('unknown');
    const both = { properties: [...latest.properties, pair(USER_PROPERTY, 'k', 'b')] };
    expect(words(ask('prop:k~/b/', { latest: both }))).toBe('yes');
  });

  test('was shortened when it was kept', () => {
    const latest = { payload: '12', size: 300_000 };
    expect(
      ['value=12', 'value>1', 'value:1', 'value:9', 'json:a', 'value:/2$/'].map((one) =>
        words(ask(one, { latest })),
      ),
    ).toEqual(['unknown', 'unknown', 'yes', 'unknown', 'unknown', 'unknown']);
  });

  test('is more than a filter looks at', () => {
    const text = `[${'1,'.repeat(VALUE_BYTES / 2)}77]`;
    expect([words(ask('value:77', payload(text))), words(ask('json:[0]=1', payload(text)))]).toEqual([
      'unknown',
      'unknown',
    ]);
  });
});

test('What was never there does not match, and of what is not kept any more nothing is known.', () => {
  for (const filter of [
    'value:a',
    'value>1',
    'json:a',
    'type:json',
    'prop:a',
    'content:a',
    'changed',
    'sub:1',
  ]) {
    expect(`${filter} ${words(ask(filter, { latest: 'never' }))}`).toBe(`${filter} no`);
    expect(`${filter} ${words(ask(filter, { latest: 'evicted' }))}`).toBe(`${filter} unknown`);
  }
});

describe('the type of a value', () => {
  const bytes = (...all: number[]): Uint8Array => Uint8Array.from(all);
  test.each([
    ['json', '{"a":1}'],
    ['number', ' -1.5e3 '],
    ['text', 'on'],
    ['text', 'ünïcödé'],
    ['empty', ''],
    ['binary', bytes(0xff, 0xfe, 0)],
    ['image', bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1)],
    ['image', bytes(0xff, 0xd8, 0xff, 0xe0)],
    ['image', bytes(0x42, 0x4d, 9, 9, 9, 9, 0, 0, 0, 0, 0xff)],
    ['binary', bytes(0x42, 0x4d, 9, 9, 9, 9, 1, 0, 0, 0, 0xff)],
    ['image', bytes(0x52, 0x49, 0x46, 0x46, 0xff, 9, 9, 9, 0x57, 0x45, 0x42, 0x50)],
    ['binary', bytes(0x52, 0x49, 0x46, 0x46, 0xff, 9, 9, 9, 0x57, 0x41, 0x56, 0x45)],
  ] as const)('%s', (type, value) => {
    const is = ['json', 'text', 'number', 'empty', 'image'].filter(
      (one) => ask(`type:${one}`, payload(value)) === YES,
    );
    expect(is).toEqual(type === 'binary' ? [] : [type]);
    expect(ask('type:binary', payload(value))).toBe(type === 'binary' || type === 'image' ? YES : NO);
  });
});

describe('the subscription by which a message came', () => {
  const subscriptions = { 'a/#': 1, 'a/+': 2, 'b/#': 3, '$share/g/a/x': 4 };
  const by = (id: number): Uint8Array => concat([Uint8Array.of(SUBSCRIPTION_IDENTIFIER), encodeVarint(id)]);
  const asked = (sub: string, topic: string, ...ids: readonly number[]): string =>
    words(ask(`sub:${sub}`, { topic, subscriptions, latest: { payload: '1', properties: ids.map(by) } }));

  test('is known by its identifiers, of which there may be several', () => {
    expect([asked('a/#', 'a/x', 1), asked('a/+', 'a/x', 1), asked('a/+', 'a/x', 1, 2)]).toEqual([
      'yes',
      'no',
      'yes',
    ]);
    expect([asked('2', 'a/x', 1, 2), asked('7', 'a/x', 1, 2), asked('300', 'a/x', 300)]).toEqual([
      'yes',
      'no',
      'yes',
    ]);
  });

  test('is not known if several fit, or if the identifier is that of an ended subscription', () => {
    expect([asked('a/#', 'a/x'), asked('b/#', 'a/x'), asked('b/#', 'b/x')]).toEqual(['unknown', 'no', 'yes']);
    expect([asked('a/#', 'a/x', 9), asked('gone/#', 'a/x', 9)]).toEqual(['unknown', 'no']);
    // A shared one may have brought it as well.
    expect(asked('$share/g/a/x', 'a/x')).toBe('unknown');
    expect(asked('$share/g/a/x', 'a/x', 4)).toBe('yes');
  });
});

describe('a value that changed', () => {
  const changed = (latest: Message, before: Message | Missing): string =>
    words(ask('changed', { latest, before }));

  test('is another one than that before, to the last byte that is known', () => {
    expect(changed({ payload: 'a' }, { payload: 'b' })).toBe('yes');
    expect(changed({ payload: 'a' }, { payload: 'a' })).toBe('no');
    expect(changed({ payload: '' }, { payload: '' })).toBe('no');
    expect(changed({ payload: '1' }, { payload: '1.0' })).toBe('yes');
    expect(changed({ payload: 'a' }, 'never')).toBe('no');
    expect(changed({ payload: 'a' }, 'evicted')).toBe('unknown');
  });

  test('is not known to be the same where an end of it is not kept', () => {
    const cut = { payload: 'abc', size: 10 };
    expect(changed(cut, cut)).toBe('unknown');
    expect(changed(cut, { payload: 'abX', size: 10 })).toBe('yes');
    expect(changed(cut, { payload: 'abc', size: 11 })).toBe('yes');
  });
});

describe('a user property', () => {
  const latest = {
    properties: [
      pair(USER_PROPERTY, 'site', 'oslo'),
      pair(USER_PROPERTY, 'site', '7'),
      pair(USER_PROPERTY, '', ''),
    ],
  };
  test.each([
    ['prop:site', 'yes'],
    ['prop:Site', 'no'],
    ['prop:site=oslo', 'yes'],
    ['prop:site=Oslo', 'no'],
    ['prop:site>6', 'yes'],
    ['prop:site>7', 'no'],
    ['prop:sit', 'no'],
  ] as const)('%s', (filter, truth) => {
    expect(words(ask(filter, { latest }))).toBe(truth);
  });

  test('is not one that stands behind the properties, whose byte looks like it', () => {
    expect(words(ask('prop:site', { latest: { payload: '&\0\x04site\0\0' } }))).toBe('no');
    expect(words(ask('content:a', { latest: {} }))).toBe('no');
  });

  test('is looked for in the properties, not in all of the log that lies behind them', () => {
    const filter = compileFilter('prop:site');
    if (filter.kind === 'problems' || filter.filter === null) throw new Error('it is a filter');
    const latest = new RecordLook();
    latest.properties = new Uint8Array(16_777_216);
    latest.propertiesStart = latest.propertiesEnd = 8;
    const { test: asked } = filter.filter;
    const subject = { latest: () => latest } as Partial<Subject> as Subject;
    const took = cpuMsOf(() => {
      for (let topics = 0; topics < 2_000; topics++) expect(asked.of(subject) === NO).toBe(true);
    });
    expect(took).toBeLessThan(300);
  });
});
