import { describe, expect, test } from 'vitest';
import { parseCertificate, type ParsedCertificate } from '../../../../src-main/core/tls/x509.ts';
import { builtCertificate, certificateDer, extension } from '../../../support/tls/built-certificate.ts';
import { integer, NULL, octets, oid, sequence, tlv, TRUE } from '../../../support/tls/der-writer.ts';

const KEY_USAGE = '2.5.29.15';
const EXTENDED = '2.5.29.37';
const NAMES = '2.5.29.17';
const BASIC = '2.5.29.19';

const withExtensions = (...extensions: readonly Buffer[]): ParsedCertificate =>
  builtCertificate({ extensions });
/** A bit string as it is encoded; the first byte is the number of unused bits at its end. */
const bitString = (unused: number, ...bytes: readonly number[]): Buffer =>
  tlv(3, Buffer.of(unused, ...bytes));
const name = (tag: number, value: string | Uint8Array): Buffer =>
  tlv(0x80 + tag, Buffer.from(value as string));
const altNames = (...names: readonly Buffer[]): ParsedCertificate =>
  withExtensions(extension(NAMES, sequence(...names)));

describe('Key usage', () => {
  test.each([
    [bitString(7, 0x80), ['digitalSignature']],
    [bitString(5, 0xa0), ['digitalSignature', 'keyEncipherment']],
    [bitString(1, 0x06), ['keyCertSign', 'cRLSign']],
    [bitString(7, 0, 0x80), ['decipherOnly']],
    [bitString(0, 0xff, 0xff).subarray(0), ALL_USES()],
  ])('is read bit by bit.', (value, usage) => {
    expect(withExtensions(extension(KEY_USAGE, value, true)).keyUsage).toEqual(usage);
  });

  test('that is there and allows nothing is not taken for one that allows everything.', () => {
    expect(withExtensions(extension(KEY_USAGE, bitString(0, 0))).keyUsage).toEqual(['none']);
    expect(withExtensions(extension(KEY_USAGE, bitString(0))).keyUsage).toEqual(['none']);
    expect(withExtensions(extension(EXTENDED, sequence())).extendedKeyUsage).toEqual(['none']);
    expect(withExtensions()).toMatchObject({ keyUsage: [], extendedKeyUsage: [] });
  });

  test('of the extended kind is shown by name, or by number if it has none.', () => {
    const uses = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0', '1.2.3.4'].map(oid);
    expect(withExtensions(extension(EXTENDED, sequence(...uses))).extendedKeyUsage).toEqual([
      'serverAuth',
      'anyExtendedKeyUsage',
      '1.2.3.4',
    ]);
    const many = Array.from({ length: 300 }, () => oid('1.2.3'));
    expect(withExtensions(extension(EXTENDED, sequence(...many))).extendedKeyUsage).toHaveLength(100);
  });
});

function ALL_USES(): string[] {
  return [
    'digitalSignature',
    'nonRepudiation',
    'keyEncipherment',
    'dataEncipherment',
    'keyAgreement',
    'keyCertSign',
    'cRLSign',
    'encipherOnly',
    'decipherOnly',
  ];
}

describe('Basic constraints', () => {
  test.each([
    ['nothing', sequence(), false, null],
    ['an authority', sequence(TRUE), true, null],
    ['an authority of clients only', sequence(TRUE, integer(0)), true, 0],
    ['an authority of some', sequence(TRUE, integer(5)), true, 5],
    ['a number that no chain reaches', sequence(TRUE, tlv(2, Buffer.alloc(12, 0x7f))), true, Infinity],
    // It would be no bound at all.
    ['a negative number, after which nothing may follow', sequence(TRUE, tlv(2, Buffer.of(0xff))), true, 0],
  ])('say what may follow: %s.', (_, value, ca, pathLength) => {
    expect(withExtensions(extension(BASIC, value, true))).toMatchObject({ ca, pathLength });
  });

  test('that are not there make no authority.', () => {
    expect(withExtensions()).toMatchObject({ ca: false, pathLength: null });
    expect(builtCertificate({ extensions: null, version: 0 })).toMatchObject({ version: 1, ca: false });
  });
});

