import type { Duplex } from 'node:stream';
import type { IConnackPacket, Packet, PacketCmd } from 'mqtt-packet';
import { Broker } from '../../../src-main/server/demo/broker/broker.ts';
import type { Link } from '../../../src-main/server/demo/broker/link.ts';
import { listenTcp, listenWebSocket, type TlsFiles } from '../../../src-main/server/demo/broker/listen.ts';
import { realClock } from '../../../src-main/server/demo/broker/time.ts';
import type { WebSocket } from 'ws';
import type { HabitAmounts, HabitName } from './broker-habits.ts';
import { Habits } from './habits.ts';
import { Shaper, type Shape } from './shaper.ts';
import { onTeardown } from '../teardown.ts';

/**
 * What to do with a packet instead of (or besides) answering it well:
 * `pass` lets the broker answer; `pass-and-close` closes the link after that answer; `ignore` says
 * nothing; `close` ends the link in order, `reset` abruptly. Packets and bytes are written as they
 * are, instead of the broker's answer.
 */
export type Answer =
  | 'pass'
  | 'pass-and-close'
  | 'ignore'
  | 'close'
  | 'reset'
  | Packet
  | Uint8Array
  | readonly (Packet | Uint8Array)[];

export type Hook<C extends PacketCmd = PacketCmd> = (
  packet: Extract<Packet, { cmd: C }>,
  link: Link,
) => Answer;
export type Hooks = { [C in PacketCmd]?: Hook<C> };

export interface Received<C extends PacketCmd = PacketCmd> {
  readonly packet: Extract<Packet, { cmd: C }>;
  readonly link: Link;
  /** ms since the epoch. */
  readonly at: number;
}

export interface FakeBrokerOptions {
  readonly hooks?: Hooks;
  /** MQTT over WebSocket on a port of its own. */
  readonly ws?: boolean;
  readonly tls?: TlsFiles;
  readonly connackProperties?: IConnackPacket['properties'];
  readonly shape?: Partial<Shape>;
  /** Habits of other brokers than mosquitto (`broker-habits.ts`), and how much of them. */
  readonly habits?: readonly HabitName[];
  readonly amounts?: Partial<HabitAmounts>;
}

export interface FakeBroker {
  readonly host: string;
  /** TCP, or TLS where asked for. */
  readonly port: number;
  /** 0 without `ws`. */
  readonly wsPort: number;
  /** The well-behaved broker behind the hooks: its retained messages, sessions, `publish`. */
  readonly broker: Broker;
  /** May be changed at any time. */
  readonly habits: Set<HabitName>;
  /** May be changed at any time. */
  readonly on: Hooks;
  /** May be changed at any time, for all links. */
  readonly shape: Shape;
  /** Every packet of every client, the hooked ones included. */
  readonly received: readonly Received[];
  readonly links: readonly Link[];
  /** The first packet of that kind from now on. */
  once<C extends PacketCmd>(
    cmd: C,
    where?: (packet: Extract<Packet, { cmd: C }>) => boolean,
  ): Promise<Received<C>>;
  /** Packets of that kind so far. */
  all<C extends PacketCmd>(cmd: C): readonly Received<C>[];
  /** The next link from now on, before its first packet. */
  onceLink(): Promise<Link>;
  /** The next end of a link from now on. */
  onceClosed(): Promise<void>;
  /** Ends every link abruptly and forgets sessions and retained messages, like a broker without a disk. */
  forget(): void;
  close(): Promise<void>;
}

/** How long `once` waits before it fails and says what came instead. */
const WAIT_MS = 20_000;

/** CONNACK with a code: a return code of MQTT 3 or a reason code of MQTT 5; then the link ends. */
export function refuseConnect(
  code: number,
  properties: NonNullable<IConnackPacket['properties']> = {},
): Hook<'connect'> {
  return (_, link) => {
    link.send({ cmd: 'connack', sessionPresent: false, returnCode: code, reasonCode: code, properties });
    return 'close';
  };
}

/** SUBACK with this code for filters that match the test; others are granted and get nothing. */
export function refuseSubscribe(
  code: number,
  which: (filter: string) => boolean = () => true,
): Hook<'subscribe'> {
  return (packet) => {
    if (!packet.subscriptions.some(({ topic }) => which(topic))) return 'pass';
    const granted = packet.subscriptions.map(({ topic, qos }) => (which(topic) ? code : qos));
    return { cmd: 'suback', messageId: packet.messageId ?? 0, granted };
  };
}

