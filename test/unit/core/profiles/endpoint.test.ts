import { describe, expect, test } from 'vitest';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { checkEndpoint } from '../../../../src-main/core/profiles/endpoint.ts';

const SECRET = 'HostName=h.azure-devices.net;DeviceId=d;SharedAccessKey=c2VjcmV0';
const options = (part: object = {}): ConnectionOptions =>
  ConnectionOptions.parse({ name: 'x', protocol: 'mqtt', host: 'broker', port: 1883, ...part });
const asIs = (host: string): string => host;
const check = (part: object) => checkEndpoint(options(part), asIs);

describe('Options before they are saved or connected with', () => {
  test('are the same ones where nothing has to change', () => {
    const good = options({ tls: { servername: 'sni' }, proxy: { kind: 'http', host: 'p', port: 1 } });
    expect(checkEndpoint(good, asIs)).toBe(good);
    const socket = options({ protocol: 'unix', host: '/run/mosquitto.sock' });
    expect(checkEndpoint(socket, asIs)).toBe(socket);
  });

  test('have each host in one form, with its port where ports are', () => {
    expect(check({ host: ' [::1]:29840 ' })).toMatchObject({ host: '::1', port: 29_840 });
    expect(check({ host: '127.0.0.1:29842' })).toMatchObject({ host: '127.0.0.1', port: 29_842 });
    expect(check({ host: 'fe80::1%25eth0' })).toMatchObject({ host: 'fe80::1%eth0', port: 1883 });
    expect(check({ proxy: { kind: 'socks5', host: '[::1]:9050', port: 1080 } })).toMatchObject({
      host: 'broker',
      port: 1883,
      proxy: { host: '::1', port: 9050 },
    });
    expect(check({ tls: { servername: ' sni ' } })).toMatchObject({ tls: { servername: 'sni' } });
    expect(check({ protocol: 'unix', host: ' \\\\.\\pipe\\m ' })).toMatchObject({ host: '\\\\.\\pipe\\m' });
  });

  test.each([
    ['host', { host: SECRET }, 'host-connection-string'],
    ['host', { host: 'mqtt://broker' }, 'host-address'],
    ['host', { host: 'broker:99999' }, 'host-port'],
    ['proxy host', { proxy: { kind: 'http', host: SECRET, port: 1 } }, 'host-connection-string'],
    ['proxy host', { proxy: { kind: 'http', host: 'http://p', port: 1 } }, 'host-address'],
    ['server name', { tls: { servername: SECRET } }, 'host-connection-string'],
    ['server name', { tls: { servername: 'sni:1' } }, 'host-port'],
    ['path of the socket', { protocol: 'unix', host: 'mosquitto.sock' }, 'host-socket'],
    ['path of the socket', { protocol: 'unix', host: SECRET }, 'host-socket'],
  ])('are refused by the name of the field, without its text: %s', (label, part, code) => {
    const refused = check(part);
    expect(refused).toMatchObject({ kind: 'failed', code });
    expect(JSON.stringify(refused)).toContain(label);
    expect(JSON.stringify(refused)).not.toContain('c2VjcmV0');
  });

  test('keep international names, unless those have no form that can be looked up', () => {
    const seen: string[] = [];
    const toAscii = (name: string): string => `xn--${seen.push(name)}`;
    expect(checkEndpoint(options({ host: 'bröker' }), toAscii)).toMatchObject({ host: 'bröker' });
    expect(checkEndpoint(options({ host: 'broker' }), toAscii)).toMatchObject({ host: 'broker' });
    expect(seen).toEqual(['bröker']);
    expect(checkEndpoint(options({ host: 'bröker' }), () => '')).toMatchObject({
      code: 'host-international',
    });
  });
});