test('Keys are identified in hex, and never at full length.', () => {
  const id = Buffer.from('00ff10', 'hex');
  const own = extension('2.5.29.14', octets(id));
  const issuer = extension('2.5.29.35', sequence(name(0, id)));
  expect(withExtensions(own, issuer)).toMatchObject({ keyId: '00FF10', issuerKeyId: '00FF10' });
  expect(withExtensions(extension('2.5.29.35', sequence())).issuerKeyId).toBeNull();
  expect(withExtensions()).toMatchObject({ keyId: null, issuerKeyId: null });
  const long = withExtensions(extension('2.5.29.14', octets(Buffer.alloc(10_000, 1))));
  expect(long.keyId).toHaveLength(128);
});

describe('Alternative names', () => {
  test('are shown with their kind; what is no host name is shown in hex.', () => {
    const directory = tlv(0xa4, sequence());
    const other = tlv(0xa0, oid('1.2.3'), tlv(0xa0, NULL));
    const { names } = altNames(
      name(1, 'a@b.c'),
      name(2, '*.example'),
      name(6, 'mqtts://b.example'),
      name(7, Uint8Array.of(10, 0, 0, 1)),
      name(7, Uint8Array.of(10, 0, 0, 0, 255, 0, 0, 0)),
      directory,
      other,
    );
    expect(names).toEqual([
      { kind: 'email', value: 'a@b.c' },
      { kind: 'dns', value: '*.example' },
      { kind: 'uri', value: 'mqtts://b.example' },
      { kind: 'ip', value: '10.0.0.1' },
      { kind: 'other', value: '10.0.0.0/8' },
      { kind: 'other', value: directory.toString('hex').toUpperCase() },
      { kind: 'other', value: other.toString('hex').toUpperCase() },
    ]);
  });

  test('that could deceive the eye are escaped, of each kind.', () => {
    for (const tag of [1, 2, 6]) {
      const [shown] = altNames(name(tag, 'good.example\0.evil\x1b[2J')).names;
      expect(shown?.value).toBe('good.example\\u{0}.evil\\u{1b}[2J');
    }
  });

  test('are kept up to a thousand, and of each a thousand characters.', () => {
    const { names } = altNames(...Array.from({ length: 1_500 }, (_, i) => name(2, `h${i}`)));
    expect(names).toHaveLength(1_000);
    expect(names.at(-1)?.value).toBe('h999');
    expect(altNames(name(2, 'x'.repeat(5_000))).names[0]?.value).toHaveLength(1_000);
  });
});

describe('An extension that is not understood', () => {
  test('counts where it is critical, and name constraints always.', () => {
    const unknown = (isCritical: boolean) => extension('1.2.3.4', NULL, isCritical);
    expect(withExtensions(unknown(false)).criticalUnknown).toEqual([]);
    expect(withExtensions(unknown(true)).criticalUnknown).toEqual(['1.2.3.4']);
    expect(withExtensions(extension('2.5.29.30', sequence())).criticalUnknown).toEqual(['2.5.29.30']);
  });

  test('is one that is given twice: which one counts is a matter of taste.', () => {
    const [first, second] = [sequence(), sequence(TRUE)].map((value) => extension(BASIC, value, true));
    const twice = withExtensions(first as Buffer, second as Buffer);
    expect(twice).toMatchObject({ ca: false, criticalUnknown: [BASIC] });
    // The harmless ones as well: somebody means to be read in two ways.
    const names = extension(NAMES, sequence(name(2, 'a')));
    expect(withExtensions(names, names).criticalUnknown).toEqual([NAMES]);
  });

  test.each([KEY_USAGE, EXTENDED, NAMES, BASIC, '2.5.29.14', '2.5.29.35'])(
    'makes the whole certificate unreadable where it is a known one with nonsense in it: %s.',
    (id) => {
      for (const value of [
        Buffer.from('nonsense'),
        Buffer.alloc(0),
        Buffer.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff),
      ])
        expect(parseCertificate(certificateDer({ extensions: [extension(id, value)] }))).toBeNull();
    },
  );
});
