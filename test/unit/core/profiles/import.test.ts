import { describe, expect, it } from 'vitest';
import { readImport } from '../../../../src-main/core/profiles/import.ts';
import type { Imported } from '../../../../src-main/core/profiles/draft.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model.ts';
import { ownText } from '../../../../src-main/core/profiles/own-format.ts';
import { random as seeded } from '../../../support/random.ts';

function imported(text: string): Imported {
  const read = readImport(text);
  if (read.kind !== 'imported') throw new Error(JSON.stringify(read));
  return read.imported;
}

function failure(text: string) {
  const read = readImport(text);
  if (read.kind !== 'failed') throw new Error('it was read');
  return read;
}

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----\n';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** As MQTT Explorer stores it: a dictionary beside its other settings. */
const EXPLORER = {
  ConnectionManager_connections: {
    'aaaa-1': {
      configVersion: 1,
      certValidation: false,
      clientId: 'mqtt-explorer-0a1b2c3d',
      id: 'aaaa-1',
      name: 'Plant north',
      encryption: true,
      subscriptions: [
        { topic: 'plant/#', qos: 1 },
        { topic: '$SYS/#', qos: 0 },
      ],
      type: 'mqtt',
      host: 'broker.plant.example',
      port: 8883,
      protocol: 'mqtt',
      username: 'viewer',
      password: 'hunter2',
      selfSignedCertificate: { name: 'ca.crt', data: base64(CERTIFICATE) },
      order: 2,
    },
    'bbbb-2': {
      certValidation: true,
      clientId: 'line-7',
      id: 'bbbb-2',
      name: 'Over the web',
      encryption: true,
      subscriptions: ['#', 'bad/#/filter'],
      type: 'mqtt',
      host: 'ws.example',
      port: 443,
      protocol: 'ws',
      basePath: 'mqtt',
      order: 1,
    },
    'cccc-3': { id: 'cccc-3', name: 'empty', host: '', port: 1883, protocol: 'mqtt' },
  },
  Settings: { timeLocale: 'en', topicOrder: 'none' },
};

describe('settings.json of MQTT Explorer', () => {
  it('becomes profiles in its order, and says what could not be read', () => {
    const { format, profiles, notes } = imported(JSON.stringify(EXPLORER));
    expect(format).toBe('mqtt-explorer');
    expect(profiles.map(({ name }) => name)).toEqual(['Over the web', 'Plant north']);
    const [web, north] = profiles;
    expect(north?.options).toMatchObject({
      protocol: 'mqtts',
      host: 'broker.plant.example',
      port: 8883,
      username: 'viewer',
      password: 'hunter2',
      // Made by the program, so a new one is made here too.
      clientId: '',
      tls: { verify: false, ca: CERTIFICATE },
    });
    expect(north?.options.subscriptions).toMatchObject([
      { filter: 'plant/#', qos: 1 },
      { filter: '$SYS/#', qos: 0 },
    ]);
    expect(north?.notes.join()).toContain('not verified');
    expect(web?.options).toMatchObject({ protocol: 'wss', path: '/mqtt', clientId: 'line-7' });
    expect(web?.options.subscriptions.map(({ filter }) => filter)).toEqual(['#']);
    expect(web?.notes).toEqual([
      'A subscription was left out: its topic filter or an option of it is not valid.',
    ]);
    expect(notes).toEqual(['Connection 1 could not be read: it names no host.']);
  });

  it('turns a certificate in DER into PEM, and tells of one that is neither', () => {
    const der = Buffer.concat([Buffer.from([0x30, 0x82, 0x01, 0x00]), Buffer.alloc(256, 7)]).toString(
      'base64',
    );
    const one = { ...EXPLORER.ConnectionManager_connections['aaaa-1'] };
    const file = (data: string) => ({
      ConnectionManager_connections: { a: { ...one, clientCertificate: { name: 'c', data } } },
    });
    const [profile] = imported(JSON.stringify(file(der))).profiles;
    expect(profile?.options.tls.cert).toMatch(/^-----BEGIN CERTIFICATE-----\nMIIBAAcH/);
    const [other] = imported(JSON.stringify(file(base64('hello')))).profiles;
    expect(other?.options.tls.cert).toBeNull();
    expect(other?.notes).toContain('The client certificate was not taken over: it is neither PEM nor DER.');
  });
});

