import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  ConnectionId,
  SubscriptionRequest,
  type ConnectionOptions,
  type Qos,
  type TopicKey,
} from '../../contract/model/model.ts';
import type { Failure } from '../../contract/base/errors.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import { LiveConnection } from '../../engine/connections/live-connection.ts';
import { heldOf, listedIn } from '../../engine/retained/listed.ts';
import type { EnginePorts } from '../../engine/base/ports.ts';

/** To be online, and granted the subscription. */
const CONNECT_MS = 30_000;
const LOOK_MS = 50;
/** For DISCONNECT to be sent, ms. A busy machine takes long; without it the broker would publish our last will. */
const LEAVE_MS = 5_000;
/** Brokers like mosquitto publish their name there. */
const VERSION_TOPIC = '$SYS/broker/version';
/** And how many retained messages they hold, with all of these in it. */
const COUNTS = '$SYS/#';
/** Topics that are asked for together. */
const BATCH = 800;
/** So often what the end of a connection cut off is asked for without anything new. */
const MOST_TRIES = 5;
const NONE_UNREAD: ReadonlyMap<TopicKey, Failure> = new Map();
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
  /** Why topics may be missing; null: nothing suggests that any is. */
  readonly missing: string | null;
  /**
   * Messages that the broker counts beside those that are known, of whatever topic, its own as well; null: it does
   * not say it, or not in time.
   */
  readonly beside: number | null;
}

/** One broker for the time of a command. */
export class BrokerSession {
  readonly live: LiveConnection;
  readonly #clock: WaitClock;
  readonly #stopping: AbortSignal;
  /** Never answers but by an error, when it is stopped. */
  readonly #stopped: Promise<never>;
  /** The connection ended, and none came in its place in time. */
  isLost = false;

