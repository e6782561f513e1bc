import { Duplex } from 'node:stream';
import { encodeDisconnect } from '../../core/mqtt/encode.ts';
import type { Echoes } from '../../core/mqtt/echoes.ts';
import type { ProtocolLevel } from '../../core/mqtt/packet-types.ts';
import { RULES } from '../../core/mqtt/violations.ts';
import { OUT, type FlightRecorder } from '../../core/packet-capture/store/recorder.ts';
import type { Intake } from '../../core/topics/store/intake.ts';
import type { Clock } from '../base/clock.ts';
import {
  ACKS_AT_ONCE,
  FAREWELL_MS,
  LAST_WORDS_MS,
  MAX_UNSENT,
  MAX_WAITING,
  STUCK_CHECK_MS,
  STUCK_MS,
} from './bounds.ts';
import { ConnectSwap } from './connect-swap.ts';
import {
  TapError,
  type Handshakes,
  type ReceivedNote,
  type SentNote,
  type TapEnd,
  type TapEvents,
} from './events.ts';
import { Incoming } from './incoming.ts';
import { Outgoing } from './outgoing.ts';
import { HOLD_MS, ReadPace, SMALL_READ } from './pace.ts';
import { StreamReads, type ReadDoor, type TapReads } from './reads.ts';
import type { TapSession } from './session.ts';

export interface TapOptions {
  /**
   * Connected (tls: secured, ws: upgraded). The tap owns it from now on: it reads, writes, ends and
   * destroys it. Its errors destroy the tap with the same error.
   */
  readonly socket: Duplex;
  /** Sent in the place of the CONNECT that mqtt.js writes; without it, that one is. */
  readonly connect?: Uint8Array;
  /**
   * The fast door for a tcp or TLS socket, made before the socket: see `TapReads`. Null: the tap
   * reads `socket` by its 'data' events (WebSocket, TLS through a proxy).
   */
  readonly reads: TapReads | null;
  readonly intake: Intake;
  readonly session: TapSession;
  readonly version: ProtocolLevel;
  /** Longer payloads are streamed past and kept as their first bytes. */
  readonly maxPayloadBytes: number;
  /** Ours, as written into CONNECT; 65,535 if it is not written. Enforced on 5 only. */
  readonly receiveMaximum: number;
  /** Ours, as written into CONNECT; 0 if it is not written. Enforced on 5 only. */
  readonly maximumPacketSize: number;
  /** Ours, as written into CONNECT. */
  readonly cleanStart?: boolean | undefined;
  readonly clock: Clock;
  readonly events: TapEvents;
  /** Records every packet of both directions. */
  readonly recorder?: FlightRecorder | undefined;
  /** What must not come back as text of the broker's own. */
  readonly echoes?: Echoes | undefined;
  /** Who answers at QoS 2; without it, mqtt.js. */
  readonly handshakes?: Handshakes | undefined;
}

/**
 * Sits between a socket and mqtt.js (`new MqttClient(() => tap, options)`): takes QoS 0 and 1 PUBLISH
 * packets out of the stream into the intake and acknowledges them, and leaves the protocol to mqtt.js.
 *
 * - Do not read messages from mqtt.js: its 'message' event knows QoS 2 only, with a placeholder for
 *   the topic and no payload. Every message is in the intake, at its first receipt.
 * - When the tap ends the connection itself, `events.ended` says why, and the tap is destroyed with a
 *   `TapError`, which mqtt.js emits as 'error'.
 * - `tap.destroy()` destroys the socket; `tap.end()` ends it after what was written.
 */
export class Tap extends Duplex {
  readonly #socket: Duplex;
  readonly #version: ProtocolLevel;
  readonly #clock: Clock;
  readonly #events: TapEvents;
  readonly #recorder: FlightRecorder | undefined;
  readonly #intake: Intake;
  readonly #incoming: Incoming;
  readonly #outgoing: Outgoing;
  /**
   * Sends one whole packet of ours, between two packets of mqtt.js. `events.sent` is called when it is
   * written: at once, unless mqtt.js is in the middle of a packet or the socket is full. Does nothing on a
   * destroyed tap.
   */
  readonly writePacket: (packet: Uint8Array) => void;
  readonly #reads: ReadDoor;
  readonly #pace = new ReadPace();
  readonly #swap: ConnectSwap;
  #bytesIn = 0;
  #lastReceivedAt: number | null = null;
  /** Cancel what waits; null: nothing does. */
  #hold: (() => void) | null = null;
  /** Since when it has been listening for what comes next, and how long it did so before the read that goes on. */
  #awaitedSince = -Infinity;
  #awaitedMs = 0;
  /** Flags of the messages of the read that goes on, or-ed; null: the next chunk is the first of its read. */
  #readFlags: number | null = null;
  /** Acknowledgements are to leave after this turn. */
  #flushing = false;
  #stuckSince = 0;
  #stuckBytes = 0;
  #stuckTimer: (() => void) | null = null;
  #lastWords: (() => void) | null = null;
  #ended = false;
  /** Nothing more will be pushed. */
  #finished = false;
  #farewell: Uint8Array | null = null;

