import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../../../src-main/core/query/grammar/parse.ts';
import type { Query } from '../../../../../src-main/core/query/grammar/query.ts';
import { random } from '../../../../support/random.ts';
import { cpuMsOf } from '../../../../support/cpu.ts';

/** A filter in a short notation of its structure. */
function shape(text: string): string {
  const parsed = parseFilter(text);
  if (parsed.kind === 'problems') return `problems ${JSON.stringify(parsed.problems)}`;
  return parsed.query === null ? 'all' : written(parsed.query);
}

function written(query: Query): string {
  if (query.kind === 'not') return `not(${written(query.part)})`;
  if (query.kind !== 'term') return `${query.kind}(${query.parts.map(written).join(' ')})`;
  const { term } = query;
  const condition = 'condition' in term && term.condition !== null ? term.condition : null;
  const asked =
    condition === null
      ? ''
      : condition.kind === 'compare'
        ? `${condition.operator}${condition.to}`
        : condition.kind === 'contains'
          ? `~${condition.text}`
          : `~/${condition.pattern}/${condition.ignoreCase ? 'i' : ''}`;
  switch (term.kind) {
    case 'topic-filter':
      return `filter[${term.filter}]`;
    case 'json':
      return `json[${JSON.stringify(term.path)}]${asked}`;
    case 'property':
      return `prop[${term.name}]${asked}`;
    case 'measure':
      return `${term.of}${term.operator}${String(term.to)}`;
    case 'type':
      return `type:${term.type}`;
    case 'retain':
      return `retain:${term.state}`;
    case 'subscription':
      return `sub:${String(term.id)}`;
    case 'subscription-filter':
      return `sub[${term.filter}]`;
    case 'changed':
    case 'silent':
      return term.kind;
    default:
      return `${term.kind}${asked}`;
  }
}

/** The problem of a filter that has one, with the part of the text it is about. */
function problemOf(text: string): string {
  const parsed = parseFilter(text);
  if (parsed.kind !== 'problems') return 'none';
  return parsed.problems.map(({ from, to, reason }) => `[${text.slice(from, to)}] ${reason}`).join(' | ');
}

describe('what is wrong with a filter', () => {
  const long = 'x'.repeat(60_000);
  it.each([
    `value>${long}`,
    `a/#/${long}`,
    `topic:${long}/#/a`,
    `qos:${long}`,
    `age<${long}`,
    `json:a(${long}`,
    `json:${long}>`,
    `json:${long}>${long}`,
    `prop:a>${long}`,
    `value=/${long}/`,
  ])('is reported in a sentence, however long the filter is: %.12s', (text) => {
    const parsed = parseFilter(text);
    const problems = parsed.kind === 'problems' ? parsed.problems : [];
    expect(problems).toHaveLength(1);
    expect(problems[0]?.reason.length).toBeLessThan(200);
    expect(problems[0]?.reason).toMatch(/…/);
    expect([problems[0]?.from, problems[0]?.to]).toEqual([0, text.length]);
  });

  it('reads a long text to its end, with what stands in it', () => {
    expect(shape(`"${long}\\"${long}\\n" (${long}(${long}))`)).toBe(
      `and(word~${long}"${long}\\n word~${long}(${long}))`,
    );
  });
});

