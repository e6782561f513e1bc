import type { LocalMessage } from '../broker/broker.ts';

/** Something a device says again and again. */
export interface Beat {
  readonly everyMs: number;
  /** When for the first time, counted from the start of the demo. */
  readonly firstMs: number;
  /** Null: nothing to say this time. `now` is ms since the epoch. */
  say(now: number): LocalMessage | null;
}

export interface Device {
  /** Its place in the plant; all its topics lie below. */
  readonly path: string;
  /** What it says once, when it is switched on: what is retained, mostly. */
  births(now: number): readonly LocalMessage[];
  readonly beats: readonly Beat[];
  /** Answers a command sent to `path/cmd/NAME`. */
  command?(name: string, payload: string, now: number): readonly LocalMessage[];
}

/** A number as a device prints it: with this many decimals, the last zero included. */
export function decimals(value: number, places: number): string {
  return value.toFixed(places);
}

export function beat(
  everyMs: number,
  random: () => number,
  topic: string,
  payload: (now: number) => string | Uint8Array,
): Beat {
  return {
    everyMs,
    firstMs: Math.floor(random() * everyMs),
    say: (now) => ({ topic, payload: payload(now) }),
  };
}

/** As `beat`, for what is worth a message only when it changes: retained, QoS 1, with this chance a time. */
export function change(
  everyMs: number,
  random: () => number,
  topic: string,
  chance: number,
  next: () => string,
): Beat {
  return {
    everyMs,
    firstMs: Math.floor(random() * everyMs),
    say: () => (random() < chance ? { topic, payload: next(), qos: 1, retain: true } : null),
  };
}

export function retained(topic: string, payload: string): LocalMessage {
  return { topic, payload, qos: 1, retain: true };
}
