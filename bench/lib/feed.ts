/** A feed of PUBLISH packets, encoded before the clock starts, the same for every client of a run. */
export interface FeedSpec {
  readonly topics: number;
  readonly messages: number;
  readonly qos: 0 | 1;
  /** MQTT 5 PUBLISH carries an (empty) property length. */
  readonly version: 4 | 5;
  /** Messages a second; 0: as fast as the client takes them. */
  readonly rate: number;
  /** 0: once. Otherwise the feed is repeated for that long. */
  readonly seconds: number;
  /** The whole feed so many times; once unless given. */
  readonly repeat?: number;
  readonly retain?: boolean;
  /** Topics in no order that repeats itself, instead of a fixed one. */
  readonly shuffled?: boolean;
  /** Bytes of each payload; about 91 unless given. */
  readonly payloadBytes?: number;
}

export interface EncodedFeed {
  readonly bytes: Buffer;
  /** Where each message begins, and the end. */
  readonly offsets: Float64Array;
  /** Sum over all topics of the hash of topic and last payload, modulo 2^48. */
  readonly checksum: number;
  /** Topics that occur. */
  readonly topics: number;
}

/** Topics of about 38 bytes on six levels, about a tenth more nodes than topics. */
export function topicName(index: number): string {
  const hall = index % 10;
  const line = Math.floor(index / 10) % 100;
  const device = Math.floor(index / 10_000);
  return `plant/hall-${hall}/line-${String(line).padStart(2, '0')}/dev-${String(device).padStart(5, '0')}/${METRICS[(index * 7) % METRICS.length]}${index}`;
}

const METRICS = ['temp', 'load', 'flow', 'rpm-', 'volt'] as const;

function payload(sequence: number, bytes = 0): string {
  const text = shortPayload(sequence);
  return bytes <= text.length ? text : text.padEnd(bytes, ' ');
}

function shortPayload(sequence: number): string {
  // All of one length, and JSON: a number does not begin with 0.
  const value = 1_000 + ((sequence * 7_919) % 100_000) / 100;
  return `{"seq":${1e8 + sequence},"value":${value.toFixed(2)},"unit":"C","ok":true,"device":{"fw":"4.2.1","up":123456}}`;
}

/** FNV-1a, 32 bits, over both parts. */
export function hash(topic: Uint8Array, value: Uint8Array): number {
  let h = 0x811c9dc5;
  for (const byte of topic) h = Math.imul(h ^ byte, 0x01000193);
  for (const byte of value) h = Math.imul(h ^ byte, 0x01000193);
  return h >>> 0;
}

export const END_TOPIC = 'bench/end';

/** Visits the topics in a fixed order that jumps about, as real fleets do, unless it is to be another each time. */
export function encodeFeed(spec: FeedSpec): EncodedFeed {
  const names: Buffer[] = [];
  for (let i = 0; i < spec.topics; i++) names.push(Buffer.from(topicName(i)));
  // A step without a common divisor visits every topic once a round.
  const step = coprime(spec.topics, Math.floor(spec.topics * 0.618) + 1);
  const properties = spec.version === 5 ? 1 : 0;
  const id = spec.qos > 0 ? 2 : 0;
  const length = payload(0, spec.payloadBytes).length;
  const longest = 4 + 2 + 64 + id + properties + length;
  const bytes = Buffer.allocUnsafe(spec.messages * longest);
  const offsets = new Float64Array(spec.messages + 1);
  const last = new Float64Array(spec.topics).fill(-1);
  let at = 0;
  let topic = 0;
  const draw = spec.shuffled === true ? drawing() : null;
  for (let i = 0; i < spec.messages; i++) {
    offsets[i] = at;
    topic = draw === null ? (topic + step) % spec.topics : draw() % spec.topics;
    const name = names[topic] ?? Buffer.alloc(0);
    const remaining = 2 + name.length + id + properties + length;
    bytes[at++] = 0x30 | (spec.qos << 1) | (spec.retain === true ? 1 : 0);
    let rest = remaining;
    do {
      bytes[at++] = (rest & 0x7f) | (rest > 0x7f ? 0x80 : 0);
      rest >>= 7;
    } while (rest > 0);
    at = bytes.writeUInt16BE(name.length, at);
    at += name.copy(bytes, at);
    if (id > 0) at = bytes.writeUInt16BE((i % 65_535) + 1, at);
    if (properties > 0) bytes[at++] = 0;
    at += bytes.write(payload(i, spec.payloadBytes), at, 'latin1');
    last[topic] = i;
  }
  offsets[spec.messages] = at;
  let checksum = 0;
  let seen = 0;
  for (let t = 0; t < spec.topics; t++) {
    const i = last[t] ?? -1;
    if (i < 0) continue;
    seen++;
    checksum =
      (checksum + hash(names[t] ?? Buffer.alloc(0), Buffer.from(payload(i, spec.payloadBytes)))) % 2 ** 48;
  }
  return { bytes: bytes.subarray(0, at), offsets, checksum, topics: seen };
}

/** The same whole numbers in each run (xorshift32). */
function drawing(): () => number {
  let x = 0x9e37_79b9;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

function coprime(n: number, from: number): number {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
  let candidate = from;
  while (gcd(n, candidate) !== 1) candidate++;
  return candidate;
}
