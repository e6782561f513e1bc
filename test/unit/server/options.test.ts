import { describe, expect, it } from 'vitest';
import { HELP, readStart } from '../../../src-main/server/options.ts';

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const start = readStart(args, env);
  if (start.kind !== 'run') throw new Error(JSON.stringify(start));
  return start.options;
};

describe('the command line', () => {
  it('has the defaults that are promised', () => {
    expect(run([])).toEqual({
      readable: false,
      serve: false,
      connection: null,
      demo: false,
      open: true,
      dataDir: null,
      port: null,
      host: '127.0.0.1',
      allowedHosts: [],
      allowFiles: null,
      token: { kind: 'random' },
      tls: null,
    });
  });

  it('reads every option', () => {
    const args =
      '--serve --port 0 --host ::1 --allowed-host Box --allowed-host b:8080 --allow-files /c --token T';
    expect(run([...args.split(' '), '--data-dir=/d', '--no-open', '--demo', 'mqtt://h:1884'])).toMatchObject({
      serve: true,
      port: 0,
      host: '::1',
      allowedHosts: ['box', 'b:8080'],
      allowFiles: '/c',
      token: { kind: 'given', token: 'T' },
      dataDir: '/d',
      open: false,
      demo: true,
      connection: { protocol: 'mqtt', host: 'h', port: 1884, version: 'auto' },
    });
  });

  it('takes token and url from the environment, where the command line does not say otherwise', () => {
    const env = { TOPICSCOPE_TOKEN: 'from-env', TOPICSCOPE_URL: 'wss://h' };
    expect(run([], env)).toMatchObject({ token: { token: 'from-env' }, connection: { protocol: 'wss' } });
    expect(run(['--token', 'T', 'ws://g'], env)).toMatchObject({
      token: { token: 'T' },
      connection: { host: 'g' },
    });
    expect(run(['--token-file', 'F'], env)).toMatchObject({ token: { kind: 'file', path: 'F' } });
  });

  it('listens beyond this machine only with a token and TLS, or with --insecure-http', () => {
    const tls = ['--tls-cert', 'c', '--tls-key', 'k'];
    expect(run(['--host', '0.0.0.0', '--token', 'T', ...tls]).tls).toEqual({ cert: 'c', key: 'k' });
    expect(run(['--host', '0.0.0.0', '--token', 'T', '--insecure-http'])).toMatchObject({
      host: '0.0.0.0',
      readable: true,
    });
    expect(run(['--host', '127.0.0.1', '--insecure-http']).readable).toBe(false);
    expect(run(['--host', '::', '--token', 'T', '--tls-cert', 'c', '--tls-key', 'k']).readable).toBe(false);
    expect(run(['--host', 'box'].concat('--insecure-http'), { TOPICSCOPE_TOKEN: 'T' }).host).toBe('box');
    expect(run(['--host', '127.0.0.2']).host).toBe('127.0.0.2');
  });

  it.each([
    ['[::1]', '::1'],
    ['LOCALHOST', 'localhost'],
    ['::1', '::1'],
  ])('takes --host %s for %s', (given, host) => {
    expect(run(['--host', given])).toMatchObject({ host, readable: false });
  });

  it('answers --help and --version before anything else', () => {
    expect(readStart(['--help', '--port', 'x'], {})).toEqual({ kind: 'help' });
    expect(readStart(['--version'], {})).toEqual({ kind: 'version' });
  });

  it('mentions every option in the help', () => {
    const unlike: Record<string, string> = {
      readable: '--insecure-http',
      connection: ' url ',
      open: '--no-open',
      tls: '--tls-cert',
      allowedHosts: '--allowed-host NAME',
    };
    for (const name of Object.keys(run([]))) {
      expect(HELP).toContain(
        unlike[name] ?? `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      );
    }
    expect(Math.max(...HELP.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it.each([
    [['--bogus'], /^Unknown option --bogus\./],
    [['--bogus=hunter2'], /^Unknown option --bogus\./],
    [['-x'], /^Unknown option -x\./],
    [['--no-serve'], /^Unknown option --no-serve\./],
    [['--port'], /--port has no value/],
    [['--port', '--demo'], /--port has no value/],
    [['--port='], /--port has no value/],
    [['--token='], /--token has no value/],
    [['--demo=yes'], /--demo takes no value/],
    [['--port', '65536'], /0 to 65535/],
    [['--port', '1e3'], /0 to 65535/],
    [['--port=-1'], /0 to 65535/],
    [['--host', 'a b'], /--host/],
    [['--allowed-host', 'http://x'], /--allowed-host/],
    [['--token', 'a b'], /without spaces/],
    [['--token', 'é'], /without spaces/],
    [['--token', 'T', '--token-file', 'F'], /not both/],
    [['--tls-cert', 'c'], /go together/],
    [['--tls-key', 'k'], /go together/],
    [['--host', '0.0.0.0'], /needs a token/],
    [['--host', '::', '--insecure-http'], /needs a token/],
    [['--host', '0.0.0.0', '--token', 'T'], /--insecure-http/],
    [['--host', '192.168.0.1', '--token-file', 'F'], /--insecure-http/],
    [['mqtt://a', 'mqtt://b'], /more than one url/],
    [['http://broker'], /ws:\/\//],
    [['mqtt://user:hunter2@h:x'], /port/],
  ])('refuses %j in one line that quotes no secret', (args, line) => {
    const start = readStart(args, {});
    if (start.kind !== 'bad') throw new Error(JSON.stringify(start));
    expect(start.line).toMatch(line);
    expect(start.line).not.toMatch(/\n|hunter2/);
    expect(start.line).toMatch(/See --help\.$/);
  });
});
