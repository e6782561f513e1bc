import { describe, expect, test } from 'vitest';
import type { CertificateInfo } from '../../../../../src-main/contract/model/certificates.ts';
import {
  certificateName,
  chainTree,
  keyWords,
  localTrees,
  usageWords,
  validityShort,
  validityWords,
} from '../../../../../src-renderer/features/certificates/certificate-labels.ts';

const DAY = 86_400_000;

function certificate(part: Partial<CertificateInfo> = {}): CertificateInfo {
  return {
    subject: [{ name: 'CN', value: 'broker.example' }],
    issuer: [{ name: 'CN', value: 'Plant CA' }],
    subjectLine: 'CN=broker.example',
    issuerLine: 'CN=Plant CA',
    names: [{ kind: 'dns', value: 'broker.example' }],
    serial: '0A',
    notBefore: 0,
    notAfter: 400 * DAY,
    daysLeft: 400,
    validity: 'valid',
    keyType: 'EC',
    keyBits: 256,
    curve: 'P-256',
    signatureAlgorithm: 'ecdsa-with-SHA256',
    ca: false,
    pathLength: null,
    keyUsage: [],
    extendedKeyUsage: [],
    selfSigned: false,
    fingerprints: { sha1: '00', sha256: '00' },
    pem: '',
    ...part,
  };
}

describe('a certificate in words', () => {
  test('a chain becomes a tree that begins with who stands behind it', () => {
    const named = (value: string) => certificate({ subject: [{ name: 'CN', value }] });
    const { nodes } = chainTree('Chain', [named('leaf'), named('middle'), named('root')]);
    expect(nodes.map((node) => [certificateName(node.certificate), node.level])).toEqual([
      ['root', 1],
      ['middle', 2],
      ['leaf', 3],
    ]);
    expect(nodes[2]?.parent).toBe(nodes[1]?.id);
    expect(nodes[0]?.parent).toBeNull();
  });

  test('the CA certificates of a profile stand side by side, after its own chain', () => {
    const trees = localTrees({
      ca: [certificate(), certificate()],
      caCount: 2,
      client: { chain: [certificate()], keyMatches: true },
      findings: [],
    });
    expect(trees.map(({ label, nodes }) => [label, nodes.map(({ level }) => level)])).toEqual([
      ['Client certificate', [1]],
      ['CA certificates', [1, 1]],
    ]);
  });

  test('it is called by its common name, a name it is for, or its serial number, with nothing that deceives', () => {
    expect(certificateName(certificate())).toBe('broker.example');
    expect(certificateName(certificate({ subject: [], subjectLine: '' }))).toBe('broker.example');
    expect(certificateName(certificate({ subject: [], subjectLine: '', names: [] }))).toBe(
      'serial number 0A',
    );
    expect(certificateName(certificate({ subject: [{ name: 'CN', value: 'a\u202eb\n<b>' }] }))).toBe(
      'a\\u{202e}b\\u{a}<b>',
    );
  });

  test('its time is shown in days, dates and tone', () => {
    expect(validityWords(certificate())).toEqual({ tone: 'ok', words: 'Valid for 400 more days' });
    const soon = certificate({ validity: 'soon', daysLeft: 0 });
    expect(validityWords(soon)).toEqual({ tone: 'warn', words: 'Ends within a day' });
    const expired = certificate({ validity: 'expired', daysLeft: -2, notAfter: Date.UTC(2026, 10, 18, 12) });
    expect(validityWords(expired)).toEqual({ tone: 'err', words: 'Expired on Nov 18, 2026' });
    expect(validityShort(expired)).toBe('expired');
    expect(validityShort(certificate({ daysLeft: 3_000 }))).toBe('8 y');
    expect(validityShort(certificate({ validity: 'ahead' }))).toBe('not yet');
  });

  test('key and use are shown in words, with the terms of X.509 where they restrict', () => {
    expect(keyWords(certificate())).toBe('EC P-256');
    expect(keyWords(certificate({ keyType: 'RSA', keyBits: 2_048, curve: null }))).toBe('RSA 2048 bits');
    expect(keyWords(certificate({ keyType: 'Ed25519', keyBits: null, curve: null }))).toBe('Ed25519');
    expect(usageWords(certificate())).toEqual(['not restricted']);
    expect(
      usageWords(certificate({ extendedKeyUsage: ['clientAuth', '1.2.3'], keyUsage: ['digitalSignature'] })),
    ).toEqual(['client authentication', '1.2.3', 'digitalSignature']);
    expect(usageWords(certificate({ ca: true, pathLength: 0 }))).toEqual(['may sign others, but no CA']);
  });
});
