import { describe, expect, test } from 'vitest';
import { LevelSeparator, Signing, Will } from '../../../../src-main/contract/model/connect-fields.ts';
import { DecoderChain, DecoderId, DecoderRules } from '../../../../src-main/contract/model/decoder-rule.ts';
import { MarkColour, SavedFilters } from '../../../../src-main/contract/model/filters.ts';
import {
  ConnectionOptions,
  ConnectionState,
  DEFAULT_SUBSCRIPTIONS,
  Profile,
  ProfileColour,
  SubscriptionStatus,
} from '../../../../src-main/contract/model/model.ts';
import { Settings, SettingsPatch } from '../../../../src-main/contract/model/settings.ts';
import { expectRefused, expectTaken, refusedAt } from '../../../support/schema.ts';

const least = { name: '', protocol: 'mqtt', host: 'a', port: 1883 };

describe('Options of a connection', () => {
  test('need a broker, and have for all else what a person would choose', () => {
    const options = ConnectionOptions.parse(least);
    expect(options).toMatchObject({
      path: '/mqtt',
      subprotocol: 'mqtt',
      version: 'auto',
      clientId: '',
      username: null,
      password: null,
      passwordFrom: { kind: 'text' },
      cleanStart: true,
      sessionExpiry: null,
      keepAlive: 60,
      connectTimeoutMs: 10_000,
      backOff: { minMs: 1_000, maxMs: 30_000 },
      levelSeparator: '/',
      will: null,
      preset: null,
    });
    // Certificates are checked unless somebody says otherwise.
    expect(options.tls).toMatchObject({
      verify: true,
      checks: { chain: true, dates: true, hostName: true },
      minVersion: 'TLSv1.2',
      ca: null,
    });
    expect(options.subscriptions.map(({ filter, qos }) => [filter, qos])).toEqual(
      DEFAULT_SUBSCRIPTIONS.map(({ filter, qos }) => [filter, qos]),
    );
    expect(options.notSecret).toEqual({
      username: false,
      proxyUsername: false,
      headers: ['accept-language', 'origin', 'user-agent'],
      query: ['x-amz-customauthorizer-name'],
    });
    // Read again they are what they were: nothing is filled in twice.
    expectTaken(ConnectionOptions, options);
  });

  test('share nothing with those that were made before', () => {
    const [one, other] = [ConnectionOptions.parse(least), ConnectionOptions.parse(least)];
    one.headers.push({ name: 'a', value: 'b' });
    one.notSecret.headers.push('mine');
    one.subscriptions.pop();
    expect(other).toEqual(ConnectionOptions.parse(least));
  });

  test.each<[string, unknown]>([
    ['host', ''],
    ['host', 'h'.repeat(256)],
    ['port', 0],
    ['port', 65_536],
    ['port', 1883.5],
    ['port', '1883'],
    ['protocol', 'tcp'],
    ['version', '4'],
    ['name', 'n'.repeat(201)],
    ['path', 'p'.repeat(4_097)],
    ['headers', Array(101).fill({ name: 'a', value: '' })],
    ['headers', [{ name: '', value: '' }]],
    ['clientId', 'c'.repeat(65_536)],
    ['sessionExpiry', 0x1_0000_0000],
    ['sessionExpiry', -1],
    ['receiveMaximum', 0],
    ['receiveMaximum', 65_536],
    ['maximumPacketSize', 0],
    ['keepAlive', 65_536],
    ['keepAlive', Number.NaN],
    ['connectTimeoutMs', 499],
    ['connectTimeoutMs', 120_001],
    ['backOff', { minMs: 99, maxMs: 100 }],
    ['backOff', { minMs: 100, maxMs: 3_600_001 }],
    ['passwordFrom', { kind: 'file', path: '' }],
    ['passwordFrom', { kind: 'environment' }],
    ['passwordFrom', { kind: 'keychain' }],
    ['authentication', 'PLAIN'],
    ['proxy', { kind: 'socks4', host: 'p', port: 1 }],
    ['proxy', { kind: 'http', host: '', port: 1 }],
    ['tls', { minVersion: 'SSLv3' }],
    ['tls', { alpn: [''] }],
    ['tls', { alpn: Array(17).fill('mqtt') }],
    ['tls', { ca: 'c'.repeat(1_000_001) }],
    ['tls', { checks: { chain: 'off' } }],
    ['will', { topic: '', payload: '' }],
    ['subscriptions', Array(1_001).fill({ filter: 'a', qos: 0 })],
    ['subscriptions', [{ filter: '', qos: 0 }]],
    ['userProperties', [{ name: 'a' }]],
    ['serviceLimits', { topicLevels: 0 }],
    ['serviceLimits', { maximumQos: 3 }],
    ['preset', 'p'.repeat(65)],
  ])('are refused with %s of %j', (field, value) => expectRefused(ConnectionOptions, least, field, value));

  test.each<[string, unknown]>([
    ['host', '/run/mosquitto.sock'],
    ['port', 65_535],
    ['keepAlive', 0],
    ['sessionExpiry', 0xffff_ffff],
    ['password', ''],
    ['clientId', 'ü'.repeat(65_535)],
    ['passwordFrom', { kind: 'environment', name: 'MQTT_PASSWORD' }],
    ['subscriptions', []],
    ['backOff', { minMs: 100, maxMs: 3_600_000 }],
  ])('are taken with %s of %j', (field, value) => {
    expect(refusedAt(ConnectionOptions, { ...least, [field]: value })).toEqual([]);
  });
});

