import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { expect, test } from 'vitest';
import { Authenticator, type AuthStep } from '../../../../src-main/connection/auth/authenticator.ts';
import { LinkAuth } from '../../../../src-main/connection/link/authentication.ts';
import { failed, type Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ControlPacket } from '../../../../src-main/core/mqtt/packets.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

type Auth = Extract<ControlPacket, { kind: 'auth' }>;

const METHOD = 'SCRAM-SHA-256';
const SALT = Buffer.from('salt of a test');
const ROUNDS = 4_096;
const text = new TextDecoder();
const utf8 = new TextEncoder();

const hmac = (key: Uint8Array, data: string): Buffer => createHmac('sha256', key).update(data).digest();

/** The broker's half of the exchange, by RFC 5802 and not by our code. */
class ScramServer {
  #first = '';
  #serverFirst = '';
  readonly #password: string;

  constructor(password: string) {
    this.#password = password;
  }

  challenge(clientFirst: string): string {
    this.#first = clientFirst.replace(/^n,,/, '');
    const nonce = /r=([^,]+)/.exec(this.#first)?.[1] ?? '';
    this.#serverFirst = `r=${nonce}server,s=${SALT.toString('base64')},i=${ROUNDS}`;
    return this.#serverFirst;
  }

  /** The signature that proves that the broker knows the password; null: the client's proof is wrong. */
  proof(clientFinal: string): string | null {
    const bare = clientFinal.replace(/,p=.*$/, '');
    const salted = pbkdf2Sync(this.#password, SALT, ROUNDS, 32, 'sha256');
    const all = `${this.#first},${this.#serverFirst},${bare}`;
    const clientKey = hmac(salted, 'Client Key');
    const signature = hmac(createHash('sha256').update(clientKey).digest(), all);
    const given = Buffer.from(/p=(.*)$/.exec(clientFinal)?.[1] ?? '', 'base64');
    if (!given.equals(clientKey.map((byte, i) => byte ^ (signature[i] ?? 0)))) return null;
    return `v=${hmac(hmac(salted, 'Server Key'), all).toString('base64')}`;
  }
}

/** Method and data of an AUTH packet of ours: a method (21) and, where there are some, data (22). */
function readAuth(packet: Uint8Array): { code: number; data: string } {
  const all = Buffer.from(packet);
  const at = all.indexOf(METHOD) + METHOD.length;
  const data = all[at] === 22 ? all.subarray(at + 3, at + 3 + all.readUInt16BE(at + 1)) : Buffer.alloc(0);
  return { code: all[2] ?? 0, data: text.decode(data) };
}

function open(authenticator: Authenticator | null = new Authenticator(METHOD, 'ops', utf8.encode('pencil'))) {
  const clock = new ManualClock();
  const written: Uint8Array[] = [];
  const refused: Failure[] = [];
  let wrote = (): void => undefined;
  let refuse = (): void => undefined;
  const auth = new LinkAuth({
    authenticator,
    clock,
    write: (packet) => {
      written.push(packet);
      wrote();
    },
    refused: (failure) => {
      refused.push(failure);
      refuse();
    },
  });
  /** AUTH of the broker; resolves when we wrote our answer, or ended the link. */
  const receive = (code: number, data: string, method = METHOD): Promise<void> =>
    new Promise((resolve) => {
      wrote = resolve;
      refuse = resolve;
      auth.received({ kind: 'auth', code, method, data: utf8.encode(data), reason: null } as unknown as Auth);
    });
  const last = () => readAuth(written.at(-1) ?? new Uint8Array(0));
  return { auth, clock, written, refused, receive, last };
}

test('A re-authentication runs to its end while the session goes on, and another one may follow.', async () => {
  const { auth, clock, receive, last, refused } = open();
  const server = new ScramServer('pencil');
  for (let round = 0; round < 2; round++) {
    const again = auth.again();
    expect(last().code).toBe(25);
    await receive(24, server.challenge(last().data));
    const proof = server.proof(last().data);
    expect(proof).not.toBeNull();
    void receive(0, proof ?? '');
    expect(await again).toEqual({ kind: 'done' });
    expect(clock.pending).toBe(0);
  }
  expect(refused).toEqual([]);
});

test('Only one runs at a time.', async () => {
  const { auth, written } = open();
  void auth.again();
  expect(await auth.again()).toMatchObject({ code: 'reauthentication-running' });
  expect(written).toHaveLength(1);
});

test('Without an answer it is given up after 10 s, and the link stays.', async () => {
  const { auth, clock, refused } = open();
  const again = auth.again();
  clock.advance(9_999);
  expect(clock.pending).toBe(1);
  clock.advance(1);
  expect(await again).toMatchObject({ code: 'reauthentication-timeout' });
  expect(refused).toEqual([]);
});

test('A broker that does not know the password learns that from the end of the link.', async () => {
  const { auth, receive, last, refused } = open();
  const server = new ScramServer('another');
  const again = auth.again();
  await receive(24, server.challenge(last().data));
  expect(server.proof(last().data)).toBeNull();
  await receive(0, `v=${Buffer.alloc(32).toString('base64')}`);
  expect((await again).kind).toBe('failed');
  expect(refused).toHaveLength(1);
});

test('An answer of another method ends the link.', async () => {
  const { auth, receive, refused } = open();
  const again = auth.again();
  await receive(24, 'x', 'PLAIN');
  expect(await again).toMatchObject({ code: 'auth-method' });
  expect(refused[0]?.message).toContain('“PLAIN”');
});

test('AUTH without being asked ends the link, and asking for it says that there is none.', async () => {
  const { auth, receive, refused, written } = open(null);
  expect(await auth.again()).toMatchObject({ code: 'no-enhanced-authentication' });
  await receive(24, 'x');
  expect(refused).toMatchObject([{ code: 'auth-unasked' }]);
  expect(written).toEqual([]);
  expect(auth.accepted(undefined)).toBeNull();
});

test('A CONNACK without the broker’s proof is no success.', () => {
  const authenticator = new Authenticator(METHOD, 'ops', utf8.encode('pencil'));
  authenticator.begin();
  const { auth } = open(authenticator);
  expect(auth.accepted(undefined)?.kind).toBe('failed');
});

test('The end of the link ends what waits, and nothing is written or refused afterwards.', async () => {
  let answer: (step: AuthStep) => void = () => undefined;
  const slow = {
    method: METHOD,
    running: false,
    begin: () => ({ kind: 'message', data: new Uint8Array(1) }),
    received: () => new Promise<AuthStep>((resolve) => (answer = resolve)),
  } as unknown as Authenticator;
  for (const late of [
    { kind: 'send', packet: new Uint8Array(4) },
    { kind: 'refuse', failure: failed('late', 'late', '') },
  ] as const) {
    const { auth, clock, receive, written, refused } = open(slow);
    const again = auth.again();
    void receive(24, 'challenge');
    auth.closed();
    expect(await again).toMatchObject({ code: 'reauthentication-closed' });
    expect(clock.pending).toBe(0);
    answer(late);
    await new Promise((resolve) => setImmediate(resolve));
    expect([written.length, refused.length]).toEqual([1, 0]);
  }
});
