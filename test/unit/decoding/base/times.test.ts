import { describe, expect, test } from 'vitest';
import { isDay, isoOf, isoSeconds, localTime } from '../../../../src-main/decoding/base/times.ts';

describe('Seconds since 1970', () => {
  test.each([
    ['0', '1970-01-01T00:00:00Z'],
    ['-1', '1969-12-31T23:59:59Z'],
    ['1700000000', '2023-11-14T22:13:20Z'],
    ['1700000000.0', '2023-11-14T22:13:20Z'],
    ['1700000000.25', '2023-11-14T22:13:20.250Z'],
    ['1e9', '2001-09-09T01:46:40.000Z'],
  ])('%s are %s', (seconds, iso) => expect(isoSeconds(seconds)).toBe(iso));

  test.each(['NaN', 'Infinity', '1e300', '8640000000001', '-8640000000001'])('%s are no date', (seconds) =>
    expect(isoSeconds(seconds)).toBeNull(),
  );
});

describe('Units since 1970', () => {
  test.each([
    [1_700_000_000n, 1n, '2023-11-14T22:13:20Z'],
    [1_700_000_000_007n, 1_000n, '2023-11-14T22:13:20.007Z'],
    [1_700_000_000_000_007n, 1_000_000n, '2023-11-14T22:13:20.000007Z'],
    [1_700_000_000_123_456_789n, 1_000_000_000n, '2023-11-14T22:13:20.123456789Z'],
    // Before 1970 the rest counts upwards as well.
    [-1n, 1_000n, '1969-12-31T23:59:59.999Z'],
    [-1_000n, 1_000n, '1969-12-31T23:59:59.000Z'],
    [253_402_300_800n, 1n, '+010000-01-01T00:00:00Z'],
  ] as const)('%d of 1/%d s are %s, with all the digits a unit has', (units, perSecond, iso) => {
    expect(isoOf(units, perSecond)).toBe(iso);
  });

  test('that no date has are none', () => {
    expect([isoOf(2n ** 63n, 1n), isoOf(-(2n ** 63n), 1_000n)]).toEqual([null, null]);
  });
});

test('The time on the clock of this computer is the same moment; of what is no time there is none.', () => {
  expect(localTime('2026-11-20T14:31:06.912Z')).toMatch(/20 Nov 2026, \d\d:\d1:06/);
  expect([localTime(''), localTime('soon')]).toEqual(['', '']);
});

describe('A day', () => {
  test.each([
    '2026-02-28',
    '2024-02-29',
    '2000-02-29',
    '1969-12-31',
    '9999-12-31',
    '0001-01-01',
    '2026-11-20T14:31:06Z',
  ])('%s is one', (iso) => expect(isDay(iso)).toBe(true));

  test.each([
    '2026-02-29',
    '2026-02-30',
    '1900-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-1-1',
    '',
  ])('%s is none, and has no local time', (iso) => expect([isDay(iso), localTime(iso)]).toEqual([false, '']));

  test('beyond the year 9999 has a local time all the same', () => {
    expect(localTime('+010000-01-01T12:00:00Z')).toMatch(/Jan/);
  });
});
