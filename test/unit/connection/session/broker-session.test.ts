import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Packet } from 'mqtt-packet';
import { refuseConnect, startFakeBroker, type FakeBroker } from '../../../support/brokers/fake-broker.ts';
import { listen } from '../../../support/net/listen.ts';
import { openSession, type OpenedSession } from '../../../support/session/opened-session.ts';
import { teardown } from '../../../support/teardown.ts';

afterEach(teardown);

type Given = Parameters<typeof openSession>[0];

/** Online at a broker that does as it should. */
async function online(given: Partial<Given> = {}): Promise<OpenedSession & { readonly broker: FakeBroker }> {
  const broker = await startFakeBroker();
  const opened = openSession({ port: broker.port, ...given });
  await opened.until('online');
  return { ...opened, broker };
}

describe('a session that begins', () => {
  test('reports what happens in the order of the wire, and what it agreed on', async () => {
    const { reported, kinds, session, broker } = await online({ clientId: 'press', keepAlive: 33 });
    expect(reported).toEqual(['started 1 5', 'accepted new', 'ready']);
    expect(kinds).toEqual(['resolving', 'connecting', 'handshaking', 'online']);
    expect(session.state).toMatchObject({
      kind: 'online',
      version: '5',
      address: `127.0.0.1:${broker.port}`,
      clientId: 'press',
      sessionPresent: false,
      keepAlive: 33,
      keepAliveBy: 'client',
      tls: null,
    });
    expect([session.connects, session.clientId, session.link?.online]).toEqual([1, 'press', true]);
    expect(session.phases().map(({ phase }) => phase)).toEqual(['resolving', 'connecting', 'handshaking']);
  });

  test('takes over what the broker sets: client ID, keep-alive, limits', async () => {
    const broker = await startFakeBroker({
      connackProperties: {
        assignedClientIdentifier: 'given-by-the-broker',
        serverKeepAlive: 7,
        receiveMaximum: 3,
        maximumQoS: 1,
        retainAvailable: false,
        topicAliasMaximum: 5,
        sessionExpiryInterval: 9,
      },
    });
    const { until, session } = openSession({ port: broker.port, keepAlive: 60 });
    expect(await until('online')).toMatchObject({
      clientId: 'given-by-the-broker',
      keepAlive: 7,
      keepAliveBy: 'server',
      limits: {
        receiveMaximum: 3,
        maximumQos: 1,
        retainAvailable: false,
        topicAliasMaximum: 5,
        sessionExpiryInterval: 9,
      },
    });
    expect([session.clientId, session.link?.keepAliveMs]).toEqual(['given-by-the-broker', 7_000]);
  });

  test('takes a CONNACK that comes in single bytes', async () => {
    const port = await listen(
      createServer({ noDelay: true }, (socket: Socket) => {
        socket.once('data', () => {
          const bytes = [0x20, 3, 0, 0, 0];
          const next = (): void => {
            const byte = bytes.shift();
            if (byte !== undefined) socket.write(Buffer.of(byte), () => setImmediate(next));
          };
          next();
        });
      }),
    );
    const { until } = openSession({ port, version: '5' });
    expect(await until('online')).toMatchObject({ version: '5', sessionPresent: false });
  });

  test('keeps the client ID it made for itself over its reconnects', async () => {
    const { broker, until, session, clock } = await online();
    broker.forget();
    await until('waiting');
    clock.skip(5_000);
    session.retryNow();
    await until('online');
    const ids = broker.all('connect').map(({ packet }) => packet.clientId);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).not.toBe('');
  });

  test('gives up when the time is over, in words', async () => {
    const broker = await startFakeBroker({ hooks: { connect: () => 'ignore' } });
    const connect = broker.once('connect');
    const { until, clock, ends } = openSession({ port: broker.port, connectTimeoutMs: 5_000 });
    await connect;
    clock.skip(4_000);
    expect(ends).toEqual([]);
    clock.skip(1_000);
    const { why } = await until('waiting');
    expect([why.code, ends[0]?.by]).toEqual(['silent', 'silence']);
    expect(why.message).toContain('within 5 s');
  });
});

