import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import * as boxes from '../../../../src-main/engine/secrets/passphrase-box.ts';
import {
  COST,
  PassphraseBox,
  TextSealer,
  type Cost,
} from '../../../../src-main/engine/secrets/passphrase-box.ts';
import { inEnvelope, outOfEnvelope, type Belonging } from '../../../../src-main/engine/secrets/belonging.ts';
import * as vaults from '../../../../src-main/engine/secrets/vault.ts';
import { openEarlier, openIn, sealIn, type VaultFile } from '../../../../src-main/engine/secrets/vault.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import { derive, made } from '../../../support/engine/derive.ts';

const sealBox = async (
  passphrase: string,
  bytes: Buffer,
  purpose: string,
  cost?: Cost,
  random: (bytes: number) => Buffer = randomBytes,
) => made(await boxes.sealBox(passphrase, bytes, purpose, derive, cost, random));

async function openBox(passphrase: string, box: PassphraseBox, purpose: string): Promise<Buffer | null> {
  const opened = await boxes.openBox(passphrase, box, purpose, derive);
  return opened === null ? null : made(opened);
}

const newVault = async (passphrase: string, cost: Cost) =>
  made(await vaults.newVault(passphrase, cost, derive));
const openVault = (passphrase: string, file: VaultFile) => vaults.openVault(passphrase, file, derive);
const rewrapVault = (passphrase: string, next: string, file: VaultFile, cost: Cost) =>
  vaults.rewrapVault(passphrase, next, file, cost, derive);

const CHEAP = { N: 2 ** 10, r: 8, p: 1 };
/** Bytes 0, 1, 2, … of each request, so that a box is the same every time. */
const counting = (bytes: number): Buffer => Buffer.from(Array.from({ length: bytes }, (_, i) => i));
const text = (bytes: Buffer | null): string | undefined => bytes?.toString();

/** As written by the first version; the key was computed by another implementation of scrypt and GCM. */
const KNOWN: PassphraseBox = {
  format: 'topicscope-box-1',
  kdf: { name: 'scrypt', N: 1024, r: 8, p: 1, salt: 'AAECAwQFBgcICQoLDA0ODw==' },
  cipher: 'aes-256-gcm',
  nonce: 'AAECAwQFBgcICQoL',
  sealed: 'T6vxOlNvO/rmIkuKkf0nws0IcpMRd5Jx',
};

const PASSPHRASE = 'correct horse battery';
const TO: Belonging['for'] = { to: 'mqtts://a:8883', via: null, checks: ['chain', 'dates', 'hostName'] };
const BELONGING: Belonging = { profile: 'p', path: 'password', for: TO };

