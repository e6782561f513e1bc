import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConnectionOptions } from '../../../../../src-main/contract/model/model.ts';
import { commandLine } from '../../../../../src-main/core/profiles/command/command-line.ts';
import { findProgram } from '../../../../../src-main/core/profiles/command/find-commands.ts';
import { listWords } from '../../../../../src-main/core/profiles/command/list-words.ts';
import { splitWords } from '../../../../../src-main/core/profiles/command/split-words.ts';
import { readPastedCommand } from '../../../../../src-main/core/profiles/import/import-text.ts';
import { readImport } from '../../../../../src-main/core/profiles/import/import.ts';
import { cpuMsOf } from '../../../../support/cpu.ts';
import type { ImportedProfile } from '../../../../../src-main/core/profiles/draft.ts';

function pasted(text: string): ImportedProfile {
  const read = readPastedCommand(text);
  if (read === null || 'kind' in read) throw new Error(`${text}: ${read?.message ?? 'no command'}`);
  return read;
}

const filters = ({ options }: ImportedProfile): string[] => options.subscriptions.map(({ filter }) => filter);
const sh = (line: string) => splitWords(line, 0, 'sh');
const texts = (line: string): string[] => sh(line).words.map(({ text }) => text);

describe('A list of Docker, Compose or Kubernetes', () => {
  const secret = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });

  test('gives back any words in JSON, whatever stands in them.', () => {
    fc.assert(
      fc.property(secret, secret, fc.boolean(), (username, password, isWide) => {
        fc.pre(!/[\0\ud800-\udfff]/u.test(username + password));
        const list = ['mosquitto_sub', '-h', '::1', '-u', username, '-P', password, '-t', 'a/#'];
        const json = JSON.stringify(list, null, isWide ? 2 : 0);
        const { options } = pasted(`command: ${json}\nports: ["1883:1883"]`);
        expect(options).toMatchObject({ host: '::1', username, password });
        expect(options.subscriptions.map(({ filter }) => filter)).toEqual(['a/#']);
      }),
      { numRuns: 300 },
    );
  });

  test.each<[string, object]>([
    ['["mosquitto_sub","-h","[::1]","-t","#"]', { host: '::1' }],
    ['["mosquitto_sub","-h","b","-P","a]b","-t","#"]', { password: 'a]b' }],
    ["['mosquitto_sub', '-h', 'b', '-P', 'it''s]', '-t', '#']", { password: "it's]" }],
    ['["mosquitto_sub","-h","b","-P","\\u00e4\\"\\\\n","-t","#"]', { password: 'ä"\\n' }],
    ['["mosquitto_sub","-h","b","-P","tab\\there","-t","#"]', { password: 'tab\there' }],
    // YAML knows more escapes than JSON.
    ['["mosquitto_sub","-h","b","-P","a\\ b","-t","#"]', { password: 'a b' }],
    ['["sh", "-x", "/usr/bin/mosquitto_sub", "-h", "b", "-t", "#"]', { host: 'b' }],
    ['[mosquitto_sub, -h, b, -P, p w, -t, "#"]', { host: 'b', password: 'p w' }],
    ['[\n  "/usr/bin/mosquitto_sub",\n  "-h",\n  "b"\n]', { host: 'b' }],
    ['["mosquitto_sub",\n  "-h", "b",\n  "-k", "30", "-t", "#",\n]', { keepAlive: 30 }],
  ])('%s', (text, part) => {
    expect(pasted(text).options).toMatchObject(part);
  });

  test.each<[string, object, string[]]>([
    [
      'command:\n  - mosquitto_sub\n  - -h\n  - b\n  - -t\n  - plant/#\nports: []',
      { host: 'b' },
      ['plant/#'],
    ],
    [
      '  - "/usr/bin/mosquitto_sub"\r\n  - "-h"\r\n  - "b"\r\n  - -t\r\n  - \'it\'\'s\'',
      { host: 'b' },
      ["it's"],
    ],
    ['- mosquitto_sub # the client\n- -h\n- b\n- -P\n- "a\\u00e4 #"\n- -t\n- a', { password: 'aä #' }, ['a']],
    ['- timeout\n- "5"\n- mosquitto_sub\n- -h\n- b\n- -t\n- a', { host: 'b' }, ['a']],
    ['    - mosquitto_sub\n    - -h\n    - b\n    - -t\n    - a\n  - -t\n  - c', { host: 'b' }, ['a']],
    // A list of a text, with a whole command in one line of it.
    ['- mosquitto_sub -h b -t a\n- mosquitto_pub -h c', { host: 'b' }, ['a']],
  ])('is read from lines as well: %j', (text, part, topics) => {
    const read = readImport(text);
    const first = read.kind === 'imported' ? read.imported.profiles[0] : undefined;
    expect(first?.options).toMatchObject(part);
    expect(first && filters(first)).toEqual(topics);
  });

  test('of a megabyte is divided in no time, whatever it consists of.', () => {
    for (const piece of ['[', ', ', '- ', '- x\n', '" ', "'", '[\n', ' #', '\\"', '    x']) {
      const long = `[- mosquitto_sub\n- -h\n- ${piece.repeat(1_000_000 / piece.length)}`;
      const ms = cpuMsOf(() => void listWords(long, 3, 4_096, 131_072));
      expect(ms, JSON.stringify(piece)).toBeLessThan(2_000);
      expect(listWords(long.slice(1), 2, 4_096, 131_072)?.words[0]?.text).toBe('mosquitto_sub');
    }
  });

  test('that is not closed, or has a quote that is not, is no list, and says what it is.', () => {
    for (const text of [
      '["mosquitto_sub", "-h", "b"',
      '["mosquitto_sub", "-h',
      "['mosquitto_sub', '-P', 'x]",
    ])
      expect(() => pasted(text), text).toThrow(/quote|divided|words|command/i);
  });
});

