import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { generate } from 'mqtt-packet';
import { WebSocket } from 'ws';
import { connectPacketClient } from '../../support/brokers/packet-client.ts';
import { messagesOf, within, type Listener, type Oracle } from '../oracle.ts';
import { fresh, NO_5, speaks5, type Facts, type Habit } from './habit.ts';

/** Versions, names, subscriptions and sessions. */
export const LINKS: readonly Habit[] = [
  { name: 'MQTT 5', measure: async (oracle) => (await speaks5(oracle)).how },
  { name: 'MQTT 5 over WebSocket', measure: webSocket5 },
  { name: 'Keep-alive 0', measure: noKeepAlive },
  { name: 'A client ID with dots', measure: dottedId },
  { name: 'Unusual topic names', measure: names },
  { name: 'QoS granted when asked for 2', measure: grantedQos },
  { name: 'Two subscriptions match', measure: overlap },
  { name: '$share, 3.1.1', measure: (oracle) => shared(oracle, 4) },
  { name: '$share, 5', measure: async (oracle, facts) => (facts.speaks5 ? shared(oracle, 5) : NO_5) },
  { name: '$SYS', measure: system },
  { name: '“#” brings $ topics', measure: dollarOnWildcard },
  { name: 'Subscription identifiers', measure: identifiers },
  { name: 'Session with 10 queued, 3.1.1', measure: resume },
];

/** What a CONNECT of MQTT 5 over WebSocket is answered with. */
async function webSocket5(oracle: Oracle): Promise<string> {
  const { kind, webSocketPort } = oracle.broker;
  if (kind.webSocketPath === null) return 'no WebSocket';
  const socket = new WebSocket(`ws://127.0.0.1:${webSocketPort}${kind.webSocketPath}`, 'mqtt');
  try {
    await once(socket, 'open');
    const connect = { cmd: 'connect', clientId: 'ws', clean: true, keepalive: 60 } as const;
    socket.send(generate({ ...connect, protocolVersion: 5, protocolId: 'MQTT' }, { protocolVersion: 5 }));
    const answer = await Promise.race([
      connackCode(socket),
      once(socket, 'close').then(([code]) => `closes with ${String(code)}`),
      delay(3_000, 'silence'),
    ]);
    return answer;
  } catch (failure) {
    return `no WebSocket: ${failure instanceof Error ? failure.message : String(failure)}`;
  } finally {
    socket.terminate();
  }
}

/** A packet may come in several frames; aedes sends it so. */
async function connackCode(socket: WebSocket): Promise<string> {
  let bytes: Buffer = Buffer.alloc(0);
  while (bytes.length < 4) {
    const [more] = (await once(socket, 'message')) as [Buffer];
    bytes = Buffer.concat([bytes, more]);
  }
  return `CONNACK ${bytes[3]}`;
}

async function noKeepAlive(oracle: Oracle): Promise<string> {
  return accepted(connectPacketClient(oracle.broker.port, { version: 4, keepalive: 0, clientId: 'still' }));
}

async function dottedId(oracle: Oracle): Promise<string> {
  return accepted(oracle.connect({ clientId: 'with.dots' }));
}

async function accepted(connecting: ReturnType<typeof connectPacketClient>): Promise<string> {
  try {
    const client = await connecting;
    client.destroy();
    const code = client.connack?.returnCode ?? -1;
    return code === 0 ? 'accepted' : `refused: CONNACK ${code}`;
  } catch {
    return 'closes';
  }
}

/** Copies of one message, and the identifiers on them, where a client has two subscriptions that match. */
async function overlap(oracle: Oracle, facts: Facts): Promise<string> {
  const topic = fresh();
  const version = facts.speaks5 ? 5 : 4;
  const client = await oracle.connect({ version });
  for (const [index, filter] of [`${topic}/#`, `${topic}/+`].entries()) {
    await client.ask({
      cmd: 'subscribe',
      messageId: index + 1,
      subscriptions: [{ topic: filter, qos: 0, ...(version === 5 ? { nl: false, rap: false, rh: 0 } : {}) }],
      ...(version === 5 ? { properties: { subscriptionIdentifier: index + 1 } } : {}),
    });
  }
  await oracle.publish(`${topic}/a`, '1');
  const came = () => messagesOf(client).filter((one) => one.topic === `${topic}/a`);
  await within(1_500, () => came().length > 1);
  client.destroy();
  const copies = came();
  const ids = copies.map((one) => one.identifiers.join('+'));
  const said = `${copies.length} ${copies.length === 1 ? 'copy' : 'copies'}`;
  return version === 5 ? `${said}, identifiers ${ids.join(' and ') || 'none'}` : said;
}

async function shared(oracle: Oracle, version: 4 | 5): Promise<string> {
  const topic = fresh();
  const listeners: Listener[] = [];
  for (let i = 0; i < 2; i++) {
    try {
      const identifier = version === 5 ? { identifier: 9 } : {};
      listeners.push(await oracle.listen([`$share/group${version}/${topic}`], { version, ...identifier }));
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
  if (a + b === 0) return 'literal: nothing comes';
  const bare = listeners.some(({ seen }) => seen().some((one) => one.identifiers.length === 0));
  const said = a + b === 10 ? `shared ${a} : ${b}` : `${a} and ${b} of 10`;
  return version === 5 && bare ? `${said}, without identifiers` : said;
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
  if (!facts.speaks5) return NO_5;
  const topic = fresh();
  const listener = await oracle.listen([topic], { version: 5, identifier: 7 });
  await oracle.publish(topic, '1');
  await within(2_000, () => listener.seen().length > 0);
  listener.close();
  return listener.seen()[0]?.identifiers.includes(7) === true ? 'yes' : 'no';
}

/** What a resumed session brings, as `session present, 10 of 10`. */
export async function resume(oracle: Oracle): Promise<string> {
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
