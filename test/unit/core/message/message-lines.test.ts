import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  MessageTable,
  jsonLine,
  mosquittoPub,
  notInCommand,
  type WrittenMessage,
} from '../../../../src-main/core/message/message-lines.ts';
import { topicKey, topicMembers } from '../../../../src-main/core/topics/names.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const AT = Date.UTC(2026, 10, 20, 14, 31, 7, 482);

function message(part: Partial<WrittenMessage> = {}): WrittenMessage {
  const payload = part.payload ?? bytes('{"t":71.4}');
  return {
    topic: 'plant/press 03',
    at: AT,
    qos: 1,
    retain: true,
    dup: false,
    size: payload.length,
    properties: new Uint8Array(),
    ...part,
    payload,
  };
}

/** Content type "a/b", user property "k" = "v'w", expiry 60, subscription 7, correlation data ff 00. */
const PROPERTIES = Uint8Array.of(
  ...[0x03, 0, 3, 0x61, 0x2f, 0x62],
  ...[0x26, 0, 1, 0x6b, 0, 3, 0x76, 0x27, 0x77],
  ...[0x02, 0, 0, 0, 60],
  ...[0x0b, 7],
  ...[0x09, 0, 2, 0xff, 0],
);

describe('a message as a line of JSON', () => {
  test('holds a text as it is, and anything else in Base64', () => {
    expect(JSON.parse(jsonLine(message()))).toEqual({
      time: '2026-11-20T14:31:07.482Z',
      topic: 'plant/press 03',
      qos: 1,
      retain: true,
      dup: false,
      size: 10,
      payload: '{"t":71.4}',
    });
    const binary = Uint8Array.from({ length: 70_000 }, (_, at) => (at * 7) & 0xff);
    const line = JSON.parse(jsonLine(message({ payload: binary }))) as Record<string, unknown>;
    expect(line['payload']).toBeUndefined();
    expect(new Uint8Array(Buffer.from(String(line['payloadBase64']), 'base64'))).toEqual(binary);
  });

  test('has the bytes of a topic that no text can hold beside its form for the eye', () => {
    const key = topicKey(Uint8Array.of(0x61, 0xff));
    const line = JSON.parse(jsonLine(message(topicMembers(key)))) as Record<string, unknown>;
    expect(line['topicBase64']).toBe('Yf8=');
    expect(line['topic']).not.toBe('plant/press 03');
    expect(JSON.parse(jsonLine(message(topicMembers('a\u{20}/b'))))).toMatchObject({ topic: 'a\u{20}/b' });
    expect(jsonLine(message())).not.toContain('topicBase64');
  });

  test('says where it is not all that was received, and what properties came with it', () => {
    expect(JSON.parse(jsonLine(message({ size: 99, properties: PROPERTIES })))).toMatchObject({
      size: 99,
      kept: 10,
      properties: {
        contentType: 'a/b',
        messageExpiry: 60,
        subscriptions: [7],
        userProperties: [['k', "v'w"]],
        correlationDataBase64: '/wA=',
      },
    });
  });

  test('is one line, whatever is in it', () => {
    expect(jsonLine(message({ payload: bytes('a\nb\u2028c'), topic: 'x\ny' }))).not.toContain('\n');
  });
});

describe('messages as a table', () => {
  const written = (column: 'text' | 'base64', ...messages: readonly WrittenMessage[]) => {
    const table = new MessageTable(column);
    const lengths = messages.map((one) => table.add(one));
    return { lengths, lines: table.parts() };
  };

  test('are quoted where they have to be, and have their length', () => {
    const { lines, lengths } = written('text', message({ payload: bytes('say "a, b"\n') }));
    expect(lines).toEqual([
      'time,topic,qos,retain,dup,size,payload\r\n',
      '2026-11-20T14:31:07.482Z,plant/press 03,1,true,false,11,"say ""a, b""\n"\r\n',
    ]);
    expect(lengths).toEqual([lines[1]?.length]);
  });

  test('leave what is no text empty, or have all payloads in Base64', () => {
    const binary = message({ payload: Uint8Array.of(0xff, 0) });
    expect(written('text', binary).lines[1]?.endsWith(',2,\r\n')).toBe(true);
    expect(written('base64', binary).lines[1]?.endsWith(',2,/wA=\r\n')).toBe(true);
    expect(written('base64').lines[0]).toContain('payload_base64');
  });

  test('say the very bytes of a topic that is no text in a column of their own, which all lines have then', () => {
    const plain = message({ payload: bytes('x') });
    const exact = message({ payload: bytes('y'), topic: 'a/\\xff', topicBase64: 'YS//' });
    const { lines } = written('text', plain, exact, plain);
    expect(lines.map((line) => line.trimEnd().split(',').length)).toEqual([8, 8, 8, 8]);
    expect(lines[0]).toMatch(/,payload,topic_base64\r\n$/);
    expect(lines.slice(1).map((line) => line.split(',').slice(6).join())).toEqual([
      'x,\r\n',
      'y,YS//\r\n',
      'x,\r\n',
    ]);
  });
});

