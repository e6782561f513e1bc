import { expect, test } from 'vitest';
import { Proxy, ServiceLimits, Will } from '../../../../../../src-main/contract/model/connect-fields.ts';
import {
  ConnectionOptions,
  SubscriptionRequest,
  TlsOptions,
} from '../../../../../../src-main/contract/model/model.ts';
import { keptSecret } from '../../../../../../src-main/contract/profiles/profiles.ts';
import {
  shownText,
  typedText,
} from '../../../../../../src-renderer/features/connections/draft/kept-marks.ts';
import { keepDraft, keptDraft } from '../../../../../../src-renderer/features/connections/draft/drafts.ts';
import {
  draftErrors,
  optionsOf,
  sectionOf,
} from '../../../../../../src-renderer/features/connections/draft/draft-check.ts';
import {
  addressOf,
  draftOf,
  emptyOptions,
  marksOf,
  readDraft,
  withAddress,
  withHostsTaken,
  withProtocol,
  type Draft,
} from '../../../../../../src-renderer/features/connections/draft/editor-draft.ts';

import {
  newSubscription,
  shareGroup,
  withShareGroup,
} from '../../../../../../src-renderer/features/connections/draft/draft-subscriptions.ts';

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
  levelSeparator: '.',
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

const PAIR = { name: 'a', value: 'b' };
const WILL = { ...draftOf(emptyOptions()).will, on: true, topic: 't' };
const LIMITS = draftOf(emptyOptions()).serviceLimits;

const good = (change: Partial<Draft> = {}): Draft => ({ ...draftOf(emptyOptions()), host: 'h', ...change });

test('options survive the form, those it does not show included', () => {
  expect(optionsOf(draftOf(full))).toEqual(full);
});

const everything = ConnectionOptions.parse({
  ...full,
  version: '5',
  protocol: 'wss',
  subprotocol: 'mqttv5',
  headers: [
    { name: 'X-A', value: '1' },
    { name: 'X-A', value: '2' },
  ],
  proxy: { kind: 'socks5', host: 'proxy.example', port: 1080, username: 'u', password: 'p' },
  passwordFrom: { kind: 'file', path: '/run/secret' },
  authentication: 'SCRAM-SHA-256',
  signing: { kind: 'azure-sas', policy: 'device', key: 'a2V5', ttlSeconds: 600 },
  notSecret: { username: true, proxyUsername: true, headers: ['x-a'], query: ['tenant'] },
  receiveMaximum: 20,
  maximumPacketSize: 1_000_000,
  requestProblemInformation: false,
  requestResponseInformation: true,
  userProperties: [
    { name: 'b', value: '1' },
    { name: 'a', value: '' },
    { name: 'b', value: '2' },
  ],
  will: {
    topic: 'clients/me',
    payload: '00 ff',
    encoding: 'hex',
    qos: 2,
    retain: true,
    delayInterval: 0,
    messageExpiry: 4_294_967_295,
    utf8: true,
    contentType: 'text/plain',
    responseTopic: 'answers',
    correlationData: 'c0ffee',
    userProperties: [{ name: 'n', value: 'v' }],
  },
  connectTimeoutMs: 4_321,
  tls: {
    ...full.tls,
    verify: true,
    checks: { chain: true, dates: false, hostName: false },
    systemCa: true,
    minVersion: 'TLSv1.3',
    pfx: 'me.p12',
    alpn: ['mqtt', 'x-amzn-mqtt-ca'],
  },
  subscriptions: [
    { filter: '$share/g/a/#', qos: 1, enabled: false, identifier: 268_435_455, retainAsPublished: false },
    { filter: 'b', qos: 2, retainHandling: 2, noLocal: true },
  ],
  preset: 'somewhere',
  serviceLimits: {
    maximumQos: 1,
    filtersPerSubscribe: 8,
    topicLevels: 7,
    topicBytes: 256,
    retain: false,
    keepAliveMin: 0,
    keepAliveMax: 1_200,
  },
});

