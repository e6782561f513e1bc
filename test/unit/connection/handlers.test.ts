import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src-main/connection/base/clock.ts';
import { workerApi, type WorkerClient } from '../../../src-main/connection/worker-api.ts';
import { doWork } from '../../../src-main/connection/work.ts';
import { PacketFilter } from '../../../src-main/contract/session/packets.ts';
import { ConnectionOptions, SubscriptionRequest } from '../../../src-main/contract/model/model.ts';
import { packNames } from '../../../src-main/core/retained/topic-names.ts';
import { unpackMessages } from '../../../src-main/core/retained/packed-messages.ts';
import { TopicList } from '../../../src-main/core/retained/topic-list.ts';
import { connectTo } from '../../../src-main/wire/client.ts';
import { memoryPipes } from '../../../src-main/wire/memory.ts';
import { serve } from '../../../src-main/wire/serve.ts';
import { refuseSubscribe, startFakeBroker, type FakeBroker } from '../../support/brokers/fake-broker.ts';
import { openWhole, type OpenedConnection } from '../../support/session/opened-connection.ts';
import { certificates } from '../../support/tls/certificates.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';

afterEach(teardown);

interface Asked extends OpenedConnection {
  readonly fake: FakeBroker;
  /** As the engine asks: over a pipe, every answer checked against the contract. */
  readonly client: WorkerClient;
}

async function ask(port?: number): Promise<Asked> {
  const fake = await startFakeBroker();
  const opened = openWhole({ port: port ?? fake.port });
  const [near, far] = memoryPipes();
  serve(workerApi, opened.handlers, far, { check: true });
  const client = connectTo(workerApi, near);
  onTeardown(() => near.close('over'));
  return { ...opened, fake, client };
}

/** What it answers while time goes on, a second at a time: brokers are given some to deliver. */
async function inTime<T>({ clock }: OpenedConnection, answer: Promise<T>): Promise<T> {
  let isOver = false;
  const over = answer.finally(() => (isOver = true));
  while (!isOver) {
    await Promise.race([over, new Promise<void>((resolve) => void systemClock.after(20, resolve))]);
    clock.skip(1_000);
  }
  return over;
}

/** Online, with retained messages that came. */
async function online(topics: readonly string[] = ['plant/a', 'plant/b']): Promise<Asked> {
  const asked = await ask();
  for (const topic of topics)
    asked.fake.broker.publish({ topic, payload: `of ${topic}`, qos: 1, retain: true });
  expect(await asked.client.call('connect', {})).toEqual({ kind: 'done' });
  await asked.until('online');
  await asked.granted('#');
  const { store } = asked.connection;
  await asked.eventually(() => store.counters().received >= topics.length && !store.facts.scanning);
  return asked;
}

const message = (topic: string) => ({
  topic,
  payload: new TextEncoder().encode('x'),
  qos: 1 as const,
  retain: false,
});

