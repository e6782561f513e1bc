import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { beforeAll, expect, test } from 'vitest';
import { judgePeer, type Expectation } from '../../../../src-main/connection/tls/peer.ts';
import { certificates, type Certificates } from '../../../support/tls/certificates.ts';
import type { Pair } from '../../../support/tls/pair.ts';

/** What the library says of a chain, which a real handshake cannot be made to say. */

let all: Certificates;
beforeAll(async () => {
  all = await certificates();
});

function judge(
  pair: Pair,
  says: { readonly authorized: boolean; readonly error: unknown },
  host = '127.0.0.1',
) {
  const certificate = new X509Certificate(pair.cert).toLegacyObject();
  const socket = {
    authorized: says.authorized,
    authorizationError: says.error,
    getPeerCertificate: () => certificate,
  } as unknown as TLSSocket;
  const ca = [new X509Certificate(all.ca.cert).raw];
  const expected: Expectation = {
    host,
    address: 'x:8883',
    off: [],
    material: { ca, system: null, systemStore: null },
    now: Date.now(),
  };
  return judgePeer(socket, expected)?.report().verdict;
}

test('What the library refuses stays refused, also where we find nothing wrong.', () => {
  for (const error of [{ code: 'CERT_REVOKED' }, 'PERMITTED_VIOLATION', { code: 'SOMETHING_NEW' }, null]) {
    const verdict = judge(all.server, { authorized: false, error });
    expect(verdict?.outcome).toBe('refused');
    expect(verdict?.problems.map(({ check }) => check)).toEqual(['chain']);
  }
  const dates = judge(all.server, { authorized: false, error: { code: 'CERT_HAS_EXPIRED' } });
  expect(dates?.problems.map(({ check }) => check)).toEqual(['dates']);
});

test('What the library takes is taken, but for the host name.', () => {
  expect(judge(all.server, { authorized: true, error: null })?.outcome).toBe('trusted');
  const other = judge(all.server, { authorized: true, error: null }, 'broker.example');
  expect(other?.problems.map(({ check }) => check)).toEqual(['hostName']);
});

test('A server without any certificate has nothing to judge.', () => {
  const socket = { authorized: true, getPeerCertificate: () => ({}) } as unknown as TLSSocket;
  const material = { ca: null, system: null, systemStore: null };
  expect(judgePeer(socket, { host: 'x', address: 'x:1', off: [], material, now: 0 })).toBeNull();
});
