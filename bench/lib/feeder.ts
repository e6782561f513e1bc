// A process of its own: a broker that only feeds. It answers the handshake, writes the encoded feed,
// and ends with one QoS 1 message whose PUBACK proves that everything before it was taken in.
import { createServer, type Socket } from 'node:net';
import { END_TOPIC, encodeFeed, type EncodedFeed, type FeedSpec } from './feed.ts';

/** What one client got, as the feeder saw it. Times in ms of the machine's monotonic clock. */
export interface FeedResult {
  readonly kind: 'fed';
  readonly sent: number;
  readonly acknowledged: number;
  readonly began: number;
  readonly ended: number;
}

export interface FeederReady {
  readonly kind: 'ready';
  readonly port: number;
  readonly checksum: number;
  readonly topics: number;
}

const WRITE_BYTES = 1 << 20;
/** Unacknowledged QoS 1 messages at most: below the 65,535 of the packet identifiers. */
const WINDOW = 40_000;
/** Between SUBSCRIBE and the first message, so that the client has settled. */
const SETTLE_MS = 300;
const END_ID = 65_535;

const now = (): number => Number(process.hrtime.bigint()) / 1e6;

class Feeding {
  sent = 0;
  acknowledged = 0;
  began = 0;
  #position = 0;
  #rest: Buffer = Buffer.alloc(0);
  #started = false;
  #endAsked = false;
  #timer: NodeJS.Timeout | null = null;
  readonly #socket: Socket;
  readonly #feed: EncodedFeed;
  readonly #spec: FeedSpec;
  #version = 4;

  constructor(socket: Socket, feed: EncodedFeed, spec: FeedSpec) {
    this.#socket = socket;
    this.#feed = feed;
    this.#spec = spec;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('drain', () => this.#write());
    socket.on('error', () => undefined);
    socket.on('close', () => this.#timer !== null && clearInterval(this.#timer));
  }

  #receive(chunk: Buffer): void {
    let data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    while (data.length >= 2) {
      data = this.#acknowledgements(data);
      if (data.length < 2) break;
      let length = 0;
      let shift = 0;
      let at = 1;
      for (;;) {
        const byte = data[at];
        if (byte === undefined) {
          this.#rest = data;
          return;
        }
        at++;
        length |= (byte & 0x7f) << shift;
        shift += 7;
        if (byte < 0x80) break;
      }
      if (data.length < at + length) break;
      this.#packet((data[0] ?? 0) >> 4, data.subarray(at, at + length));
      data = data.subarray(at + length);
    }
    this.#rest = data;
    if (this.#started && this.#spec.qos === 1) this.#write();
  }

  /** PUBACKs in a row, counted where they are: a million objects a second would make the feeder the limit. */
  #acknowledgements(data: Buffer): Buffer {
    let at = 0;
    while (at + 4 <= data.length && data[at] === 0x40 && data[at + 1] === 2) {
      if (this.#endAsked && data.readUInt16BE(at + 2) === END_ID) break;
      at += 4;
    }
    this.acknowledged += at / 4;
    return at === 0 ? data : data.subarray(at);
  }

  #packet(type: number, body: Buffer): void {
    if (type === 1) {
      this.#version = body[6] ?? 4;
      this.#socket.write(Buffer.from(this.#version === 5 ? [0x20, 3, 0, 0, 0] : [0x20, 2, 0, 0]));
    } else if (type === 8) {
      const id = body.subarray(0, 2);
      this.#socket.write(Buffer.from(this.#version === 5 ? [0x90, 4, ...id, 0, 0] : [0x90, 3, ...id, 0]));
      if (!this.#started) {
        this.#started = true;
        setTimeout(() => this.#begin(), SETTLE_MS);
      }
    } else if (type === 12) {
      this.#socket.write(Buffer.from([0xd0, 0]));
    } else if (type === 4) {
      if (body.readUInt16BE(0) === END_ID && this.#endAsked && this.acknowledged >= this.#expectedAcks()) {
        this.#end();
      } else this.acknowledged++;
    }
  }

  #expectedAcks(): number {
    return this.#spec.qos === 1 ? this.sent : 0;
  }

  #begin(): void {
    this.began = now();
    if (this.#spec.rate > 0) this.#timer = setInterval(() => this.#paced(), 2);
    else this.#write();
  }

  #paced(): void {
    const elapsed = now() - this.began;
    const over = this.#spec.seconds > 0 && elapsed >= this.#spec.seconds * 1_000;
    const due = over ? this.sent : Math.floor((elapsed * this.#spec.rate) / 1_000);
    while (this.sent < due && !this.#done()) this.#slice(due - this.sent);
    if (over || this.#done()) {
      if (this.#timer !== null) clearInterval(this.#timer);
      this.#askEnd();
    }
  }

  #done(): boolean {
    return this.#spec.seconds === 0 && this.sent >= this.#spec.messages * (this.#spec.repeat ?? 1);
  }

  /** Writes whole messages, at most `count` of them and about 1 MiB. */
  #slice(count: number): boolean {
    const from = this.#position;
    const { offsets, bytes } = this.#feed;
    const start = offsets[from] ?? 0;
    let to = Math.min(this.#spec.messages, from + Math.max(1, Math.min(count, 7_000)));
    while (to > from + 1 && (offsets[to] ?? 0) - start > WRITE_BYTES) to = from + Math.ceil((to - from) / 2);
    this.sent += to - from;
    this.#position = to === this.#spec.messages ? 0 : to;
    return this.#socket.write(bytes.subarray(start, offsets[to]));
  }

  #write(): void {
    if (this.began === 0 || this.#spec.rate > 0) return;
    while (!this.#done()) {
      const room = this.#spec.qos === 1 ? WINDOW - (this.sent - this.acknowledged) : 7_000;
      if (room < 1_000) return;
      if (!this.#slice(room)) return;
    }
    if (this.#spec.qos === 0 || this.acknowledged >= this.sent) this.#askEnd();
  }

  #askEnd(): void {
    if (this.#endAsked) return;
    this.#endAsked = true;
    const topic = Buffer.from(END_TOPIC);
    const properties = this.#version === 5 ? [0] : [];
    const body = Buffer.concat([
      Buffer.from([0, topic.length]),
      topic,
      Buffer.from([END_ID >> 8, END_ID & 0xff, ...properties]),
    ]);
    this.#socket.write(Buffer.concat([Buffer.from([0x32, body.length]), body]));
  }

  #end(): void {
    const result: FeedResult = {
      kind: 'fed',
      sent: this.sent,
      acknowledged: this.acknowledged,
      began: this.began,
      ended: now(),
    };
    process.send?.(result);
  }
}

const spec = JSON.parse(process.argv[2] ?? '{}') as FeedSpec;
const feed = encodeFeed(spec);
const server = createServer((socket) => void new Feeding(socket, feed, spec));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const ready: FeederReady = {
    kind: 'ready',
    port: address !== null && typeof address === 'object' ? address.port : 0,
    checksum: feed.checksum,
    topics: feed.topics,
  };
  process.send?.(ready);
});
process.on('disconnect', () => process.exit(0));
