import { describe, expect, test } from 'vitest';
import { bytesOf, decoded, step, treeText } from '../../../support/decoding.ts';

const xml = (text: string) => decoded(bytesOf(`text:${text}`), [step('xml')]);
const yaml = (text: string) => decoded(bytesOf(`text:${text}`), [step('yaml')]);
const jwt = (text: string) => decoded(bytesOf(`text:${text}`), [step('jwt')]);
const part = (of: object | string) =>
  Buffer.from(typeof of === 'string' ? of : JSON.stringify(of)).toString('base64url');

describe('XML', () => {
  test.each([
    ['<a/>', ['a=']],
    ['<a></a>', ['a=']],
    ['<a>1</a>', ['a=1']],
    ['<?xml version="1.0"?>\n<!-- c --><a>1</a><!-- d -->\n', ['a=1']],
    ['<a b="1" c=\'2\'/>', ['a={}', '  @b=1', '  @c=2']],
    ['<a b="1">t</a>', ['a={}', '  @b=1', '  #text=t']],
    ['<a>x<b/>y<b>z</b></a>', ['a={}', '  #text=x', '  b=', '  #text=y', '  b=z']],
    ['<a><b><c>1</c></b></a>', ['a={}', '  b={}', '    c=1']],
    ['<n:a n:b="1"/>', ['n:a={}', '  @n:b=1']],
    ['<a><![CDATA[<b>&amp;]]></a>', ['a=<b>&amp;']],
    ['<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;</a>', ['a=<>&"\'A😀']],
    ['<a b="&quot;"/>', ['a={}', '  @b="']],
    ['<a><!-- <b> --><?p ?>1</a>', ['a=1']],
    ['<a >1</a >', ['a=1']],
    ['<ä>ü</ä>', ['ä=ü']],
  ])('%s is read', (text, lines) => expect(treeText(xml(text))).toEqual(lines));

  test.each([
    // What nobody declared, and what is no character, stays as it is written.
    ['&nbsp;', '&nbsp;'],
    ['&constructor;', '&constructor;'],
    ['&toString;&__proto__;', '&toString;&__proto__;'],
    ['&#0;', '&#0;'],
    ['&#xD800;', '&#xD800;'],
    ['&#xDFFF;', '&#xDFFF;'],
    ['&#x110000;', '&#x110000;'],
    ['&#xD7FF;&#xE000;', '\ud7ff\ue000'],
    ['&amp;lt;', '&lt;'],
    ['a & b', 'a & b'],
  ])('%s in it is shown as %j', (text, shown) =>
    expect(treeText(xml(`<a>${text}</a>`))).toEqual([`a=${shown}`]),
  );

  test.each([
    ['<!DOCTYPE a><a/>'],
    ['<!DOCTYPE a SYSTEM "a>b.dtd"><a/>'],
    ['<!DOCTYPE a [<!ENTITY x ">]"><!-- it\'s ]> --><!ELEMENT a (b)>]><a/>'],
  ])('with a document type, %s, is read past it', (text) => expect(treeText(xml(text))).toEqual(['a=']));

  test.each([
    ['text', 'an element is missing'],
    ['<', 'its end is missing'],
    ['<a', 'its end is missing'],
    ['<a>', 'its end is missing'],
    ['<a></b>', '</a> is missing'],
    ['<a></ab>', '</a> is missing'],
    ['<a><b></a>', '</b> is missing'],
    ['<a/><b/>', 'more behind the root element'],
    ['<a b/>', 'b has no value'],
    ['<a b=1/>', 'b has no quotes'],
    ['<a b="1/>', 'its end is missing'],
    ['<a b="<"/>', 'b has < in it'],
    ['<a><!-- </a>', 'its end is missing'],
    ['<a><![CDATA[</a>', 'its end is missing'],
    ['<1a/><', 'more behind the root element'],
    ['<a "b"/>', 'a name is missing'],
    ['<!DOCTYPE a [<a/>', 'its end is missing'],
    ['<?xml', 'its end is missing'],
  ])('%s is refused: %s', (text, words) => expect(xml(text).failure?.message).toContain(words));

  test('knows the bytes of each element', () => {
    const text = '<ü><b>1</b></ü>';
    const [, , inner] = xml(text).nodes;
    const bytes = new TextEncoder().encode(text);
    const [at, length] = [inner?.at ?? 0, inner?.length ?? 0];
    expect(new TextDecoder().decode(bytes.subarray(at, at + length))).toBe('<b>1</b>');
  });

  test('with a name as long as itself says so in a sentence of bounded length', () => {
    const name = 'n'.repeat(100_000);
    expect(xml(`<${name} x/>`).failure?.message.length).toBeLessThan(600);
    const result = xml(`<${name}/>`);
    expect(result.stages[0]?.detail.length).toBeLessThan(600);
    expect(result.nodes[1]?.key?.length).toBeLessThan(1_100);
    expect(result.nodes[1]?.note).toBe('its name has 100,000 characters');
    expect(result.text).toHaveLength(65_536);
  });
});

