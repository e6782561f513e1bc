import type { FeedSpec } from '../lib/feed.ts';
import { median, runFeed, type ClientKind, type Run } from '../lib/process.ts';
import type { ClientStart } from '../lib/report.ts';
import type { Case, Context, Figure } from './figure.ts';

const MESSAGES = 2_000_000;
/** A second or so is as short as compiling the code and meeting each topic first: where both are not the matter. */
const REPEAT = 2;
/** The naive tree is so slow that a shorter feed gives the same rate. */
const NAIVE_MESSAGES = 100_000;

const blast = (topics: number, extra: Partial<FeedSpec> = {}): FeedSpec => ({
  topics,
  messages: MESSAGES,
  qos: 0,
  version: 4,
  rate: 0,
  seconds: 0,
  ...extra,
});

interface Pair {
  readonly ours: Run[];
  readonly theirs: Run[];
}

function stalls({ report }: Run): string {
  const ms = (key: string): string => (report.extra[key] ?? Number.NaN).toFixed(1);
  return (
    `longest task ${ms('longestTaskMs')} ms, own ${ms('longestOwnMs')} ms, ` +
    `collection ${ms('longestCollectionMs')} ms, longest turn ${ms('longestTurnMs')} ms`
  );
}

function controlWords(extra: Readonly<Record<string, number>>): string {
  const ms = (key: string): string => (extra[key] ?? Number.NaN).toFixed(1);
  return `plain tasks of ${ms('lengthMs')} ms: longest ${ms('longestTaskMs')} ms, own ${ms('longestOwnMs')} ms`;
}

function frameWords({ report }: Run): string {
  const { frameP99Ms = Number.NaN, plainP99Ms, slowInCollection = 0 } = report.extra;
  const words = ` (frames p99 ${frameP99Ms.toFixed(2)} ms`;
  if (plainP99Ms === undefined || Number.isNaN(plainP99Ms)) return `${words})`;
  return `${words}, plain work ${plainP99Ms.toFixed(2)} ms; ${slowInCollection} of the slowest in a collection)`;
}

/** Interleaved, so that a noisy minute of the machine meets both. */
async function pairs(
  feed: FeedSpec,
  other: ClientKind,
  otherFeed: FeedSpec,
  context: Context,
  options: Partial<ClientStart> = {},
): Promise<Pair> {
  const result: Pair = { ours: [], theirs: [] };
  for (let round = 0; round < context.rounds; round++) {
    const theirs = await runFeed(otherFeed, other);
    const ours = await runFeed(feed, 'pipeline', options);
    result.theirs.push(theirs);
    result.ours.push(ours);
    context.log(
      `${feed.topics} topics: ${other} ${Math.round(theirs.perSecond / 1_000)} k/s ${theirs.why}, ` +
        `pipeline ${Math.round(ours.perSecond / 1_000)} k/s ${ours.why}` +
        frameWords(ours),
    );
  }
  return result;
}

function ratio(name: string, pair: Pair, goal: number, vs: string): Figure {
  const all = [...pair.ours, ...pair.theirs];
  const last = pair.ours.at(-1);
  return {
    name,
    value:
      median(pair.ours.map(({ perSecond }) => perSecond)) /
      median(pair.theirs.map(({ perSecond }) => perSecond)),
    unit: 'x',
    higher: true,
    vs,
    goal,
    valid: all.every(({ valid }) => valid),
    why: all
      .map(({ why }) => why)
      .filter(Boolean)
      .join('; '),
    sent: last?.sent ?? 0,
    received: last?.report.received ?? 0,
  };
}

function against(name: string, topics: number, goal: number, extra: Partial<FeedSpec> = {}): Case {
  return {
    names: [name],
    measure: async (context) => {
      const feed = blast(topics, { repeat: REPEAT, ...extra });
      const pair = await pairs(feed, 'bare', feed, context);
      return [ratio(name, pair, goal, 'a stock mqtt.js client that only counts')];
    },
  };
}

const million: Case = {
  names: ['pipeline/1M/vs-bare', 'memory/1M/bytes-per-topic', 'frame/1M/p99', 'frame/1M/bytes'],
  measure: async (context) => {
    const feed = blast(1_000_000);
    const pair = await pairs(feed, 'bare', feed, context, { framesAfter: true });
    const figure = ratio('pipeline/1M/vs-bare', pair, 1.3, 'a stock mqtt.js client that only counts');
    const extra = (key: string): number =>
      median(pair.ours.map(({ report }) => report.extra[key] ?? Number.NaN));
    const from = (name: string, value: number, unit: string, goal: number, vs: string): Figure => ({
      ...figure,
      name,
      value,
      unit,
      goal,
      vs,
      higher: false,
    });
    return [
      figure,
      from('memory/1M/bytes-per-topic', extra('indexBytesPerTopic'), 'B', 200, 'index beside the history'),
      {
        ...from(
          'frame/1M/p99',
          extra('frameP99Ms'),
          'ms',
          1,
          '60 other rows in each frame, a million expanded',
        ),
        control: extra('plainP99Ms'),
      },
      from('frame/1M/bytes', extra('frameMaxBytes'), 'B', 16_384, 'largest frame as JSON'),
    ];
  },
};

