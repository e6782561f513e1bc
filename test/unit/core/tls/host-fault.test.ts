import { describe, expect, test } from 'vitest';
import { hostFault } from '../../../../src-main/core/tls/host-fault.ts';
import { unreadable, type ParsedCertificate } from '../../../../src-main/core/tls/x509.ts';

type Name = ParsedCertificate['names'][number];
const dns = (value: string): Name => ({ kind: 'dns', value });
const ip = (value: string): Name => ({ kind: 'ip', value });

/** A certificate with this common name, or none, and these alternative names. */
function made(common: string | null, ...names: readonly Name[]): ParsedCertificate {
  const subject = common === null ? [] : [{ name: 'CN', value: common }];
  return { ...unreadable(new Uint8Array(), 0, 1), subject, names };
}

describe('A certificate for another host', () => {
  test('is described by the hosts it is for, but not by all of a thousand.', () => {
    const names = Array.from({ length: 8 }, (_, i) => dns(`h${i}.example`));
    expect(hostFault(made('x', ...names.slice(0, 2)), 'a').what).toBe(
      'is for h0.example and h1.example, not for “a”',
    );
    expect(hostFault(made('x', ...names), 'a').what).toContain('h4.example and 3 more');
    expect(hostFault(made('x'), 'a').what).toBe('is for x, not for “a”');
    expect(hostFault(made(null), 'a').what).toBe('names no host, so not “a” either');
  });

  test('says with which alternative name it would be right.', () => {
    expect(hostFault(made('x'), 'a.example').advice).toContain('subjectAltName=DNS:a.example');
    expect(hostFault(made('x'), '10.0.0.1').advice).toContain('subjectAltName=IP:10.0.0.1');
    expect(hostFault(made(null), '::1').advice).toContain('subjectAltName=IP:::1');
  });

  test.each([
    ['an address as common name', made('127.0.0.1'), '127.0.0.1', /only as its common name .* of type IP$/],
    ['an IPv6 address as common name', made('::1'), '::1', /only as its common name .* of type IP$/],
    [
      'an address as common name beside a name',
      made('127.0.0.1', dns('b.example')),
      '127.0.0.1',
      /common name/,
    ],
    ['an address of type DNS', made('b', dns('127.0.0.1')), '127.0.0.1', /of type DNS, .* of type IP$/],
    [
      'a common name beside names that count',
      made('A.example', dns('b.example')),
      'a.example',
      /only as its common name .* does not count beside/,
    ],
    ['a wildcard over two parts', made('x', dns('*.b.example')), 'a.a.b.example', /stands for one part/],
    ['a wildcard over nothing', made('x', dns('*.b.example')), 'b.example', /names below it .* itself$/],
    ['a wildcard as common name', made('*.b.example'), 'b.example', /names below it/],
    ['half a wildcard', made('x', dns('a*.b.example')), 'ab.b.example', /not the whole first part/],
    ['a wildcard of a whole country', made('x', dns('*.example')), 'b.example', /too wide/],
    [
      'an international name in its own letters',
      made('bröker.example'),
      'xn--brker-kua.example',
      /only the form in ASCII counts, “xn--brker-kua\.example”/,
    ],
  ])('is reported with why it does not count: %s', (_, leaf, host, what) => {
    const fault = hostFault(leaf, host);
    expect(fault).toMatchObject({ check: 'hostName', code: 'certificate-host' });
    expect(fault.what).toMatch(what);
    expect(fault.advice).toContain('Have it issued with subjectAltName=');
  });

  test('offers the name to connect by where it has one.', () => {
    expect(hostFault(made('10.0.0.1', dns('*.x'), dns('b.example')), '10.0.0.1').advice).toContain(
      'or connect by the name “b.example”',
    );
    expect(hostFault(made('10.0.0.1'), '10.0.0.1').advice).not.toContain('or connect');
  });

  test.each([
    ['another address of type IP', made('10.0.0.1', ip('10.0.0.2')), '10.0.0.1'],
    ['another name', made('x', dns('b.example')), 'a.example'],
    ['a wildcard elsewhere', made('x', dns('*.b.example')), 'a.example'],
    ['a name for an address', made('x', dns('b.example')), '10.0.0.1'],
    ['an address for a name', made('x', ip('10.0.0.1')), 'a.example'],
  ])('is reported plainly if no name looks like the host: %s', (_, leaf, host) =>
    expect(hostFault(leaf, host).what).toMatch(/^is for .*, not for “/),
  );
});