describe.skipIf(process.platform === 'win32')('a message as a command line of mosquitto_pub', () => {
  const folder = mkdtempSync(join(tmpdir(), 'topicscope-pub-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  // In its place: what it was called with, and what it was given.
  writeFileSync(
    join(folder, 'mosquitto_pub'),
    `#!/bin/sh\nprintf '%s\\0' "$@" > ${folder}/args\ncase "$*" in *-s) cat > ${folder}/input;; esac\n`,
    { mode: 0o755 },
  );
  const run = (of: WrittenMessage, broker: Parameters<typeof mosquittoPub>[1] = null) => {
    execFileSync('sh', ['-c', mosquittoPub(of, broker)], {
      env: { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` },
    });
    return readFileSync(join(folder, 'args'), 'utf8').split('\0').slice(0, -1);
  };

  test('says to a shell exactly what was received', () => {
    const topic = "it's $HOME/`x`/ä";
    const text = 'line 1\n"two" $(three) \\ \'four\'';
    expect(run(message({ topic, payload: bytes(text) }), { host: 'lab', port: 1883 })).toEqual([
      ...['-h', 'lab', '-p', '1883', '-t', topic, '-q', '1', '-r', '-m', text],
    ]);
    expect(run(message({ qos: 0, retain: false }))).toEqual(['-t', 'plant/press 03', '-m', '{"t":71.4}']);
  });

  test('pipes what no argument can hold, byte for byte', () => {
    for (const payload of [Uint8Array.of(0xff, 0, 0x27), bytes('a\0b')]) {
      expect(run(message({ payload }))).toEqual(['-t', 'plant/press 03', '-q', '1', '-r', '-s']);
      expect(new Uint8Array(readFileSync(join(folder, 'input')))).toEqual(payload);
    }
  });

  test('clears with an empty payload', () => {
    expect(run(message({ payload: new Uint8Array() })).at(-1)).toBe('-n');
  });

  test('carries properties that are there and empty', () => {
    const properties = Uint8Array.from([0x26, 0, 0, 0, 0, 0x26, 0, 1, 0x61, 0, 0, 0x03, 0, 0]);
    expect(run(message({ qos: 0, retain: false, properties }))).toEqual([
      ...['-V', '5', '-t', 'plant/press 03', '-D', 'publish', 'user-property', '', ''],
      ...['-D', 'publish', 'user-property', 'a', '', '-D', 'publish', 'content-type', ''],
      ...['-m', '{"t":71.4}'],
    ]);
    expect(notInCommand(properties)).toBeNull();
  });

  test('says what no argument can hold', () => {
    expect(notInCommand(Uint8Array.of(0x09, 0, 1, 0xff))).toBe('the correlation data, which is not text');
    expect(notInCommand(Uint8Array.of(0x09, 0, 1, 0))).toBe('the correlation data, which is not text');
    expect(notInCommand(Uint8Array.of(0x26, 0, 1, 0x61, 0, 1, 0xff))).toBe('a property that is not UTF-8');
    expect(notInCommand(Uint8Array.of(0x09, 0, 1, 0x61))).toBeNull();
  });

  test('carries the properties that a client may send', () => {
    expect(run(message({ properties: PROPERTIES })).join(' ')).toBe(
      "-V 5 -t plant/press 03 -q 1 -r -D publish content-type a/b -D publish user-property k v'w " +
        '-D publish message-expiry-interval 60 -m {"t":71.4}',
    );
  });
});