test('every field of a connection survives the form', () => {
  expect(draftErrors(draftOf(everything))).toEqual({});
  expect(optionsOf(draftOf(everything))).toEqual(everything);
  const aws = {
    kind: 'aws-sigv4',
    region: 'eu-central-1',
    accessKeyId: 'A',
    secretAccessKey: 's',
    sessionToken: null,
  } as const;
  const variable = { kind: 'environment', name: 'MQTT_PASSWORD' } as const;
  const other = { ...everything, signing: aws, passwordFrom: variable, proxy: null, will: null };
  expect(optionsOf(draftOf(other))).toEqual(other);
});

test('a field that the contract gains is not lost silently', () => {
  const keys = (value: object) => Object.keys(value).toSorted();
  const read = readDraft(draftOf(everything)) as ConnectionOptions;
  expect(keys(read)).toEqual(keys(ConnectionOptions.shape));
  expect(keys(read.tls)).toEqual(keys(TlsOptions.shape));
  expect(keys(read.will ?? {})).toEqual(keys(Will.shape));
  expect(keys(read.proxy ?? {})).toEqual(keys(Proxy.shape));
  expect(keys(read.serviceLimits)).toEqual(keys(ServiceLimits.shape));
  expect(keys(read.subscriptions[0] ?? {})).toEqual(keys(SubscriptionRequest.shape));
});

test('so do folder, colour and auto-connect, tidied up', () => {
  const marks = { folder: 'plant/hall 2', colour: 'red', autoConnect: true } as const;
  expect(marksOf(draftOf(full, marks))).toEqual(marks);
  expect(marksOf(good({ folder: ' / a // b /' })).folder).toBe('a/b');
});

test('a draft survives being kept as text, and what is no draft is refused', () => {
  const kept = new Map<string, string>();
  const drafts = {
    loaded: true,
    whenLoaded: () => Promise.resolve(),
    get: (key: string) => kept.get(key) ?? null,
    keep: (key: string, text: string) => void kept.set(key, text),
    forget: (key: string) => void kept.delete(key),
    flush: () => undefined,
    dispose: () => undefined,
  };
  const draft = draftOf(everything, { folder: 'a', colour: 'blue', autoConnect: true });
  keepDraft(drafts, 'p', draft);
  expect(keptDraft(drafts, 'p')).toEqual(draft);
  expect(keptDraft(drafts, 'other')).toBeNull();
  for (const text of [
    '',
    'null',
    '{}',
    '[]',
    JSON.stringify({ ...draft, will: null }),
    JSON.stringify({ ...draft, port: 1 }),
  ]) {
    kept.set('p', text);
    expect(keptDraft(drafts, 'p')).toBeNull();
  }
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
  ['host', { host: 'broker:65536' }],
  ['host', { host: 'broker/mqtt' }],
  ['host', { host: '[::1' }],
  ['host', { host: 'a\u200db.example' }],
  ['host', { host: 'HostName=h.example;SharedAccessKey=c2VjcmV0' }],
  ['proxy.host', { proxy: { kind: 'http', host: 'http://p', port: '3128', username: '', password: '' } }],
  ['tls.servername', { protocol: 'mqtts', tls: { ...draftOf(full).tls, servername: 'a:1' } }],
  ['tls.servername', { protocol: 'mqtts', tls: { ...draftOf(full).tls, servername: 'a b' } }],
  ['path', { protocol: 'ws', path: 'mqtt' }],
  ['clientId', { clientId: 'a\u0000b' }],
  ['clientId', { version: '3.1', clientId: 'é'.repeat(12) }],
  ['username', { username: 'x'.repeat(65_536) }],
  ['password', { version: '3.1.1', password: 'p' }],
  ['subscriptions.0.filter', { subscriptions: [newSubscription('a/#/b')] }],
  ['subscriptions.1.filter', { subscriptions: [newSubscription('a'), newSubscription('a')] }],
  ['subscriptions.0.identifier', { subscriptions: [{ ...newSubscription('a'), identifier: '0' }] }],
  ['subscriptions.0.noLocal', { subscriptions: [{ ...newSubscription('$share/g/a'), noLocal: true }] }],
  ['host', { protocol: 'unix', host: 'relative.sock' }],
  ['sessionExpiry', { sessionExpiry: '4294967296' }],
  ['receiveMaximum', { receiveMaximum: '0' }],
  ['maximumPacketSize', { maximumPacketSize: 'x' }],
  ['userProperties.1.value', { userProperties: [PAIR, { name: 'a', value: '\u0000' }] }],
  ['username', { authentication: 'SCRAM-SHA-1' }],
  ['passwordFrom.path', { passwordFrom: { kind: 'file', path: ' ', name: '' } }],
  ['passwordFrom.name', { passwordFrom: { kind: 'environment', path: '', name: '$PASS WORD' } }],
  ['will.topic', { will: { ...WILL, topic: 'a/#' } }],
  ['will.payload', { will: { ...WILL, encoding: 'hex', payload: '0' } }],
  ['will.payload', { will: { ...WILL, payload: 'é'.repeat(32_768) } }],
  ['will.responseTopic', { will: { ...WILL, responseTopic: '+' } }],
  ['will.correlationData', { will: { ...WILL, correlationData: 'xy' } }],
  ['will.delayInterval', { will: { ...WILL, delayInterval: '-1' } }],
  ['connectTimeout', { connectTimeout: '0.499' }],
  ['connectTimeout', { connectTimeout: '120.001' }],
  ['connectTimeout', { connectTimeout: '1e2' }],
  ['connectTimeout', { connectTimeout: '1.2345' }],
  ['levelSeparator', { levelSeparator: '' }],
  ['levelSeparator', { levelSeparator: '..' }],
  ['levelSeparator', { levelSeparator: '#' }],
  ['levelSeparator', { levelSeparator: '\ud83d' }],
  ['backOffMax', { backOffMin: '2000', backOffMax: '1999' }],
  ['proxy.host', { proxy: { kind: 'http', host: '', port: '3128', username: '', password: '' } }],
  ['proxy.port', { proxy: { kind: 'http', host: 'p', port: '', username: '', password: '' } }],
  ['headers.0.name', { protocol: 'ws', headers: [{ name: 'a b', value: '' }] }],
  ['headers.0.value', { protocol: 'ws', headers: [{ name: 'a', value: 'x\ny' }] }],
  ['subprotocol', { protocol: 'ws', subprotocol: 'a b' }],
  ['serviceLimits.keepAliveMax', { serviceLimits: { ...LIMITS, keepAliveMax: '0' } }],
] as const)('%s is refused in %o', (field, change) => {
  const draft = good(change as Partial<Draft>);
  expect(Object.keys(draftErrors(draft))).toEqual([field]);
  expect(optionsOf(draft)).toBeNull();
});

