import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checksOff, refusalOf, verdictOf, type Judged } from '../../../../src-main/core/tls/verdict.ts';
import { listed } from '../../../../src-main/core/tls/labels.ts';
import { parseCertificate, type ParsedCertificate } from '../../../../src-main/core/tls/x509.ts';
import { ODD_CERTIFICATES } from '../../../support/tls/odd-certificates.ts';

function parsed(pem: string): ParsedCertificate {
  const one = parseCertificate(new X509Certificate(pem).raw);
  if (!one) throw new Error('not parsed');
  return one;
}

describe('The verdict', () => {
  const NOW = Date.UTC(2026, 10, 21);
  const leaf = { ...parsed(ODD_CERTIFICATES.secp256k1), notAfter: NOW + 40.5 * 86_400_000 };
  const judged: Judged = {
    leaf,
    faults: [],
    off: [],
    address: 'broker.example:8883',
    host: 'broker.example',
    now: NOW,
    systemStore: null,
  };
  const fault = (check: 'chain' | 'dates' | 'hostName') => ({
    check,
    code: `certificate-${check}`,
    what: `has a ${check} fault`,
    advice: `Mend the ${check}.`,
  });

  test('is a sentence a person can read, of what is right and of what is wrong.', () => {
    expect(verdictOf(judged)).toMatchObject({ outcome: 'trusted', problems: [] });
    expect(verdictOf(judged).sentence).toBe(
      'The certificate is trusted: “secp256k1”, signed by “secp256k1”, is for broker.example and valid until 2026-12-31 (40 days left).',
    );
    const all = { ...judged, faults: [fault('hostName'), fault('chain'), fault('dates')] };
    const wrong =
      'The certificate of broker.example:8883 has a chain fault, has a dates fault and has a hostName fault.';
    expect(verdictOf(all)).toMatchObject({ outcome: 'refused', sentence: wrong });
    const refusal = refusalOf(all);
    expect(refusal).toMatchObject({ code: 'certificate-chain', message: wrong });
    expect(refusal?.advice).toContain('Mend the chain. Mend the dates. Mend the hostName.');
    expect(refusalOf({ ...all, off: ['chain', 'hostName'] })?.message).toBe(
      'The certificate of broker.example:8883 has a dates fault.',
    );
    expect(refusalOf({ ...all, off: ['chain', 'dates', 'hostName'] })).toBeNull();
    const tolerated = verdictOf({ ...judged, faults: [fault('chain')], off: ['chain'] });
    expect(tolerated.outcome).toBe('tolerated');
    expect(tolerated.sentence).toContain('because the chain check is turned off');
  });

  test('knows what “verify” off means, and how lists are written.', () => {
    const checks = { chain: true, dates: false, hostName: true };
    expect(checksOff({ verify: true, checks })).toEqual(['dates']);
    expect(checksOff({ verify: false, checks })).toEqual(['chain', 'dates', 'hostName']);
    expect([listed([]), listed(['a']), listed(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
  });

  test('mentions the system’s store if it was asked for and is not used.', () => {
    const systemStore = 'The store could not be read.';
    expect(verdictOf({ ...judged, systemStore }).sentence).toMatch(/left\)\. The store could not be read\.$/);
    expect(verdictOf({ ...judged, systemStore }).systemStore).toBe(systemStore);
    const refusal = refusalOf({ ...judged, systemStore, faults: [fault('chain')] });
    expect(refusal?.message).toMatch(/has a chain fault\. The store could not be read\.$/);
  });

  test('counts the days that are left, down to none.', () => {
    const left = (notAfter: number) => verdictOf({ ...judged, leaf: { ...leaf, notAfter } }).sentence;
    expect(left(NOW + 86_400_000)).toContain('(1 day left)');
    expect(left(NOW + 1)).toContain('(0 days left)');
  });

  test('gives each advice once, and which checks to turn off for a test.', () => {
    const same = [fault('chain'), { ...fault('dates'), advice: 'Mend the chain.' }];
    expect(refusalOf({ ...judged, faults: same })?.advice).toBe(
      'Mend the chain. Only for a test: turn off the chain and dates checks under “Verify server certificate”.',
    );
    expect(refusalOf({ ...judged, faults: [fault('hostName')] })?.advice).toContain(
      'the host name check under',
    );
  });

  test('is that of the checks that are on: a check that is off neither refuses nor is mentioned.', () => {
    const faults = [fault('chain'), fault('hostName')];
    const some = { ...judged, faults, off: ['chain'] as const };
    expect(verdictOf(some)).toMatchObject({ outcome: 'refused', off: ['chain'] });
    expect(verdictOf(some).problems.map(({ check }) => check)).toEqual(['chain', 'hostName']);
    expect(refusalOf(some)).toMatchObject({ code: 'certificate-hostName' });
    expect(refusalOf(some)?.advice).not.toContain('chain');
    const none = verdictOf({ ...some, off: ['chain', 'hostName'] });
    expect(none.outcome).toBe('tolerated');
    expect(none.sentence).toContain('because the chain and host name checks are turned off');
  });

  test('of a certificate without a fault refuses nothing.', () => {
    expect(refusalOf(judged)).toBeNull();
    expect(refusalOf({ ...judged, off: ['chain'] })).toBeNull();
    expect(verdictOf({ ...judged, off: ['chain'] })).toMatchObject({ outcome: 'trusted', off: ['chain'] });
  });
});
