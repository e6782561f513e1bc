import { Duplex } from 'node:stream';
import { generate, parser, type Packet } from 'mqtt-packet';
import { Link, type LinkEnd, type LinkOptions } from '../../src-main/connection/link/link.ts';
import { SessionMemory } from '../../src-main/connection/link/session-memory.ts';
import { LEVELS, type Prepared } from '../../src-main/connection/auth/prepare.ts';
import { ConnectionOptions } from '../../src-main/contract/model/model.ts';
import { buildConnect } from '../../src-main/core/session/auth/connect.ts';
import { Echoes } from '../../src-main/core/mqtt/echoes.ts';
import { ManualClock } from './manual-clock.ts';
import { onTeardown } from './teardown.ts';
import { RecordingIntake } from './brokers/mqtt-stream.ts';

/** The broker's end of a socket without a network. */
class FakeSocket extends Duplex {
  /** Packets that were written to it, whole. */
  readonly packets: Packet[] = [];
  readonly #parser;

  constructor(protocolVersion: 3 | 4 | 5) {
    super();
    this.#parser = parser({ protocolVersion });
    this.#parser.on('packet', (packet) => this.packets.push(packet));
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#parser.parse(chunk);
    done();
  }
}

export interface OpenedLink {
  readonly link: Link;
  readonly clock: ManualClock;
  readonly socket: FakeSocket;
  readonly intake: RecordingIntake;
  readonly memory: SessionMemory;
  /** What was reported, in order. */
  readonly reported: string[];
  readonly ends: LinkEnd[];
  /** Streams do what they have to do now; takes 2 ms of the clock, as small reads are held so long. */
  turns(): Promise<void>;
  /** From the broker. */
  send(packet: Packet | Uint8Array): Promise<void>;
  /** Kinds of what we sent. */
  sent(): string[];
}

/** A link over a socket without a network: tap and mqtt.js as ever, and a clock that the test moves. */
export function openLink(
  options: Partial<ConnectionOptions> = {},
  version: '3.1.1' | '5' = '5',
  more: Partial<LinkOptions> = {},
): OpenedLink {
  const clock = new ManualClock();
  const level = LEVELS[version];
  const socket = new FakeSocket(level);
  const intake = new RecordingIntake();
  const memory = new SessionMemory(0);
  const reported: string[] = [];
  const ends: LinkEnd[] = [];
  const all = ConnectionOptions.parse({
    name: 'x',
    host: 'broker.test',
    port: 1883,
    protocol: 'mqtt',
    ...options,
  });
  const built = buildConnect(all, 'client', level, { password: null, authentication: null });
  if (built.kind === 'failed') throw new Error(built.message);
  const echoes = new Echoes([]);
  const prepared: Prepared = { options: all, connect: built.packet, authenticator: null, echoes, notes: [] };
  const link = new Link({
    dialled: { socket, carrier: socket, reads: null, address: '127.0.0.1:1883', tls: null },
    target: { host: 'broker.test', port: 1883, protocol: 'mqtt', path: '' },
    prepared,
    clientId: 'client',
    version,
    memory,
    intake,
    maxPayloadBytes: 1_000_000,
    clock,
    listeners: [],
    events: {
      accepted: () => reported.push('accepted'),
      ready: () => reported.push('ready'),
      pinged: (_at, rttMs) => reported.push(rttMs === null ? 'no pong' : 'pong'),
      fault: () => reported.push('fault'),
      ended: (end) => {
        reported.push(`ended ${end.by}`);
        ends.push(end);
      },
    },
    ...more,
  });
  onTeardown(() =>
    link.destroy({ failure: { kind: 'failed', code: 'test', message: '', advice: '' }, retry: 'never' }),
  );
  const turns = async (): Promise<void> => {
    for (const ms of [0, 0, 1, 1, 0, 0]) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(ms);
    }
  };
  return {
    turns,
    link,
    clock,
    socket,
    intake,
    memory,
    reported,
    ends,
    async send(packet) {
      socket.push(
        packet instanceof Uint8Array ? packet : generate(packet, { protocolVersion: level } as never),
      );
      await turns();
    },
    sent: () => socket.packets.map(({ cmd }) => cmd),
  };
}

/** CONNACK with success. */
export const connack = (properties: object = {}, sessionPresent = false): Packet => ({
  cmd: 'connack',
  reasonCode: 0,
  returnCode: 0,
  sessionPresent,
  properties,
});
