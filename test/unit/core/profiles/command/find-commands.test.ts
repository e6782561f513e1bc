import { describe, expect, test } from 'vitest';
import { detectShell } from '../../../../../src-main/core/profiles/command/detect-shell.ts';
import { readPastedCommand } from '../../../../../src-main/core/profiles/import/import-text.ts';
import { readImport } from '../../../../../src-main/core/profiles/import/import.ts';
import type { ImportedProfile } from '../../../../../src-main/core/profiles/draft.ts';

function pasted(text: string): ImportedProfile {
  const read = readPastedCommand(text);
  if (read === null || 'kind' in read) throw new Error(`${text}: ${read?.message ?? 'no command'}`);
  return read;
}

function all(text: string): readonly ImportedProfile[] {
  const read = readImport(text);
  if (read.kind !== 'imported') throw new Error(`${text}: ${read.kind}`);
  return read.imported.profiles;
}

const filters = ({ options }: ImportedProfile): string[] => options.subscriptions.map(({ filter }) => filter);

describe('The shell of a command', () => {
  test.each([
    ['.\\mosquitto_sub.exe -h b', 'powershell'],
    ['PS C:\\Users\\me> mosquitto_sub -h b', 'powershell'],
    ['mosquitto_sub -h b `\r\n -t a', 'powershell'],
    ['mosquitto_sub -P $env:PW', 'powershell'],
    ["& 'C:\\Program Files\\mosquitto\\mosquitto_sub.exe' -h b", 'powershell'],
    ["mosquitto_sub.exe -u 'line ops' -h b", 'powershell'],
    ['mosquitto_sub.exe -u "line ops" -h b', 'cmd'],
    ['C:\\Users\\me>mosquitto_sub -h b', 'cmd'],
    ['mosquitto_sub -h b ^\r\n -t a', 'cmd'],
    ['mosquitto_sub -P %PW%', 'cmd'],
    ['mosquitto_sub --cafile C:\\ca.crt', 'cmd'],
    ['mosquitto_sub -h b \\\n -t a', 'sh'],
    ['mosquitto_sub -P "$PW"', 'sh'],
    ['me@host:~$ mosquitto_sub -h b', 'sh'],
    ["mosquitto_sub -t '$SYS/#' -F '%t %p'", 'sh'],
    ['mosquitto_sub -h b', null],
  ])('%j is recognised by its syntax', (text, shell) => {
    expect(detectShell(text)).toBe(shell);
  });
});

describe('A command of PowerShell', () => {
  test('is read with its quotes, its escapes and its ends of lines', () => {
    const line = `.\\mosquitto_sub.exe -h 127.0.0.1 -p 29830 -u 'line ops' -P 'it''s' -t 'plant/#' -v`;
    const read = pasted(line);
    expect(read.options).toMatchObject({ port: 29_830, username: 'line ops', password: "it's" });
    expect(filters(read)).toEqual(['plant/#']);
    const lines =
      'mosquitto_sub -h broker `\r\n  -u "a ""b"" `"c`"" `\r\n  -t \'$SYS/#\'\r\nmosquitto_sub -h two -t x';
    const [first, second] = all(lines);
    expect(first?.options).toMatchObject({ host: 'broker', username: 'a "b" "c"' });
    expect(first && filters(first)).toEqual(['$SYS/#']);
    expect(second?.options.host).toBe('two');
  });

  test('leaves what it would fill in to be confirmed, or says that it is missing', () => {
    expect(pasted('.\\mosquitto_sub.exe -h b -P $env:PW -t a').pending).toEqual([
      { field: 'password-environment', what: 'PW' },
    ]);
    expect(pasted('.\\mosquitto_sub.exe -h b -P (Get-Content C:\\pw.txt) -t a').pending).toEqual([
      { field: 'password-file', what: 'C:\\pw.txt' },
    ]);
  });
});

