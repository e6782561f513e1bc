import { connectAsync } from 'mqtt';
import { startMosquitto } from '../../test/support/brokers/mosquitto.ts';
import { startThrottledLink } from '../../test/support/net/throttle.ts';
import { until } from '../../test/support/engine/open-engine.ts';
import { teardown } from '../../test/support/teardown.ts';
import type { Inventory } from '../../src-main/contract/session/inventory.ts';
import type { Case, Context, Figure } from './figure.ts';
import { connected } from '../lib/connected.ts';
import { plant, seed } from '../lib/retained-set.ts';

const TOPICS = 30_000;
const PAYLOAD = 'x'.repeat(200);
/** Bytes a second of the slow link. */
const RATE = 400_000;
/** Nothing more comes, ms. */
const QUIET_MS = 3_000;
const LOOK_MS = 200;

/** Retained messages that a plain subscription to everything brings over the link. */
async function plainly(port: number): Promise<number> {
  const client = await connectAsync({ host: '127.0.0.1', port, protocolVersion: 5 });
  let found = 0;
  let last = performance.now();
  client.on('message', (_topic, _payload, { retain }) => {
    if (retain) found++;
    last = performance.now();
  });
  await client.subscribeAsync('#', { qos: 0 });
  while (performance.now() - last < QUIET_MS) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  await client.endAsync(true);
  return found;
}

/** A broker as it comes, which drops what its queue cannot hold. */
async function throttledProbe({ log }: Context): Promise<Figure[]> {
  const broker = await startMosquitto();
  try {
    await seed(broker.port, plant(TOPICS), () => PAYLOAD);
    const link = await startThrottledLink(broker.port, RATE);
    const plain = await plainly(link.port);
    // It comes after them: what its own subscription loses, it does not know the names of.
    const { client, id: connection } = await connected(link.port, 0);
    await until(client.stream('connections', {}), ({ connections }) =>
      connections.some(({ subscriptions }) => subscriptions.some(({ result }) => result.kind === 'granted')),
    );
    const query = { filter: 'topic:plant/#', state: 'all' } as const;
    const began = performance.now();
    const started = await client.call('probeRetained', { connection, query });
    if (started.kind !== 'started') throw new Error(started.message);
    let probe: Inventory['probe'] = { kind: 'never' };
    while (probe.kind !== 'done') {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      const read = await client.call('readInventory', {
        connection,
        query,
        sort: { by: 'topic', descending: false },
        choice: { all: false, rules: [] },
        expansion: { open: null, except: [] },
        from: 0,
        count: 1,
        seen: null,
      });
      if (read.kind === 'inventory') probe = read.probe;
    }
    const seconds = (performance.now() - began) / 1_000;
    log(`plain subscription ${plain}, probe ${probe.found} of ${TOPICS} in ${seconds.toFixed(1)} s`);
    const why = plain < TOPICS ? '' : 'the plain subscription lost none';
    return [
      {
        name: 'probe/30k-throttled',
        value: probe.found,
        unit: 'topics',
        higher: true,
        vs: `a plain # over the same link of 400 kB/s: ${plain}`,
        valid: why === '',
        why,
        sent: TOPICS,
        received: probe.found,
        goal: TOPICS,
      },
    ];
  } finally {
    await teardown();
  }
}

export const PROBE_CASES: readonly Case[] = [{ names: ['probe/30k-throttled'], measure: throttledProbe }];
