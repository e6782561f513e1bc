import fc from 'fast-check';
import { isIP } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { isIpAddress, readHost } from '../../../../src-main/core/profiles/host.ts';
import { hostAndPort } from '../../../../src-main/core/profiles/shown-address.ts';

describe('An address', () => {
  test('of a host, an IPv6 address or a socket is shown so that it can be typed again.', () => {
    const shown = (host: string, port: number, protocol = 'mqtt') =>
      hostAndPort(ConnectionOptions.parse({ name: 'n', protocol, host, port }));
    for (const host of ['broker.example', '192.0.2.1', '::1', 'fe80::1%eth0', 'größe.example'])
      for (const port of [1, 1_883, 65_535])
        expect(readHost(shown(host, port))).toEqual({ kind: 'host', host, port });
    expect(shown('/run/m.sock', 1, 'unix')).toBe('/run/m.sock');
  });

  test('is one of IP where the system says so, for any digits, colons and dots.', () => {
    const part = fc.constantFrom('0', '1', '255', '256', '01', 'a', 'ffff', '12345', ':', '::', '.', 'g', '');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 16 }), (parts) => {
        const text = parts.join('');
        expect(isIpAddress(text), text).toBe(isIP(text) !== 0);
      }),
      { numRuns: 5_000 },
    );
  });
});
