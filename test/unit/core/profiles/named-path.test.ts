import { expect, test } from 'vitest';
import { bareBase64, namedPath } from '../../../../src-main/core/profiles/named-path.ts';

test.each([
  [' /etc/ca.pem ', '/etc/ca.pem'],
  ['C:\\keys\\me.key', 'C:\\keys\\me.key'],
  ['', null],
  [null, null],
  ['-----BEGIN CERTIFICATE-----', null],
  [`M${'A'.repeat(80)}`, null],
  ['/a\n/b', null],
  ['/a\0', null],
  ['x'.repeat(4_097), null],
])('%j names the path %j', (text, path) => {
  expect(namedPath('key', text)).toBe(path);
});

test('base64 stands for itself after its prefix in PKCS#12 only, and without its first and last line', () => {
  expect(namedPath('pfx', ' base64:AAAA')).toBeNull();
  expect(namedPath('ca', 'base64:AAAA')).toBe('base64:AAAA');
  expect(bareBase64(`"M${'A'.repeat(40)}\\n${'B'.repeat(40)}"`)).toBe(`M${'A'.repeat(40)}${'B'.repeat(40)}`);
  expect(bareBase64('/etc/ca.pem')).toBeNull();
});
