import { describe, expect, test } from 'vitest';
import {
  ServiceLimits,
  type PasswordFrom,
  type Signing,
} from '../../../../../../src-main/contract/model/connect-fields.ts';
import {
  LIMITS,
  limitsErrors,
  limitsDraftOf,
  limitsOf,
  passwordFromDraftOf,
  passwordFromErrors,
  passwordFromOf,
  proxyDraftOf,
  proxyErrors,
  proxyOf,
  signingDraftOf,
  signingErrors,
  signingOf,
  type ProxyDraft,
} from '../../../../../../src-renderer/features/connections/draft/draft-network.ts';
import {
  headerNameRule,
  headerValueRule,
  hexRule,
  hostRule,
  numberIn,
  optionalNumberRule,
  socketPathRule,
  textRule,
  wholeNumberRule,
} from '../../../../../../src-renderer/features/connections/draft/draft-rules.ts';
import {
  tlsDraftOf,
  tlsErrors,
  tlsOptionsOf,
  type TlsDraft,
} from '../../../../../../src-renderer/features/connections/draft/draft-tls.ts';
import {
  propertyRules,
  willDraftOf,
  willErrors,
  willOf,
  type WillDraft,
} from '../../../../../../src-renderer/features/connections/draft/draft-will.ts';
import { webSocketHeaders } from '../../../../../../src-main/core/session/auth/ws-headers.ts';
import { TlsOptions } from '../../../../../../src-main/contract/model/model.ts';

const broken = (errors: Readonly<Record<string, string | null>>) =>
  Object.keys(errors).filter((key) => errors[key] !== null);

describe('The rule of', () => {
  test('a text counts bytes, and takes no NUL and no half of a character', () => {
    expect(textRule('')).toBeNull();
    expect(textRule('ä'.repeat(32_767))).toBeNull();
    expect(textRule('ä'.repeat(32_768))).toMatch(/65,535 bytes/);
    expect(textRule('a\0b')).toMatch(/NUL/);
    for (const half of ['\ud83d', 'a\ude00b', '\ude00\ud83d']) expect(textRule(half)).toMatch(/half/);
    expect(textRule('😀')).toBeNull();
  });

  test('a number takes digits and blanks around them, within its bounds', () => {
    for (const text of ['1', ' 65535 ', '007']) expect(wholeNumberRule(text, 1, 65_535)).toBeNull();
    for (const text of ['', ' ', '0', '65536', '-1', '1.5', '1e3', '0x10', '+1', '1 2', '١', '1,000', 'NaN'])
      expect(wholeNumberRule(text, 1, 65_535), text).toBe('Enter a whole number from 1 to 65535.');
    expect(wholeNumberRule('9'.repeat(400), 0, 10)).not.toBeNull();
  });

  test('a number that may be left out says so', () => {
    expect(optionalNumberRule('  ', 1, 5)).toBeNull();
    expect(optionalNumberRule('6', 1, 5)).toBe('Enter a whole number from 1 to 5, or nothing.');
    expect([numberIn(''), numberIn(' 7 '), numberIn('x'), numberIn('0')]).toEqual([null, 7, null, 0]);
  });

  test('a host takes names and addresses, and nothing that goes elsewhere', () => {
    for (const host of ['broker', 'broker.example', '127.0.0.1', '::1', 'bücher.example', ' broker '])
      expect(hostRule(host), host).toBeNull();
    for (const host of ['', ' ', 'a b', 'user@evil', 'a/b', 'a?b', 'a#b', 'a\nb', '-', '..', 'a\u202eb'])
      expect(hostRule(host), host).not.toBeNull();
  });

  test('a path of a socket wants the whole path', () => {
    expect(socketPathRule('/run/mosquitto.sock')).toBeNull();
    expect(socketPathRule('\\\\.\\pipe\\mosquitto')).toBeNull();
    for (const path of ['', '  ', 'run/x', './x', 'C:\\x', `/${'x'.repeat(255)}`])
      expect(socketPathRule(path), path).not.toBeNull();
  });

  test('hex takes pairs in any case, divided as one likes', () => {
    for (const text of ['', '00', 'DE ad\nBE\tef', ' ']) expect(hexRule(text)).toBeNull();
    expect(hexRule('abc')).toMatch(/one is missing/);
    for (const text of ['0x00', 'gg', '0-0', '٠٠']) expect(hexRule(text), text).toMatch(/hex digits/);
  });

  test('a header is as strict as what makes the request of it', () => {
    const isSent = (name: string, value: string) => webSocketHeaders([{ name, value }]) instanceof Map;
    for (const name of ['X-Token', 'a', '!#$', 'x y', 'Ä', 'a:b', 'x\r\ny', '(a)'])
      expect(headerNameRule(name) === null, name).toBe(isSent(name, ''));
    for (const value of [
      '',
      'Bearer x',
      'Größe',
      '\t',
      'a\r\nb: c',
      'a\nb',
      '\0',
      '\x01',
      '\x7f',
      '日本',
      '😀',
      'ÿ',
    ])
      expect(headerValueRule(value) === null, JSON.stringify(value)).toBe(isSent('x', value));
    expect(headerNameRule('')).toBe('Enter the name of the header.');
  });
});