describe('what the engine asks of a connection', () => {
  test('has an answerer each, and no answerer is for nothing', async () => {
    const { handlers } = await ask();
    expect(Object.keys(handlers).toSorted()).toEqual(Object.keys(workerApi).toSorted());
  });

  test('is answered before there was any broker, in the form of the contract', async () => {
    const { client } = await ask();
    const view = 'v' as never;
    expect(await client.call('readServerCertificates', {})).toMatchObject({ code: 'no-certificates' });
    expect(await client.call('pingNow', {})).toMatchObject({ code: 'not-connected' });
    expect(await client.call('reauthenticate', {})).toMatchObject({ code: 'not-connected' });
    expect(await client.call('verdictReport', { id: 'none' })).toMatchObject({ code: 'no-verdict' });
    expect(await client.call('retryQuarantined', { id: 'none' })).toMatchObject({
      code: 'not-in-quarantine',
    });
    expect(await client.call('dropQuarantined', { id: 'none' })).toMatchObject({ code: 'not-in-quarantine' });
    expect(await client.call('scanState', {})).toEqual({ scanning: false });
    expect(await client.call('retryNow', {})).toEqual({ kind: 'done' });
    expect(await client.call('logText', {})).toEqual({ text: expect.any(String) });
    expect(await client.call('readMessage', { key: 'a', which: 'latest', offset: 0, length: 9 })).toEqual({
      kind: 'gone',
      why: 'never',
    });
    expect(await client.call('readHistory', { key: 'a', before: null, limit: 9 })).toMatchObject({
      messages: [],
    });
    expect(await client.call('nextRow', { view, text: 'a', from: 0 })).toEqual({ key: null });
    expect(await client.call('forgetTopics', { what: { kind: 'topic', key: 'a' } })).toEqual({
      topics: 0,
      messages: 0,
      retained: 0,
    });
    const batch = { since: 0, messages: [message('a')], times: 1, stopAtError: false };
    expect(await client.call('publishBatch', batch)).toEqual({ kind: 'ended' });
    expect(await client.call('publish', message('a'))).toMatchObject({ kind: 'failed' });
    expect(
      await client
        .call('updateView', { view, action: { kind: 'collapse-all' } as never })
        .catch(() => 'refused'),
    ).toBeDefined();
  });

  test('is answered from what came', async () => {
    const { client } = await online();
    const read = await client.call('readMessage', {
      key: 'plant/a',
      which: 'retained',
      offset: 3,
      length: 100,
    });
    if (read.kind !== 'message') throw new Error(read.kind);
    expect([new TextDecoder().decode(read.bytes), read.meta.retain]).toEqual(['plant/a', true]);
    expect(
      (await client.call('readHistory', { key: 'plant/a', before: null, limit: 5 })).messages,
    ).toHaveLength(1);
    const branch = await client.call('readBranchHistory', { key: 'plant', before: null, limit: 5 });
    expect(branch.messages).toHaveLength(2);
    expect(JSON.stringify(await client.call('findTopics', { text: 'plt a' }))).toContain('plant/a');
    expect(JSON.stringify(await client.call('countTopics', { filters: ['plant/+', 'none/#'] }))).toContain(
      '2',
    );
    expect(await client.call('busiestTopic', { below: 'plant' })).toMatchObject({
      key: expect.stringMatching(/^plant\//),
    });
    const around = { key: 'plant/a', seq: read.meta.seq, place: 0, scope: 'topic', count: 3 } as const;
    expect(JSON.stringify(await client.call('readAround', around as never))).toContain('plant/a');
    expect((await client.call('logText', {})).text).toContain('127.0.0.1');
    expect(await client.call('forgetTopics', { what: { kind: 'subtree', key: 'plant' } })).toMatchObject({
      topics: 2,
    });
    expect(
      await client.call('readMessage', { key: 'plant/a', which: 'latest', offset: 0, length: 9 }),
    ).toMatchObject({ kind: 'gone' });
  });

  test('publishes over the session it was asked for, and over no other', async () => {
    const { client, connection } = await online([]);
    const { state } = connection;
    if (state.kind !== 'online') throw new Error(state.kind);
    expect(await client.call('publish', message('a'))).toMatchObject({ kind: 'acknowledged' });
    const batch = { messages: [message('b'), message('c')], times: 3, stopAtError: true };
    expect(await client.call('publishBatch', { ...batch, since: state.since })).toMatchObject({
      kind: 'batch',
      sent: 6,
    });
    expect(await client.call('publishBatch', { ...batch, since: state.since - 1 })).toEqual({
      kind: 'ended',
    });
    expect(await client.call('pingNow', {})).toMatchObject({ kind: 'answered' });
  });

  test('subscribes, switches off and unsubscribes', async () => {
    const { client, fake, granted, connection } = await online([]);
    const request = SubscriptionRequest.parse({ filter: 'more/#', qos: 1 });
    expect(await client.call('subscribe', request)).toEqual({ kind: 'done' });
    await granted('more/#');
    expect(await client.call('setSubscriptionEnabled', { filter: 'more/#', enabled: false })).toEqual({
      kind: 'done',
    });
    expect(await client.call('unsubscribe', { filter: 'more/#' })).toEqual({ kind: 'done' });
    expect(connection.subscriptions.status().map(({ filter }) => filter)).not.toContain('more/#');
    fake.on.subscribe = refuseSubscribe(135);
    const refused = await client.call('subscribe', { ...request, filter: 'secret/#' });
    expect(refused).toMatchObject({ kind: 'failed', code: 'suback-135' });
    expect(await client.call('subscribe', { ...request, filter: 'a/#/b' })).toMatchObject({ kind: 'failed' });
  });

  test('reads, finds and exports packets, and forgets them', async () => {
    const { client } = await online();
    const filter = PacketFilter.parse({});
    const all = await client.call('readPackets', { filter, from: { index: 0 }, count: 100 });
    if (all.kind !== 'packets') throw new Error(all.message);
    expect(all.rows.map(({ type }) => type).slice(0, 2)).toEqual(['CONNECT', 'CONNACK']);
    const [first] = all.rows;
    expect(await client.call('packetAt', { seq: first?.seq ?? 0 })).toMatchObject({ kind: 'packet' });
    expect(await client.call('packetFlow', { packetId: 65_535, near: 1 })).toMatchObject({ code: 'no-flow' });
    const piece = await client.call('exportPackets', { format: 'jsonl', filter, cursor: null });
    // As many as fit in the time of a piece.
    expect(piece.kind === 'piece' && piece.packets).toBeGreaterThan(0);
    expect(await client.call('setRecorder', { bytes: 1_000_000 })).toMatchObject({ publish: {} });
    await client.call('clearPackets', {});
    expect(await client.call('readPackets', { filter, from: { index: 0 }, count: 9 })).toMatchObject({
      total: 0,
    });
  });

  test('searches, and answers for a search it does not know', async () => {
    const { client } = await online();
    expect(await client.call('stopSearch', { search: 'none' })).toEqual({ kind: 'done' });
    expect(await client.call('readSearch', { search: 'none', from: 0 })).toMatchObject({
      kind: expect.not.stringMatching('part'),
    });
  });

  test('clears what a broker stores, by places of a list, and puts it back', async () => {
    const asked = await online(['plant/a', 'plant/b', 'plant/c']);
    const { client, fake } = asked;
    const keys = ['plant/a', 'plant/b', 'plant/never'];
    const scope = { kind: 'matching', filter: 'plant/#' } as const;
    const listed = await client.call('listRetained', { scope, from: 0 });
    expect([...new TopicList(listed.topics).keys()].toSorted()).toEqual(['plant/a', 'plant/b', 'plant/c']);
    expect(await client.call('planClear', { keys })).toMatchObject({ kind: 'plan' });
    const { list } = await client.call('openListed', packNames(keys));
    const places = Uint32Array.of(0, 1, 2);
    const fetched = unpackMessages(keys, await inTime(asked, client.call('fetchListed', { list, places })));
    expect(fetched.map(({ kind }) => kind)).toEqual(['message', 'message', 'nothing']);
    const { unsent, took } = await inTime(
      asked,
      client.call('emptyListed', { list, places: Uint32Array.of(0, 1) }),
    );
    expect([unsent, took.length, [...took].every((ms) => ms >= 0)]).toEqual([[], 2, true]);
    const checked = await inTime(asked, client.call('checkListed', { list, places: Uint32Array.of(0, 1) }));
    expect([...checked.cleared]).toEqual([0, 1]);
    expect([...fake.broker.retained.matching('plant/#', 0)].map(({ topic }) => topic)).toEqual(['plant/c']);
    const messages = fetched.flatMap((one) => (one.kind === 'message' ? [one.message] : []));
    const { results } = await inTime(asked, client.call('putBackRetained', { messages, overwrite: false }));
    expect(results.map(({ outcome }) => outcome.kind)).toEqual(['restored', 'restored']);
    expect(await client.call('closeListed', { list })).toEqual({ kind: 'done' });
    await expect(client.call('fetchListed', { list, places })).rejects.toThrow();
    const again = unpackMessages(keys, await inTime(asked, client.call('fetchRetained', { keys })));
    expect(again.map(({ kind }) => kind)).toEqual(['message', 'message', 'nothing']);
  });

  test('reports its state in a summary, its attempts, and what the protocol does', async () => {
    const { client, connection } = await online();
    const first = async <T>(items: AsyncIterable<T>): Promise<T> => {
      for await (const item of items) return item;
      throw new Error('nothing was reported');
    };
    expect(await first(client.stream('summary', {}))).toMatchObject({
      state: { kind: 'online' },
      received: 2,
    });
    const { attempts } = await first(client.stream('attempts', {}));
    expect(attempts).toMatchObject([{ attempt: 1, by: null, sessionPresent: false }]);
    expect(await first(client.stream('diagnostics', {}))).toMatchObject({ kind: 'whole' });
    expect(
      await client.call('setLimits', { memoryBytes: 2 ** 25, topicCap: 500, maxPayloadBytes: 7 }),
    ).toEqual({ kind: 'done' });
    expect(connection.session.maxPayloadBytes).toBe(7);
    expect(await client.call('disconnect', {})).toEqual({ kind: 'done' });
    expect(await client.call('shutdown', { withinMs: 100 })).toEqual({ kind: 'done' });
  });
});

describe('work in a thread of its own', () => {
  test.each([
    // RFC 7914, 12.
    ['', '', 16, 1, 1, '77d6576238657b203b19ca42c18a0497'],
    ['password', 'NaCl', 1_024, 8, 16, 'fdbabe1c9d3472007856e7190d01e9fe'],
  ])(
    'derives the key that the standard gives for “%s” and “%s”',
    async (passphrase, salt, N, r, p, begins) => {
      const work = { kind: 'scrypt', passphrase, salt: Buffer.from(salt), N, r, p, bytes: 64 } as const;
      const done = await doWork({ work, files: { kind: 'none' } });
      if (done.kind !== 'scrypt') throw new Error(done.kind);
      expect(Buffer.from(done.key).toString('hex').slice(0, 32)).toBe(begins);
      expect(done.key).toHaveLength(64);
    },
  );

  test.each([
    ['a cost that is no power of two', 15],
    ['no cost at all', 0],
    ['more memory than there may be', 2 ** 40],
  ])('refuses %s', async (_, N) => {
    const salt = new Uint8Array(8);
    const work = { kind: 'scrypt', passphrase: 'x', salt, N, r: 1, p: 1, bytes: 32 } as const;
    await expect(doWork({ work, files: { kind: 'none' } })).rejects.toThrow();
  });

  test('looks at certificates with the files it may read, at the time it is given', async () => {
    const { server } = await certificates();
    const inspect = async (ca: string, now: number) => {
      const given = { name: '', protocol: 'mqtts', host: 'h', port: 1, tls: { ca } };
      const options = ConnectionOptions.parse(given);
      const done = await doWork({ work: { kind: 'inspect-tls', options, now }, files: { kind: 'none' } });
      if (done.kind !== 'inspect-tls') throw new Error(done.kind);
      return done.inspection;
    };
    expect((await inspect(server.cert, Date.now())).ca[0]?.validity).not.toBe('expired');
    expect((await inspect(server.cert, Date.now() + 400 * 86_400_000)).ca[0]?.validity).toBe('expired');
    expect((await inspect('/etc/passwd', Date.now())).findings[0]?.message).toContain('--allow-files');
  });
});
