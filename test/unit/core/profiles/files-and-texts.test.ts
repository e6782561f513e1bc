import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { commandLine } from '../../../../src-main/core/profiles/command/command-line.ts';
import { cleanName, Draft } from '../../../../src-main/core/profiles/draft.ts';
import {
  confirmations,
  withoutPending,
  withConfirmed,
} from '../../../../src-main/core/profiles/pending-confirmations.ts';
import { joinSecrets, splitSecrets } from '../../../../src-main/core/profiles/secrets.ts';
import { setDraftHost } from '../../../../src-main/core/profiles/set-draft-host.ts';

const options = (part: object = {}): ConnectionOptions =>
  ConnectionOptions.parse({ name: 'n', protocol: 'mqtts', host: 'b', port: 8883, ...part });

const BODY = `MIIE${'vQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(4)}`;
/** Each way in which a key or a store is given as text and not as the path of a file. */
const TEXTS: readonly [string, 'key' | 'pfx', string][] = [
  ['PEM', 'key', `-----BEGIN PRIVATE KEY-----\n${BODY}\n-----END PRIVATE KEY-----`],
  ['PEM with literal line ends', 'key', `-----BEGIN PRIVATE KEY-----\\n${BODY}\\n-----END PRIVATE KEY-----`],
  ['base64 of DER', 'key', BODY],
  ['base64 of DER in lines', 'key', `${BODY.slice(0, 64)}\n${BODY.slice(64)}\n`],
  ['base64 of DER in quotes', 'key', `"${BODY}"`],
  ['base64 of DER that is long', 'key', `MIIE${'A'.repeat(6_000)}`],
  ['base64 of PKCS#12', 'pfx', 'base64:MIIKSECRET=='],
  ['base64 of PKCS#12 behind a blank', 'pfx', ' base64:MIIKSECRET=='],
  ['base64 of PKCS#12 behind a line', 'pfx', `\n base64:${'A'.repeat(6_000)}`],
];

describe.each(TEXTS)('A key as %s', (_, field, text) => {
  test('is a secret: it is kept apart from what is saved in plain, and put back as it was.', () => {
    const given = options({ tls: { [field]: text } });
    const { options: plain, secrets } = splitSecrets(given);
    expect(secrets).toEqual({ [`tls.${field}`]: text });
    expect(JSON.stringify(plain)).not.toContain(JSON.stringify(text.trim()).slice(1, 30));
    expect(joinSecrets(plain, secrets).tls[field]).toBe(text);
  });

  test('is never shown as a path in a question: an import keeps it as a key.', () => {
    const { options: safe, pending } = withoutPending(options({ tls: { [field]: text } }));
    expect(pending).toEqual([]);
    expect(safe.tls[field]).toBe(text);
    const draft = new Draft();
    draft.put('host', 'b', 'The host');
    draft.putTls(field, text, 'The key');
    expect(draft.finish()).toMatchObject({ notes: [], pending: [], options: { tls: { [field]: text } } });
  });

  test('is not in a command that is copied; a note says that it is missing.', () => {
    const written = commandLine({
      options: options({ tls: { [field]: text } }),
      tool: 'mosquitto_sub',
      shell: 'sh',
      message: null,
    });
    expect(JSON.stringify(written)).not.toMatch(/MII|SECRET|AAAAAA/);
    expect(written.kind === 'command' && written.notes.join(' ')).toMatch(
      /--key is missing|PKCS#12 is not read/,
    );
  });
});

