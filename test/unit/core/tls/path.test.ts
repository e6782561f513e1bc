import { describe, expect, test } from 'vitest';
import { chainFault, dateFault } from '../../../../src-main/core/tls/faults.ts';
import { findPath, type SignedBy } from '../../../../src-main/core/tls/path.ts';
import { unreadable, type ParsedCertificate } from '../../../../src-main/core/tls/x509.ts';

const NOW = Date.UTC(2026, 10, 20);
const DAY = 86_400_000;
let serial = 0;

/** A certificate of that name; keys are their names, unless said otherwise. */
function made(name: string, issuer: string, more: Partial<ParsedCertificate> = {}): ParsedCertificate {
  serial += 1;
  return {
    ...unreadable(Uint8Array.of(serial >> 8, serial & 0xff), NOW - DAY, NOW + DAY),
    subject: [{ name: 'CN', value: name }],
    issuer: [{ name: 'CN', value: issuer }],
    subjectKey: name,
    issuerKey: issuer,
    keyType: 'EC',
    keyBits: 256,
    curve: 'P-256',
    signatureAlgorithm: 'ecdsa-with-SHA256',
    criticalUnknown: [],
    ...more,
  };
}
const authority = (name: string, issuer: string, more: Partial<ParsedCertificate> = {}): ParsedCertificate =>
  made(name, issuer, { ca: true, keyUsage: ['keyCertSign'], ...more });

const always: SignedBy = () => true;
const root = authority('Root', 'Root');
const middle = authority('Middle', 'Root');
const leaf = made('broker', 'Middle', { extendedKeyUsage: ['serverAuth'] });

const pathOf = (
  sent: readonly ParsedCertificate[],
  anchors: readonly ParsedCertificate[],
  signed: SignedBy = always,
  first = leaf,
) => findPath(first, sent, anchors, NOW, signed);