test.each([
  { port: ' 1883 ' },
  { keepAlive: '0' },
  { host: '::1' },
  { host: '[::1]' },
  { host: '::1%lo' },
  { host: 'bröker.example' },
  { host: 'broker:1884', port: '' },
  { proxy: { kind: 'http', host: '[::1]:3128', port: '', username: '', password: '' } },
  { host: 'xn--bcher-kva.example' },
  { version: '3.1', clientId: 'é'.repeat(11) },
  { version: '5', password: 'p' },
  { protocol: 'mqtt', path: 'ignored' },
  { protocol: 'unix', host: '/run/mosquitto.sock', port: '' },
  { protocol: 'unix', host: '\\\\.\\pipe\\mosquitto' },
  { version: '3.1.1', sessionExpiry: 'nonsense', authentication: 'SCRAM-SHA-1' },
  { will: { ...WILL, on: false, topic: '#' } },
  { version: '3.1.1', will: { ...WILL, responseTopic: '#' } },
  { proxy: { kind: 'none', host: '?', port: 'x', username: '', password: '' } },
  { protocol: 'mqtt', headers: [{ name: '', value: '' }] },
  { version: '3.1.1', passwordFrom: { kind: 'file', path: '/p', name: '' }, password: 'left over' },
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
  expect(addressOf(draftOf(full))).toBe('wss://ops@broker.example:8084/ws?x=••••••••');
  const typed = good({ protocol: 'wss', username: 'a-token', path: '/?t=n&%6Bey=a-key&a-value&e=' });
  expect(addressOf(typed)).toBe('wss://h:1883/?t=••••••••&%6Bey=••••••••&••••••••&e=');
  const notSecret = { ...typed.notSecret, username: true, query: ['t', 'key'] };
  expect(addressOf({ ...typed, notSecret })).toBe('wss://a-token@h:1883/?t=n&%6Bey=a-key&••••••••&e=');
  expect(addressOf(good({ host: '::1', port: '1883' }))).toBe('mqtt://[::1]:1883');
  expect(addressOf(draftOf(emptyOptions()))).toBe('');
});

