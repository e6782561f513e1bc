import { describe, expect, it } from 'vitest';
import { Access, type AccessOptions } from '../../../../src-main/server/web/access.ts';

const make = (options: Partial<AccessOptions> = {}) =>
  new Access({
    token: 'secret',
    scheme: 'http',
    host: '127.0.0.1',
    port: 7883,
    allowedHosts: [],
    ...options,
  });

describe('who may come in', () => {
  it('knows the token and nothing like it', () => {
    const access = make();
    expect(access.isToken('secret')).toBe(true);
    for (const other of ['', 'secre', 'secret ', 'Secret', 'secretsecret'])
      expect(access.isToken(other)).toBe(false);
  });

  it('has no cookie: a browser would send it to every port of this machine', () => {
    expect(Object.getOwnPropertyNames(Access.prototype).filter((name) => /cookie/i.test(name))).toEqual([]);
  });

  it('knows no page of an earlier process, also with the same token: its port may be of another by now', () => {
    const [before, after] = [make(), make()];
    const secret = before.newPageSecret();
    expect(before.isPageSecret(secret)).toBe(true);
    expect(after.isPageSecret(secret)).toBe(false);
  });

  it('gives every page a secret of its own and knows them all', () => {
    const access = make();
    const secrets = [access.newPageSecret(), access.newPageSecret()];
    expect(new Set(secrets).size).toBe(2);
    for (const secret of secrets) expect(access.isPageSecret(secret)).toBe(true);
    const [nonce = '', signature = ''] = secrets[0]?.split('.') ?? [];
    const near = [nonce, `${nonce}.`, `.${signature}`, `${nonce}.${signature}x`, `${nonce}.${signature}.x`];
    for (const other of ['', '.', 'a.b', ...near, `x${nonce}.${signature}`]) {
      expect(access.isPageSecret(other)).toBe(false);
    }
  });

  it('lets a ticket of 256 bit in once and for ten minutes', () => {
    const access = make();
    const [used, late] = [access.newTicket(1_000), access.newTicket(1_000)];
    expect(Buffer.from(used, 'base64url')).toHaveLength(32);
    expect(access.useTicket(used, 601_000)).toBe(true);
    expect(access.useTicket(used, 601_000)).toBe(false);
    expect(access.useTicket(late, 601_001)).toBe(false);
    expect(access.useTicket('', 0)).toBe(false);
  });

  it('keeps a hundred unused tickets, the newest', () => {
    const access = make();
    const tickets = Array.from({ length: 101 }, () => access.newTicket(0));
    expect(access.useTicket(tickets[0] ?? '', 0)).toBe(false);
    expect(access.useTicket(tickets[1] ?? '', 0)).toBe(true);
    expect(access.useTicket(tickets[100] ?? '', 0)).toBe(true);
  });

  it.each(['localhost:7883', 'LocalHost:7883', '127.0.0.1:7883', '[::1]:7883'])('answers to %s', (host) => {
    expect(make().isHost(host)).toBe(true);
  });

  it.each([
    undefined,
    '',
    'localhost',
    'localhost:80',
    'evil.example:7883',
    '127.0.0.1.evil.example:7883',
    'localhost:7883.evil',
    '::1:7883',
    'a@localhost:7883',
  ])('does not answer to %s', (host) => expect(make().isHost(host)).toBe(false));

  it('answers to further names, with any port unless one was given', () => {
    const access = make({ allowedHosts: ['box', 'pi:80'], host: '192.168.0.5' });
    for (const host of ['box', 'box:1', 'BOX:7883', 'pi:80', '192.168.0.5:7883'])
      expect(access.isHost(host)).toBe(true);
    for (const host of ['pi', 'pi:81', 'a.box', '192.168.0.5:1']) expect(access.isHost(host)).toBe(false);
  });

  it('leaves the port out where it is that of the scheme', () => {
    expect(make({ port: 80 }).isHost('localhost')).toBe(true);
    expect(make({ port: 443, scheme: 'https' }).isHost('localhost')).toBe(true);
    expect(make({ port: 443 }).isHost('localhost')).toBe(false);
  });

  it('takes its own origin only, exactly', () => {
    const access = make();
    expect(access.isOrigin('http://localhost:7883', 'localhost:7883')).toBe(true);
    for (const origin of [
      undefined,
      '',
      'null',
      'https://localhost:7883',
      'http://localhost',
      'http://localhost:7883/',
      'http://127.0.0.1:7883',
      'http://evil.example',
      'http://localhost:7883.evil.example',
    ]) {
      expect(access.isOrigin(origin, 'localhost:7883')).toBe(false);
    }
  });

  it('takes https from a proxy in front, for names that were allowed', () => {
    const access = make({ allowedHosts: ['box.example'] });
    expect(access.isOrigin('https://box.example', 'box.example')).toBe(true);
    expect(access.isOrigin('http://box.example', 'box.example')).toBe(true);
    expect(access.isOrigin('https://localhost:7883', 'localhost:7883')).toBe(false);
  });
});
