import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { RetainedFact } from '../../../src-main/contract/model/retained.ts';
import { keyBytes } from '../../../src-main/core/topics/names.ts';
import { NO_NODE } from '../../../src-main/core/topics/columns/nodes.ts';
import { openConnection, subscribed, type Opened } from '../../broker/session/open-connection.ts';
import type { RunningBroker } from '../brokers/running.ts';
import type { Facts } from '../habits/habit.ts';
import type { Oracle } from '../oracle.ts';

/** One thing that has to hold on every broker. */
export interface Check {
  /** A sentence. */
  readonly name: string;
  run(context: Context): Promise<void>;
}

/** A check that this broker gives no occasion for. */
export class Skipped extends Error {}

type OpenOptions = Omit<Parameters<typeof openConnection>[0], 'port'>;

/** What is retained settles within this time; a broker that is only eventually consistent included. */
const SETTLES_MS = 6_000;

export class Context {
  readonly broker: RunningBroker;
  readonly oracle: Oracle;
  readonly facts: Facts;
  /** Topics of this check begin with it; it ends with a slash. */
  readonly prefix: string;
  readonly #opened: Opened[] = [];
  readonly #notes: string[] = [];

  constructor(broker: RunningBroker, oracle: Oracle, facts: Facts, prefix: string) {
    this.broker = broker;
    this.oracle = oracle;
    this.facts = facts;
    this.prefix = prefix;
  }

  /** Said in the table beside the result. */
  note(text: string): void {
    this.#notes.push(text);
  }

  get notes(): string {
    return this.#notes.join('; ');
  }

  topics(count: number, name = 't'): string[] {
    return Array.from({ length: count }, (_, i) => `${this.prefix}${name}${i}`);
  }

  /** A connection of the product to this broker; it connects by itself. */
  open(options: OpenOptions = {}): Opened {
    const opened = openConnection({
      port: this.broker.port,
      subscriptions: [{ filter: `${this.prefix}#`, qos: 0 }],
      ...options,
    });
    this.also(opened);
    return opened;
  }

  /** A connection that was opened otherwise ends with this check as well. */
  also(opened: Opened): void {
    this.#opened.push(opened);
  }

  granted(opened: Opened, filter = `${this.prefix}#`): Promise<void> {
    return subscribed(opened, filter);
  }

  /** The same, until it is subscribed and its scan of what is stored has ended. */
  async opened(options: OpenOptions = {}): Promise<Opened> {
    const opened = this.open(options);
    await opened.until('online', 15_000);
    for (const { filter } of options.subscriptions ?? [{ filter: `${this.prefix}#` }]) {
      await subscribed(opened, filter);
    }
    await scanned(opened);
    return opened;
  }

  /**
   * What the product says of these topics does not contradict what the broker holds, once things
   * have settled: unknown is right everywhere, and so is what it says was so before a reconnect.
   */
  async neverWrong(opened: Opened, topics: readonly string[]): Promise<void> {
    let wrong: string[] = [];
    const deadline = performance.now() + SETTLES_MS;
    do {
      const held = await this.oracle.stored(...topics);
      wrong = topics.flatMap((topic) => contradiction(topic, factOf(opened, topic), held.has(topic)) ?? []);
    } while (wrong.length > 0 && performance.now() < deadline);
    none(wrong);
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map(({ connection }) => connection.shutdown(500)));
  }
}

function contradiction(topic: string, fact: RetainedFact | null, held: boolean): string | null {
  if (fact === null || fact.stale) return null;
  const said = fact.state === 'retained' ? true : fact.state === 'unknown' ? held : false;
  if (said === held) return null;
  return `${topic} is shown as ${fact.state} by ${fact.by}; the broker ${held ? 'holds a' : 'holds no'} message`;
}

/** An empty list, or a failure that says what is in it. */
export function none(found: readonly string[]): void {
  expect(found.join('; ')).toBe('');
}

export const text = (value: string): Uint8Array => new TextEncoder().encode(value);

export function factOf(opened: Opened, topic: string): RetainedFact | null {
  const { store } = opened.connection;
  const node = store.find(keyBytes(topic));
  return node === NO_NODE ? null : store.retained(node);
}

/** How many of these topics the product shows in that state. */
export function countOf(opened: Opened, topics: readonly string[], state: RetainedFact['state']): number {
  return topics.filter((topic) => factOf(opened, topic)?.state === state).length;
}

export async function scanned(opened: Opened): Promise<void> {
  await opened.eventually('the end of the scan', () => !opened.connection.store.facts.scanning, 30_000);
}

/** What comes late has come, unless it never will. */
export const settle = (ms = 700): Promise<void> => delay(ms);

export const subscription = (filter: string, qos: 0 | 1 | 2 = 0) => ({ filter, qos });
