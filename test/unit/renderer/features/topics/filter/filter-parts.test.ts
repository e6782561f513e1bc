import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../../../../src-main/core/query/grammar/parse.ts';
import {
  countedOf,
  countsBy,
  countWords,
} from '../../../../../../src-renderer/features/topics/filter/use-counts.ts';
import { highlighted, soughtBy } from '../../../../../../src-renderer/features/topics/filter/highlight.ts';
import {
  asWord,
  suggestionsFor,
  taken,
  wantedNames,
} from '../../../../../../src-renderer/features/topics/filter/suggestions.ts';

const LEVELS = new Map([
  ['reject-count', 'plant/a/reject-count'],
  ['recipe', 'plant/recipe'],
  ['re try', 'plant/re try'],
  ['temp', 'plant/temp'],
]);

function inserts(text: string, caret = text.length): string[] {
  return suggestionsFor(text, caret, { levels: LEVELS }).list.map(({ insert }) => insert);
}

describe('suggestionsFor', () => {
  it('offers fields and levels that begin with the word at the caret', () => {
    expect(inserts('telemetry re')).toEqual([
      'retain:yes',
      'retain:no',
      'retain:unknown',
      '"re try"',
      'recipe',
      'reject-count',
    ]);
    expect(inserts('RAT')).toEqual(['rate>']);
    expect(inserts('ra b', 2)).toEqual(['rate>']);
  });

  it('looks at the word alone, whatever stands before it', () => {
    for (const text of ['a -tem', '(tem', 'a or tem', '"a b" tem', 'x(tem'])
      expect(inserts(text)).toEqual(['temp']);
  });

  it('offers nothing within quotes, for no word, and for what is whole already', () => {
    for (const text of ['"tem', 'value:"a te', '', 'a ', 'temp', 'nowhere'])
      expect(inserts(text)).toEqual([]);
  });

  it('offers what is subscribed to behind `sub:`, in quotes where it would end early', () => {
    const subscriptions = ['#', 'plant/#', 'a b/+', '/line/#'];
    const offered = (text: string) =>
      suggestionsFor(text, text.length, { subscriptions }).list.map(({ insert }) => insert);
    expect(offered('sub:')).toEqual(['sub:#', 'sub:plant/#', 'sub:"a b/+"', 'sub:"/line/#"']);
    expect(offered('x -sub:pl')).toEqual(['sub:plant/#']);
    expect(offered('su')).toEqual(['sub:']);
    for (const text of offered('sub:')) {
      const parsed = parseFilter(text);
      expect(parsed.kind === 'filter' && parsed.query).toMatchObject({
        term: { kind: 'subscription-filter' },
      });
    }
  });

  it('asks for names of levels by the word, and for members of JSON by their path', () => {
    const asked = (text: string) => wantedNames(text, text.length);
    expect(asked('a -(Tem')).toEqual({ of: 'levels', begins: 'tem' });
    expect(asked('x json:')).toEqual({ of: 'json', begins: '' });
    expect(asked('JSON:Deep.x')).toEqual({ of: 'json', begins: 'deep.x' });
    for (const text of ['', 'a ', '"tem', 'json:x>', 'rate>3', 'value:tem', 'x'.repeat(300)])
      expect(asked(text)).toBeNull();
  });

  it('adds levels of all topics behind those on screen, and only those of the word as it is now', () => {
    const seen = {
      of: 'levels',
      begins: 'tem',
      names: ['temp', 'temperature', 'tem por'].map((name) => ({ name, topic: `far/${name}` })),
    } as const;
    const offered = (text: string) => suggestionsFor(text, text.length, { levels: LEVELS, seen }).list;
    expect(offered('tem').map(({ insert, means }) => [insert, means])).toEqual([
      ['temp', 'plant/temp'],
      ['temperature', 'far/temperature'],
      ['"tem por"', 'far/tem por'],
    ]);
    expect(offered('temp')).toEqual([]);
  });

  it('offers members of JSON by their path, and a comparison may follow at once', () => {
    const names = ['temp', 'temperature', 'motor.temperature', '["temp x"]'];
    const seen = {
      of: 'json',
      begins: 'temp',
      names: names.map((name) => ({ name, topic: 'a/b' })),
    } as const;
    const text = 'x json:temp';
    const suggested = suggestionsFor(text, text.length, { seen });
    expect(suggested.list.map(({ insert, typed }) => [insert, typed])).toEqual([
      ['json:temperature', 9],
      ['json:motor.temperature', 0],
      ['json:["temp x"]', 0],
    ]);
    const [first] = suggested.list;
    if (first === undefined) throw new Error('nothing suggested');
    expect(taken(text, suggested, first)).toEqual({ text: 'x json:temperature', caret: 18 });
    expect(suggestionsFor('json:tempe', 10, { seen }).list).toEqual([]);
  });

  it('puts a suggestion in the place of the word, and the caret behind it', () => {
    const text = 'a -re b';
    const suggested = suggestionsFor(text, 5, { levels: LEVELS });
    const [first] = suggested.list;
    if (first === undefined) throw new Error('nothing suggested');
    expect(taken(text, suggested, first)).toEqual({ text: 'a -retain:yes b', caret: 13 });
    const field = suggestionsFor('ra', 2, { levels: LEVELS });
    const [rate] = field.list;
    if (rate === undefined) throw new Error('nothing suggested');
    expect(taken('ra', field, rate)).toEqual({ text: 'rate>', caret: 5 });
    expect(taken('re', suggestionsFor('re', 2, { levels: LEVELS }), first)).toEqual({
      text: 'retain:yes ',
      caret: 11,
    });
  });
});

