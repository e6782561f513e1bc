import { connectAsync, type MqttClient } from 'mqtt';
import { startMosquitto, type Mosquitto } from '../../test/support/brokers/mosquitto.ts';
import { newFolder, openEngine, until, type Opened } from '../../test/support/engine/open-engine.ts';
import { teardown } from '../../test/support/teardown.ts';
import { ConnectionOptions, type ConnectionId } from '../../src-main/contract/model/model.ts';
import type { Job } from '../../src-main/contract/session/jobs.ts';
import { median } from '../lib/process.ts';
import type { Case, Context, Figure } from './figure.ts';

const TOPICS = 50_000;
/** What mosquitto lets a client have under way, which it announces as well. */
const WINDOW = 20;
/** What mosquitto logs by default. Ours logs each packet for tests, and this process would read all of that. */
const USUAL_LOG = ['none', 'error', 'warning', 'notice', 'information'].map((kind) => `log_type ${kind}`);
/** A broker that loses nothing of a large scan, for both: what is measured is time. */
const ROOMY = ['max_queued_messages 0', ...USUAL_LOG];

/** A plant of that many topics: halls, lines, machines with four messages each. */
export function plant(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const machine = Math.floor(i / 4);
    const line = Math.floor(machine / 125);
    return `plant/hall-${Math.floor(line / 20)}/line-${line % 20}/machine-${machine % 125}/value-${i % 4}`;
  });
}

/** Publishes to each with so many under way. */
async function publishAll(
  client: MqttClient,
  topics: readonly string[],
  payload: string,
  window: number,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let topic = topics[next++]; topic !== undefined; topic = topics[next++])
      await client.publishAsync(topic, payload, { qos: 1, retain: true });
  };
  await Promise.all(Array.from({ length: window }, lane));
}

const connect = (port: number) =>
  connectAsync({ host: '127.0.0.1', port, protocolVersion: 5, properties: { topicAliasMaximum: 0 } });

export async function seed(
  port: number,
  topics: readonly string[],
  payload: (topic: string) => string,
): Promise<void> {
  const client = await connect(port);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let topic = topics[next++]; topic !== undefined; topic = topics[next++])
      await client.publishAsync(topic, payload(topic), { qos: 1, retain: true });
  };
  await Promise.all(Array.from({ length: WINDOW }, lane));
  await client.endAsync();
}

/** How many retained messages a new subscription to everything brings; $SYS is not among them. */
async function countRetained(client: MqttClient): Promise<number> {
  let found = 0;
  client.on('message', (_topic, _payload, { retain }) => {
    if (retain) found++;
  });
  // At QoS 0 mosquitto sends in order: what was stored comes before the answer to a later question.
  await client.subscribeAsync('#', { qos: 0 });
  await client.subscribeAsync('nobody/publishes/here', { qos: 0 });
  return found;
}

async function bare(broker: Mosquitto, topics: readonly string[]): Promise<{ ms: number; left: number }> {
  const client = await connect(broker.port);
  const began = performance.now();
  await publishAll(client, topics, '', WINDOW);
  const left = await countRetained(client);
  const ms = performance.now() - began;
  await client.endAsync(true);
  return { ms, left };
}

export async function connected(
  port: number,
  received: number,
  more: object = {},
): Promise<Opened & { readonly id: ConnectionId }> {
  const opened = await openEngine(newFolder(), null, { totalMemory: 2 ** 34 });
  const options = ConnectionOptions.parse({
    name: 'Bench',
    protocol: 'mqtt',
    host: '127.0.0.1',
    port,
    ...more,
  });
  const answer = await opened.client.call('openConnection', { options, profileId: null });
  if (answer.kind !== 'opened') throw new Error(answer.message);
  await until(opened.client.stream('connections', {}), ({ connections }) =>
    connections.some((one) => one.received >= received),
  );
  return { ...opened, id: answer.id };
}

