import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConnectionOptions } from '../../../../../src-main/contract/model/model.ts';
import { applyPreset, PRESETS } from '../../../../../src-main/core/profiles/presets/presets.ts';
import { readConnectionString } from '../../../../../src-main/core/profiles/paste/connection-string.ts';

const NEW = ConnectionOptions.parse({ name: '', protocol: 'mqtt', host: 'localhost', port: 1883 });

/** Options of another broker, with all that a preset must not leave of it. */
const OTHER = ConnectionOptions.parse({
  ...NEW,
  name: 'localhost:1883',
  version: '3.1',
  username: 'other',
  password: 'other',
  notSecret: { username: true },
  signing: { kind: 'azure-sas', policy: null, key: 'AAAA', ttlSeconds: 60 },
  authentication: 'SCRAM-SHA-256',
  preset: 'none-of-these',
  tls: { ca: 'other.pem', cert: 'other.crt', key: 'other.key', alpn: ['other'] },
});

type Answers = Readonly<Record<string, string>>;

const AWS = {
  host: 'abc-ats.iot.eu-central-1.amazonaws.com',
  clientId: 'press-7',
  filter: 'plant/#',
} as const;
const HUB = { host: 'plant.azure-devices.net', device: 'press-7', transport: 'mqtts' } as const;
const GRID = {
  host: 'plant.ts.eventgrid.azure.net',
  cert: 'c.pem',
  key: 'k.pem',
  filter: 'plant/#',
} as const;
const CREDENTIALS = { username: 'ann', password: 'pw' } as const;

function apply(id: string, answers: Answers, before = NEW) {
  const applied = applyPreset(before, id, answers);
  if (applied.kind !== 'applied') throw new Error(JSON.stringify(applied));
  return applied.options;
}

function problems(id: string, answers: Answers): string[] {
  const applied = applyPreset(NEW, id, answers);
  return applied.kind === 'invalid' ? applied.problems.map(({ question }) => question) : [];
}

const filters = ({ subscriptions }: ConnectionOptions): string[] => subscriptions.map(({ filter }) => filter);