  constructor(options: TapOptions) {
    super({ allowHalfOpen: false });
    this.#socket = options.socket;
    this.#swap = new ConnectSwap(options.connect ?? null);
    this.#version = options.version;
    this.#clock = options.clock;
    this.#events = options.events;
    this.#recorder = options.recorder;
    this.#intake = options.intake;
    this.#incoming = new Incoming({
      ...options,
      received: (note) => this.#received(note),
      puback: options.events.puback && ((packetId, at) => this.#puback(packetId, at)),
    });
    this.#outgoing = new Outgoing({
      socket: options.socket,
      acks: this.#incoming.acks,
      now: () => this.#clock.now(),
      sent: (note) => this.#sent(note),
      recorder: options.recorder,
      version: options.version,
    });
    this.writePacket = this.#outgoing.fromUs.bind(this.#outgoing);
    this.#reads = options.reads ?? new StreamReads(options.clock);
    this.#listen(options.socket);
  }

  /** May change while running (settings). */
  get maxPayloadBytes(): number {
    return this.#incoming.maxPayloadBytes;
  }
  set maxPayloadBytes(bytes: number) {
    this.#incoming.maxPayloadBytes = bytes;
  }

  /** Bytes and packets of this connection, acknowledgements included. */
  get bytesIn(): number {
    return this.#bytesIn;
  }
  get bytesOut(): number {
    return this.#outgoing.bytes;
  }
  get packetsIn(): number {
    return this.#incoming.packets;
  }
  get packetsOut(): number {
    return this.#outgoing.packets;
  }

  /** PUBLISH packets given to the intake. */
  get messages(): number {
    return this.#incoming.messages;
  }
  /** Redeliveries at QoS 2, which were not. */
  get duplicates(): number {
    return this.#incoming.duplicates;
  }

  /** When a packet of ours was last handed to the socket whole, by `Clock.now`; null before. For PINGREQ. */
  get lastSentAt(): number | null {
    return this.#outgoing.lastSentAt;
  }
  /** When a byte was last read, by `Clock.now`; null before. For the link's liveness. */
  get lastReceivedAt(): number | null {
    return this.#lastReceivedAt;
  }

  /** Acknowledgements and own packets waiting for the socket; messages are counted by themselves. */
  get unsentBytes(): number {
    return this.#outgoing.unsentBytes;
  }
  /** Messages of ours waiting for the socket. */
  get unsentMessageBytes(): number {
    return this.#outgoing.unsentMessageBytes;
  }
  /** Bytes read and waiting for mqtt.js. */
  get waitingBytes(): number {
    return this.readableLength;
  }

  /** See `Outgoing.together`. */
  together<T>(work: () => T): T {
    return this.#outgoing.together(work);
  }

  override _read(): void {
    // The socket drives; a stop because mqtt.js lagged is looked at by its timer.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#outgoing.fromClient(this.#swap.take([chunk]), done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#outgoing.fromClient(this.#swap.take(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#outgoing.finish();
    this.#incoming.stopped = true;
    if (this.#socket.writable) this.#socket.end(() => done());
    else done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#finished = true;
    this.#incoming.stopped = true;
    for (const cancel of [this.#hold, this.#stuckTimer, this.#lastWords]) cancel?.();
    // A packet that mqtt.js broke off leaves no room for ours.
    const farewell = this.#outgoing.atBoundary ? this.#farewell : null;
    this.#outgoing.close();
    if (farewell !== null && this.#socket.writable) {
      this.#recorder?.control(OUT, farewell, 0, farewell.length);
      this.#socket.end(farewell, () => this.#socket.destroy());
      this.#clock.after(FAREWELL_MS, () => this.#socket.destroy());
    } else {
      this.#socket.destroy();
    }
    done(error);
  }

  #listen(socket: Duplex): void {
    socket.on('error', (error) => {
      // What was held back may say why.
      this.#reads.drain();
      this.destroy(error);
    });
    socket.on('end', () => {
      this.#reads.drain();
      if (this.#finished) return;
      this.#finished = true;
      this.push(null);
    });
    socket.on('close', () => {
      if (this.destroyed) return;
      this.#reads.drain();
      // mqtt.js may still have to read why the broker refused.
      if (!this.#finished) this.destroy();
      else this.#lastWords = this.#clock.after(LAST_WORDS_MS, () => this.destroy());
    });
    this.#reads.attach(socket, (chunk, readBytes, isLast) => this.#chunk(chunk, readBytes, isLast));
  }

  /** Everything that a chunk of a read causes, in one turn. False: no more for now. */
  #chunk(chunk: Uint8Array, readBytes: number, isLast: boolean): boolean {
    if (this.#finished) return false;
    const at = this.#clock.now();
    if (this.#readFlags === null) this.#awaitedMs = at - this.#awaitedSince;
    this.#bytesIn += chunk.length;
    this.#lastReceivedAt = this.#awaitedSince = at;
    // What acknowledgements let out leaves together.
    const isCorked = this.#pace.publishing;
    const { answers } = this.#pace;
    if (isCorked) this.#socket.cork();
    try {
      this.#incoming.read(chunk, at, this.#clock.wall(at));
      if (isCorked && answers === this.#pace.answers) this.#events.unanswered?.();
    } catch (error) {
      this.#end({ kind: 'fault', error });
      return false;
    } finally {
      if (isCorked) this.#socket.uncork();
    }
    if ((isLast && readBytes < SMALL_READ) || this.#outgoing.unsentBytes >= ACKS_AT_ONCE)
      this.#outgoing.flush();
    else this.#flushSoon();
    for (const piece of this.#incoming.takePassed()) {
      if (!this.#finished) this.push(piece);
    }
    if (this.#incoming.violation !== null) this.#violated();
    if (this.destroyed) return false;
    if (this.#overfull() !== null) return this.#stop();
    const flags = this.#incoming.takeFlags();
    this.#pace.read(flags, at);
    return this.#goesOn(readBytes, (this.#readFlags ?? 0) | flags, isLast);
  }

  /** Whether what comes next is read at once; false: it is held back. What is left of a read never is. */
  #goesOn(readBytes: number, flags: number, isLast: boolean): boolean {
    this.#readFlags = isLast ? null : flags;
    this.#reads.ahead = this.#pace.scanning;
    if (!isLast) return true;
    const at = this.#lastReceivedAt ?? 0;
    const holdMs = this.#pace.holdMs(readBytes, flags, at, this.#intake.unwatched === true);
    this.#reads.ahead = this.#pace.scanning;
    // What was itself awaited for as long: the next will hardly come sooner.
    if (this.#awaitedMs >= holdMs) return true;
    if (this.#hold === null) {
      const wait = holdMs > HOLD_MS ? this.#clock.atTick : this.#clock.after;
      this.#hold = wait(holdMs, this.#release);
    }
    return false;
  }

  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    this.#clock.nextTurn(() => {
      this.#flushing = false;
      if (!this.destroyed) this.#outgoing.flush();
    });
  }

  readonly #release = (): void => {
    this.#hold = null;
    this.#awaitedSince = this.#clock.now();
    if (this.#stuckTimer === null && !this.destroyed) this.#reads.go();
  };

  /** Waiting for an answer: what is held back is read now. */
  #hurry(): void {
    if (this.#hold === null) return;
    this.#hold();
    // Not from inside of what a chunk causes.
    this.#hold = this.#clock.after(0, this.#release);
  }

  #sent(note: SentNote): void {
    if (this.#pace.sent(note)) this.#hurry();
    this.#reads.ahead = this.#pace.scanning;
    try {
      this.#events.sent(note);
    } catch (error) {
      this.#end({ kind: 'fault', error });
    }
  }

  #received(note: ReceivedNote): void {
    this.#pace.received(note);
    this.#events.received(note);
  }

  #puback(packetId: number, at: number): void {
    this.#pace.answered();
    this.#events.puback?.(packetId, at);
  }

  #violated(): void {
    const { violation } = this.#incoming;
    if (violation === null) return;
    const { code, text } = RULES[violation.rule];
    if (this.#version === 5) this.#farewell = encodeDisconnect(5, code);
    this.#end({ kind: 'violation', rule: violation.rule, code, text, evidence: violation.evidence });
  }

  #overfull(): { what: 'acknowledgements' | 'client'; bytes: number } | null {
    const { unsentBytes, waitingBytes } = this;
    if (unsentBytes > MAX_UNSENT) return { what: 'acknowledgements', bytes: unsentBytes };
    return waitingBytes > MAX_WAITING ? { what: 'client', bytes: waitingBytes } : null;
  }

  /** Reading stops until what is waited for goes down; if it does not, the connection is given up. */
  #stop(): false {
    this.#stuckSince = this.#clock.now();
    this.#stuckBytes = Number.MAX_SAFE_INTEGER;
    this.#stuckTimer ??= this.#clock.after(STUCK_CHECK_MS, this.#lookAtStop);
    return false;
  }

  readonly #lookAtStop = (): void => {
    this.#stuckTimer = null;
    const full = this.#overfull();
    if (full === null) {
      this.#release();
      return;
    }
    const now = this.#clock.now();
    if (full.bytes < this.#stuckBytes) this.#stuckSince = now;
    this.#stuckBytes = full.bytes;
    const forMs = now - this.#stuckSince;
    if (forMs >= STUCK_MS) this.#end({ kind: 'stuck', ...full, forMs });
    else this.#stuckTimer = this.#clock.after(STUCK_CHECK_MS, this.#lookAtStop);
  };

  #end(end: TapEnd): void {
    if (this.#ended || this.destroyed) return;
    this.#ended = true;
    this.#incoming.stopped = true;
    try {
      this.#events.ended(end);
    } catch {
      // The reason is on its way to mqtt.js as an error as well; the connection ends in any case.
    }
    this.destroy(new TapError(end));
  }
}
