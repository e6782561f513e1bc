import { describe, expect, it } from 'vitest';
import {
  PREVIEW_BYTES,
  preview,
  previewKind,
  type Counting,
} from '../../../../src-main/core/payload/preview.ts';
import { jsonText } from '../../../../src-main/core/payload/preview-notation.ts';
import { random } from '../../../support/random.ts';
import { cpuMsSince } from '../../../support/cpu.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
/** JSON as its text: how its members are written has tests of its own. */
const shown = (given: Uint8Array, size: number, maxChars: number) => {
  const found = preview(given, size, maxChars);
  return found.kind === 'json' ? json(jsonText(found)) : found;
};
const of = (text: string, maxChars = 48) => shown(utf8(text), utf8(text).length, maxChars);
const json = (text: string) => ({ kind: 'json' as const, text });

const TELEMETRY =
  '{"ts":"2026-11-20T14:31:07.482Z","device":{"id":"press-03"},"temperature":71.4,"pressure":182.6,' +
  '"spindle":{"rpm":1480},"axes":[1,2,3],"cycle":90071992547409931,"alarms":[],"ok":true}';

describe('the preview of JSON', () => {
  it('is cut at a field, says how many are left and leaves times for last', () => {
    expect(of(TELEMETRY, 26)).toEqual(json('{temperature:71.4, 8 more}'));
    expect(of('[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]', 18)).toEqual(json('[1, 2, 3, 9 more]'));
    expect(of('{"speed":80}')).toEqual(json('{speed:80}'));
    expect(of('{ "a" : [ 1 , {"b":{}} ], "c": null }')).toEqual(json('{a:[1, {b:{}}], c:null}'));
  });

  it('keeps the digits of every number and never cuts one', () => {
    expect(of('{"v":90071992547409931,"w":1e400,"x":-0.0,"y":1.10}')).toEqual(
      json('{v:90071992547409931, w:1e400, x:-0.0, y:1.10}'),
    );
    const long = '1234567890'.repeat(8);
    expect(of(`{"v":${long},"w":1}`, 20)).toEqual(json('{w:1, 1 more}'));
    expect(of(`{"v":${long}}`, 20)).toEqual(json(`{v:${long}}`));
    expect(of(`[${long}]`, 20)).toEqual(json(`[${long}]`));
  });

  it('cuts a long string inside its quotes and a pair of surrogates never', () => {
    expect(of('{"message":"the quick brown fox jumps over the lazy dog"}', 26)).toEqual(
      json('{message:"the quick bro…"}'),
    );
    expect(of(`{"m":"${'😀'.repeat(40)}"}`)).toEqual(json(`{m:"${'😀'.repeat(31)}…"}`));
  });

  it('quotes what is not a plain name and escapes what must not be drawn', () => {
    expect(of('{"a b":1,"":2,"été":3}')).toEqual(json('{"a b":1, "":2, été:3}'));
    expect(of('{"k\\u202e":"x\\u0000\\n\\ud800\u2066"}')).toEqual(
      json('{"k\\u{202e}":"x\\u0000\\n\\ud800\\u{2066}"}'),
    );
  });

  it('shows both of two fields with the same name and names that mean something to JavaScript', () => {
    expect(of('{"__proto__":1,"a":2,"a":3}')).toEqual(json('{__proto__:1, a:2, a:3}'));
  });

  it('says how many are left in all, however large it is', () => {
    const numbers = (length: number) => JSON.stringify(Array.from({ length }, (_, i) => i));
    expect(of(numbers(2_000), 34)).toEqual(json('[0, 1, 2, 3, 4, 5, 6, 1,993 more]'));
    expect(of(numbers(9_000), 20)).toEqual(json('[0, 1, 8,998 more]'));
    const fields = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`field_${i}`, i]));
    expect(of(JSON.stringify(fields), 30)).toEqual(json('{field_0:0, 899 more}'));
    expect(of(`{"a":1,"list":${numbers(5_000)},"z":{"b":[1,2]}}`, 60)).toEqual(
      json('{a:1, list:[0, 1, 2, 3, 4, 5, 6, 7, 8, 4,991 more], 1 more}'),
    );
    const odd = `{"a":"],}\\"{[,","b":${numbers(3_000)},"c":"${'\\\\'.repeat(9)},","d":[],"e":{}}`;
    expect(of(odd, 30)).toEqual(json('{a:"],}\\"{[,", b:[…], 3 more}'));
  });

  it('counts the members that follow an empty container at the end of what was read', () => {
    const list = `[${'[ ], '.repeat(1_500)}{}]`;
    expect(of(list, 22)).toEqual(json('[[], [], 1,499 more]'));
  });

  it('says "at least" where not all was kept, or counting would take too long', () => {
    expect(shown(utf8('{"a":1,"b":"cut he'), 100_000, 48)).toEqual(json('{a:1, 1+ more}'));
    expect(shown(utf8('{"a":1,"b":12'), 100_000, 48)).toEqual(json('{a:1, 1+ more}'));
    expect(shown(utf8('{"a":1'), 100_000, 48)).toEqual(json('{1+ more}'));
    expect(shown(utf8('{"a":1}').subarray(0, 1), 100_000, 48)).toEqual(json('{…}'));
    const long = utf8(`[${'7,'.repeat(100_000)}7]`);
    const once = preview(long, long.length, 20);
    expect(once).toMatchObject({ kind: 'json', atLeast: true });
    expect(once.kind === 'json' ? once.left : 0).toBeGreaterThan(30_000);
  });

  it('goes on counting where it stopped, as far as it is allowed', () => {
    const long = utf8(`[${'7,'.repeat(100_000)}7]`);
    const counting: Counting = { left: 0, begun: null };
    const counts: number[] = [];
    for (let turn = 0; turn < 50; turn++) {
      counting.left = 10_000;
      const found = preview(long, long.length, 20, counting);
      if (found.kind !== 'json') throw new Error('no JSON');
      counts.push(found.left + found.parts.length);
      expect(found.atLeast).toBe(counting.begun !== null);
      if (!found.atLeast) break;
    }
    expect(counts.length).toBe(21);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBe(100_001);
  });

  it('is JSON also behind a byte order mark', () => {
    expect(of('\ufeff{"value":"0.274"}')).toEqual(json('{value:"0.274"}'));
    expect(of('\ufeff42')).toEqual({ kind: 'number', text: '42' });
  });

  it('is text where the JSON is wrong, cut off at its source or nested without end', () => {
    for (const text of [
      '{"a":',
      '{"a":1}x',
      '[1,]',
      '{a:1}',
      '[01]',
      '["\t"]',
      '["\\x"]',
      'tru',
      '{"a":1,"b',
    ]) {
      expect(of(text)).toMatchObject({ kind: 'text', cut: false });
    }
    expect(of('['.repeat(3_000))).toMatchObject({ kind: 'text', cut: true });
    expect(of('['.repeat(31) + ']'.repeat(31))).toEqual(json('[[[[…]]]]'));
  });
});

