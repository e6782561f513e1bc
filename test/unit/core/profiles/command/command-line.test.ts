import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ConnectionOptions } from '../../../../../src-main/contract/model/model.ts';
import {
  commandLine,
  type CommandRequest,
} from '../../../../../src-main/core/profiles/command/command-line.ts';
import { readImport } from '../../../../../src-main/core/profiles/import/import.ts';
import { withConfirmed } from '../../../../../src-main/core/profiles/pending-confirmations.ts';

const BASE = { name: 'broker:1883', protocol: 'mqtt', host: 'broker', port: 1883 } as const;
const options = (part: object = {}): ConnectionOptions => ConnectionOptions.parse({ ...BASE, ...part });

function command(part: object = {}, request: Partial<CommandRequest> = {}) {
  const made = commandLine({
    options: options(part),
    tool: 'mosquitto_sub',
    shell: 'sh',
    message: null,
    ...request,
  });
  if (made.kind !== 'command') throw new Error(made.message);
  return made;
}

/** Reads the command again and confirms every file and variable it names. */
function again(text: string): ConnectionOptions {
  const read = readImport(text);
  if (read.kind !== 'imported') throw new Error(read.kind);
  const [profile] = read.imported.profiles;
  if (profile === undefined) throw new Error('nothing');
  const all = profile.pending.map(({ field }) => field);
  return withConfirmed(profile.options, profile.pending, all);
}

const subscriptions = [{ filter: '#', qos: 0 }];