describe('A last will', () => {
  test('says what it does not say itself', () => {
    expect(Will.parse({ topic: 'a', payload: '' })).toEqual({
      topic: 'a',
      payload: '',
      encoding: 'text',
      qos: 0,
      retain: false,
      delayInterval: null,
      messageExpiry: null,
      utf8: false,
      contentType: null,
      responseTopic: null,
      correlationData: null,
      userProperties: [],
    });
  });

  test.each<[string, unknown]>([
    ['payload', 'p'.repeat(1_048_577)],
    ['encoding', 'base64'],
    ['qos', '1'],
    ['delayInterval', 0x1_0000_0000],
    ['correlationData', 'f'.repeat(131_071)],
    ['contentType', 'c'.repeat(65_536)],
  ])('is refused with %s of %j', (field, value) =>
    expectRefused(Will, { topic: 'a', payload: '' }, field, value),
  );
});

describe('Credentials that are made', () => {
  test('are of AWS, of Azure or absent', () => {
    expect(Signing.parse({ kind: 'none' })).toEqual({ kind: 'none' });
    const aws = { kind: 'aws-sigv4', region: 'eu', accessKeyId: 'a', secretAccessKey: 's' };
    expect(Signing.parse(aws)).toEqual({ ...aws, sessionToken: null });
    expect(Signing.parse({ kind: 'azure-sas', key: 'k' })).toEqual({
      kind: 'azure-sas',
      policy: null,
      key: 'k',
      ttlSeconds: 3_600,
    });
    expectRefused(Signing, { kind: 'azure-sas', key: 'k' }, 'ttlSeconds', 59);
    expectRefused(Signing, { kind: 'azure-sas', key: 'k' }, 'ttlSeconds', 31_536_001);
    expectRefused(Signing, aws, 'secretAccessKey', undefined);
    expectRefused(Signing, aws, 'kind', 'gcp');
  });
});

describe('What divides levels', () => {
  const marks = Array.from({ length: 0x60 }, (_, at) => String.fromCharCode(0x20 + at));

  test('is one mark of ASCII, but none that means something else in MQTT or here', () => {
    const taken = marks.filter((mark) => LevelSeparator.safeParse(mark).success).join('');
    expect(taken).toBe('!"%&\'()*,-./:;<=>?@[]^_`|~');
  });

  test.each(['', '//', 'a', '5', ' ', '\t', '·', '/\n'])('is not %j', (mark) => {
    expect(LevelSeparator.safeParse(mark).success).toBe(false);
  });
});

