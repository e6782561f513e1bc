import { describe, expect, test } from 'vitest';
import {
  chainFault,
  dateFault,
  libraryDateFault,
  libraryFault,
} from '../../../../src-main/core/tls/faults.ts';
import { bySeverity, error, note, warning } from '../../../../src-main/core/tls/findings.ts';
import type { PathFault } from '../../../../src-main/core/tls/path.ts';
import { builtCertificate, DAY_MS, NOW } from '../../../support/tls/built-certificate.ts';

const CN = '2.5.4.3';
const leaf = builtCertificate({ subject: [[CN, 'broker']], issuer: [[CN, 'Middle']] });
const middle = builtCertificate({ subject: [[CN, 'Middle']], issuer: [[CN, 'Root']] });

type Kind = PathFault['kind'];
const ofLeaf = (kind: Kind, more = {}) => {
  const at = { ...leaf, ...more };
  return chainFault({ kind, at }, at);
};
const ofMiddle = (kind: Kind, more = {}) => chainFault({ kind, at: { ...middle, ...more } }, leaf);

describe('A fault of the chain', () => {
  test.each<readonly [Kind, string, string]>([
    ['unknown-issuer', 'is signed by “Middle”, which is not trusted here', 'CA certificate'],
    ['self-signed', 'is self-signed, so no authority vouches for it', 'give this certificate'],
    ['bad-signature', 'names “Middle” as its issuer, but the key of', 'forgery'],
    ['weak-signature', 'is signed with ecdsa-with-SHA256, which can be forged', 'SHA-256 or better'],
    ['weak-key', 'has a key that is too weak (EC, 256 bits)', 'RSA of 2,048 bits'],
    ['purpose', 'may not be used by a server (key usage: )', 'serverAuth'],
    ['not-understood', 'has a critical extension () that cannot be checked', 'check of the dates'],
  ])('of the broker’s own certificate names it: %s.', (kind, what, advice) => {
    expect(ofLeaf(kind).what).toContain(what);
    expect(ofLeaf(kind).advice).toContain(advice);
    expect(ofLeaf(kind).check).toBe('chain');
  });

  test.each<readonly [Kind, string]>([
    ['unknown-issuer', 'is signed through “Middle”, which is signed by “Root”, which is not trusted here'],
    ['self-signed', 'is signed by the authority “Middle”, which is not trusted here'],
    ['bad-signature', 'is signed through “Middle”, which names “Root” as its issuer'],
    ['not-an-authority', 'is signed with “Middle”, which is not allowed to sign others'],
    ['too-long', 'has a chain of more authorities than “Middle” allows'],
    ['weak-signature', 'is signed through “Middle”, which is signed with ecdsa-with-SHA256'],
    ['weak-key', 'is signed through “Middle”, which has a key that is too weak'],
    ['purpose', 'is signed through “Middle”, which may not be used by a server'],
    ['not-understood', 'is signed through “Middle”, which has a critical extension'],
  ])('of another one names that one: %s.', (kind, what) => {
    expect(ofMiddle(kind).what).toContain(what);
  });

  test('has a code of its own where programs distinguish it.', () => {
    expect(ofLeaf('self-signed').code).toBe('certificate-self-signed');
    expect(ofMiddle('self-signed').code).toBe('certificate-untrusted');
    expect(ofLeaf('purpose').code).toBe('certificate-purpose');
    expect(ofLeaf('weak-key').code).toBe('certificate-untrusted');
  });

  test('names the usage that is the problem, and of many only some.', () => {
    const client = ofLeaf('purpose', { extendedKeyUsage: ['clientAuth', '1', '2', '3', '4', '5'] });
    expect(client.what).toContain('(extended key usage: clientAuth, 1, 2, 3, 4)');
    const lists = ofLeaf('purpose', { extendedKeyUsage: ['serverAuth'], keyUsage: ['cRLSign'] });
    expect(lists.what).toContain('(key usage: cRLSign)');
    expect(ofLeaf('weak-key', { keyType: 'DSA', keyBits: null }).what).toContain('(DSA)');
    const odd = ofLeaf('not-understood', { criticalUnknown: ['1.1', '1.2', '1.3', '1.4'] });
    expect(odd.what).toContain('(1.1, 1.2, 1.3)');
  });
});

describe('A fault of the dates', () => {
  test('begins the millisecond after the last one that counts.', () => {
    expect(dateFault(leaf, leaf, leaf.notAfter)).toBeNull();
    expect(dateFault(leaf, leaf, leaf.notAfter + 1)?.code).toBe('certificate-expired');
    expect(dateFault(leaf, leaf, leaf.notBefore)).toBeNull();
    expect(dateFault(leaf, leaf, leaf.notBefore - 1)?.code).toBe('certificate-not-yet-valid');
  });

  test('of another certificate names it, in the past and ahead.', () => {
    expect(dateFault(middle, leaf, middle.notAfter + 2 * DAY_MS)?.what).toBe(
      'is signed through “Middle”, whose certificate expired on 2027-02-18 (2 days ago)',
    );
    expect(dateFault(middle, leaf, NOW - 3 * DAY_MS)?.what).toBe(
      'is signed through “Middle”, whose certificate is not valid before 2026-11-19 (in 2 days)',
    );
  });

  test('that only the library sees is reported without a name.', () => {
    expect(libraryDateFault()).toMatchObject({ check: 'dates', code: 'certificate-expired' });
  });
});

describe('What only the TLS library finds', () => {
  test.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', 'is signed by an authority that is not trusted here'],
    ['CERT_REVOKED', 'has been revoked'],
    ['EE_KEY_TOO_SMALL', 'has a key that is too weak'],
    ['INVALID_PURPOSE', 'may not be used by a server'],
    ['EXCLUDED_VIOLATION', 'is for a name that its authority may not vouch for'],
  ])('is reported in words: %s.', (code, what) => {
    expect(libraryFault(code)).toMatchObject({ check: 'chain', code: 'certificate-untrusted', what });
  });

  test('is reported with its code if there are no words for it, and never at full length.', () => {
    expect(libraryFault('NEW_CODE').what).toBe('was not accepted by the TLS library (NEW_CODE)');
    expect(libraryFault('').what).toContain('(no reason given)');
    expect(libraryFault('X'.repeat(500)).what.length).toBeLessThan(130);
  });
});

test('Findings come with the worst first, and otherwise in their order.', () => {
  const all = [
    note('ca', 'n1', 'n'),
    warning('ca', 'w1', 'w', ''),
    error('key', 'e1', 'e', 'a'),
    note('ca', 'n2', 'n'),
  ];
  expect(bySeverity([...all, error('key', 'e2', 'e', 'a')]).map(({ code }) => code)).toEqual([
    'e1',
    'e2',
    'w1',
    'n1',
    'n2',
  ]);
  expect(note('ca', 'n', 'n').advice).toBe('');
});