describe('The way to an anchor', () => {
  test('leads over what was sent, in any order, and ends at the first anchor.', () => {
    const other = authority('Other', 'Root');
    expect(pathOf([other, middle], [root]).links).toEqual([leaf, middle, root]);
    expect(pathOf([middle, other], [root]).fault).toBeNull();
    expect(pathOf([middle], [root, middle]).links).toEqual([leaf, middle]);
    expect(pathOf([], [leaf]).links).toEqual([leaf]);
  });

  test('is missed with the name of who is missing.', () => {
    const { fault, links } = pathOf([middle], []);
    expect(fault).toMatchObject({ kind: 'unknown-issuer', at: middle });
    expect(links).toEqual([leaf, middle]);
    expect(pathOf([middle, root], []).fault).toMatchObject({ kind: 'self-signed', at: root });
    const own = made('own', 'own');
    expect(pathOf([], [root], always, own).fault).toMatchObject({ kind: 'self-signed', at: own });
  });

  test('takes a signature that is good, whatever stands beside it under the same name.', () => {
    const impostor = authority('Middle', 'Root');
    const signed: SignedBy = (child, issuer) => child !== leaf || issuer === middle;
    expect(pathOf([impostor, middle], [root], signed).links).toEqual([leaf, middle, root]);
    expect(pathOf([impostor], [root], signed).fault).toMatchObject({ kind: 'bad-signature', at: leaf });
  });

  test('prefers certificates that are valid today.', () => {
    const old = authority('Middle', 'Root', { notAfter: NOW - 1 });
    expect(pathOf([old, middle], [root]).links).toEqual([leaf, middle, root]);
    expect(pathOf([old], [root])).toMatchObject({ fault: null, links: [leaf, old, root] });
  });

  test('is refused for what a TLS library refuses.', () => {
    const cases: readonly (readonly [readonly ParsedCertificate[], string])[] = [
      [[made('Middle', 'Root')], 'not-an-authority'],
      [[authority('Middle', 'Root', { keyUsage: ['cRLSign'] })], 'not-an-authority'],
      [[authority('Middle', 'Root', { criticalUnknown: ['2.5.29.30'] })], 'not-understood'],
      [[authority('Middle', 'Root', { signatureAlgorithm: 'sha1WithRSAEncryption' })], 'weak-signature'],
      [[authority('Middle', 'Root', { keyType: 'RSA', keyBits: 512 })], 'weak-key'],
      [[authority('Middle', 'Root', { extendedKeyUsage: ['clientAuth'] })], 'purpose'],
      [[authority('Middle', 'Upper'), authority('Upper', 'Root', { pathLength: 0 })], 'too-long'],
    ];
    for (const [sent, kind] of cases) expect(pathOf(sent, [root]).fault?.kind, kind).toBe(kind);
    const client = made('broker', 'Middle', { extendedKeyUsage: ['clientAuth'] });
    expect(pathOf([middle], [root], always, client).fault?.kind).toBe('purpose');
    const any = made('broker', 'Middle', { extendedKeyUsage: ['anyExtendedKeyUsage'] });
    expect(pathOf([middle], [root], always, any).fault?.kind).toBe('purpose');
    const signsLists = made('broker', 'Middle', { keyUsage: ['cRLSign'] });
    expect(pathOf([middle], [root], always, signsLists).fault?.kind).toBe('purpose');
    const old = authority('Middle', 'Root', { pathLength: 0 });
    expect(pathOf([old], [root]).fault).toBeNull();
  });

  test('may begin at a root of version 1, but not lead over one.', () => {
    const first = made('Root', 'Root', { version: 1 });
    expect(pathOf([middle], [first]).fault).toBeNull();
    const between = made('Middle', 'Root', { version: 1 });
    expect(pathOf([between], [root]).fault?.kind).toBe('not-an-authority');
  });

  test.each([
    ['PSS with SHA-1', { signatureAlgorithm: 'rsassaPss with SHA-1' }, 'weak-signature'],
    ['MD4', { signatureAlgorithm: 'md4WithRSAEncryption' }, 'weak-signature'],
    ['ECDSA with SHA-1', { signatureAlgorithm: 'ecdsa-with-SHA1' }, 'weak-signature'],
    ['PSS with SHA-256', { signatureAlgorithm: 'rsassaPss with SHA-256' }, undefined],
    ['Ed25519', { signatureAlgorithm: 'Ed25519', keyType: 'Ed25519', keyBits: null }, undefined],
    ['RSA of 1,023 bits', { keyType: 'RSA', keyBits: 1_023 }, 'weak-key'],
    ['RSA of 1,024 bits', { keyType: 'RSA', keyBits: 1_024 }, undefined],
    ['a curve of 112 bits', { keyBits: 112 }, 'weak-key'],
    ['DSA', { keyType: 'DSA', keyBits: 3_072 }, 'weak-key'],
    ['a usage that allows nothing', { keyUsage: ['none'] }, 'not-an-authority'],
    ['an extended usage that allows nothing', { extendedKeyUsage: ['none'] }, 'purpose'],
  ])('leads over keys and signatures that can be trusted only: %s.', (_, more, kind) => {
    expect(pathOf([authority('Middle', 'Root', more)], [root]).fault?.kind).toBe(kind);
  });

  test('does not mind the signature of an anchor, but all else that is wrong with it.', () => {
    const old = authority('Root', 'Root', { signatureAlgorithm: 'sha1WithRSAEncryption' });
    expect(pathOf([middle], [old]).fault).toBeNull();
    const small = authority('Root', 'Root', { keyType: 'RSA', keyBits: 512 });
    expect(pathOf([middle], [small]).fault?.kind).toBe('weak-key');
    const odd = authority('Root', 'Root', { criticalUnknown: ['1.2.3'] });
    expect(pathOf([middle], [odd]).fault?.kind).toBe('not-understood');
  });

  test('passes by those of the right name whose key is another by its identifier.', () => {
    const asked = made('broker', 'Middle', { issuerKeyId: 'AA' });
    const [wrong, right, unnamed] = ['BB', 'AA', null].map((keyId) => authority('Middle', 'Root', { keyId }));
    if (!wrong || !right || !unnamed) throw new Error('not made');
    expect(pathOf([wrong], [root], always, asked).fault?.kind).toBe('unknown-issuer');
    expect(pathOf([wrong, right], [root], always, asked).links).toEqual([asked, right, root]);
    expect(pathOf([unnamed], [root], always, asked).fault).toBeNull();
  });

  test('tries valid certificates before those that have ended, and those only then.', () => {
    const ended = authority('Middle', 'Root', { notAfter: NOW - 1 });
    const valid = authority('Middle', 'Root');
    expect(pathOf([ended, valid], [root]).links).toEqual([leaf, valid, root]);
    expect(pathOf([ended], [root]).links).toEqual([leaf, ended, root]);
  });

  test('has sixteen links at most.', () => {
    const chain = (length: number) =>
      Array.from({ length }, (_, i) => authority(`A${i}`, i + 1 === length ? 'Root' : `A${i + 1}`));
    const first = made('broker', 'A0');
    expect(pathOf(chain(14), [root], always, first).links).toHaveLength(16);
    expect(pathOf(chain(15), [root], always, first).fault?.kind).toBe('too-long');
  });

  test('is given up in bounded time where names go in circles or are all the same.', () => {
    const circle = [authority('Middle', 'Upper'), authority('Upper', 'Middle')];
    expect(pathOf(circle, [root]).fault).not.toBeNull();
    let asked = 0;
    const many = Array.from({ length: 15 }, () => authority('Same', 'Same2')).concat(
      Array.from({ length: 15 }, () => authority('Same2', 'Same')),
    );
    const first = made('broker', 'Same');
    const counting: SignedBy = () => (asked++, true);
    expect(pathOf(many, [root], counting, first).fault).not.toBeNull();
    expect(asked).toBeLessThanOrEqual(64);
  });
});

describe('A fault in words', () => {
  test('goes on after “The certificate of A”, and names what it is about.', () => {
    expect(chainFault({ kind: 'unknown-issuer', at: leaf }, leaf).what).toBe(
      'is signed by “Middle”, which is not trusted here',
    );
    expect(chainFault({ kind: 'unknown-issuer', at: middle }, leaf).what).toBe(
      'is signed through “Middle”, which is signed by “Root”, which is not trusted here',
    );
    expect(chainFault({ kind: 'self-signed', at: root }, leaf).what).toBe(
      'is signed by the authority “Root”, which is not trusted here',
    );
    expect(chainFault({ kind: 'purpose', at: leaf }, leaf).code).toBe('certificate-purpose');
  });

  test('gives dates with the days since or until.', () => {
    const at = (days: number): ParsedCertificate => made('broker', 'Middle', { notAfter: NOW - days * DAY });
    expect(dateFault(leaf, leaf, NOW)).toBeNull();
    const [old, fresh, yesterday] = [at(0.5), at(3), at(1)];
    expect(dateFault(old, old, NOW)?.what).toBe('expired on 2026-11-19 (less than a day ago)');
    expect(dateFault(fresh, fresh, NOW)?.what).toBe('expired on 2026-11-17 (3 days ago)');
    expect(dateFault(yesterday, leaf, NOW)?.what).toBe(
      'is signed through “broker”, whose certificate expired on 2026-11-19 (1 day ago)',
    );
    const later = made('broker', 'Middle', { notBefore: NOW + 2.5 * DAY });
    expect(dateFault(later, later, NOW)?.what).toBe('is not valid before 2026-11-22 (in 2 days)');
  });
});
