import { failed, type Failure } from '../../../src-main/contract/base/errors.ts';
import type { Qos, TopicKey } from '../../../src-main/contract/model/model.ts';
import type { PublishMessage } from '../../../src-main/contract/model/publish-message.ts';
import type { PublishOutcome } from '../../../src-main/contract/session/outcomes.ts';
import type { EmptyOutcome } from '../../../src-main/connection/second-link/empties.ts';
import type { Probed } from '../../../src-main/core/retained/probe-batch.ts';

/** What a broker stores for a topic. */
export interface Stored {
  readonly payload: string;
  readonly qos: Qos;
  /** The section of properties, as text of hexadecimal digits. */
  readonly properties: string;
  /** The how-manieth thing that happened at this broker. */
  readonly since: number;
}

/** What this program published, and what that took the place of. */
export interface Published {
  readonly topic: TopicKey;
  readonly payload: string;
  readonly at: number;
  readonly replaced: Stored | undefined;
}

export interface NaiveHabits {
  readonly isMqtt5: boolean;
  /** Topics that this user may not publish to; before MQTT 5 it acknowledges and does nothing. */
  readonly denied: ReadonlySet<TopicKey>;
  /** What is published at QoS 0 is not stored, and clears what was. */
  readonly forgetsQos0: boolean;
}

const text = new TextDecoder();
const bytes = (of: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(of);

/**
 * A broker as far as clearing and restoring need one, with the two connections of the program to it. Before
 * each thing that it does for the program it lets happen what the test wants to: others publish, links end,
 * it is killed and comes back with what it had on its disk.
 */
export class NaiveBroker {
  readonly stored = new Map<TopicKey, Stored>();
  readonly published: Published[] = [];
  /** When each topic was asked for with an answer, and when it was last written to or lost. */
  readonly #answers = new Map<TopicKey, number[]>();
  readonly #written = new Map<TopicKey, number>();
  #crashed = 0;
  /** The link is up; each time that it comes up is another session. */
  online = true;
  session = 1;
  /** Called before each thing; may change everything of the above. */
  meanwhile: () => void = () => undefined;
  #time = 0;
  #disk: ReadonlyMap<TopicKey, Stored> = new Map();
  readonly #habits: NaiveHabits;

  constructor(habits: NaiveHabits) {
    this.#habits = habits;
  }

  /** Somebody publishes with Retain. */
  store(topic: TopicKey, payload: string, qos: Qos, properties = ''): void {
    const since = ++this.#time;
    this.#written.set(topic, since);
    const { forgetsQos0, isMqtt5 } = this.#habits;
    if (payload === '' || (qos === 0 && forgetsQos0)) this.stored.delete(topic);
    else this.stored.set(topic, { payload, qos, properties: isMqtt5 ? properties : '', since });
  }

  answers(topic: TopicKey): readonly number[] {
    return this.#answers.get(topic) ?? [];
  }

  /** Somebody wrote to it since it was last asked for, or, where that counts, it came back from the disk. */
  isNewer(topic: TopicKey, orFromDisk: boolean): boolean {
    const since = this.answers(topic).at(-1) ?? 0;
    const written = this.#written.get(topic) ?? 0;
    return written > since || (orFromDisk && this.#crashed > since);
  }

  save(): void {
    this.#disk = new Map(this.stored);
  }

  /** It is killed, and what it holds is what it had saved. */
  crash(): void {
    this.online = false;
    const since = ++this.#time;
    this.#crashed = since;
    this.stored.clear();
    for (const [topic, one] of this.#disk) this.stored.set(topic, { ...one, since });
  }

  reconnect(): void {
    if (this.online) return;
    this.online = true;
    this.session++;
  }

  async ask(keys: readonly TopicKey[]): Promise<Map<TopicKey, Probed>> {
    const found = new Map<TopicKey, Probed>();
    for (const key of keys) {
      await this.#step();
      if (!this.online) found.set(key, { kind: 'incomplete', why: { kind: 'no-link', failure: offline() } });
      else found.set(key, this.#probed(key));
    }
    return found;
  }

  publish(message: PublishMessage): Promise<PublishOutcome> {
    return this.#publish(message, false);
  }

  /** Over the second connection, where what was under way is never sent again. */
  async sendEmpty(keys: readonly TopicKey[]): Promise<EmptyOutcome[] | null> {
    if (!this.#habits.isMqtt5) return null;
    const outcomes: EmptyOutcome[] = [];
    for (const topic of keys) {
      const outcome = await this.#publish({ topic, payload: bytes(''), qos: 1, retain: true }, true);
      outcomes.push(outcome.kind === 'acknowledged' || outcome.kind === 'sent' ? null : outcome);
    }
    return outcomes;
  }

  async #publish(
    { topic, payload, qos, properties }: PublishMessage,
    bulk: boolean,
  ): Promise<PublishOutcome> {
    await this.#step();
    if (!this.online) return { ...offline(), code: bulk ? 'not-sent' : 'not-connected' };
    const isDenied = this.#habits.denied.has(topic);
    const content = text.decode(payload);
    if (!isDenied) {
      const at = this.#time + 1;
      this.published.push({ topic, payload: content, at, replaced: this.stored.get(topic) });
      const { contentType } = properties ?? {};
      this.store(topic, content, qos, typeof contentType === 'string' ? contentType : '');
    }
    const before = this.session;
    await this.#step();
    // The link may have ended before the answer came.
    if (!this.online || this.session !== before) return { kind: 'unknown', failure: offline() };
    if (isDenied && this.#habits.isMqtt5) return { kind: 'refused', code: 135, failure: offline() };
    if (qos === 0) return { kind: 'sent', at: 0 };
    return { kind: 'acknowledged', at: 0, ms: 0, code: 0, noSubscribers: false, reason: '' };
  }

  #probed(key: TopicKey): Probed {
    this.#answers.set(key, [...this.answers(key), this.#time]);
    const one = this.stored.get(key);
    if (one === undefined) return { kind: 'absent' };
    const payload = bytes(one.payload);
    // Content Type [MQTT5-3.3.2.3.9], which is what these messages have as properties.
    const properties =
      one.properties === ''
        ? bytes('')
        : Uint8Array.of(3, 0, one.properties.length, ...bytes(one.properties));
    return { kind: 'retained', message: { payload, size: payload.length, qos: one.qos, properties, at: 0 } };
  }

  async #step(): Promise<void> {
    await Promise.resolve();
    this.meanwhile();
  }
}

function offline(): Failure {
  return failed('probe-closed', 'The connection ended.', '');
}
