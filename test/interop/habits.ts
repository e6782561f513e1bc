import type { Listener, Oracle, Seen } from './oracle.ts';
import { messagesOf, within } from './oracle.ts';
import { setTimeout as delay } from 'node:timers/promises';

/** What a broker does, measured by raw packets; the product is not involved. Short words for a table. */
export interface Habit {
  readonly name: string;
  /** @returns what was seen; `–` where the broker does not speak the version that it needs */
  measure(oracle: Oracle, facts: Facts): Promise<string>;
}

/** What checks have to know of a broker beforehand. */
export interface Facts {
  readonly speaks5: boolean;
  /** Filters with wildcards bring stored messages. */
  readonly storedOnWildcards: boolean;
}

export async function measureFacts(oracle: Oracle): Promise<Facts> {
  const folder = `${fresh()}/facts`;
  await oracle.publish(`${folder}/a`, '1', { retain: true });
  const stored = await oracle.scan(`${folder}/#`, 1);
  return { speaks5: (await speaks5(oracle)).yes, storedOnWildcards: stored.size > 0 };
}

const no5 = '–';
let last = 0;
const fresh = (): string => `habit/${++last}`;

/** Whether the broker answers CONNECT of MQTT 5, and how it refuses where not. */
export async function speaks5(oracle: Oracle): Promise<{ yes: boolean; how: string }> {
  try {
    const client = await oracle.connect({ version: 5 });
    const code = client.connack?.reasonCode ?? client.connack?.returnCode ?? -1;
    client.destroy();
    return code === 0 ? { yes: true, how: 'yes' } : { yes: false, how: `no: CONNACK ${code}` };
  } catch {
    return { yes: false, how: 'no: closes' };
  }
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

async function shared(oracle: Oracle, version: 4 | 5): Promise<string> {
  const topic = fresh();
  const listeners: Listener[] = [];
  for (let i = 0; i < 2; i++) {
    try {
      listeners.push(await oracle.listen([`$share/group${version}/${topic}`], { version }));
    } catch {
      return 'closes';
    }
  }
  if (listeners.some(({ granted }) => (granted[0] ?? 128) >= 128))
    return `refused ${listeners[0]?.granted[0]}`;
  for (let i = 0; i < 10; i++) await oracle.publish(topic, `${i}`);
  const counts = (): number[] => listeners.map(({ seen }) => seen().length);
  await within(2_000, () => counts().reduce((sum, one) => sum + one, 0) >= 10);
  await delay(100);
  for (const listener of listeners) listener.close();
  const [a = 0, b = 0] = counts();
  return a + b === 0 ? 'literal: nothing comes' : a + b === 10 ? `shared ${a} : ${b}` : `${a} and ${b} of 10`;
}

async function grantedQos(oracle: Oracle): Promise<string> {
  const listener = await oracle.listen([fresh()], { qos: 2 });
  listener.close();
  return `${listener.granted[0]}`;
}

async function system(oracle: Oracle): Promise<string> {
  try {
    const listener = await oracle.listen(['$SYS/#'], { qos: 0 });
    const code = listener.granted[0] ?? 128;
    await delay(2_500);
    const topics = new Set(listener.seen().map(({ topic }) => topic));
    listener.close();
    if (code >= 128) return `refused ${code}`;
    const count = [...topics].some((topic) => topic.includes('retained'));
    return topics.size === 0 ? 'none' : `${topics.size} topics${count ? ', a retained count' : ''}`;
  } catch {
    return 'closes';
  }
}

async function dollarOnWildcard(oracle: Oracle): Promise<string> {
  const listener = await oracle.listen(['#'], { qos: 0 });
  await oracle.publish(fresh(), '1');
  await oracle.publish('$other/a', '1').catch(() => oracle.restarted());
  await delay(800);
  listener.close();
  const dollar = [...new Set(listener.seen().map(({ topic }) => topic))].filter((one) => one.startsWith('$'));
  return dollar.length === 0 ? 'no' : `yes: ${dollar[0]?.split('/').slice(0, 2).join('/')}/…`;
}

async function identifiers(oracle: Oracle, facts: Facts): Promise<string> {
  if (!facts.speaks5) return no5;
  const topic = fresh();
  const listener = await oracle.listen([topic], { version: 5, identifier: 7 });
  await oracle.publish(topic, '1');
  await within(2_000, () => listener.seen().length > 0);
  listener.close();
  return listener.seen()[0]?.identifiers.includes(7) === true ? 'yes' : 'no';
}

async function resume(oracle: Oracle): Promise<string> {
  const topic = fresh();
  const clientId = `resume-${topic.replace('/', '-')}`;
  const first = await oracle.listen([topic], { clientId, clean: false });
  first.close();
  await delay(200);
  for (let i = 0; i < 10; i++) await oracle.publish(topic, `${i}`);
  const again = await oracle.connect({ clientId, clean: false });
  await within(2_000, () => messagesOf(again).length >= 10);
  await delay(100);
  again.destroy();
  const present = again.connack?.sessionPresent === true;
  return `${present ? 'session present' : 'session lost'}, ${messagesOf(again).length} of 10`;
}

/** The topic under which a payload arrives; undefined if it does not. */
async function topicOf(listener: Listener, payload: string): Promise<string | undefined> {
  const came = (): string | undefined => listener.seen().find((one) => one.payload === payload)?.topic;
  await within(1_500, () => came() !== undefined);
  return came();
}

async function names(oracle: Oracle): Promise<string> {
  const listener = await oracle.listen(['#'], { qos: 0 });
  const said: string[] = [];
  for (const topic of ['habit/a.b', 'habit/a b', 'habit//a', '/habit', 'habit/°C']) {
    try {
      await oracle.publish(topic, topic);
      const came = await topicOf(listener, topic);
      if (came !== topic)
        said.push(came === undefined ? `“${topic}” is lost` : `“${topic}” comes as “${came}”`);
    } catch {
      oracle.restarted();
      said.push(`“${topic}” closes`);
    }
  }
  listener.close();
  return said.length === 0 ? 'as they are' : said.join('; ');
}

export const HABITS: readonly Habit[] = [
  { name: 'MQTT 5', measure: async (oracle) => (await speaks5(oracle)).how },
  { name: 'Unusual topic names', measure: names },
  { name: 'QoS granted when asked for 2', measure: grantedQos },
  {
    name: 'Stored messages of a wildcard',
    measure: async (oracle) => {
      const topic = fresh();
      await oracle.publish(topic, '1', { retain: true });
      return (await oracle.scan('habit/#')).has(topic) ? 'delivered' : 'not delivered';
    },
  },
  { name: 'SUBSCRIBE and PINGREQ with 1,500 stored', measure: order },
  {
    name: 'Live retain flag, 3.1.1',
    measure: (oracle) => liveFlag(oracle, 4, { rap: false, wildcard: true }),
  },
  ...[true, false].map((wildcard) => ({
    name: `Live retain flag, 5 with retain-as-published, ${wildcard ? 'wildcard' : 'exact topic'}`,
    measure: async (oracle: Oracle, facts: Facts) =>
      facts.speaks5 ? liveFlag(oracle, 5, { rap: true, wildcard }) : no5,
  })),
  {
    name: 'Live retain flag, 5 without',
    measure: async (oracle, facts) =>
      facts.speaks5 ? liveFlag(oracle, 5, { rap: false, wildcard: true }) : no5,
  },
  { name: 'Retained at QoS 0', measure: storedAtQos0 },
  { name: 'A clear at QoS 1 is seen', measure: (oracle) => staleAfterClear(oracle, 1) },
  { name: 'A clear at QoS 0 is seen', measure: (oracle) => staleAfterClear(oracle, 0) },
  { name: '$share, 3.1.1', measure: (oracle) => shared(oracle, 4) },
  { name: '$share, 5', measure: async (oracle, facts) => (facts.speaks5 ? shared(oracle, 5) : no5) },
  { name: '$SYS', measure: system },
  { name: '“#” brings $ topics', measure: dollarOnWildcard },
  { name: 'Subscription identifiers', measure: identifiers },
  { name: 'Session with 10 queued, 3.1.1', measure: resume },
];