describe('counts beside suggestions', () => {
  const list = suggestionsFor('re', 2, { levels: LEVELS, saved: [{ name: 'red', text: 'value>' }] }).list;

  it('are asked for what is a filter by itself', () => {
    expect(countedOf(list)).toEqual([
      'retain:yes',
      'retain:no',
      'retain:unknown',
      '"re try"',
      'recipe',
      'reject-count',
    ]);
    expect(countedOf(suggestionsFor('r', 1, {}).list)).not.toContain('rate>');
  });

  it('are there as far as they are known, and say when they are reckoned', () => {
    const counts = countsBy(
      ['a', 'b', 'c'],
      [{ topics: 1, exact: true }, null, { topics: 10_000, exact: false }],
    );
    expect(['a', 'b', 'c'].map((filter) => countWords(counts.get(filter)))).toEqual([
      '1 topic',
      '',
      'about 10,000 topics',
    ]);
  });
});

describe('asWord', () => {
  it.each([
    'temp',
    'a b',
    'or',
    'NOT',
    'changed',
    'value>3',
    '-x',
    'a"b\\',
    '/x/',
    '/x/i',
    '/x',
    '(a)',
    '+',
    '#',
    'größe',
    'qos:1',
  ])('writes %j so that the filter looks for just that', (text) => {
    const parsed = parseFilter(asWord(text));
    expect(parsed.kind === 'filter' && parsed.query).toMatchObject({
      kind: 'term',
      term: { kind: 'word', condition: { kind: 'contains', text } },
    });
  });
});

describe('highlighting', () => {
  it('marks what the filter looks for in topics, and not what it excludes', () => {
    const sought = soughtBy('Temp -oslo (a or "B c") value:X json:y.z>1 -json:w=1 topic~Z temp');
    expect(sought).toEqual({
      inTopics: ['temp', 'a', 'b c', 'z'],
      inValues: ['temp', 'a', 'b c', 'x'],
      members: ['y'],
      whole: false,
    });
    expect(soughtBy('value>x temp')).toBeNull();
    expect(soughtBy('')).toEqual({ inTopics: [], inValues: [], members: [], whole: false });
    expect(soughtBy('value>30 json:[0]=1')).toMatchObject({ whole: true, members: [] });
  });

  it('marks every occurrence in the name, also one that began in a level above', () => {
    const parts = (topic: string, name: string, ...sought: string[]) =>
      highlighted(topic, name, sought)
        .map(({ text, found }) => (found ? `[${text}]` : text))
        .join('');
    expect(parts('plant/Temp-temp', 'Temp-temp', 'temp')).toBe('[Temp]-[temp]');
    expect(parts('plant/temp', 'temp', 'ant/te')).toBe('[te]mp');
    expect(parts('plant/temp', 'temp', 'plant')).toBe('temp');
    expect(parts('a/İx', 'İx', 'x')).toBe('İx');
    expect(parts('aaa', 'aaa', 'aa')).toBe('[aaa]');
  });
});
