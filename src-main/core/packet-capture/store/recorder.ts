import type { PublishRecording, RecorderStatus } from '../../../contract/session/packets.ts';
import { RECORDER_BYTES } from '../../../contract/session/session-blank.ts';
import { CONNACK, CONNECT, AUTH, PUBACK, PUBCOMP, PUBREC } from '../../mqtt/packet-types.ts';
import type { ProtocolLevel } from '../../mqtt/packet-types.ts';
import { PacketIdSet } from '../../mqtt/packet-ids.ts';
import { RULES, type Rule } from '../../mqtt/violations.ts';
import { SteadyTime, type TwoClocks } from '../../session/machine/steady-time.ts';
import { PacketRing } from './ring.ts';
import { blankSecrets } from './secrets.ts';

export const IN = 0;
export const OUT = 1;
export type Way = typeof IN | typeof OUT;

/** Bits of a record's flags; the protocol's level is in two more. */
export const FLAG_OUT = 1;
export const FLAG_BLANKED = 2;
const LEVEL_SHIFT = 2;

/** Bytes of a payload that are kept: enough to know it by, the whole one is in the history. */
export const KEPT_PAYLOAD = 256;

/**
 * PUBLISH packets a second in one direction, beyond which `auto` leaves them out until it was less for
 * a second: at 1,000 a second the 16 MB reach two minutes back.
 */
export const AUTO_RATE = 1_000;

/** ms. */
const SECOND = 1_000;

const RULE_NAMES = Object.keys(RULES) as Rule[];

export function ruleName(index: number): Rule | null {
  return RULE_NAMES[index - 1] ?? null;
}

export function levelOf(flags: number): ProtocolLevel {
  return (((flags >>> LEVEL_SHIFT) & 3) + 2) as ProtocolLevel;
}

/** What is recorded of the PUBLISH packets of one direction. */
class Gate {
  /** Identifiers of packets that were left out: their acknowledgements are left out too. */
  readonly skipped = new PacketIdSet();
  notRecorded = 0;
  #count = 0;
  #second = 0;
  #over = false;

  takes(mode: PublishRecording, packetId: number, now: number): boolean {
    const takes = this.#decide(mode, now);
    if (!takes) this.notRecorded++;
    if (packetId > 0 && takes) this.skipped.delete(packetId);
    else if (packetId > 0) this.skipped.add(packetId);
    return takes;
  }

  /** Whether packets are being left out now. */
  leavingOut(mode: PublishRecording, now: number): boolean {
    if (mode.kind === 'auto') this.#turn(now);
    return mode.kind === 'auto' ? this.#over || this.#count > AUTO_RATE : mode.kind !== 'all';
  }

  #decide(mode: PublishRecording, now: number): boolean {
    // Nearly always the same second: a call for each packet costs as much as all the rest.
    const passed = now - this.#second;
    if (!(passed >= 0 && passed < SECOND)) this.#turn(now);
    const count = ++this.#count;
    switch (mode.kind) {
      case 'all':
        return true;
      case 'excluded':
        return false;
      case 'sampled':
        return count % mode.oneIn === 0;
      case 'auto':
        return count <= AUTO_RATE && !this.#over;
    }
  }

  /** A second of our own clock; one that had no packets was quiet. */
  #turn(now: number): void {
    const passed = now - this.#second;
    if (passed < SECOND && passed >= 0) return;
    this.#over = passed < 2 * SECOND && this.#count > AUTO_RATE;
    this.#count = 0;
    this.#second = now;
  }
}

/**
 * The flight recorder of one connection: control packets of both directions as bytes, over all links.
 * It is on the path of every packet, so what it leaves out costs a comparison and a count.
 */
export class FlightRecorder {
  readonly ring: PacketRing;
  readonly #time: SteadyTime;
  #bytes: number;
  #publish: PublishRecording = { kind: 'auto' };
  readonly #gates = [new Gate(), new Gate()] as const;
  #link = 0;
  #levelBits = 2 << LEVEL_SHIFT;
  #malformed = 0;
  #now = 0;

  constructor(clocks: TwoClocks, bytes = RECORDER_BYTES) {
    this.#bytes = bytes;
    this.ring = new PacketRing(bytes);
    this.#time = new SteadyTime(clocks);
  }

  /** Number of the recorded link; the first is 1. */
  get link(): number {
    return this.#link;
  }

  /** A new connection begins. */
  startLink(level: ProtocolLevel): void {
    this.#link++;
    this.#levelBits = (level - 2) << LEVEL_SHIFT;
  }