describe('What an import would read', () => {
  const PATHS = {
    ca: ' /etc/ca.pem ',
    cert: 'C:\\certs\\me.crt',
    key: '/home/me/key\u202e.pem',
    pfx: 'me.p12',
  };

  test('is taken out, asked for one by one, and put back when it is confirmed.', () => {
    const given = options({ passwordFrom: { kind: 'file', path: '/etc/shadow' }, tls: PATHS });
    const { options: safe, pending } = withoutPending(given);
    expect(safe).toMatchObject({
      passwordFrom: { kind: 'text' },
      tls: { ca: null, cert: null, key: null, pfx: null },
    });
    expect(pending.map(({ field, what }) => [field, what])).toEqual([
      ['password-file', '/etc/shadow'],
      ['ca', '/etc/ca.pem'],
      ['certificate', 'C:\\certs\\me.crt'],
      ['key', '/home/me/key\u202e.pem'],
      ['pkcs12', 'me.p12'],
    ]);
    expect(withConfirmed(safe, pending, [])).toEqual(safe);
    expect(withConfirmed(safe, pending, ['key']).tls).toMatchObject({
      key: '/home/me/key\u202e.pem',
      ca: null,
    });
    const all = pending.map(({ field }) => field);
    expect(withConfirmed(safe, pending, all)).toEqual({
      ...given,
      tls: { ...given.tls, ca: '/etc/ca.pem' },
    });
    // What was not asked for cannot be confirmed.
    expect(withConfirmed(safe, [], all)).toEqual(safe);
  });

  test('is asked for in sentences that name the broker and show nothing hidden.', () => {
    const { options: safe, pending } = withoutPending(
      options({ host: '::1', passwordFrom: { kind: 'environment', name: 'PW' }, tls: PATHS }),
    );
    const asked = confirmations(safe, pending);
    expect(asked).toHaveLength(5);
    for (const { text, broker } of asked) {
      expect(broker).toBe('[::1]:8883');
      expect(text).toContain('[::1]:8883');
      expect(text).toMatch(/^[A-Z].*\?$/);
      expect(text).not.toContain('\u202e');
    }
    expect(asked[0]?.text).toBe('Send the environment variable PW to [::1]:8883 as the password?');
    expect(asked.find(({ field }) => field === 'key')?.what).toBe('/home/me/key\\u{202e}.pem');
  });

  test.each(['x'.repeat(4_097), '/a\n/b', '/a\0b', '\uE000kept:tls.ca\uE001'])(
    'is neither asked for nor left where it is no path: %j',
    (ca) => {
      const { options: safe, pending } = withoutPending(options({ tls: { ca } }));
      expect([safe.tls.ca, pending]).toEqual([null, []]);
    },
  );

  test('leaves nothing that names a file, whatever stands in the fields.', () => {
    const field = fc.option(fc.string({ maxLength: 20 }));
    fc.assert(
      fc.property(field, field, field, field, (ca, cert, key, pfx) => {
        const { options: safe, pending } = withoutPending(options({ tls: { ca, cert, key, pfx } }));
        // Inert already: nothing more to take out, and nothing left to ask for.
        expect(withoutPending(safe)).toEqual({ options: safe, pending: [] });
        expect(pending.length).toBeLessThanOrEqual(4);
      }),
    );
  });
});

