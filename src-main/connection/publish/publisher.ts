import type { Packet } from 'mqtt';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { PublishOutcome } from '../../contract/session/outcomes.ts';
import type { Qos } from '../../contract/model/model.ts';
import type { InFlight, SessionFacts } from '../../contract/model/session-facts.ts';
import { PUBLISH } from '../../core/mqtt/packet-types.ts';
import { publishRefusal, reasonName } from '../../core/session/failures/reasons.ts';
import type { LinkLimits } from '../../core/session/failures/service-limits.ts';
import { checkTopicName, quoted } from '../../core/topics/names.ts';
import type { Link, LinkEnd } from '../link/link.ts';
import { checkAgainstLimits, publishSize } from './limits.ts';
import { Quarantine } from './quarantine.ts';
import type { PublishRequest } from './request.ts';
import type { SessionMemory } from '../link/session-memory.ts';
import type { ReceivedNote, SentNote } from '../tap/events.ts';

interface Pending {
  readonly request: PublishRequest;
  readonly settle: (outcome: PublishOutcome) => void;
  /** Given to mqtt.js then, on the clock of `performance.now()`. */
  sentAt: number;
  /** Code of PUBREC, which tells of "no subscribers" at QoS 2. */
  code: number;
  /** PUBREC came. */
  received: boolean;
}

/** What publishing needs of a link that is online. */
interface PublishLink {
  readonly link: Link;
  readonly limits: LinkLimits;
}

/** Messages waiting for the broker's window; each may be large, so the bytes are bounded as well. */
const MOST_WAITING = 1_000;
const MOST_WAITING_BYTES = 64 * 2 ** 20;

/** Bytes that the socket has not taken yet, beyond which messages wait here: they can still be refused. */
const MOST_UNSENT_BYTES = 4 * 2 ** 20;

/** A close within this time of a message that was not acknowledged may be its fault. */
const POISON_MS = 2_000;

/** Incoming messages at QoS 2 whose release is awaited, that are listed. */
const SHOWN_INCOMING = 100;

/** A broker before 5 announces no window; mosquitto loses messages beyond 20 (`max_inflight_messages`). */
const WINDOW_BEFORE_5 = 20;

/** Sends messages and tells what became of each. */
export class Publisher {
  readonly quarantine: Quarantine;
  readonly #memory: SessionMemory;
  readonly #log: (text: string, failure: Failure) => void;
  readonly #now: () => number;
  #link: PublishLink | null = null;
  /** By packet id: QoS 1 and 2 under way on this link. */
  readonly #pending = new Map<number, Pending>();
  /** QoS 0 given to mqtt.js and not yet to the socket, in order. */
  readonly #writing: Pending[] = [];
  /** Not given to mqtt.js yet: the window is full. */
  readonly #waiting: Pending[] = [];
  #waitingBytes = 0;
  /** Of an earlier link, sent again on this one because the session lives on. */
  readonly #replayed = new Map<number, { at: number; topic: string }>();
  /** Messages of which nobody knows whether the broker took them. */
  unknownOutcomes = 0;

  /** Told of each publish that the broker acknowledged with success, or reason 16. */
  acknowledged: (request: PublishRequest, code: number, ms: number) => void = () => undefined;

  /** @param now ms since the epoch */
  constructor(memory: SessionMemory, now: () => number, log: (text: string, failure: Failure) => void) {
    this.#memory = memory;
    this.#now = now;
    this.#log = log;
    this.quarantine = new Quarantine(now);
  }

  get inFlight(): number {
    return this.#pending.size + this.#writing.length + this.#waiting.length + this.#replayed.size;
  }

  /** Messages of an earlier link that were sent once more on this one and are not answered. */
  get sentAgain(): number {
    return this.#replayed.size;
  }

