import { expect, test } from 'vitest';
import { readIsoTime } from '../../../../src-main/core/text/iso-time.ts';

const AT = Date.UTC(2026, 10, 20, 14, 31, 7);

test.each([
  ['2026-11-20T14:31:07Z', AT],
  ['2026-11-20 14:31:07.5Z', AT + 500],
  ['2026-11-20t14:31:07,123456789z', AT + 123],
  ['2026-11-20T15:31:07+01:00', AT],
  ['2026-11-20T13:01:07-0130', AT],
  ['2026-11-20T14:31Z', AT - 7_000],
])('%s is a moment with its zone.', (text, at) => {
  expect(readIsoTime(text)).toEqual({ at, hasZone: true });
});

test('Without a zone it is that of this machine.', () => {
  expect(readIsoTime('2026-11-20T14:31:07')).toEqual({
    at: new Date(2026, 10, 20, 14, 31, 7).getTime(),
    hasZone: false,
  });
});

test.each([
  '',
  '2026-11-20',
  '2026-13-40T99:00:00Z',
  ' 2026-11-20T14:31:07Z',
  '2026-11-20T14:31:07.Z',
  '1795185067',
])('%j is none.', (text) => {
  expect(readIsoTime(text)).toBeNull();
});
