import { describe, expect, it } from 'vitest';
import { readAddress } from '../../../../src-main/core/profiles/address.ts';

const read = (text: string) => {
  const result = readAddress(text);
  if (result.kind === 'failed') throw new Error(`${text}: ${result.message}`);
  return result.options;
};
const fault = (text: string) => {
  const result = readAddress(text);
  if (result.kind === 'address') throw new Error(`${text} was accepted`);
  return result;
};

describe('reading a broker address', () => {
  it.each([
    ['mqtt://localhost', 'mqtt', 'localhost', 1883],
    ['mqtts://localhost', 'mqtts', 'localhost', 8883],
    ['ws://localhost', 'ws', 'localhost', 80],
    ['wss://localhost', 'wss', 'localhost', 443],
    ['tcp://broker:1884', 'mqtt', 'broker', 1884],
    ['ssl://broker', 'mqtts', 'broker', 8883],
    ['tls://broker', 'mqtts', 'broker', 8883],
    ['MQTT://Broker.Local:1', 'mqtt', 'Broker.Local', 1],
    ['broker', 'mqtt', 'broker', 1883],
    ['broker:65535', 'mqtt', 'broker', 65_535],
    ['broker:8883', 'mqtts', 'broker', 8883],
    ['//broker:1883', 'mqtt', 'broker', 1883],
    ['192.168.1.20:1883', 'mqtt', '192.168.1.20', 1883],
    ['mqtt://[::1]', 'mqtt', '::1', 1883],
    ['[fe80::1%25eth0]:1884', 'mqtt', 'fe80::1%eth0', 1884],
    ['[2001:db8:0:0:0:0:0:1]:1', 'mqtt', '2001:db8:0:0:0:0:0:1', 1],
    ['[::ffff:10.0.0.1]', 'mqtt', '::ffff:10.0.0.1', 1883],
    ['mqtt://my_broker.home.', 'mqtt', 'my_broker.home.', 1883],
    ['mqtt://bröker.example', 'mqtt', 'bröker.example', 1883],
    ['  mqtt://broker:1883/ \n', 'mqtt', 'broker', 1883],
    ['::1', 'mqtt', '::1', 1883],
    ['mqtt+wss://broker', 'wss', 'broker', 443],
  ])('reads %j', (text, protocol, host, port) => {
    expect(read(text)).toMatchObject({ protocol, host, port, username: null, password: null });
  });

  it('decodes credentials, also with raw @ and : in the password', () => {
    expect(read('mqtt://us%40er:p%3Aa%2Fs%25s@h')).toMatchObject({ username: 'us@er', password: 'p:a/s%s' });
    expect(read('mqtt://user:a@b:c@h:1')).toMatchObject({
      username: 'user',
      password: 'a@b:c',
      host: 'h',
      port: 1,
    });
    expect(read('user@h')).toMatchObject({ username: 'user', password: null });
    expect(read('user:@h')).toMatchObject({ username: 'user', password: '' });
    expect(read('mqtt://j%C3%BCrgen:%F0%9F%94%91@h')).toMatchObject({ username: 'jürgen', password: '🔑' });
  });

  it('keeps path and query of a WebSocket address as they are', () => {
    expect(read('ws://h:9001').path).toBe('/mqtt');
    expect(read('ws://h:9001/').path).toBe('/');
    expect(read('wss://h/a/b%20c?X-Amz=1%2F2&y').path).toBe('/a/b%20c?X-Amz=1%2F2&y');
    expect(read('wss://h?token=1').path).toBe('/mqtt?token=1');
    expect(read('wss://h:1/p?mail=a@b').path).toBe('/p?mail=a@b');
    expect(read('wss://h/p?mail=a%40b').path).toBe('/p?mail=a%40b');
  });

  it('leaves out the path and query of an address without WebSocket, and says so', () => {
    for (const text of ['mqtts://u:p@h:1/path?x=y', 'mqtt://u:p@h:1/plant/#', 'ssl://u:p@h:1?x=y']) {
      const result = readAddress(text);
      expect(result).toMatchObject({ kind: 'address', options: { host: 'h', port: 1, password: 'p' } });
      expect(result).toMatchObject({ notes: [expect.stringMatching(/path or query .* left out/)] });
    }
    expect(readAddress('mqtt://h/')).toMatchObject({ notes: [] });
  });

  it('takes the protocol of the form for an address that names none', () => {
    expect(readAddress('h:8083/mqtt', 'ws')).toMatchObject({ options: { protocol: 'ws', port: 8083 } });
    expect(readAddress('h', 'wss')).toMatchObject({ options: { protocol: 'wss', port: 443 } });
    expect(readAddress('mqtt://h', 'wss')).toMatchObject({ options: { protocol: 'mqtt', port: 1883 } });
  });

  it('names the connection after host and port, without credentials', () => {
    expect(read('mqtt://u:p@h').name).toBe('h');
    expect(read('mqtt://u:p@h:1884').name).toBe('h:1884');
    expect(read('mqtt://[::1]:1884').name).toBe('[::1]:1884');
  });

  it('subscribes to everything and leaves the version open', () => {
    const { version, subscriptions } = read('h');
    expect(version).toBe('auto');
    expect(subscriptions.map(({ filter }) => filter)).toEqual(['#', '$SYS/#']);
  });

  it.each([
    ['', /empty/, /mqtt:\/\//],
    ['   ', /empty/, /mqtt:\/\//],
    ['mqtt://', /no host/, /localhost/],
    ['mqtt://:1883', /no host/, /localhost/],
    ['mqtt://user@', /no host/, /localhost/],
    ['http://h:80/mqtt', /web page/, /ws:\/\//],
    ['https://h', /web page/, /wss:\/\//],
    ['amqp://h', /cannot begin with amqp/, /mqtts:\/\//],
    ['mqtt:localhost', /two slashes/, /mqtt:\/\/host/],
    ['h:', /port/, /colon/],
    ['h:0', /port/, /colon/],
    ['h:65536', /port/, /colon/],
    ['h:1e3', /port/, /colon/],
    ['h:-1', /port/, /colon/],
    ['1883', /IPv4/, /localhost/],
    ['256.1.1.1', /IPv4/, /0 to 255/],
    ['::1x', /more than one colon/, /\[::1\]/],
    ['[::1', /IPv6/, /\[::1\]/],
    ['[:::1]', /IPv6/, /\[::1\]/],
    ['[1:2:3]', /IPv6/, /\[::1\]/],
    ['[::1]x', /IPv6/, /\[::1\]/],
    ['[::1]:', /port/, /colon/],
    ['a b', /space/, /%20/],
    ['mqtt://a\tb', /space/, /%20/],
    ['mqtt://h\u0000', /control/, /%20/],
    ['mqtt://ho<st>', /character/, /typing/],
    ['mqtt://ho%73t', /% sign/, /%eth0/],
    ['mqtt://a..b', /valid name/, /63/],
    [`mqtt://${'a'.repeat(64)}`, /valid name/, /63/],
    ['ws://h/p#f', /#/, /%23/],
    ['mqtt://u:p%zz@h', /password holds a %/, /%25/],
    ['mqtt://u%ff:p@h', /username holds a %/, /%25/],
    ['mqtt://u:p%00@h', /NUL/, /MQTT/],
    ['mqtt://u:pa/ss@h', /ends the host/, /%2F/],
    ['ws://u:pa/ss@h', /ends the host/, /%2F/],
    ['mqtt://u:pa#ss@h', /ends the host/, /%23/],
    ['a'.repeat(9_000), /longer/, /Shorten/],
  ])('refuses %j with a reason and advice', (text, message, advice) => {
    const failure = fault(text);
    expect(failure.code).toMatch(/^(?:bad-address|host-[a-z0-9-]+)$/);
    expect(failure.message).toMatch(message);
    expect(failure.advice).toMatch(advice);
  });

  it.each([
    'mqtt://user:hunter2',
    'user:hunter2@',
    'mqtt://u:hunter2%@h',
    'mqtt://u:hunter2@h:x',
    'http://u:hunter2@h',
  ])('never quotes the password of %s', (text) =>
    expect(JSON.stringify(fault(text))).not.toContain('hunter2'),
  );

  it('answers whatever the text is', () => {
    const alphabet = [
      'mqtt',
      '://',
      ':',
      '/',
      '@',
      '[',
      ']',
      '%',
      '25',
      '?',
      '#',
      '.',
      '1',
      'é',
      '\u0000',
      ' ',
      '\ud800',
    ];
    let seed = 7;
    const next = (below: number) => (seed = (seed * 48_271) % 0x7fff_ffff) % below;
    for (let i = 0; i < 5_000; i++) {
      const text = Array.from({ length: next(12) }, () => alphabet[next(alphabet.length)]).join('');
      const result = readAddress(text);
      const shown = result.kind === 'failed' ? result.message : result.options.host;
      expect({ text, shown }).not.toEqual({ text, shown: '' });
    }
  });
});
