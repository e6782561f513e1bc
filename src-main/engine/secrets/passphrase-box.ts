import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { StreamSignal } from '../../contract/base/define.ts';
import type { Failure } from '../../contract/base/errors.ts';

/**
 * Bytes behind a passphrase: scrypt makes a key of it, AES-256-GCM seals with the key. The parameters travel
 * with the box, so that later ones can be stronger; they are part of what is authenticated. Who derives is
 * given, because it takes its time.
 */

/** 64 MiB for a quarter of a second: one of the equally strong settings of OWASP's password storage cheat sheet. */
export const COST = { N: 2 ** 16, r: 8, p: 2 };
export type Cost = Readonly<typeof COST>;
/** A box may come from elsewhere; beyond this its parameters are an attack. Bytes of memory, and work. */
const MAX_MEMORY = 256 * 2 ** 20;
const MAX_WORK = 4 * COST.N * COST.r * COST.p;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** Of GCM, as NIST SP 800-38D recommends. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const powerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n));

/** Binary fields are base64. */
export const PassphraseBox = z
  .object({
    format: z.literal('topicscope-box-1'),
    kdf: z.object({
      name: z.literal('scrypt'),
      N: z.number().int().min(2).refine(powerOfTwo),
      r: z.number().int().min(1),
      p: z.number().int().min(1),
      salt: z.base64().max(128),
    }),
    cipher: z.literal('aes-256-gcm'),
    nonce: z.base64().length(16),
    /** With the tag at its end. */
    sealed: z.base64(),
  })
  .refine(({ kdf: { N, r, p } }) => N * r * 128 <= MAX_MEMORY && N * r * p <= MAX_WORK)
  // What scrypt itself cannot compute (RFC 7914, section 6).
  .refine(({ kdf: { N, r } }) => Math.log2(N) < 16 * r);
export type PassphraseBox = z.infer<typeof PassphraseBox>;

type Random = (bytes: number) => Buffer;

/** Computes scrypt off this thread; a failure where that is not possible, takes too long, or the program ends. */
export type Derive = (asked: DerivedKey, signal?: StreamSignal) => Promise<Uint8Array | Failure>;

/** What a key is made of: a passphrase and the parameters of scrypt. */
export interface DerivedKey {
  readonly passphrase: string;
  readonly salt: Uint8Array;
  readonly N: number;
  readonly r: number;
  readonly p: number;
  /** Of the key. */
  readonly bytes: number;
}

/** `purpose` is checked when it is opened: a box of one kind is of no use as another. */
export async function sealBox(
  passphrase: string,
  bytes: Uint8Array,
  purpose: string,
  derive: Derive,
  cost: Cost = COST,
  random: Random = randomBytes,
): Promise<PassphraseBox | Failure> {
  const kdf = { name: 'scrypt', ...cost, salt: random(SALT_BYTES).toString('base64') } as const;
  const key = await keyOf(passphrase, kdf, derive);
  if ('kind' in key) return key;
  const header = { format: 'topicscope-box-1', kdf, cipher: 'aes-256-gcm' } as const;
  const { nonce, sealed } = seal(key, bytes, authenticated(header, purpose), random);
  key.fill(0);
  return { ...header, nonce: nonce.toString('base64'), sealed: sealed.toString('base64') };
}

/** Null: the passphrase is wrong or the box was changed; the two cannot be distinguished. */
export async function openBox(
  passphrase: string,
  box: PassphraseBox,
  purpose: string,
  derive: Derive,
): Promise<Buffer | Failure | null> {
  const key = await keyOf(passphrase, box.kdf, derive);
  if ('kind' in key) return key;
  const { nonce, sealed } = box;
  const bytes = unseal(
    key,
    Buffer.from(nonce, 'base64'),
    Buffer.from(sealed, 'base64'),
    authenticated(box, purpose),
  );
  key.fill(0);
  return bytes;
}

/**
 * Texts sealed with a key; nonce and sealed bytes in one base64 text. `bound` is what a text belongs to: with
 * anything else it does not open.
 */
export class TextSealer {
  readonly #key: Buffer;
  #forgotten = false;
  readonly #random: Random;

  constructor(key: Buffer, random: Random = randomBytes) {
    this.#key = key;
    this.#random = random;
  }

  static newKey(random: Random = randomBytes): Buffer {
    return random(KEY_BYTES);
  }

  get key(): Buffer {
    return this.#key;
  }

  seal(text: string, bound: string): string {
    if (this.#forgotten) throw new Error('the key was forgotten');
    const { nonce, sealed } = seal(this.#key, Buffer.from(text), Buffer.from(bound), this.#random);
    return Buffer.concat([nonce, sealed]).toString('base64');
  }

  /** Null: sealed with another key, for something else, or changed; or the key was forgotten. */
  open(text: string, bound: string): string | null {
    if (this.#forgotten) return null;
    const bytes = Buffer.from(text, 'base64');
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const opened = unseal(this.#key, nonce, bytes.subarray(NONCE_BYTES), Buffer.from(bound));
    return opened === null ? null : opened.toString();
  }

  forget(): void {
    this.#forgotten = true;
    this.#key.fill(0);
  }
}

function seal(key: Buffer, bytes: Uint8Array, more: Buffer, random: Random) {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(more);
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  return { nonce, sealed };
}

function unseal(key: Buffer, nonce: Buffer, sealed: Buffer, more: Buffer): Buffer | null {
  if (nonce.length !== NONCE_BYTES || sealed.length < TAG_BYTES) return null;
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(more);
  decipher.setAuthTag(sealed.subarray(end));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
  } catch {
    return null;
  }
}

function authenticated(header: Pick<PassphraseBox, 'format' | 'kdf' | 'cipher'>, purpose: string): Buffer {
  const { format, kdf, cipher } = header;
  return Buffer.from(JSON.stringify([format, kdf.name, kdf.N, kdf.r, kdf.p, kdf.salt, cipher, purpose]));
}

/** A passphrase is the same however its accents were typed. */
async function keyOf(
  passphrase: string,
  { N, r, p, salt }: PassphraseBox['kdf'],
  derive: Derive,
): Promise<Buffer | Failure> {
  const bytes = Buffer.from(salt, 'base64');
  const key = await derive({
    passphrase: passphrase.normalize('NFC'),
    salt: bytes,
    N,
    r,
    p,
    bytes: KEY_BYTES,
  });
  // Not copied: what is filled with zeros later is the only one.
  return key instanceof Uint8Array ? Buffer.from(key.buffer, key.byteOffset, key.byteLength) : key;
}