describe('a box behind a passphrase', () => {
  test('is what it was in the first version', async () => {
    expect(await sealBox('correct horse', Buffer.from('a secret'), 'test', CHEAP, counting)).toEqual(KNOWN);
    expect(text(await openBox('correct horse', KNOWN, 'test'))).toBe('a secret');
  });

  test('opens with its passphrase only, for its purpose only', async () => {
    const box = await sealBox('pässword', Buffer.from('x'), 'a', CHEAP);
    expect(text(await openBox('pässword', box, 'a'))).toBe('x');
    // Typed on another system: a letter and its accent as two characters.
    expect(text(await openBox('pa\u0308ssword', box, 'a'))).toBe('x');
    for (const wrong of ['passwort', 'Pässword', 'pässword ', '']) {
      expect(await openBox(wrong, box, 'a')).toBeNull();
    }
    expect(await openBox('pässword', box, 'b')).toBeNull();
  });

  test('is never twice the same', async () => {
    const [one, other] = [
      await sealBox('p', Buffer.from('x'), 'a', CHEAP),
      await sealBox('p', Buffer.from('x'), 'a', CHEAP),
    ];
    expect(one.kdf.salt).not.toBe(other.kdf.salt);
    expect(one.sealed).not.toBe(other.sealed);
  });

  test('does not open when any part of it was changed', async () => {
    const flip = (part: string): string => {
      const bytes = Buffer.from(part, 'base64');
      bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
      return bytes.toString('base64');
    };
    const { kdf } = KNOWN;
    const changed: PassphraseBox[] = [
      { ...KNOWN, sealed: flip(KNOWN.sealed) },
      { ...KNOWN, sealed: KNOWN.sealed.slice(0, 8) },
      { ...KNOWN, nonce: flip(KNOWN.nonce) },
      { ...KNOWN, kdf: { ...kdf, salt: flip(kdf.salt) } },
      { ...KNOWN, kdf: { ...kdf, N: 2048 } },
      { ...KNOWN, kdf: { ...kdf, p: 2 } },
    ];
    for (const box of changed) expect(await openBox('correct horse', box, 'test')).toBeNull();
  });

  test.each([
    ['memory', { N: 2 ** 24, r: 8, p: 1 }],
    ['time', { N: 2 ** 14, r: 8, p: 33 }],
    ['an impossible N', { N: 1000, r: 8, p: 1 }],
  ])('that asks for too much %s is none', (_, cost) => {
    const box = { ...KNOWN, kdf: { ...KNOWN.kdf, ...cost } };
    expect(PassphraseBox.safeParse(box).success).toBe(false);
  });

  test('costs what is recommended, and opens with that', async () => {
    // OWASP: N = 2^16, r = 8, p = 2 is as strong as N = 2^17, r = 8, p = 1.
    expect(COST.N * COST.r * COST.p).toBeGreaterThanOrEqual(2 ** 17 * 8);
    const box = PassphraseBox.parse(await sealBox('correct horse', Buffer.from('x'), 'a'));
    expect(box.kdf).toMatchObject(COST);
    expect(text(await openBox('correct horse', box, 'a'))).toBe('x');
  });
});

describe('the work that a box asks for', () => {
  const box = (kdf: { readonly N: number; readonly r: number; readonly p: number }) => ({
    ...KNOWN,
    kdf: { ...KNOWN.kdf, ...kdf },
  });

  test.each([
    [{ N: 2 ** 18, r: 8, p: 16 }],
    [{ N: 2 ** 16, r: 8, p: 16 }],
    [{ N: 2, r: 8, p: 2 ** 20 }],
    [{ N: 2 ** 18, r: 16, p: 1 }],
    // What scrypt refuses to compute, which was an exception.
    [{ N: 2 ** 16, r: 1, p: 1 }],
    [{ N: 2 ** 20, r: 1, p: 1 }],
  ])('%j is more than it may be, or cannot be done', (kdf) => {
    expect(PassphraseBox.safeParse(box(kdf)).success).toBe(false);
  });

  test.each([[COST], [{ ...COST, p: 4 * COST.p }], [{ N: 2 ** 15, r: 1, p: 1 }]])(
    '%j may be asked for',
    (kdf) => {
      expect(PassphraseBox.safeParse(box(kdf)).success).toBe(true);
    },
  );

  test('that is not done is reported, and nothing is sealed or opened.', async () => {
    const why = failed('too-slow', 'It took too long.', '');
    const refusing = () => Promise.resolve(why);
    expect(await boxes.sealBox(PASSPHRASE, Buffer.from('x'), 'a', refusing)).toBe(why);
    expect(await boxes.openBox(PASSPHRASE, KNOWN, 'test', refusing)).toBe(why);
    expect(await vaults.newVault(PASSPHRASE, CHEAP, refusing)).toBe(why);
    const { file } = await newVault(PASSPHRASE, CHEAP);
    expect(await vaults.openVault(PASSPHRASE, file, refusing)).toBe(why);
    expect(await vaults.rewrapVault(PASSPHRASE, 'another passphrase', file, CHEAP, refusing)).toBe(why);
  });
});