const isOver = ({ state }: Job): boolean => ['done', 'stopped', 'failed'].includes(state.kind);

async function ours({ client, id: connection }: Opened & { readonly id: ConnectionId }) {
  const scope = { kind: 'subtree', key: 'plant' } as const;
  const planned = await client.call('planClearing', { connection, scope });
  if (planned.kind !== 'plan') throw new Error(planned.message);
  const before = process.cpuUsage();
  const began = performance.now();
  const started = await client.call('startClearing', { plan: planned.plan, overLimit: true });
  if (started.kind !== 'started') throw new Error(started.message);
  const { jobs } = await until(client.stream('jobs', {}), (item) =>
    item.jobs.some((job) => job.id === started.job && isOver(job)),
  );
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  return {
    ms,
    cpu: (user + system) / 1_000,
    cleared: jobs.find(({ id }) => id === started.job)?.cleared ?? 0,
  };
}

async function clearAgainstBare({ rounds, log }: Context): Promise<Figure[]> {
  const topics = plant(TOPICS);
  const ratios: number[] = [];
  let cleared = 0;
  let why = '';
  for (let round = 0; round < rounds; round++) {
    const broker = await startMosquitto({ config: ROOMY });
    try {
      await seed(broker.port, topics, (topic) => `of ${topic}`);
      const plain = await bare(broker, topics);
      if (plain.left !== 0) why = `the bare loop left ${plain.left}`;
      await seed(broker.port, topics, (topic) => `of ${topic}`);
      const opened = await connected(broker.port, TOPICS);
      const done = await ours(opened);
      cleared += done.cleared;
      const witness = await connect(broker.port);
      const left = await countRetained(witness);
      await witness.endAsync(true);
      if (left !== 0) why = `${left} were left`;
      log(
        `bare ${(plain.ms / 1_000).toFixed(1)} s, clear and verify ${(done.ms / 1_000).toFixed(1)} s, ${(done.cpu / 1_000).toFixed(1)} of processor`,
      );
      ratios.push(done.ms / plain.ms);
    } finally {
      await teardown();
    }
  }
  return [
    {
      name: 'clear/50k/vs-bare',
      value: median(ratios),
      unit: 'ratio of time',
      higher: false,
      vs: 'mqtt.js: the same empties, window 20, one scan',
      valid: why === '' && cleared === rounds * TOPICS,
      why,
      sent: rounds * TOPICS,
      received: cleared,
      goal: 1.5,
    },
  ];
}

async function previewOf100k({ rounds, log }: Context): Promise<Figure[]> {
  const topics = plant(100_000);
  const times: number[] = [];
  let listed = 0;
  const broker = await startMosquitto({ config: ROOMY });
  try {
    await seed(broker.port, topics, (topic) => `of ${topic}`);
    const { client, id: connection } = await connected(broker.port, topics.length);
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      const planned = await client.call('planClearing', {
        connection,
        scope: { kind: 'subtree', key: 'plant' },
      });
      if (planned.kind !== 'plan') throw new Error(planned.message);
      const page = { plan: planned.plan, part: 'clear' as const, from: 0, count: 200 };
      await client.call('readPlan', page);
      times.push(performance.now() - began);
      listed = planned.clear;
      log(`preview of ${listed} in ${(times.at(-1) ?? 0).toFixed(0)} ms`);
    }
  } finally {
    await teardown();
  }
  return [
    {
      name: 'clear/preview-100k',
      value: median(times),
      unit: 'ms',
      higher: false,
      vs: 'a subtree of 100,000 retained topics, first page of its list',
      valid: listed === topics.length,
      why: listed === topics.length ? '' : `${listed} were listed`,
      sent: topics.length,
      received: listed,
      goal: 300,
    },
  ];
}

export const RETAINED_CASES: readonly Case[] = [
  { names: ['clear/50k/vs-bare'], measure: clearAgainstBare },
  { names: ['clear/preview-100k'], measure: previewOf100k },
];
