import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { bytesOf, chainText, decoded, step, treeText } from '../../../support/decoding.ts';

/** `{"a": 18446744073709551557, "b": 3.06, "c": a time}` in CBOR. */
const CBOR = bytesOf('a3 61 61 1b ffffffffffffffc5 61 62 fa 4043d70a 61 63 c1 1a 514b67b0');

describe('What a payload is decoded as', () => {
  test('is found through compression, and said why', () => {
    const result = decoded(gzipSync(CBOR));
    expect(chainText(result)).toBe('gzip → CBOR');
    expect(result.stages.map(({ why }) => why)).toEqual([
      'starts with 1f 8b 08',
      'reads to its last byte, with names in it',
    ]);
    expect(result.stages[1]).toMatchObject({ detail: '3 entries', bytes: CBOR.length });
    expect(treeText(result)).toEqual(['a=18446744073709551557', 'b=3.06', 'c=2013-03-21T20:04:00Z']);
    expect(result.by).toEqual({ kind: 'automatic' });
  });

  test('is said with what was ruled out, and why', () => {
    expect(decoded(CBOR).ruledOut).toEqual([
      { decoder: 'text', label: 'Text', why: 'not UTF-8', detail: 'at byte 0' },
      { decoder: 'json', label: 'JSON', why: 'not UTF-8', detail: 'at byte 0' },
      { decoder: 'bson', label: 'BSON', why: expect.stringContaining('missing'), detail: '' },
      { decoder: 'msgpack', label: 'MessagePack', why: 'has 23 bytes left over', detail: '' },
    ]);
  });

  test.each([
    ['application/cbor', 'CBOR', '01'],
    ['application/vnd.msgpack', 'MessagePack', '01'],
    ['application/senml+cbor; x=1', 'CBOR', '8101'],
    ['text/plain; charset=iso-8859-1', 'Text, Latin-1', 'e9'],
    ['application/json', 'JSON', '31'],
  ])('goes by the content type %s', (contentType, label, hex) => {
    const result = decoded(bytesOf(hex), null, { contentType });
    expect(chainText(result)).toBe(label);
    expect(result.stages[0]?.why).toBe(`content type ${contentType}`);
  });

  test('is not what a content type says where the bytes say otherwise', () => {
    const result = decoded(bytesOf('text:{"a":1}'), null, { contentType: 'application/cbor' });
    expect(chainText(result)).toBe('JSON');
    expect(result.ruledOut).toMatchObject([{ decoder: 'cbor', detail: 'content type application/cbor' }]);
  });

  test('is text where it only begins as JSON does, and nothing says that it is read to its end', () => {
    for (const text of ['{"a":1}garbage', '[section]', `${'['.repeat(300)}${']'.repeat(300)}`]) {
      const result = decoded(bytesOf(`text:${text}`));
      expect(chainText(result)).toBe('Text');
      expect(result.ruledOut).toMatchObject([{ decoder: 'json', detail: 'begins as JSON does' }]);
    }
    expect(decoded(bytesOf('text:{"a":1}')).stages[0]?.why).toBe('reads to its end as JSON');
  });

  test('says that a text which begins as JSON is too deep to be read as such', () => {
    const deep = decoded(bytesOf(`text:${'['.repeat(5_000)}${']'.repeat(5_000)}`));
    expect(deep.notes).toEqual([
      'Begins as JSON, but is nested deeper than 256 levels at byte 256. Shown as text.',
    ]);
    expect(decoded(bytesOf('text:{"a":1}garbage')).notes).toEqual([]);
  });

  test('stays bytes if no format is certain, and lists what fits', () => {
    // A list of two numbers in CBOR; four bytes of a sensor as well.
    const result = decoded(bytesOf('83 01 02 03'));
    expect(chainText(result)).toBe('Bytes');
    expect(result.view).toBe('bytes');
    expect(result.possible).toMatchObject([{ decoder: 'cbor', detail: '3 items' }]);
  });

  test.each([
    ['zlib', deflateSync(CBOR), 'zlib → CBOR'],
    ['zstd', zstdCompressSync(CBOR), 'zstd → CBOR'],
    ['gzip in gzip', gzipSync(gzipSync(CBOR)), 'gzip → gzip → CBOR'],
    ['Base64 of gzip', bytesOf(`text:${gzipSync(CBOR).toString('base64')}`), 'Base64 → gzip → CBOR'],
    ['hex', bytesOf(`text:${Buffer.from(CBOR).toString('hex')}`), 'Hex → CBOR'],
  ])('is found in %s', (_, bytes, chain) => {
    expect(chainText(decoded(bytes))).toBe(chain);
  });

  test('is text if hex or Base64 holds no recognisable format', () => {
    const result = decoded(bytesOf('text:deadbeefdeadbeef'));
    expect(chainText(result)).toBe('Text');
    expect(result.possible.map(({ decoder }) => decoder)).toContain('hex');
  });

  test('is no zlib because two bytes look like it', () => {
    const result = decoded(bytesOf('78 9c 00 01 02 03 ff ff'));
    expect(chainText(result)).toBe('Bytes');
    expect(result.ruledOut.find(({ decoder }) => decoder === 'zlib')?.why).toContain('is damaged');
  });

  test('goes on behind a chosen step that gives bytes', () => {
    const result = decoded(deflateRawSync(CBOR), [step('deflate')]);
    expect(chainText(result)).toBe('deflate → CBOR');
    expect(result.by).toEqual({ kind: 'chosen' });
  });

  test('is shown as bytes, with the reason, where a chosen decoder does not fit', () => {
    const cut = decoded(CBOR.subarray(0, 9), [step('cbor')]);
    expect(cut.failure?.message).toBe('CBOR stops at byte 9: 3 bytes are missing. Shown as bytes.');
    expect(cut.view).toBe('bytes');
    const packed = decoded(gzipSync(CBOR).subarray(0, 20), [step('gzip'), step('cbor')]);
    expect(packed.failure?.message).toBe('gzip stops at byte 20: its end is missing. Shown as bytes.');
  });

  test('is shown as far as it was kept', () => {
    const result = decoded(CBOR.subarray(0, -3), [step('cbor')], { cut: true });
    expect(result.failure).toBeNull();
    expect(treeText(result)).toEqual(['a=18446744073709551557', 'b=3.06']);
    expect(result.notes).toEqual(['Kept shortened: the end is missing.']);
  });

  test('is shown as far as it was kept wherever JSON was cut, also between a name and its value', () => {
    const text = '{"a":[1,{"b":true}],"c":"ü"}';
    for (let end = 2; end < text.length; end++) {
      const result = decoded(bytesOf(`text:${text.slice(0, end)}`), [step('json')], { cut: true });
      expect([end, result.failure, result.notes]).toEqual([
        end,
        null,
        ['Kept shortened: the end is missing.'],
      ]);
    }
  });

  test('is nothing without bytes', () => {
    expect(decoded(new Uint8Array())).toMatchObject({ view: 'bytes', stages: [{ why: 'no bytes' }] });
  });

  test('stops at a bomb and names it, whether it is chosen or found, at each depth and in a text', () => {
    const bomb = gzipSync(Buffer.alloc(68_000_000));
    const failure = {
      message:
        'gzip unpacks to more than the 67 MB that are unpacked here: it was stopped there, and more follows. Shown as bytes.',
      advice: 'Save the payload, and unpack it with a program that writes into a file.',
    };
    expect(decoded(bomb, [step('gzip')])).toMatchObject({ failure, stages: [], view: 'bytes' });
    expect(decoded(bomb)).toMatchObject({ failure, stages: [], view: 'bytes', ruledOut: [] });
    const inside = decoded(gzipSync(bomb));
    expect(inside).toMatchObject({ failure, stages: [{ decoder: 'gzip' }], view: 'bytes' });
    const text = decoded(bytesOf(`text:${bomb.toString('base64')}`));
    expect(text).toMatchObject({ failure, stages: [{ decoder: 'base64' }], view: 'bytes' });
  });

  test('stops where its steps together unpack to too much', () => {
    // Noughts behind it are passed over.
    const most = gzipSync(Buffer.concat([gzipSync(Buffer.alloc(40_000_000)), Buffer.alloc(40_000_000)]));
    expect(decoded(most).failure?.message).toBe(
      'gzip unpacks to more than the 67 MB that are unpacked here: it was stopped there, and more follows. Shown as bytes.',
    );
  });

  test('stops where it is packed over and over', () => {
    let bytes: Uint8Array = CBOR;
    for (let times = 0; times < 9; times++) bytes = gzipSync(bytes);
    expect(decoded(bytes).failure?.message).toBe('Bytes are packed more than 8 times. Shown as bytes.');
  });
});