/** What each preset makes of the least that it asks for, or of another answer: where, how, and as whom. */
const FILLED: readonly [string, Answers, object, string[] | null][] = [
  [
    'mosquitto',
    { host: 'b', port: '1884' },
    { protocol: 'mqtt', host: 'b', port: 1_884, username: null, password: null },
    null,
  ],
  ['mosquitto', { host: '::1', port: '1', ...CREDENTIALS }, { host: '::1', port: 1, ...CREDENTIALS }, null],
  [
    'mosquitto-tls',
    { host: 'b', port: '8883', ca: 'ca.pem', cert: 'c.pem', key: 'k.pem' },
    { protocol: 'mqtts', port: 8_883, tls: { ca: 'ca.pem', cert: 'c.pem', key: 'k.pem', pfx: null } },
    null,
  ],
  [
    'emqx',
    { host: 'b', transport: 'ws:8083' },
    { protocol: 'ws', port: 8_083, path: '/mqtt', subprotocol: 'mqtt' },
    ['+', '+/+/#'],
  ],
  ['bevywise-mqttroute', { host: 'b', transport: 'wss:11443' }, { protocol: 'wss', port: 11_443 }, null],
  [
    'test-mosquitto-org',
    { transport: 'mqtts:8886' },
    { host: 'test.mosquitto.org', protocol: 'mqtts', port: 8_886 },
    ['test/#', '$SYS/#'],
  ],
  [
    'test-mosquitto-org',
    { transport: 'ws:8090', ...CREDENTIALS },
    { protocol: 'ws', port: 8_090, path: '/', ...CREDENTIALS },
    ['test/#', '$SYS/#'],
  ],
  [
    'hivemq-cloud',
    { host: 'x.s1.eu.hivemq.cloud', transport: 'wss:8884', ...CREDENTIALS },
    { protocol: 'wss', port: 8_884, path: '/mqtt', tls: { ca: null, cert: null, key: null, alpn: [] } },
    ['#'],
  ],
  [
    'emqx-cloud',
    { host: 'x.emqxsl.com', transport: 'mqtts:8883', ...CREDENTIALS },
    { protocol: 'mqtts', serviceLimits: { topicLevels: 10 } },
    ['+', '+/+/#'],
  ],
  [
    'beebotte',
    { transport: 'mqtt:1883', username: 'token_x', channel: 'plant' },
    { host: 'mqtt.beebotte.com', version: '3.1.1', username: 'token_x', password: null },
    ['plant/+'],
  ],
  [
    'aws-iot-mtls',
    { ...AWS, cert: 'c.pem', key: 'k.pem' },
    { protocol: 'mqtts', port: 8_883, clientId: 'press-7', username: null, tls: { cert: 'c.pem', alpn: [] } },
    ['plant/#'],
  ],
  [
    'aws-iot-alpn',
    { ...AWS, cert: 'c.pem', key: 'k.pem' },
    { port: 443, tls: { alpn: ['x-amzn-mqtt-ca'] } },
    ['plant/#'],
  ],
  [
    'aws-iot-custom-authorizer',
    AWS,
    { port: 443, username: '', password: null, tls: { alpn: ['mqtt'] } },
    ['plant/#'],
  ],
  [
    'aws-iot-custom-authorizer',
    { ...AWS, authorizer: 'a=b', ...CREDENTIALS },
    { username: 'ann?x-amz-customauthorizer-name=a%3Db', password: 'pw' },
    ['plant/#'],
  ],
  [
    'aws-iot-websocket',
    { ...AWS, accessKeyId: 'AKIDEXAMPLE123456', secretAccessKey: 's' },
    {
      protocol: 'wss',
      port: 443,
      signing: { kind: 'aws-sigv4', region: 'eu-central-1', sessionToken: null },
    },
    ['plant/#'],
  ],
  [
    'aws-iot-websocket',
    {
      ...AWS,
      host: 'x.iot.cn-north-1.amazonaws.com.cn',
      accessKeyId: 'ASIAEXAMPLE123456',
      secretAccessKey: 's',
      sessionToken: 't',
    },
    { signing: { region: 'cn-north-1', sessionToken: 't' } },
    ['plant/#'],
  ],
  [
    'azure-iot-hub-sas',
    { ...HUB, key: 'AAECAwQFBgcICQoLDA0ODw==', policy: 'device' },
    {
      protocol: 'mqtts',
      port: 8_883,
      version: '3.1.1',
      clientId: 'press-7',
      username: 'plant.azure-devices.net/press-7/?api-version=2021-04-12',
      signing: { kind: 'azure-sas', policy: 'device', key: 'AAECAwQFBgcICQoLDA0ODw==' },
    },
    [
      'devices/press-7/messages/devicebound/#',
      '$iothub/methods/POST/#',
      '$iothub/twin/res/#',
      '$iothub/twin/PATCH/properties/desired/#',
    ],
  ],
  [
    'azure-iot-hub-x509',
    { ...HUB, transport: 'wss', cert: 'c.pem', key: 'k.pem' },
    {
      protocol: 'wss',
      port: 443,
      path: '/$iothub/websocket',
      password: null,
      signing: { kind: 'none' },
      tls: { cert: 'c.pem', key: 'k.pem' },
    },
    [
      'devices/press-7/messages/devicebound/#',
      '$iothub/methods/POST/#',
      '$iothub/twin/res/#',
      '$iothub/twin/PATCH/properties/desired/#',
    ],
  ],
  [
    'azure-event-grid',
    { ...GRID, username: 'press-7' },
    { clientId: 'press-7', username: 'press-7', notSecret: { username: true } },
    ['plant/#'],
  ],
  [
    'azure-event-grid',
    { ...GRID, username: 'press-7', clientId: 'debug' },
    { clientId: 'debug', username: 'press-7' },
    ['plant/#'],
  ],
];

describe('A preset fills in', () => {
  test('is tested for every one that there is.', () => {
    expect(new Set(FILLED.map(([id]) => id))).toEqual(new Set(PRESETS.map(({ id }) => id)));
  });

  test.each(FILLED)('%s with %j', (id, answers, part, topics) => {
    const options = apply(id, answers);
    expect(options).toMatchObject(part);
    expect(filters(options)).toEqual(topics ?? filters(NEW));
  });

  test.each(FILLED)('%s, and leaves nothing of how one signed in to another broker', (id, answers) => {
    const options = apply(id, answers, OTHER);
    const { username, password, signing, authentication, version } = options;
    expect([username, password]).not.toContain('other');
    expect(signing.kind === 'azure-sas' ? signing.key : '').not.toBe('AAAA');
    expect(authentication).toBe('none');
    expect(version).not.toBe('3.1');
    expect(JSON.stringify(options.tls)).not.toContain('other');
    expect(options.notSecret.username).toBe(id === 'azure-event-grid');
    // A name made of the address before follows the new one.
    expect(options.name).toContain(options.host);
    expect(apply(id, answers, { ...OTHER, name: 'Mine' }).name).toBe('Mine');
  });

  test('nothing over certificates that the user chose.', () => {
    const mine = { ...OTHER, preset: null };
    expect(apply('emqx', { host: 'b', transport: 'mqtts:8883' }, mine).tls).toEqual(mine.tls);
  });

  test('the same, asked twice: who goes over the answers again changes nothing.', () => {
    for (const [id, answers] of FILLED) {
      const once = apply(id, answers);
      expect(apply(id, answers, once), id).toEqual(once);
    }
  });

  test.each(FILLED)('%s with blanks around every answer alike', (id, answers) => {
    const padded = Object.fromEntries(Object.entries(answers).map(([name, value]) => [name, ` ${value}\t`]));
    expect(apply(id, padded)).toEqual(apply(id, answers));
  });
});

