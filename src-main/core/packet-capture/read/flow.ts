import type { FlowStep } from '../../../contract/session/packets.ts';
import {
  PUBACK,
  PUBCOMP,
  PUBLISH,
  PUBREC,
  PUBREL,
  SUBACK,
  SUBSCRIBE,
  UNSUBACK,
  UNSUBSCRIBE,
} from '../../mqtt/packet-types.ts';
import { PacketHead } from './head.ts';
import { rawPacket } from './raw-packet.ts';
import { FLAG_OUT, levelOf } from '../store/recorder.ts';
import { emptyEntry, type PacketRing } from '../store/ring.ts';
import { rowOf } from './rows.ts';

export interface Flow {
  readonly what: 'publish' | 'subscribe' | 'unsubscribe';
  readonly startedBy: 'client' | 'broker';
  readonly steps: FlowStep[];
  readonly complete: boolean;
  readonly missing: string;
}

/** Records looked at in each direction: some ms. */
const MOST_LOOKED_AT = 100_000;
/** Packets of one handshake; more are repetitions. */
const MOST_STEPS = 64;

type What = Flow['what'];

/** Which handshake packets belong to: ids of the two sides have nothing to do with each other. */
interface Handshake {
  readonly what: What;
  /** FLAG_OUT or 0. */
  readonly starter: number;
}

const FINAL = new Set([PUBACK, PUBCOMP, SUBACK, UNSUBACK]);
const FIRST = new Set([PUBLISH, SUBSCRIBE, UNSUBSCRIBE]);

function handshakeOf(type: number, way: number): Handshake | null {
  switch (type) {
    case PUBLISH:
    case PUBREL:
      return { what: 'publish', starter: way };
    case PUBACK:
    case PUBREC:
    case PUBCOMP:
      return { what: 'publish', starter: way ^ FLAG_OUT };
    case SUBSCRIBE:
    case SUBACK:
      return { what: 'subscribe', starter: FLAG_OUT };
    case UNSUBSCRIBE:
    case UNSUBACK:
      return { what: 'unsubscribe', starter: FLAG_OUT };
    default:
      return null;
  }
}

/** Looks through records for the packets of one id. */
class Follower {
  readonly #ring: PacketRing;
  readonly #packetId: number;
  readonly #entry = emptyEntry();
  readonly head = new PacketHead();

  constructor(ring: PacketRing, packetId: number) {
    this.#ring = ring;
    this.#packetId = packetId;
  }

  /** The handshake of a record with this packet identifier, or null. `head` is set then. */
  at(seq: number): Handshake | null {
    if (!this.#ring.read(seq, this.#entry)) return null;
    const { bytes, start, end, flags, rule } = this.#entry;
    if (rule > 0) return null;
    this.head.read(bytes, start, end, levelOf(flags));
    return this.head.packetId === this.#packetId ? handshakeOf(this.head.type, flags & FLAG_OUT) : null;
  }

  isOf(seq: number, wanted: Handshake): boolean {
    const found = this.at(seq);
    return found !== null && found.what === wanted.what && found.starter === wanted.starter;
  }
}

/** The handshake of `packetId` that `near` is part of; null if there is none of it there or just before. */
export function packetFlow(ring: PacketRing, packetId: number, near: number): Flow | null {
  const follower = new Follower(ring, packetId);
  const lowest = Math.max(ring.firstSeq, near - MOST_LOOKED_AT);
  let from = Math.min(near, ring.lastSeq);
  let handshake: Handshake | null = null;
  for (; from >= lowest; from--) {
    handshake = follower.at(from);
    if (handshake !== null) break;
  }
  if (handshake === null) return null;
  const start = beginning(follower, handshake, from, lowest);
  const seqs = collect(follower, handshake, start, ring.lastSeq);
  return describe(ring, handshake, seqs);
}

/** Whether nothing of its handshake follows: a PUBREC that refuses ends it as well. */
function ends({ type, reason }: PacketHead): boolean {
  return FINAL.has(type) || (type === PUBREC && reason >= 128);
}

/** Back to the packet that began it, or the oldest that is there. */
function beginning(follower: Follower, handshake: Handshake, from: number, lowest: number): number {
  let start = from;
  for (let seq = from; seq >= lowest; seq--) {
    if (!follower.isOf(seq, handshake)) continue;
    const { type, flags } = follower.head;
    if (seq < from && ends(follower.head)) break;
    start = seq;
    // A PUBLISH that was sent again has one before it.
    if (FIRST.has(type) && (type !== PUBLISH || (flags & 8) === 0)) break;
  }
  return start;
}

function collect(follower: Follower, handshake: Handshake, start: number, last: number): number[] {
  const seqs: number[] = [];
  for (let seq = start; seq <= Math.min(last, start + MOST_LOOKED_AT) && seqs.length < MOST_STEPS; seq++) {
    if (!follower.isOf(seq, handshake)) continue;
    const { type, flags } = follower.head;
    const again = type === PUBLISH && (flags & 8) !== 0;
    if (seqs.length > 0 && FIRST.has(type) && !again) break;
    seqs.push(seq);
    if (ends(follower.head)) break;
  }
  return seqs;
}

function describe(ring: PacketRing, { what, starter }: Handshake, seqs: readonly number[]): Flow {
  const steps: FlowStep[] = [];
  for (const seq of seqs) {
    const raw = rawPacket(ring, seq);
    if (raw === null) continue;
    const packet = rowOf(raw);
    const first = steps[0]?.packet.at ?? packet.at;
    const previous = steps.at(-1)?.packet.at ?? packet.at;
    steps.push({ packet, sinceFirst: round(packet.at - first), sincePrevious: round(packet.at - previous) });
  }
  const missing = missingWords(steps);
  return {
    what,
    startedBy: starter === FLAG_OUT ? 'client' : 'broker',
    steps,
    complete: missing === '',
    missing,
  };
}

function missingWords(steps: readonly FlowStep[]): string {
  const first = steps[0]?.packet;
  const last = steps.at(-1)?.packet;
  if (!first || !last) return 'Nothing of it is recorded any more.';
  const refused = last.type === 'PUBREC' && (last.reason ?? 0) >= 128;
  const awaited = refused ? null : AWAITED[last.type]?.(last.qos);
  if (awaited) return `${awaited} did not come, or was not recorded.`;
  const begins = first.type === 'PUBLISH' || first.type === 'SUBSCRIBE' || first.type === 'UNSUBSCRIBE';
  return begins ? '' : 'How it began is not recorded any more.';
}

const AWAITED: Readonly<Partial<Record<string, (qos: number | null) => string>>> = {
  PUBLISH: (qos) => (qos === 2 ? 'PUBREC' : 'PUBACK'),
  PUBREC: () => 'PUBREL',
  PUBREL: () => 'PUBCOMP',
  SUBSCRIBE: () => 'SUBACK',
  UNSUBSCRIBE: () => 'UNSUBACK',
};

function round(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