describe('A profile', () => {
  const profile = { id: 'p', options: least };

  test('is at the top, without a colour, and does not connect by itself', () => {
    const read = Profile.parse(profile);
    expect(read).toMatchObject({ folder: '', colour: 'none', autoConnect: false });
    // What was never kept with it is not there, and is not taken for nothing.
    expect(['filters', 'watched', 'charts', 'decoderRules'].filter((field) => field in read)).toEqual([]);
  });

  test('has every colour that rows have, and none', () => {
    expect(ProfileColour.options).toEqual(['none', ...MarkColour.options]);
  });

  const field = { key: 'a', path: ['b', 0] };

  test.each<[string, unknown]>([
    ['filters', [{ name: '', text: 'a' }]],
    ['filters', [{ name: 'n', text: '' }]],
    ['filters', [{ name: 'n', text: 'a', colour: 'pink' }]],
    ['filters', Array(101).fill({ name: 'n', text: 'a' })],
    ['watched', [{ key: 'a', path: [-1] }]],
    ['watched', [{ key: 'a', path: [0.5] }]],
    ['watched', [{ key: 'a', path: ['x'.repeat(65_536)] }]],
    ['watched', [{ key: 'a', path: Array(65).fill(0) }]],
    ['watched', Array(101).fill({ key: 'a', path: null })],
    ['charts', [{ name: '', fields: [field] }]],
    ['charts', [{ name: 'n', fields: [] }]],
    ['charts', [{ name: 'n', fields: Array(9).fill(field) }]],
    ['charts', Array(31).fill({ name: 'n', fields: [field] })],
    ['folder', 'f'.repeat(401)],
    ['colour', 'pink'],
    ['id', ''],
    ['decoderRules', [{ filter: 'a', chain: [] }]],
  ])('is refused with %s of %j', (at, value) => expectRefused(Profile, profile, at, value));

  test('keeps what it is given, byte for byte', () => {
    const full = {
      ...Profile.parse(profile),
      filters: [{ name: 'n', text: 'a:b', colour: 'red' }],
      watched: [{ key: '\u0000a\\xff', path: null }],
      charts: [{ name: 'n', fields: [{ ...field, chain: [{ decoder: 'gzip', option: '' }] }] }],
      decoderRules: [{ filter: '#', chain: [{ decoder: 'cbor', option: '' }] }],
    };
    expectTaken(Profile, full);
    expect(SavedFilters.parse(full.filters)).toEqual(full.filters);
  });
});

describe('A chain of decoders', () => {
  test('has one to eight steps of those that there are', () => {
    expect(DecoderChain.parse([{ decoder: 'gzip' }])).toEqual([{ decoder: 'gzip', option: '' }]);
    expect(refusedAt(DecoderChain, Array(8).fill({ decoder: 'gzip' }))).toEqual([]);
    expect(refusedAt(DecoderChain, Array(9).fill({ decoder: 'gzip' }))).toEqual(['']);
    expect(refusedAt(DecoderChain, [])).toEqual(['']);
    expect(refusedAt(DecoderChain, [{ decoder: 'rot13' }])).toEqual(['0.decoder']);
    expect(refusedAt(DecoderChain, [{ decoder: 'bits', option: 'x'.repeat(4_097) }])).toEqual(['0.option']);
    expect(new Set(DecoderId.options).size).toBe(DecoderId.options.length);
    expect(refusedAt(DecoderRules, Array(501).fill({ filter: 'a', chain: [{ decoder: 'text' }] }))).toEqual([
      '',
    ]);
  });
});