  /** Each message at QoS 1 and 2 that is under way, the oldest first. */
  underWay(): InFlight[] {
    const since = (at: number): number => this.#now() - (performance.now() - at);
    const own = [...this.#pending].map(([packetId, { request, sentAt, received }]): InFlight => ({
      packetId,
      direction: 'out',
      qos: request.qos,
      phase: request.qos === 1 ? 'awaiting-puback' : received ? 'awaiting-pubcomp' : 'awaiting-pubrec',
      topic: request.topic,
      since: since(sentAt),
    }));
    const again = [...this.#replayed].map(([packetId, { at, topic }]): InFlight => ({
      packetId,
      direction: 'out',
      qos: topic === '' ? 2 : 1,
      phase: topic === '' ? 'awaiting-pubcomp' : 'sent-again',
      topic: topic === '' ? null : topic,
      since: since(at),
    }));
    const incoming = this.#memory.received.first(SHOWN_INCOMING).map((packetId): InFlight => ({
      packetId,
      direction: 'in',
      qos: 2,
      phase: 'awaiting-pubrel',
      topic: null,
      since: 0,
    }));
    return [...again, ...own, ...incoming];
  }

  /** Messages that wait here. */
  queue(): SessionFacts['queue'] {
    const unsentBytes = this.#link?.link.tap.writableLength ?? 0;
    return { messages: this.#waiting.length, bytes: this.#waitingBytes, unsentBytes };
  }

  /** @param resumed the broker kept the session, so what it did not acknowledge is sent again */
  started(link: Link, limits: LinkLimits, resumed: boolean): void {
    this.#link = { link, limits };
    if (resumed) this.#replay(link);
  }

  publish(request: PublishRequest): Promise<PublishOutcome> {
    const online = this.#link;
    if (!online?.link.online) {
      return Promise.resolve(
        failed(
          'not-connected',
          'The message was not sent: there is no connection to the broker.',
          'Connect, then publish again.',
        ),
      );
    }
    const problem =
      checkTopicName(request.topic) ?? checkAgainstLimits(request, online.link.level, online.limits);
    if (problem) return Promise.resolve(problem);
    return new Promise((settle) => {
      const pending: Pending = { request, settle, sentAt: 0, code: 0, received: false };
      if (this.#waiting.length === 0 && this.#hasRoom(request.qos, online)) this.#send(pending, online);
      else this.#wait(pending);
    });
  }

  sent(note: SentNote): void {
    if (note.type !== PUBLISH || (note.flags & 0x06) !== 0) return;
    this.#writing.shift()?.settle({ kind: 'sent', at: note.at });
    this.#drain();
  }

  received({ packet, at }: ReceivedNote): void {
    switch (packet.kind) {
      case 'puback':
      case 'pubcomp':
        return this.#acknowledged(packet.packetId, packet.code, packet.reason, at);
      case 'pubrec': {
        const pending = this.#pending.get(packet.packetId);
        if (packet.code >= 128) this.#acknowledged(packet.packetId, packet.code, packet.reason, at);
        else if (pending) {
          pending.code = packet.code;
          pending.received = true;
        }
        return;
      }
      default:
    }
  }

  /** The link is gone: what it had under way has an unknown outcome. */
  ended(end: LinkEnd, cleanStart: boolean): void {
    const now = performance.now();
    this.#link = null;
    const suspected = end.by === 'remote' ? POISON_MS : -1;
    for (const [id, pending] of this.#pending) {
      const blamed = now - pending.sentAt <= suspected;
      if (blamed || cleanStart) this.#forget(id);
      if (blamed) this.quarantine.add(pending.request, closedOver(pending.request.topic).message);
      this.#unknown(pending, blamed ? closedOver(pending.request.topic) : outcomeUnknown(cleanStart));
    }
    this.#pending.clear();
    for (const [id, { at, topic }] of this.#replayed) {
      if (now - at > suspected) continue;
      this.#quarantineAgain(id);
      this.#forget(id);
      this.#log(`Not sent again: ${quoted(topic)}`, closedOver(topic));
    }
    this.#replayed.clear();
    for (const pending of this.#writing.splice(0)) this.#unknown(pending, outcomeUnknown(true));
    for (const pending of this.#waiting.splice(0)) pending.settle(neverSent());
    this.#waitingBytes = 0;
  }

  /** CONNACK said session present = 0: nothing of before is under way any more. */
  sessionLost(): void {
    this.#memory.reset();
  }

  #hasRoom(qos: Qos, { link, limits }: PublishLink): boolean {
    if (link.tap.writableLength > MOST_UNSENT_BYTES) return false;
    if (qos === 0) return true;
    const most = link.level === 5 ? (limits.receiveMaximum ?? 65_535) : WINDOW_BEFORE_5;
    return this.#pending.size + this.#replayed.size < most && this.#memory.ids.peek() !== 0;
  }

  #wait(pending: Pending): void {
    const bytes = publishSize(pending.request, 5);
    if (this.#waiting.length >= MOST_WAITING || this.#waitingBytes + bytes > MOST_WAITING_BYTES) {
      pending.settle(
        failed(
          'publish-busy',
          'The message was not sent: too many others wait for the broker.',
          'Wait until they are acknowledged, then publish again.',
        ),
      );
      return;
    }
    this.#waiting.push(pending);
    this.#waitingBytes += bytes;
  }

  #send(pending: Pending, { link }: PublishLink): void {
    const { topic, payload, qos, retain, properties } = pending.request;
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    const id = qos === 0 ? 0 : this.#memory.ids.peek();
    pending.sentAt = performance.now();
    if (qos === 0) this.#writing.push(pending);
    else this.#pending.set(id, pending);
    try {
      // Its own no-op: any other callback makes mqtt.js add a listener for each message that waits.
      const { noop } = link.client;
      link.client.publish(topic, bytes, { qos, retain, ...(properties ? { properties } : {}) }, noop);
    } catch (error) {
      this.#pending.delete(id);
      const at = this.#writing.indexOf(pending);
      if (at >= 0) this.#writing.splice(at, 1);
      pending.settle(
        failed(
          'publish-failed',
          `The message could not be put into a packet: ${String(error).slice(0, 200)}`,
          'Please report it.',
        ),
      );
    }
  }

  #acknowledged(id: number, code: number, reason: string | null, at: number): void {
    const again = this.#replayed.get(id);
    if (again) {
      this.#replayed.delete(id);
      this.unknownOutcomes = Math.max(0, this.unknownOutcomes - 1);
    }
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (pending && code < 128) {
      this.acknowledged(
        pending.request,
        code === 0 ? pending.code : code,
        performance.now() - pending.sentAt,
      );
    }
    if (pending) pending.settle(outcomeOf(pending, code, reason, at, performance.now()));
    this.#drain();
  }

  #drain(): void {
    const online = this.#link;
    if (!online?.link.online) return;
    for (;;) {
      const next = this.#waiting[0];
      if (!next || !this.#hasRoom(next.request.qos, online)) return;
      this.#waiting.shift();
      this.#waitingBytes -= publishSize(next.request, 5);
      this.#send(next, online);
    }
  }

  /** In the order in which they were first sent [MQTT-4.4.0-1]. */
  #replay(link: Link): void {
    const { outgoing, ids } = this.#memory;
    for (const [id, packet] of outgoing.packets) {
      if (packet.cmd === 'pubrel') {
        this.#replayed.set(id, { at: performance.now(), topic: '' });
        link.client.outgoing[id] = { volatile: false, cmd: 'pubrel', cb: ignore };
        link.tap.writePacket(Uint8Array.of(0x62, 2, id >>> 8, id & 255));
      } else if (packet.cmd === 'publish') {
        this.#replayed.set(id, { at: performance.now(), topic: String(packet.topic) });
        ids.reuse(id);
        const { topic, payload, qos, retain, properties } = packet;
        link.client.publish(
          topic,
          payload as Buffer,
          { qos, retain, dup: true, ...(properties ? { properties } : {}) },
          ignore,
        );
      }
    }
  }

  #quarantineAgain(id: number): void {
    const packet = this.#memory.outgoing.packets.get(id);
    if (packet?.cmd !== 'publish') return;
    const { topic, qos, retain, properties } = packet;
    const payload = Buffer.from(packet.payload);
    const request = { topic, payload, qos, retain, ...(properties ? { properties } : {}) };
    this.quarantine.add(request, closedOver(topic).message);
  }

  #forget(id: number): void {
    this.#memory.outgoing.packets.delete(id);
    this.#memory.ids.deallocate(id);
  }

  #unknown(pending: Pending, failure: Failure): void {
    this.unknownOutcomes++;
    pending.settle({ kind: 'unknown', failure });
  }
}

