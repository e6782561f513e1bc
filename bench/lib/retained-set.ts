// Retained messages of a plant by mqtt.js: what the clear of the bench, its control and its witness do alike.
import { connectAsync, type MqttClient } from 'mqtt';

/** What mosquitto lets a client have under way, which it announces as well. */
const WINDOW = 20;

/** A plant of that many topics: halls, lines, machines with four messages each. */
export function plant(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const machine = Math.floor(i / 4);
    const line = Math.floor(machine / 125);
    return `plant/hall-${Math.floor(line / 20)}/line-${line % 20}/machine-${machine % 125}/value-${i % 4}`;
  });
}

export const connectBare = (port: number): Promise<MqttClient> =>
  connectAsync({ host: '127.0.0.1', port, protocolVersion: 5, properties: { topicAliasMaximum: 0 } });

/** Publishes to each at QoS 1 and retained, a window at a time. */
export async function publishAll(
  client: MqttClient,
  topics: readonly string[],
  payload: (topic: string) => string,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let topic = topics[next++]; topic !== undefined; topic = topics[next++])
      await client.publishAsync(topic, payload(topic), { qos: 1, retain: true });
  };
  await Promise.all(Array.from({ length: WINDOW }, lane));
}

export async function seed(
  port: number,
  topics: readonly string[],
  payload: (topic: string) => string = (topic) => `of ${topic}`,
): Promise<void> {
  const client = await connectBare(port);
  await publishAll(client, topics, payload);
  await client.endAsync();
}

/** How many retained messages a new subscription to everything brings; $SYS is not among them. */
export async function countRetained(client: MqttClient): Promise<number> {
  let found = 0;
  client.on('message', (_topic, _payload, { retain }) => {
    if (retain) found++;
  });
  // At QoS 0 mosquitto sends in order: what was stored comes before the answer to a later question.
  await client.subscribeAsync('#', { qos: 0 });
  await client.subscribeAsync('nobody/publishes/here', { qos: 0 });
  await client.unsubscribeAsync('#');
  client.removeAllListeners('message');
  return found;
}
