import { connectAsync, type MqttClient } from 'mqtt';
import { startMosquitto, type Mosquitto } from '../../test/support/brokers/mosquitto.ts';
import { until } from '../../test/support/engine/open-engine.ts';
import { teardown } from '../../test/support/teardown.ts';
import type { MessageTemplate } from '../../src-main/contract/session/sending.ts';
import { median } from '../lib/process.ts';
import type { Case, Context, Figure } from './figure.ts';
import { connected } from '../lib/connected.ts';

const MESSAGES = 200_000;
const TOPIC = 'plant/hall-2/line-7/press-03/cmd/speed';
const PAYLOAD = '{"speed":74,"ramp_s":5,"at":"2026-11-20T14:31:07.732Z","n":401}';
/** Messages that a bare loop hands to the client before it waits for the last of them. */
const TOGETHER = 256;

/** A plain loop of mqtt.js; over when the broker acknowledged a message behind the others. */
async function bare(client: MqttClient, count: number): Promise<number> {
  const began = performance.now();
  for (let sent = 0; sent < count;) {
    const last = Math.min(count, sent + TOGETHER);
    for (; sent < last - 1; sent++) client.publish(TOPIC, PAYLOAD, { qos: 0 });
    await client.publishAsync(TOPIC, PAYLOAD, { qos: 0 });
    sent++;
  }
  await client.publishAsync('end', '', { qos: 1 });
  return performance.now() - began;
}

type Engine = Awaited<ReturnType<typeof connected>>;

/** The same as a series, with the text that is given; the same end. */
async function series({ client, id: connection }: Engine, text: string, count: number) {
  const template: MessageTemplate = {
    topic: TOPIC,
    payload: new TextEncoder().encode(text),
    variables: text.includes('${'),
    gzip: false,
    qos: 0,
    retain: false,
    correlation: null,
  };
  const plan = { everyMs: 0, times: count, jitterMs: 0, rampToMs: null, stopAtError: true };
  const began = performance.now();
  const started = await client.call('startSeries', { connection, template, plan, rows: null });
  if (started.kind !== 'started') throw new Error(started.message);
  const isOver = ({ id, state }: { id: string; state: { kind: string } }) =>
    id === started.series && (state.kind === 'done' || state.kind === 'stopped');
  const item = await until(client.stream('messageSeries', { connection }), (one) => one.series.some(isOver));
  const end = { topic: 'end', payload: new Uint8Array(), qos: 1 as const, retain: false };
  await client.call('publish', { connection, ...end });
  const ms = performance.now() - began;
  return { ms, sent: item.series.find(isOver)?.sent ?? 0 };
}

/** Messages that the broker took. */
async function received(broker: Mosquitto, expected: number): Promise<number> {
  const client = await connectAsync({ host: '127.0.0.1', port: broker.port });
  try {
    return await new Promise((resolve) => {
      let looks = 0;
      client.on('message', (_topic, payload) => {
        const count = Number(payload.toString());
        if (count >= expected || ++looks > 5) resolve(count);
      });
      void client.subscribeAsync('$SYS/broker/publish/messages/received');
    });
  } finally {
    await client.endAsync(true);
  }
}

async function against({ rounds, log }: Context): Promise<Figure[]> {
  const same: number[] = [];
  const made: number[] = [];
  let sent = 0;
  const broker = await startMosquitto({
    config: ['sys_interval 1', 'log_type none', 'log_type notice', 'log_type information'],
  });
  try {
    // Neither is subscribed to what it publishes.
    const plain = await connectAsync({ host: '127.0.0.1', port: broker.port, protocolVersion: 5 });
    const ours = await connected(broker.port, 0, { subscriptions: [] });
    await until(ours.client.stream('connections', {}), ({ connections }) =>
      connections.some(({ state }) => state.kind === 'online'),
    );
    const withCounter = PAYLOAD.replace('401', '${counter}');
    for (let round = 0; round <= rounds; round++) {
      const plainMs = await bare(plain, MESSAGES);
      const one = await series(ours, PAYLOAD, MESSAGES);
      const each = await series(ours, withCounter, MESSAGES);
      sent += MESSAGES + one.sent + each.sent + 3;
      const rate = (ms: number) => `${Math.round(MESSAGES / ms)}k/s`;
      log(`bare ${rate(plainMs)}, a series ${rate(one.ms)}, with a counter ${rate(each.ms)}`);
      // The first round compiles the code of both.
      if (round === 0) continue;
      same.push(plainMs / one.ms);
      made.push(plainMs / each.ms);
    }
    await plain.endAsync();
    const took = await received(broker, sent);
    const figure = (name: string, ratios: readonly number[], vs: string): Figure => ({
      name,
      value: median(ratios),
      unit: 'ratio of messages/s',
      higher: true,
      vs,
      valid: took >= sent,
      why: took >= sent ? '' : `the broker took ${took} of ${sent}`,
      sent,
      received: took,
      goal: 0.9,
    });
    return [
      figure('series/qos0/vs-bare', same, 'a loop of mqtt.js, 256 messages at a time'),
      { ...figure('series/qos0-counter/vs-bare', made, 'the same loop, without a counter'), goal: 0.3 },
    ];
  } finally {
    await teardown();
  }
}

export const SERIES_CASES: readonly Case[] = [
  { names: ['series/qos0/vs-bare', 'series/qos0-counter/vs-bare'], measure: against },
];
