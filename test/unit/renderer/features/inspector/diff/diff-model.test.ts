import { describe, expect, test } from 'vitest';
import {
  compare,
  compareKept,
  diffRows,
  summaryWords,
} from '../../../../../../src-renderer/features/inspector/diff/diff-model.ts';
import type { DecodedDocument } from '../../../../../../src-renderer/state/inspector/comparing.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const NONE: ReadonlySet<string> = new Set();

function shown(before: string | Uint8Array, now: string | Uint8Array, onlyChanges = true) {
  const of = (one: string | Uint8Array) => (typeof one === 'string' ? bytes(one) : one);
  const comparison = compare(of(before), of(now));
  const { rows } = diffRows(comparison, onlyChanges, NONE);
  return {
    kind: comparison.kind,
    summary: summaryWords(comparison),
    rows: rows.map(({ name, before: was, now: is, change }) => [name, was, is, change]),
  };
}

describe('what is compared', () => {
  test('is JSON by its fields, with the difference of numbers and times', () => {
    expect(
      shown(
        '{"ts":"2026-11-20T14:12:44.180Z","t":68.9,"mode":"setup","n":1,"l":[0]}',
        '{"ts":"2026-11-20T14:31:07.482Z","t":71.4,"n":"1","l":[0],"alarms":[{"code":118}]}',
      ),
    ).toEqual({
      kind: 'json',
      summary: { main: '3 changed', rest: '1 added, 1 removed, 1 equal' },
      rows: [
        ['ts', '"2026-11-20T14:12:44.180Z"', '"2026-11-20T14:31:07.482Z"', '+18 m'],
        ['t', '68.9', '71.4', '+2.5, 3.6 %'],
        ['n', '1', '"1"', 'number to text'],
        ['alarms', '', '[ 1 item ]', 'added'],
        ['mode', '"setup"', '', 'removed'],
      ],
    });
  });

  test('is text by its lines where one of the two is no JSON', () => {
    expect(shown('a\nb\nc', 'a\nx\nc\nd')).toEqual({
      kind: 'lines',
      summary: { main: '1 changed', rest: '1 added, 2 equal' },
      rows: [
        ['Line 2', 'b', 'x', 'changed'],
        ['Line 4', '', 'd', 'added'],
      ],
    });
  });

  test('is bytes where one of the two is no text', () => {
    const before = Uint8Array.of(0xff, 1, 2, 3);
    const now = Uint8Array.of(0xff, 1, 9, 3);
    expect(shown(before, now)).toEqual({
      kind: 'bytes',
      summary: { main: '1 byte differs', rest: '3 bytes at the ends equal' },
      rows: [['0000', 'ff 01 02', 'ff 01 09', '··· ···']],
    });
    expect(shown('a\0', 'b\0').kind).toBe('bytes');
  });
});

describe('what the decoder made of two messages', () => {
  const kept = (decoded: DecodedDocument | null) => ({ decoded, message: { bytes: Uint8Array.of(0xa1, 1) } });
  const tree = (value: string) =>
    kept({ kind: 'tree', root: { kind: 'object', keys: ['t'], values: [{ kind: 'number', text: value }] } });

  test('is compared by its fields, or by its lines', () => {
    const fields = compareKept(tree('71.1'), tree('71.4'));
    expect(fields).toMatchObject({ kind: 'json', decoded: true });
    expect(diffRows(fields, true, NONE).rows.map(({ name, change }) => [name, change])).toEqual([
      ['t', '+0.3, 0.4 %'],
    ]);
    const lines = compareKept(kept({ kind: 'text', text: 'a\nb' }), kept({ kind: 'text', text: 'a\nc' }));
    expect(diffRows(lines, true, NONE).rows.map(({ name }) => name)).toEqual(['Line 2']);
  });

  test('is not compared with what it is not alike: bytes are then', () => {
    expect(compareKept(tree('1'), kept({ kind: 'text', text: 'a' })).kind).toBe('bytes');
    expect(compareKept(tree('1'), kept(null)).kind).toBe('bytes');
  });
});

describe('the list of differences', () => {
  test('shows no character that hides or reorders others', () => {
    const { rows } = shown('{"a\u202e":"x"}', '{"a\u202e":"y\u0000"}'.replace('\u0000', '\\u202e\u202e'));
    expect(JSON.stringify(rows)).not.toContain('\u202e');
    expect(rows[0]?.[0]).toContain('\\u{202e}');
  });

  test('cuts what no cell can hold', () => {
    const { rows } = shown(`"${'a'.repeat(5_000)}"`, '"b"');
    expect(rows[0]?.[1]?.length).toBeLessThan(250);
  });

  test('closes a parent, and counts what differs in it', () => {
    const comparison = compare(bytes('{"axes":[1,2,3]}'), bytes('{"axes":[5,6,3]}'));
    const open = diffRows(comparison, true, NONE).rows;
    expect(open.map(({ name, change }) => [name, change])).toEqual([
      ['axes', '2 of 3 differ'],
      ['0', '+4, 400 %'],
      ['1', '+4, 200 %'],
    ]);
    const closed = diffRows(comparison, true, new Set([open[0]?.id ?? ''])).rows;
    expect(closed.map(({ name, open: isOpen }) => [name, isOpen])).toEqual([['axes', false]]);
  });

  test('counts as all other counts are written', () => {
    const many = (step: number) =>
      bytes(JSON.stringify({ axes: Array.from({ length: 1_500 }, (_, i) => i + step) }));
    expect(diffRows(compare(many(0), many(1)), true, NONE).rows[0]?.change).toBe('1,500 of 1,500 differ');
  });

  test('is cut at twenty thousand rows, and says so', () => {
    const list = (by: number) => bytes(JSON.stringify(Array.from({ length: 25_000 }, (_, at) => at + by)));
    const found = diffRows(compare(list(0), list(1)), true, NONE);
    expect(found.rows).toHaveLength(20_000);
    expect(found.cut).toBe(true);
  });

  test('says that nothing differs', () => {
    expect(shown('{"a":1}', '{"a":1}').summary).toEqual({ main: 'Nothing differs', rest: '1 field equal' });
    expect(shown(Uint8Array.of(0xff), Uint8Array.of(0xff)).summary.main).toBe('Nothing differs');
  });
});
