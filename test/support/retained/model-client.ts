import type { RetainedFact } from '../../../src-main/contract/model/retained.ts';
import { Absence } from '../../../src-main/connection/retained/absence.ts';
import { publishEvidence } from '../../../src-main/core/retained/evidence.ts';
import { ProbeBatch, type Probed } from '../../../src-main/core/retained/probe-batch.ts';
import { NO_NODE } from '../../../src-main/core/topics/columns/nodes.ts';
import { TopicStore } from '../../../src-main/core/topics/store/store.ts';
import { ManualClock } from '../manual-clock.ts';
import { send } from '../store/messages.ts';
import type { ModelBroker, ModelMessage } from './model-broker.ts';

export const TOPICS = ['a', 'b', 'c/d'] as const;

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** The program's own evidence, scans and probes against a model broker, without sockets. */
export class ModelClient {
  readonly clock = new ManualClock();
  readonly store: TopicStore;
  readonly #broker: ModelBroker;
  readonly #isMqtt5: boolean;
  readonly #absence: Absence;
  online = false;
  /** Published by others while a probe runs. */
  meanwhile: ModelMessage[] = [];
  reported = 0;

  constructor(broker: ModelBroker, isMqtt5: boolean) {
    this.#broker = broker;
    this.#isMqtt5 = isMqtt5;
    this.store = new TopicStore({
      memoryBytes: 2 ** 20,
      topicCap: 100,
      seed: 1,
      startedAt: this.clock.wall(),
    });
    this.#absence = new Absence({
      store: this.store,
      clock: this.clock,
      ask: (keys) => Promise.resolve(this.probe(keys)),
      readsPlus: () => true,
      wake: () => void this.store.work(() => false),
      warnOfWildcards: () => void this.reported++,
    });
  }

  fact(topic: string): RetainedFact | null {
    const node = this.store.find(encode(topic));
    return node === NO_NODE ? null : this.store.retained(node);
  }

  get now(): number {
    return this.clock.wall();
  }

  pass(ms: number): void {
    this.clock.pass(ms);
    this.store.tick(this.now);
  }

  receive(message: ModelMessage): void {
    const { topic, payload, retain, expiry } = message;
    if (this.online) send(this.store, { topic, payload: payload ? 'x' : '', retain, expiry, at: this.now });
  }

  /** Somebody else publishes. */
  other(message: ModelMessage): void {
    this.receive(this.#broker.take(message, this.now));
  }

  /** This program publishes with Retain; `arrives`: the broker gets it before the link ends. */
  own(message: ModelMessage, ending: 'answered' | 'unanswered', arrives: boolean): void {
    if (!this.online) return;
    if (ending === 'unanswered') {
      if (arrives) this.other(message);
      this.#learnOwn(message, 'unknown');
      return this.disconnect();
    }
    // What goes at QoS 0 is settled when it is written, any other after the broker took it.
    if (message.qos === 0) this.#learnOwn(message, 'sent');
    this.other(message);
    if (message.qos === 1) this.#learnOwn(message, 'acknowledged');
  }

  #learnOwn(message: ModelMessage, outcome: 'unknown' | 'sent' | 'acknowledged'): void {
    const evidence = publishEvidence(!message.payload, outcome);
    const node = this.store.find(encode(message.topic));
    if (evidence === null || node === NO_NODE) return;
    this.store.facts.learn(node, evidence, 'us', message.expiry, this.now);
  }

  disconnect(): void {
    if (!this.online) return;
    this.online = false;
    this.store.sessionChanged();
  }

  /**
   * A new session that subscribes to everything.
   *
   * @param before others publish before the stored messages come
   * @param after and after that, before the scan has ended
   * @param complete the scan is confirmed
   */
  async connect(
    before: readonly ModelMessage[],
    after: readonly ModelMessage[],
    complete: boolean,
    isKnown: boolean,
  ): Promise<void> {
    const { facts } = this.store;
    this.disconnect();
    this.online = true;
    this.store.sessionChanged();
    facts.setLiveRetain({ possible: this.#isMqtt5, everywhere: this.#isMqtt5, vouches: () => true });
    const freshBefore = facts.fresh;
    const epoch = facts.scanBegan();
    const stored = this.#broker.stored(TOPICS, false, this.now);
    for (const message of before) this.other(message);
    // Looked up when they leave: what was cleared meanwhile does not go out any more.
    for (const message of stored) if (this.#isCurrent(message, before)) this.receive(message);
    for (const message of after) this.other(message);
    facts.scanEnded();
    this.pass(2_000);
    const count = facts.fresh - freshBefore;
    if (isKnown || (!this.#isMqtt5 && count > 0 && !before.length && !after.length))
      this.#absence.wildcardsDeliver();
    if (complete) await this.#absence.judge([{ filter: '#', epoch, whole: true }], count);
    facts.scanJudged();
  }

  #isCurrent({ topic }: ModelMessage, before: readonly ModelMessage[]): boolean {
    return !before.some((other) => other.topic === topic && other.retain);
  }

  /** Asks for topics by name, while `meanwhile` happens. */
  probe(keys: readonly string[]): Map<string, Probed> {
    const batch = new ProbeBatch(keys, false, 0);
    const stamp = (key: string): string => JSON.stringify([this.fact(key), this.#messages(key)]);
    const stamps = new Map(keys.map((key) => [key, stamp(key)] as const));
    const at = this.now;
    for (const { topic } of this.#broker.stored(keys, true, at)) {
      batch.stored(topic, { payload: encode('x'), size: 1, qos: 0, properties: encode(''), at }, at);
    }
    for (const message of this.meanwhile.splice(0)) {
      batch.live(message.topic, message.payload);
      this.other(message);
    }
    batch.answered(keys, 0, 1);
    batch.fenced(true, 1);
    const results = new Map(
      keys.map((key) => [key, batch.result(key) ?? { kind: 'absent' as const }] as const),
    );
    for (const [key, probed] of results) {
      const node = this.store.find(encode(key));
      if (node === NO_NODE || probed.kind === 'incomplete' || stamp(key) !== stamps.get(key)) continue;
      const expiry = this.#broker.stored([key], true, this.now)[0]?.expiry ?? -1;
      this.store.facts.learn(
        node,
        probed.kind === 'retained' ? 'stored' : 'absent',
        'probe',
        expiry,
        this.now,
      );
    }
    return results;
  }

  #messages(key: string): number {
    const node = this.store.find(encode(key));
    return node === NO_NODE ? 0 : this.store.messages(node);
  }
}
