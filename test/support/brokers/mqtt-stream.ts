import { generate, type IPublishPacket, type Packet } from 'mqtt-packet';
import type { Random } from '../random.ts';
import type { Intake } from '../../../src-main/core/topics/store/intake.ts';

/** What one call of the intake said, copied. */
export interface Taken {
  topic: string;
  properties: string;
  payload: string;
  payloadSize: number;
  flags: number;
  subscription: number;
  expiry: number;
  at: number;
  packetId: number;
}

/** Keeps a copy of all it is given. */
export class RecordingIntake implements Intake {
  readonly taken: Taken[] = [];
  message(...call: Parameters<Intake['message']>): void {
    const [bytes, t0, t1, p0, p1, b0, b1, payloadSize, flags, subscription, expiry, at, packetId] = call;
    const hex = (from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString('hex');
    this.taken.push({
      topic: Buffer.from(bytes.subarray(t0, t1)).toString('utf8'),
      properties: hex(p0, p1),
      payload: hex(b0, b1),
      payloadSize,
      flags,
      subscription,
      expiry,
      at,
      packetId,
    });
  }
}

export class CountingIntake implements Intake {
  count = 0;
  bytes = 0;
  message(...call: Parameters<Intake['message']>): void {
    this.count++;
    this.bytes += call[7];
  }
}

function chance(random: Random, share: number): boolean {
  return random.next() < share;
}

export function randomBytes(random: Random, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i < size; i++) bytes[i] = random.int(256);
  return bytes;
}

const TOPICS = [
  'a',
  'a/b/c',
  '/',
  'büro/温度',
  'x'.repeat(200),
  '$SYS/broker/uptime',
  'q'.repeat(17_000),
  ' ',
];

function publishProperties(random: Random): NonNullable<IPublishPacket['properties']> {
  const properties: Record<string, unknown> = {};
  if (chance(random, 0.3)) properties['payloadFormatIndicator'] = chance(random, 0.5);
  if (chance(random, 0.3)) properties['messageExpiryInterval'] = 1 + random.int(4_000_000_000);
  if (chance(random, 0.3)) properties['contentType'] = 'application/json';
  if (chance(random, 0.2)) properties['responseTopic'] = 'answer/here';
  if (chance(random, 0.2)) properties['correlationData'] = randomBytes(random, random.int(20));
  if (chance(random, 0.4)) properties['subscriptionIdentifier'] = 1 + random.int(268_435_454);
  if (chance(random, 0.2)) properties['subscriptionIdentifier'] = [7, 300_000];
  if (chance(random, 0.3))
    properties['userProperties'] = { name: ['one', 'two'], [' ']: 'x'.repeat(random.int(300)) };
  return properties as never;
}

export function randomPublish(random: Random, version: 3 | 4 | 5): Packet {
  const qos = random.pick([0, 0, 1, 1, 2] as const);
  const packet = {
    cmd: 'publish' as const,
    topic: random.pick(TOPICS),
    qos,
    retain: chance(random, 0.3),
    dup: qos > 0 && chance(random, 0.2),
    payload: randomBytes(random, random.pick([0, 1, 5, 90, 130, 20_000])),
    ...(qos > 0 ? { messageId: 1 + random.int(random.pick([5, 65_535])) } : {}),
  };
  return version === 5 && chance(random, 0.6) ? { ...packet, properties: publishProperties(random) } : packet;
}

/** Packets that a broker may send after CONNACK. */
export function randomFromBroker(random: Random, version: 3 | 4 | 5): Packet {
  const messageId = 1 + random.int(random.pick([5, 65_535]));
  const v5 = version === 5;
  const reason = v5 && chance(random, 0.5) ? { properties: { reasonString: 'because' } } : {};
  const code = (codes: readonly number[]) => (v5 ? { reasonCode: random.pick(codes) } : {});
  const others: readonly Packet[] = [
    { cmd: 'puback', messageId, ...code([0, 16, 135]), ...reason },
    { cmd: 'pubrec', messageId, ...code([0, 151]), ...reason },
    { cmd: 'pubrel', messageId, ...code([0, 146]), ...reason },
    { cmd: 'pubrel', messageId },
    { cmd: 'pubcomp', messageId, ...code([0]), ...reason },
    { cmd: 'suback', messageId, granted: [0, 2, 128], ...reason },
    { cmd: 'unsuback', messageId, granted: v5 ? [0, 17] : [], ...reason },
    { cmd: 'pingresp' },
  ];
  return others[random.int(12)] ?? randomPublish(random, version);
}

export const generateOptions = (version: 3 | 4 | 5) => ({ protocolVersion: version }) as never;

export function encode(packet: Packet, version: 3 | 4 | 5): Buffer {
  return generate(packet, generateOptions(version));
}

export function connack(version: 3 | 4 | 5, sessionPresent = false): Buffer {
  const packet =
    version === 5
      ? { cmd: 'connack' as const, reasonCode: 0, sessionPresent }
      : { cmd: 'connack' as const, returnCode: 0, sessionPresent };
  return encode(packet as Packet, version);
}

/** Copies of the pieces of `bytes` between the offsets, none empty. */
export function cut(bytes: Uint8Array, offsets: readonly number[]): Uint8Array[] {
  const at = [...new Set([0, ...offsets, bytes.length])].sort((a, b) => a - b);
  const pieces: Uint8Array[] = [];
  for (let i = 1; i < at.length; i++) pieces.push(new Uint8Array(bytes.subarray(at[i - 1], at[i])));
  return pieces.filter((piece) => piece.length > 0);
}