  /** Reads the clock, once before all packets of a chunk. */
  tick(): void {
    this.#now = this.#time.now();
  }

  /**
   * A PUBLISH at [start, end) of `bytes`, which must not change before `settle`.
   *
   * @param size bytes on the wire; more than those where its payload was cut
   * @param packetId 0 at QoS 0
   * @param payload where its payload starts
   */
  publish(
    way: Way,
    packetId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    size: number,
    payload: number,
  ): void {
    if (!this.#gates[way].takes(this.#publish, packetId, this.#now)) return;
    this.#append(way, size, 0, bytes, start, Math.min(end, payload + KEPT_PAYLOAD));
  }

  /**
   * PUBACK, PUBREC, PUBREL or PUBCOMP: it goes with the PUBLISH it is about, unless it is bad news. Its bytes
   * must not change before `settle`.
   */
  acknowledgement(
    way: Way,
    type: number,
    packetId: number,
    code: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    // PUBREL has the direction of its PUBLISH, the others the opposite one.
    const published = type === PUBACK || type === PUBREC || type === PUBCOMP ? 1 - way : way;
    if (code < 128 && this.#gates[published as Way].skipped.has(packetId)) {
      this.#gates[way].notRecorded++;
      return;
    }
    this.#append(way, end - start, 0, bytes, start, end);
  }

  /** Copies the packets recorded so far: once for all that follow each other in the bytes of a read. */
  settle(): void {
    this.ring.settle();
  }

  /** Any other packet. */
  control(way: Way, bytes: Uint8Array, start: number, end: number, size = end - start): void {
    const type = (bytes[start] ?? 0) >>> 4;
    if (type !== CONNECT && type !== CONNACK && type !== AUTH) {
      this.#append(way, size, 0, bytes, start, end);
      this.settle();
      return;
    }
    const copy = new Uint8Array(bytes.subarray(start, end));
    this.#append(way, size, 0, copy, 0, copy.length, blankedFlag(copy));
  }

  /** Something that breaks a rule, from where it begins; nothing is known of what follows. */
  broken(rule: Rule, bytes: Uint8Array, start: number, end: number): void {
    this.#malformed++;
    const length = wholeLength(bytes, start, end);
    const to = length > 0 ? Math.min(end, start + length) : end;
    const size = length > 0 ? length : end - start;
    const copy = new Uint8Array(bytes.subarray(start, to));
    this.#append(IN, size, RULE_NAMES.indexOf(rule) + 1, copy, 0, copy.length, blankedFlag(copy));
  }

  set(publish: PublishRecording | undefined, bytes: number | undefined): void {
    if (publish) this.#publish = publish;
    if (bytes === undefined) return;
    this.#bytes = bytes;
    this.ring.setBudget(bytes);
  }

  clear(): void {
    this.ring.clear();
  }

  status(): RecorderStatus {
    const { ring } = this;
    const [received, sent] = this.#gates;
    this.tick();
    return {
      publish: this.#publish,
      leavingOut: this.#gates.some((gate) => gate.leavingOut(this.#publish, this.#now)),
      bytes: this.#bytes,
      used: ring.used,
      firstSeq: ring.firstSeq,
      lastSeq: ring.lastSeq,
      evicted: ring.evicted,
      deleted: ring.deleted,
      notRecordedIn: received.notRecorded,
      notRecordedOut: sent.notRecorded,
      malformed: this.#malformed,
    };
  }

  #append(
    way: Way,
    size: number,
    rule: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    flags = 0,
  ): void {
    this.ring.append(this.#now, size, this.#link, way | flags | this.#levelBits, rule, bytes, start, end);
  }
}

/** Overwrites what is secret in a copy of a packet; the flag of it for the record. */
function blankedFlag(copy: Uint8Array): number {
  const type = (copy[0] ?? 0) >>> 4;
  const body = headerEnd(copy, 0, copy.length);
  return blankSecrets(copy, type, body, copy.length) ? FLAG_BLANKED : 0;
}

/** Where the body of a packet starts; `end` if its length is not there. */
export function headerEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 1;
  while (at < end && at < start + 5) if ((bytes[at++] as number) < 128) return at;
  return end;
}

/** What the header claims of the whole packet; 0 if it is not there or no length. */
function wholeLength(bytes: Uint8Array, start: number, end: number): number {
  let length = 0;
  let unit = 1;
  for (let at = start + 1; at < Math.min(end, start + 5); at++, unit *= 128) {
    const byte = bytes[at] as number;
    length += (byte & 127) * unit;
    if (byte < 128) return at + 1 - start + length;
  }
  return 0;
}
