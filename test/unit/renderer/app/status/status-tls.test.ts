import { expect, test } from 'vitest';
import type { TlsProblem } from '../../../../../src-main/contract/model/certificates.ts';
import { uncheckedWords } from '../../../../../src-renderer/app/status/status-tls.tsx';

const expired: TlsProblem = { check: 'dates', code: 'certificate-expired', message: '', advice: '' };

test('the status bar keeps quiet while every check is on', () => {
  expect(uncheckedWords({ off: [], ignored: [] })).toBeNull();
});

test('the status bar names what is not checked', () => {
  expect(uncheckedWords({ off: ['dates'], ignored: [] })).toBe('dates not checked');
  expect(uncheckedWords({ off: ['chain', 'hostName'], ignored: [] })).toBe('chain and host name not checked');
  expect(uncheckedWords({ off: ['chain', 'dates', 'hostName'], ignored: [] })).toBe(
    'certificate not checked',
  );
});

test('the status bar says what is wrong and let through', () => {
  expect(uncheckedWords({ off: ['chain', 'dates', 'hostName'], ignored: [expired] })).toBe(
    'wrong dates accepted',
  );
});