/** As MQTTX writes it since 2025, with folders. */
const MQTTX = [
  { id: 'f1', name: 'Site', isCollection: true, parentId: null },
  { id: 'f2', name: 'Line 1', isCollection: true, parentId: 'f1' },
  {
    id: 'c1',
    clientId: 'mqttx_5f0e',
    name: 'Press',
    clean: false,
    protocol: 'mqtts',
    host: 'press.example',
    port: 8883,
    keepalive: 30,
    connectTimeout: 15,
    reconnect: true,
    username: 'op',
    password: 'secret',
    path: '/mqtt',
    certType: 'self',
    ssl: true,
    mqttVersion: '5.0',
    rejectUnauthorized: true,
    ca: '/home/me/ca.crt',
    cert: '/home/me/client.crt',
    key: '/home/me/client.key',
    parentId: 'f2',
    isCollection: false,
    properties: {
      sessionExpiryInterval: 600,
      receiveMaximum: 20,
      topicAliasMaximum: 5,
      requestProblemInformation: false,
      userProperties: { site: 'north', tag: ['a', 'b'] },
      authenticationMethod: 'SCRAM-SHA-256',
    },
    will: {
      lastWillTopic: 'press/state',
      lastWillPayload: 'gone',
      lastWillQos: 1,
      lastWillRetain: true,
      properties: { willDelayInterval: 5, contentType: 'text/plain', correlationData: 'é' },
    },
    messages: [{ topic: 'x', payload: 'y', qos: 0, retain: false, out: true, createAt: '' }],
    subscriptions: [
      { topic: 'press/#', qos: 1, nl: true, rap: false, rh: 2, subscriptionIdentifier: 7, alias: 'all' },
      { topic: 'off/#', qos: 0, disabled: true },
    ],
  },
  // As the first versions wrote it: no protocol, flat properties.
  {
    clientId: 'old',
    name: 'Old',
    clean: true,
    host: 'old.example',
    keepalive: 60,
    connectTimeout: 4000,
    port: 1883,
    ssl: false,
    path: '',
    ca: '',
    cert: '',
    key: '',
    username: '',
    password: '',
    sessionExpiryInterval: 0,
    receiveMaximum: 0,
    subscriptions: [],
    messages: [],
    will: { lastWillTopic: '', lastWillPayload: '', lastWillQos: 0, lastWillRetain: false },
  },
];

describe('a JSON backup of MQTTX', () => {
  it('becomes profiles with folders; certificate files wait for a confirmation', () => {
    const { format, profiles, notes } = imported(JSON.stringify(MQTTX));
    expect(format).toBe('mqttx');
    expect(notes).toEqual([]);
    const [press, old] = profiles;
    expect(press).toMatchObject({ name: 'Press', folder: 'Site/Line 1' });
    expect(press?.options).toMatchObject({
      protocol: 'mqtts',
      version: '5',
      cleanStart: false,
      keepAlive: 30,
      connectTimeoutMs: 15_000,
      sessionExpiry: 600,
      receiveMaximum: 20,
      requestProblemInformation: false,
      authentication: 'SCRAM-SHA-256',
      userProperties: [
        { name: 'site', value: 'north' },
        { name: 'tag', value: 'a' },
        { name: 'tag', value: 'b' },
      ],
      will: {
        topic: 'press/state',
        payload: 'gone',
        qos: 1,
        retain: true,
        delayInterval: 5,
        contentType: 'text/plain',
        correlationData: 'c3a9',
      },
      subscriptions: [
        { filter: 'press/#', qos: 1, noLocal: true, retainHandling: 2, identifier: 7, enabled: true },
        { filter: 'off/#', enabled: false },
      ],
      tls: { ca: null, cert: null, key: null },
    });
    expect(press?.pending).toEqual([
      { field: 'ca', what: '/home/me/ca.crt' },
      { field: 'certificate', what: '/home/me/client.crt' },
      { field: 'key', what: '/home/me/client.key' },
    ]);
    expect(press?.notes).toEqual([
      'Topic Alias Maximum was left out: this program takes no topic aliases.',
      'The messages that were kept with the connection are not taken over.',
      'It has a will, which the broker publishes when the connection is lost.',
    ]);
    expect(old?.options).toMatchObject({
      protocol: 'mqtt',
      version: 'auto',
      username: null,
      will: null,
      receiveMaximum: null,
    });
    expect(old?.notes).toEqual([]);
  });

  it('is read with a will of older versions, and with bytes as JSON writes them', () => {
    const base = { clientId: 'c', name: 'n', host: 'h', port: 1, keepalive: 60 };
    const flat = { ...base, lastWillTopic: 'a', lastWillPayload: 'b', lastWillQos: 2, lastWillRetain: false };
    const nested = {
      ...base,
      will: { lastWillTopic: 'a', properties: { correlationData: { type: 'Buffer', data: [0, 255] } } },
    };
    const { profiles } = imported(JSON.stringify([flat, nested]));
    expect(profiles[0]?.options.will).toMatchObject({ topic: 'a', payload: 'b', qos: 2, retain: false });
    expect(profiles[1]?.options.will).toMatchObject({ topic: 'a', payload: '', correlationData: '00ff' });
  });

  it('does not follow folders that contain each other', () => {
    const folders = [
      { id: 'a', name: 'A', isCollection: true, parentId: 'b' },
      { id: 'b', name: 'B', isCollection: true, parentId: 'a' },
    ];
    const [profile] = imported(JSON.stringify([...folders, { ...MQTTX[3], parentId: 'a' }])).profiles;
    expect(profile?.folder.split('/').length).toBeLessThanOrEqual(16);
  });
});