describe('copy as mosquitto command', () => {
  it('is short for a plain connection', () => {
    expect(command()).toEqual({
      kind: 'command',
      text: "mosquitto_sub -h broker -t '#' -t '$SYS/#' -v",
      notes: [],
    });
  });

  it.each<[string, object]>([
    ['plain', {}],
    ['another port', { port: 1884, name: 'broker:1884' }],
    [
      'TLS with files',
      {
        protocol: 'mqtts',
        port: 8883,
        name: 'broker:8883',
        tls: { ca: "/a b/it's.crt", cert: 'c.pem', key: 'k.pem' },
      },
    ],
    [
      'TLS of the system',
      {
        protocol: 'mqtts',
        port: 8884,
        name: 'broker:8884',
        tls: { systemCa: true, minVersion: 'TLSv1.3', alpn: ['mqtt'] },
      },
    ],
    [
      'no host name check',
      { protocol: 'mqtts', port: 8883, name: 'broker:8883', tls: { ca: 'c', checks: { hostName: false } } },
    ],
    ['identity', { clientId: 'a b', keepAlive: 5 }],
    [
      'a password of the environment',
      { username: 'ü$er', passwordFrom: { kind: 'environment', name: 'PW' } },
    ],
    ['a password of a file', { username: 'u', passwordFrom: { kind: 'file', path: '/run/my secret' } }],
    ['a session', { clientId: 'x', cleanStart: false, version: '5', sessionExpiry: 60 }],
    ['3.1', { version: '3.1' }],
    ['3.1.1', { version: '3.1.1' }],
    [
      'MQTT 5',
      {
        version: '5',
        receiveMaximum: 3,
        maximumPacketSize: 1_000,
        requestProblemInformation: false,
        requestResponseInformation: true,
        userProperties: [
          { name: 'a', value: 'b c' },
          { name: 'a', value: '-d' },
        ],
        will: {
          topic: 't',
          payload: "it's\nover",
          qos: 2,
          retain: true,
          delayInterval: 3,
          contentType: 'x',
          utf8: true,
        },
      },
    ],
    ['a SOCKS proxy', { proxy: { kind: 'socks5', host: '::1', port: 1080 } }],
    ['a Unix socket', { protocol: 'unix', host: '/run/m q.sock', port: 1883, name: '/run/m q.sock' }],
    [
      'subscriptions',
      {
        subscriptions: [
          { filter: "it's/#", qos: 2 },
          { filter: '$share/g/a', qos: 2 },
        ],
        version: '5',
      },
    ],
  ])('%s comes back from its command', (_, part) => {
    const all = options({ subscriptions, ...part });
    const { text } = command(all);
    expect(again(text)).toEqual(all);
    if (!text.includes('$')) {
      // A real shell sees the same words as we do, so the program gets what we meant.
      const words = execFileSync('/bin/sh', ['-c', `set -f; printf '%s\\0' ${text}`], { encoding: 'utf8' });
      const requoted = words
        .split('\0')
        .slice(0, -1)
        .map((word) => `'${word.replaceAll("'", "'\\''")}'`);
      expect(again(requoted.join(' '))).toEqual(all);
    }
  });

  it('never holds a secret, and says what is missing', () => {
    const secret = 'S3CRET';
    const pem = `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`;
    const made = command({
      protocol: 'mqtts',
      port: 8883,
      username: 'u',
      password: secret,
      proxy: { kind: 'socks5', host: 'p', port: 1, username: 'u', password: secret },
      tls: { key: pem, cert: 'c.pem', passphrase: secret, pfx: `base64:${secret}` },
    });
    expect(JSON.stringify(made)).not.toContain(secret);
    expect(made.notes).toEqual([
      'The password of the proxy is left out.',
      '--key is missing: what is kept as text has to be saved to a file for mosquitto_sub.',
      'PKCS#12 is not read by the command: convert it to PEM, and add --cert and --key.',
      'The command asks for the passphrase of the key.',
      'The password is left out: add it with -P.',
    ]);
    const mark = '\uE000kept:tls.key\uE001';
    expect(command({ protocol: 'mqtts', port: 8883, tls: { key: mark } }).text).not.toContain('kept');
  });

  it('publishes a message', () => {
    const message = { topic: 'lamp/set', payload: '{"on":true}', qos: 1, retain: true } as const;
    expect(command({}, { tool: 'mosquitto_pub', message }).text).toBe(
      `mosquitto_pub -h broker -t lamp/set -q 1 -r -m '{"on":true}'`,
    );
    const empty = { ...message, payload: '', qos: 0 } as const;
    expect(command({}, { tool: 'mosquitto_pub', message: empty }).text).toContain('-r -n');
    expect(command({}, { tool: 'mosquitto_pub' }).notes).toEqual(['Replace TOPIC and MESSAGE.']);
  });

  it('is quoted for the command prompt, unless that would change a value', () => {
    const part = {
      clientId: 'a "b"',
      username: 'u',
      passwordFrom: { kind: 'environment', name: 'PW' },
      subscriptions,
    };
    const { text } = command(part, { shell: 'cmd' });
    expect(text).toBe('mosquitto_sub -h broker -i "a \\"b\\"" -u u -P "%PW%" -t # -v');
    expect(again(text)).toEqual(options(part));
    const made = commandLine({
      options: options({ clientId: '%PATH%' }),
      tool: 'mosquitto_sub',
      shell: 'cmd',
      message: null,
    });
    expect(made).toMatchObject({ kind: 'failed', code: 'not-in-cmd' });
  });

  it('is refused over WebSocket', () => {
    const made = commandLine({
      options: options({ protocol: 'wss' }),
      tool: 'mosquitto_sub',
      shell: 'sh',
      message: null,
    });
    expect(made).toMatchObject({ kind: 'failed', code: 'no-websocket' });
  });

  it('reports everything that the command cannot do', () => {
    const { notes } = command({
      protocol: 'mqtts',
      port: 8883,
      tls: { verify: false, servername: 'x', alpn: ['a', 'b'], minVersion: 'TLSv1' },
      authentication: 'SCRAM-SHA-1',
      subscriptions: [
        { filter: 'a', qos: 0, noLocal: true },
        { filter: 'b', qos: 1 },
      ],
      will: { topic: 't', payload: 'ff', encoding: 'hex' },
      proxy: { kind: 'http', host: 'p', port: 1 },
      cleanStart: false,
    });
    expect(notes).toHaveLength(10);
  });
});

describe('a username alone', () => {
  const proxy = { kind: 'socks5', host: 'p', port: 1080, username: 'hunter2-p' };

  it('is left out, and the note says so', () => {
    const { text, notes } = command({ username: 'hunter2', proxy });
    expect(text).not.toContain('hunter2');
    expect(notes).toEqual(
      expect.arrayContaining([
        'The username of the proxy is left out: without a password it may be a token.',
        'The username is left out: without a password it may be a token. Add it with -u.',
      ]),
    );
    expect(command({ username: '\uE000kept:username\uE001' }).text).not.toContain('kept');
  });

  it('is written where the user said that it is no secret', () => {
    const notSecret = { username: true, proxyUsername: true };
    const { text } = command({ username: 'ann', proxy: { ...proxy, username: 'bob' }, notSecret });
    expect(text).toContain('-u ann');
    expect(text).toContain('socks5h://bob@p:1080');
  });
});
