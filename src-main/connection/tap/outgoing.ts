import type { Writable } from 'node:stream';
import { ACK_BYTES, type ByteBatch } from '../../core/mqtt/encode.ts';
import { DISCONNECT, PUBACK, PUBCOMP, PUBLISH, type ProtocolLevel } from '../../core/mqtt/packet-types.ts';
import { payloadOffset } from '../../core/mqtt/publish.ts';
import { headerEnd, OUT, type FlightRecorder } from '../../core/packet-capture/store/recorder.ts';
import { MOST_KEPT } from '../../core/packet-capture/store/ring.ts';
import type { SentNote } from './events.ts';
import { Framer } from './framer.ts';

/** Pieces below this are joined before they are written: mqtt.js writes a packet field by field. */
const JOIN_BELOW = 16_384;
/** A joined piece is written when it reaches this size. */
const JOINED = 65_536;

export interface OutgoingOptions {
  readonly socket: Writable;
  /** Acknowledgements as the incoming side collects them; cleared as they are written. */
  readonly acks: ByteBatch;
  /** As `Clock.now`. */
  readonly now: () => number;
  readonly sent: (note: SentNote) => void;
  readonly recorder?: FlightRecorder | undefined;
  readonly version: ProtocolLevel;
}

/**
 * The one writer of the socket. Two sources write packets, mqtt.js in pieces and we in whole ones;
 * ours go between two of mqtt.js, and only while the socket takes bytes, so that what it does not
 * take is counted here.
 */
export class Outgoing {
  bytes = 0;
  packets = 0;
  /** When a packet was last handed over whole; null before. */
  lastSentAt: number | null = null;

  readonly #socket: Writable;
  readonly #acks: ByteBatch;
  readonly #now: () => number;
  readonly #sent: (note: SentNote) => void;
  readonly #framer: Framer;
  readonly #recorder: FlightRecorder | null;
  readonly #version: ProtocolLevel;
  #own: Uint8Array[] = [];
  #ownBytes = 0;
  /** Messages of ours: after all else that waits, as they may be many and large. */
  #messages: Uint8Array[] = [];
  #messageBytes = 0;
  /** What mqtt.js waits for, and its bytes where even they wait. */
  #client: { readonly pieces: readonly Uint8Array[] | null; readonly done: () => void } | null = null;
  #framing = false;
  /** Small pieces that are written together at the end of `together`; null: each by itself. */
  #joining: Uint8Array[] | null = null;
  #joiningBytes = 0;
  #closed = false;