/** mqtt.js answers too, later and with less; the notes of the tap are what counts. */
function ignore(_error?: Error, _packet?: Packet): void {}

function outcomeOf(
  pending: Pending,
  code: number,
  reason: string | null,
  at: number,
  now: number,
): PublishOutcome {
  if (code >= 128)
    return { kind: 'refused', code, failure: publishRefusal(code, { reasonString: reason ?? undefined }) };
  const final = code === 0 ? pending.code : code;
  return {
    kind: 'acknowledged',
    at,
    ms: Math.round((now - pending.sentAt) * 10) / 10,
    code: final,
    noSubscribers: final === 16,
    reason: reasonName(final),
  };
}

function outcomeUnknown(forGood: boolean): Failure {
  return failed(
    'outcome-unknown',
    'The connection ended before the broker acknowledged the message, so nobody knows whether it took it.',
    forGood
      ? 'It is not sent again by itself. Look at the topic, then decide.'
      : 'If the broker kept the session, it is sent again when the connection is back.',
  );
}

function closedOver(topic: string): Failure {
  return failed(
    'publish-closed',
    `The broker closed the connection right after the message to ${quoted(topic)}, so it is not sent again.`,
    'The broker may not allow this topic, size, QoS or Retain; its log may say why.',
  );
}

function neverSent(): Failure {
  return failed(
    'not-sent',
    'The connection ended before the message was sent.',
    'Publish it again when the connection is back.',
  );
}
