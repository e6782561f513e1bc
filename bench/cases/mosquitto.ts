import { setTimeout as delay } from 'node:timers/promises';
import { startMosquitto, type Mosquitto } from '../../test/support/brokers/mosquitto.ts';
import type { FeedSpec } from '../lib/feed.ts';
import { Child, median, startClient, type ClientKind } from '../lib/process.ts';
import type { ClientReport, ClientStart } from '../lib/report.ts';
import type { Case, Figure } from './figure.ts';

interface Published {
  readonly sent: number;
  readonly checksum: number;
}

async function publish(port: number, feed: FeedSpec): Promise<Published> {
  const publisher = new Child('./publisher.ts', [JSON.stringify({ ...feed, port })]);
  try {
    const { checksum } = await publisher.next<{ checksum: number }>('ready');
    publisher.send({ kind: 'go' });
    const { sent } = await publisher.next<{ sent: number }>('published');
    return { sent, checksum };
  } finally {
    await publisher.end();
  }
}

async function withBroker<T>(use: (broker: Mosquitto) => Promise<T>): Promise<T> {
  // Its debug log would write a line for every message.
  const broker = await startMosquitto({
    config: ['log_type none', 'log_type notice', 'log_type information'],
  });
  try {
    return await use(broker);
  } finally {
    await broker.close();
  }
}

/** A client beside a broker: asked again until its count stands still. */
async function settledReport(client: Child, expected: number, withinMs: number): Promise<ClientReport> {
  let last = -1;
  let quiet = 0;
  for (const began = performance.now(); performance.now() - began < withinMs;) {
    await delay(250);
    client.send({ kind: 'report' });
    const report = await client.next<ClientReport>('report');
    if (report.received >= expected) return report;
    quiet = report.received === last ? quiet + 1 : 0;
    if (quiet >= 12 && report.received > 0) return report;
    last = report.received;
  }
  client.send({ kind: 'report' });
  return client.next<ClientReport>('report');
}

const RATE = 50_000;
const SECONDS = 10;
/**
 * Until the code of both is compiled and every topic is known; starting is another figure. What runs 250 times a
 * second, as what follows each read does, is compiled after some ten seconds; until then that is a fifth of the cost.
 */
const WARM_UP_SECONDS = 16;

async function live(client: ClientKind): Promise<{ report: ClientReport; published: Published }> {
  return withBroker(async (broker) => {
    const start: ClientStart = { port: broker.port, version: 4, qos: 0, view: true };
    const taker = await startClient(client, start);
    try {
      await taker.next('settled');
      const feed = { topics: 10_000, qos: 0, version: 4, rate: RATE, seconds: 0 } as const;
      const before = await publish(broker.port, { ...feed, messages: RATE * WARM_UP_SECONDS });
      taker.send({ kind: 'mark' });
      const published = await publish(broker.port, { ...feed, messages: RATE * SECONDS });
      const sent = before.sent + published.sent;
      return { report: await settledReport(taker, sent, 5_000), published: { ...published, sent } };
    } finally {
      await taker.end();
    }
  });
}

/** What decides the cost at a steady rate: how much each sleep is worth. */
function wakeWords({ usage, extra }: ClientReport): string {
  const { reads, turns } = extra;
  const wakeUps = `, ${(usage.wakeUps / SECONDS).toFixed(0)} wake-ups/s`;
  if (reads === undefined || turns === undefined) return wakeUps;
  const each = ((RATE * SECONDS) / reads).toFixed(1);
  return `${wakeUps}, ${(turns / SECONDS).toFixed(0)} turns/s, ${each} messages a read`;
}

const cpu: Case = {
  names: ['mosquitto-50k/cpu-vs-bare'],
  measure: async (context) => {
    const ours: number[] = [];
    const theirs: number[] = [];
    const bunches: number[] = [];
    const problems: string[] = [];
    let sent = 0;
    let received = 0;
    for (let round = 0; round < context.rounds; round++) {
      for (const client of ['bare', 'pipeline'] as const) {
        const { report, published } = await live(client);
        (client === 'bare' ? theirs : ours).push(report.usage.cpuMs);
        if (client === 'bare') bunches.push((RATE * SECONDS) / report.usage.wakeUps);
        if (report.received !== published.sent)
          problems.push(`${client} received ${report.received} of ${published.sent}`);
        sent = published.sent;
        received = report.received;
        context.log(
          `${client}: ${(report.usage.cpuMs / SECONDS / 10).toFixed(1)} % CPU at ${RATE} messages/s${wakeWords(report)}`,
        );
      }
    }
    return [
      {
        name: 'mosquitto-50k/cpu-vs-bare',
        value: median(ours) / median(theirs),
        unit: 'x',
        higher: false,
        goal: 0.25,
        vs: `CPU of a stock mqtt.js client that only counts, woken for each ${median(bunches).toFixed(1)} messages`,
        valid: problems.length === 0,
        why: problems.join('; '),
        sent,
        received,
      },
    ];
  },
};

