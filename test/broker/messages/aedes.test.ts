import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { afterEach, expect, test } from 'vitest';
import { listen } from '../../support/net/listen.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';
import { openConnection, subscribed } from '../session/open-connection.ts';

afterEach(teardown);

/** A broker with other habits than mosquitto: no MQTT 5, a heartbeat below $SYS, early PINGRESP. */
async function startAedes(): Promise<number> {
  const broker = await Aedes.createBroker();
  onTeardown(() => new Promise<void>((resolve) => broker.close(() => resolve())));
  return listen(createServer((socket) => void broker.handle(socket)));
}

test('Aedes, which refuses MQTT 5, is met with 3.1.1, and every QoS goes there and back.', async () => {
  const opened = openConnection({ port: await startAedes(), version: 'auto' });
  expect((await opened.until('online')).version).toBe('3.1.1');
  await subscribed(opened);
  for (const qos of [0, 1, 2] as const) {
    const topic = `plant/qos-${qos}`;
    const outcome = await opened.connection.publisher.publish({
      topic,
      payload: Buffer.from(`${qos}`),
      qos,
      retain: false,
    });
    expect(outcome.kind).toBe(qos === 0 ? 'sent' : 'acknowledged');
    await opened.eventually(topic, () => opened.latest(topic) === `${qos}`);
  }
});
