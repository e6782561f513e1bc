import { ACK_BYTES, appendAck, appendHandshakePublish, ByteBatch } from '../../core/mqtt/encode.ts';
import {
  AUTH,
  CONNACK,
  CONNECT,
  DISCONNECT,
  PINGREQ,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  PUBREC,
  PUBREL,
  SUBSCRIBE,
  UNSUBSCRIBE,
  type ProtocolLevel,
} from '../../core/mqtt/packet-types.ts';
import type { Echoes } from '../../core/mqtt/echoes.ts';
import { plainRefusal, readControlPacket } from '../../core/mqtt/packets.ts';
import { eachProperty, SUBSCRIPTION_IDENTIFIER, varintValue } from '../../core/mqtt/properties.ts';
import { PublishReader } from '../../core/mqtt/publish.ts';
import type { Rule } from '../../core/mqtt/violations.ts';
import { IN, type FlightRecorder } from '../../core/packet-capture/store/recorder.ts';
import type { Intake } from '../../core/topics/store/intake.ts';
import { MAX_BROKEN, MAX_CONTROL_PACKET, MAX_EVIDENCE } from './bounds.ts';
import { CutPacket } from './cut.ts';
import type { Handshakes, ReceivedNote } from './events.ts';
import { recordControl } from './record-control.ts';
import type { TapSession } from './session.ts';

/** Of topics that a broker has for itself, such as $SYS. */
const DOLLAR = 0x24;

const FLAGS_2: ReadonlySet<number> = new Set([PUBREL, SUBSCRIBE, UNSUBSCRIBE]);
const FROM_CLIENTS: ReadonlySet<number> = new Set([CONNECT, SUBSCRIBE, UNSUBSCRIBE, PINGREQ]);

export interface IncomingOptions {
  readonly version: ProtocolLevel;
  readonly maxPayloadBytes: number;
  /** 65,535 if we announced none. */
  readonly receiveMaximum: number;
  /** 0 if we announced none. */
  readonly maximumPacketSize: number;
  /** CONNECT asked for a session without a past. */
  readonly cleanStart?: boolean | undefined;
  readonly intake: Intake;
  readonly session: TapSession;
  readonly received: (note: ReceivedNote) => void;
  readonly puback?: ((packetId: number, at: number) => void) | undefined;
  readonly recorder?: FlightRecorder | undefined;
  /** What must not come back as text of the broker's own. */
  readonly echoes?: Echoes | undefined;
  /** Who answers at QoS 2; without it, mqtt.js. */
  readonly handshakes?: Handshakes | undefined;
}

export interface Violation {
  readonly rule: Rule;
  readonly evidence: Uint8Array;
}

/**
 * Reads the stream of a broker, cut anywhere: PUBLISH goes to the intake, what mqtt.js is to see is
 * collected in `takePassed`, acknowledgements in `acks`.
 *
 * Packets that lie whole in a chunk are read in place. One that is cut is put together in
 * `CutPacket`.
 */
export class Incoming {
  maxPayloadBytes: number;
  /** PUBACKs to be sent, and what else is answered here; the owner clears it when they are. */
  readonly acks = new ByteBatch(4_096);
  packets = 0;
  messages = 0;
  duplicates = 0;
  violation: Violation | null = null;
  /** Set by the owner from an event to drop the rest of the chunk. */
  stopped = false;
  readonly #version: ProtocolLevel;
  readonly #receiveMaximum: number;
  readonly #maximumPacketSize: number;
  readonly #intake: Intake;
  readonly #session: TapSession;
  readonly #events: Pick<IncomingOptions, 'received' | 'puback'>;
  readonly #recorder: FlightRecorder | null;
  readonly #echoes: Echoes | null;
  readonly #isOurs: boolean;
  /** There is no session that the broker could resume [MQTT-3.2.2-4]; before MQTT 5 nothing says what to do then. */
  readonly #hasNoPast: boolean;
  readonly #publish = new PublishReader();
  /** QoS 2 ids received on *this* connection and not released: what counts for Receive Maximum. */
  readonly #open: Set<number> = new Set();
  #accepted = false;
  #flagsSeen = 0;
  readonly #cut: CutPacket;
  #passing = new ByteBatch(1_024);
  #passed: Uint8Array[] = [];