describe('parseFilter', () => {
  it.each([
    ['', 'all'],
    ['  \t ', 'all'],
    ['()', 'all'],
    ['temp', 'word~temp'],
    ['"two words"', 'word~two words'],
    [String.raw`"a \"b\" \\ c\n"`, String.raw`word~a "b" \ c\n`],
    ['temp oslo', 'and(word~temp word~oslo)'],
    ['temp and oslo', 'and(word~temp word~oslo)'],
    ['a b or c d', 'or(and(word~a word~b) and(word~c word~d))'],
    ['a (b or c)', 'and(word~a or(word~b word~c))'],
    ['a(b) c', 'and(word~a(b) word~c)'],
    ['not a b', 'and(not(word~a) word~b)'],
    ['-a -(b or c)', 'and(not(word~a) not(or(word~b word~c)))'],
    ['not not a', 'not(not(word~a))'],
    ['a-b - c', 'and(word~a-b word~- word~c)'],
    ['NOT a OR b', 'or(not(word~a) word~b)'],
    ['"or" "not" notes orders', 'and(word~or word~not word~notes word~orders)'],
  ])('reads the words of %j', (text, expected) => {
    expect(shape(text)).toBe(expected);
  });

  it.each([
    ['plant/+/temp/#', 'filter[plant/+/temp/#]'],
    ['+', 'filter[+]'],
    ['#', 'filter[#]'],
    ['topic:plant/line', 'filter[plant/line]'],
    ['topic:"a b/+"', 'filter[a b/+]'],
    ['topic~press', 'topic~press'],
    ['topic:/^plant/', 'topic~/^plant/'],
    ['a+b/c#', 'word~a+b/c#'],
  ])('distinguishes topic filters from words in %j', (text, expected) => {
    expect(shape(text)).toBe(expected);
  });

  it.each([
    ['/temp[0-9]+/', 'word~/temp[0-9]+/'],
    ['/temp/i', 'word~/temp/i'],
    ['/a b/ c', 'and(word~/a b/ word~c)'],
    [String.raw`/a\/b/`, String.raw`word~/a\/b/`],
    ['/[/]x/', 'word~/[/]x/'],
    ['(/a/)', 'word~/a/'],
    ['/temp', 'word~/temp'],
    ['/plant/line', 'word~/plant/line'],
    ['/', 'word~/'],
    ['//', 'word~//'],
    ['"/temp/"', 'word~/temp/'],
  ])('distinguishes regular expressions from topics in %j', (text, expected) => {
    expect(shape(text)).toBe(expected);
  });

  it.each([
    ['value>30', 'value>30'],
    ['value:on', 'value~on'],
    ['value="on off"', 'value=on off'],
    ['value!=-5e3', 'value!=-5e3'],
    ['value~/^a/i', 'value~/^a/i'],
    ['VALUE<=1', 'value<=1'],
    ['json:deep.x[1]=42', 'json[["deep","x",1]]=42'],
    ['json:[0].x', 'json[[0,"x"]]'],
    ['json:a["b.c"]~d', 'json[["a","b.c"]]~d'],
    ['json:=42', 'json[[]]=42'],
    ['json:größe>=1.5', 'json[["größe"]]>=1.5'],
    ['type:json', 'type:json'],
    ['type=IMAGE', 'type:image'],
    ['retain:unknown', 'retain:unknown'],
    ['qos:1', 'qos=1'],
    ['qos>0', 'qos>0'],
    ['rate>0.5', 'rate>0.5'],
    ['count>=10k', 'count>=10000'],
    ['size>1k', 'size>1000'],
    ['size<1.5MB', 'size<1500000'],
    ['age<10s', 'age<10000'],
    ['age<10', 'age<10000'],
    ['seen>500ms', 'age>500'],
    ['seen>30d', 'age>2592000000'],
    ['level:3', 'level=3'],
    ['prop:site', 'prop[site]'],
    ['prop:site=oslo', 'prop[site]=oslo'],
    ['prop:"a b"~c', 'prop[a b]~c'],
    ['content:json', 'content~json'],
    ['sub:7', 'sub:7'],
    ['changed', 'changed'],
    ['Silent', 'silent'],
    ['sub:plant/#', 'sub[plant/#]'],
    ['sub:"1"', 'sub[1]'],
    ['aa:bb:cc', 'word~aa:bb:cc'],
    ['a=b', 'word~a=b'],
    ['"value>30"', 'word~value>30'],
  ])('reads the field of %j', (text, expected) => {
    expect(shape(text)).toBe(expected);
  });

  it.each([
    ['telemetry rate>fast re', '[rate>fast] rate>fast needs a number after >, such as rate>5.'],
    ['a value>x', '[value>x] value>x needs a number after >, such as 30.'],
    ['value:', '[value:] value: needs a value after :, such as value>30.'],
    ['age<x', '[age<x] age<x needs a time after <, such as age<10s.'],
    ['age>', '[age>] age> needs a time after >, such as age>10s.'],
    ['seen<', '[seen<] seen< needs a time after <, such as seen<10s.'],
    ['size<=1x', '[size<=1x] size<=1x needs a number of bytes after <=, such as size<=1k.'],
    ['size>1x', '[size>1x] size>1x needs a number of bytes after >, such as size>1k.'],
    ['qos:3', '[qos:3] qos:3 needs a number from 0 to 2 after :, such as qos:1.'],
    ['type:foo', '[type:foo] type is one of json, text, number, binary, empty, image.'],
    ['retain>yes', '[retain>yes] retain is asked for as in retain:yes.'],
    ['retain:maybe', '[retain:maybe] retain is one of yes, no, unknown.'],
    ['json:', '[json:] json: needs a path after :, such as json:temperature>30.'],
    ['json:a.', '[json:a.] A path needs a name after the dot, such as json:deep.x.'],
    ['json:a>', '[json:a>] a> needs a value after >.'],
    ['json:a>b', '[json:a>b] a>b needs a number after >, such as 30.'],
    ['json:a=/x/', '[json:a=/x/] Write ~ before a regular expression: ~/x/.'],
    ['"open', '["open] The quotation mark is not closed.'],
    ['value="open', '[value="open] The quotation mark is not closed.'],
    ['a (b', '[(] This bracket is not closed.'],
    ['a) b', '[)] This bracket was not opened.'],
    ['a or', '[or] or needs a term after it. Put it in quotes to look for the word: "or".'],
    ['rate>> or a', '[rate>>] rate>> needs a number after >, such as rate>5.'],
    [
      '(rate>>) or (or a)',
      '[rate>>] rate>> needs a number after >, such as rate>5. | [or] or needs a term before it. Put it in quotes to look for the word: "or".',
    ],
    [
      '-rate>> or',
      '[rate>>] rate>> needs a number after >, such as rate>5. | [or] or needs a term after it. Put it in quotes to look for the word: "or".',
    ],
    ['not or a', '[not] not needs a term after it. Put it in quotes to look for the word: "not".'],
    ['or a', '[or] or needs a term before it. Put it in quotes to look for the word: "or".'],
    ['a not', '[not] not needs a term after it. Put it in quotes to look for the word: "not".'],
    ['-(', '[(] This bracket is not closed.'],
  ])('says what is wrong in %j, and where', (text, expected) => {
    expect(problemOf(text)).toBe(expected);
  });

  it('names every part that means nothing', () => {
    expect(problemOf('rate>fast qos:9 ok')).toMatch(/^\[rate>fast\] .+ \| \[qos:9\] .+$/);
  });

  it('says why a topic filter is none', () => {
    expect(problemOf('a/#/b')).toContain('must be the last level');
    expect(problemOf('topic:a+/b')).toContain('must stand alone in its level');
  });

  it('ends at a depth and a number of terms', () => {
    expect(problemOf('('.repeat(100_000))).toContain('at most 50 deep');
    expect(problemOf('-'.repeat(60_000) + 'a')).toContain('at most 50 deep');
    expect(problemOf('a '.repeat(101))).toContain('at most 100 terms');
    expect(problemOf('a '.repeat(100))).toBe('none');
    expect(problemOf(')'.repeat(60_000))).toContain('was not opened');
  });

  it('takes as long a text as a topic may be in time that is in proportion', () => {
    for (const text of ['"', '/', '/[ ', '[', 'json:a', 'a/', '(a ', 'or ', 'json:["', 'prop:a=', '\\']) {
      const long = text.repeat(65_535 / text.length);
      expect(cpuMsOf(() => void parseFilter(long))).toBeLessThan(1_000);
    }
  });

  it('never throws, and its problems lie within the text', () => {
    const chance = random(13);
    const pieces = [
      'a',
      '"',
      '/',
      '(',
      ')',
      '-',
      ' ',
      'or ',
      'not ',
      'json:',
      '.',
      '[',
      ']',
      '0',
      '>',
      '=',
      '~',
      'value',
      ':',
      '+',
      '#',
      '\\',
      'i',
      'rate',
      '\ud800',
      'é',
      'type:',
      'prop:',
      'sub:',
      'age<',
      '5s',
    ];
    for (let round = 0; round < 5_000; round++) {
      let text = '';
      for (let left = chance.int(12); left >= 0; left--) text += chance.pick(pieces);
      const parsed = parseFilter(text);
      if (parsed.kind === 'filter') continue;
      expect(parsed.problems.length).toBeGreaterThan(0);
      for (const { from, to, reason } of parsed.problems) {
        expect(reason).not.toBe('');
        expect(from).toBeLessThan(to);
        expect(to).toBeLessThanOrEqual(text.length);
      }
    }
  });
});