describe('A profile put together field by field', () => {
  function draft(host: unknown = 'b'): Draft {
    const made = new Draft();
    setDraftHost(made, host);
    return made;
  }

  test('notes what does not fit by its name and never by its value, twenty times at most.', () => {
    const made = draft();
    made.put('port', 65_536, 'The port');
    made.put('port', 65_537, 'The port');
    made.put('keepAlive', 'SECRET', 'The keep-alive');
    made.putTls('minVersion', 'SECRET', 'The TLS version');
    made.putWill({ topic: 'a/#', payload: 'SECRET' });
    made.putUserProperty({ name: 'x' } as never);
    made.putSubscription({ filter: '#/SECRET', qos: 0 });
    expect(made.finish()?.notes).toHaveLength(6);
    expect(JSON.stringify(made.finish())).not.toContain('SECRET');
    for (let i = 0; i < 40; i++) made.note(`Note ${i}.`);
    expect(made.finish()?.notes).toHaveLength(20);
    expect(made.finish()?.notes.at(-1)).toBe('More than could be listed was not taken over.');
  });

  test.each<[unknown, object | null, number]>([
    ['b', { host: 'b', port: 1_883 }, 0],
    [' mqtt://b:1884/ ', { host: 'b', port: 1_884 }, 1],
    ['ws://[fe80::1%25eth0]:80/mqtt', { host: 'fe80::1%eth0', port: 80 }, 2],
    ['::1', { host: '::1' }, 0],
    ['user:pass@b', null, 0],
    ['a b', null, 0],
    ['', null, 0],
    [7, null, 0],
    [null, null, 0],
  ])('has the host %j of another program as %j.', (host, part, notes) => {
    const made = draft(host).finish();
    if (part === null) expect(made).toBeNull();
    else expect(made?.options).toMatchObject(part);
    expect(made?.notes ?? []).toHaveLength(notes);
  });

  test('keeps the first of two subscriptions to one filter, and a thousand of them.', () => {
    const made = draft();
    made.putSubscription({ filter: 'a', qos: 1 });
    made.putSubscription({ filter: 'a', qos: 2 });
    for (let i = 0; i < 1_001; i++) made.putSubscription({ filter: `t/${i}`, qos: 0 });
    const { options: read, notes } = made.finish() ?? { options: options(), notes: [] };
    expect(read.subscriptions).toHaveLength(1_000);
    expect(read.subscriptions[0]).toMatchObject({ filter: 'a', qos: 1 });
    expect(notes).toEqual(['Subscriptions after the first 1,000 were left out.']);
  });

  test('subscribes to nothing where none of its filters could be taken over, and says so.', () => {
    const made = draft();
    made.putSubscription({ filter: 'a#', qos: 0 });
    made.closeSubscriptions();
    expect(made.finish()?.options.subscriptions).toEqual([]);
    expect(made.finish()?.notes).toContain('It subscribes to nothing: add a topic filter.');
    // One that says nothing of filters has those of a new profile.
    expect(
      draft()
        .finish()
        ?.options.subscriptions.map(({ filter }) => filter),
    ).toEqual(['#', '$SYS/#']);
  });

  test.each([
    ['  Press\n 7 ', 'Press 7'],
    ['a\u202eb\u2066c\u200fd', 'a b c d'],
    ['\ud800x', 'x'],
    ['\u0000', 'b'],
    ['', 'b'],
    ['x'.repeat(250), 'x'.repeat(200)],
    [`${'x'.repeat(199)}😀`, 'x'.repeat(199)],
    ['Größe 😀', 'Größe 😀'],
  ])('is called %j as %j.', (name, shown) => {
    const made = draft();
    made.name = name;
    expect(made.finish()?.name).toBe(shown);
    expect(made.finish()?.options.name).toBe(shown);
  });

  test('has a folder of at most 16 parts and 400 characters, each part clean.', () => {
    const made = draft();
    const folder = (text: string) => {
      made.folder = text;
      return made.finish()?.folder ?? null;
    };
    expect(folder('/a// b\u202e /c/')).toBe('a/b/c');
    expect(folder('x/'.repeat(40))).toBe('x/'.repeat(16).slice(0, -1));
    expect(folder(`${'y'.repeat(399)}/z`)).toBe('y'.repeat(399));
    expect(cleanName('\t')).toBe('');
  });

  test('warns of what deserves a look, once for the certificate.', () => {
    const warned = (tls: object, protocol = 'mqtts') => {
      const made = draft();
      made.put('protocol', protocol, 'The protocol');
      for (const [key, value] of Object.entries(tls)) made.putTls(key as never, value, key);
      return made.finish()?.notes.join(' ');
    };
    const checks = { chain: true, dates: true, hostName: true };
    expect(warned({})).toBe('');
    expect(warned({ verify: false })).toMatch(/^The certificate of the broker is not verified/);
    expect(warned({ checks: { ...checks, chain: false, hostName: false } })).toMatch(
      /is not verified: [^.]*\.$/,
    );
    expect(warned({ checks: { ...checks, hostName: false, dates: false } })).toMatch(
      /name in the certificate/,
    );
    expect(warned({ checks: { ...checks, dates: false } })).toMatch(/validity of the certificate/);
    expect(warned({ verify: false }, 'mqtt')).toBe('');
  });
});