  constructor(options: IncomingOptions) {
    this.maxPayloadBytes = options.maxPayloadBytes;
    this.#version = options.version;
    this.#receiveMaximum = options.receiveMaximum;
    this.#maximumPacketSize = options.maximumPacketSize;
    this.#intake = options.intake;
    this.#session = options.session;
    this.#events = options;
    this.#recorder = options.recorder ?? null;
    this.#echoes = options.echoes ?? null;
    this.#isOurs = options.handshakes === 'tap';
    this.#hasNoPast = options.cleanStart === true && options.version === 5;
    this.#cut = new CutPacket(options.version === 5, (first, size) => this.#header(first, size));
  }

  /** Bytes of memory held for a cut packet. */
  get carried(): number {
    return this.#cut.bytes.length;
  }

  /** What mqtt.js is to see of the chunks read since the last call, to be pushed piece by piece. */
  takePassed(): readonly Uint8Array[] {
    if (this.#passing.length > 0) this.#passed.push(this.#passing.take());
    if (this.#passed.length === 0) return NOTHING;
    const passed = this.#passed;
    this.#passed = [];
    return passed;
  }

  /** The flags of all messages since the last call, or-ed. */
  takeFlags(): number {
    const flags = this.#flagsSeen;
    this.#flagsSeen = 0;
    return flags;
  }

  /**
   * Reads one chunk; nothing of it is referenced afterwards. False: a rule was broken, see
   * `violation`; reading is over.
   * @param at when it was read, by `Clock.now`
   * @param wall the same in ms since the epoch, for the messages
   */
  read(chunk: Uint8Array, at: number, wall: number): boolean {
    if (this.stopped) return this.violation === null;
    this.#recorder?.tick();
    try {
      const position = this.#cut.have > 0 ? this.#continue(chunk, at, wall) : 0;
      return position >= 0 && this.#scan(chunk, position, at, wall);
    } finally {
      this.#recorder?.settle();
    }
  }

  // The hot loop: header, length and dispatch in one function, since a call a field costs as much as
  // the field.
  #scan(chunk: Uint8Array, from: number, at: number, wall: number): boolean {
    const end = chunk.length;
    const version5 = this.#version === 5;
    let position = from;
    while (position < end && !this.stopped) {
      let body = position + 2;
      if (body > end) break;
      const first = chunk[position] as number;
      let length = chunk[position + 1] as number;
      if (length > 127) {
        length &= 127;
        let unit = 128;
        let more = true;
        while (more && body < end && unit <= 2_097_152) {
          const byte = chunk[body++] as number;
          length += (byte & 127) * unit;
          unit *= 128;
          more = byte > 127;
        }
        // Either cut, or too long: #begin finds out.
        if (more) break;
      }
      const next = body + length;
      if (next > end) break;
      const rule = this.#header(first, next - position);
      if (rule !== null) return this.#fail(rule, chunk, position);
      const broken =
        first >>> 4 === PUBLISH
          ? this.#message(chunk, position, body, next, length, first & 15, version5, wall)
          : this.#control(chunk, position, body, next, at);
      if (broken !== null) return this.#fail(broken, chunk, position);
      position = next;
    }
    return position >= end || this.stopped || this.#begin(chunk, position);
  }

  /** Checks the first byte and the size before the rest has arrived. */
  #header(first: number, size: number): Rule | null {
    const type = first >>> 4;
    const flags = first & 15;
    if (type === PUBLISH) {
      if ((flags & 6) === 6) return 'qos-3';
      if ((flags & 14) === 8) return 'dup-qos-0';
      if (!this.#accepted) return 'before-connack';
    } else {
      const rule = this.#controlHeader(type, flags);
      if (rule !== null) return rule;
    }
    const limit = this.#maximumPacketSize;
    if (limit > 0 && size > limit && this.#version === 5) return 'packet-too-large';
    if (size > MAX_CONTROL_PACKET && type !== PUBLISH) return 'control-packet-too-large';
    return null;
  }

  #controlHeader(type: number, flags: number): Rule | null {
    if (type === 0) return 'not-a-packet';
    if (flags !== (FLAGS_2.has(type) ? 2 : 0)) return 'reserved-flags';
    if (FROM_CLIENTS.has(type) || (type >= DISCONNECT && this.#version !== 5)) return 'not-from-a-broker';
    if (type === CONNACK) return this.#accepted ? 'second-connack' : null;
    // Some brokers say why they refuse with DISCONNECT instead of CONNACK: not allowed, but useful.
    return this.#accepted || type >= DISCONNECT ? null : 'before-connack';
  }

  /** The payload ends at `end`, or was passed over beyond it: `length` is the body's size on the wire. */
  #message(
    bytes: Uint8Array,
    start: number,
    body: number,
    end: number,
    length: number,
    flags: number,
    version5: boolean,
    wall: number,
  ): Rule | null {
    const publish = this.#publish;
    const rule = publish.read(bytes, body, end, flags, version5);
    if (rule !== null) return rule;
    this.packets++;
    const { packetId, payloadStart } = publish;
    // The broker speaks of itself; other messages are data of those who sent them.
    if (bytes[publish.topicStart] === DOLLAR) this.#echoes?.blank(bytes, publish.topicStart, end);
    this.#recorder?.publish(IN, packetId, bytes, start, end, body - start + length, payloadStart);
    if ((flags & 4) !== 0) {
      const excess = this.#exactlyOnce(flags, packetId);
      if (excess !== null) return excess;
      if (!this.#session.add(packetId)) {
        this.duplicates++;
        return null;
      }
    } else if ((flags & 2) !== 0) {
      if (version5 && this.#unacknowledged() >= this.#receiveMaximum) return 'receive-maximum';
      appendAck(this.acks, PUBACK, packetId);
    }
    const payloadSize = length - (payloadStart - body);
    const payloadEnd = payloadSize > this.maxPayloadBytes ? payloadStart + this.maxPayloadBytes : end;
    this.messages++;
    this.#flagsSeen |= flags;
    if (publish.identifiers > 1) this.#countFurther(bytes);
    this.#intake.message(
      bytes,
      publish.topicStart,
      publish.topicEnd,
      publish.propertiesStart,
      publish.propertiesEnd,
      payloadStart,
      payloadEnd,
      payloadSize,
      flags,
      publish.subscription,
      publish.expiry,
      wall,
      packetId,
    );
    return null;
  }

  #countFurther(bytes: Uint8Array): void {
    let isFirst = true;
    eachProperty(bytes, this.#publish.propertiesStart, this.#publish.propertiesEnd, (id, from, to) => {
      if (id !== SUBSCRIPTION_IDENTIFIER) return;
      if (!isFirst) this.#intake.alsoFor?.(varintValue(bytes, from, to));
      isFirst = false;
    });
  }

