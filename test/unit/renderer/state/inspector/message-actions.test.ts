import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  commandHost,
  copyAsJson,
  copyAsMosquittoPub,
  copyMessageValue,
  openMessagePayload,
  payloadFileName,
  saveMessagePayload,
} from '../../../../../src-renderer/state/inspector/message-actions.ts';
import { takenOut, type TakenOut } from '../../../../support/window/taken-out.ts';
import { FakeLog } from './fake-log.ts';

let copied: TakenOut['copied'];
let saved: TakenOut['saved'];
const bytes = (text: string) => new TextEncoder().encode(text);

beforeEach(() => {
  ({ copied, saved } = takenOut());
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('a received message', () => {
  test('is copied as text, and in hex where it is none', async () => {
    const log = new FakeLog();
    log.arrive('a', 1, 'ä');
    log.arrive('a', 2, Uint8Array.of(0xff, 0));
    expect(await copyMessageValue(log.session, 'a', 1)).toBe('Copied: 2 B');
    expect(await copyMessageValue(log.session, 'a', 'latest')).toBe('Copied in hex: 2 B');
    expect(copied).toEqual(['ä', 'ff 00']);
  });

  test('is refused before it is read where it is more than a clipboard takes', async () => {
    const log = new FakeLog();
    log.arrive('a', 1, new Uint8Array(16_000_001));
    const call = vi.spyOn(log.session.client, 'call');
    await expect(copyMessageValue(log.session, 'a', 1)).rejects.toThrow(
      /^Not copied: 16.* a clipboard takes/,
    );
    expect(call).toHaveBeenCalledTimes(1);
    expect(copied).toEqual([]);
  });

  test('is copied as the line of JSON that an export writes, whatever its bytes are', async () => {
    const log = new FakeLog();
    log.arrive('a/b', 1, '{"t":1.50}');
    log.arrive('a/b', 2, Uint8Array.of(0xff, 0));
    expect(await copyAsJson(log.session, 'a/b', 1)).toBe('Copied as JSON');
    await copyAsJson(log.session, 'a/b', 'latest');
    expect(copied.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        time: '1970-01-01T00:00:01.000Z',
        topic: 'a/b',
        qos: 0,
        retain: false,
        dup: false,
        size: 10,
        payload: '{"t":1.50}',
      },
      {
        time: '1970-01-01T00:00:02.000Z',
        topic: 'a/b',
        qos: 0,
        retain: false,
        dup: false,
        size: 2,
        payloadBase64: '/wA=',
      },
    ]);
  });

  test('is not copied as JSON where it is more than a clipboard takes', async () => {
    const log = new FakeLog();
    log.arrive('a', 1, new Uint8Array(16_000_001));
    await expect(copyAsJson(log.session, 'a', 1)).rejects.toThrow('more than the 16 MB a clipboard takes');
    expect(copied).toEqual([]);
  });

  test('is copied as a command line with the broker in it', async () => {
    const log = new FakeLog();
    log.arrive('a', 1, 'on');
    await copyAsMosquittoPub(log.session, 'a', 1, commandHost('mqtt://lab:1884'));
    expect(copied).toEqual(['mosquitto_pub -h lab -p 1884 -t a -m on']);
  });

  test('is saved byte for byte, however large it is', async () => {
    const log = new FakeLog();
    const large = Uint8Array.from({ length: 2_500_000 }, (_, at) => (at * 31) & 0xff);
    log.arrive('a', 1, large);
    expect(await saveMessagePayload(log.session, 'a', 1, '/')).toBe('Saved: 2.5 MB');
    expect(saved).toHaveLength(1);
    expect(Buffer.compare(await saved[0]!.bytes, large)).toBe(0);
    expect(saved[0]?.name).toMatch(/\.bin$/);
  });

  test('that was dropped is neither copied nor saved, and it is said', async () => {
    const log = new FakeLog();
    log.arrive('a', 1, 'on');
    log.evict('a', 1);
    await expect(copyMessageValue(log.session, 'a', 1)).rejects.toThrow(
      'Not copied: this message was dropped',
    );
    await expect(saveMessagePayload(log.session, 'a', 1, '/')).rejects.toThrow(
      'Not saved: this message was dropped',
    );
    await expect(copyAsMosquittoPub(log.session, 'a', 1, null)).rejects.toThrow('Not copied');
    expect([...copied, ...saved]).toEqual([]);
  });

  test('whose topic is no text has no command line', async () => {
    const log = new FakeLog();
    log.arrive('\0\\xff', 1, 'on');
    await expect(copyAsMosquittoPub(log.session, '\0\\xff', 1, null)).rejects.toThrow('topic is no text');
  });
});

test.each([
  ['{"a":1}', 'json'],
  ['plain', 'txt'],
  ['71.4', 'json'],
])('a payload %j is saved as a file of its kind: %s', (text, end) => {
  expect(payloadFileName('telemetry', Date.UTC(2026, 10, 20), bytes(text))).toMatch(
    new RegExp(`^telemetry 2026-11-\\d\\d .*\\.${end}$`),
  );
});

test('a file gets a name whatever the topic is called', () => {
  expect(payloadFileName('', 0, bytes('x'))).toMatch(/^payload /);
  expect(payloadFileName('../../etc', 0, bytes('x'))).not.toContain('/');
});

test.each([
  ['mqtt://lab:1884', { host: 'lab', port: 1884 }],
  ['mqtt://lab', { host: 'lab', port: 1883 }],
  ['mqtts://[::1]', { host: '::1', port: 8883 }],
  ['ws://lab:9001/mqtt', null],
  ['/run/broker.sock', null],
])('a command line reaches %s at %j', (address, host) => {
  expect(commandHost(address)).toEqual(host);
});

test('A payload is opened by the host, which gets the message’s number and no bytes; the outcome is shown.', async () => {
  const asked: unknown[] = [];
  const answers: object[] = [
    { kind: 'opened', file: 'a.json', bytes: 4, size: 4 },
    { kind: 'opened', file: 'a.txt', bytes: 4, size: 2_000 },
    { kind: 'cancelled' },
    { kind: 'failed', code: 'not-openable', message: 'Not opened: it is a script.', advice: 'Save it.' },
  ];
  const call = (...of: unknown[]) => {
    asked.push(of);
    return Promise.resolve(answers.shift());
  };
  const session = { client: { call }, connectionId: 'c' } as never;
  expect(await openMessagePayload(session, 'a', 7)).toBe('Opened as a.json');
  expect(await openMessagePayload(session, 'a', 7)).toBe('Opened as a.txt, the first 4 B of 2.0 kB');
  expect(await openMessagePayload(session, 'a', 7)).toBe('Not opened');
  await expect(openMessagePayload(session, 'a', 7)).rejects.toThrow('Not opened: it is a script. Save it.');
  expect(asked[0]).toEqual(['openPayload', { connection: 'c', key: 'a', which: 7 }]);
});
