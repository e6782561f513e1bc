import { generate } from 'mqtt-packet';
import { afterEach, expect, test } from 'vitest';
import { ConnectionId, ConnectionOptions } from '../../../src-main/contract/model/model.ts';
import { LiveConnection } from '../../../src-main/engine/connections/live-connection.ts';
import { builtRoot } from '../../support/built.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { connectPacketClient } from '../../support/brokers/packet-client.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';
import { enginePorts } from '../../support/engine/open-engine.ts';

afterEach(teardown);

const CONNECTIONS = 10;
const MESSAGES = 3_000;
/** What the first one gets on top. */
const FLOOD = 60_000;

test('Ten connections in their threads count each its own feed, while one is flooded and one crashes.', async () => {
  // For the threads.
  await builtRoot(undefined);
  // What a slow reader leaves would else be dropped by the broker.
  const broker = await startMosquitto({ config: ['max_queued_messages 0'] });
  const open = (name: string, filter: string): LiveConnection => {
    const options = ConnectionOptions.parse({
      name,
      protocol: 'mqtt',
      host: '127.0.0.1',
      port: broker.port,
      subscriptions: [{ filter, qos: 0 }],
      backOff: { minMs: 100, maxMs: 200 },
    });
    const live = new LiveConnection(
      {
        id: ConnectionId.parse(name),
        profileId: null,
        options,
        demo: false,
        filesFor: () => ({ kind: 'none' }),
      },
      { memoryBytes: 32 * 2 ** 20, topicCap: 100_000, maxPayloadBytes: 2 ** 20 },
      enginePorts('/nowhere', {
        workerUrl: new URL('../../support/engine/crashing-worker.ts', import.meta.url),
      }),
    );
    onTeardown(() => live.stop(1_000));
    return live;
  };
  const until = async (live: LiveConnection, holds: () => boolean): Promise<void> => {
    for await (const _ of live.summary.follow(new AbortController().signal)) if (holds()) return;
  };
  const granted = (live: LiveConnection): boolean =>
    live.summary.value.subscriptions.some(({ result }) => result.kind === 'granted');

  // The rate is sent a tick later, and then fades.
  const hasAll = ({ summary }: LiveConnection, count: number): boolean =>
    summary.value.received >= count && summary.value.bytesInRate > 0;

  const crashing = open('crashing', 'nothing');
  const all = Array.from({ length: CONNECTIONS }, (_, i) => open(`c${i}`, `feed/${i}/#`));
  await Promise.all([crashing, ...all].map((live) => until(live, () => granted(live))));
  const crashed = until(crashing, () => crashing.summary.value.historyLostAt !== null);
  await crashing.worker.call('subscribe', { filter: 'crash now', qos: 1 });

  const publisher = await connectPacketClient(broker.port, { clientId: 'feed' });
  const publish = (topic: string): Buffer =>
    generate(
      { cmd: 'publish', topic, payload: 'x'.repeat(20), qos: 0, dup: false, retain: false },
      { protocolVersion: 5 },
    );
  const send = (packets: Buffer[]): Promise<void> =>
    new Promise((resolve) => publisher.socket.write(Buffer.concat(packets), () => resolve()));
  for (let round = 0; round < MESSAGES / 100; round++) {
    const flood = Array.from({ length: FLOOD / (MESSAGES / 100) }, (_, i) =>
      publish(`feed/0/flood/${i % 50}`),
    );
    const feeds = all.flatMap((_, i) => Array.from({ length: 100 }, (__, k) => publish(`feed/${i}/${k}`)));
    await send([...flood, ...feeds]);
  }
  const expected = all.map((_, i) => MESSAGES + (i === 0 ? FLOOD : 0));
  await Promise.all(all.map((live, i) => until(live, () => hasAll(live, expected[i] ?? 0))));
  await crashed;
  for (const [i, live] of all.entries()) {
    const { state, received, subscriptions, historyLostAt, bytesIn } = live.summary.value;
    expect(state.kind).toBe('online');
    expect(historyLostAt).toBeNull();
    expect([received, subscriptions[0]?.messages]).toEqual([expected[i], expected[i]]);
    // Topic and payload of each message at least.
    expect(bytesIn).toBeGreaterThan((expected[i] ?? 0) * 30);
  }
  // It starts again by itself, with the subscriptions as they were changed.
  const result = { kind: 'granted', qos: 1 };
  await until(crashing, () => {
    const { state, subscriptions } = crashing.summary.value;
    const changed = subscriptions.find(({ filter }) => filter === 'crash now');
    return state.kind === 'online' && JSON.stringify(changed?.result) === JSON.stringify(result);
  });
}, 120_000);