describe('our own export', () => {
  const options = ConnectionOptions.parse({
    name: 'Production',
    protocol: 'mqtts',
    host: 'prod.example',
    port: 8883,
    passwordFrom: { kind: 'environment', name: 'HOME' },
    tls: { ca: '/etc/ca.pem', key: '-----BEGIN PRIVATE KEY-----' },
  });
  const text = ownText([{ options, folder: 'Sites/North', colour: 'red' }]);

  it('comes back with folder and colour, and with its sources to be confirmed', () => {
    const [profile] = imported(text).profiles;
    expect(profile).toMatchObject({
      name: 'Production',
      folder: 'Sites/North',
      colour: 'red',
      pending: [
        { field: 'password-environment', what: 'HOME' },
        { field: 'ca', what: '/etc/ca.pem' },
      ],
    });
    expect(profile?.options).toEqual({
      ...options,
      passwordFrom: { kind: 'text' },
      tls: { ...options.tls, ca: null },
    });
  });

  it('leaves out what stands for a secret saved here', () => {
    const mark = '\uE000kept:password\uE001';
    const sly = { ...options, password: mark, headers: [{ name: 'a', value: mark }] };
    const [profile] = imported(ownText([{ options: sly, folder: '', colour: 'none' }])).profiles;
    expect(JSON.stringify(profile)).not.toContain('kept:');
  });

  it('is refused where a newer version wrote it', () => {
    expect(failure(text.replace('"version": 1', '"version": 2')).code).toBe('newer-version');
  });

  it('is sealed with secrets, which is not read here', () => {
    const sealed = '{"format":"topicscope-profiles","version":1,"sealed":{"x":1}}';
    expect(readImport(sealed)).toEqual({ kind: 'sealed', sealed: { x: 1 } });
  });
});