interface Scan {
  readonly ms: number;
  readonly lost: number;
  readonly same: boolean;
}

async function scan(broker: Mosquitto, client: ClientKind, published: Published): Promise<Scan> {
  const start: ClientStart = { port: broker.port, version: 4, qos: 0, view: true, expect: published.sent };
  const taker = await startClient(client, start);
  try {
    await taker.next('settled');
    const report = await settledReport(taker, published.sent, 30_000);
    return {
      ms: report.extra['completeMs'] ?? Number.NaN,
      lost: published.sent - report.received,
      same: report.checksum === null || report.checksum === published.checksum,
    };
  } finally {
    await taker.end();
  }
}

function retained(
  names: readonly string[],
  topics: number,
  payloadBytes: number,
  make: (ours: Scan[], theirs: Scan[], sent: number) => Figure[],
): Case {
  return {
    names,
    measure: (context) =>
      withBroker(async (broker) => {
        const published = await publish(broker.port, {
          topics,
          messages: topics,
          qos: 0,
          version: 4,
          rate: 0,
          seconds: 0,
          retain: true,
          payloadBytes,
        });
        const ours: Scan[] = [];
        const theirs: Scan[] = [];
        for (let round = 0; round < Math.max(5, context.rounds); round++) {
          const bare = await scan(broker, 'bare', published);
          const mine = await scan(broker, 'pipeline', published);
          theirs.push(bare);
          ours.push(mine);
          context.log(
            `bare ${bare.ms.toFixed(0)} ms lost ${bare.lost}, pipeline ${mine.ms.toFixed(0)} ms lost ${mine.lost}`,
          );
        }
        return make(ours, theirs, published.sent);
      }),
  };
}

function figure(
  name: string,
  value: number,
  unit: string,
  goal: number,
  vs: string,
  ours: readonly Scan[],
  sent: number,
): Figure {
  const lost = Math.max(...ours.map((scanned) => scanned.lost));
  const same = ours.every((scanned) => scanned.same || scanned.lost > 0);
  return {
    name,
    value,
    unit,
    higher: false,
    vs,
    goal,
    valid: same,
    why: same ? '' : 'values differ',
    sent,
    received: sent - lost,
  };
}

const ms = (scans: readonly Scan[]): number => median(scans.map((scanned) => scanned.ms));

/** A client that lost messages was not faster: its time is that of as many as were sent. */
const share = (scans: readonly Scan[], sent: number): number =>
  median(scans.map((scanned) => (scanned.ms * sent) / Math.max(1, sent - scanned.lost)));

const hundred = retained(
  ['retained/100k/lost', 'retained/100k/vs-bare'],
  100_000,
  0,
  (ours, theirs, sent) => [
    figure(
      'retained/100k/lost',
      Math.max(...ours.map(({ lost }) => lost)),
      'messages',
      0,
      'worst round, default mosquitto, QoS 0',
      ours,
      sent,
    ),
    figure(
      'retained/100k/vs-bare',
      share(ours, sent) / share(theirs, sent),
      'x',
      1.2,
      'time of a stock mqtt.js client',
      ours,
      sent,
    ),
  ],
);

const twenty = retained(['retained/20k/time', 'retained/20k/vs-bare'], 20_000, 200, (ours, theirs, sent) => [
  figure(
    'retained/20k/time',
    ms(ours) / 1_000,
    's',
    5,
    'start of the client to the last of 20,000',
    ours,
    sent,
  ),
  figure(
    'retained/20k/vs-bare',
    share(ours, sent) / share(theirs, sent),
    'x',
    1.5,
    'time of a stock mqtt.js client',
    ours,
    sent,
  ),
]);

export const MOSQUITTO_CASES: readonly Case[] = [cpu, hundred, twenty];
