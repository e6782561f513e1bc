import { describe, expect, test } from 'vitest';
import {
  asciiHost,
  atPort,
  bracketed,
  isHopelessHost,
  readHost,
  withoutZone,
} from '../../../../src-main/core/profiles/host.ts';

describe('The one rule for a host', () => {
  test.each([
    ['localhost', 'localhost', null],
    ['  broker.example \n', 'broker.example', null],
    ['127.0.0.1:29842', '127.0.0.1', 29_842],
    ['localhost:29842', 'localhost', 29_842],
    ['[::1]:29840', '::1', 29_840],
    ['[::1]', '::1', null],
    ['::1', '::1', null],
    ['::', '::', null],
    ['::1%lo', '::1%lo', null],
    ['[fe80::1%eth0]:1884', 'fe80::1%eth0', 1884],
    ['[fe80::1%25eth0]', 'fe80::1%eth0', null],
    ['fe80::1%25eth0.7', 'fe80::1%eth0.7', null],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.1', null],
    ['2001:db8:0:0:0:0:0:1', '2001:db8:0:0:0:0:0:1', null],
    // Without brackets, a port looks like the last group of an address.
    ['::1:1883', '::1:1883', null],
    ['my_broker', 'my_broker', null],
    ['_mqtt._tcp.example', '_mqtt._tcp.example', null],
    ['broker.home.', 'broker.home.', null],
    ['BROKER', 'BROKER', null],
    ['xn--brker-kua.example:1', 'xn--brker-kua.example', 1],
    ['bröker.example', 'bröker.example', null],
    ['брокер.рф:65535', 'брокер.рф', 65_535],
    ['a'.repeat(63), 'a'.repeat(63), null],
    ['1.2.3.4.in-addr.arpa', '1.2.3.4.in-addr.arpa', null],
  ])('reads %j', (text, host, port) => {
    expect(readHost(text)).toEqual({ kind: 'host', host, port });
  });

  test.each([
    ['', 'host-empty'],
    ['  ', 'host-empty'],
    [':1883', 'host-empty'],
    ['mqtt://broker', 'host-address'],
    ['HostName=h.azure-devices.net;DeviceId=d;SharedAccessKey=c2VjcmV0', 'host-connection-string'],
    ['Endpoint=sb://h/;SharedAccessKeyName=n', 'host-address'],
    ['sharedaccesskey=c2VjcmV0;hostname=h', 'host-connection-string'],
    ['ann@broker', 'host-user'],
    ['ann:hunter2@broker:1883', 'host-user'],
    ['broker/mqtt', 'host-path'],
    ['broker:1883/mqtt', 'host-path'],
    ['broker?x=y', 'host-path'],
    ['broker#', 'host-path'],
    ['\\\\server\\share', 'host-path'],
    ['two words', 'host-space'],
    ['two\tlines', 'host-character'],
    ['two\nlines', 'host-character'],
    ['bro\u0000ker', 'host-character'],
    ['bro\u200bker', 'host-character'],
    ['bro;ker', 'host-character'],
    ['"broker"', 'host-character'],
    ['bro\ud800ker', 'host-character'],
    ['[::1', 'host-ipv6'],
    ['::1]', 'host-ipv6'],
    ['[[::1]]', 'host-ipv6'],
    ['[::1]x', 'host-ipv6'],
    ['[]', 'host-ipv6'],
    ['[broker]', 'host-ipv6'],
    ['[127.0.0.1]', 'host-ipv6'],
    ['1:2:3', 'host-ipv6'],
    ['1::2::3', 'host-ipv6'],
    ['::1%', 'host-ipv6'],
    ['::1%a%b', 'host-ipv6'],
    ['fe80::1%eth0:1883', 'host-ipv6'],
    ['::ffff:256.0.0.1', 'host-ipv6'],
    ['broker%lo', 'host-zone'],
    ['a..b', 'host-name'],
    ['.a', 'host-name'],
    ['.', 'host-name'],
    ['a'.repeat(64), 'host-name'],
    [`${'abcdefg.'.repeat(32)}a`, 'host-name'],
    ['-a.example', 'host-name'],
    ['a-.example', 'host-name'],
    ['1883', 'host-ipv4'],
    ['256.1.1.1', 'host-ipv4'],
    ['1.2.3', 'host-ipv4'],
    ['192.168.001.020', 'host-ipv4'],
    ['broker:', 'host-port'],
    ['broker:0', 'host-port'],
    ['broker:65536', 'host-port'],
    ['broker:1e3', 'host-port'],
    ['broker:-1', 'host-port'],
    ['[::1]:', 'host-port'],
    ['[::1]:99999', 'host-port'],
  ])('refuses %j as %s', (text, code) => {
    const read = readHost(text);
    expect(read).toMatchObject({ kind: 'failed', code });
    if (read.kind === 'failed') expect(read.advice).not.toBe('');
  });

  test('calls the field what the form calls it, and never quotes what was typed', () => {
    for (const text of [
      'hunter2 hunter3',
      'hunter2;x=1;y',
      'hunter2@x',
      'hunter2/x',
      'hunter2%',
      'hunter2:hunter2',
    ]) {
      const answer = JSON.stringify(readHost(text, 'proxy host'));
      expect(answer).not.toContain('hunter');
      expect(answer).toContain('proxy host');
    }
  });

  test('answers whatever the text is, and takes back what it gave', () => {
    const alphabet = [
      'a',
      '1',
      '.',
      ':',
      '[',
      ']',
      '%',
      '25',
      '-',
      '/',
      '@',
      ';',
      '=',
      'é',
      '\u0000',
      ' ',
      '::',
    ];
    let seed = 11;
    const next = (below: number) => (seed = (seed * 48_271) % 0x7fff_ffff) % below;
    for (let i = 0; i < 20_000; i++) {
      const text = Array.from({ length: next(10) }, () => alphabet[next(alphabet.length)]).join('');
      const read = readHost(text);
      if (read.kind === 'failed') continue;
      expect(readHost(read.host)).toEqual({ kind: 'host', host: read.host, port: null });
      if (read.port !== null) expect(readHost(atPort(read.host, read.port))).toEqual(read);
    }
  });
});

