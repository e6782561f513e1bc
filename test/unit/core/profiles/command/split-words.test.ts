import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { quoteWord, survivesCmd } from '../../../../../src-main/core/profiles/command/quote-word.ts';
import { scriptWord, splitWords } from '../../../../../src-main/core/profiles/command/split-words.ts';
import { random as seeded } from '../../../../support/random.ts';
import { cpuMsOf } from '../../../../support/cpu.ts';

const sh = (line: string) => splitWords(line, 0, 'sh');
const cmd = (line: string) => splitWords(line, 0, 'cmd');
const ps = (line: string) => splitWords(line, 0, 'powershell');
const texts = (line: string) => sh(line).words.map(({ text }) => text);

/** What a real shell makes of a line. */
function realWords(line: string): string[] {
  const script = `set -f; printf '%s\\0' ${line}\n`;
  const out = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8', env: {} });
  return out.split('\0').slice(0, -1);
}

function randomWords(seed: number, alphabet: readonly string[]): string[] {
  const random = seeded(seed);
  return Array.from({ length: 500 }, () =>
    Array.from({ length: random.int(12) }, () => random.pick(alphabet)).join(''),
  );
}

describe('words of a Unix shell', () => {
  it.each([
    `a b  c`,
    `'single quotes' "double quotes" mixed'in'"one"`,
    `a\\ b "a\\"b" "a\\\\b" "a\\nb" 'a\\b'`,
    `'it'\\''s' "" '' "it's"`,
    `"line\nbreak" 'another\nbreak'`,
    `join\\\ned next`,
    `plant/+/speed '$SYS/#' "tab\there"`,
  ])('%j is divided as /bin/sh does', (line) => {
    expect(texts(line)).toEqual(realWords(line));
  });

  it('quotes any text so that /bin/sh takes back the same, and so do we', () => {
    const words = randomWords(8, [...` '"\\$\`!#&|;<>()*?[]{}~%=^\n\tab1/+-é🔑`]);
    const line = words.map((word) => quoteWord(word, 'sh')).join(' ');
    expect(texts(line)).toEqual(words);
    expect(realWords(line)).toEqual(words);
  });

  it('reports what the shell would fill in', () => {
    const computed = (line: string) => sh(line).words[0]?.computed;
    expect(computed('"$PW"')).toEqual({ kind: 'variable', name: 'PW' });
    expect(computed('${MQTT_PW}')).toEqual({ kind: 'variable', name: 'MQTT_PW' });
    expect(computed('"$(cat /run/secrets/pw)"')).toEqual({ kind: 'file', path: '/run/secrets/pw' });
    expect(computed(`$(cat 'my file')`)).toEqual({ kind: 'file', path: 'my file' });
    expect(computed('$(< pw)')).toEqual({ kind: 'file', path: 'pw' });
    for (const line of ['a$PW', '$PW$PW', '`id`', '$(id)', '${PW:-x}', '$1']) {
      expect(computed(line), line).toEqual({ kind: 'other' });
    }
    expect(computed("'$PW'")).toBeNull();
    expect(computed('\\$PW')).toBeNull();
    expect(computed('5$')).toBeNull();
  });

  it('ends at a pipe, a redirection, a second command, a comment and the end of the line', () => {
    expect(sh('a b | c')).toMatchObject({ more: true });
    expect(sh('a > file')).toMatchObject({ more: true });
    expect(sh('a; b')).toMatchObject({ more: true });
    expect(sh('a # b')).toMatchObject({ more: false });
    expect(texts('a # b')).toEqual(['a']);
    expect(texts('a#b')).toEqual(['a#b']);
    expect(sh('one\ntwo')).toMatchObject({ end: 3, more: false });
    expect(sh('a b && c')).toMatchObject({ end: 4, more: true });
    expect(sh('one \\\n two\nthree')).toMatchObject({ end: 10 });
  });

  it('undoes the escapes of bash between dollar and quotes', () => {
    expect(texts(`$'it\\'s' $'a\\tb\\\\' $'\\x41\\u00e9\\101' "a$'b'"`)).toEqual([
      "it's",
      'a\tb\\',
      'AéA',
      "a$'b'",
    ]);
  });

  it('says that a quote is not closed', () => {
    for (const line of [`'a`, `"a`, '`a', '$(a', '${a-']) expect(sh(line).open, line).toBe(true);
    expect(sh(`'a'`).open).toBe(false);
  });
});

