import { describe, expect, test } from 'vitest';
import { ConnectionOptions } from '../../../../../../../src-main/contract/model/model.ts';
import {
  draftOf,
  type Draft,
} from '../../../../../../../src-renderer/features/connections/draft/editor-draft.ts';
import {
  authenticationHolds,
  headersHold,
  pathHolds,
  proxyHolds,
  tlsHolds,
} from '../../../../../../../src-renderer/features/connections/editor/sections/held-secrets.ts';

/** A form as it is after typing; what is not said is empty. */
function typed(change: (empty: Draft) => Partial<Draft>, protocol = 'wss'): Draft {
  const options = ConnectionOptions.parse({ name: 'x', host: 'h', port: 1, protocol });
  const empty = draftOf(options);
  return { ...empty, ...change(empty) };
}

const holders = { authenticationHolds, headersHold, pathHolds, proxyHolds, tlsHolds };
/** Which parts of the form hold a secret. */
const holding = (draft: Draft): string[] =>
  Object.entries(holders).flatMap(([name, holds]) => (holds(draft) ? [name] : []));

describe('The form holds a secret', () => {
  test('nowhere while it is empty.', () => {
    expect(holding(typed(() => ({})))).toEqual([]);
  });

  test.each<readonly [string, (empty: Draft) => Partial<Draft>, string]>([
    ['a password', () => ({ password: 'x' }), 'authenticationHolds'],
    ['a username without a password', () => ({ username: 'token' }), 'authenticationHolds'],
    [
      'a key that signs',
      ({ signing }) => ({ signing: { ...signing, kind: 'azure-sas', key: 'x' } }),
      'authenticationHolds',
    ],
    [
      'a session token',
      ({ signing }) => ({ signing: { ...signing, kind: 'aws-sigv4', sessionToken: 'x' } }),
      'authenticationHolds',
    ],
    ['a header', () => ({ headers: [{ name: 'X-Key', value: 'x' }] }), 'headersHold'],
    ['a value in the path', () => ({ path: '/mqtt?k=x' }), 'pathHolds'],
    [
      'a username of the proxy',
      ({ proxy }) => ({ proxy: { ...proxy, kind: 'http', username: 'x' } }),
      'proxyHolds',
    ],
    ['a passphrase of a key', ({ tls }) => ({ tls: { ...tls, passphrase: 'x' } }), 'tlsHolds'],
    ['a pasted key', ({ tls }) => ({ tls: { ...tls, key: '-----BEGIN PRIVATE KEY-----' } }), 'tlsHolds'],
  ])('where it stands, and only there: %s.', (_, change, where) => {
    expect(holding(typed(change))).toEqual([where]);
  });

  test.each<readonly [string, (empty: Draft) => Partial<Draft>]>([
    [
      'a username that is marked',
      ({ notSecret }) => ({ username: 'ann', notSecret: { ...notSecret, username: true } }),
    ],
    [
      'a header that is marked',
      ({ notSecret }) => ({
        headers: [{ name: 'X-A', value: 'x' }],
        notSecret: { ...notSecret, headers: ['x-a'] },
      }),
    ],
    [
      'a value that is marked',
      ({ notSecret }) => ({ path: '/mqtt?k=x', notSecret: { ...notSecret, query: ['k'] } }),
    ],
    [
      'a password that is in a file',
      ({ passwordFrom }) => ({ password: 'x', passwordFrom: { ...passwordFrom, kind: 'file', path: '/p' } }),
    ],
    ['a key that is in a file', ({ tls }) => ({ tls: { ...tls, key: '/etc/key.pem' } })],
    ['a header without a value', () => ({ headers: [{ name: 'X-A', value: '' }] })],
    ['a proxy that is not used', ({ proxy }) => ({ proxy: { ...proxy, kind: 'none', password: 'x' } })],
  ])('not in %s.', (_, change) => {
    expect(holding(typed(change))).toEqual([]);
  });

  test('not in what the protocol does not send.', () => {
    const draft = typed(() => ({ headers: [{ name: 'X-A', value: 'x' }], path: '/?k=x' }), 'mqtt');
    expect(holding(draft)).toEqual([]);
  });
});
