import { expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import type { ConnectionState, SubscriptionStatus } from '../../../../../src-main/contract/model/model.ts';
import {
  grantTone,
  narrowerFilters,
  noConnectionWords,
  phaseWords,
  stateWord,
  tlsWords,
} from '../../../../../src-renderer/state/connections/describe.ts';
import { onlineState } from '../../../../support/engine/fake-engine.ts';

const why = failed('x', 'It failed.');
const cases: readonly (readonly [ConnectionState, string])[] = [
  [{ kind: 'idle' }, 'Disconnected'],
  [{ kind: 'resolving', attempt: 1, since: 0, host: 'h' }, 'Connecting'],
  [{ kind: 'securing', attempt: 2, since: 0, address: 'a' }, 'Reconnecting'],
  [{ kind: 'waiting', attempt: 1, retryAt: 0, why }, 'Reconnecting'],
  [onlineState(0), 'Connected'],
  [{ kind: 'stopped', since: 0, why: null }, 'Disconnected'],
  [{ kind: 'stopped', since: 0, why }, 'Disconnected'],
];

test.each(cases)('%o is called %s', (state, word) => expect(stateWord(state)).toBe(word));

test('only an attempt has words for what it does', () => {
  expect(cases.map(([state]) => phaseWords(state) !== null)).toEqual([
    false,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('where no topic came, why there is no connection is said whole, with what to do', () => {
  const refused = failed('x', 'The broker refused \u202eit.', 'Check the password.');
  expect(noConnectionWords({ kind: 'stopped', since: 0, why: refused })).toBe(
    'There is no connection: The broker refused \\u{202e}it. Check the password.',
  );
  expect(noConnectionWords({ kind: 'waiting', attempt: 1, retryAt: 0, why: refused })).toMatch(/password/);
  expect(noConnectionWords({ kind: 'stopped', since: 0, why: null })).toMatch(/Connect, and topics/);
  expect(noConnectionWords({ kind: 'idle' })).toMatch(/Connect, and topics/);
  expect(noConnectionWords(onlineState(0))).toBeNull();
  expect(noConnectionWords({ kind: 'resolving', attempt: 1, since: 0, host: 'h' })).toBeNull();
});

test('encryption is named as people name it', () => {
  const online = onlineState(0);
  if (online.kind !== 'online') throw new Error('not online');
  const tls = {
    version: 'TLSv1.3',
    cipher: 'x',
    verified: true,
    mutual: false,
    alpn: null,
    off: [],
    ignored: [],
  };
  expect(tlsWords(online)).toBeNull();
  expect(tlsWords({ ...online, tls })).toBe('TLS 1.3');
  expect(tlsWords({ ...online, tls: { ...tls, mutual: true } })).toBe('Mutual TLS 1.3');
});

test('narrower filters are guessed from the refused one and from our own names', () => {
  expect(narrowerFilters('#', ['ops', 'me', null, 'ops', 'a/b', ''])).toEqual(['+/#', 'ops/#', 'me/#']);
  expect(narrowerFilters('$SYS/#', ['ops'])).toEqual(['$SYS/broker/#', '$SYS/+']);
  expect(narrowerFilters('plant/#', ['ops'])).toEqual(['plant/+']);
  expect(narrowerFilters('plant/state', ['ops'])).toEqual([]);
});

test('A refused $SYS is shown in words, not in red: all else works without it.', () => {
  const tone = (filter: string, result: SubscriptionStatus['result']) =>
    grantTone({ filter, qos: 1, result } as SubscriptionStatus);
  const refusal = { kind: 'refused', code: 135, failure: why } as const;
  expect(tone('$SYS/#', refusal)).toBe('mut');
  expect(tone('plant/#', refusal)).toBe('err');
  expect(tone('plant/#', { kind: 'granted', qos: 0 })).toBe('warn');
  expect(tone('plant/#', { kind: 'granted', qos: 1 })).toBe('ok');
  expect(tone('plant/#', { kind: 'off' })).toBe('mut');
});