describe('a broker that refuses', () => {
  test.each<[number, string, 'waiting' | 'stopped']>([
    [128, 'connack-128', 'waiting'],
    [129, 'connack-129', 'stopped'],
    [133, 'connack-133', 'stopped'],
    [134, 'connack-134', 'stopped'],
    [135, 'connack-135', 'stopped'],
    [136, 'connack-136', 'waiting'],
    [137, 'connack-137', 'waiting'],
    [138, 'connack-138', 'stopped'],
    [149, 'connack-149', 'waiting'],
    [151, 'connack-151', 'waiting'],
    [154, 'connack-154', 'stopped'],
    [156, 'connack-156', 'stopped'],
    [157, 'connack-157', 'stopped'],
    [159, 'connack-159', 'waiting'],
    [200, 'connack-200', 'waiting'],
  ])('with %i is reported as %s and %s', async (code, failure, kind) => {
    const words = { reasonString: 'because\u001b[31m', serverReference: 'other.example:8883' };
    const broker = await startFakeBroker({ hooks: { connect: refuseConnect(code, words) } });
    const { until, ends } = openSession({ port: broker.port, version: '5' });
    const { why } = await until(kind);
    expect(why?.code).toBe(failure);
    expect(why?.message).toContain('other.example:8883');
    expect(why?.message).toContain('because');
    expect(why?.message).not.toContain('\u001b');
    expect(ends).toMatchObject([{ by: 'remote', code, byUs: false }]);
    expect(broker.all('connect')).toHaveLength(1);
  });

  test.each<[number, 'waiting' | 'stopped']>([
    [1, 'stopped'],
    [2, 'stopped'],
    [3, 'waiting'],
    [4, 'stopped'],
    [5, 'stopped'],
  ])('in 3.1.1 with %i: %s', async (code, kind) => {
    const broker = await startFakeBroker({ hooks: { connect: refuseConnect(code) } });
    const { until } = openSession({ port: broker.port, version: '3.1.1' });
    const { why } = await until(kind);
    expect(why?.code).toBe(`connack-${code}`);
  });

  test.each([
    [0, 'connack-2-keep-alive'],
    [61, 'connack-2-keep-alive'],
    [60, 'connack-2'],
  ])('the ID at a keep-alive of %i may mean the keep-alive: %s', async (keepAlive, code) => {
    const broker = await startFakeBroker({ hooks: { connect: refuseConnect(2) } });
    const { until } = openSession({ port: broker.port, version: '3.1.1', keepAlive });
    expect((await until('stopped')).why?.code).toBe(code);
  });
});

describe('the version “auto”', () => {
  const only311 = (how: 'code' | 'close') => (packet: Extract<Packet, { cmd: 'connect' }>) =>
    packet.protocolVersion === 5
      ? how === 'close'
        ? ('close' as const)
        : ([{ cmd: 'connack', returnCode: 1, sessionPresent: false }, 'close'] as never)
      : ('pass' as const);

  test('falls back to 3.1.1 where 5 is closed upon, and proves nothing by one close', async () => {
    const broker = await startFakeBroker({ hooks: { connect: only311('close') } });
    const { until, reported, clock, session } = openSession({ port: broker.port, version: 'auto' });
    expect(await until('online')).toMatchObject({ version: '3.1.1' });
    expect(reported).toEqual(['started 1 5', 'ended remote', 'started 2 3.1.1', 'accepted new', 'ready']);
    for (const link of broker.links) link.destroy();
    await until('waiting');
    clock.skip(60_000);
    session.retryNow();
    await until('online');
    const versions = broker.all('connect').map(({ packet }) => packet.protocolVersion);
    expect(versions).toEqual([5, 4, 5, 4]);
  });

  test('says what stands in the way where a version is fixed', async () => {
    const broker = await startFakeBroker({ hooks: { connect: () => 'close' } });
    const { until } = openSession({ port: broker.port, version: '5' });
    const { why } = await until('waiting');
    expect(why.code).toBe('closed-at-connect');
    expect(why.advice).toContain('auto');
    expect(broker.all('connect')).toHaveLength(1);
  });
});

