import { connectAsync } from 'mqtt';
import { ConnectionOptions, type ConnectionId } from '../../../src-main/contract/model/model.ts';
import type { ClearScope, Job } from '../../../src-main/contract/session/jobs.ts';
import { FakeKeychain } from '../engine/keychain.ts';
import { newFolder, openEngine, until, type Opened } from '../engine/open-engine.ts';
import { onTeardown } from '../teardown.ts';

/** What another client finds retained, by topic. */
export async function retainedAt(port: number, auth: object = {}): Promise<Map<string, string>> {
  const client = await connectAsync({ host: '127.0.0.1', port, ...auth });
  const found = new Map<string, string>();
  client.on('message', (topic, payload, { retain }) => {
    if (retain) found.set(topic, String(payload));
  });
  // At QoS 0 mosquitto sends in order: what was stored comes before the answer to a later question.
  await client.subscribeAsync('#', { qos: 0 });
  await client.subscribeAsync('nobody/publishes/here', { qos: 0 });
  await client.endAsync(true);
  return found;
}

export async function publishAll(port: number, topics: readonly string[], auth: object = {}): Promise<void> {
  const client = await connectAsync({ host: '127.0.0.1', port, ...auth });
  await Promise.all(
    topics.map((topic) => client.publishAsync(topic, `of ${topic}`, { qos: 1, retain: true })),
  );
  await client.endAsync();
}

export async function connected(
  port: number,
  topics: number,
  more: object = {},
  folder = newFolder(),
): Promise<Opened & { id: ConnectionId }> {
  const opened = await openEngine(folder, new FakeKeychain());
  onTeardown(() => opened.engine.shutdown(1_000));
  const options = ConnectionOptions.parse({
    name: 'Plant',
    protocol: 'mqtt',
    host: '127.0.0.1',
    port,
    backOff: { minMs: 100, maxMs: 300 },
    ...more,
  });
  const answer = await opened.client.call('openConnection', { options, profileId: null });
  if (answer.kind !== 'opened') throw new Error(answer.message);
  await until(opened.client.stream('connections', {}), ({ connections }) =>
    connections.some(({ received }) => received >= topics),
  );
  return { ...opened, id: answer.id };
}

export async function plan(
  { client, id }: { client: Opened['client']; id: ConnectionId },
  scope: ClearScope,
) {
  const answer = await client.call('planClearing', { connection: id, scope });
  if (answer.kind !== 'plan') throw new Error(answer.message);
  return answer;
}

export async function start({ client }: Opened, planned: { readonly plan: string }): Promise<string> {
  const answer = await client.call('startClearing', { plan: planned.plan });
  if (answer.kind !== 'started') throw new Error(answer.message);
  return answer.job;
}

export const jobOf = async ({ client }: Opened, id: string, holds: (job: Job) => boolean): Promise<Job> => {
  const { jobs } = await until(client.stream('jobs', {}), (item) =>
    item.jobs.some((job) => job.id === id && holds(job)),
  );
  return jobs.find((job) => job.id === id) as Job;
};
export const isOver = ({ state }: Job): boolean => ['done', 'stopped', 'failed'].includes(state.kind);

export const WITH_PROPERTIES = {
  contentType: 'text/plain',
  payloadFormatIndicator: true,
  messageExpiryInterval: 3_600,
  correlationData: Buffer.from([0, 255]),
  userProperties: { b: ['2', '1'], a: 'x' },
};

/**
 * What another client finds retained, with everything a broker stores. At QoS 0 mosquitto leaves out nothing;
 * the QoS is found with a subscription at QoS 2, where it drops what is stored at 0 while a window is full.
 */
export async function exactlyAt(port: number): Promise<string[]> {
  const client = await connectAsync({ host: '127.0.0.1', port, protocolVersion: 5 });
  const found = new Map<string, readonly unknown[]>();
  client.on('message', (topic, payload, { retain, qos, properties }) => {
    const { messageExpiryInterval, ...others } = properties ?? {};
    const expires = messageExpiryInterval === undefined ? 0 : 1;
    if (retain) {
      // User properties have an order; what stands in which place among the others says nothing.
      const named = Object.entries(others).toSorted(([a], [b]) => a.localeCompare(b));
      found.set(topic, [topic, payload.toString('hex'), qos, expires, named]);
    }
  });
  await client.subscribeAsync('#', { qos: 0 });
  await client.subscribeAsync('nobody/publishes/here', { qos: 0 });
  await client.subscribeAsync('#', { qos: 2 });
  // It is queued behind what is stored, so all of that has come when it comes.
  const last = new Promise<void>((resolve) =>
    client.on('message', (topic) => {
      if (topic === 'last') resolve();
    }),
  );
  await client.publishAsync('last', '', { qos: 2 });
  await last;
  await client.endAsync(true);
  return [...found.values()].map((one) => JSON.stringify(one)).toSorted();
}

/** Online, and nothing of it is under way. */
export async function jobFree({ client, id }: Opened & { id: ConnectionId }): Promise<void> {
  await until(client.stream('connections', {}), ({ connections }) =>
    connections.some((one) => one.id === id && one.state.kind === 'online'),
  );
}
