import { expect, test } from 'vitest';
import { AgeReader, readTime } from '../../../../src-main/core/inventory/age.ts';
import { RecordLook } from '../../../../src-main/core/history/look.ts';
import type { RetainedFact } from '../../../../src-main/contract/model/retained.ts';

const NOW = Date.UTC(2026, 10, 28, 12);
const STORED: RetainedFact = { state: 'retained', by: 'subscribe', at: NOW - 5_000, stale: false };
const encoder = new TextEncoder();

function look(payload: string, user: readonly (readonly [string, string])[] = []): RecordLook {
  const one = new RecordLook();
  const bytes = encoder.encode(payload);
  const pairs = user.flatMap(([name, value]) => [
    38,
    ...[name, value].flatMap((text) => [0, encoder.encode(text).length, ...encoder.encode(text)]),
  ]);
  one.take({
    seq: 1,
    at: NOW - 5_000,
    qos: 0,
    retain: true,
    stored: true,
    dup: false,
    packetId: 0,
    size: bytes.length,
    payload: bytes,
    properties: Uint8Array.from(pairs),
    previous: 0,
  });
  return one;
}

const ageOf = (payload: string, user?: readonly (readonly [string, string])[], fact = STORED) =>
  new AgeReader().ageOf(look(payload, user), fact, NOW);

test('A time that the message carries is read as devices write it.', () => {
  const at = Date.UTC(2026, 10, 20, 14, 30);
  for (const value of [
    at,
    at / 1_000,
    at * 1_000,
    `${at}000000`,
    `"${at}"`,
    '"2026-11-20T14:30:00Z"',
    '"2026-11-20T15:30:00+01:00"',
    '"2026-11-20 14:30:00.000Z"',
  ]) {
    expect(ageOf(`{"value":1, "ts" : ${value}}`), String(value)).toEqual({ at, source: 'payload' });
  }
  for (const name of ['timestamp', 'Timestamp', 'time_stamp', 'updatedAt', 'last-seen', 'time'])
    expect(ageOf(`{"${name}":${at}}`), name).toEqual({ at, source: 'payload' });
});

test('A user property goes before the payload.', () => {
  const at = Date.UTC(2026, 10, 1);
  const found = ageOf('{"ts":1795000000}', [
    ['site', 'oslo'],
    ['Timestamp', '2026-11-01T00:00:00Z'],
  ]);
  expect(found).toEqual({ at, source: 'property' });
});

test('What may be about something else is no age: deeper members, bare numbers, times without a zone or of no sense.', () => {
  const stored = { at: NOW - 5_000, source: 'stored' };
  for (const payload of [
    '{"alarm":{"ts":1700000000000}}',
    '1700000000000',
    '[{"ts":1700000000000}]',
    '{"ts":12}',
    '{"ts":true}',
    '{"ts":"2026-11-20T14:30:00"}',
    '{"ts":"yesterday"}',
    `{"ts":${NOW + 2 * 86_400_000}}`,
    '{"ts":99999}',
    '{"ts":1700000000000',
    '{"note":"\\"ts\\":1700000000000"}',
    '\u0000{"ts":1700000000000}',
    '',
  ]) {
    expect(ageOf(payload), payload).toEqual(stored);
  }
});

test('Without such a time the age is exact where it was seen to be published, and else "at least".', () => {
  const live = { ...STORED, by: 'live' as const, at: NOW - 60_000 };
  expect(ageOf('x', [], live)).toEqual({ at: NOW - 60_000, source: 'published' });
  expect(ageOf('x', [], { ...live, by: 'us' })).toEqual({ at: NOW - 60_000, source: 'published' });
  expect(ageOf('x', [], { ...STORED, by: 'probe', at: NOW })).toEqual({ at: NOW - 5_000, source: 'stored' });
  expect(new AgeReader().ageOf(null, STORED, NOW)).toEqual({ at: NOW - 5_000, source: 'stored' });
});

test('A message that may not be there any more has no age, unless it holds a time itself.', () => {
  const unknown = { ...STORED, state: 'unknown' as const };
  expect(ageOf('x', [], unknown)).toBeNull();
  expect(ageOf('{"ts":1795000000}', [], unknown)?.source).toBe('payload');
  expect(new AgeReader().ageOf(null, { ...unknown, by: 'none' }, NOW)).toBeNull();
});

test('A time is read only where digits or ISO 8601 leave no doubt.', () => {
  expect(readTime('1795000000', NOW)).toBe(1_795_000_000_000);
  expect(readTime('1795000000.5', NOW)).toBe(1_795_000_000_500);
  for (const text of ['', '123', '2026-11-20', '20/11/2026 10:00Z', '1e9', '-1795000000'])
    expect(readTime(text, NOW), text).toBeNull();
});
