import { expect, test } from 'vitest';
import { ConnectionOptions } from '../../../../src-main/contract/model.ts';
import { draftErrors, optionsOf } from '../../../../src-renderer/features/connections/draft-check.ts';
import {
  addressOf,
  draftOf,
  emptyOptions,
  withAddress,
  withProtocol,
  type Draft,
} from '../../../../src-renderer/features/connections/editor-draft.ts';

import { newSubscription } from '../../../../src-renderer/features/connections/draft-subscriptions.ts';

const full = ConnectionOptions.parse({
  name: 'Plant',
  protocol: 'wss',
  host: 'broker.example',
  port: 8084,
  path: '/ws?x=1',
  version: '3.1.1',
  clientId: 'me',
  username: 'ops',
  password: 's3cret',
  cleanStart: false,
  sessionExpiry: 60,
  keepAlive: 15,
  backOff: { minMs: 500, maxMs: 9_000 },
  tls: {
    verify: false,
    ca: 'ca.pem',
    cert: 'c.pem',
    key: 'k.pem',
    passphrase: 'p',
    servername: 'sni',
    alpn: ['mqtt'],
  },
  subscriptions: [{ filter: 'a/#', qos: 2, noLocal: true, retainHandling: 1 }],
});

const good = (change: Partial<Draft> = {}): Draft => ({ ...draftOf(emptyOptions()), host: 'h', ...change });

test('options survive the form, those it does not show included', () => {
  expect(optionsOf(draftOf(full))).toEqual(full);
});

test('an empty form has one thing to ask for: the host', () => {
  expect(Object.keys(draftErrors(draftOf(emptyOptions())))).toEqual(['host']);
  expect(optionsOf(draftOf(emptyOptions()))).toBeNull();
});

test.each([
  ['port', { port: '0' }],
  ['port', { port: '65536' }],
  ['port', { port: '18 83' }],
  ['port', { port: '' }],
  ['keepAlive', { keepAlive: '-1' }],
  ['keepAlive', { keepAlive: '65536' }],
  ['host', { host: 'a b' }],
  ['host', { host: 'mqtt://a' }],
  ['host', { host: 'user@a' }],
  ['path', { protocol: 'ws', path: 'mqtt' }],
  ['clientId', { clientId: 'a\u0000b' }],
  ['clientId', { version: '3.1', clientId: 'é'.repeat(12) }],
  ['username', { username: 'x'.repeat(65_536) }],
  ['password', { version: '3.1.1', password: 'p' }],
  ['subscriptions.0.filter', { subscriptions: [newSubscription('a/#/b')] }],
] as const)('%s is refused in %o', (field, change) => {
  const draft = good(change as Partial<Draft>);
  expect(Object.keys(draftErrors(draft))).toEqual([field]);
  expect(optionsOf(draft)).toBeNull();
});

test.each([
  { port: ' 1883 ' },
  { keepAlive: '0' },
  { host: '::1' },
  { host: 'xn--bcher-kva.example' },
  { version: '3.1', clientId: 'é'.repeat(11) },
  { version: '5', password: 'p' },
  { protocol: 'mqtt', path: 'ignored' },
] as const)('%o is accepted', (change) => {
  expect(draftErrors(good(change as Partial<Draft>))).toEqual({});
});

test('the protocol brings its usual port unless one was chosen', () => {
  expect(withProtocol(good({ port: '1883' }), 'mqtts').port).toBe('8883');
  expect(withProtocol(good({ port: '' }), 'wss').port).toBe('443');
  expect(withProtocol(good({ port: '1884' }), 'mqtts').port).toBe('1884');
});

test('an address fills the fields and keeps what it does not mention', () => {
  const read = ConnectionOptions.parse({ name: 'read', protocol: 'mqtts', host: 'other', port: 8883 });
  const draft = withAddress(good({ name: 'Mine', username: 'ops', password: 'p', clientId: 'c' }), read);
  expect(draft).toMatchObject({
    name: 'Mine',
    protocol: 'mqtts',
    host: 'other',
    port: '8883',
    username: 'ops',
  });
  expect(draft).toMatchObject({ password: 'p', clientId: 'c' });
});

test('the address shown never holds the password', () => {
  expect(addressOf(draftOf(full))).toBe('wss://ops@broker.example:8084/ws?x=1');
  expect(addressOf(good({ host: '::1', port: '1883' }))).toBe('mqtt://[::1]:1883');
  expect(addressOf(draftOf(emptyOptions()))).toBe('');
});

test('without a name the profile is named after its broker', () => {
  expect(optionsOf(good({ name: '  ', host: ' h ', port: '1' }))?.name).toBe('h:1');
});
