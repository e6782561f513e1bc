import { failed, type Failure } from '../../../contract/base/errors.ts';
import { saslPrep } from './sasl-prep.ts';

export type ScramMethod = 'SCRAM-SHA-1' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

/** The functions of one hash, given by the host of the core. */
export interface ScramCrypto {
  hash(data: Uint8Array): Uint8Array;
  hmac(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** PBKDF2 with HMAC of this hash; as long as the hash. Takes its time, so not at once. */
  derive(password: Uint8Array, salt: Uint8Array, iterations: number): Promise<Uint8Array>;
  /** In constant time. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}

/** Fewer make the password easy to guess from what a false server would see [RFC 5802, 5.1; RFC 7677, 4]. */
const LEAST_ITERATIONS = 4_096;
/** About a second of work; more would be an attack on us. */
const MOST_ITERATIONS = 1_000_000;
/** Most bytes of a message of the server: a nonce, a salt and a number take a hundred. */
const MOST_MESSAGE_BYTES = 4_096;
/** Without channel binding, which a TLS connection below MQTT has no rules for. */
const GS2_HEADER = 'n,,';
const GS2_HEADER_BASE64 = 'biws';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export type ScramStep = { readonly kind: 'message'; readonly data: Uint8Array } | Failure;

const FALSE_SERVER =
  'Do not send it your password in another way before you know why. Ask the administrator of the broker.';

function bad(code: string, message: string, advice = FALSE_SERVER): Failure {
  return failed(`scram-${code}`, message, advice);
}

/**
 * The client's side of one SCRAM exchange [RFC 5802, 7677], without channel binding. Used once, in order:
 * `first`, `final`, `verify`.
 */
export class ScramClient {
  readonly #crypto: ScramCrypto;
  readonly #bare: string;
  readonly #nonce: string;
  readonly #password: Uint8Array;
  #expected: Uint8Array | null = null;
  #verified = false;

  private constructor(crypto: ScramCrypto, bare: string, nonce: string, password: Uint8Array) {
    this.#crypto = crypto;
    this.#bare = bare;
    this.#nonce = nonce;
    this.#password = password;
  }

  /** @param nonce printable ASCII without comma, never used before; 18 random bytes in base64 will do */
  static create(
    crypto: ScramCrypto,
    username: string,
    password: string,
    nonce: string,
  ): ScramClient | Failure {
    const name = saslPrep(username);
    const secret = saslPrep(password);
    if (name === null || secret === null) {
      const which = name === null ? 'username' : 'password';
      return bad(
        'characters',
        `The ${which} has characters that SCRAM does not allow (RFC 4013): control characters, private ones, or mixed directions of writing.`,
        `Check the ${which}.`,
      );
    }
    if (name === '') {
      return bad('username', 'SCRAM needs a username.', 'Enter the username in the profile.');
    }
    const bare = `n=${name.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`;
    return new ScramClient(crypto, bare, nonce, encoder.encode(secret));
  }

  /** The server proved that it knows the password as well. */
  get verified(): boolean {
    return this.#verified;
  }

  first(): Uint8Array {
    return encoder.encode(GS2_HEADER + this.#bare);
  }

  /** The answer to the server's challenge. */
  async final(challenge: Uint8Array): Promise<ScramStep> {
    const text = readMessage(challenge);
    const parts =
      text === null
        ? null
        : /^r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/]+=*),i=([1-9]\d{0,9})(?:,|$)/.exec(text);
    if (text === null || parts === null) {
      return bad('challenge', 'The challenge of the broker is no message of SCRAM.');
    }
    const [, nonce = '', salt64 = '', count = ''] = parts;
    if (!nonce.startsWith(this.#nonce) || nonce.length === this.#nonce.length) {
      return bad(
        'nonce',
        'The challenge of the broker does not belong to our question: its nonce is another.',
      );
    }
    const iterations = Number(count);
    if (iterations < LEAST_ITERATIONS || iterations > MOST_ITERATIONS) {
      return bad(
        'iterations',
        `The broker asks for ${count} iterations; from ${LEAST_ITERATIONS} to ${MOST_ITERATIONS} are safe and feasible.`,
        'Have the credentials made again on the broker with another number of iterations.',
      );
    }
    const salt = fromBase64(salt64);
    if (salt === null) return bad('challenge', 'The salt in the challenge of the broker is not base64.');
    const crypto = this.#crypto;
    const salted = await crypto.derive(this.#password, salt, iterations);
    const clientKey = crypto.hmac(salted, encoder.encode('Client Key'));
    const withoutProof = `c=${GS2_HEADER_BASE64},r=${nonce}`;
    const signed = encoder.encode(`${this.#bare},${text},${withoutProof}`);
    const signature = crypto.hmac(crypto.hash(clientKey), signed);
    const proof = clientKey.map((byte, i) => byte ^ (signature[i] ?? 0));
    this.#expected = crypto.hmac(crypto.hmac(salted, encoder.encode('Server Key')), signed);
    return { kind: 'message', data: encoder.encode(`${withoutProof},p=${toBase64(proof)}`) };
  }

  /** The last word of the server; null: it proved to know the password. */
  verify(last: Uint8Array): Failure | null {
    const text = readMessage(last);
    const error = text === null ? null : /^e=([a-z0-9-]{1,64})/.exec(text);
    if (error) {
      return bad(
        'refused',
        `The broker refused the SCRAM exchange: ${error[1]}.`,
        'Check the username and the password.',
      );
    }
    const proof = text === null ? null : /^v=([A-Za-z0-9+/]+=*)(?:,|$)/.exec(text);
    const signature = proof ? fromBase64(proof[1] ?? '') : null;
    if (signature === null || this.#expected === null || !this.#crypto.equal(signature, this.#expected)) {
      return bad('server', 'The broker could not prove that it knows the password: it may be a false one.');
    }
    this.#verified = true;
    return null;
  }
}

/** Whether it is the last message of the server, which may come in AUTH as well as in CONNACK. */
export function isServerFinal(data: Uint8Array): boolean {
  return (data[0] === 0x76 || data[0] === 0x65) && data[1] === 0x3d;
}

function readMessage(bytes: Uint8Array): string | null {
  if (bytes.length > MOST_MESSAGE_BYTES) return null;
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** Null where it is not base64 with its padding. */
function fromBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null;
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
