import { connect as connectSocket, type Socket } from 'node:net';
import {
  generate,
  parser,
  type IConnackPacket,
  type IConnectPacket,
  type Packet,
  type PacketCmd,
} from 'mqtt-packet';
import { Broker, type BrokerOptions } from '../../../src-main/server/demo/broker/broker.ts';
import { listenTcp } from '../../../src-main/server/demo/broker/listen.ts';
import { realClock } from '../../../src-main/server/demo/broker/time.ts';
import { onTeardown } from '../teardown.ts';

export type ConnectSettings = Partial<Omit<IConnectPacket, 'cmd'>> & {
  readonly version?: 3 | 4 | 5;
  /** Leaves PUBACK and the QoS 2 handshake to the test. */
  readonly manualAcks?: boolean;
};

const WAIT_MS = 20_000;

/** A client that shows every packet: what mqtt.js hides is here for a test to see. */
export class PacketClient {
  readonly socket: Socket;
  readonly received: Packet[] = [];
  connack: IConnackPacket | null = null;
  readonly #version: 3 | 4 | 5;
  readonly #waiting = new Set<(packet: Packet) => void>();
  #lastId = 1_000;

  constructor(socket: Socket, version: 3 | 4 | 5, manualAcks: boolean) {
    this.socket = socket;
    this.#version = version;
    const packets = parser({ protocolVersion: version });
    packets.on('packet', (packet) => {
      this.received.push(packet);
      if (!manualAcks) this.#acknowledge(packet);
      for (const emit of [...this.#waiting]) emit(packet);
    });
    socket.on('data', (chunk) => packets.parse(chunk));
    socket.on('error', () => undefined);
  }

  send(packet: Packet): void {
    this.socket.write(generate(packet, { protocolVersion: this.#version }));
  }

  /** Sends and waits for the answer; its kind follows from the question unless given. */
  ask(packet: Packet, answer: PacketCmd = ANSWERS[packet.cmd] ?? 'pingresp'): Promise<Packet> {
    const answered = this.next(answer);
    this.send(packet);
    return answered;
  }

  next(cmd: PacketCmd): Promise<Packet> {
    return new Promise((resolve, reject) => {
      const end = (failure: Error | null, packet?: Packet): void => {
        clearTimeout(timer);
        this.#waiting.delete(emit);
        this.socket.off('close', closed);
        if (packet === undefined) reject(failure);
        else resolve(packet);
      };
      const timer = setTimeout(() => end(new Error(`No ${cmd} within ${WAIT_MS} ms.`)), WAIT_MS);
      const closed = (): void => end(new Error(`The link closed before a ${cmd}.`));
      const emit = (packet: Packet): void => {
        if (packet.cmd === cmd) end(null, packet);
      };
      this.socket.once('close', closed);
      this.#waiting.add(emit);
    });
  }

  async subscribe(...filters: readonly string[]): Promise<void> {
    const subscriptions = filters.map((topic) => ({ topic, qos: 0 as const }));
    await this.ask({ cmd: 'subscribe', messageId: ++this.#lastId, subscriptions });
  }

  /** Everything the broker had sent before this was asked has arrived. */
  async fence(): Promise<void> {
    await this.ask({ cmd: 'pingreq' });
  }

  destroy(): void {
    this.socket.destroy();
  }

  #acknowledge(packet: Packet): void {
    if (packet.cmd === 'publish' && packet.qos === 1) this.#send('puback', packet);
    if (packet.cmd === 'publish' && packet.qos === 2) this.#send('pubrec', packet);
    if (packet.cmd === 'pubrel') this.#send('pubcomp', packet);
  }

  #send(cmd: 'puback' | 'pubrec' | 'pubcomp', { messageId }: Packet): void {
    this.send({ cmd, messageId: messageId ?? 0, reasonCode: 0 });
  }
}

const ANSWERS: Partial<Record<PacketCmd, PacketCmd>> = {
  connect: 'connack',
  subscribe: 'suback',
  unsubscribe: 'unsuback',
  pingreq: 'pingresp',
};

export async function connectPacketClient(
  port: number,
  settings: ConnectSettings = {},
): Promise<PacketClient> {
  const { version = 5, manualAcks = false, ...fields } = settings;
  const socket = connectSocket(port, '127.0.0.1');
  onTeardown(() => void socket.destroy());
  const client = new PacketClient(socket, version, manualAcks);
  client.connack = (await client.ask({
    cmd: 'connect',
    clientId: 'test',
    clean: true,
    keepalive: 0,
    protocolVersion: version,
    protocolId: version === 3 ? 'MQIsdp' : 'MQTT',
    ...fields,
  })) as IConnackPacket;
  return client;
}

/** The demo's broker on loopback, and clients for it. */
export async function startPacketBroker(options: Partial<BrokerOptions> = {}): Promise<{
  readonly broker: Broker;
  readonly port: number;
  connect(settings?: ConnectSettings): Promise<PacketClient>;
}> {
  const broker = new Broker({ clock: realClock, random: Math.random, ...options });
  const listening = await listenTcp((stream) => broker.accept(stream));
  onTeardown(async () => {
    broker.close();
    await listening.close();
  });
  return {
    broker,
    port: listening.port,
    connect: (settings) => connectPacketClient(listening.port, settings),
  };
}
