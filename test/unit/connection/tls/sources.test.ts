import { describe, expect, test } from 'vitest';
import {
  readSource,
  sourceName,
  textOf,
  type MaterialField,
} from '../../../../src-main/connection/tls/sources.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n';
const FIELDS = ['ca', 'cert', 'key', 'pfx'] as const;

/** What a field holds; files by their path, or the code of an error. */
async function read(field: MaterialField, text: string | null, files: Record<string, string> = {}) {
  const asked: string[] = [];
  const found = await readSource(field, text, {
    readFile: (path) => {
      asked.push(path);
      const held = files[path] ?? 'ENOENT';
      return /^E[A-Z]+$/.test(held)
        ? Promise.reject(Object.assign(new Error(held), { code: held }))
        : Promise.resolve(Buffer.from(held));
    },
  });
  if (found === null) return { kind: 'empty', asked } as const;
  if ('severity' in found) return { kind: 'wrong', asked, ...found } as const;
  return { kind: 'read', asked, ...found, text: Buffer.from(found.bytes).toString('latin1') } as const;
}

describe('a field of certificates or keys', () => {
  test.each([null, '', '  \n\t '])('that holds %j is empty', async (text) => {
    for (const field of FIELDS) expect(await read(field, text)).toEqual({ kind: 'empty', asked: [] });
  });

  test.each(['ca', 'cert', 'key'] as const)('may hold PEM text itself (%s)', async (field) => {
    const got = await read(field, PEM);
    expect(got).toMatchObject({ kind: 'read', path: null, undone: null, text: PEM, asked: [] });
  });

  test.each([
    ['/etc/ssl/ca.pem', '/etc/ssl/ca.pem'],
    ['  /etc/ssl/ca.pem\n', '/etc/ssl/ca.pem'],
    ['C:\\certs\\ca.pem', 'C:\\certs\\ca.pem'],
    ['./ca.pem', './ca.pem'],
    ['/with a blank/ä.pem', '/with a blank/ä.pem'],
  ])('may hold the path %j', async (text, path) => {
    for (const field of FIELDS)
      expect(await read(field, text, { [path]: PEM })).toMatchObject({ kind: 'read', path, asked: [path] });
  });

  test('may hold a PKCS#12 file as base64 behind its prefix, and nothing else there', async () => {
    expect(await read('pfx', ' base64:aGVsbG8= ')).toMatchObject({ kind: 'read', path: null, text: 'hello' });
    for (const field of ['ca', 'cert', 'key'] as const)
      expect((await read(field, 'base64:aGVsbG8=')).kind).not.toBe('read');
  });

  test.each(['one line\nand another', 'x'.repeat(10_000), 'a\0b'])(
    'that holds neither is reported, without its contents',
    async (text) => {
      for (const field of FIELDS) {
        const got = await read(field, text);
        expect([got.kind, got.asked]).toEqual(['wrong', []]);
        if (got.kind !== 'wrong') continue;
        expect([got.severity, got.field, got.code]).toEqual(['error', field, `${field}-format`]);
        expect(got.message + got.advice).not.toContain(text.slice(0, 8));
      }
    },
  );

  test.each([
    ['ENOENT', 'no such file'],
    ['ENOTDIR', 'no such file'],
    ['EACCES', 'may not read'],
    ['EPERM', 'may not read'],
    ['EISDIR', 'a folder'],
    ['EFBIG', 'larger than 4.0 MB'],
    ['ELOOP', 'circle'],
    ['ENOTGIVEN', 'connect to be asked'],
    ['ENOTALLOWED', '--allow-files'],
    ['EIO', 'could not be read (EIO)'],
  ])('whose file gives %s says so, and how to go on', async (code, words) => {
    const got = await read('cert', '/c.pem', { '/c.pem': code });
    if (got.kind !== 'wrong') throw new Error('it was read');
    expect([got.severity, got.code]).toEqual(['error', 'file-unreadable']);
    expect(got.message).toContain('/c.pem');
    expect(got.message).toContain(words);
    expect(got.advice).toContain('paste the PEM text');
  });

  test.each([
    ['literal line ends', PEM.replaceAll('\n', '\\n')],
    ['quotes of JSON', JSON.stringify(PEM)],
    ['one line', PEM.replaceAll('\n', ' ')],
  ])('that was changed on its way (%s) is mended alike as text and in a file', async (_, text) => {
    for (const got of [await read('ca', text), await read('ca', '/ca', { '/ca': text })]) {
      if (got.kind !== 'read') throw new Error('it was not read');
      expect(got.undone).not.toBeNull();
      expect(got.text).toContain(PEM.trim());
    }
  });

  test('is not mended where it is a PKCS#12 file', async () => {
    const bytes = 'a\\nb -----BEGIN';
    expect(await read('pfx', '/p', { '/p': bytes })).toMatchObject({ text: bytes, undone: null });
  });
});

test('A source is called by its field, and by its path where it has one.', () => {
  expect(sourceName({ field: 'key', path: null })).toBe('the client key');
  expect(sourceName({ field: 'ca', path: '/ca.pem' })).toBe('the file /ca.pem (CA certificate)');
});

test.each([
  ['UTF-8', Buffer.from('Grüße')],
  ['UTF-8 with its mark', Buffer.from('\ufeffGrüße')],
  ['UTF-16 little-endian', Buffer.from('\ufeffGrüße', 'utf16le')],
  ['UTF-16 big-endian', Buffer.from('\ufeffGrüße', 'utf16le').swap16()],
])('Text of a file may be in %s.', (_, bytes) => {
  expect(textOf(bytes)).toBe('Grüße');
});

test('Bytes that are no text give no error.', () => {
  expect(textOf(Uint8Array.of(0xff, 0x80, 0))).toContain('\ufffd');
  expect(textOf(new Uint8Array())).toBe('');
});
