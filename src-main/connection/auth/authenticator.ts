import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionOptions } from '../../contract/model/model.ts';
import { encodeAuth } from '../../core/mqtt/encode-connect.ts';
import type { ControlPacket } from '../../core/mqtt/packets.ts';
import {
  isServerFinal,
  ScramClient,
  type ScramCrypto,
  type ScramMethod,
} from '../../core/session/auth/scram.ts';

const HASHES: Readonly<Record<ScramMethod, string>> = {
  'SCRAM-SHA-1': 'sha1',
  'SCRAM-SHA-256': 'sha256',
  'SCRAM-SHA-512': 'sha512',
};
const derive = promisify(pbkdf2);

export function scramCrypto(method: ScramMethod): ScramCrypto {
  const name = HASHES[method];
  const size = createHash(name).digest().length;
  return {
    hash: (data) => createHash(name).update(data).digest(),
    hmac: (key, data) => createHmac(name, key).update(data).digest(),
    derive: (password, salt, iterations) => derive(password, salt, iterations, size, name),
    equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),
  };
}

/** 144 bits in base64, without a comma [RFC 5802, 5.1]. */
const nonce = (): string => randomBytes(18).toString('base64');

type Auth = Extract<ControlPacket, { kind: 'auth' }>;
const CONTINUE = 24;

/** What the link has to do with a packet of the exchange. */
export type AuthStep =
  | { readonly kind: 'send'; readonly packet: Uint8Array }
  | { readonly kind: 'done' }
  | { readonly kind: 'refuse'; readonly failure: Failure };

function refuse(code: string, message: string): AuthStep {
  const advice = 'Check the authentication in the profile, and the log of the broker.';
  return { kind: 'refuse', failure: failed(code, message, advice) };
}

/** Enhanced authentication of one connection [MQTT5-4.12]: of CONNECT, and again while it runs. */
export class Authenticator {
  readonly method: ScramMethod;
  readonly #username: string;
  readonly #password: string;
  #exchange: ScramClient | null = null;

  /** @param password UTF-8 */
  constructor(method: ScramMethod, username: string, password: Uint8Array) {
    this.method = method;
    this.#username = username;
    this.#password = new TextDecoder().decode(password);
  }

  get running(): boolean {
    return this.#exchange !== null;
  }

  /** The first message of a new exchange, for CONNECT or AUTH. */
  begin(): { kind: 'message'; data: Uint8Array } | Failure {
    const client = ScramClient.create(scramCrypto(this.method), this.#username, this.#password, nonce());
    if ('kind' in client) return client;
    this.#exchange = client;
    return { kind: 'message', data: client.first() };
  }

  async received({ code, method, data }: Auth): Promise<AuthStep> {
    const exchange = this.#exchange;
    if (exchange === null) return refuse('auth-unasked', 'The broker sent AUTH without being asked.');
    if (method !== this.method) {
      return refuse(
        'auth-method',
        `The broker answered with “${method.slice(0, 100)}” instead of ${this.method}.`,
      );
    }
    if (code !== CONTINUE) return this.#proven(data);
    if (isServerFinal(data)) {
      const failure = exchange.verify(data);
      if (failure) return { kind: 'refuse', failure };
      return { kind: 'send', packet: encodeAuth(CONTINUE, this.method, new Uint8Array(0)) };
    }
    const step = await exchange.final(data);
    if (step.kind === 'failed') return { kind: 'refuse', failure: step };
    return { kind: 'send', packet: encodeAuth(CONTINUE, this.method, step.data) };
  }

  /** The broker says that it is done, in CONNACK or AUTH: it has to have proven itself by now. */
  finished(data: Uint8Array): AuthStep {
    return this.#proven(data);
  }

  #proven(data: Uint8Array): AuthStep {
    const exchange = this.#exchange;
    this.#exchange = null;
    if (exchange === null) return { kind: 'done' };
    if (exchange.verified && data.length === 0) return { kind: 'done' };
    const failure = exchange.verify(data);
    return failure ? { kind: 'refuse', failure } : { kind: 'done' };
  }
}

/** What CONNECT needs of the options; null without enhanced authentication. */
export function authenticatorFor(
  options: ConnectionOptions,
  password: Uint8Array | null,
): Authenticator | Failure | null {
  const { authentication, username } = options;
  if (authentication === 'none') return null;
  if (username === null || username === '' || password === null) {
    return failed(
      'scram-credentials',
      `${authentication} needs a username and a password, and the profile has ${password === null ? 'no password' : 'no username'}.`,
      'Enter both in the profile.',
    );
  }
  return new Authenticator(authentication, username, password);
}
