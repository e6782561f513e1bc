import { describe, expect, test } from 'vitest';
import { scramCrypto } from '../../../../../src-main/connection/auth/authenticator.ts';
import { saslPrep } from '../../../../../src-main/core/session/auth/sasl-prep.ts';
import {
  isServerFinal,
  ScramClient,
  type ScramMethod,
} from '../../../../../src-main/core/session/auth/scram.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);

function client(method: ScramMethod, nonce: string, user = 'user', password = 'pencil'): ScramClient {
  const made = ScramClient.create(scramCrypto(method), user, password, nonce);
  if ('kind' in made) throw new Error(made.message);
  return made;
}

const VECTORS = [
  {
    // RFC 5802, 5
    method: 'SCRAM-SHA-1',
    nonce: 'fyko+d2lbbFgONRv9qkxdawL',
    challenge: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    final: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    last: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  {
    // RFC 7677, 3
    method: 'SCRAM-SHA-256',
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    challenge: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    final:
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    last: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
] as const;

describe('A SCRAM exchange', () => {
  test.each(VECTORS)('$method is that of the example in its RFC.', async ({ method, nonce, ...vector }) => {
    const scram = client(method, nonce);
    expect(text(scram.first())).toBe(`n,,n=user,r=${nonce}`);
    const answer = await scram.final(bytes(vector.challenge));
    expect(answer.kind === 'message' && text(answer.data)).toBe(vector.final);
    expect(scram.verified).toBe(false);
    expect(scram.verify(bytes(vector.last))).toBeNull();
    expect(scram.verified).toBe(true);
  });

  test('ends where the broker cannot prove that it knows the password, in any way.', async () => {
    const [, { nonce, challenge, last }] = VECTORS;
    const scram = client('SCRAM-SHA-256', nonce);
    expect(scram.verify(bytes(last))?.code).toBe('scram-server');
    await scram.final(bytes(challenge));
    for (const wrong of ['', 'v=', 'v=AAAA', `${last}x`, last.replace('6rri', '7rri')]) {
      expect(scram.verify(bytes(wrong))?.code, wrong).toBe('scram-server');
      expect(scram.verified).toBe(false);
    }
    expect(scram.verify(bytes('e=unknown-user'))?.message).toContain('unknown-user');
  });

  test.each([
    ['r=another,s=QSXCR+Q6sek8bf92,i=4096', 'scram-nonce'],
    ['r=abc,s=QSXCR+Q6sek8bf92,i=4096', 'scram-nonce'],
    ['r=abcd,s=QSXCR+Q6sek8bf92,i=1', 'scram-iterations'],
    ['r=abcd,s=QSXCR+Q6sek8bf92,i=1000001', 'scram-iterations'],
    ['r=abcd,s=QSX,i=4096', 'scram-challenge'],
    ['m=x,r=abcd,s=QSXCR+Q6sek8bf92,i=4096', 'scram-challenge'],
    ['', 'scram-challenge'],
    [`r=abcd${'d'.repeat(5_000)},s=QSXCR+Q6sek8bf92,i=4096`, 'scram-challenge'],
  ])('refuses the challenge %s.', async (challenge, code) => {
    expect(await client('SCRAM-SHA-1', 'abc').final(bytes(challenge))).toMatchObject({
      kind: 'failed',
      code,
    });
  });

  test('writes names with commas and equal signs as the RFC wants, and refuses what it forbids.', () => {
    expect(text(client('SCRAM-SHA-512', 'n', 'a=b,c').first())).toBe('n,,n=a=3Db=2Cc,r=n');
    const crypto = scramCrypto('SCRAM-SHA-1');
    expect(ScramClient.create(crypto, 'a\u0007', 'b', 'n')).toMatchObject({ code: 'scram-characters' });
    expect(ScramClient.create(crypto, 'a', 'b\u0000', 'n')).toMatchObject({ code: 'scram-characters' });
    expect(ScramClient.create(crypto, '\u00ad', 'b', 'n')).toMatchObject({ code: 'scram-username' });
  });

  test('distinguishes the last message of the server from a challenge.', () => {
    expect(['v=x', 'e=x', 'r=x', ''].map((one) => isServerFinal(bytes(one)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('SASLprep', () => {
  // RFC 4013, 3
  test.each([
    ['I\u00adX', 'IX'],
    ['user', 'user'],
    ['USER', 'USER'],
    ['\u00aa', 'a'],
    ['\u2168', 'IX'],
    ['a\u00a0b', 'a b'],
    ['\u0007', null],
    ['\u0627\u0031', null],
    ['\u0627\u0031\u0628', '\u0627\u0031\u0628'],
    ['\u0627a\u0628', null],
    ['\ue000', null],
    ['\ud800', null],
    ['\u202e', null],
  ])('makes of %j what the RFC says.', (given, wanted) => {
    expect(saslPrep(given)).toBe(wanted);
  });
});
