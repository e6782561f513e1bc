import { startMosquitto } from '../../test/support/brokers/mosquitto.ts';
import { teardown } from '../../test/support/teardown.ts';
import type { Cleared } from '../lib/clear-turn.ts';
import { connected } from '../lib/connected.ts';
import { Child, median } from '../lib/process.ts';
import { connectBare, countRetained, plant, seed } from '../lib/retained-set.ts';
import type { Case, Context, Figure } from './figure.ts';

const TOPICS = 50_000;
/** What mosquitto logs by default. Ours logs each packet for tests, and this process would read all of that. */
const USUAL_LOG = ['none', 'error', 'warning', 'notice', 'information'].map((kind) => `log_type ${kind}`);
/** A broker that loses nothing of a large scan, for both: what is measured is time. */
const ROOMY = ['max_queued_messages 0', ...USUAL_LOG];
/** The first clear of a process, with code that has not run before, and one more. */
const TIMES = 2;

/** The same set cleared as often, in a fresh process; null: something was left. */
async function clearings(file: string, port: number, topics: readonly string[]): Promise<number[] | null> {
  await seed(port, topics);
  const child = new Child(file, [JSON.stringify({ port, topics: topics.length })]);
  try {
    await child.next('ready');
    const took: number[] = [];
    for (let time = 0; time < TIMES; time++) {
      if (time > 0) await seed(port, topics);
      child.send({ kind: 'go' });
      const { ms, cleared } = await child.next<Cleared>('cleared');
      took.push(ms);
      const witness = await connectBare(port);
      const left = await countRetained(witness);
      await witness.endAsync(true);
      if (cleared !== topics.length || left !== 0) return null;
    }
    child.send({ kind: 'end' });
    await child.next('ended');
    return took;
  } finally {
    await child.end();
  }
}

async function clearAgainstBare({ rounds, log }: Context): Promise<Figure[]> {
  const topics = plant(TOPICS);
  const ratios: number[][] = Array.from({ length: TIMES }, () => []);
  let isValid = true;
  for (let round = 0; round < rounds; round++) {
    const broker = await startMosquitto({ config: ROOMY });
    try {
      const bare = await clearings('./clear-bare.ts', broker.port, topics);
      const ours = await clearings('./clear-ours.ts', broker.port, topics);
      if (bare === null || ours === null) {
        isValid = false;
        continue;
      }
      const shown = (took: readonly number[]): string =>
        took.map((ms) => (ms / 1_000).toFixed(1)).join(' s, then ');
      log(`bare ${shown(bare)} s; clear and verify ${shown(ours)} s`);
      ratios.forEach((all, time) => all.push((ours[time] ?? 0) / (bare[time] ?? 0)));
    } finally {
      await teardown();
    }
  }
  const figure = (name: string, time: number, vs: string): Figure => ({
    name,
    value: median(ratios[time] ?? []),
    unit: 'ratio of time',
    higher: false,
    vs,
    valid: isValid,
    why: isValid ? '' : 'something was left, or not reported as cleared',
    sent: rounds * TOPICS,
    received: (ratios[time] ?? []).length * TOPICS,
    goal: 1.5,
  });
  return [
    figure('clear/50k/vs-bare', 0, 'mqtt.js: the same empties, window 20, one scan; both in a fresh process'),
    figure('clear/50k/again-vs-bare', 1, 'the same once more in the same two processes'),
  ];
}

async function previewOf100k({ rounds, log }: Context): Promise<Figure[]> {
  const topics = plant(100_000);
  const times: number[] = [];
  let listed = 0;
  const broker = await startMosquitto({ config: ROOMY });
  try {
    await seed(broker.port, topics);
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
  { names: ['clear/50k/vs-bare', 'clear/50k/again-vs-bare'], measure: clearAgainstBare },
  { names: ['clear/preview-100k'], measure: previewOf100k },
];
