import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  called,
  day,
  daysUntil,
  fromNow,
  hostsOf,
  issuerCalled,
  listed,
  quoted,
} from '../../../../src-main/core/tls/labels.ts';
import { unreadable, type ParsedCertificate } from '../../../../src-main/core/tls/x509.ts';
import { DAY_MS, NOW } from '../../../support/tls/built-certificate.ts';

const nameless = unreadable(new Uint8Array(), 0, 1);
const named = (more: Partial<ParsedCertificate>): ParsedCertificate => ({ ...nameless, ...more });

describe('What a certificate is called', () => {
  test('is its common name, else any part of its name, else its first alternative name, else nothing.', () => {
    const names = [{ kind: 'dns', value: 'b.example' }] as const;
    const organisation = { name: 'O', value: 'Plant' };
    expect(called(named({ subject: [organisation, { name: 'CN', value: 'broker' }], names }))).toBe(
      '“broker”',
    );
    expect(called(named({ subject: [organisation], names }))).toBe('“O=Plant”');
    expect(called(named({ names }))).toBe('“b.example”');
    expect(called(nameless)).toBe('“no name”');
    expect(issuerCalled(nameless)).toBe('“no name”');
    expect(issuerCalled(named({ issuer: [{ name: 'CN', value: 'Root' }] }))).toBe('“Root”');
  });

  test('is cut off where it is long, and never through a character.', () => {
    expect(quoted('x'.repeat(80))).toBe(`“${'x'.repeat(80)}”`);
    expect(quoted('x'.repeat(81))).toBe(`“${'x'.repeat(80)}…”`);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 0, maxLength: 120 }), (text) => {
        expect(quoted(text)).not.toMatch(/\p{Cs}/u);
        expect(quoted(text).length).toBeLessThanOrEqual(83);
      }),
      { seed: 3 },
    );
    expect(quoted(`${'x'.repeat(79)}😀y`)).toBe(`“${'x'.repeat(79)}…”`);
  });
});

describe('A time', () => {
  test('is a day in UTC, or unknown.', () => {
    expect(day(NOW)).toBe('2026-11-20');
    expect(day(NOW - 1)).toBe('2026-11-19');
    for (const none of [NaN, Infinity, -Infinity, 8.64e15, 1e20]) expect(day(none)).toBe('an unknown day');
  });

  test('is given in whole days, begun or passed.', () => {
    expect(daysUntil(NOW + DAY_MS, NOW)).toBe(1);
    expect(daysUntil(NOW + DAY_MS - 1, NOW)).toBe(0);
    expect(daysUntil(NOW - 1, NOW)).toBe(-1);
  });

  test.each([
    [0, 'in less than a day'],
    [DAY_MS - 1, 'in less than a day'],
    [-1, 'less than a day ago'],
    [DAY_MS, 'in 1 day'],
    [-DAY_MS, '1 day ago'],
    [5.9 * DAY_MS, 'in 5 days'],
    [-5.9 * DAY_MS, '5 days ago'],
    [4_000 * DAY_MS, 'in 4,000 days'],
  ])('is given relative to now: %d ms is “%s”.', (ms, words) => {
    expect(fromNow(NOW + ms, NOW)).toBe(words);
  });
});

test('A list is one phrase.', () => {
  expect(listed([])).toBe('');
  expect(listed(['a'])).toBe('a');
  expect(listed(['a', 'b'])).toBe('a and b');
  expect(listed(['a', 'b', 'c'], 'or')).toBe('a, b or c');
});

describe('The hosts of a certificate', () => {
  const dns = (value: string) => ({ kind: 'dns', value }) as const;

  test('are its names and addresses, and nothing else it is called by.', () => {
    const names = [dns('a'), { kind: 'email', value: 'x@y' }, { kind: 'ip', value: '::1' }] as const;
    expect(hostsOf(named({ names }))).toBe('a and ::1');
  });

  test('are its common name where it has none.', () => {
    const subject = [{ name: 'CN', value: 'b.example' }];
    expect(hostsOf(named({ subject, names: [{ kind: 'email', value: 'x@y' }] }))).toBe('b.example');
    expect(hostsOf(nameless)).toBe('no host');
  });

  test('are five at most, and the rest is counted.', () => {
    const of = (count: number) =>
      hostsOf(named({ names: Array.from({ length: count }, (_, i) => dns(`h${i}`)) }));
    expect(of(5)).toBe('h0, h1, h2, h3 and h4');
    expect(of(6)).toBe('h0, h1, h2, h3, h4 and 1 more');
  });
});