  constructor(options: OutgoingOptions) {
    this.#socket = options.socket;
    this.#acks = options.acks;
    this.#now = options.now;
    this.#sent = options.sent;
    this.#recorder = options.recorder ?? null;
    this.#version = options.version;
    this.#framer = new Framer(
      (type, flags, size, packetId, code) => {
        this.#record(type, size, packetId, code);
        this.packets++;
        const at = this.#now();
        this.lastSentAt = at;
        this.#sent({ at, type, flags, size, packetId, code });
      },
      this.#recorder === null ? 0 : MOST_KEPT,
    );
    this.#socket.on('drain', () => this.#drained());
  }

  /** Acknowledgements and packets of ours, but for messages, that were not handed to the socket. */
  get unsentBytes(): number {
    return this.#acks.length + this.#ownBytes;
  }

  /** Messages of ours that were not: who publishes bounds them, and they hold up nothing that is read. */
  get unsentMessageBytes(): number {
    return this.#messageBytes;
  }

  get atBoundary(): boolean {
    return this.#framer.atBoundary;
  }

  /** Pieces of packets of mqtt.js; `done` when more may come. */
  fromClient(pieces: readonly Uint8Array[], done: () => void): void {
    if (this.#closed) {
      done();
    } else if (this.#blocked) {
      this.#client = { pieces, done };
    } else {
      this.#writeClient(pieces, done);
    }
  }

  /** A whole packet of ours. */
  fromUs(packet: Uint8Array): void {
    if (this.#closed) return;
    const type = (packet[0] as number) >> 4;
    if (type === PUBLISH) {
      this.#messages.push(packet);
      this.#messageBytes += packet.length;
    } else {
      // Nothing may follow it [MQTT-3.14.4-1].
      if (type === DISCONNECT) this.#dropMessages();
      this.#own.push(packet);
      this.#ownBytes += packet.length;
    }
    this.flush();
  }

  /** What `work` writes goes out in pieces of some size: a system call costs as much as many small packets. */
  together<T>(work: () => T): T {
    if (this.#joining !== null) return work();
    this.#joining = [];
    try {
      return work();
    } finally {
      this.#writeJoined();
      this.#joining = null;
    }
  }

  /** Writes what waits, acknowledgements included, if it may be written now. */
  flush(): void {
    if (this.#framing || !this.#framer.atBoundary) return;
    if (this.#messages.length > 1) this.together(() => this.#flush());
    else this.#flush();
  }

  #flush(): void {
    while (!this.#blocked) {
      const packet = this.#own.shift();
      if (packet) {
        this.#ownBytes -= packet.length;
        this.#writeOwn(packet);
      } else if (this.#acks.length > 0) {
        this.#writeAcks();
      } else {
        const message = this.#messages.shift();
        if (!message) return;
        this.#messageBytes -= message.length;
        this.#writeOwn(message);
      }
    }
  }

  /** Writes what waits although the socket is full: nothing follows, and it keeps it until it can. */
  finish(): void {
    if (this.#closed || !this.#framer.atBoundary) return;
    for (const packet of this.#messages.splice(0)) this.#writeOwn(packet);
    for (const packet of this.#own.splice(0)) this.#writeOwn(packet);
    this.#ownBytes = this.#messageBytes = 0;
    if (this.#acks.length > 0) this.#writeAcks();
  }

  close(): void {
    this.#closed = true;
    this.#own = [];
    this.#ownBytes = 0;
    this.#dropMessages();
    this.#acks.clear();
    const waiting = this.#client;
    this.#client = null;
    waiting?.done();
  }

  #dropMessages(): void {
    this.#messages = [];
    this.#messageBytes = 0;
  }

  #writeOwn(packet: Uint8Array): void {
    this.#write(packet);
    this.#frame([packet]);
  }

  get #blocked(): boolean {
    return this.#closed || this.#socket.writableNeedDrain;
  }

  #writeClient(pieces: readonly Uint8Array[], done: () => void): void {
    // One system call, or one WebSocket frame, for a packet and not one for each of its fields.
    this.#socket.cork();
    let small: Uint8Array[] = [];
    let size = 0;
    const join = () => {
      if (size > 0) this.#write(small.length === 1 ? (small[0] as Uint8Array) : Buffer.concat(small, size));
      small = [];
      size = 0;
    };
    for (const piece of pieces) {
      if (piece.length >= JOIN_BELOW) {
        join();
        this.#write(piece);
      } else {
        small.push(piece);
        size += piece.length;
        if (size >= JOINED) join();
      }
    }
    join();
    this.#socket.uncork();
    this.#frame(pieces);
    this.flush();
    if (this.#blocked && !this.#closed) this.#client = { pieces: null, done };
    else done();
  }

  /** Follows what was written; a listener that writes from its note has to wait for the last piece. */
  #frame(pieces: readonly Uint8Array[]): void {
    this.#framing = true;
    try {
      for (const piece of pieces) this.#framer.feed(piece);
    } finally {
      this.#framing = false;
    }
  }

  #record(type: number, size: number, packetId: number, code: number): void {
    const recorder = this.#recorder;
    if (recorder === null) return;
    const { bytes, length } = this.#framer.head;
    recorder.tick();
    if (type === PUBLISH) {
      recorder.publish(OUT, packetId, bytes, 0, length, size, this.#payloadStart(bytes, length, size));
    } else if (type >= PUBACK && type <= PUBCOMP) {
      recorder.acknowledgement(OUT, type, packetId, code, bytes, 0, length);
    } else {
      recorder.control(OUT, bytes, 0, length, size);
    }
    // The framer writes the next head into the same bytes.
    recorder.settle();
  }

  #payloadStart(bytes: Uint8Array, length: number, size: number): number {
    const body = headerEnd(bytes, 0, length);
    const flags = (bytes[0] as number) & 15;
    const offset = payloadOffset(bytes, body, length - body, size - body, flags, this.#version === 5);
    return offset < 0 ? length : body + offset;
  }

  #recordAcks(bytes: Uint8Array): void {
    const recorder = this.#recorder;
    if (recorder === null) return;
    recorder.tick();
    for (let at = 0; at < bytes.length; at += ACK_BYTES) {
      const packetId = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
      const type = (bytes[at] as number) >>> 4;
      recorder.acknowledgement(OUT, type, packetId, 0, bytes, at, at + ACK_BYTES);
    }
    recorder.settle();
  }

  #writeAcks(): void {
    this.packets += this.#acks.length / ACK_BYTES;
    this.lastSentAt = this.#now();
    const acks = this.#acks.take();
    this.#recordAcks(acks);
    this.#write(acks);
  }

  #write(bytes: Uint8Array): void {
    // Ended by the broker's end: writing would be an error, and hide the reason it gave.
    if (!this.#socket.writable) return;
    this.bytes += bytes.length;
    if (this.#joining !== null && bytes.length < JOIN_BELOW) {
      this.#joining.push(bytes);
      this.#joiningBytes += bytes.length;
      if (this.#joiningBytes >= JOINED) this.#writeJoined();
    } else {
      this.#writeJoined();
      this.#socket.write(bytes);
    }
  }

  #writeJoined(): void {
    if (this.#joining === null || this.#joiningBytes === 0) return;
    const pieces = this.#joining;
    const size = this.#joiningBytes;
    this.#joining = [];
    this.#joiningBytes = 0;
    this.#socket.write(Buffer.concat(pieces, size));
  }

  #drained(): void {
    const waiting = this.#client;
    this.#client = null;
    if (waiting?.pieces) {
      this.flush();
      this.fromClient(waiting.pieces, waiting.done);
    } else {
      this.flush();
      waiting?.done();
    }
  }
}