/** How long the worker is held up by one task, in runs of their own: watching every task takes time. */
function intake(name: string, feed: FeedSpec, goal: number, when: string): Case {
  return {
    names: [name],
    measure: async (context) => {
      const runs: Run[] = [];
      const controls: number[] = [];
      for (let round = 0; round < Math.max(5, context.rounds); round++) {
        const run = await runFeed(feed, 'pipeline', { watched: true });
        runs.push(run);
        const { extra } = (await runFeed(feed, 'plain')).report;
        controls.push(extra['longestTaskMs'] ?? Number.NaN);
        context.log(`${when}: ${stalls(run)} ${run.why}; ${controlWords(extra)}`);
      }
      const last = runs.at(-1);
      return [
        {
          name,
          value: median(runs.map(({ report }) => report.extra['longestTaskMs'] ?? Number.NaN)),
          unit: 'ms',
          higher: false,
          goal,
          control: median(controls),
          vs: `longest task of the worker, ${when}; a thread of plain tasks: ${median(controls).toFixed(1)} ms`,
          valid: runs.every(({ valid }) => valid),
          why: runs
            .map(({ why }) => why)
            .filter(Boolean)
            .join('; '),
          sent: last?.sent ?? 0,
          received: last?.report.received ?? 0,
        },
      ];
    },
  };
}

const naive: Case = {
  names: ['pipeline/100k/vs-naive'],
  measure: async (context) => {
    const pair = await pairs(blast(100_000), 'naive', blast(100_000, { messages: NAIVE_MESSAGES }), context);
    return [ratio('pipeline/100k/vs-naive', pair, 6, 'mqtt.js, one postMessage a message, a Map per node')];
  },
};

const qos1: Case = {
  names: ['qos1/100k/vs-bare'],
  measure: async (context) => {
    const feed = blast(100_000, { qos: 1, repeat: REPEAT });
    const pair = await pairs(feed, 'bare', { ...feed, messages: 600_000 }, context);
    return [ratio('qos1/100k/vs-bare', pair, 6.6, 'a stock mqtt.js client that only counts')];
  },
};

/** Every PUBLISH recorded, against none. */
const recorder: Case = {
  names: ['recorder/cpu-vs-off'],
  measure: async (context) => {
    const feed = blast(10_000, { repeat: REPEAT });
    const runs = { all: [] as Run[], excluded: [] as Run[] };
    for (let round = 0; round < Math.max(5, context.rounds); round++) {
      for (const mode of ['excluded', 'all'] as const) {
        const run = await runFeed(feed, 'pipeline', { recorder: mode, view: false });
        runs[mode].push(run);
        context.log(
          `recorder ${mode}: ${((run.cpuMs * 1_000) / run.sent).toFixed(2)} µs a message ${run.why}`,
        );
      }
    }
    const cpu = (of: readonly Run[]): number => median(of.map(({ cpuMs, sent }) => cpuMs / sent));
    const pair = { ours: runs.all, theirs: runs.excluded };
    return [
      {
        ...ratio(
          'recorder/cpu-vs-off',
          pair,
          1.3,
          'CPU of a message that the recorder leaves out, in a flood',
        ),
        value: cpu(runs.all) / cpu(runs.excluded),
        higher: false,
      },
    ];
  },
};

export const PIPELINE_CASES: readonly Case[] = [
  against('pipeline/1k/vs-bare', 1_000, 4.4),
  against('pipeline/100k/vs-bare', 100_000, 3.3),
  against('pipeline/1k-shuffled/vs-bare', 1_000, 3, { shuffled: true }),
  against('pipeline/100k-shuffled/vs-bare', 100_000, 1.6, { shuffled: true }),
  million,
  intake('intake/1M/max-delay', blast(1_000_000), 50, 'full blast'),
  intake(
    'intake/1M-100k/max-delay',
    blast(1_000_000, { rate: 100_000, messages: 1_200_000 }),
    20,
    'at 100,000 messages/s',
  ),
  naive,
  qos1,
  recorder,
];