describe('the preview of other payloads', () => {
  it('is the number exactly as sent', () => {
    for (const text of ['71.4', '-0.0', '1e400', '90071992547409931', '+5', '.5', '007']) {
      expect(of(text)).toEqual({ kind: 'number', text });
    }
    expect(of(' 42\n')).toEqual({ kind: 'number', text: '42' });
    for (const text of ['NaN', '0x10', '1,5', '1 2', '-'])
      expect(of(text)).toMatchObject({ kind: 'text', text });
  });

  it('is JSON for the literals and quoted strings', () => {
    for (const text of ['true', 'false', 'null', '"on"', '[]', '{}']) expect(of(text)).toEqual(json(text));
  });

  it('is text on one line with nothing invisible in it', () => {
    expect(of('on')).toEqual({ kind: 'text', text: 'on', cut: false });
    expect(of('a\n\tb\u202ec\u001b[0m')).toEqual({
      kind: 'text',
      text: 'a\\n\\tb\\u{202e}c\\u{1b}[0m',
      cut: false,
    });
    expect(of('\ufeffa')).toEqual({ kind: 'text', text: '\\u{feff}a', cut: false });
  });

  it('cuts text neither within a character nor within a number', () => {
    expect(of('😀'.repeat(10), 4)).toEqual({ kind: 'text', text: '😀'.repeat(4), cut: true });
    expect(of('pressure is 1234.5678 bar', 16)).toEqual({ kind: 'text', text: 'pressure is ', cut: true });
  });

  it('is nothing but "empty" for an empty one, even if none of it was kept', () => {
    expect(of('')).toEqual({ kind: 'empty' });
    expect(preview(new Uint8Array(0), 10, 48)).toEqual({ kind: 'binary', hex: '', size: 10 });
  });

  it('is the first bytes and the size for what is not text', () => {
    expect(preview(Uint8Array.of(0xa9, 0x4f, 0, 0x1c, 0x7e), 512, 48)).toEqual({
      kind: 'binary',
      hex: 'a9 4f 00 1c 7e',
      size: 512,
    });
    expect(of('\u0001')).toEqual({ kind: 'binary', hex: '01', size: 1 });
    expect(of('text with a \0 in it')).toMatchObject({ kind: 'binary' });
    expect(preview(utf8('ä').subarray(0, 1), 1, 48)).toMatchObject({ kind: 'binary' });
  });

  it('does not mistake a sequence that the prefix cuts for binary', () => {
    for (let shift = 0; shift < 4; shift++) {
      const text = 'x'.repeat(shift) + '😀é'.repeat(2_000);
      expect(of(text)).toMatchObject({ kind: 'text', cut: true });
    }
    const kept = utf8('aé').subarray(0, 2);
    expect(preview(kept, 3, 48)).toEqual({ kind: 'text', text: 'a', cut: true });
  });

  it('never looks behind its prefix', () => {
    const payload = new Uint8Array(PREVIEW_BYTES + 100).fill(0x61);
    payload.fill(0xff, PREVIEW_BYTES);
    expect(preview(payload, payload.length, 48)).toMatchObject({ kind: 'text' });
  });

  it('answers any bytes with something short and safe', () => {
    const chance = random(23);
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '\\',
      'a',
      '1',
      '-',
      '.',
      'e',
      ' ',
      '\u202e',
      '\n',
      'true',
      '😀',
      '\x01',
    ];
    for (let round = 0; round < 30_000; round++) {
      const text = Array.from({ length: chance.int(24) }, () => chance.pick(pieces)).join('');
      const maxChars = 8 + chance.int(60);
      const shown = of(text, maxChars);
      expect(JSON.stringify(shown).length).toBeLessThan(40 + 10 * maxChars + 128);
      if ('text' in shown) expect(shown.text).not.toMatch(/[\p{Cc}\p{Cs}\u202e]/u);
      let valid = true;
      try {
        JSON.parse(text);
      } catch {
        valid = false;
      }
      expect(shown.kind === 'json' || (valid && shown.kind === 'number'), text).toBe(valid);
    }
  });

  it('does not take long over hostile text', () => {
    const hostile = [
      `"${'\\'.repeat(4_090)}`,
      `{"a":"${'\\"'.repeat(2_040)}`,
      '1'.repeat(4_096),
      ' '.repeat(4_096),
      '[' + '{"":'.repeat(1_000),
      '-.e+'.repeat(1_024),
    ];
    const began = process.cpuUsage();
    for (const text of hostile) for (const size of [text.length, 1_000_000]) preview(utf8(text), size, 48);
    expect(cpuMsSince(began)).toBeLessThan(500);
  });
});

describe('the kind of a preview', () => {
  it('is that of the preview, whatever the payload', () => {
    const chance = random(31);
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '\\',
      'a',
      '1',
      '-',
      'e',
      'true',
      ' ',
      '\ufeff',
      '\0',
      'ü',
    ];
    const kinds = new Set<string>();
    for (let round = 0; round < 4_000; round++) {
      const text = Array.from({ length: chance.int(9) }, () => chance.pick(pieces)).join('');
      const bytes = chance.int(9) === 0 ? Uint8Array.from([0xff, ...utf8(text)]) : utf8(text);
      const size = bytes.length + chance.pick([0, 0, 0, 1, 5_000]);
      const kind = previewKind(bytes, size);
      expect(kind).toBe(preview(bytes, size, 48).kind);
      kinds.add(kind);
    }
    expect([...kinds].sort()).toEqual(['binary', 'empty', 'json', 'number', 'text']);
  });
});