describe('A proxy', () => {
  const draft = (more: Partial<ProxyDraft>): ProxyDraft => ({
    ...proxyDraftOf(null),
    kind: 'socks5',
    host: 'proxy',
    port: '1080',
    ...more,
  });

  test('that is none has no rules, and keeps what was typed', () => {
    expect(proxyErrors(draft({ kind: 'none', host: '', port: 'x' }))).toEqual({});
    expect(proxyOf(draft({ kind: 'none' }))).toBeNull();
    expect(proxyDraftOf(null)).toEqual({ kind: 'none', host: '', port: '', username: '', password: '' });
  });

  test('is checked field by field', () => {
    expect(broken(proxyErrors(draft({})))).toEqual([]);
    expect(broken(proxyErrors(draft({ host: '', port: '0' })))).toEqual(['proxy.host', 'proxy.port']);
  });

  test('of SOCKS5 counts the bytes of username and password, of HTTP the characters', () => {
    const long = { username: 'ä'.repeat(128), password: 'x'.repeat(256) };
    expect(broken(proxyErrors(draft(long)))).toEqual(['proxy.username', 'proxy.password']);
    expect(broken(proxyErrors(draft({ ...long, kind: 'http' })))).toEqual(['proxy.password']);
    expect(broken(proxyErrors(draft({ username: 'ä'.repeat(127), password: 'x'.repeat(255) })))).toEqual([]);
  });

  test('without a username has none, which is another thing than an empty one', () => {
    expect(proxyOf(draft({ host: ' proxy ' }))).toEqual({
      kind: 'socks5',
      host: 'proxy',
      port: 1_080,
      username: null,
      password: null,
    });
  });
});

