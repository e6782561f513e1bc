import { PUBLISH, SUBSCRIBE } from '../../core/mqtt/packet-types.ts';
import { rawPacket } from '../../core/packet-capture/read/raw-packet.ts';
import { FLAG_OUT, type FlightRecorder } from '../../core/packet-capture/store/recorder.ts';
import { rowOf } from '../../core/packet-capture/read/rows.ts';
import type { LastMoments } from '../../core/session/verdicts/evidence.ts';
import type { Link } from './link.ts';
import type { ReceivedNote, SentNote } from '../tap/events.ts';

/** Records looked back through for a packet of ours. */
const LOOK_BACK = 5_000;
/** SUBSCRIBEs without an answer that are followed. */
const MOST_PENDING = 1_000;

/** What we sent last and is not answered: when a link ends, it may be over that. */
export class UnansweredPackets {
  readonly #recorder: FlightRecorder;
  readonly #subscribes = new Map<number, number>();
  #publish: { readonly packetId: number; readonly at: number } | null = null;

  constructor(recorder: FlightRecorder) {
    this.#recorder = recorder;
  }

  sent({ type, packetId, at }: SentNote): void {
    if (type === SUBSCRIBE && this.#subscribes.size < MOST_PENDING) this.#subscribes.set(packetId, at);
    if (type === PUBLISH) this.#publish = { packetId, at };
  }

  received({ packet }: ReceivedNote): void {
    if (packet.kind === 'suback') this.#subscribes.delete(packet.packetId);
    if (packet.kind !== 'puback' && packet.kind !== 'pubrec') return;
    if (this.#publish?.packetId === packet.packetId) this.#publish = null;
  }

  /** The link is over; forgets what it was about. */
  take(link: Link | null, now: number): LastMoments | null {
    const subscribe = [...this.#subscribes].at(-1);
    const publish = this.#publish;
    this.#subscribes.clear();
    this.#publish = null;
    if (!link) return null;
    const { lastReceivedAt, lastSentAt } = link.tap;
    return {
      idleInMs: lastReceivedAt > 0 ? Math.max(0, now - lastReceivedAt) : 0,
      idleOutMs: lastSentAt > 0 ? Math.max(0, now - lastSentAt) : 0,
      intervalMs: link.keepAliveMs,
      pendingSubscribe: subscribe
        ? { filter: this.#find('SUBSCRIBE', subscribe[0])?.topic ?? '?', at: subscribe[1] }
        : null,
      lastPublish: publish && this.#published(publish),
    };
  }

  #published({ packetId, at }: { packetId: number; at: number }): LastMoments['lastPublish'] {
    const row = this.#find('PUBLISH', packetId);
    return typeof row?.topic !== 'string' ? null : { topic: row.topic, qos: row.qos ?? 0, at };
  }

  #find(type: string, packetId: number) {
    const { ring } = this.#recorder;
    for (let seq = ring.lastSeq; seq > Math.max(ring.firstSeq - 1, ring.lastSeq - LOOK_BACK); seq--) {
      const raw = rawPacket(ring, seq);
      if (!raw || (raw.flags & FLAG_OUT) === 0) continue;
      const row = rowOf(raw);
      if (row.type === type && (row.packetId ?? 0) === packetId) return row;
    }
    return null;
  }
}