describe('a sealer of texts', () => {
  test('opens what it sealed, and nothing else', () => {
    const sealer = new TextSealer(TextSealer.newKey());
    const sealed = sealer.seal('hunter2 ☃', 'a');
    expect(sealer.open(sealed, 'a')).toBe('hunter2 ☃');
    expect(sealer.seal('hunter2 ☃', 'a')).not.toBe(sealed);
    expect(new TextSealer(TextSealer.newKey()).open(sealed, 'a')).toBeNull();
    expect(sealer.open(sealed, 'b')).toBeNull();
    for (const broken of ['', 'AAAA', sealed.slice(0, 24), `A${sealed.slice(1)}`, 'no base64 §']) {
      expect(sealer.open(broken, 'a')).toBeNull();
    }
  });

  test('seals nothing any more once its key is forgotten', () => {
    const sealer = new TextSealer(TextSealer.newKey());
    const sealed = sealer.seal('x', 'a');
    sealer.forget();
    expect(sealer.open(sealed, 'a')).toBeNull();
    expect(() => sealer.seal('x', 'a')).toThrow();
  });
});

test('A vault keeps its key when its passphrase changes, and does not open with the old one.', async () => {
  const vault = await newVault('the first passphrase', CHEAP);
  const sealed = sealIn(vault, 'x', BELONGING);
  const changed = await rewrapVault('the first passphrase', 'the second passphrase', vault.file, CHEAP);
  if ('kind' in changed) throw new Error(changed.message);
  expect(changed.file.id).toBe(vault.file.id);
  const opened = await openVault('the second passphrase', changed.file);
  expect('sealer' in opened && openIn(opened, sealed, BELONGING)).toBe('x');
  expect(await openVault('the first passphrase', changed.file)).toMatchObject({ code: 'wrong-passphrase' });
  expect(await rewrapVault('wrong', 'the third passphrase', vault.file, CHEAP)).toMatchObject({
    code: 'wrong-passphrase',
  });
  expect(await rewrapVault('the first passphrase', 'seven77', vault.file, CHEAP)).toMatchObject({
    code: 'passphrase-short',
  });
});

test('A vault passes neither for one of an earlier version nor for another one.', async () => {
  const vault = await newVault(PASSPHRASE, CHEAP);
  const { id, key } = vault.file;
  expect(await openVault(PASSPHRASE, { id, key })).toMatchObject({ code: 'wrong-passphrase' });
  const sealed = sealIn(vault, 'x', BELONGING);
  expect(openEarlier(vault, sealed)).toBeNull();
  expect(openIn({ ...vault, file: { ...vault.file, id: 'another' } }, sealed, BELONGING)).toBeNull();
});

test.each([
  ['profile', { profile: 'q' }],
  ['field', { path: 'proxy.password' }],
  ['host', { for: { ...TO, to: 'mqtts://b:8883' } }],
  ['proxy', { for: { ...TO, via: 'http://proxy:3128' } }],
  ['checks', { for: { ...TO, checks: ['chain'] } }],
] satisfies [string, Partial<Belonging>][])('What is in a vault opens for no other %s.', async (_, other) => {
  const vault = await newVault(PASSPHRASE, CHEAP);
  const sealed = sealIn(vault, 'x', BELONGING);
  expect(openIn(vault, sealed, BELONGING)).toBe('x');
  expect(openIn(vault, sealed, { ...BELONGING, ...other })).toBeNull();
  const envelope = inEnvelope('x', BELONGING);
  expect(outOfEnvelope(envelope, BELONGING)).toBe('x');
  expect(outOfEnvelope(envelope, { ...BELONGING, ...other })).toBeNull();
});

test('A header may change its place in the list.', async () => {
  const vault = await newVault(PASSPHRASE, CHEAP);
  const sealed = sealIn(vault, 'x', { ...BELONGING, path: 'headers.2.value' });
  expect(openIn(vault, sealed, { ...BELONGING, path: 'headers.10.value' })).toBe('x');
  expect(openIn(vault, sealed, { ...BELONGING, path: 'path.query.2' })).toBeNull();
});

test('What was sealed by an earlier version has no envelope.', () => {
  expect(outOfEnvelope('hunter2', BELONGING)).toBeNull();
});