describe('What a Unix shell would fill in', () => {
  test('ends where its brackets do, so that what follows is read.', () => {
    const read = pasted('mosquitto_sub -h b -u $(echo $(id -un)) -P "$(pass show $(cat x))" -t plant/#');
    expect(filters(read)).toEqual(['plant/#']);
    expect(read.notes.join(' ')).toContain('The value of -u is filled in by the shell');
    expect(read.notes.join(' ')).not.toContain('What follows the command');
  });

  test.each([
    ['$(a (b) c) d', 2],
    ['$((1 + (2))) d', 2],
    ['x$(a)y z', 2],
    ['$(a', 1],
  ])('%s is %i words.', (line, count) => {
    const { words, open } = sh(line);
    expect(words).toHaveLength(count);
    expect(words[0]?.computed).toEqual({ kind: 'other' });
    expect(open).toBe(line === '$(a');
  });
});

describe('Escapes of bash between dollar and quotes', () => {
  test.each([
    ["$'\\xc3\\xa9'", 'é'],
    ["$'\\303\\251'", 'é'],
    ["$'\\xf0\\x9f\\x98\\x80!'", '😀!'],
    ["$'\\u20ac'", '€'],
    ["$'\\u20acf'", '€f'],
    ["$'\\U0001f600x'", '😀x'],
    ["$'\\U1f600'", '😀'],
    ["$'\\x41\\n\\x42'", 'A\nB'],
    ["$'\\x4'", '\u0004'],
    ["$'\\xzz'", '\\xzz'],
    ["$'\\0'", '\0'],
    ["$'\\q\\''", "\\q'"],
    ["$'a'\"b\"'c'", 'abc'],
    // No character, and half of one.
    ["$'\\Uffffffff'", '\ufffd'],
    ["$'\\xff'", '\ufffd'],
  ])('%s', (line, text) => {
    expect(texts(line)).toEqual([text]);
  });
});

