import type { LocalMessage } from '../broker/broker.ts';

/** A message that a device publishes at regular intervals. */
export interface PeriodicMessage {
  readonly everyMs: number;
  /** When for the first time, counted from the start of the demo. */
  readonly firstMs: number;
  /** Null: nothing to publish this time. `now` is ms since the epoch. */
  say(now: number): LocalMessage | null;
}

export interface Device {
  /** Its place in the plant; all its topics lie below. */
  readonly path: string;
  /** What it publishes once, when it is switched on: retained messages, mostly. */
  births(now: number): readonly LocalMessage[];
  readonly messages: readonly PeriodicMessage[];
  /** Answers a command sent to `path/cmd/NAME`. */
  command?(name: string, payload: string, now: number): readonly LocalMessage[];
}

/** A number as a device prints it: with this many decimals, the last zero included. */
export function decimals(value: number, places: number): string {
  return value.toFixed(places);
}

export function periodic(
  everyMs: number,
  random: () => number,
  topic: string,
  payload: (now: number) => string | Uint8Array,
): PeriodicMessage {
  return {
    everyMs,
    firstMs: Math.floor(random() * everyMs),
    say: (now) => ({ topic, payload: payload(now) }),
  };
}

/** As `periodic`, for a value that is published only when it changes: retained, QoS 1, with this chance each time. */
export function change(
  everyMs: number,
  random: () => number,
  topic: string,
  chance: number,
  next: () => string,
): PeriodicMessage {
  return {
    everyMs,
    firstMs: Math.floor(random() * everyMs),
    say: () => (random() < chance ? { topic, payload: next(), qos: 1, retain: true } : null),
  };
}

export function retained(topic: string, payload: string): LocalMessage {
  return { topic, payload, qos: 1, retain: true };
}
