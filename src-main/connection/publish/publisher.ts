import { failed, type Failure } from '../../contract/base/errors.ts';
import type { PublishOutcome } from '../../contract/session/outcomes.ts';
import type { Qos } from '../../contract/model/model.ts';
import type { PublishMessage } from '../../contract/model/publish-message.ts';
import type { InFlight, SessionFacts } from '../../contract/model/session-facts.ts';
import { publishSize } from '../../core/mqtt/encode-publish.ts';
import { PUBLISH } from '../../core/mqtt/packet-types.ts';
import { checkAgainstLimits, checkMessage } from '../../core/publish/check-message.ts';
import { publishRefusal, reasonName } from '../../core/session/failures/reasons.ts';
import type { LinkLimits } from '../../core/session/failures/service-limits.ts';
import { quoted } from '../../core/topics/names.ts';
import type { Clock } from '../base/clock.ts';
import type { Link, LinkEnd } from '../link/link.ts';
import { Quarantine } from './quarantine.ts';
import type { SessionMemory } from '../link/session-memory.ts';
import type { ReceivedNote, SentNote } from '../tap/events.ts';

interface Pending {
  readonly message: PublishMessage;
  readonly settle: (outcome: PublishOutcome) => void;
  /** It goes over this link or not at all. */
  readonly once: boolean;
  /** When it was given to the tap, by `Clock.now`. */
  sentAt: number;
  /** Reason code of PUBREC: at QoS 2, "no matching subscribers" stands there. */
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

/** Messages of the window that are kept for `unanswered`; what waits has the rest. */
const KEPT_ROOM = 10;

/** Sends messages and reports the outcome of each. */
export class Publisher {
  readonly quarantine: Quarantine;
  readonly #memory: SessionMemory;
  readonly #log: (text: string, failure: Failure) => void;
  readonly #clock: Clock;
  #link: PublishLink | null = null;
  /** By packet id: QoS 1 and 2 under way on this link. */
  readonly #pending = new Map<number, Pending>();
  /** QoS 0 given to the tap and not yet to the socket, in order. */
  readonly #writing: Pending[] = [];
  /** The last refusal on this link. */
  #refused: { readonly code: number; readonly at: number } | null = null;
  /** Not given to the tap yet: the window is full. */
  readonly #waiting: Pending[] = [];
  #waitingBytes = 0;
  /** The last message that this link may have: a series repeats it. */
  #checked: PublishMessage | null = null;
  /** Of an earlier link, sent again on this one because the session lives on; null: only its release. */
  readonly #replayed = new Map<number, { at: number; message: PublishMessage | null }>();
  /** Messages of which nobody knows whether the broker took them. */
  unknownOutcomes = 0;

  /** Called for each publish that the broker acknowledged with success, or with reason code 16. */
  acknowledged: (message: PublishMessage, code: number, packetId: number) => void = () => undefined;

  /** Called in the order of the wire with the outcome of each publish with Retain that may have been sent. */
  retained: (message: PublishMessage, outcome: PublishOutcome) => void = () => undefined;