describe('A command inside another', () => {
  test.each([
    [`sh -c 'mosquitto_sub -h b -u "line ops" -t "plant/#"'`],
    [`bash -lc "mosquitto_sub -h b -u 'line ops' -t 'plant/#'"`],
    [`bash -c 'sleep 1; exec mosquitto_sub -h b -u "line ops" -t plant/# | jq .'`],
    [`docker exec -it broker mosquitto_sub -h b -u 'line ops' -t 'plant/#'`],
    [`docker exec broker sh -c 'mosquitto_sub -h b -u "line ops" -t plant/#'`],
    [`docker run --rm -e 'X=it''s' eclipse-mosquitto mosquitto_sub -h b -u 'line ops' -t 'plant/#'`],
    [`docker compose exec mqtt sh -c "mosquitto_sub -h b -u \\"line ops\\" -t 'plant/#'"`],
    [`kubectl exec -n iot pod/broker-0 -- mosquitto_sub -h b -u 'line ops' -t 'plant/#'`],
    [`kubectl exec broker-0 -- sh -c 'mosquitto_sub -h b -u "line ops" -t plant/#'`],
    [`ssh ops@gateway "mosquitto_sub -h b -u 'line ops' -t 'plant/#'"`],
    [`ssh -i 'my key' ops@gateway 'mosquitto_sub -h b -u "line ops" -t plant/#'`],
    [`ssh gateway mosquitto_sub -h b -u 'line ops' -t 'plant/#'`],
    [`me@it's:~$ sudo sh -c 'mosquitto_sub -h b -u "line ops" -t plant/#'`],
    [`ssh gw "docker exec broker sh -c 'mosquitto_sub -h b -u \\"line ops\\" -t plant/#'"`],
    [`out=$(mosquitto_sub -h b -u 'line ops' -t 'plant/#' -C 1)`],
    [`while true; do { mosquitto_sub -h b -u 'line ops' -t 'plant/#'; } done`],
    [`test -f x&&mosquitto_sub -h b -u 'line ops' -t 'plant/#'`],
    [`cmd /c "mosquitto_sub.exe -h b -u ""line ops"" -t plant/#"`],
    [`powershell -Command "mosquitto_sub -h b -u 'line ops' -t 'plant/#'"`],
    [`command: ["mosquitto_sub", "-h", "b", "-u", "line ops", "-t", "plant/#"]`],
    [`CMD ["/usr/bin/mosquitto_sub","-h","b","-u","line ops","-t","plant/#"]`],
    [`args: [ 'mosquitto_sub', '-h', b, '-u', 'line ops', '-t', 'plant/#' ]`],
    [`ExecStart=/usr/bin/mosquitto_sub -h b -u 'line ops' -t 'plant/#'`],
    [`*/5 * * * * "/opt/my tools/mosquitto_sub" -h b -u 'line ops' -t 'plant/#'`],
    [`mosquitto_sub\\\n -h b -u 'line ops' -t 'plant/#'`],
  ])('is found: %s', (text) => {
    const read = pasted(text);
    expect(read.options).toMatchObject({ host: 'b', username: 'line ops' });
    expect(filters(read)).toEqual(['plant/#']);
  });

  test('keeps the variables of its own shell', () => {
    expect(pasted(`sh -c "mosquitto_sub -h b -P \\"$PW\\" -t a"`)).toMatchObject({
      pending: [{ field: 'password-environment', what: 'PW' }],
      options: { host: 'b', subscriptions: [{ filter: 'a' }] },
    });
  });

  test('that runs elsewhere says that its localhost is another one', () => {
    const notes = (text: string) => pasted(text).notes.join(' ');
    expect(notes('docker exec broker mosquitto_sub -t a')).toContain('runs in a container, where localhost');
    expect(notes('kubectl exec b -- mosquitto_sub -h 127.0.0.1 -t a')).toContain('where 127.0.0.1');
    expect(notes("ssh gw 'mosquitto_sub -t a'")).toContain('runs on another computer');
    expect(notes('docker exec broker mosquitto_sub -h b -t a')).not.toContain('container');
    expect(notes('mosquitto_sub -t a')).not.toContain('where localhost');
  });

  test('is one of several: all of a line, a script and a text are read', () => {
    const hosts = (text: string): string[] => all(text).map(({ options }) => options.host);
    expect(hosts('mosquitto_sub -h a -t x | mosquitto_pub -h b -t y -l')).toEqual(['a', 'b']);
    expect(
      hosts(`sh -c 'mosquitto_sub -h a -t x; mosquitto_sub -h b -t y' && mosquitto_sub -h c -t z`),
    ).toEqual(['a', 'b', 'c']);
    expect(hosts('mosquitto_sub -h a -t x | jq .\nmqtt://b\nmosquitto_sub -h c -t y')).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(all('mosquitto_sub -h a -t x | jq .')[0]?.notes).toEqual([
      'What follows the command on its line, such as a pipe, was left out.',
    ]);
    expect(all('mosquitto_sub -h a -t x | mosquitto_pub -h b -t y -l')[0]?.notes).toEqual([]);
  });

  test('is noted if it cannot be read', () => {
    for (const text of [`sh -c 'mosquitto_sub -h b`, `mosquitto_sub -h b -t "a`]) {
      expect(readPastedCommand(text)).toMatchObject({ code: 'bad-command' });
    }
    expect(readPastedCommand('mosquitto_sub.example')).toBeNull();
    expect(readPastedCommand('see my_mosquitto_sub_notes')).toBeNull();
  });
});

