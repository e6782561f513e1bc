import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** The server's side of SCRAM, written from RFC 5802 on its own, for brokers of tests. */
export class ScramServer {
  readonly #hash: string;
  readonly #password: string;
  readonly #iterations: number;
  readonly #salt = randomBytes(12);
  #auth = '';
  #nonce = '';

  constructor(hash: 'sha1' | 'sha256' | 'sha512', password: string, iterations = 4_096) {
    this.#hash = hash;
    this.#password = password;
    this.#iterations = iterations;
  }

  /** The answer to client-first. */
  challenge(first: Buffer): Buffer {
    const bare = first.toString().replace(/^n,,/, '');
    this.#nonce = `${/r=(.*)$/.exec(bare)?.[1] ?? ''}${randomBytes(9).toString('hex')}`;
    const challenge = `r=${this.#nonce},s=${this.#salt.toString('base64')},i=${this.#iterations}`;
    this.#auth = `${bare},${challenge}`;
    return Buffer.from(challenge);
  }

  /** The answer to client-final; null: the password is wrong. */
  last(final: Buffer): Buffer | null {
    const [, without = '', proof = ''] = /^(.*),p=(.*)$/.exec(final.toString()) ?? [];
    if (without !== `c=biws,r=${this.#nonce}`) return null;
    const signed = `${this.#auth},${without}`;
    const size = createHash(this.#hash).digest().length;
    const salted = pbkdf2Sync(this.#password, this.#salt, this.#iterations, size, this.#hash);
    const hmac = (key: Buffer, data: string): Buffer => createHmac(this.#hash, key).update(data).digest();
    const stored = createHash(this.#hash).update(hmac(salted, 'Client Key')).digest();
    const signature = hmac(stored, signed);
    const key = Buffer.from(proof, 'base64').map((byte, i) => byte ^ (signature[i] ?? 0));
    if (!createHash(this.#hash).update(key).digest().equals(stored)) return null;
    return Buffer.from(`v=${hmac(hmac(salted, 'Server Key'), signed).toString('base64')}`);
  }
}
