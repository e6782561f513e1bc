import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foreignAnswer, webSocketRefusal } from '../../../../../src-main/core/session/failures/answers.ts';
import {
  classify,
  closedBy,
  deadLink,
  errorFacts,
  halfOpenLink,
  internalFault,
  PHASE_WORDS,
  timedOut,
  type Phase,
} from '../../../../../src-main/core/session/failures/failures.ts';
import type { Target } from '../../../../../src-main/core/session/failures/failure-case.ts';
import { socketFailed } from '../../../../../src-main/core/session/failures/socket-failures.ts';

const IPV6: Target = { host: 'fe80::1%eth0', port: 1883, protocol: 'mqtt', path: '/mqtt' };
const WSS: Target = { ...IPV6, protocol: 'wss', port: 443 };
const SOCKET: Target = { host: '/run/mosquitto.sock', port: 1883, protocol: 'unix', path: '' };
const NAMED: Target = { host: 'broker.example', port: 1883, protocol: 'mqtt', path: '/mqtt' };
const PHASES = Object.keys(PHASE_WORDS) as Phase[];

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const error = (code: string, message = ''): Error => Object.assign(new Error(message), { code });

/** All that is said of a failure, as one text. */
const words = ({ failure }: { failure: { message: string; advice: string } }): string =>
  `${failure.message} ${failure.advice}`;

describe('An address in a sentence', () => {
  test('of IPv6 stands in brackets before its port, whatever went wrong there.', () => {
    const endings = [
      foreignAnswer(ascii('HTTP/1.1 400 Bad Request\r\n'), IPV6),
      foreignAnswer(ascii('220 mail ready\r\n'), IPV6),
      foreignAnswer(Uint8Array.of(0x15, 3, 1, 0, 2), IPV6),
      webSocketRefusal(404, { ...WSS, port: 1883 }),
      ...PHASES.map((phase) => timedOut(phase, IPV6, 5_000)),
      ...PHASES.map((phase) => closedBy(phase, IPV6)),
      ...['ECONNREFUSED', 'EHOSTUNREACH', 'EACCES', 'CERT_HAS_EXPIRED'].map((code) =>
        classify('connecting', IPV6, error(code)),
      ),
      deadLink(IPV6, 1_500),
      halfOpenLink(IPV6, 1_500),
    ];
    for (const ending of endings) expect(ending && words(ending)).toContain('[fe80::1%eth0]:1883');
  });

  test('of a socket file is its path, without a port, and nothing about TLS, hosts or ports.', () => {
    const endings = [
      foreignAnswer(ascii('HTTP/1.1 400 Bad Request\r\n'), SOCKET),
      foreignAnswer(ascii('SSH-2.0-OpenSSH_9.2\r\n'), SOCKET),
      foreignAnswer(Uint8Array.of(0x15, 3, 3, 0, 2), SOCKET),
      closedBy('handshaking', SOCKET),
      closedBy('online', SOCKET),
      deadLink(SOCKET, 1_500),
    ];
    for (const ending of endings) {
      expect(ending && words(ending)).toContain('/run/mosquitto.sock');
      expect(ending && words(ending)).not.toMatch(/sock:\d|instead of unix|use mqtts\./);
    }
  });
});

describe('The first words of a server', () => {
  test.each<[string, Uint8Array, string | null]>([
    ['a page', ascii('HTTP/1.0 200 OK'), 'http-answer'],
    ['a TLS alert of 1.0', Uint8Array.of(0x15, 3, 1, 0, 2, 2, 70), 'plain-on-tls'],
    ['a TLS handshake of 1.3', Uint8Array.of(0x16, 3, 4, 0), 'plain-on-tls'],
    ['a greeting', ascii('220 smtp.example ESMTP\r\n'), 'not-mqtt'],
    ['four letters', ascii('ERR\n'), 'not-mqtt'],
    ['three letters, which are too few to judge', ascii('ERR'), null],
    ['nothing', new Uint8Array(0), null],
    ['a TLS record of no version', Uint8Array.of(0x15, 3, 9, 0), null],
    ['a CONNACK', Uint8Array.of(0x20, 2, 0, 0), null],
    ['a PUBLISH of text', Uint8Array.of(0x30, 5, 0, 1, 97, 98, 99), null],
    ['text with a NUL in it', ascii('abc\0def'), null],
    ['HTTP that is cut', ascii('HTTP'), 'not-mqtt'],
  ])('that are %s', (_, bytes, code) => {
    expect(foreignAnswer(bytes, NAMED)?.failure.code ?? null).toBe(code);
  });

  test('are quoted harmless, on one line and short, and kept as evidence of 256 bytes.', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 600 }), (rest) => {
        const bytes = Buffer.concat([Buffer.from('HTTP/'), rest]);
        const failure = foreignAnswer(bytes, NAMED)?.failure;
        const quoted = /answered “(.*)”\.$/.exec(failure?.message ?? '')?.[1];
        expect(quoted).toMatch(/^[\x20-\x7e]{1,80}$/);
        expect(failure?.evidence).toEqual(new Uint8Array(bytes.subarray(0, 256)));
      }),
    );
  });
});

