import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { listen } from '../../../support/net/listen.ts';
import { openSession } from '../../../support/session/opened-session.ts';
import { teardown } from '../../../support/teardown.ts';

afterEach(teardown);

/** Bytes that a server says once it has heard from us, or at once; null: it closes. */
type Words = readonly (readonly number[] | string | null)[];

async function serverThatSays(words: Words, atOnce = false): Promise<number> {
  const say = (socket: Socket): void => {
    for (const one of words) {
      if (one === null) socket.end();
      else socket.write(typeof one === 'string' ? Buffer.from(one, 'latin1') : Buffer.from(one));
    }
  };
  return listen(
    createServer({ noDelay: true }, (socket) => {
      if (atOnce) say(socket);
      socket.once('data', () => atOnce || say(socket));
    }),
  );
}

const OK = [0x20, 3, 0, 0, 0];

describe('the first words of what listens there', () => {
  test.each<[string, Words, string, 'stopped' | 'waiting']>([
    ['a web server', ['HTTP/1.1 400 Bad Request\r\n\r\n'], 'http-answer', 'stopped'],
    ['a TLS alert', [[0x15, 3, 3, 0, 2, 2, 10]], 'plain-on-tls', 'stopped'],
    ['another protocol', ['220 mail.example ESMTP\r\n'], 'not-mqtt', 'stopped'],
    ['nothing, and a close', [null], 'closed-at-connect', 'waiting'],
    ['half a CONNACK and a close', [[0x20, 3, 0], null], 'closed-at-connect', 'waiting'],
    ['a refusal', [[0x20, 3, 0, 0x87, 0]], 'connack-135', 'stopped'],
    ['a refusal that claims a session', [[0x20, 3, 1, 0x87, 0]], 'connack-135', 'stopped'],
    ['a refusal in the form of 3.1.1', [[0x20, 2, 0, 5]], 'connack-5', 'stopped'],
    ['a refusal, and more behind it', [[0x20, 3, 0, 0x88, 0, 0x30, 0xff]], 'connack-136', 'waiting'],
  ])('%s: the user sees that', async (_, words, code, kind) => {
    const { until, ends } = openSession({ port: await serverThatSays(words), version: '5' });
    const { why } = await until(kind);
    expect([why?.code, ends.length]).toEqual([code, 1]);
    expect(why?.message).not.toBe('');
    expect(why?.advice).not.toBe('');
  });

  test('before we sent anything are reported as well', async () => {
    const port = await serverThatSays(['SSH-2.0-OpenSSH_9.6\r\n'], true);
    const { until } = openSession({ port, version: '5' });
    const { why } = await until('stopped');
    expect([why?.code, why?.message.includes('SSH-2.0-OpenSSH_9.6')]).toEqual(['not-mqtt', true]);
  });

  test.each<[string, Words]>([
    ['a message before CONNACK', [[0x30, 4, 0, 1, 0x61, 0]]],
    ['an answer to a ping that was not asked', [[0xd0, 0]]],
    ['an AUTH that was not asked for', [[0xf0, 2, 0x18, 0]]],
    ['a packet of type 0', [[0x00, 0]]],
    ['a CONNECT of its own', [[0x10, 0]]],
    ['a length without an end', [[0x20, 0xff, 0xff, 0xff, 0xff, 0x7f]]],
    ['a CONNACK with bits that are reserved', [[0x20, 3, 2, 0, 0]]],
    ['a CONNACK with flags', [[0x2f, 3, 0, 0, 0]]],
    ['a CONNACK whose properties are longer than it', [[0x20, 3, 0, 0, 9]]],
    ['a CONNACK with a property twice', [[0x20, 9, 0, 0, 6, 0x21, 0, 5, 0x21, 0, 5]]],
    ['a CONNACK with a property of another packet', [[0x20, 5, 0, 0, 2, 0x01, 1]]],
    ['a CONNACK with a receive maximum of 0', [[0x20, 6, 0, 0, 3, 0x21, 0, 0]]],
  ])('%s: the rule that it breaks is named, and the session never begins', async (_, words) => {
    const { until, reported, ends } = openSession({ port: await serverThatSays(words), version: '5' });
    const { why } = await until('waiting');
    expect(reported).not.toContain('ready');
    expect(ends).toHaveLength(1);
    expect(why.message).toMatch(/broke the protocol|AUTH/);
  });

  test('DISCONNECT in place of CONNACK: the broker’s reason is shown', async () => {
    const port = await serverThatSays([[0xe0, 1, 0x87], null]);
    const { until, ends } = openSession({ port, version: '5' });
    const { why } = await until('stopped');
    expect(ends).toMatchObject([{ by: 'remote', code: 135 }]);
    expect(why?.message).toMatch(/refused|authori/i);
  });

  test('a second CONNACK ends a session that had begun', async () => {
    const { until, reported } = openSession({ port: await serverThatSays([OK, OK]), version: '5' });
    const { why } = await until('waiting');
    expect(reported[1]).toBe('accepted new');
    expect(why.message).toContain('broke the protocol');
  });

  test.each<[string, Words]>([
    ['in the form of 3.1.1', [[0x20, 2, 0, 1], null]],
    ['in that of 5', [[0x20, 3, 0, 0x84, 0], null]],
    ['of 3.1.1, and leaves the socket open', [[0x20, 2, 0, 1]]],
  ])('a version that it does not know, %s: 3.1.1 is tried at once', async (_, words) => {
    const { reported, clock, ends } = openSession({ port: await serverThatSays(words), version: 'auto' });
    await expect.poll(() => ends.length).toBeGreaterThanOrEqual(2);
    expect(reported.filter((line) => line.startsWith('started'))).toEqual(['started 1 5', 'started 2 3.1.1']);
    expect(clock.waits.length).toBeLessThanOrEqual(1);
  });
});

describe('a CONNACK with success', () => {
  test('of a session that nobody asked for ends the connection, with words for it', async () => {
    const port = await serverThatSays([[0x20, 3, 1, 0, 0]]);
    const { ends, reported } = openSession({ port, version: '5', clientId: 'ours', cleanStart: true });
    await expect.poll(() => ends.length).toBeGreaterThanOrEqual(1);
    expect(ends[0]?.ending.failure).toMatchObject({ code: 'session-present' });
    expect(ends[0]?.ending.failure.message).toContain('clean start');
    expect(reported).not.toContain('online');
  });

  test.each<[string, number[], object]>([
    ['without properties, as a broker of 3.1.1 writes it', [0x20, 2, 0, 0], { keepAliveBy: 'client' }],
    ['with a session', [0x20, 3, 1, 0, 0], { sessionPresent: true }],
    ['with a keep-alive of 1 s', [0x20, 6, 0, 0, 3, 0x13, 0, 1], { keepAlive: 1, keepAliveBy: 'server' }],
    ['with a keep-alive of 0 s', [0x20, 6, 0, 0, 3, 0x13, 0, 0], { keepAlive: 0, keepAliveBy: 'server' }],
    ['with an ID of its own', [0x20, 8, 0, 0, 5, 0x12, 0, 2, 0x6d, 0x65], { clientId: 'me' }],
    ['with an empty ID of its own', [0x20, 6, 0, 0, 3, 0x12, 0, 0], {}],
  ])('%s is taken', async (_, bytes, state) => {
    const cleanStart = bytes[2] !== 1;
    const port = await serverThatSays([bytes]);
    const { until } = openSession({ port, version: '5', clientId: 'ours', cleanStart, sessionExpiry: 60 });
    expect(await until('online')).toMatchObject(state);
  });
});