describe('Generated credentials', () => {
  const all: Signing[] = [
    { kind: 'none' },
    { kind: 'aws-sigv4', region: 'r', accessKeyId: 'a', secretAccessKey: 's', sessionToken: null },
    { kind: 'aws-sigv4', region: 'r', accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' },
    { kind: 'azure-sas', policy: null, key: 'aw==', ttlSeconds: 60 },
    { kind: 'azure-sas', policy: 'p', key: 'aw==', ttlSeconds: 31_536_000 },
  ];

  test.each(all)('of %j survive the form and break no rule', (signing) => {
    expect(signingOf(signingDraftOf(signing))).toEqual(signing);
    expect(broken(signingErrors(signingDraftOf(signing)))).toEqual([]);
  });

  test('ask for what the service needs', () => {
    const empty = signingDraftOf({ kind: 'none' });
    expect(broken(signingErrors({ ...empty, kind: 'aws-sigv4', region: ' ' }))).toEqual([
      'signing.region',
      'signing.accessKeyId',
      'signing.secretAccessKey',
    ]);
    expect(broken(signingErrors({ ...empty, kind: 'azure-sas', ttlSeconds: '59' }))).toEqual([
      'signing.key',
      'signing.ttlSeconds',
    ]);
  });
});

test('Where a password comes from survives the form, and each place is asked for in words.', () => {
  const all: PasswordFrom[] = [
    { kind: 'text' },
    { kind: 'file', path: '/run/secrets/mqtt' },
    { kind: 'environment', name: 'MQTT_PASSWORD' },
  ];
  for (const from of all) {
    expect(passwordFromOf(passwordFromDraftOf(from))).toEqual(from);
    expect(broken(passwordFromErrors(passwordFromDraftOf(from)))).toEqual([]);
  }
  const empty = { path: ' ', name: '' };
  expect(broken(passwordFromErrors({ ...empty, kind: 'text' }))).toEqual([]);
  expect(broken(passwordFromErrors({ ...empty, kind: 'file' }))).toEqual(['passwordFrom.path']);
  for (const name of ['', 'A B', 'A=B', 'a\0b', 'x'.repeat(257), 'a\n'])
    expect(broken(passwordFromErrors({ ...empty, kind: 'environment', name })), name).toEqual([
      'passwordFrom.name',
    ]);
});

test('Service limits are numbers within what the protocol can say, or left out.', () => {
  const limits = ServiceLimits.parse({ topicLevels: 7, keepAliveMin: 0, keepAliveMax: 1_200 });
  expect(limitsOf(limitsDraftOf(limits))).toEqual(limits);
  const draft = limitsDraftOf(ServiceLimits.parse({}));
  expect(broken(limitsErrors(draft))).toEqual([]);
  const most = Object.fromEntries(Object.entries(LIMITS).map(([name, [, max]]) => [name, String(max + 1)]));
  expect(broken(limitsErrors({ ...draft, ...most }))).toEqual(
    Object.keys(LIMITS).map((name) => `serviceLimits.${name}`),
  );
});

test('TLS keeps certificates as they were pasted, drops what is blank, and divides names by commas.', () => {
  const pem = '-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n';
  const tls = TlsOptions.parse({ ca: pem, passphrase: ' ', servername: 'a.example', alpn: ['mqtt', 'x'] });
  expect(tlsOptionsOf(tlsDraftOf(tls))).toEqual(tls);
  const draft: TlsDraft = { ...tlsDraftOf(TlsOptions.parse({})), ca: ' \n', alpn: ' mqtt ,, x , ' };
  expect(tlsOptionsOf(draft)).toMatchObject({ ca: null, alpn: ['mqtt', 'x'] });
});

test('A server name stands alone, and names of ALPN fit their packet.', () => {
  const draft = tlsDraftOf(TlsOptions.parse({}));
  const of = (more: Partial<TlsDraft>) => tlsErrors({ ...draft, ...more });
  expect(broken(of({}))).toEqual([]);
  expect(of({ servername: 'a.example:8883' })['tls.servername']).toMatch(/without a port/);
  expect(broken(of({ servername: 'a b' }))).toEqual(['tls.servername']);
  expect(broken(of({ alpn: 'x'.repeat(255) }))).toEqual([]);
  expect(broken(of({ alpn: 'x'.repeat(256) }))).toEqual(['tls.alpn']);
  expect(broken(of({ alpn: Array.from({ length: 17 }, () => 'x').join(',') }))).toEqual(['tls.alpn']);
});

describe('The last will', () => {
  const on = (more: Partial<WillDraft> = {}): WillDraft => ({
    ...willDraftOf(null),
    on: true,
    topic: 'a',
    ...more,
  });

  test('that is off has no rules and is none, and keeps what was typed', () => {
    const off = { ...on({ topic: '#', payload: 'x' }), on: false };
    expect([willErrors(off, true), willOf(off), off.payload]).toEqual([{}, null, 'x']);
  });

  test('goes to a topic, not to a filter', () => {
    for (const topic of ['', 'a/#', '+', 'a\0', '\ud83d'])
      expect(broken(willErrors(on({ topic }), false)), topic).toEqual(['will.topic']);
    expect(broken(willErrors(on({ topic: '/a//' }), false))).toEqual([]);
  });

  test('has a payload of two bytes of length, in text or in hex', () => {
    expect(broken(willErrors(on({ payload: 'ä'.repeat(32_767) }), false))).toEqual([]);
    expect(broken(willErrors(on({ payload: 'ä'.repeat(32_768) }), false))).toEqual(['will.payload']);
    const hex = (payload: string) => broken(willErrors(on({ payload, encoding: 'hex' }), false));
    expect(hex('00 ff')).toEqual([]);
    expect(hex('0')).toEqual(['will.payload']);
    expect(hex('00'.repeat(65_536))).toEqual(['will.payload']);
  });

  test('has properties on MQTT 5 only, which are not judged elsewhere', () => {
    const bad = on({
      delayInterval: '-1',
      messageExpiry: String(0x1_0000_0000),
      contentType: 'a\0',
      responseTopic: 'a/#',
      correlationData: 'x',
      userProperties: [{ name: 'a\0', value: 'ok' }],
    });
    expect(broken(willErrors(bad, false))).toEqual([]);
    expect(broken(willErrors(bad, true))).toEqual([
      'will.delayInterval',
      'will.messageExpiry',
      'will.contentType',
      'will.responseTopic',
      'will.correlationData',
      'will.userProperties.0.name',
    ]);
    expect(willOf(on({ delayInterval: '0', messageExpiry: '' }))).toMatchObject({
      delayInterval: 0,
      messageExpiry: null,
    });
  });

  test('and other rows of properties are distinguished by their places', () => {
    const rules = propertyRules('x', [
      { name: 'a', value: 'b' },
      { name: '', value: '\0' },
    ]);
    expect(broken(rules)).toEqual(['x.1.value']);
  });
});