describe('The host that a preset asks for', () => {
  const asking = FILLED.filter(([, answers]) => 'host' in answers);

  test.each([
    'mqtt://b',
    'b:1883',
    'cafe:8883',
    'b/x',
    'a..b',
    '-b',
    'b-',
    '1.2.3',
    '256.1.1.1',
    '1::2::3',
    ':::',
    '::1%',
    'me@b',
    'b;x=y',
    'b b',
    `${'x'.repeat(64)}.b`,
  ])('is not %j.', (host) => {
    for (const [id, answers] of asking) expect(problems(id, { ...answers, host }), id).toEqual(['host']);
  });

  test.each([
    'b',
    'b.',
    'broker_1.example',
    'größe.example',
    '192.0.2.1',
    '::1',
    'fe80::1%eth0',
    '::ffff:192.0.2.1',
  ])('may be %s.', (host) => {
    expect(apply('mosquitto', { host, port: '1883' }).host).toBe(host);
    expect(problems('hivemq-cloud', { host, transport: 'mqtts:8883', ...CREDENTIALS })).toEqual([]);
  });
});

describe('An answer that does not fit', () => {
  test.each<[string, Answers, string[]]>([
    ['mosquitto', { host: 'b', port: '0' }, ['port']],
    ['mosquitto', { host: 'b', port: '65536' }, ['port']],
    ['mosquitto', { host: 'b', port: '01883' }, ['port']],
    ['mosquitto', { host: 'b', port: '1e3' }, ['port']],
    ['mosquitto', {}, ['host', 'port']],
    ['mosquitto-tls', { host: 'b', port: '8883', key: 'k.pem' }, ['cert']],
    ['emqx', { host: 'b', transport: 'mqtt:1884' }, ['transport']],
    ['beebotte', { transport: 'mqtt:1883', username: 't', channel: 'a/b' }, ['channel']],
    ['aws-iot-mtls', { ...AWS, cert: 'c', key: 'k', clientId: 'x'.repeat(129) }, ['clientId']],
    ['aws-iot-mtls', { ...AWS, cert: 'c', key: 'k', clientId: 'a\0b' }, ['clientId']],
    ['aws-iot-mtls', { ...AWS, cert: 'c', key: 'k', filter: 'a/#/b' }, ['filter']],
    ['aws-iot-custom-authorizer', { ...AWS, authorizer: 'a b' }, ['authorizer']],
    ['aws-iot-custom-authorizer', { ...AWS, tokenKey: 't' }, ['token']],
    ['aws-iot-websocket', { ...AWS, accessKeyId: 'akid', secretAccessKey: 's' }, ['accessKeyId']],
    [
      'aws-iot-websocket',
      { ...AWS, host: 'iot.me', accessKeyId: 'AKIDEXAMPLE123456', secretAccessKey: 's' },
      ['region'],
    ],
    [
      'aws-iot-websocket',
      { ...AWS, region: 'eu', accessKeyId: 'AKIDEXAMPLE123456', secretAccessKey: 's' },
      ['region'],
    ],
    ['azure-iot-hub-sas', { ...HUB, key: 'no base64!' }, ['key']],
    ['azure-iot-hub-sas', { ...HUB, device: 'a/b', key: 'AAECAwQFBgcICQoLDA0ODw==' }, ['device']],
    ['azure-iot-hub-sas', { ...HUB, device: '+', key: 'AAECAwQFBgcICQoLDA0ODw==' }, ['device']],
    ['azure-event-grid', { ...GRID, username: '' }, ['username']],
  ])('%s with %j is a problem of its question.', (id, answers, questions) => {
    expect(problems(id, answers)).toEqual(questions);
  });

  test('of any kind is a problem or is taken, and never an exception or options that cannot be saved.', () => {
    const answer = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom('', 'b', '1883', 'mqtts:8883'),
    );
    const ids = PRESETS.map(({ id }) => id);
    const questions = [...new Set(PRESETS.flatMap((preset) => preset.questions.map(({ id }) => id)))];
    const answers = fc.record(Object.fromEntries(questions.map((id) => [id, answer])));
    fc.assert(
      fc.property(fc.constantFrom(...ids), answers, (id, all) => {
        const applied = applyPreset(OTHER, id, all);
        expect(['applied', 'invalid']).toContain(applied.kind);
        if (applied.kind === 'applied')
          expect(ConnectionOptions.parse(applied.options)).toEqual(applied.options);
        if (applied.kind === 'invalid')
          for (const { question, message } of applied.problems) {
            expect(questions).toContain(question);
            expect(message).toMatch(/\.$/);
          }
      }),
      { numRuns: 500 },
    );
  });

  test('to a question that was not asked is left alone.', () => {
    const options = apply('mosquitto', {
      host: 'b',
      port: '1',
      clientId: 'x',
      __proto__: 'y',
      constructor: 'z',
    });
    expect(options.clientId).toBe(NEW.clientId);
  });
});