describe('command lines', () => {
  const one = (line: string) => {
    const [profile] = imported(line).profiles;
    if (profile === undefined) throw new Error('nothing');
    return profile;
  };

  it('are read with all that makes a connection', () => {
    const { options, pending, notes } = one(
      `$ mosquitto_sub -h broker.local -p 8884 -t 'plant/#' -t '$SYS/#' -q 1 -u me -P pw -i id-1 -k 20 -c \\
        -V mqttv5 -x 300 --cafile /etc/ca.crt --cert c.pem --key k.pem --insecure --tls-alpn mqtt \\
        --tls-version tlsv1.3 --will-topic bye --will-payload 'I am gone' --will-qos 1 --will-retain \\
        -D connect user-property site north -D connect receive-maximum 5 -D will will-delay-interval 9 \\
        -D publish content-type text/plain --proxy socks5h://u:p%20w@127.0.0.1:9050 -v -F '%t %p' -C 3`,
    );
    expect(options).toMatchObject({
      protocol: 'mqtts',
      host: 'broker.local',
      port: 8884,
      username: 'me',
      password: 'pw',
      clientId: 'id-1',
      keepAlive: 20,
      cleanStart: false,
      sessionExpiry: 300,
      receiveMaximum: 5,
      version: '5',
      userProperties: [{ name: 'site', value: 'north' }],
      will: { topic: 'bye', payload: 'I am gone', qos: 1, retain: true, delayInterval: 9 },
      subscriptions: [
        { filter: 'plant/#', qos: 1 },
        { filter: '$SYS/#', qos: 1 },
      ],
      proxy: { kind: 'socks5', host: '127.0.0.1', port: 9050, username: 'u', password: 'p w' },
      tls: { minVersion: 'TLSv1.3', alpn: ['mqtt'], checks: { chain: true, hostName: false } },
    });
    expect(pending.map(({ field }) => field)).toEqual(['ca', 'certificate', 'key']);
    expect(notes).toEqual([
      'The name in the certificate of the broker is not checked.',
      'It has a will, which the broker publishes when the connection is lost.',
      'The connection goes through a proxy, which sees it.',
    ]);
  });

  it('take their defaults from the program', () => {
    expect(one('mosquitto_sub -t a').options).toMatchObject({
      protocol: 'mqtt',
      host: 'localhost',
      port: 1883,
    });
    expect(one('mosquitto_sub --cafile ca -t a').options).toMatchObject({ protocol: 'mqtts', port: 8883 });
    expect(one('mosquitto_sub -p 8883 -t a').options.protocol).toBe('mqtts');
    expect(one('mosquitto_sub -c -i x -t a').options.sessionExpiry).toBe(0xffff_ffff);
    expect(one("mosquitto_sub -t '$share/workers/a'").notes.join()).toContain('takes messages away');
    expect(one('mosquitto_pub -t lamp -m on').options.subscriptions[0]?.filter).toBe('#');
    expect(one('mosquitto_sub --unix /run/m.sock -t a').options).toMatchObject({
      protocol: 'unix',
      host: '/run/m.sock',
    });
    expect(one('mosquitto_sub -h ::1 -t a').options.host).toBe('::1');
    expect(one('mosquitto_sub -L mqtts://u:p%40@h:99/a/+/b').options).toMatchObject({
      protocol: 'mqtts',
      host: 'h',
      port: 99,
      username: 'u',
      password: 'p@',
      subscriptions: [{ filter: 'a/+/b' }],
    });
  });

  it('tell of unknown options, of those without a counterpart, and never of their values', () => {
    const { notes } = one(
      'mosquitto_sub -t a --psk 0123deadbeef --capath /etc/ssl --frobnicate s3cret -D connect authentication-data s3cret -V 7',
    );
    expect(notes).toEqual([
      'The option --psk has no counterpart here and was left out.',
      'A folder of CA certificates cannot be used here: give one file that holds them all.',
      'The unknown option --frobnicate was left out.',
      'A property of CONNECT has no counterpart here and was left out.',
      'The MQTT version was not taken over: the value is not one that can be used here.',
    ]);
    expect(notes.join()).not.toContain('s3cret');
  });

  it('never resolve variables or files: these wait for a confirmation', () => {
    expect(one('mosquitto_sub -t a -P "$PW"')).toMatchObject({
      options: { password: null, passwordFrom: { kind: 'text' } },
      pending: [{ field: 'password-environment', what: 'PW' }],
    });
    expect(one('mosquitto_sub -t a -P "$(cat /etc/shadow)"').pending).toEqual([
      { field: 'password-file', what: '/etc/shadow' },
    ]);
    expect(one('mosquitto_sub -t a -P "x$(id)"').notes).toEqual([
      'The value of -P is filled in by the shell and was not taken over.',
    ]);
    expect(failure('mosquitto_sub -h "$HOST" -t a').message).toContain('write out the host');
  });

  it('are found on Windows, behind prompts and in containers', () => {
    const text =
      '"C:\\Program Files\\mosquitto\\mosquitto_sub.exe" -h 10.0.0.1 ^\r\n -t "a b/#" -P %PW% --cafile C:\\ca.crt\r\n';
    expect(one(text)).toMatchObject({
      options: { host: '10.0.0.1', subscriptions: [{ filter: 'a b/#' }] },
      pending: [
        { field: 'password-environment', what: 'PW' },
        { field: 'ca', what: 'C:\\ca.crt' },
      ],
    });
    for (const before of [
      '$ ',
      'sudo ',
      'docker run -it --rm eclipse-mosquitto ',
      '/usr/bin/',
      'C:\\> ',
      "me@it's:~$ ",
    ]) {
      expect(one(`${before}mosquitto_sub -h found -t a`).options.host, before).toBe('found');
    }
  });

  it('and addresses may be mixed; other lines are told by number', () => {
    const { profiles, notes, format } = imported(
      '# brokers\nmqtt://u:p@one:1884\n\nwhat is this\nmosquitto_sub -h two \\\n  -t a | jq .\nwss://three/mqtt\nmqtt://bad host\n',
    );
    expect(format).toBe('command-line');
    expect(profiles.map(({ options }) => options.host)).toEqual(['one', 'two', 'three']);
    expect(profiles[1]?.notes).toEqual([
      'What follows the command on its line, such as a pipe, was left out.',
    ]);
    expect(notes.map((note) => note.slice(0, 7))).toEqual(['Line 4:', 'Line 8:']);
    expect(imported('broker.example:1883\nmqtts://x').format).toBe('addresses');
  });
});

