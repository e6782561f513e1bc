import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ConnectionId, type ConnectionOptions, type TopicKey } from '../../contract/model/model.ts';
import type { Failure } from '../../contract/base/errors.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import { SAFE_ANSWER } from '../../core/inventory/branches.ts';
import { LiveConnection } from '../../engine/connections/live-connection.ts';
import { fetchedOf, listedIn } from '../../engine/retained/listed.ts';
import type { EnginePorts } from '../../engine/base/ports.ts';

/** To be online, and granted the subscription. */
const CONNECT_MS = 30_000;
const LOOK_MS = 50;
/** Topics that are asked for together. */
const BATCH = 500;
const LIMITS = { memoryBytes: 512_000_000, topicCap: 3_000_000, maxPayloadBytes: 268_435_455 };

/** Time, of a clock that nobody sets. */
export interface WaitClock {
  /** ms */
  now(): number;
  /** Keeps the process alive meanwhile. */
  wait(ms: number): Promise<void>;
}

const systemClock: WaitClock = { now: () => performance.now(), wait: (ms) => delay(ms) };

export interface ListedHere {
  readonly keys: readonly TopicKey[];
  /** Of all payloads together, as far as they are known. */
  readonly bytes: number;
  /** Why topics may be missing; null: nothing tells that any is. */
  readonly missing: string | null;
}

/** One broker for the time of a command. */
export class BrokerSession {
  readonly live: LiveConnection;
  readonly #clock: WaitClock;

  constructor(live: LiveConnection, clock: WaitClock = systemClock) {
    this.live = live;
    this.#clock = clock;
  }

  static open(options: ConnectionOptions, ports: EnginePorts): BrokerSession {
    const id = ConnectionId.parse(randomUUID());
    const filesFor = () => ports.files;
    const about = { id, profileId: null, options, demo: false, filesFor };
    return new BrokerSession(new LiveConnection(about, LIMITS, ports));
  }

  /** Waits for the connection, and for the retained messages that follow the SUBSCRIBE. Null: all is there. */
  async ready(): Promise<Failure | string | null> {
    for (const until = this.#clock.now() + CONNECT_MS; ; await this.#clock.wait(LOOK_MS)) {
      const { state, subscriptions } = this.live.summary.value;
      // Without a reason it was closed here: nothing is there then.
      if (state.kind === 'stopped') return state.why ?? 'The connection was closed.';
      if (state.kind === 'waiting') return state.why;
      const [asked] = subscriptions;
      if (state.kind === 'online' && asked !== undefined) {
        if (asked.result.kind === 'refused') return asked.result.failure;
        if (asked.result.kind === 'granted') break;
      }
      if (this.#clock.now() > until) return 'The broker did not answer in time.';
    }
    while ((await this.live.worker.call('scanState', {})).scanning) await this.#clock.wait(LOOK_MS);
    return null;
  }

  /** Topics known to be retained, that match. */
  async list(filter: string): Promise<ListedHere> {
    const brought = await this.#known(filter);
    if (brought.keys.length <= SAFE_ANSWER) return { ...brought, missing: null };
    const { problem: missing } = await this.live.worker.call('discoverRetained', { filter });
    return { ...(await this.#known(filter)), missing };
  }

  async #known(filter: string): Promise<Omit<ListedHere, 'missing'>> {
    const keys: TopicKey[] = [];
    let bytes = 0;
    for await (const { list } of listedIn(this.live.worker, { kind: 'matching', filter })) {
      keys.push(...list.keys());
      for (let at = 0; at < list.length; at++) bytes += list.size(at);
    }
    return { keys: keys.toSorted(), bytes };
  }

  /** What the broker holds for each, asked for by name; what could not be read, by its topic. */
  async *fetch(keys: readonly TopicKey[]): AsyncGenerator<{
    /** Of this part. */
    readonly asked: readonly TopicKey[];
    readonly messages: KeptMessage[];
    readonly unread: Map<TopicKey, Failure>;
  }> {
    for (let at = 0; at < keys.length; at += BATCH) {
      const some = keys.slice(at, at + BATCH);
      const found = await fetchedOf(this.live.worker, some);
      const messages: KeptMessage[] = [];
      const unread = new Map<TopicKey, Failure>();
      for (const one of found) {
        if (one.kind === 'message') messages.push(one.message);
        else if (one.kind !== 'nothing') unread.set(one.key, one.failure);
      }
      yield { asked: some, messages, unread };
    }
  }

  close(): Promise<void> {
    return this.live.stop(1_500);
  }
}