  /** Begins the handshake, or hands the packet on for it. */
  #exactlyOnce(flags: number, packetId: number): Rule | null {
    if (!this.#open.has(packetId)) {
      if (this.#version === 5 && this.#unacknowledged() >= this.#receiveMaximum) return 'receive-maximum';
      this.#open.add(packetId);
    }
    if (this.#isOurs) appendAck(this.acks, PUBREC, packetId);
    else appendHandshakePublish(this.#passing, flags, packetId, this.#version);
    return null;
  }

  #unacknowledged(): number {
    // Our own PUBRECs wait among the acknowledgements, and their messages are open still.
    return this.#isOurs ? this.#open.size : this.acks.length / ACK_BYTES + this.#open.size;
  }

  #control(bytes: Uint8Array, start: number, body: number, end: number, at: number): Rule | null {
    const type = (bytes[start] as number) >>> 4;
    // Nobody else is waiting for it, and of a fetch there is one for each message.
    if (this.#isOurs && this.#shortAnswer(type, bytes, start, body, end, at)) return null;
    // Before anybody reads or records it.
    if (this.#version === 5) this.#echoes?.blankPacket(bytes, type, body, end);
    const packet = readControlPacket(bytes, type, body, end, this.#version);
    if (typeof packet === 'string') return packet;
    this.packets++;
    if (this.#recorder !== null) recordControl(this.#recorder, packet, bytes, start, end);
    if (packet.kind === 'connack' && packet.code === 0) {
      if (packet.sessionPresent && this.#hasNoPast) return 'session-present';
      this.#accepted = true;
    }
    if (packet.kind === 'pubrel') this.#release(packet.packetId);
    // Enhanced authentication is ours; mqtt.js, which did not ask for it, would call it an error.
    // So would it a message that is refused by a code that is not defined there.
    const plain = plainRefusal(packet, type);
    if (plain !== null) this.#pass(plain, 0, plain.length, type);
    else if (type !== AUTH) this.#pass(bytes, start, end, type);
    // Nothing may follow it [MQTT-3.14.4-1].
    if (packet.kind === 'disconnect') this.stopped = true;
    this.#events.received({ at, size: end - start, packet });
    return null;
  }

  /** False: it is more than the packet ID of a PUBREL, or of a PUBACK where those are reported this way. */
  #shortAnswer(type: number, bytes: Uint8Array, start: number, body: number, end: number, at: number) {
    const packetId = ((bytes[body] as number) << 8) | (bytes[body + 1] as number);
    const { puback } = this.#events;
    if (end - body !== 2 || packetId === 0 || (type !== PUBREL && (type !== PUBACK || !puback))) return false;
    this.packets++;
    this.#recorder?.acknowledgement(IN, type, packetId, 0, bytes, start, end);
    if (type === PUBREL) this.#release(packetId);
    else puback?.(packetId, at);
    return true;
  }

  #release(packetId: number): void {
    this.#session.release(packetId);
    this.#open.delete(packetId);
    if (this.#isOurs) appendAck(this.acks, PUBCOMP, packetId);
  }

  #pass(bytes: Uint8Array, start: number, end: number, type: number): void {
    if (type !== CONNACK && type < DISCONNECT) {
      if (this.#isOurs) return;
      this.#passing.append(bytes, start, end);
      return;
    }
    // mqtt-packet reads the properties that these may leave out from whatever follows in its buffer:
    // they travel in a piece of their own.
    if (this.#passing.length > 0) this.#passed.push(this.#passing.take());
    this.#passed.push(copyOf(bytes, start, end));
  }

  /** The evidence goes on to the end of the read: a peer that speaks no MQTT has no packets. */
  #fail(rule: Rule, bytes: Uint8Array, start: number): false {
    this.#echoes?.blank(bytes, start, Math.min(bytes.length, start + MAX_BROKEN));
    this.#recorder?.broken(rule, bytes, start, Math.min(bytes.length, start + MAX_BROKEN));
    this.violation = { rule, evidence: copyOf(bytes, start, Math.min(bytes.length, start + MAX_EVIDENCE)) };
    this.stopped = true;
    return false;
  }

  /** Keeps the head of a packet that the chunk does not hold whole. */
  #begin(chunk: Uint8Array, position: number): boolean {
    this.#cut.clear();
    const taken = this.#cut.take(chunk, position, this.maxPayloadBytes);
    return typeof taken === 'number' || this.#fail(taken, chunk, position);
  }

  /** The position after what belongs to the cut packet, which is read if complete; -1: it breaks a rule. */
  #continue(chunk: Uint8Array, at: number, wall: number): number {
    const cut = this.#cut;
    const before = cut.have;
    const taken = cut.take(chunk, 0, this.maxPayloadBytes);
    if (typeof taken === 'string') {
      const evidence = cut.evidence(before, chunk, MAX_EVIDENCE);
      this.#fail(taken, evidence, 0);
      return -1;
    }
    if (!cut.complete) return taken;
    const { bytes, body, have, total } = cut;
    const first = bytes[0] as number;
    const rule =
      first >>> 4 === PUBLISH
        ? this.#message(bytes, 0, body, have, total - body, first & 15, this.#version === 5, wall)
        : this.#control(bytes, 0, body, have, at);
    if (rule !== null) {
      this.#fail(rule, bytes.subarray(0, have), 0);
      return -1;
    }
    // Its bytes are those of the next packet that is cut.
    this.#recorder?.settle();
    cut.clear();
    return taken;
  }
}

const NOTHING: readonly Uint8Array[] = [];

/** `slice` of a Buffer would be a view and pin the whole read. */
function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end));
}