describe('Settings', () => {
  test('are all there where nothing is said, and within their own bounds', () => {
    const settings = Settings.parse({});
    expect(settings).toEqual({
      memoryBytes: 512_000_000,
      topicCap: 3_000_000,
      maxPayloadBytes: 32_000_000,
      trashBytes: 256_000_000,
      snapshotBytes: 256_000_000,
      connectTimeoutMs: 10_000,
      theme: 'system',
      density: 'normal',
      updateChannel: 'stable',
      vaultLockMinutes: 15,
    });
    expectTaken(Settings, settings);
    expectTaken(SettingsPatch, settings);
  });

  test('that are changed leave the others as they are', () => {
    expect(SettingsPatch.parse({ theme: 'dark' })).toEqual({ theme: 'dark' });
    expect(SettingsPatch.parse({})).toEqual({});
  });

  test.each<[string, unknown]>([
    ['memoryBytes', 15_999_999],
    ['memoryBytes', 64 * 2 ** 30 + 1],
    ['topicCap', 999],
    ['topicCap', 20_000_001],
    ['maxPayloadBytes', 268_435_456],
    ['trashBytes', 999_999],
    ['snapshotBytes', 999_999],
    ['theme', 'sepia'],
    ['density', 'loose'],
    ['updateChannel', 'nightly'],
    ['vaultLockMinutes', 10],
    ['topicCap', 1_000.5],
  ])('with %s of %j are refused, also where only that is changed', (field, value) => {
    expectRefused(Settings, {}, field, value);
    expectRefused(SettingsPatch, {}, field, value);
  });
});

describe('The state of a connection', () => {
  const failure = { kind: 'failed', code: 'c', message: 'm', advice: 'a' };
  const limits = { receiveMaximum: 1, maximumQos: 1, retainAvailable: false };

  test.each([
    { kind: 'idle' },
    { kind: 'resolving', attempt: 1, since: 2, host: 'a' },
    { kind: 'connecting', attempt: 1, since: 2, address: 'a' },
    { kind: 'securing', attempt: 1, since: 2, address: 'a' },
    { kind: 'handshaking', attempt: 1, since: 2, address: 'a', version: '3.1' },
    {
      kind: 'online',
      since: 1,
      version: '5',
      address: 'a',
      clientId: 'c',
      sessionPresent: true,
      keepAlive: 0,
      keepAliveBy: 'server',
      limits,
      tls: {
        version: 'TLSv1.3',
        cipher: 'c',
        verified: true,
        mutual: false,
        alpn: null,
        off: ['dates'],
        ignored: [{ check: 'dates', code: 'c', message: 'm', advice: 'a' }],
      },
    },
    { kind: 'waiting', retryAt: 1, attempt: 3, why: failure },
    { kind: 'stopped', since: 1, why: null },
    { kind: 'stopped', since: 1, why: failure },
  ])('$kind is sent as it is', (state) => {
    expectTaken(ConnectionState, state);
    expectRefused(ConnectionState, state, 'kind', 'asleep');
    for (const field of Object.keys(state))
      if (field !== 'kind') expectRefused(ConnectionState, state, field, undefined);
  });

  test('of a subscription has what became of it', () => {
    const status = {
      filter: 'a',
      qos: 0,
      noLocal: false,
      retainAsPublished: true,
      retainHandling: 2,
      enabled: true,
      identifier: null,
      notes: [],
      result: { kind: 'refused', code: 135, failure },
      messages: 1,
      countedBy: 'matches',
    };
    expectTaken(SubscriptionStatus, status);
    for (const result of [{ kind: 'off' }, { kind: 'pending' }, { kind: 'granted', qos: 1 }])
      expectTaken(SubscriptionStatus, { ...status, result });
    expectRefused(SubscriptionStatus, status, 'result', { kind: 'granted', qos: 128 });
    expectRefused(SubscriptionStatus, status, 'countedBy', 'guess');
  });
});
