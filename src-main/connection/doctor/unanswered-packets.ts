import type { TopicKey } from '../../contract/model/model.ts';
import { PUBLISH, SUBSCRIBE } from '../../core/mqtt/packet-types.ts';
import { rawPacket } from '../../core/packet-capture/read/raw-packet.ts';
import { FLAG_OUT, levelOf, type FlightRecorder } from '../../core/packet-capture/store/recorder.ts';
import { PacketHead } from '../../core/packet-capture/read/head.ts';
import { topicKeyIn } from '../../core/packet-capture/read/rows.ts';
import type { LastMoments } from '../../core/session/verdicts/evidence.ts';
import type { Clock } from '../base/clock.ts';
import type { Link } from '../link/link.ts';
import type { PacketListener, ReceivedNote, SentNote } from '../tap/events.ts';

/** Records looked back through for a packet of ours. */
const LOOK_BACK = 5_000;
/** SUBSCRIBEs without an answer that are followed. */
const MOST_PENDING = 1_000;

/** An end so soon after a refusal belongs to it. */
const REFUSED_MS = 1_000;

/** What we sent last and is not answered, or is refused: when a link ends, it may be over that. */
export class UnansweredPackets implements PacketListener {
  readonly #recorder: FlightRecorder;
  readonly #head = new PacketHead();
  readonly #clock: Clock;
  readonly #subscribes = new Map<number, number>();
  #publish: { readonly packetId: number; readonly at: number } | null = null;
  /** The last one that the broker refused, and when. HiveMQ says so, and then ends the link. */
  #refused: { readonly packetId: number; readonly at: number } | null = null;

  constructor(recorder: FlightRecorder, clock: Clock) {
    this.#recorder = recorder;
    this.#clock = clock;
  }

  sent({ type, packetId, at }: SentNote): void {
    if (type === SUBSCRIBE && this.#subscribes.size < MOST_PENDING) this.#subscribes.set(packetId, at);
    if (type === PUBLISH) this.#publish = { packetId, at };
  }

  received({ packet, at }: ReceivedNote): void {
    if (packet.kind === 'suback') this.#subscribes.delete(packet.packetId);
    if (packet.kind !== 'puback' && packet.kind !== 'pubrec') return;
    if (packet.code >= 128) this.#refused = { packetId: packet.packetId, at };
    if (this.#publish?.packetId === packet.packetId) this.#publish = null;
  }

  /** The link is over; forgets what it was about. */
  take(link: Link | null): LastMoments | null {
    const subscribe = [...this.#subscribes].at(-1);
    const publish = this.#publish;
    const refused = this.#refused;
    const now = this.#clock.now();
    this.#subscribes.clear();
    this.#publish = this.#refused = null;
    if (!link) return null;
    const { lastReceivedAt, lastSentAt } = link.tap;
    return {
      idleInMs: now - (lastReceivedAt ?? now),
      idleOutMs: now - (lastSentAt ?? now),
      intervalMs: link.keepAliveMs,
      pendingSubscribe: subscribe
        ? { filter: this.#find(SUBSCRIBE, subscribe[0])?.topic ?? '?', at: this.#clock.wall(subscribe[1]) }
        : null,
      lastPublish:
        refused !== null && now - refused.at <= REFUSED_MS
          ? this.#published(refused, true)
          : publish && this.#published(publish),
    };
  }

  #published(
    { packetId, at }: { readonly packetId: number; readonly at: number },
    refused = false,
  ): LastMoments['lastPublish'] {
    const found = this.#find(PUBLISH, packetId);
    if (found === null) return null;
    const { topic, qos } = found;
    return { topic, qos, at: this.#clock.wall(at), ...(refused ? { refused } : {}) };
  }

  /** The topic exactly as sent: it is compared with topics of messages and filters of subscriptions. */
  #find(type: number, packetId: number): { readonly topic: TopicKey; readonly qos: number } | null {
    const { ring } = this.#recorder;
    for (let seq = ring.lastSeq; seq > Math.max(ring.firstSeq - 1, ring.lastSeq - LOOK_BACK); seq--) {
      const raw = rawPacket(ring, seq);
      if (!raw || (raw.flags & FLAG_OUT) === 0) continue;
      const { bytes, flags } = raw;
      const head = this.#head.read(bytes, 0, bytes.length, levelOf(flags));
      if (head.type !== type || head.packetId !== packetId) continue;
      const topic = topicKeyIn(raw);
      return topic === null ? null : { topic, qos: head.qos };
    }
    return null;
  }
}
