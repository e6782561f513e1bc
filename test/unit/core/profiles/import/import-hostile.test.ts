import { describe, expect, it } from 'vitest';
import { ConnectionOptions } from '../../../../../src-main/contract/model/model.ts';
import type { Imported } from '../../../../../src-main/core/profiles/draft.ts';
import { readImport } from '../../../../../src-main/core/profiles/import/import.ts';
import { ownText } from '../../../../../src-main/core/profiles/import/own-format.ts';
import { EXPLORER, MQTTX } from '../../../../support/engine/foreign-files.ts';
import { random as seeded } from '../../../../support/random.ts';

function imported(text: string): Imported {
  const read = readImport(text);
  if (read.kind !== 'imported') throw new Error(JSON.stringify(read));
  return read.imported;
}

describe('hostile files', () => {
  const seeds = [
    JSON.stringify(EXPLORER),
    JSON.stringify(MQTTX),
    ownText([
      {
        options: ConnectionOptions.parse({ name: 'n', protocol: 'mqtt', host: 'h', port: 1 }),
        folder: 'a/b',
        colour: 'red',
      },
    ]),
    `mosquitto_sub -h b -t 'x/#' -P "$PW" -D connect user-property a b --will-topic t --proxy socks5h://h:1 | cat\n`,
    'mqtt://u:p@h:1\nwss://h/x?y=1\n"C:\\a b\\mosquitto_pub.exe" -h %H% -t "a" ^\r\n -m x',
  ];
  const pieces = [
    '"',
    "'",
    '\\',
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '\n',
    '\0',
    '\uD800',
    '\uE000kept:tls.key\uE001',
    '__proto__',
    'constructor',
    'null',
    'true',
    '-1',
    '1e999',
    '""',
    '"host":',
    '"toString"',
    '$(',
    '`',
    ' -D ',
    ' connect ',
    ' constructor ',
    ' -V constructor ',
    ' --will-topic # ',
    '%A%',
    '^',
    '://',
    '@',
    '\u202E',
  ];

  it('never throw, whatever is changed in them, and give only whole profiles', () => {
    const random = seeded(20_26);
    for (let round = 0; round < 3_000; round++) {
      let text = random.pick(seeds);
      for (let edits = 1 + random.int(6); edits > 0; edits--) {
        const at = random.int(text.length + 1);
        const cut = random.int(4) === 0 ? random.int(40) : random.int(2);
        text = text.slice(0, at) + (random.int(3) > 0 ? random.pick(pieces) : '') + text.slice(at + cut);
      }
      const read = readImport(text);
      if (read.kind !== 'imported') continue;
      for (const profile of read.imported.profiles) {
        expect(ConnectionOptions.safeParse(profile.options).success, text).toBe(true);
        expect(profile.options.passwordFrom.kind).toBe('text');
        expect(profile.notes.length).toBeLessThanOrEqual(24);
        for (const value of [profile.options.tls.ca, profile.options.tls.cert, profile.options.tls.key]) {
          expect(value === null || value.includes('-----BEGIN'), text).toBe(true);
        }
      }
    }
  });

  it('values of every wrong type are noted and left out', () => {
    const values: unknown[] = [null, true, -1, 1e9, 0.5, '', 'x', [], {}, [[]], { a: 1 }, 'x'.repeat(70_000)];
    for (const value of values) {
      for (const file of [EXPLORER.ConnectionManager_connections['aaaa-1'], MQTTX[2] ?? {}]) {
        const wrong = Object.fromEntries(Object.keys(file).map((key) => [key, value]));
        const explorer = { ConnectionManager_connections: { a: { ...wrong, host: 'h' } } };
        const mqttx = [{ ...wrong, host: 'h', clientId: 'c', keepalive: 1, isCollection: false }];
        for (const read of [explorer, mqttx].map((one) => readImport(JSON.stringify(one))))
          expect(['imported', 'failed']).toContain(read.kind);
      }
    }
  });

  it('with a number that is none say so, and not only that it is not there', () => {
    const notes = (entry: object): readonly string[][] =>
      [{ ConnectionManager_connections: { a: entry } }, [entry]].map((file) =>
        imported(JSON.stringify(file)).profiles.flatMap((one) =>
          one.notes.filter((note) => note.includes('not taken over')),
        ),
      );
    const port = 'The port was not taken over: the value is not one that can be used here.';
    const base = { host: 'h', protocol: 'mqtt', clientId: 'c', mqttVersion: '5.0' };
    expect(notes({ ...base, port: '8883 (TLS)' })).toEqual([[port], [port]]);
    expect(notes({ ...base, port: true })).toEqual([[port], [port]]);
    expect(notes({ ...base, port: '' })).toEqual([[], []]);
    expect(notes({ ...base, port: ' 8883 ' })).toEqual([[], []]);
    const [, mqttx] = notes({
      ...base,
      port: 1,
      keepalive: '1m',
      properties: { sessionExpiryInterval: 'x' },
    });
    expect(mqttx?.map((note) => note.split(' was ')[0])).toEqual(['The keep-alive', 'The session expiry']);
  });

  it('with more than an import may hold are read in part, and say so', () => {
    const subscriptions = Array.from({ length: 3_000 }, (_, at) => `a/${at}`);
    const connection = { host: 'h', port: 1, subscriptions };
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, at) => [at, connection]));
    const { profiles, notes } = imported(JSON.stringify({ ConnectionManager_connections: many }));
    expect(profiles).toHaveLength(100);
    expect(profiles[0]?.options.subscriptions).toHaveLength(1_000);
    expect(profiles[0]?.notes).toEqual(['Subscriptions after the first 1,000 were left out.']);
    expect(notes).toEqual(['Only the first 100 connections were read: the file holds too much.']);
    const properties = ' -D connect user-property a b'.repeat(1_500);
    const [command] = imported(`mosquitto_sub -t a${properties}`).profiles;
    expect(command?.options.userProperties).toHaveLength(1_000);
    const paths = `mosquitto_sub -t a --cafile ${'\\"'.repeat(5_000)}\n`;
    const read = imported(`mosquitto_sub -t a --cafile ${'"\\""'.repeat(1_000)}\n`.repeat(2_000));
    expect(JSON.stringify(read.profiles.map(({ pending }) => [pending, pending])).length).toBeLessThan(
      4 * 2 ** 20,
    );
    expect(imported(paths).profiles[0]?.pending).toEqual([]);
  });

  it('are read in time that grows with their size, with bounded results', () => {
    const size = 4 * 2 ** 20;
    const lines = [
      "mosquitto_sub -t 'open\n",
      'mosquitto_sub -h a -t b\n',
      'x\n',
      'mqtt://a\n',
      `${'a'.repeat(8_000)}mosquitto_sub \n`,
      `${'" '.repeat(3_000)} mosquitto_sub\n`,
    ];
    for (const line of lines) {
      const began = performance.now();
      const read = readImport(line.repeat(Math.floor(size / line.length)));
      expect(performance.now() - began, line.slice(0, 40)).toBeLessThan(5_000);
      if (read.kind !== 'imported') continue;
      expect(read.imported.profiles.length).toBeLessThanOrEqual(2_000);
      expect(read.imported.notes.length).toBeLessThanOrEqual(101);
    }
    const one = JSON.stringify(EXPLORER.ConnectionManager_connections['bbbb-2']);
    const many = Array.from({ length: 10_000 }, (_, at) => `"${at}":${one}`).join();
    const began = performance.now();
    expect(imported(`{"ConnectionManager_connections":{${many}}}`).profiles).toHaveLength(2_000);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
