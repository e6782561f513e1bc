import { setTimeout as delay } from 'node:timers/promises';
import { messagesOf, within, type Oracle, type Seen } from '../oracle.ts';
import { fresh, NO_5, type Facts, type Habit } from './habit.ts';

/** How messages are stored, delivered, flagged and cleared. */
export const STORED: readonly Habit[] = [
  {
    name: 'Stored messages of a wildcard',
    measure: async (oracle) => {
      const topic = fresh();
      await oracle.publish(topic, '1', { retain: true });
      return (await oracle.scan('habit/#')).has(topic) ? 'delivered' : 'not delivered';
    },
  },
  { name: 'A stored message, for a subscription at QoS 1', measure: storedFlag },
  { name: 'SUBSCRIBE and PINGREQ with 1,500 stored', measure: order },
  {
    name: 'Live retain flag, 3.1.1',
    measure: (oracle) => liveFlag(oracle, 4, { rap: false, wildcard: true }),
  },
  ...[true, false].map((wildcard) => ({
    name: `Live retain flag, 5 with retain-as-published, ${wildcard ? 'wildcard' : 'exact topic'}`,
    measure: async (oracle: Oracle, facts: Facts) =>
      facts.speaks5 ? liveFlag(oracle, 5, { rap: true, wildcard }) : NO_5,
  })),
  {
    name: 'Live retain flag, 5 without',
    measure: async (oracle, facts) =>
      facts.speaks5 ? liveFlag(oracle, 5, { rap: false, wildcard: true }) : NO_5,
  },
  { name: 'Retained at QoS 0', measure: storedAtQos0 },
  { name: 'A clear at QoS 1 is seen', measure: (oracle) => staleAfterClear(oracle, 1) },
  { name: 'A clear at QoS 0 is seen', measure: (oracle) => staleAfterClear(oracle, 0) },
];

/** Stored at QoS 1 and asked for at QoS 1, by exact topic. */
async function storedFlag(oracle: Oracle): Promise<string> {
  const topic = fresh();
  await oracle.publish(topic, '1', { retain: true });
  const listener = await oracle.listen([topic], { qos: 1 });
  const found = (): Seen | undefined => listener.seen().find((one) => one.topic === topic);
  await within(2_000, () => found() !== undefined);
  listener.close();
  const seen = found();
  return seen === undefined ? 'not delivered' : `QoS ${seen.qos}, retain ${seen.retain ? 1 : 0}`;
}

/** What of 1,500 stored messages comes before PINGRESP, and before SUBACK, when both are asked at once. */
async function order(oracle: Oracle): Promise<string> {
  const folder = fresh();
  await oracle.publishMany(
    Array.from({ length: 1_500 }, (_, i) => `${folder}/${i}`),
    'x',
    true,
  );
  const client = await oracle.connect();
  client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: `${folder}/#`, qos: 0 }] });
  client.send({ cmd: 'pingreq' });
  const count = (): number => messagesOf(client).length;
  await within(4_000, () => count() >= 1_500);
  const kinds = client.received.map(({ cmd }) => cmd);
  const before = (kind: string): number =>
    kinds.slice(0, kinds.indexOf(kind as never)).filter((cmd) => cmd === 'publish').length;
  const said = [`PINGRESP after ${before('pingresp')} of ${count()}`];
  if (before('suback') > 0) said.push(`SUBACK after ${before('suback')}`);
  client.destroy();
  return count() === 0 ? 'none' : said.join(', ');
}

async function liveFlag(
  oracle: Oracle,
  version: 4 | 5,
  { rap, wildcard }: { rap: boolean; wildcard: boolean },
): Promise<string> {
  const topic = fresh();
  const listener = await oracle.listen([wildcard ? `${topic}/#` : topic], { version, rap });
  await oracle.publish(topic, '1', { retain: true });
  await oracle.publish(topic, '', { retain: true });
  const seen = (): Seen[] => listener.seen().filter((one) => one.topic === topic);
  await within(3_000, () => seen().length >= 2);
  listener.close();
  return seen()
    .map(({ retain, payload }) => `${payload === '' ? 'clear' : 'set'} ${retain ? 1 : 0}`)
    .join(', ');
}

async function storedAtQos0(oracle: Oracle): Promise<string> {
  const [empty, full] = [fresh(), fresh()];
  await oracle.publish(empty, '0', { qos: 0, retain: true });
  await oracle.publish(full, '1', { retain: true });
  await oracle.publish(full, '0', { qos: 0, retain: true });
  // Where a PINGRESP says nothing, QoS 0 may still be under way.
  await delay(300);
  const held = await oracle.stored(empty, full);
  const over = held.get(full);
  if (held.get(empty) === '0') return over === '0' ? 'stored' : 'stored, does not replace';
  return over === undefined
    ? 'not stored, clears'
    : over === '1'
      ? 'not stored, leaves the old'
      : 'not stored';
}

/** For how long the old message is still delivered after it was cleared; the worst of some tries. */
async function staleAfterClear(oracle: Oracle, qos: 0 | 1): Promise<string> {
  let worst = 0;
  const reader = await oracle.connect();
  for (let i = 0; i < 10; i++) {
    const topic = fresh();
    await oracle.publish(topic, `${i}`, { retain: true });
    const clear = {
      cmd: 'publish',
      topic,
      payload: '',
      qos,
      retain: true,
      dup: false,
      messageId: 9,
    } as const;
    // Cleared and asked for over one connection, so that the order of both is known.
    if (qos === 1) await reader.ask(clear, 'puback');
    else reader.send(clear);
    const clearedAt = performance.now();
    for (let asked = clearedAt; asked - clearedAt < 10_000; asked = performance.now()) {
      const old = (): number => messagesOf(reader).filter((one) => one.topic === topic && one.retain).length;
      const before = old();
      await reader.ask({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 0 }] });
      const came = await within(120, () => old() > before);
      await reader.ask({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: [topic] });
      if (!came) break;
      worst = Math.max(worst, performance.now() - clearedAt);
    }
  }
  reader.destroy();
  return worst === 0 ? 'at once' : `within ${Math.ceil(worst / 100) / 10} s`;
}