describe('words of the command prompt', () => {
  it.each([
    ['a "b c" d', ['a', 'b c', 'd']],
    ['"C:\\Program Files\\x.exe" C:\\ca.crt', ['C:\\Program Files\\x.exe', 'C:\\ca.crt']],
    ['"a\\"b" "a\\\\" x', ['a"b', 'a\\', 'x']],
    ['"a""b"', ['a"b']],
    ["'single quotes'", ["'single", "quotes'"]],
    ['one ^\r\n two', ['one', 'two']],
    ['a^&b', ['a&b']],
  ])('%j', (line, words) => {
    expect(cmd(line).words.map(({ text }) => text)).toEqual(words);
  });

  it('takes back what was quoted for it', () => {
    const words = randomWords(9, [...` '"\\$&|<>()^!;ab1/+-é`]);
    const line = words.map((word) => quoteWord(word, 'cmd')).join(' ');
    expect(cmd(line).words.map(({ text }) => text)).toEqual(words);
  });

  it('knows what no quoting protects', () => {
    expect(survivesCmd('50 %')).toBe(true);
    expect(survivesCmd('%PATH%')).toBe(false);
    expect(survivesCmd('a\nb')).toBe(false);
    expect(cmd('"%PW%"').words[0]?.computed).toEqual({ kind: 'variable', name: 'PW' });
  });
});

describe('words of PowerShell', () => {
  it.each([
    [
      `.\\a.exe -u 'line ops' -P 'it''s' -t 'plant/#' -v`,
      ['.\\a.exe', '-u', 'line ops', '-P', "it's", '-t', 'plant/#', '-v'],
    ],
    ['one `\r\n two `\n three', ['one', 'two', 'three']],
    ['"say ""hi""" "a`"b" "a``b"', ['say "hi"', 'a"b', 'a`b']],
    [
      `C:\\ca.crt "C:\\Program Files\\ca.crt" 'C:\\x\\'`,
      ['C:\\ca.crt', 'C:\\Program Files\\ca.crt', 'C:\\x\\'],
    ],
    ['‘quotes of a document’ “and these”', ['quotes of a document', 'and these']],
    [`'' "" a''b`, ['', '', 'ab']],
    ['a`;b plant/#', ['a;b', 'plant/#']],
    ["'$SYS/#' 5$", ['$SYS/#', '5$']],
    ['a # b', ['a']],
    ['a(b', ['a(b']],
  ])('%j', (line, words) => {
    expect(ps(line).words.map(({ text }) => text)).toEqual(words);
    expect(ps(line).open).toBe(false);
  });

  it('reports what it would fill in', () => {
    const computed = (line: string) => ps(line).words[0]?.computed;
    expect(computed('$env:MQTT_PW')).toEqual({ kind: 'variable', name: 'MQTT_PW' });
    expect(computed('"${env:MQTT PW}"')).toEqual({ kind: 'variable', name: 'MQTT PW' });
    expect(computed('(Get-Content -Raw C:\\pw.txt)')).toEqual({ kind: 'file', path: 'C:\\pw.txt' });
    expect(computed("$(gc 'my file')")).toEqual({ kind: 'file', path: 'my file' });
    for (const line of ['$pw', '"a$env:X"', '(Get-Date)', '$(id (x))', '@args', '${a b}', '$SYS/#']) {
      expect(computed(line), line).toEqual({ kind: 'other' });
    }
    expect(computed('`$pw')).toBeNull();
    expect(ps('(a (b) c) d').words).toHaveLength(2);
  });

  it('says that a quote is not closed', () => {
    for (const line of ["'a''", '"a""', '(a', '${a']) expect(ps(line).open, line).toBe(true);
  });
});

describe('a word that is the script of another shell', () => {
  it('loses its quotes and keeps its variables for that shell', () => {
    const script = (text: string, shell: 'sh' | 'cmd' | 'powershell' = 'sh') => scriptWord(text, 0, shell);
    expect(script(`'a "$PW" b' c`)).toEqual({ script: 'a "$PW" b', end: 11 });
    expect(script('"a \\"\\$PW\\" $X `id`" c')?.script).toBe('a "$PW" $X `id`');
    expect(script(`'it'\\''s' x`)?.script).toBe("it's");
    expect(script(`'a')`)).toEqual({ script: 'a', end: 3 });
    expect(script('"a %PW%" b', 'cmd')?.script).toBe('a %PW%');
    expect(script('"a $env:X" b', 'powershell')?.script).toBe('a $env:X');
    expect(script(`'open`)).toBeNull();
  });
});

it.each(['sh', 'cmd', 'powershell'] as const)('divides a megabyte of quotes in no time: %s', (shell) => {
  for (const piece of [`"`, `'`, `\\`, '$(', '$(cat ', '`', '%A', '${A', '(', '@', "$'"]) {
    const long = piece.repeat(200_000);
    expect(
      cpuMsOf(() => void splitWords(long, 0, shell)),
      piece,
    ).toBeLessThan(2_000);
  }
});