test('half of a character in a username is shown as what it is, and breaks nothing', () => {
  for (const half of ['\ud83d', 'a\ude00', '\ude00\ud83d'])
    expect(addressOf(good({ username: half, notSecret: { ...good().notSecret, username: true } }))).toContain(
      '%EF%BF%BD',
    );
});

test('a port behind a host goes where ports go, and brackets go', () => {
  const taken = (change: Partial<Draft>) => optionsOf(good(change));
  expect(taken({ host: '127.0.0.1:29842', port: '1883' })).toMatchObject({ host: '127.0.0.1', port: 29_842 });
  expect(taken({ host: '[::1]:29840' })).toMatchObject({ host: '::1', port: 29_840, name: '[::1]:29840' });
  expect(taken({ host: '[::1]', port: '1884' })).toMatchObject({ host: '::1', port: 1884 });
  const proxy = { kind: 'socks5' as const, host: 'p:9050', port: '1080', username: '', password: '' };
  expect(taken({ proxy })?.proxy).toMatchObject({ host: 'p', port: 9050 });
  const socket = good({ protocol: 'unix', host: '/run/a:1' });
  expect(withHostsTaken(socket)).toBe(socket);
  expect(addressOf(good({ host: '[::1]:29840', port: '1883' }))).toBe('mqtt://[::1]:29840');
});

test('a host that is none is shown nowhere but in its field', () => {
  const secret = 'HostName=h.example;SharedAccessKey=c2VjcmV0';
  expect(addressOf(good({ host: secret }))).toBe('');
  expect(JSON.stringify(draftErrors(good({ host: secret })))).not.toContain('c2VjcmV0');
});

test('without a name the profile is named after its broker', () => {
  expect(optionsOf(good({ name: '  ', host: ' h ', port: '1' }))?.name).toBe('h:1');
});

test.each([
  ['host', 'general'],
  ['signing.region', 'authentication'],
  ['tls.alpn', 'tls'],
  ['userProperties.3.name', 'session'],
  ['will.userProperties.0.value', 'will'],
  ['subscriptions.12.filter', 'subscriptions'],
  ['serviceLimits.topicBytes', 'advanced'],
])('a wrong %s is marked at %s', (field, section) => expect(sectionOf(field)).toBe(section));

test('a filter is shared with a group and back, without No Local', () => {
  const one = { ...newSubscription('a/+'), noLocal: true };
  const shared = withShareGroup(one, 'team');
  expect(shared).toMatchObject({ filter: '$share/team/a/+', noLocal: false });
  expect(shareGroup(shared.filter)).toBe('team');
  expect(withShareGroup(withShareGroup(shared, 'other'), null).filter).toBe('a/+');
  expect(shareGroup('$share/x')).toBeNull();
});

test('a saved secret in the middle of a path is dots, and stays what it is unless it is touched', () => {
  const first = keptSecret('path.query.0');
  const second = keptSecret('path.query.2');
  const path = `/mqtt?token=${first}&x=1&sig=${second}`;
  const shown = shownText(path);
  expect(shown).toBe('/mqtt?token=••••••••&x=1&sig=••••••••');
  expect(typedText(shown.replace('x=1', 'y=2'), path)).toBe(path.replace('x=1', 'y=2'));
  expect(typedText(shown.slice(0, -1), path)).toBe(`/mqtt?token=${first}&x=1&sig=•••••••`);
  expect(draftErrors(good({ protocol: 'wss', path: typedText(shown, path) }))).toEqual({});
  expect(Object.keys(draftErrors(good({ protocol: 'wss', path: `${path}•` })))).toEqual(['path']);
  expect(addressOf(good({ protocol: 'wss', path }))).not.toContain('kept');
});