describe('A filter that cannot be read', () => {
  test.each([
    ['mosquitto_sub -h b -t "$SYS/#"', 'filled in by the shell'],
    ['.\\mosquitto_sub.exe -h b -t $SYS/#', 'filled in by the shell'],
    ['mosquitto_sub -h b -t a/#/b', 'topic filter or an option of it is not valid'],
    ["mosquitto_sub -h b -t ''", 'topic filter or an option of it is not valid'],
  ])('is noted, and # does not replace it: %s', (text, note) => {
    const read = pasted(text);
    expect(read.options.subscriptions).toEqual([]);
    expect(read.notes.join(' ')).toContain(note);
    expect(read.notes.join(' ')).toContain('It subscribes to nothing: add a topic filter.');
  });

  test('leaves the others as they are, and a command without any is noted', () => {
    const some = pasted('mosquitto_sub -h b -t "$X/#" -t plant/#');
    expect(filters(some)).toEqual(['plant/#']);
    expect(some.notes.join(' ')).not.toContain('subscribes to nothing');
    const none = pasted('mosquitto_sub -h b -U old/#');
    expect(filters(none)).toEqual(['#', '$SYS/#']);
    expect(none.notes.join(' ')).toContain('names no topic filter: # and $SYS/# are subscribed to');
  });
});

describe('An address after -L', () => {
  test.each([
    ['mqtt://fleet2:p%40ss@b:29830/plant/x', { username: 'fleet2', password: 'p%40ss', port: 29_830 }],
    ['mqtt://u:50%off@b/x', { username: 'u', password: '50%off', port: 1883 }],
    ['mqtt://u:a:b@b/x', { username: 'u', password: 'a:b' }],
    ['mqtt://u@b/x', { username: 'u', password: null }],
    ['mqtt://:p@b/x', { username: '', password: 'p' }],
    ['MQTTS://b/x', { protocol: 'mqtts', port: 8883 }],
    ['wss://b:443/x', { protocol: 'wss', port: 443, path: '/mqtt' }],
    ['mqtt://[::1]:1884/x', { host: '::1', port: 1884 }],
  ])('is cut as mosquitto cuts it: %s', (url, options) => {
    const read = pasted(`mosquitto_sub -L '${url}'`);
    expect(read.options).toMatchObject({ host: 'b', ...options });
    expect(filters(read)).toEqual([url.endsWith('plant/x') ? 'plant/x' : 'x']);
  });

  test('keeps the topic as written, and notes an invalid host without quoting it', () => {
    expect(filters(pasted("mosquitto_sub -L 'mqtt://b/a%20b/+/#'"))).toEqual(['a%20b/+/#']);
    for (const url of ['mqtt://u:s3cr@et@b/x', 'http://u:s3cret@b/x', 's3cret']) {
      const read = readPastedCommand(`mosquitto_sub -L '${url}'`);
      expect(read).toMatchObject({ code: 'bad-command' });
      expect(JSON.stringify(read)).not.toContain('s3cr');
    }
  });
});