  constructor(memory: SessionMemory, clock: Clock, log: (text: string, failure: Failure) => void) {
    this.#memory = memory;
    this.#clock = clock;
    this.#log = log;
    this.quarantine = new Quarantine(clock, ({ topic }) =>
      log(`Dropped from quarantine: ${quoted(topic)}`, noRoom()),
    );
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
    const own = [...this.#pending].map(([packetId, { message, sentAt, received }]): InFlight => ({
      packetId,
      direction: 'out',
      qos: message.qos,
      phase: message.qos === 1 ? 'awaiting-puback' : received ? 'awaiting-pubcomp' : 'awaiting-pubrec',
      topic: message.topic,
      since: this.#clock.wall(sentAt),
    }));
    const again = [...this.#replayed].map(([packetId, { at, message }]): InFlight => ({
      packetId,
      direction: 'out',
      qos: message?.qos ?? 2,
      phase: message === null ? 'awaiting-pubcomp' : 'sent-again',
      topic: message?.topic ?? null,
      since: this.#clock.wall(at),
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
    const unsentBytes = this.#link?.link.tap.unsentMessageBytes ?? 0;
    return { messages: this.#waiting.length, bytes: this.#waitingBytes, unsentBytes };
  }

  /** @param resumed the broker kept the session, so what it did not acknowledge is sent again */
  started(link: Link, limits: LinkLimits, resumed: boolean): void {
    this.#link = { link, limits };
    this.#checked = null;
    if (resumed) this.#replay(link);
  }

  publish(message: PublishMessage): Promise<PublishOutcome> {
    return new Promise((done) => this.submit(message, done));
  }

  /**
   * As `publish`, and never sent again by itself: meanwhile another client may have published something newer. Nor is
   * it put in quarantine, from where it would come late as well.
   */
  publishOnce(message: PublishMessage): Promise<PublishOutcome> {
    return new Promise((done) => this.submit(message, done, true));
  }

  /** As `publish`, for many messages: `done` is called at once where the message cannot be sent. */
  submit(message: PublishMessage, done: (outcome: PublishOutcome) => void, once = false): void {
    const online = this.#link;
    if (!online?.link.online) {
      return done(
        failed(
          'not-connected',
          'The message was not sent: there is no connection to the broker.',
          'Connect, then publish again.',
        ),
      );
    }
    if (message !== this.#checked) {
      const problem =
        checkMessage(message, online.link.level) ??
        checkAgainstLimits(message, online.link.level, online.limits);
      if (problem) return done(problem);
      this.#checked = message;
    }
    const settle = !message.retain
      ? done
      : (outcome: PublishOutcome): void => {
          this.retained(message, outcome);
          done(outcome);
        };
    const pending: Pending = { message, settle, once, sentAt: 0, code: 0, received: false };
    if (this.#waiting.length === 0 && this.#hasRoom(message.qos, online)) this.#send(pending, online);
    else this.#wait(pending);
  }

  sent(note: SentNote): void {
    if (note.type !== PUBLISH) return;
    if ((note.flags & 0x06) === 0)
      this.#writing.shift()?.settle({ kind: 'sent', at: this.#clock.wall(note.at) });
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

  /**
   * Where our own messages come back to us, a broker with Nagle's algorithm on sends the first and holds the
   * acknowledgements behind it until we send something: without anything to send that is 40 ms a window. So
   * a small part of the window is kept for then, and one message of it is sent.
   */
  unanswered(): void {
    const next = this.#waiting[0];
    const online = this.#link;
    if (next === undefined || !online?.link.online || !this.#hasRoom(next.message.qos, online)) return;
    this.#waiting.shift();
    this.#waitingBytes -= publishSize(5, next.message);
    this.#send(next, online);
  }

  /** The link ended: the outcome of what was under way is unknown. */
  ended(end: LinkEnd, cleanStart: boolean): void {
    const now = this.#clock.now();
    this.#link = null;
    this.#checked = null;
    const suspected = this.#suspectedMs(end, now);
    for (const [id, pending] of this.#pending) {
      // Of what is sent once the caller has the message, learns what became of it, and decides itself.
      const blamed = !pending.once && now - pending.sentAt <= suspected;
      const { message } = pending;
      // What the broker received at QoS 2 it is going to publish: nothing but its release is sent again.
      const isOver = cleanStart || (pending.once && !pending.received);
      if (blamed || isOver) this.#memory.forget(id);
      if (blamed) this.quarantine.add(message, closedOver(message.topic).message);
      this.#unknown(pending, blamed ? closedOver(message.topic) : outcomeUnknown(isOver));
    }
    this.#pending.clear();
    for (const [id, { at, message }] of this.#replayed) {
      // A release is sent again whatever happens: the broker has the message [MQTT-4.4.0-1].
      if (message === null || now - at > suspected) continue;
      const failure = closedOver(message.topic);
      this.quarantine.add(message, failure.message);
      this.#memory.forget(id);
      this.#log(`Not sent again: ${quoted(message.topic)}`, failure);
    }
    this.#replayed.clear();
    for (const pending of this.#writing.splice(0)) this.#unknown(pending, outcomeUnknown(true));
    for (const pending of this.#waiting.splice(0)) pending.settle(neverSent());
    this.#waitingBytes = 0;
  }

  /** How old a message may be that the broker may have closed the connection over; negative: none. */
  #suspectedMs({ by, code }: LinkEnd, now: number): number {
    const refused = this.#refused;
    this.#refused = null;
    // The broker has just refused one with the same code: it is over that one and no other.
    if (code !== null && refused?.code === code && now - refused.at <= POISON_MS) return -1;
    return by === 'remote' ? POISON_MS : -1;
  }

  /** CONNACK said session present = 0: nothing of before is under way any more. */
  sessionLost(): void {
    this.#memory.reset();
  }

  /** @param kept of a larger window, what is to be left of it */
  #hasRoom(qos: Qos, { link, limits }: PublishLink, kept = 0): boolean {
    if (link.tap.unsentMessageBytes > MOST_UNSENT_BYTES) return false;
    if (qos === 0) return true;
    const most = link.level === 5 ? (limits.receiveMaximum ?? 65_535) : WINDOW_BEFORE_5;
    const usable = most > 1.5 * kept ? most - kept : most;
    return this.#pending.size + this.#replayed.size < usable && !this.#memory.ids.full;
  }

  #wait(pending: Pending): void {
    const bytes = publishSize(5, pending.message);
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
    const { message } = pending;
    // There is one: `#hasRoom` looked.
    const id = message.qos === 0 ? 0 : (this.#memory.ids.allocate() ?? 0);
    pending.sentAt = this.#clock.now();
    if (message.qos === 0) this.#writing.push(pending);
    else this.#pending.set(id, pending);
    link.publish(message, id);
  }

  #acknowledged(id: number, code: number, reason: string | null, at: number): void {
    const again = this.#replayed.get(id);
    if (again) {
      this.#replayed.delete(id);
      this.unknownOutcomes = Math.max(0, this.unknownOutcomes - 1);
    }
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (code >= 128) this.#refused = { code, at };
    if (pending && code < 128) {
      this.acknowledged(pending.message, code === 0 ? pending.code : code, id);
    }
    if (pending) pending.settle(this.#outcomeOf(pending, code, reason, at));
    this.#drain();
  }

  #drain(): void {
    const online = this.#link;
    if (!online?.link.online) return;
    for (;;) {
      const next = this.#waiting[0];
      if (!next || !this.#hasRoom(next.message.qos, online, KEPT_ROOM)) return;
      this.#waiting.shift();
      this.#waitingBytes -= publishSize(5, next.message);
      this.#send(next, online);
    }
  }

  /** In the order in which they were first sent [MQTT-4.4.0-1]. */
  #replay(link: Link): void {
    for (const [id, message] of this.#memory.underWay()) {
      this.#replayed.set(id, { at: this.#clock.now(), message });
      if (message === null) link.release(id);
      else link.publish(message, id, true);
    }
  }

  #outcomeOf(pending: Pending, code: number, reason: string | null, at: number): PublishOutcome {
    if (code >= 128)
      return { kind: 'refused', code, failure: publishRefusal(code, { reasonString: reason ?? undefined }) };
    const final = code === 0 ? pending.code : code;
    return {
      kind: 'acknowledged',
      at: this.#clock.wall(at),
      ms: Math.round((at - pending.sentAt) * 10) / 10,
      code: final,
      noSubscribers: final === 16,
      ...(this.#link?.link.level === 5 ? {} : { maybeRefused: true as const }),
      reason: reasonName(final),
    };
  }

  #unknown(pending: Pending, failure: Failure): void {
    this.unknownOutcomes++;
    pending.settle({ kind: 'unknown', failure });
  }
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

function noRoom(): Failure {
  return failed(
    'quarantine-full',
    'The quarantine is full (100 messages, 16 MB), so its oldest message was dropped.',
    'Send the messages in quarantine again or discard them, and find out why the broker closes the connection over them.',
  );
}

function neverSent(): Failure {
  return failed(
    'not-sent',
    'The connection ended before the message was sent.',
    'Publish it again when the connection is back.',
  );
}