describe('a session that ends', () => {
  test('comes back by itself, and counts on', async () => {
    const { broker, until, clock, reported, session } = await online();
    const before = session.traffic();
    broker.forget();
    const waiting = await until('waiting');
    expect(waiting.attempt).toBe(1);
    clock.skip(2_000);
    await until('online');
    expect(reported.slice(3)).toEqual(['ended remote', 'started 1 5', 'accepted new', 'ready']);
    expect(session.connects).toBe(2);
    expect(session.traffic().bytesIn).toBeGreaterThan(before.bytesIn);
  });

  test('stops waiting when asked to, and starts once', async () => {
    const broker = await startFakeBroker({ hooks: { connect: refuseConnect(137) } });
    const { until, session, clock } = openSession({ port: broker.port });
    await until('waiting');
    delete broker.on.connect;
    session.retryNow();
    session.retryNow();
    await until('online');
    clock.skip(600_000);
    expect(broker.all('connect')).toHaveLength(2);
  });

  test('is not tried again once the user disconnects', async () => {
    const broker = await startFakeBroker({ hooks: { connect: refuseConnect(137) } });
    const { until, session, clock, reported } = openSession({ port: broker.port });
    await until('waiting');
    session.disconnect();
    expect(session.state).toMatchObject({ kind: 'stopped', why: null });
    expect(clock.waits).toEqual([]);
    session.disconnect();
    expect(reported.filter((line) => line.startsWith('ended'))).toEqual(['ended remote']);
  });

  test.each(['5', '3.1.1'] as const)('by the user says DISCONNECT on %s', async (version) => {
    const { broker, session, reported, kinds } = await online({ version });
    const said = broker.once('disconnect');
    session.disconnect();
    await said;
    expect([reported.at(-1), kinds.at(-1), session.link]).toEqual(['ended by us', 'stopped', null]);
    session.connect();
    expect(session.state.kind).toBe('resolving');
  });

  test.each([
    [142, 'stopped'],
    [139, 'waiting'],
    [156, 'stopped'],
  ] as const)('by DISCONNECT %i of the broker: %s', async (code, kind) => {
    const { broker, until, ends } = await online({ version: '5' });
    broker.links[0]?.send({ cmd: 'disconnect', reasonCode: code } as Packet);
    await until(kind);
    expect(ends).toMatchObject([{ by: 'remote', code }]);
  });

  test('by a fault of ours starts again, and says so in the log', async () => {
    const { session, until, log, clock } = await online();
    session.fault(new Error('a mistake'));
    const { why } = await until('waiting');
    expect(why).toMatchObject({ code: 'internal', message: expect.stringContaining('a mistake') });
    expect(
      log.entries().some(({ level, text, detail }) => level === 'error' && /mistake/.test(text + detail)),
    ).toBe(true);
    clock.skipNext();
    await until('online');
  });

  test('for good has said DISCONNECT and let go of its socket when it says so', async () => {
    const { session, broker, online: ready } = await online();
    const { link, dialled } = ready();
    await session.close(1_000);
    expect([link.tap.destroyed, dialled.socket.destroyed]).toEqual([true, true]);
    await expect.poll(() => broker.all('disconnect')).toHaveLength(1);
    session.connect();
    session.retryNow();
    expect(session.state.kind).toBe('stopped');
  });

  test('for good waits no longer than it may, whatever the broker takes', async () => {
    const { session, broker, clock, online: ready } = await online();
    // The broker takes nothing more and closes nothing: no end comes back.
    for (const { stream } of broker.links) stream.removeAllListeners().pause();
    const { link } = ready();
    const closing = session.close(2_000);
    clock.skip(2_000);
    await closing;
    expect(link.tap.destroyed).toBe(true);
  });
});

describe('a ping', () => {
  test('that is answered reports how long it took', async () => {
    const { session } = await online();
    const answer = await session.pingNow();
    expect(answer).toMatchObject({ kind: 'answered' });
    expect(session.rtt.pings).toBe(1);
  });

  test('that is not answered in 10 s says so', async () => {
    const { session, broker, clock } = await online({ keepAlive: 0 });
    broker.on.pingreq = () => 'ignore';
    const asked = broker.once('pingreq');
    const ping = session.pingNow();
    await asked;
    clock.skip(10_000);
    expect(await ping).toMatchObject({ kind: 'failed', code: 'ping-timeout' });
    expect(session.rtt.unanswered).toBe(1);
  });

  test('that the end of the connection overtakes says that', async () => {
    const { session, broker } = await online();
    broker.on.pingreq = () => 'reset';
    expect(await session.pingNow()).toMatchObject({ kind: 'failed', code: 'closed' });
  });

  test('needs a connection, and so does another authentication', async () => {
    const { session } = openSession({ port: 1 });
    expect(await session.pingNow()).toMatchObject({ code: 'not-connected' });
    expect(await session.reauthenticate()).toMatchObject({ code: 'not-connected' });
  });
});

test('The longest payload that is kept changes at once, and for what comes later.', async () => {
  const { session, broker, until, clock } = await online();
  session.maxPayloadBytes = 4;
  expect(session.link?.tap.maxPayloadBytes).toBe(4);
  broker.forget();
  await until('waiting');
  clock.skip(5_000);
  await until('online');
  expect([session.maxPayloadBytes, session.link?.tap.maxPayloadBytes]).toEqual([4, 4]);
});

test('A clock that was set back moves what is shown along with it.', async () => {
  const { session } = await online();
  const { state } = session;
  session.setBack(3_600_000);
  const moved = session.state;
  if (state.kind !== 'online' || moved.kind !== 'online') throw new Error('it went offline');
  expect(state.since - moved.since).toBe(3_600_000);
});

test('What CONNECT leaves out is noted once, not at every attempt.', async () => {
  const broker = await startFakeBroker({ hooks: { connect: refuseConnect(3) } });
  const { until, session, log } = openSession({
    port: broker.port,
    version: '3.1.1',
    sessionExpiry: 60,
    userProperties: [{ name: 'a', value: 'b' }],
  });
  const notes = (): number => log.entries().filter(({ level }) => level === 'warn').length;
  await until('waiting');
  const first = notes();
  for (let i = 0; i < 3; i++) {
    session.retryNow();
    await until('handshaking');
    await until('waiting');
  }
  expect(broker.all('connect')).toHaveLength(4);
  const texts = log
    .entries()
    .filter(({ level }) => level === 'warn')
    .map(({ text }) => text);
  expect(texts.filter((text) => /MQTT 5/.test(text)).length).toBe(
    new Set(texts.filter((text) => /MQTT 5/.test(text))).size,
  );
  expect(first).toBeGreaterThan(0);
});