  /** @param stopping ends what waits, with its reason as the error */
  constructor(
    live: LiveConnection,
    stopping: AbortSignal = new AbortController().signal,
    clock: WaitClock = systemClock,
  ) {
    this.live = live;
    this.#clock = clock;
    this.#stopping = stopping;
    this.#stopped = new Promise((_, reject) =>
      stopping.addEventListener('abort', () => reject(stopping.reason as Error), { once: true }),
    );
    this.#stopped.catch(() => undefined);
  }

  static open(options: ConnectionOptions, ports: EnginePorts, stopping: AbortSignal): BrokerSession {
    const id = ConnectionId.parse(randomUUID());
    const filesFor = () => ports.files;
    const about = { id, profileId: null, options, demo: false, filesFor };
    return new BrokerSession(new LiveConnection(about, LIMITS, ports), stopping);
  }

  /**
   * Waits for the connection, and for the retained messages that follow the SUBSCRIBE. Null: all is there.
   *
   * @param again a broker that ends the connection is waited for
   * @param subscribes false: it subscribes to nothing, and is ready once it is connected
   */
  async ready(again = false, subscribes = true): Promise<Failure | string | null> {
    const problem = await this.#online(again, subscribes);
    if (problem === null && subscribes) await this.#scanned();
    return problem;
  }

  /** The most that the broker takes. */
  get maximumQos(): Qos {
    const { state } = this.live.summary.value;
    return (state.kind === 'online' ? state.limits.maximumQos : null) ?? 2;
  }

  /** Why it is not tried again: nobody is here to connect it once more. Null: it is online, or comes back. */
  get ended(): Failure | null {
    const { state } = this.live.summary.value;
    return state.kind === 'stopped' ? state.why : null;
  }

  async #scanned(): Promise<void> {
    while ((await this.live.worker.call('scanState', {})).scanning) await this.#look();
  }

  /** Until it is connected and the subscription, if there is one, is granted. */
  async #online(again: boolean, subscribes: boolean): Promise<Failure | string | null> {
    for (const until = this.#clock.now() + CONNECT_MS; ; await this.#look()) {
      const { state, subscriptions } = this.live.summary.value;
      // Without a reason it was closed here: nothing is there then.
      if (state.kind === 'stopped') return state.why ?? 'The connection was closed.';
      if (state.kind === 'waiting' && !again) return state.why;
      if (state.kind === 'online') {
        if (!subscribes) return null;
        const result = subscriptions[0]?.result;
        if (result?.kind === 'refused') return result.failure;
        if (result?.kind === 'granted') return null;
      }
      if (this.#clock.now() > until) return 'The broker did not answer in time.';
    }
  }

  async #look(): Promise<void> {
    await this.#clock.wait(LOOK_MS);
    this.#stopping.throwIfAborted();
  }

  /** Topics known to be retained, that match. */
  async list(filter: string): Promise<ListedHere> {
    if (!/[+#]/.test(filter)) return this.#single(filter);
    // Which broker it is and what it counts show what an answer is worth.
    await this.learnBroker(COUNTS);
    const { problem, beside } = await this.#discover(filter);
    return { ...(await this.#known(filter)), missing: problem, beside };
  }

  /** Of one topic there is one message. What is delivered as if it were live (smqtt, Apollo) may be stored or not. */
  async #single(topic: TopicKey): Promise<ListedHere> {
    const known = await this.#known(topic);
    if (known.keys.length > 0) return { ...known, missing: null, beside: null };
    let [keys, bytes, missing]: [TopicKey[], number, string | null] = [[], 0, null];
    for await (const { messages, unread } of this.fetch([topic])) {
      keys = messages.map(({ key }) => key);
      bytes = messages[0]?.payload.length ?? 0;
      missing = unread.get(topic)?.message ?? null;
    }
    return { keys, bytes, missing, beside: null };
  }

  /** Sought again where the connection ended meanwhile. */
  async #discover(filter: string) {
    for (let tries = 1; ; tries++) {
      const session = this.#session;
      const found = await Promise.race([
        this.live.worker.call('discoverRetained', { filter }),
        this.#stopped,
      ]);
      if (found.problem === null || tries === MOST_TRIES || !(await this.#isBack(session))) return found;
      await this.#scanned();
    }
  }

  /** Differs from what it was before once the connection ended. */
  get #session(): number | null {
    const { state } = this.live.summary.value;
    return state.kind === 'online' ? state.since : null;
  }

  /** Whether the connection of that session ended and there is another one; it is waited for. */
  async #isBack(session: number | null): Promise<boolean> {
    if (this.isLost) return false;
    // Leaves time to notice it.
    await this.#look();
    if (this.#session === session && session !== null) return false;
    const subscribes = this.live.summary.value.subscriptions.length > 0;
    this.isLost = (await this.#online(true, subscribes)) !== null;
    return !this.isLost;
  }

  /**
   * One that is known by its name answers many questions at once, where others are waited for at each. Where it
   * does not say its name, nothing is lost but time.
   *
   * @param about a filter that this topic has, and what else is to be known
   */
  async learnBroker(about = VERSION_TOPIC): Promise<void> {
    const subscribes = this.live.summary.value.subscriptions.length > 0;
    await this.live.worker.call('subscribe', SubscriptionRequest.parse({ filter: about, qos: 0 }));
    // Some end the connection over anything below $SYS; then it is left out.
    const problem = await this.#online(true, subscribes);
    if (problem !== null) throw new Error(typeof problem === 'string' ? problem : problem.message);
    await this.#scanned();
  }

  async #known(filter: string): Promise<Pick<ListedHere, 'keys' | 'bytes'>> {
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
    readonly messages: readonly KeptMessage[];
    readonly unread: ReadonlyMap<TopicKey, Failure>;
  }> {
    for (let at = 0; at < keys.length; at += BATCH) {
      this.#stopping.throwIfAborted();
      yield* this.#read(keys.slice(at, at + BATCH));
    }
  }

  /** What the end of a connection left without an answer is asked for over the next one, while that helps. */
  async *#read(keys: readonly TopicKey[]) {
    for (let [left, tries] = [keys, 1]; left.length > 0;) {
      const again: TopicKey[] = [];
      for await (const part of this.#held(left, tries < MOST_TRIES)) {
        again.push(...part.again);
        yield part;
      }
      tries = again.length < left.length ? 1 : tries + 1;
      left = again;
    }
  }

  async *#held(keys: readonly TopicKey[], mayAgain: boolean) {
    const session = this.#session;
    for await (const { keys: asked, found, unread } of heldOf(this.live.worker, keys)) {
      const messages = [...found.values()];
      const again = unread.size > 0 && mayAgain && (await this.#isBack(session)) ? [...unread.keys()] : [];
      if (again.length === 0) yield { asked, messages, unread, again };
      else yield { asked: asked.filter((key) => !unread.has(key)), messages, unread: NONE_UNREAD, again };
    }
  }

  close(): Promise<void> {
    return this.live.stop(LEAVE_MS);
  }
}