describe('A command we write is read back', () => {
  const word = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter((one) => !/[\0\ud800-\udfff]/u.test(one) && !one.startsWith('-'));
  const level = fc.stringMatching(/^[a-z $'"\\é€.-]{1,6}$/);

  test('with host, names, filters, times and properties, from any Unix shell.', () => {
    const options = fc.record({
      clientId: word,
      username: word,
      keepAlive: fc.integer({ min: 5, max: 65_535 }),
      port: fc.integer({ min: 1, max: 65_535 }).filter((port) => port !== 8_883),
      host: fc.constantFrom('broker.example', '192.0.2.1', '::1', 'fe80::1%eth0'),
      userProperties: fc.array(fc.record({ name: word, value: word }), { maxLength: 2 }),
      receiveMaximum: fc.option(fc.integer({ min: 1, max: 65_535 })),
      filters: fc.uniqueArray(level, { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(options, ({ filters: names, ...part }) => {
        const sent = ConnectionOptions.parse({
          name: 'n',
          protocol: 'mqtt',
          version: '5',
          password: 'secret',
          ...part,
          subscriptions: names.map((filter) => ({ filter, qos: 1 })),
        });
        const written = commandLine({ options: sent, tool: 'mosquitto_sub', shell: 'sh', message: null });
        if (written.kind === 'failed') throw new Error(written.message);
        const read = pasted(written.text);
        const { clientId, username, keepAlive, port, host, userProperties, receiveMaximum } = sent;
        expect(read.options).toMatchObject({
          ...{ version: '5', clientId, username, keepAlive, port, host, userProperties, receiveMaximum },
          password: null,
        });
        expect(read.options.subscriptions.map(({ filter, qos }) => [filter, qos])).toEqual(
          names.map((filter) => [filter, 1]),
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe('The name of the program', () => {
  test.each([
    ['mosquitto_sub', 0],
    ['/usr/bin/mosquitto_pub -h b', 9],
    ['C:\\m\\MOSQUITTO_SUB.EXE -h b', 5],
    ['x;mosquitto_rr', 2],
    ['"mosquitto_sub"', 1],
    ['$(mosquitto_sub -h b)', 2],
    ['mosquitto_sub_old -h b', -1],
    ['mosquitto_subs', -1],
    ['my-mosquitto_sub', -1],
    ['mosquitto -c x', -1],
    ['mosquitto_passwd', -1],
    ['', -1],
  ])('is found in %j at %i.', (text, at) => {
    expect(findProgram(text)).toBe(at);
  });
});

describe('What cannot be taken over is noted, and nothing replaces it', () => {
  test.each<[string, RegExp]>([
    ['mosquitto_sub -h b -t plant/# -p 0', /port was not taken over/],
    ['mosquitto_sub -h b -t plant/# -p 65536', /port was not taken over/],
    ['mosquitto_sub -h b -t plant/# -k -1', /keep-alive was not taken over/],
    ['mosquitto_sub -h b -t plant/# -k 70000', /keep-alive was not taken over/],
    ['mosquitto_sub -h b -t plant/# -q 3', /QoS was not taken over/],
    ['mosquitto_sub -h b -t plant/# -V 4', /MQTT version was not taken over/],
    ['mosquitto_sub -h b -t plant/# -x 5000000000', /session expiry was not taken over/],
    ['mosquitto_sub -h b -t plant/# --proxy http://p:1', /proxy was not taken over/],
    ['mosquitto_sub -h b -t plant/# --will-topic a/#', /will was not taken over/],
    ['mosquitto_sub -h b -t plant/# -D connect receive-maximum 0', /receive-maximum was not taken over/],
    ['mosquitto_sub -h b -t plant/# -D connect', /not complete/],
    ['mosquitto_sub -h b -t plant/# stray', /belongs to no option/],
    ['mosquitto_sub -h b -t plant/# -i', /option -i at the end has no value/],
    ['mosquitto_sub -h b -t plant/# -t plant/#/x', /subscription was left out/],
    ['mosquitto_sub -h b -t plant/# -t "$X"', /topic filter is filled in by the shell/],
  ])('%s', (text, note) => {
    const read = pasted(text);
    expect(read.notes.join(' ')).toMatch(note);
    expect(read.options).toMatchObject({ host: 'b', port: 1_883, will: null, proxy: null });
    expect(filters(read)).toEqual(['plant/#']);
  });

  test.each(['mosquitto_sub -h b -t "#/x"', 'mosquitto_sub -h b -t "$X"', 'mosquitto_sub -h b -t a+b'])(
    '%s subscribes to nothing instead of to everything.',
    (text) => {
      expect(filters(pasted(text))).toEqual([]);
    },
  );

  test.each([
    'mosquitto_sub -h "a b"',
    'mosquitto_sub -h $HOST',
    'mosquitto_sub -L "$URL"',
    'mosquitto_sub -L x',
  ])('%s has no host, so there is no profile.', (text) => {
    expect(() => pasted(text)).toThrow(/host|address/i);
  });
});
