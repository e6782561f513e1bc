import { describe, expect, test } from 'vitest';
import {
  LargeDiff,
  type DiffRequest,
  type DiffShown,
} from '../../../../../../src-renderer/features/inspector/diff/large-diff.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

function shown(diff: LargeDiff, request: DiffRequest): DiffShown {
  const answer = diff.answer(request);
  if (answer.kind !== 'shown') throw new Error(answer.kind);
  return answer;
}
const comparing = (before: string, now: string, onlyChanges = true): DiffRequest => ({
  kind: 'compare',
  pair: 1,
  before: utf8(before),
  now: utf8(now),
  onlyChanges,
  closed: [],
});
const devices = (count: number, changed: number) =>
  JSON.stringify(Array.from({ length: count }, (_, id) => ({ id, on: id !== changed, at: 'hall' })));

describe('Two large payloads', () => {
  test('are compared field by field, and what differs is found', () => {
    const answer = shown(new LargeDiff(), comparing(devices(20_000, -1), devices(20_000, 17_000)));
    expect(answer).toMatchObject({ by: 'json', cut: false, coarse: false });
    expect(answer.summary).toEqual({ main: '1 changed', rest: '59,999 equal' });
    const changed = answer.rows.filter(({ kind }) => kind === 'changed');
    expect(changed).toMatchObject([{ before: 'true', now: 'false' }]);
    expect(changed[0]?.name).toContain('17000');
  });

  test('have rows that can be sent to the window as they are, and no more than it takes', () => {
    const answer = shown(new LargeDiff(), comparing(devices(20_000, -1), devices(20_000, 1), false));
    expect([answer.rows.length, answer.cut]).toEqual([5_000, true]);
    expect(structuredClone(answer)).toEqual(answer);
  });

  test('are not compared again for other rows of them, nor for their patch', () => {
    const diff = new LargeDiff();
    expect(shown(diff, comparing('{"a":1,"b":2}', '{"a":1,"b":3}')).rows).toHaveLength(1);
    expect(
      shown(diff, { kind: 'rows', pair: 1, onlyChanges: false, closed: [] }).rows.length,
    ).toBeGreaterThan(1);
    expect(diff.answer({ kind: 'patch', pair: 1 })).toEqual({
      kind: 'patch',
      text: '[\n  { "op": "replace", "path": "/b", "value": 3 }\n]',
    });
  });

  test('are compared line by line where they are text, and have no patch then', () => {
    const lines = (last: string) => Array.from({ length: 50_000 }, (_, at) => `line ${at}`).join('\n') + last;
    const diff = new LargeDiff();
    expect(shown(diff, comparing(lines('x'), lines('y')))).toMatchObject({
      by: 'lines',
      rows: [{ kind: 'changed', before: 'line 49999x', now: 'line 49999y' }],
      summary: { main: '1 changed', rest: '49,999 equal' },
    });
    expect(() => diff.answer({ kind: 'patch', pair: 1 })).toThrow('Only JSON has a patch.');
  });

  test.each([
    ['fields', `[${'1,'.repeat(600_000)}1]`, `[${'1,'.repeat(600_000)}2]`],
    ['lines', 'a\n'.repeat(600_000), `${'a\n'.repeat(600_000)}b`],
  ])('of too many %s are compared as bytes, and that is said', (_what, before, now) => {
    expect(shown(new LargeDiff(), comparing(before, now))).toMatchObject({ by: 'bytes', coarse: true });
  });

  test('are not taken for two others that were compared since', () => {
    const diff = new LargeDiff();
    shown(diff, comparing('{"a":1}', '{"a":2}'));
    shown(diff, { ...comparing('{"a":1}', '{"a":3}'), pair: 2 } as DiffRequest);
    for (const kind of ['patch', 'rows'] as const)
      expect(() => diff.answer({ kind, pair: 1, onlyChanges: true, closed: [] })).toThrow(
        'Other messages are compared by now.',
      );
  });

  test('are never asked about before they were compared', () => {
    expect(() => new LargeDiff().answer({ kind: 'rows', pair: 1, onlyChanges: true, closed: [] })).toThrow(
      'Nothing was compared.',
    );
  });
});
