import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { addTimes } from '../../../../src-main/decoding/chain/time-notes.ts';
import { TreeBuilder } from '../../../../src-main/decoding/base/tree.ts';
import { bytesOf, chainText, decoded, step, treeText } from '../../../support/decoding.ts';

describe('A chain that was asked for', () => {
  test('is followed to its end, and what stands behind that is not taken', () => {
    const bytes = gzipSync('7b2261223a317d');
    const result = decoded(bytes, [step('gzip'), step('hex'), step('json'), step('cbor')]);
    expect(chainText(result)).toBe('gzip → Hex → JSON');
    expect(result.stages.map(({ why }) => why)).toEqual(['', '', '']);
    expect(treeText(result)).toEqual(['a=1']);
  });

  test('ends where a step does not fit, and shows the bytes of that step', () => {
    const result = decoded(gzipSync('{"a":1'), [step('gzip'), step('json')]);
    expect(result.failure).toMatchObject({
      code: 'not-decoded',
      advice: 'Choose another decoder, or Automatic.',
    });
    expect([result.view, chainText(result), result.total]).toEqual(['bytes', 'gzip', 0]);
  });

  test('may be bytes and nothing else', () => {
    const result = decoded(bytesOf('text:{"a":1}'), [step('bytes')]);
    expect([result.view, result.failure, result.stages[0]?.detail]).toEqual(['bytes', null, '7 B']);
  });

  test('of no bytes fails in words, whatever it is', () => {
    for (const decoder of [
      'gzip',
      'json',
      'cbor',
      'bson',
      'protobuf',
      'image',
      'number',
      'xml',
      'jwt',
    ] as const)
      expect(decoded(new Uint8Array(), [step(decoder)]).failure?.message).toMatch(/Shown as bytes\.$/);
  });

  test('reads a word that a person takes for a switch or a time, and keeps the word', () => {
    const result = decoded(bytesOf('text: ON '), [step('switch')]);
    expect([result.text, result.view, result.nodes[0]?.text, result.nodes[0]?.note]).toEqual([
      ...[' ON ', 'text', 'true', 'as “ON”'],
    ]);
    expect(decoded(bytesOf('01'), [step('switch')]).nodes).toMatchObject([{ text: 'true', note: 'as “1”' }]);
    expect(decoded(bytesOf('text:1700000000'), [step('timestamp')]).text).toBe('1700000000');
  });

  test.each([
    ['text:1700000000123.5', 'ms', '2023-11-14T22:13:20.1235Z'],
    ['text:1700000000123456.25', 'us', '2023-11-14T22:13:20.12345625Z'],
    ['text:-1.5', 'ms', '1969-12-31T23:59:59.9985Z'],
    ['text:1700000000.123456789', 's', '2023-11-14T22:13:20.123456789Z'],
    ['text:0', 'ns', '1970-01-01T00:00:00.000000000Z'],
    ['text:253402300800', 's', '+010000-01-01T00:00:00Z'],
    ['text:2026-11-20T14:31:06,5Z', '', '2026-11-20T14:31:06.5Z'],
  ])('reads the time %s in %s as %s', (given, unit, iso) => {
    expect(decoded(bytesOf(given), [step('timestamp', unit)]).nodes[0]?.text).toBe(iso);
  });

  test.each([
    ['text:9999999999999', 's'],
    ['text:1', 'hours'],
    ['text:1', 'toString'],
    ['text:2026-02-30', 'iso'],
    ['text:2026-02-29T00:00:00Z', ''],
    ['00', 's'],
  ])('takes %s in “%s” for no time', (given, unit) => {
    expect(decoded(bytesOf(given), [step('timestamp', unit)]).failure?.message).toContain('needs seconds');
  });
});

describe('What is found', () => {
  test('names another format that fits, and says how far it was read', () => {
    // 400,000 numbers in a list, and nothing that identifies a format.
    const list = new Uint8Array(400_005);
    list.set(bytesOf('9a 00061a80'));
    const result = decoded(list);
    expect(result.view).toBe('bytes');
    expect(result.possible).toMatchObject([
      { decoder: 'cbor', why: 'fits as far as it was read', detail: 'the beginning' },
    ]);
    // A map with names, of which only the beginning is shown.
    const map = new Uint8Array(8 + 400_000);
    map.set(bytesOf('a1 61 61 9a 00061a80'));
    const named = decoded(map.subarray(0, 400_008));
    expect(named.stages[0]).toMatchObject({
      decoder: 'cbor',
      why: 'fits as far as it was read, with names in it',
    });
  }, 30_000);

  test('says for each that was ruled out what it stumbled over', () => {
    const result = decoded(bytesOf('c1 ff 00 9d 13'));
    expect(result.ruledOut.map(({ decoder, why }) => `${decoder}: ${why}`)).toEqual([
      'text: not UTF-8',
      'json: not UTF-8',
      'bson: has a document of -1660878911 bytes at byte 0',
      'cbor: has a break outside of anything at byte 1',
      'msgpack: has c1, which is never used, at byte 0',
    ]);
    expect(result.ruledOut[0]?.detail).toBe('at byte 0');
  });

  test('is text where its sender says so, whatever looks packed in it', () => {
    const packed = bytesOf(`text:${gzipSync('hello there, all').toString('base64')}`);
    expect(chainText(decoded(packed))).toBe('Base64 → gzip → Text');
    const result = decoded(packed, null, { saysText: true });
    expect([chainText(result), result.stages[0]?.why]).toEqual(['Text', 'its sender says UTF-8']);
  });
});

describe('The time beside a value', () => {
  const beside = (key: string | null, shape: 'number' | 'text' | 'date', text: string, more = true) => {
    const tree = new TreeBuilder();
    if (more) tree.open('object', 'map', null);
    if (key !== null) tree.key(key);
    tree.value(shape, text, '');
    addTimes(tree.nodes);
    return tree.nodes.at(-1)?.note;
  };

  test.each([
    ['ts', 'number', '1700000000', /^14 Nov 2023, \d\d:13:20/],
    ['updatedAt', 'number', '1700000000123', /14 Nov 2023/],
    ['created_at', 'text', '2023-11-14T22:13:20Z', /14 Nov 2023/],
    ['lastTimestamp', 'number', '1700000000.75', /14 Nov 2023, \d\d:13:20/],
    ['when', 'date', '2023-11-14T22:13:20Z', /14 Nov 2023/],
    ['level', 'number', '1700000000', /^$/],
    ['ts', 'number', '17', /^$/],
    ['ts', 'text', 'soon', /^$/],
    ['date', 'text', '2023-02-30', /^$/],
    ['status', 'number', '1700000000', /^$/],
  ] as const)('of %s, a %s, %s is %s', (key, shape, text, note) =>
    expect(beside(key, shape, text)).toMatch(note),
  );

  test('stands beside a lone number that may be one, and beside no second note', () => {
    expect(beside(null, 'number', '1700000000', false)).toMatch(/14 Nov 2023/);
    const tree = new TreeBuilder();
    tree.value('number', '1700000000', '', null, null, 'digits kept');
    addTimes(tree.nodes);
    expect(tree.nodes[0]?.note).toBe('digits kept');
  });

  test('is written for so many values', () => {
    const tree = new TreeBuilder();
    tree.open('object', 'map', null);
    for (let at = 0; at < 300; at++) {
      tree.key('ts');
      tree.value('number', '1700000000', '');
    }
    addTimes(tree.nodes);
    expect(tree.nodes.filter(({ note }) => note !== '')).toHaveLength(200);
  });
});