describe('YAML', () => {
  test.each([
    ['a: 1', ['a=1']],
    ['a: 0x1F\nb: 1_000\nc: 1e3\nd: .inf', ['a=0x1F', 'b=1_000', 'c=1e3', 'd=.inf']],
    ['a: 9007199254740993', ['a=9007199254740993']],
    ['a: 007', ['a=007']],
    ['a: "1"\nb: \'x\'', ['a=1', 'b=x']],
    ['a: ~\nb:\nc: null', ['a=null', 'b=null', 'c=null']],
    // As version 1.2 has it.
    ['a: yes\nb: true', ['a=yes', 'b=true']],
    ['- 1\n- [2, {a: 3}]', ['1', '[]', '  2', '  {}', '    a=3']],
    ['a: |\n  x\n  y\n', ['a=x\ny\n']],
    ['1: a\ntrue: b\n[1, 2]: c', ['1=a', 'true=b', '[1,2]=c']],
    ['a: &x [1]\nb: *x', ['a=[]', '  1', 'b=*x']],
    ['a: 1\na: 2', ['a=1', 'a=2']],
    ['a: !mine 1', ['a=1']],
    ['---\na: 1\n---\nb: 2\n', ['{}', '  a=1', '{}', '  b=2']],
    ['__proto__: 1\nconstructor: 2', ['__proto__=1', 'constructor=2']],
  ])('%j is read', (text, lines) => {
    const shown = treeText(yaml(text)).map((line) =>
      line.replaceAll(/\[ (.*) \]=/g, '[$1]=').replace('1, 2', '1,2'),
    );
    expect(shown).toEqual(lines);
  });

  test('distinguishes text from numbers by its quotes, and names tags that make no objects', () => {
    expect(yaml('a: "1"').nodes[1]).toMatchObject({ shape: 'text', text: '1' });
    expect(yaml('a: 1').nodes[1]).toMatchObject({ shape: 'number', text: '1' });
    expect(yaml('a: !!js/function f').nodes[1]).toMatchObject({ shape: 'text', text: 'f' });
    expect(yaml('a: !mine x').nodes[1]?.note).toBe('tag !mine');
  });

  test.each(['a: [1', 'a: "x', '{a: 1', 'a: b: c', '\ta: 1'])('%j is refused with its line', (text) =>
    expect(yaml(text).failure?.message).toMatch(/^YAML is not readable: .* at line \d+, column \d+/),
  );

  test('with keys that hold others by aliases does not grow', () => {
    const keys = Array.from(
      { length: 8 },
      (_, at) => `&k${at} [${at === 0 ? 'x' : `*k${at - 1}, *k${at - 1}`}]: ${at}`,
    );
    const result = yaml(`? ${keys.join('\n? ').replaceAll(']: ', ']\n: ')}`);
    expect(result.failure).toBeNull();
    expect(JSON.stringify(result.nodes).length).toBeLessThan(10_000);
  });

  test('is found by its lines, and a sentence with a colon is text', () => {
    const found = (text: string) => decoded(bytesOf(`text:${text}`)).stages[0]?.decoder;
    expect(['a: 1\nb: 2', 'list:\n  - 1', '---\nx'].map(found)).toEqual(['yaml', 'yaml', 'yaml']);
    expect(['note: all well', 'a: 1', 'http://x\nb: 2'].map(found)).toEqual(['text', 'text', 'text']);
  });
});

describe('A JSON Web Token', () => {
  const header = part({ alg: 'HS256', typ: 'JWT' });

  test('is header, claims and signature, with times beside the claims that are some', () => {
    const result = jwt(
      `${header}.${part({ exp: 1_700_000_000, iat: 1_700_000_000.5, level: 1_700_000_000 })}.qrvM`,
    );
    expect(treeText(result)).toEqual([
      'header={}',
      '  alg=HS256',
      '  typ=JWT',
      'claims={}',
      '  exp=1700000000',
      '  iat=1700000000.5',
      '  level=1700000000',
      'signature=aabbcc',
    ]);
    const notes = result.nodes.filter(({ depth }) => depth === 2).map(({ note }) => note);
    expect(notes).toEqual(['', '', '2023-11-14T22:13:20Z', '2023-11-14T22:13:20.500Z', '']);
    expect(result.notes[0]).toContain('the signature is not verified');
    expect(result.stages[0]?.detail).toBe('HS256');
    expect(result.nodes.every(({ at, length }) => at === null && length === null)).toBe(true);
  });

  test('has the algorithm that its header says, and not one of its claims', () => {
    expect(jwt(`${part({ typ: 'JWT' })}.${part({ alg: 'HS256' })}.`).stages[0]?.detail).toBe('no algorithm');
    expect(jwt(`${part({ alg: 'none' })}.${part({})}.`).stages[0]?.detail).toBe('none');
    const long = jwt(`${part({ alg: 'x'.repeat(50_000) })}.${part({})}.`);
    expect(long.stages[0]?.detail.length).toBeLessThan(500);
  });

  test('may come behind its scheme', () => {
    expect(jwt(`Bearer ${header}.${part({ sub: 'a' })}.`).failure).toBeNull();
  });

  test.each([
    ['two parts', `${header}.${part({})}`, 'is three parts of Base64url'],
    ['four parts', `${header}.${part({})}.a.b`, 'is three parts of Base64url'],
    ['a header that is no JSON', `${part('{"a":')}.${part({})}.`, 'stops at character 5'],
    ['claims that are two values', `${header}.${part('{}{}')}.`, 'more than one JSON value'],
    [
      'claims that are no text',
      `${header}.${Buffer.from([0xff, 0xfe]).toString('base64url')}.`,
      'is no text',
    ],
    ['a signature of one digit', `${header}.${part({})}.A`, 'not Base64, or too few'],
  ])('with %s is refused', (_, text, words) => expect(jwt(text).failure?.message).toContain(words));
});