/** A broker for what a real one cannot be made to do. On loopback, closed by `teardown`. */
export async function startFakeBroker(options: FakeBrokerOptions = {}): Promise<FakeBroker> {
  const on: Hooks = { ...options.hooks };
  const shape: Shape = { write: null, read: null, ...options.shape };
  const log = new PacketLog();
  const linkWaiting = new Set<(link: Link) => void>();
  const closeWaiting = new Set<(nothing: void) => void>();

  const habits = new Habits(options.habits ?? [], options.amounts);
  const intercept = (packet: Packet, link: Link): boolean => {
    log.take(packet, link);
    // The packet's own hook: its type is the packet's.
    const hook = on[packet.cmd] as ((packet: Packet, link: Link) => Answer) | undefined;
    const answer = hook?.(packet, link) ?? 'pass';
    if (answer !== 'pass') return carryOut(answer, link);
    return carryOut(habits.incoming(packet, link), link);
  };
  const start = (): Broker => {
    const started = new Broker({
      clock: realClock,
      random: Math.random,
      ...(options.connackProperties === undefined ? {} : { connackProperties: options.connackProperties }),
      intercept,
    });
    habits.adopt(started);
    return started;
  };
  let broker = start();
  const endAll = (): void => {
    for (const link of broker.links) link.destroy();
    broker.close();
    habits.close();
  };
  const accept = (stream: Duplex, socket: WebSocket | null = null): void => {
    const link = broker.accept(new Shaper(stream, shape));
    habits.adoptLink(link, socket && ((code) => socket.close(code)));
    link.stream.once('close', () => notifyAll(closeWaiting, undefined));
    notifyAll(linkWaiting, link);
  };
  const tcp = await listenTcp((stream) => accept(stream), 0, options.tls ?? null);
  const ws = options.ws === true ? await listenWebSocket(accept) : null;
  const close = async (): Promise<void> => {
    forgetTeardown();
    endAll();
    await Promise.all([tcp.close(), ws?.close()]);
  };
  const forgetTeardown = onTeardown(close);

  return {
    host: tcp.host,
    port: tcp.port,
    wsPort: ws?.port ?? 0,
    get broker() {
      return broker;
    },
    habits: habits.on,
    on,
    shape,
    received: log.received,
    get links() {
      return broker.links;
    },
    once: (cmd, where) => log.once(cmd, where),
    all: (cmd) => log.all(cmd),
    onceLink: () => next(linkWaiting, always, () => 'no new link'),
    onceClosed: () => next(closeWaiting, always, () => 'no link ended'),
    forget: () => {
      endAll();
      broker = start();
    },
    close,
  };
}

/** Every packet of every client. */
class PacketLog {
  readonly received: Received[] = [];
  readonly #waiting = new Set<(item: Received) => void>();

  take(packet: Packet, link: Link): void {
    // A habit may change topics and filters: recorded is what was received.
    const kept = packet.cmd === 'subscribe' || packet.cmd === 'publish' ? { ...packet } : packet;
    const item: Received = { packet: kept, link, at: Date.now() };
    this.received.push(item);
    notifyAll(this.#waiting, item);
  }

  once<C extends PacketCmd>(
    cmd: C,
    where: (packet: Extract<Packet, { cmd: C }>) => boolean = () => true,
  ): Promise<Received<C>> {
    return next(
      this.#waiting,
      ({ packet }) => packet.cmd === cmd && where(packet as Extract<Packet, { cmd: C }>),
      () => `no ${cmd}; received: ${this.received.map(({ packet }) => packet.cmd).join(' ')}`,
    ) as unknown as Promise<Received<C>>;
  }

  all<C extends PacketCmd>(cmd: C): readonly Received<C>[] {
    return this.received.filter(({ packet }) => packet.cmd === cmd) as unknown as Received<C>[];
  }
}

/** True when the broker is to do nothing more. */
function carryOut(answer: Answer, link: Link): boolean {
  if (answer === 'pass') return false;
  if (answer === 'pass-and-close') {
    queueMicrotask(() => link.end());
    return false;
  }
  if (answer === 'ignore') return true;
  if (answer === 'close') link.end();
  else if (answer === 'reset') (link.stream as Shaper).reset();
  else write(answer, link);
  return true;
}

function write(answer: Packet | Uint8Array | readonly (Packet | Uint8Array)[], link: Link): void {
  for (const item of isList(answer) ? answer : [answer]) {
    if (item instanceof Uint8Array) link.sendBytes(item);
    else link.send(item);
  }
}

function isList(
  answer: Packet | Uint8Array | readonly (Packet | Uint8Array)[],
): answer is readonly (Packet | Uint8Array)[] {
  return Array.isArray(answer);
}

function notifyAll<T>(listeners: Set<(item: T) => void>, item: T): void {
  for (const emit of [...listeners]) emit(item);
}

const always = (): boolean => true;

function next<T>(
  listeners: Set<(item: T) => void>,
  wanted: (item: T) => boolean,
  describe: () => string,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      listeners.delete(emit);
      reject(new Error(`Waited ${WAIT_MS} ms for the fake broker: ${describe()}.`));
    }, WAIT_MS);
    const emit = (item: T): void => {
      if (!wanted(item)) return;
      clearTimeout(timer);
      listeners.delete(emit);
      resolve(item);
    };
    listeners.add(emit);
  });
}