describe('A host that is being typed', () => {
  test.each([
    'b',
    'broker',
    'mqtt:',
    'mqtts://',
    'mqtt://ann@',
    '[::',
    'fe80::1%',
    'broker:',
    'broker.',
    'ws://h/p?x',
    ' b ',
  ])('may still become right: %j', (text) => expect(isHopelessHost(text)).toBe(false));

  test.each(['HostName=', 'a;b', 'two words', 'broker,', '"broker', 'bro\u0000', 'a=b'])(
    'can only be wrong: %j',
    (text) => expect(isHopelessHost(text)).toBe(true),
  );
});

test('An IPv6 address has brackets before a port, and its zone is left out where it means nothing', () => {
  expect(bracketed('::1')).toBe('[::1]');
  expect(bracketed('broker')).toBe('broker');
  expect(atPort('::1%lo', 1883)).toBe('[::1%lo]:1883');
  expect(atPort('127.0.0.1', 1)).toBe('127.0.0.1:1');
  expect(withoutZone('fe80::1%eth0')).toBe('fe80::1');
  expect(withoutZone('::1')).toBe('::1');
  expect(withoutZone('broker')).toBe('broker');
});

test.each([
  ['broker.example', 'broker.example'],
  // Not even its case: it may be a name of a list of hosts.
  ['Broker_1', 'Broker_1'],
  ['bücher.example', 'xn--bcher-kva.example'],
  // No such form: it is looked up as it is, and the failure names it.
  ['a\u200db\u2028.x', 'a\u200db\u2028.x'],
])('The name %j is looked up as %j.', (host, asked) => {
  const toAscii = (name: string): string => (name.startsWith('b') ? 'xn--bcher-kva.example' : '');
  expect(asciiHost(host, toAscii)).toBe(asked);
});
