import type { Evidence } from '../../core/session/verdicts/evidence.ts';
import { matchesFilter, isShared } from '../../core/topics/filters.ts';
import { keyBytes } from '../../core/topics/names.ts';
import { NO_NODE } from '../../core/topics/columns/nodes.ts';
import type { TopicStore } from '../../core/topics/store/store.ts';
import type { SubscriptionStatus } from '../../contract/model/model.ts';
import { PUBLISH } from '../../core/mqtt/packet-types.ts';
import type { Clock } from '../base/clock.ts';
import type { PacketListener, SentNote } from '../tap/events.ts';

const DROPPED = keyBytes('$SYS/broker/publish/messages/dropped');
const RECEIVED = keyBytes('$SYS/broker/publish/messages/received');

/** An own message that a subscription should bring back is missed after this. */
const UNHEARD_MS = 2_000;
const MOST_CHECKS = 50;
const KEPT_UNHEARD = 20;
/** Messages of others, of which not one came, that are no coincidence any more. */
const LEAST_OTHERS = 10;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A publish that has to come back. */
interface Check {
  readonly topic: string;
  /** When it was acknowledged, by `Clock.now`. */
  readonly at: number;
  /** The message received last when it was sent: what comes back is a later one. */
  readonly after: number;
  readonly filter: string;
}

/** Compares what the broker says of itself and what our own messages show with what arrives. */
export class SystemWatch implements PacketListener {
  readonly #store: TopicStore;
  readonly #clock: Clock;
  #dropped: Mutable<NonNullable<Evidence['dropped']>> | null = null;
  /** `#` is granted since then, with what had come and what the broker had received. */
  #silence: {
    since: number;
    ours: number;
    broker: number | null;
    sent: number;
    last: number;
    until: number;
  } | null = null;
  #sent = 0;
  /** By packet id: the message received last when a publish of ours was sent. */
  readonly #lastSeqs = new Map<number, number>();
  readonly #checks: Check[] = [];
  readonly #unheard: { at: number; topic: string; filter: string }[] = [];

  constructor(store: TopicStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  get dropped(): Evidence['dropped'] {
    return this.#dropped;
  }

  get unheard(): Evidence['unheard'] {
    return this.#unheard;
  }

  get silence(): Evidence['silence'] {
    const watch = this.#silence;
    if (watch === null || watch.broker === null || this.#ours() > watch.ours) return null;
    const broker = watch.last - watch.broker - (this.#sent - watch.sent);
    return broker < LEAST_OTHERS ? null : { filter: '#', since: watch.since, until: watch.until, broker };
  }

  sent({ type, packetId }: SentNote): void {
    if (type !== PUBLISH) return;
    this.#sent++;
    if (packetId !== 0) this.#lastSeqs.set(packetId, this.#store.lastSeq);
  }

  /** The broker acknowledged a publish of ours: does it come back where it should? */
  acknowledged(topic: string, subscriptions: readonly SubscriptionStatus[], packetId: number): void {
    const after = this.#lastSeqs.get(packetId);
    this.#lastSeqs.delete(packetId);
    const filter = subscriptions.find((one) => brings(one, topic))?.filter;
    if (after === undefined || filter === undefined || this.#checks.length >= MOST_CHECKS) return;
    this.#checks.push({ topic, at: this.#clock.now(), after, filter });
  }

  linkEnded(): void {
    this.#lastSeqs.clear();
    this.#checks.length = 0;
    this.#silence = null;
  }

  /** About once a second. */
  look(subscriptions: readonly SubscriptionStatus[]): void {
    this.#lookAtDropped();
    this.#lookForSilence(subscriptions);
    const now = this.#clock.now();
    while (this.#checks[0] && now - this.#checks[0].at >= UNHEARD_MS) {
      const check = this.#checks.shift();
      if (check) this.#judge(check);
    }
  }

  #judge({ topic, at, after, filter }: Check): void {
    // While history is shed or a scan runs, late is no proof.
    if (this.#store.shedding || this.#store.facts.scanning) return;
    const before = this.#unheard.findIndex((one) => one.topic === topic);
    if (before >= 0) this.#unheard.splice(before, 1);
    const last = this.#lastSeq(topic);
    if (last === null || last > after) return;
    this.#unheard.push({ at: this.#clock.wall(at), topic, filter });
    if (this.#unheard.length > KEPT_UNHEARD) this.#unheard.shift();
  }

  #lookAtDropped(): void {
    const value = this.#number(DROPPED);
    if (value === null) return;
    const known = this.#dropped;
    // Less than before: the broker was started again.
    if (known === null || value.count < known.last) {
      this.#dropped = { first: value.count, firstAt: value.at, last: value.count, lastAt: value.at };
    } else {
      known.last = value.count;
      known.lastAt = value.at;
    }
  }

  #lookForSilence(subscriptions: readonly SubscriptionStatus[]): void {
    const granted = subscriptions.some(({ filter, result }) => filter === '#' && result.kind === 'granted');
    if (!granted) {
      this.#silence = null;
      return;
    }
    const now = this.#clock.wall();
    this.#silence ??= { since: now, ours: this.#ours(), broker: null, sent: this.#sent, last: 0, until: now };
    const watch = this.#silence;
    const value = this.#number(RECEIVED);
    // Of before the subscription: it counts what we could not get.
    if (value === null || value.at < watch.since) return;
    if (watch.broker === null) {
      watch.broker = value.count;
      watch.sent = this.#sent;
      watch.ours = this.#ours();
    }
    watch.last = value.count;
    watch.until = value.at;
  }

  #ours(): number {
    return this.#store.counters().received;
  }

  /** Of the topic's latest message; 0: there was none. Null: it may have made room for others. */
  #lastSeq(topic: string): number | null {
    const node = this.#store.find(keyBytes(topic));
    if (node === NO_NODE) return this.#store.counters().forgottenTopics === 0 ? 0 : null;
    return this.#store.record(this.#store.lastRecord(node))?.seq ?? null;
  }

  #number(key: Uint8Array): { count: number; at: number } | null {
    const node = this.#store.find(key);
    const record = node === NO_NODE ? null : this.#store.record(this.#store.lastRecord(node));
    const text = record ? new TextDecoder().decode(new Uint8Array(record.payload.subarray(0, 32))) : '';
    return record && /^\d{1,15}$/.test(text) ? { count: Number(text), at: record.at } : null;
  }
}

/** Whether a message to this topic has to come back by the subscription. */
function brings({ filter, result, noLocal }: SubscriptionStatus, topic: string): boolean {
  // A shared one may bring it to somebody else.
  if (result.kind !== 'granted' || noLocal || isShared(filter)) return false;
  return matchesFilter(filter, topic);
}
