import fc from 'fast-check';
import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { certificateInfo } from '../../../../src-main/connection/tls/certificate-info.ts';
import {
  CertificateInfo,
  ServerCertificates,
  TlsInspection,
  TlsVerdict,
} from '../../../../src-main/contract/model/certificates.ts';
import { ConnectionOptions, TlsOptions } from '../../../../src-main/contract/model/model.ts';
import { isSafeText } from '../../../../src-main/core/payload/visible.ts';
import { lintMaterial, lintOptions } from '../../../../src-main/core/tls/lint.ts';
import { verdictOf } from '../../../../src-main/core/tls/verdict.ts';
import { parseCertificate, unreadable } from '../../../../src-main/core/tls/x509.ts';
import { builtCertificate, certificateDer, NOW } from '../../../support/tls/built-certificate.ts';
import { ODD_CERTIFICATES } from '../../../support/tls/odd-certificates.ts';
import { text, tlv } from '../../../support/tls/der-writer.ts';
import { expectRefused, expectTaken } from '../../../support/schema.ts';

const odd = Object.values(ODD_CERTIFICATES).map((pem) => new X509Certificate(pem).raw);
const FARTHEST = 8_640_000_000_000_000;

describe('A certificate as the window shows it', () => {
  test('is what the contract says, of every kind that was met', () => {
    for (const der of odd) {
      const one = parseCertificate(der);
      expect(one).not.toBeNull();
      if (one) expectTaken(CertificateInfo, certificateInfo(one, NOW));
    }
  });

  test('is what the contract says whatever its bytes are, or is none', () => {
    const place = fc.record({
      of: fc.nat(odd.length - 1),
      at: fc.nat(2_000),
      to: fc.nat(255),
      cut: fc.boolean(),
    });
    let read = 0;
    fc.assert(
      fc.property(
        fc.array(place, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(0, NOW, FARTHEST),
        (places, now) => {
          const der = Uint8Array.from(odd[places[0]?.of ?? 0] ?? []);
          for (const { at, to } of places) der[at % der.length] = to;
          const whole = places[0]?.cut === true ? der.subarray(0, places[0].at % der.length) : der;
          const one = parseCertificate(whole);
          if (!one) return;
          read++;
          expectTaken(CertificateInfo, certificateInfo(one, now));
        },
      ),
      { seed: 161, numRuns: 400 },
    );
    // Damaged, and still read.
    expect(read).toBeGreaterThan(50);
  });

  test('that cannot be read still has all its fields', () => {
    expectTaken(CertificateInfo, certificateInfo(unreadable(Uint8Array.of(1, 2), NOW, NOW), NOW));
  });

  test.each([
    ['in the year 0000', '00000101000000Z'],
    ['in the year 9999', '99991231235959Z'],
    ['on a day that there is not', '20260231000000Z'],
    ['in the month 13', '20261301000000Z'],
    ['as words', 'tomorrow'],
    ['as nothing', ''],
  ])('that ends %s has a number of days, or is none', (_, until) => {
    const one = parseCertificate(certificateDer({ notAfter: tlv(0x18, Buffer.from(until)) }));
    if (one) expectTaken(CertificateInfo, certificateInfo(one, NOW));
    expect(one === null || Number.isInteger(certificateInfo(one, NOW).daysLeft)).toBe(true);
  });

  test('keeps names that are hostile as texts, in their order', () => {
    const names: [string, Buffer][] = [
      '</script>',
      '\u202egnp.exe',
      '\0',
      '__proto__',
      'n'.repeat(1_000),
    ].map((name) => ['2.5.4.3', text(name)]);
    const info = certificateInfo(builtCertificate({ subject: names }), NOW);
    expectTaken(CertificateInfo, info);
    expect(info.subject.map(({ name }) => name)).toEqual(Array(names.length).fill('CN'));
    expect(info.subject.filter(({ value }) => !isSafeText(value))).toEqual([]);
  });

  const info = certificateInfo(builtCertificate(), NOW);

  test.each<[string, unknown]>([
    ['notAfter', Number.NaN],
    ['daysLeft', 0.5],
    ['validity', 'later'],
    ['names', [{ kind: 'onion', value: 'x' }]],
    ['subject', 'CN=x'],
    ['fingerprints.sha256', undefined],
    ['pem', null],
  ])('is none with %s of %j', (way, to) => expectRefused(CertificateInfo, info, way, to));
});

describe('What is thought of a broker’s certificate', () => {
  const leaf = builtCertificate();
  const judged = { leaf, faults: [], off: [], address: 'a:1', host: 'a', now: NOW, systemStore: null };
  const fault = { check: 'chain', code: 'c', what: 'is wrong', advice: 'Mend it.' } as const;

  test('is said in the words of the contract, whatever is wrong and turned off', () => {
    for (const faults of [[], [fault], [fault, { ...fault, check: 'dates' as const }]])
      for (const off of [[], ['chain'], ['chain', 'dates', 'hostName']] as const)
        expectTaken(TlsVerdict, verdictOf({ ...judged, faults, off, systemStore: off[0] ?? null }));
  });

  test('comes with the chain that it is about', () => {
    const certificates = {
      kind: 'certificates',
      at: NOW,
      chain: [certificateInfo(leaf, NOW)],
      verdict: verdictOf({ ...judged, faults: [fault] }),
    };
    expectTaken(ServerCertificates, certificates);
    expectRefused(ServerCertificates, certificates, 'verdict.outcome', 'fine');
    expectRefused(ServerCertificates, certificates, 'verdict.problems.0.check', 'key');
    expectRefused(ServerCertificates, certificates, 'chain.0', null);
  });
});

describe('What is said of the fields of TLS', () => {
  const material = {
    ca: null,
    clientField: 'cert',
    keyMatchesLater: false,
    now: NOW,
    boringSsl: false,
  } as const;

  test('belongs to a field that the form has', () => {
    const findings = [
      ...odd.flatMap((der) => {
        const one = parseCertificate(der);
        return one ? lintMaterial({ ...material, ca: [one], client: [one], keyMatches: false }) : [];
      }),
      ...['mqtt', 'mqtts', 'wss', 'unix'].flatMap((protocol) => {
        const given = {
          name: '',
          host: 'a',
          port: 1,
          protocol,
          tls: { verify: false, cert: 'c', alpn: ['a'] },
        };
        return lintOptions(ConnectionOptions.parse(given));
      }),
    ];
    expect(new Set(findings.map(({ code }) => code)).size).toBeGreaterThan(5);
    expectTaken(TlsInspection, { ca: [], caCount: 0, client: { chain: [], keyMatches: null }, findings });
    const form = new Set([...Object.keys(TlsOptions.shape), 'host', 'protocol']);
    for (const { field, code } of findings) expect([code, form.has(field)]).toEqual([code, true]);
  });

  test.each<[string, unknown]>([
    ['findings.0.severity', 'fatal'],
    ['findings.0.field', 'password'],
    ['client.keyMatches', 'yes'],
    ['caCount', 1.5],
  ])('is nothing with %s of %j', (way, to) => {
    const finding = { severity: 'error', field: 'ca', code: 'c', message: 'm', advice: 'a' };
    const inspection = { ca: [], caCount: 1, client: { chain: [], keyMatches: true }, findings: [finding] };
    expectTaken(TlsInspection, inspection);
    expectRefused(TlsInspection, inspection, way, to);
  });
});
