import type { HabitName } from '../brokers/broker-habits.ts';

/** A message as somebody publishes it. */
export interface ModelMessage {
  readonly topic: string;
  readonly payload: boolean;
  readonly retain: boolean;
  readonly qos: 0 | 1;
  /** Seconds; -1: none. */
  readonly expiry: number;
}

interface Held {
  readonly expiresAt: number;
  readonly expiry: number;
}

/** How long an eventually consistent broker still delivers what was cleared, ms. */
const STALE_MS = 800;

/** What a broker stores and delivers, with its habits; no sockets, and time is an argument. */
export class ModelBroker {
  readonly #habits: ReadonlySet<HabitName>;
  readonly #isMqtt5: boolean;
  readonly #held = new Map<string, Held>();
  readonly #stale = new Map<string, number>();
  /** What became of the topic without a word to anybody: "retained" may be believed. */
  readonly silent = new Set<string>();

  constructor(habits: ReadonlySet<HabitName>, isMqtt5: boolean) {
    this.#habits = habits;
    this.#isMqtt5 = isMqtt5;
  }

  /** Takes a publish; returns the live message as subscribers get it. */
  take(message: ModelMessage, now: number): ModelMessage {
    const { topic, retain, payload, qos, expiry } = message;
    if (retain && !payload) {
      if (this.#held.has(topic) && this.#has('eventually-consistent')) this.#stale.set(topic, now + STALE_MS);
      this.#held.delete(topic);
      this.silent.delete(topic);
    } else if (retain && qos === 0 && this.#has('retain-at-qos-0-clears')) {
      this.#held.delete(topic);
      this.silent.add(topic);
    } else if (retain && qos === 0 && this.#has('forgets-retained-at-qos-0')) {
      this.silent.add(topic);
    } else if (retain) {
      const expiresAt = expiry < 0 ? Number.POSITIVE_INFINITY : now + expiry * 1_000;
      this.#held.set(topic, { expiresAt, expiry });
      // Before MQTT 5 a subscriber does not learn that it expires.
      if (expiry >= 0 && !this.#isMqtt5) this.silent.add(topic);
      else this.silent.delete(topic);
    }
    const kept = this.#has('live-as-stored') || (this.#isMqtt5 && !this.#has('ignores-rap'));
    return { ...message, retain: retain && kept, expiry: this.#isMqtt5 ? expiry : -1 };
  }

  holds(topic: string, now: number): boolean {
    return (this.#held.get(topic)?.expiresAt ?? 0) > now;
  }

  /** The program counts expiry in whole seconds. */
  hasJustExpired(topic: string, now: number): boolean {
    const expiresAt = this.#held.get(topic)?.expiresAt ?? 0;
    return expiresAt <= now && now - expiresAt < 1_000;
  }

  /** What a SUBSCRIBE at this moment brings, of these topics. */
  stored(topics: readonly string[], exact: boolean, now: number): ModelMessage[] {
    if (!exact && this.#has('no-stored-on-wildcards')) return [];
    return topics.flatMap((topic) => {
      const holds = this.holds(topic, now);
      const old = (this.#stale.get(topic) ?? 0) > now;
      if (!holds && !old) return [];
      // It is gone, and nobody will say so.
      if (!holds) this.silent.add(topic);
      const left = this.#held.get(topic)?.expiresAt ?? Number.POSITIVE_INFINITY;
      const expiry =
        this.#isMqtt5 && Number.isFinite(left) ? Math.max(0, Math.floor((left - now) / 1_000)) : -1;
      if (!this.#isMqtt5 && Number.isFinite(left)) this.silent.add(topic);
      return [{ topic, payload: true, retain: true, qos: 0 as const, expiry }];
    });
  }

  restart(persistent: boolean): void {
    this.#stale.clear();
    if (!persistent) this.#held.clear();
  }

  #has(habit: HabitName): boolean {
    return this.#habits.has(habit);
  }
}