describe('what cannot be imported', () => {
  it.each([
    ['', 'empty'],
    ['   \n', 'empty'],
    ['{"a":1}', 'not-recognised'],
    ['[]', 'not-recognised'],
    ['{"ConnectionManager_connections":{}}', 'nothing-to-import'],
    ['{"ConnectionManager_connections":', 'not-json'],
    ['['.repeat(100_000), 'too-deep'],
    ['- clientId: x\n  host: y', 'yaml'],
    ['<?xml version="1.0"?><root/>', 'xml'],
    ['PK\u0003\u0004', 'not-text'],
    ['clientId,name,host,port\nx,y,z,1', 'csv'],
    ['hello there', 'not-recognised'],
  ])('%#: a sentence with what to do', (text, code) => {
    expect(failure(text).code).toBe(code);
    expect(failure(text).message).toMatch(/\.$/);
  });

  it('names never change how the text around them reads', () => {
    const sly = {
      ...EXPLORER.ConnectionManager_connections['bbbb-2'],
      name: 'a\u202Eb\u0000c\n d'.repeat(100),
    };
    const [profile] = imported(JSON.stringify({ ConnectionManager_connections: { a: sly } })).profiles;
    expect(profile?.name).toMatch(/^a b c d/);
    expect(profile?.name.length).toBeLessThanOrEqual(200);
  });
});

