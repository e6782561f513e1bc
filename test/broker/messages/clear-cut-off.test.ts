import { connectAsync } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { startRelay } from '../../support/net/relay.ts';
import {
  connected,
  exactlyAt,
  isOver,
  jobFree,
  jobOf,
  plan,
  start,
  WITH_PROPERTIES,
} from '../../support/retained/clearing.ts';
import { teardown } from '../../support/teardown.ts';

afterEach(teardown);

const HALLS = [0, 1, 2, 3];
const ODD = ['x//b', 'x', 'x/', 'x/ ', 'x/a b', 'x/😀/ä', '/', '/x', ' ', '😀'];
const PLANT = HALLS.flatMap((hall) => Array.from({ length: 60 }, (_, i) => `plant/hall-${hall}/m ${i}/é`));
const NEIGHBOURS = ['plants', '//', 'x/b', 'other/plant/hall-1/x', '/plant', '😀/'];

test('Cut off three times in the middle, all of the list is cleared, nothing else, and Restore puts all back.', async () => {
  const broker = await startMosquitto({ config: ['max_queued_messages 0'] });
  const client = await connectAsync({ host: '127.0.0.1', port: broker.port, protocolVersion: 5 });
  for (const [i, topic] of [...ODD, ...NEIGHBOURS, ...PLANT].entries())
    await client.publishAsync(topic, Buffer.from([i % 256, 0, 255, 10]), {
      qos: (i % 3) as 0 | 1 | 2,
      retain: true,
      ...(i % 5 === 0 ? { properties: WITH_PROPERTIES } : {}),
    });
  await client.endAsync();
  const before = await exactlyAt(broker.port);
  expect(before).toHaveLength(ODD.length + NEIGHBOURS.length + PLANT.length);

  const relay = await startRelay(() => broker.port);
  const opened = await connected(relay.port, before.length);
  const keys = [...ODD, ...PLANT];
  const job = await start(opened, await plan(opened, { kind: 'topics', keys }));
  for (const hall of HALLS.slice(1)) {
    // Ours are the empty ones; the topics go in the order of their names.
    await broker.waitForLog(new RegExp(`Received PUBLISH.*plant/hall-${hall}/.*\\(0 bytes\\)`));
    relay.cut();
  }
  expect(await jobOf(opened, job, isOver)).toMatchObject({
    state: { kind: 'done' },
    total: keys.length,
    done: keys.length,
    cleared: keys.length,
  });
  const isNeighbour = (line: string): boolean => NEIGHBOURS.includes(String(JSON.parse(line)[0]));
  expect(await exactlyAt(broker.port)).toEqual(before.filter(isNeighbour));

  const witness = await connectAsync({ host: '127.0.0.1', port: broker.port });
  const comesBack = new Promise<void>((resolve) => void witness.on('message', () => resolve()));
  await witness.subscribeAsync('plant/#');
  // Restoring is cut off as well, and asked for once more.
  const { entry } = await jobOf(opened, job, isOver);
  const restore = () =>
    opened.client.call('restoreRetained', {
      connection: opened.id,
      entry,
      which: { kind: 'page', from: 0, count: 500 },
    });
  const cutOff = restore();
  await comesBack;
  relay.cut();
  await cutOff;
  await jobFree(opened);
  const answer = await restore();
  if (answer.kind !== 'results') throw new Error(answer.message);
  expect(answer.results).toHaveLength(keys.length);
  expect(answer.results.filter(({ outcome }) => outcome.kind !== 'restored')).toEqual([]);
  await witness.endAsync(true);
  expect(await exactlyAt(broker.port)).toEqual(before);
});
