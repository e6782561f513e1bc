import type { Failure } from '../../../src-main/contract/base/errors.ts';
import { failed } from '../../../src-main/contract/base/errors.ts';
import type { Qos } from '../../../src-main/contract/model/model.ts';
import type { ProbeConnection } from '../../../src-main/connection/probe/probe.ts';
import type { EmptyOutcome } from '../../../src-main/connection/second-link/empties.ts';
import type { OnlineProbe } from '../../../src-main/connection/second-link/probe-link.ts';
import { pause } from '../../../src-main/connection/base/clock.ts';
import { matchesFilter } from '../../../src-main/core/topics/filters.ts';
import type { TopicNames } from '../../../src-main/core/retained/topic-names.ts';
import { keyBytes } from '../../../src-main/core/topics/names.ts';
import type { Intake } from '../../../src-main/core/topics/store/intake.ts';
import type { ManualClock } from '../manual-clock.ts';

export interface StoredHere {
  readonly payload: string;
  readonly qos: Qos;
  /** The section of properties, without its length. */
  readonly properties?: Uint8Array;
}

/** How a broker answers on the second connection. */
export interface SecondLinkHabits {
  readonly level: 4 | 5;
  readonly maximumQos?: Qos;
  /** SUBACK's code. */
  readonly grants: (filter: string, qos: Qos) => number;
  readonly delivers: (topic: string, filter: string, granted: number) => boolean;
  /** The retain flag is set of what is stored. */
  readonly flags: (granted: number) => boolean;
  /** ms after the SUBSCRIBE at which stored messages come; 0: before its answer. */
  readonly after: number;
  readonly answersSubscribe: boolean;
  /** SUBACK is dropped after the messages, and its time runs out. */
  readonly dropsSuback: boolean;
  /** False: UNSUBACK is dropped. */
  readonly answersUnsubscribe: boolean;
  readonly ping: () => 'answered' | 'lost' | 'closed';
  /** ms that PINGRESP takes. */
  readonly takes: () => number;
  readonly empties: (keys: readonly string[]) => EmptyOutcome[];
}

const USUAL: SecondLinkHabits = {
  level: 5,
  grants: (_, qos) => qos,
  delivers: () => true,
  flags: () => true,
  after: 0,
  answersSubscribe: true,
  dropsSuback: false,
  answersUnsubscribe: true,
  ping: () => 'answered',
  takes: () => 0,
  empties: (keys) => keys.map(() => null),
};

const AFTERWARDS_MS = 30;

/** The second connection to a broker that lies in memory, as a probe uses it. */
export class FakeSecondLink implements ProbeConnection {
  readonly stored = new Map<string, StoredHere>();
  habits: SecondLinkHabits;
  /** Filters of each SUBSCRIBE, with the QoS asked for. */
  readonly asked: { filters: string[]; qos: number }[] = [];
  readonly open_: string[] = [];
  online = true;
  /** Where it ended, the next who opens it gets a new one. */
  isMadeAnew = false;
  refuses: Failure | null = null;
  /** How many uses run, and how often it was closed. */
  users = 0;
  closes = 0;
  /** Called before each SUBSCRIBE is answered. */
  meanwhile: (filters: readonly string[]) => void = () => undefined;
  /** Called some time after each has been answered. */
  afterwards: (filters: readonly string[]) => void = () => undefined;
  readonly #intake: Intake;
  readonly #clock: ManualClock;

  constructor(intake: Intake, clock: ManualClock, habits: Partial<SecondLinkHabits> = {}) {
    this.#intake = intake;
    this.#clock = clock;
    this.habits = { ...USUAL, ...habits };
  }

  async use<T>(act: () => Promise<T>): Promise<T> {
    this.users++;
    try {
      return await act();
    } finally {
      this.users--;
    }
  }

  close(): void {
    this.closes++;
    this.online = false;
  }

