import { describe, expect, test } from 'vitest';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import {
  Destination,
  destinationOf,
  differenceOf,
  isSameDestination,
} from '../../../../src-main/contract/profiles/destination.ts';

const of = (more: object): Destination =>
  destinationOf(ConnectionOptions.parse({ name: '', protocol: 'mqtts', host: 'a', port: 1, ...more }));

describe('a destination', () => {
  test.each([
    [{}, 'mqtts://a:1', null, ['chain', 'dates', 'hostName']],
    [{ host: 'Broker.Example' }, 'mqtts://broker.example:1', null, ['chain', 'dates', 'hostName']],
    [{ host: 'FE80::1%Lo' }, 'mqtts://[fe80::1%lo]:1', null, ['chain', 'dates', 'hostName']],
    [{ protocol: 'wss', path: '/x?y=z' }, 'wss://a:1', null, ['chain', 'dates', 'hostName']],
    [{ protocol: 'mqtt' }, 'mqtt://a:1', null, []],
    [{ protocol: 'ws', tls: { verify: true } }, 'ws://a:1', null, []],
    [{ protocol: 'unix', host: '/run/M.sock', port: 7 }, 'unix:///run/M.sock', null, []],
    [{ tls: { verify: false } }, 'mqtts://a:1', null, []],
    [{ tls: { checks: { dates: false } } }, 'mqtts://a:1', null, ['chain', 'hostName']],
    [
      { protocol: 'mqtt', proxy: { kind: 'http', host: 'P', port: 3128, username: 'u', password: 'w' } },
      'mqtt://a:1',
      'http://p:3128',
      [],
    ],
  ])('of %j', (more, to, via, checks) => {
    const destination = of(more);
    expect(destination).toEqual({ to, via, checks });
    expect(Destination.parse(destination)).toEqual(destination);
  });

  test('holds the longest host there can be', () => {
    const host = 'x'.repeat(255);
    const proxy = { kind: 'socks5', host, port: 65_535 };
    expect(Destination.safeParse(of({ host, port: 65_535, proxy })).success).toBe(true);
  });

  test('is the same with more checks, not with fewer', () => {
    const [strict, lax] = [of({}), of({ tls: { checks: { dates: false } } })];
    expect(isSameDestination(lax, strict)).toBe(true);
    expect(isSameDestination(strict, lax)).toBe(false);
    expect(isSameDestination(strict, of({ tls: { servername: 'b', minVersion: 'TLSv1.3' } }))).toBe(true);
  });

  test.each([
    [{ host: 'b' }, 'for mqtts://a:1, not for mqtts://b:1'],
    [{ proxy: { kind: 'http', host: 'p', port: 2 } }, 'without a proxy, not through http://p:2'],
    [{ tls: { verify: false } }, 'for a broker whose certificate is checked (chain, dates, host name)'],
    [{ tls: { checks: { hostName: false } } }, 'for a broker whose certificate is checked (host name)'],
  ])('differs by %j in words', (more, words) => {
    expect(differenceOf(of({}), of(more))).toBe(words);
  });
});