describe('hostile files', () => {
  const seeds = [
    JSON.stringify(EXPLORER),
    JSON.stringify(MQTTX),
    ownText([
      {
        options: ConnectionOptions.parse({ name: 'n', protocol: 'mqtt', host: 'h', port: 1 }),
        folder: 'a/b',
        colour: 'red',
      },
    ]),
    `mosquitto_sub -h b -t 'x/#' -P "$PW" -D connect user-property a b --will-topic t --proxy socks5h://h:1 | cat\n`,
    'mqtt://u:p@h:1\nwss://h/x?y=1\n"C:\\a b\\mosquitto_pub.exe" -h %H% -t "a" ^\r\n -m x',
  ];
  const pieces = [
    '"',
    "'",
    '\\',
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '\n',
    '\0',
    '\uD800',
    '\uE000kept:tls.key\uE001',
    '__proto__',
    'constructor',
    'null',
    'true',
    '-1',
    '1e999',
    '""',
    '"host":',
    '"toString"',
    '$(',
    '`',
    ' -D ',
    ' connect ',
    ' constructor ',
    ' -V constructor ',
    ' --will-topic # ',
    '%A%',
    '^',
    '://',
    '@',
    '\u202E',
  ];

  it('never throw, whatever is changed in them, and give only whole profiles', () => {
    const random = seeded(20_26);
    for (let round = 0; round < 3_000; round++) {
      let text = random.pick(seeds);
      for (let edits = 1 + random.int(6); edits > 0; edits--) {
        const at = random.int(text.length + 1);
        const cut = random.int(4) === 0 ? random.int(40) : random.int(2);
        text = text.slice(0, at) + (random.int(3) > 0 ? random.pick(pieces) : '') + text.slice(at + cut);
      }
      const read = readImport(text);
      if (read.kind !== 'imported') continue;
      for (const profile of read.imported.profiles) {
        expect(ConnectionOptions.safeParse(profile.options).success, text).toBe(true);
        expect(profile.options.passwordFrom.kind).toBe('text');
        expect(profile.notes.length).toBeLessThanOrEqual(24);
        for (const value of [profile.options.tls.ca, profile.options.tls.cert, profile.options.tls.key]) {
          expect(value === null || value.includes('-----BEGIN'), text).toBe(true);
        }
      }
    }
  });

  it('values of every wrong type are told and left out', () => {
    const values: unknown[] = [null, true, -1, 1e9, 0.5, '', 'x', [], {}, [[]], { a: 1 }, 'x'.repeat(70_000)];
    for (const value of values) {
      for (const file of [EXPLORER.ConnectionManager_connections['aaaa-1'], MQTTX[2] ?? {}]) {
        const wrong = Object.fromEntries(Object.keys(file).map((key) => [key, value]));
        readImport(JSON.stringify({ ConnectionManager_connections: { a: { ...wrong, host: 'h' } } }));
        readImport(
          JSON.stringify([{ ...wrong, host: 'h', clientId: 'c', keepalive: 1, isCollection: false }]),
        );
      }
    }
  });

  it('with more than an import may hold are read in part, and say so', () => {
    const subscriptions = Array.from({ length: 3_000 }, (_, at) => `a/${at}`);
    const connection = { host: 'h', port: 1, subscriptions };
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, at) => [at, connection]));
    const { profiles, notes } = imported(JSON.stringify({ ConnectionManager_connections: many }));
    expect(profiles).toHaveLength(100);
    expect(profiles[0]?.options.subscriptions).toHaveLength(1_000);
    expect(profiles[0]?.notes).toEqual(['Subscriptions after the first 1,000 were left out.']);
    expect(notes).toEqual(['Only the first 100 connections were read: the file holds too much.']);
    const properties = ' -D connect user-property a b'.repeat(1_500);
    const [command] = imported(`mosquitto_sub -t a${properties}`).profiles;
    expect(command?.options.userProperties).toHaveLength(1_000);
    const paths = `mosquitto_sub -t a --cafile ${'\\"'.repeat(5_000)}\n`;
    const told = imported(`mosquitto_sub -t a --cafile ${'"\\""'.repeat(1_000)}\n`.repeat(2_000));
    expect(JSON.stringify(told.profiles.map(({ pending }) => [pending, pending])).length).toBeLessThan(
      4 * 2 ** 20,
    );
    expect(imported(paths).profiles[0]?.pending).toEqual([]);
  });

  it('are read in time that grows with their size, with bounded results', () => {
    const size = 4 * 2 ** 20;
    const lines = [
      "mosquitto_sub -t 'open\n",
      'mosquitto_sub -h a -t b\n',
      'x\n',
      'mqtt://a\n',
      `${'a'.repeat(8_000)}mosquitto_sub \n`,
      `${'" '.repeat(3_000)} mosquitto_sub\n`,
    ];
    for (const line of lines) {
      const began = performance.now();
      const read = readImport(line.repeat(Math.floor(size / line.length)));
      expect(performance.now() - began, line.slice(0, 40)).toBeLessThan(5_000);
      if (read.kind !== 'imported') continue;
      expect(read.imported.profiles.length).toBeLessThanOrEqual(2_000);
      expect(read.imported.notes.length).toBeLessThanOrEqual(101);
    }
    const one = JSON.stringify(EXPLORER.ConnectionManager_connections['bbbb-2']);
    const many = Array.from({ length: 10_000 }, (_, at) => `"${at}":${one}`).join();
    const began = performance.now();
    expect(imported(`{"ConnectionManager_connections":{${many}}}`).profiles).toHaveLength(2_000);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