  async open(): Promise<OnlineProbe | Failure> {
    await Promise.resolve();
    if (this.refuses !== null) return this.refuses;
    this.online ||= this.isMadeAnew;
    if (!this.online) return failed('probe-closed', 'The connection ended.', '');
    const isOnline = (): boolean => this.online;
    return {
      kind: 'online',
      link: {
        get online() {
          return isOnline();
        },
        level: this.habits.level,
        ping: async () => {
          await Promise.resolve();
          if (this.habits.takes() > 0) await pause(this.#clock, this.habits.takes());
          const kind = this.online ? this.habits.ping() : 'closed';
          return kind === 'answered' ? { kind, rttMs: 1 } : { kind: kind === 'lost' ? 'timeout' : kind };
        },
      },
      requests: {
        subscribe: (filters: readonly { filter: string; qos: Qos }[]) => this.#subscribe(filters),
        unsubscribe: async (filters: readonly string[]) => {
          await Promise.resolve();
          if (!this.habits.answersUnsubscribe) return new Promise(() => undefined);
          for (const filter of filters) this.open_.splice(this.open_.indexOf(filter), 1);
          return { kind: 'answered', codes: filters.map(() => 0), reason: null };
        },
      },
      limits: this.habits.maximumQos === undefined ? {} : { maximumQos: this.habits.maximumQos },
      empties: {
        send: async (names: TopicNames, places: Uint32Array) => {
          await Promise.resolve();
          const outcomes = this.habits.empties(names.keys(places));
          return new Map([...outcomes.entries()].filter(([, outcome]) => outcome !== null));
        },
      },
    } as unknown as OnlineProbe;
  }

  /** Somebody publishes while the probe is subscribed. */
  live(topic: string, payload: string): void {
    this.#deliver(topic, { payload, qos: 0 }, 0, false);
  }

  /** A stored message comes, whoever it is for. */
  stores(topic: string, qos: Qos): void {
    const one = this.stored.get(topic);
    if (one !== undefined) this.#deliver(topic, one, qos, true);
  }

  async #subscribe(filters: readonly { filter: string; qos: Qos }[]) {
    await Promise.resolve();
    this.asked.push({ filters: filters.map(({ filter }) => filter), qos: filters[0]?.qos ?? -1 });
    this.open_.push(...filters.map(({ filter }) => filter));
    this.meanwhile(filters.map(({ filter }) => filter));
    if (!this.online) return { kind: 'closed' } as const;
    if (!this.habits.answersSubscribe) return { kind: 'timeout' } as const;
    const codes = filters.map(({ filter, qos }) => this.habits.grants(filter, qos));
    const bring = () => filters.forEach(({ filter }, i) => this.#bring(filter, codes[i] ?? 128));
    if (this.habits.after === 0) bring();
    else this.#clock.after(this.habits.after, bring);
    if (this.habits.dropsSuback) {
      await pause(this.#clock, 60_000);
      return { kind: 'timeout' } as const;
    }
    this.#clock.after(AFTERWARDS_MS, () => this.afterwards(filters.map(({ filter }) => filter)));
    return { kind: 'answered', codes, reason: null } as const;
  }

  #bring(filter: string, granted: number): void {
    if (granted >= 128) return;
    for (const [topic, one] of this.stored)
      if (matchesFilter(filter, topic) && this.habits.delivers(topic, filter, granted))
        this.#deliver(topic, one, granted, this.habits.flags(granted));
  }

  #deliver(topic: string, { payload, qos, properties }: StoredHere, granted: number, flag: boolean): void {
    const name = keyBytes(topic);
    const section = properties ?? new Uint8Array(0);
    const body = new TextEncoder().encode(payload);
    const chunk = new Uint8Array([...name, ...section, ...body]);
    const [end, from] = [name.length, name.length + section.length];
    const flags = (Math.min(qos, granted) << 1) | Number(flag);
    const at = this.#clock.wall();
    this.#intake.message(
      chunk, 0, end, end, from, from, chunk.length, body.length, flags, 0, -1, at, 0,
    ); // prettier-ignore
    chunk.fill(0xee);
  }
}

/** What it resolves to, while the time passes that it waits for. */
export async function inTime<T>(clock: ManualClock, answer: Promise<T>, stepMs = 10): Promise<T> {
  let isDone = false;
  void answer.finally(() => (isDone = true)).catch(() => undefined);
  for (let turns = 0; turns < 20_000; turns++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (isDone) return answer;
    clock.advance(stepMs);
  }
  throw new Error('it never ended');
}
