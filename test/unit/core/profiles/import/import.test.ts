import { describe, expect, it } from 'vitest';
import { readImport } from '../../../../../src-main/core/profiles/import/import.ts';
import type { Imported } from '../../../../../src-main/core/profiles/draft.ts';
import { ConnectionOptions } from '../../../../../src-main/contract/model/model.ts';
import { ownText } from '../../../../../src-main/core/profiles/import/own-format.ts';
import { base64, CERTIFICATE, EXPLORER, MQTTX } from '../../../../support/engine/foreign-files.ts';

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
      levelSeparator: '/',
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

  it('names every field it has no use for', () => {
    const one = EXPLORER.ConnectionManager_connections['aaaa-1'];
    const subscriptions = [{ topic: 'a', qos: 0, nl: true }];
    const file = { ConnectionManager_connections: { a: { ...one, keepalive: 5, subscriptions } } };
    expect(imported(JSON.stringify(file)).profiles[0]?.notes).toEqual(
      expect.arrayContaining([
        'Fields without a counterpart were left out: keepalive.',
        'Fields of a subscription without a counterpart were left out: nl.',
      ]),
    );
  });

  it('turns a certificate in DER into PEM, and notes one that is neither', () => {
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
      'Fields of a subscription without a counterpart were left out: alias.',
      expect.stringMatching(/^\d+ messages? kept with the connection: left out\.$/),
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

  it('names the fields that have no counterpart, without what is in them', () => {
    const entry = {
      ...{ clientId: 'c', name: 'n', host: 'h', port: 1, keepalive: 60, createAt: 'now', newThing: 's3cret' },
      properties: { authenticationData: 's3cret' },
    };
    const [profile] = imported(JSON.stringify([entry])).profiles;
    expect(profile?.notes).toEqual([
      'Fields without a counterpart were left out: authenticationData, newThing.',
    ]);
  });

  it('takes the ALPN names over for every kind of certificate, however they were typed', () => {
    const base = { clientId: 'c', name: 'n', host: 'h', port: 1, keepalive: 60, protocol: 'mqtts' };
    for (const certType of ['server', 'self', '']) {
      for (const ALPNProtocols of ['mqtt, x', '[mqtt,x]', '["mqtt","x"]', ['mqtt', 'x']]) {
        const [profile] = imported(JSON.stringify([{ ...base, certType, ALPNProtocols }])).profiles;
        expect(profile?.options.tls.alpn).toEqual(['mqtt', 'x']);
      }
    }
    const stale = { ...base, certType: 'server', ca: '/old/ca.crt' };
    expect(imported(JSON.stringify([stale])).profiles[0]?.notes.join(' ')).toContain('not in use there');
  });

  it('names every field it has no use for, of the connection, its will and its subscriptions', () => {
    const [, , press] = MQTTX;
    const more = {
      ...press,
      pingJitter: 3,
      empty: '',
      reconnect: false,
      connectTimeout: 200,
      will: { ...press?.will, lastWillAlias: 4, properties: { willColour: 'red' } },
      subscriptions: [{ topic: 'press/#', priority: 9 }, { qos: 1 }],
    };
    const [profile] = imported(JSON.stringify([more])).profiles;
    expect(profile?.notes).toEqual(
      expect.arrayContaining([
        'It does not reconnect by itself there; here a lost connection is tried again until you stop it.',
        'The connect timeout was shortened to 120 s, the most there is here.',
        'Fields without a counterpart were left out: pingJitter.',
        'Fields of the will without a counterpart were left out: lastWillAlias, willColour.',
        'Fields of a subscription without a counterpart were left out: priority.',
        'A subscription without a topic filter was left out.',
      ]),
    );
  });

  it('reads the connect timeout of its first versions in milliseconds', () => {
    const old = { ...MQTTX[3], connectTimeout: 4_000 };
    expect(imported(JSON.stringify([old])).profiles[0]?.options.connectTimeoutMs).toBe(4_000);
  });

  it('puts no filter of its own in the place of those that could not be read', () => {
    const [profile] = imported(
      JSON.stringify([{ ...MQTTX[3], subscriptions: [{ topic: 'a/#/b' }] }]),
    ).profiles;
    expect(profile?.options.subscriptions).toEqual([]);
    expect(profile?.notes).toContain('It subscribes to nothing: add a topic filter.');
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

  it('comes back with what was made of its topics, under names that read as they are', () => {
    const kept = {
      filters: [{ name: 'Hot', text: 'value>70', colour: 'red' as const }],
      watched: [{ key: 'plant/a', path: ['t', 0] }],
      charts: [{ name: 't of a', fields: [{ key: 'plant/a', path: ['t'] }] }],
    };
    const plain = { options, folder: '', colour: 'none' as const };
    expect(imported(ownText([{ ...plain, ...kept }])).profiles[0]?.kept).toEqual(kept);
    expect(imported(ownText([plain])).profiles[0]?.kept).toEqual({});
    const named = (name: string) => ({ name, text: 'x' });
    const filters = ['a\u202eb', 'a b', '\u2066', 'c'].map(named);
    expect(imported(ownText([{ ...plain, filters }])).profiles[0]?.kept?.filters).toEqual([
      named('a b'),
      named('c'),
    ]);
    const wrong = ownText([{ ...plain, ...kept }]).replace('"plant/a"', '7');
    expect(imported(wrong).profiles[0]?.kept).toEqual({ filters: kept.filters, charts: kept.charts });
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
      'Properties of PUBLISH were left out.',
      'Left out because they concern what the command prints or sends: -F, -C.',
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
      // As mosquitto reads it: nothing is decoded.
      password: 'p%40',
      subscriptions: [{ filter: 'a/+/b' }],
    });
  });

  it('note unknown options and those without a counterpart, and never their values', () => {
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

  it('and addresses may be mixed; other lines are noted by number', () => {
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
