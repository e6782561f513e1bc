import type { WorkerClient } from '../../connection/worker-api.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import { SubscriptionRequest, type ConnectionSummary } from '../../contract/model/model.ts';
import type { MessageMeta } from '../../contract/model/message.ts';
import type { PublishMessage } from '../../contract/model/publish-message.ts';
import type { Answer } from '../../contract/session/sending.ts';
import type { PublishOutcome } from '../../contract/session/outcomes.ts';
import { decodeUtf8 } from '../../core/payload/utf8.ts';
import { receivedProperties } from '../../core/publish/received-properties.ts';
import { matchesFilter } from '../../core/topics/filters.ts';
import { pause } from '../base/observable.ts';

/** What waiting for an answer needs of the connection. */
export interface AnswerPorts {
  readonly worker: () => Pick<WorkerClient, 'call'>;
  readonly subscriptions: () => ConnectionSummary['subscriptions'];
  /** Of this connection: topics that were subscribed to for answers, and how many wait on each. */
  readonly held: Map<string, number>;
  /** ms since the epoch */
  readonly now: () => number;
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** How often the topic of the answer is looked at, ms. */
const LOOK_MS = 25;
/** Messages looked at in one go; more that came at once are not answers to one request. */
const MOST_AT_ONCE = 200;
/** Of an answer, bytes that are shown. */
const SHOWN_BYTES = 400;
/** A broker that does not answer a SUBSCRIBE within this is not waited for, ms. */
const SUBSCRIBED_MS = 5_000;

/**
 * Waits for the answer to one request on one topic. The answer is read from the history of the connection, with the
 * time at which it arrived; a subscription is made for it where there is none, and ended with it.
 */
export class AnswerWait {
  readonly #topic: string;
  readonly #ports: AnswerPorts;
  /** Of MQTT 5; null: any message on the topic is the answer. */
  readonly #correlation: Uint8Array | null;
  readonly #ended = new AbortController();
  #subscribed = false;
  /** The newest message of the topic before the request. */
  #last = -1;

  constructor(topic: string, message: PublishMessage, ports: AnswerPorts) {
    this.#topic = topic;
    this.#ports = ports;
    this.#correlation = message.properties?.correlationData ?? null;
  }

  /** Before the request is sent. A failure: no answer can be received. */
  async prepare(): Promise<Failure | null> {
    try {
      const refused = await this.#subscribe();
      if (refused === null) {
        const [newest] = await this.#read(1);
        this.#last = newest?.seq ?? -1;
        return null;
      }
      await this.#unsubscribe();
      return refused;
    } catch {
      await this.#unsubscribe();
      return failed('answer-lost', 'The connection was restarted, so the answer cannot be received.', '');
    }
  }

  /** Null: the topic is subscribed to, by us where nothing else brings it. */
  async #subscribe(): Promise<Failure | null> {
    const { held, subscriptions, worker } = this.#ports;
    const others = held.get(this.#topic) ?? 0;
    const isCovered = subscriptions().some(
      ({ filter, result }) => result.kind === 'granted' && matchesFilter(filter, this.#topic),
    );
    // What was subscribed to for another answer ends with the last that waits.
    if (others === 0 && isCovered) return null;
    held.set(this.#topic, others + 1);
    this.#subscribed = true;
    if (others === 0) {
      const answer = await worker().call(
        'subscribe',
        SubscriptionRequest.parse({ filter: this.#topic, qos: 1, retainHandling: 2 }),
      );
      if (answer.kind === 'failed') return answer;
    }
    return this.#granted();
  }

  /** Of a request that was sent: its answer, or that none came. */
  async wait(outcome: PublishOutcome, withinMs: number): Promise<Answer> {
    const now = this.#ports.now();
    const sentAt = sentAtOf(outcome) ?? now;
    const until = now + withinMs;
    try {
      for (;;) {
        const found = await this.#look();
        if (found !== null) {
          const { meta, bytes } = found;
          const ms = Math.max(0, Math.round((meta.at - sentAt) * 10) / 10);
          const { text } = decodeUtf8(bytes.subarray(0, SHOWN_BYTES), bytes.length < meta.size);
          return { kind: 'answered', topic: this.#topic, at: meta.at, ms, preview: text, size: meta.size };
        }
        if (this.#ended.signal.aborted || this.#ports.now() >= until)
          return { kind: 'timed-out', topic: this.#topic, ms: withinMs };
        await (this.#ports.pause ?? pause)(LOOK_MS, this.#ended.signal);
      }
    } catch {
      return failed('answer-lost', 'The connection was restarted while the answer was waited for.', '');
    } finally {
      await this.#unsubscribe();
    }
  }

  /** The request was not sent: nothing is waited for. */
  async cancel(): Promise<void> {
    this.#ended.abort();
    await this.#unsubscribe();
  }

  /** Null: the broker granted the subscription, or says nothing about it. */
  async #granted(): Promise<Failure | null> {
    const until = this.#ports.now() + SUBSCRIBED_MS;
    while (this.#ports.now() < until) {
      const result = this.#ports.subscriptions().find(({ filter }) => filter === this.#topic)?.result;
      if (result?.kind === 'refused') return result.failure;
      if (result?.kind === 'granted') return null;
      await (this.#ports.pause ?? pause)(LOOK_MS, this.#ended.signal);
    }
    return null;
  }

  async #read(limit: number): Promise<readonly MessageMeta[]> {
    const { messages } = await this.#ports
      .worker()
      .call('readHistory', { key: this.#topic, before: null, limit });
    return messages;
  }

  /** The first message since the request that is its answer. */
  async #look(): Promise<{ readonly meta: MessageMeta; readonly bytes: Uint8Array } | null> {
    const messages = await this.#read(MOST_AT_ONCE);
    const fresh = messages.filter(({ seq, stored }) => seq > this.#last && !stored).toReversed();
    for (const { seq } of fresh) {
      const read = await this.#ports
        .worker()
        .call('readMessage', { key: this.#topic, which: seq, offset: 0, length: SHOWN_BYTES });
      if (read.kind === 'message' && this.#isAnswer(read.properties))
        return { meta: read.meta, bytes: read.bytes };
      this.#last = seq;
    }
    return null;
  }

  #isAnswer(properties: Uint8Array): boolean {
    if (this.#correlation === null) return true;
    const { correlationData } = receivedProperties(properties);
    return correlationData !== undefined && Buffer.compare(correlationData, this.#correlation) === 0;
  }

  async #unsubscribe(): Promise<void> {
    if (!this.#subscribed) return;
    this.#subscribed = false;
    const { held, worker } = this.#ports;
    const others = (held.get(this.#topic) ?? 1) - 1;
    if (others > 0) {
      held.set(this.#topic, others);
      return;
    }
    held.delete(this.#topic);
    try {
      await worker().call('unsubscribe', { filter: this.#topic });
    } catch {
      // It ended with the connection.
    }
  }
}

/** When it left, ms since the epoch; null where that is not known. */
function sentAtOf(outcome: PublishOutcome): number | null {
  if (outcome.kind === 'sent') return outcome.at;
  return outcome.kind === 'acknowledged' ? outcome.at - outcome.ms : null;
}