describe('Notes of a preset', () => {
  const will = { topic: 't', payload: '', qos: 2, retain: true };
  const notes = (id: string, answers: Answers, part: object) => {
    const applied = applyPreset(ConnectionOptions.parse({ ...NEW, ...part }), id, answers);
    return applied.kind === 'applied' ? applied.notes : null;
  };
  const hub = { ...HUB, key: 'AAECAwQFBgcICQoLDA0ODw==' };

  test.each<[string, object, RegExp | null]>([
    ['a keep-alive within', { keepAlive: 1_177 }, null],
    ['a keep-alive above', { keepAlive: 1_178 }, /keep-alive is outside/],
    ['a will that fits', { will: { ...will, qos: 1, retain: false } }, null],
    ['a will with Retain', { will: { ...will, qos: 1 } }, /will has Retain/],
    ['a will with QoS 2', { will: { ...will, retain: false } }, /will has QoS 2, and this service allows 1/],
    [
      'subscriptions of the user',
      { subscriptions: [{ filter: '$SYS/broker/load', qos: 0 }] },
      /left as they are/,
    ],
    ['subscriptions that it may allow', { subscriptions: [{ filter: 'a', qos: 0 }] }, null],
  ])('of Azure are right for %s.', (_, part, expected) => {
    const all = notes('azure-iot-hub-sas', hub, part);
    expect(all).toHaveLength(expected === null ? 0 : 1);
    if (expected) expect(all?.[0]).toMatch(expected);
  });

  test('of AWS name a keep-alive below its minimum, and a broker without limits has none.', () => {
    expect(notes('aws-iot-mtls', { ...AWS, cert: 'c', key: 'k' }, { keepAlive: 29 })).toHaveLength(1);
    expect(notes('aws-iot-mtls', { ...AWS, cert: 'c', key: 'k' }, { keepAlive: 30 })).toEqual([]);
    expect(notes('mosquitto', { host: 'b', port: '1883' }, { keepAlive: 1, will })).toEqual([]);
  });
});

describe('A connection string of Azure', () => {
  const string = (part: Answers = {}): string =>
    Object.entries({
      HostName: 'plant.azure-devices.net',
      DeviceId: 'press-7',
      SharedAccessKey: 'AAECAwQFBgcICQoLDA0ODw==',
      ...part,
    })
      .map(([name, value]) => `${name}=${value}`)
      .join(';');

  test('is what the preset makes of the same answers.', () => {
    const read = readConnectionString(string());
    const { host, device } = HUB;
    const made = apply('azure-iot-hub-sas', {
      host,
      device,
      key: 'AAECAwQFBgcICQoLDA0ODw==',
      transport: 'mqtts',
    });
    expect(read).toMatchObject({ kind: 'read', notes: [] });
    expect(read?.kind === 'read' && { ...read.options, name: made.name, tls: made.tls }).toEqual(made);
  });

  test.each<[string, string | RegExp]>([
    [string({ HostName: 'a..b' }), /not a valid name/],
    [string({ DeviceId: '' }), /names no device/],
    [string({ DeviceId: 'a/b' }), /device in the connection string is not valid/],
    [string({ SharedAccessKey: '' }), /holds no SharedAccessKey/],
    [string({ SharedAccessKey: 'no base64 at all!' }), /key in the connection string is not valid/],
    [string({ SharedAccessKeyName: 'a b' }), /policy in the connection string is not valid/],
  ])('%s is refused, and its key is not shown.', (text, message) => {
    const read = readConnectionString(text);
    expect(read).toMatchObject({ kind: 'failed' });
    expect(read?.kind === 'failed' && read.message).toMatch(message);
    expect(JSON.stringify(read)).not.toMatch(/AAEC|no base64/);
  });

  test.each(['', 'broker.example', 'HostName=b', 'DeviceId=x;SharedAccessKey=y', 'a=b;c=d'])(
    'is not %j.',
    (text) => {
      expect(readConnectionString(text)).toBeNull();
    },
  );
});