describe('A refused WebSocket handshake', () => {
  test.each([
    [200, 'never', 'ordinary page'],
    [301, 'never', 'redirection'],
    [400, 'never', 'bad'],
    [418, 'never', 'status 418'],
    [429, 'slowly', 'status 429'],
    [502, 'later', 'error of its own'],
  ] as const)('with %i is tried again %s.', (status, retry, expected) => {
    const ending = webSocketRefusal(status, WSS);
    expect(ending.retry).toBe(retry);
    expect(ending.failure.message).toContain(expected);
    expect(ending.failure.message).toContain('/mqtt');
  });

  test.each([
    ['https://broker.example/mqtt/', ' to https://broker.example/mqtt/:'],
    ['/mqtt/?token=SECRET#SECRET', ' to /mqtt/:'],
    ['https://ann:SECRET@broker.example/', ' to https://broker.example/:'],
    ['/a\r\nSet-Cookie: \u202eb', ' to /aSet-Cookie:b:'],
    ['?SECRET', '(302):'],
    [`/${'x'.repeat(900)}`, 'xxxx:'],
  ])('that leads to %j reports only where.', (location, expected) => {
    const { message } = webSocketRefusal(302, WSS, location).failure;
    expect(`${message.replace(/\.$/, '')}:`).toContain(expected);
    expect(message).not.toContain('SECRET');
    expect(message.length).toBeLessThan(400);
  });
});

describe('An error', () => {
  test.each(['DECODER-7', 'UNSUPPORTED', 'wrong version number', 'NO_START_LINE', 'ALERT_UNKNOWN_CA'])(
    'of a host named %s is about the network, not about what its name says.',
    (host) => {
      const target = { ...NAMED, host };
      for (const code of ['ENOTFOUND', 'EAI_AGAIN']) {
        const thrown = error(code, `getaddrinfo ${code} ${host}`);
        expect(classify('resolving', target, thrown).failure.code).toBe('unresolvable');
      }
      expect(classify('connecting', target, error('ECONNREFUSED', host)).failure.code).toBe('refused');
    },
  );

  test('of TLS that comes with the code of a broken connection is still one of TLS.', () => {
    const thrown = error('ECONNRESET', 'SSL alert: TLSV1_ALERT_UNKNOWN_CA');
    expect(classify('securing', { ...NAMED, protocol: 'mqtts' }, thrown).failure.code).toBe(
      'client-certificate-untrusted',
    );
  });

  test.each(['online', 'upgrading'] as const)(
    'of a WebSocket %s shows what the other side says escaped and whole.',
    (phase) => {
      const said = `code 4000, “\u202e\u0007${'😀'.repeat(200)}”`;
      const { message } = classify(phase, WSS, error('ERR_WS_CLOSED', said)).failure;
      expect(message).toContain('\\u{202e}\\u{7}😀');
      expect(message).not.toMatch(/[\u202e\u0007]|\\u\{d83d\}/);
      expect(message.length).toBeLessThan(320);
    },
  );

  test('that is unknown is escaped and bounded in every phase, and so is one of ours.', () => {
    const thrown = error('EODD', `\u200b${'y'.repeat(1_000)}`);
    for (const phase of PHASES) {
      const { message } = classify(phase, NAMED, thrown).failure;
      expect(message).toContain('\\u{200b}yyy');
      expect(message.length).toBeLessThan(500);
    }
    expect(internalFault(thrown).message).toContain('\\u{200b}yyy');
    expect(internalFault(undefined).message).toContain('undefined');
    expect(internalFault({}).message).toContain('unknown');
  });

  test('is read whatever was thrown: a value that contains itself, has getters that throw, or is no error.', () => {
    const cyclic: { code: string; errors: unknown[] } = { code: 'ELOOP', errors: [] };
    cyclic.errors.push(cyclic, cyclic);
    expect(errorFacts(cyclic)).toMatchObject({ code: 'ELOOP', message: '' });
    const trap = {
      get code(): string {
        throw new Error('no');
      },
    };
    expect(errorFacts(trap)).toEqual({ code: '', message: '', errors: [] });
    const bare = Object.create(null) as object;
    expect(errorFacts([bare])).toEqual({ code: '', message: '', errors: [] });
    expect(errorFacts(Symbol('s')).message).toBe('Symbol(s)');
    fc.assert(fc.property(fc.anything(), (thrown) => typeof errorFacts(thrown).message === 'string'));
  });
});

describe('A socket file', () => {
  test.each([
    ['ENOENT', 'there is no such file', 'later'],
    ['ECONNREFUSED', 'no program listens on it', 'later'],
    ['EACCES', 'this program may not use it', 'never'],
    ['EPERM', 'this program may not use it', 'never'],
    ['ENOTSOCK', 'it is no socket', 'never'],
    [
      'ENOTALLOWED',
      'a window in a browser may only use sockets below the folder given with --allow-files',
      'never',
    ],
    ['EINVAL', 'the path cannot be used', 'never'],
  ] as const)('that fails with %s says why.', (code, why, retry) => {
    const ending = socketFailed(SOCKET, error(code));
    expect(ending).toMatchObject({ retry, failure: { code: 'socket-unusable' } });
    expect(ending.failure.message).toContain(`/run/mosquitto.sock cannot be used: ${why}`);
    expect(ending.failure.message).toContain(`(${code})`);
  });

  test('that fails in another way is reported like any connection.', () => {
    expect(socketFailed(SOCKET, error('ECONNRESET')).failure.code).toBe('reset');
  });
});
