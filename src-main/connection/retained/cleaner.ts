import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ClearResult, PublishOutcome } from '../../contract/session/outcomes.ts';
import type { Preview, Qos, ServerLimits, TopicKey } from '../../contract/model/model.ts';
import type { RetainedFact } from '../../contract/model/retained.ts';
import type { HistoryRecord } from '../../core/history/record.ts';
import { preview } from '../../core/payload/preview.ts';
import { afterWait, receivedProperties } from '../../core/publish/received-properties.ts';
import { checkTopicName, displayTopic, keyBytes } from '../../core/topics/names.ts';
import { NO_NODE, NO_RECORD, type TopicSource } from '../../core/topics/columns/nodes.ts';
import type { Clock } from '../base/clock.ts';
import type { CountingIntake } from '../intake/counting-intake.ts';
import type { Link } from '../link/link.ts';
import type { Publisher } from '../publish/publisher.ts';
import { probeRetained, type Probed } from './probe.ts';
import { RetainedUndo } from './undo.ts';
import type { Subscriptions } from '../subscriptions/subscriptions.ts';
import type { WireRequests } from '../link/wire-requests.ts';

/** The link as clearing needs it. */
export interface CleaningLink {
  readonly link: Link;
  readonly requests: WireRequests;
  readonly limits: ServerLimits;
}

export interface CleanerOptions {
  readonly topics: TopicSource;
  readonly intake: CountingIntake;
  readonly subscriptions: Subscriptions;
  readonly publisher: Publisher;
  readonly clock: Clock;
  /** A complete probe did not return the topic. */
  readonly learnNotRetained: (key: TopicKey, at: number) => void;
}

export interface PlannedClear {
  readonly key: TopicKey;
  readonly topic: string;
  readonly fact: RetainedFact;
  readonly size: number;
  readonly preview: Preview;
  readonly excluded: string | null;
}

/** Characters of a preview in the dialog. */
const PREVIEW_CHARS = 120;
const EMPTY = new Uint8Array(0);

type Cleared = { readonly key: TopicKey; readonly sent: PublishOutcome; readonly restorable: boolean };

/** Clears retained messages so that it can be taken back, and checks that they are gone. */
export class RetainedCleaner {
  readonly #o: CleanerOptions;
  readonly #undo = new RetainedUndo();
  #link: CleaningLink | null = null;
  /** Probes run one after the other: one must not unsubscribe from what another is asking for. */
  #probing: Promise<unknown> = Promise.resolve();

  constructor(options: CleanerOptions) {
    this.#o = options;
  }

  started(link: CleaningLink): void {
    this.#link = link;
  }

  ended(): void {
    this.#link = null;
  }

  plan(keys: readonly TopicKey[]): PlannedClear[] {
    return [...new Set(keys)].map((key) => this.#planned(key));
  }

  #planned(key: TopicKey): PlannedClear {
    const { topics } = this.#o;
    const node = topics.find(keyBytes(key));
    const fact: RetainedFact =
      node === NO_NODE ? { state: 'unknown', by: 'none', at: 0, stale: false } : topics.retained(node);
    const record = this.#retainedRecord(key);
    return {
      key,
      topic: displayTopic(key),
      fact,
      size: record?.size ?? 0,
      preview: record ? preview(record.payload, record.size, PREVIEW_CHARS) : { kind: 'none' },
      excluded: excludedBecause(key, fact, this.#link?.limits ?? {}),
    };
  }

  /** One result a topic, in the order asked for. */
  async clear(keys: readonly TopicKey[]): Promise<ClearResult[]> {
    const unique = [...new Set(keys)];
    const link = this.#link;
    if (!link) return unique.map((key) => notConnected(key));
    const allowed = unique.filter((key) => checkTopicName(key) === null);
    // What is kept must be what the broker holds now, with the QoS it was published at.
    await this.#probe(allowed, link, 2);
    const cleared = await Promise.all(allowed.map((key) => this.#clearOne(key, link)));
    const sent = cleared.filter(({ sent: outcome }) => wasSent(outcome));
    const probed = await this.#probe(
      sent.map(({ key }) => key),
      link,
      0,
    );
    const results = new Map(cleared.map((one) => [one.key, this.#judge(one, probed.get(one.key))] as const));
    return unique.map((key) => results.get(key) ?? refusedName(key));
  }

  /** Puts back what was cleared, with its payload byte for byte. */
  restore(keys: readonly TopicKey[]): Promise<{ key: TopicKey; outcome: PublishOutcome }[]> {
    return Promise.all(
      [...new Set(keys)].map(async (key) => ({ key, outcome: await this.#restoreOne(key) })),
    );
  }

  async #restoreOne(key: TopicKey): Promise<PublishOutcome> {
    const kept = this.#undo.get(key);
    if (!kept) {
      return failed(
        'nothing-kept',
        'There is no kept message to put back for this topic.',
        'It was not cleared here, was put back already, or was too large to keep.',
      );
    }
    const properties = afterWait(kept.message.properties ?? {}, this.#o.clock.wall() - kept.at);
    if (properties === null) return expired();
    const outcome = await this.#o.publisher.publish({ ...kept.message, properties });
    if (outcome.kind === 'sent' || outcome.kind === 'acknowledged') this.#undo.drop(key);
    return outcome;
  }

  /** Asks for the broker's retained messages of these topics; they arrive in the store. */
  async refresh(topics: readonly string[]): Promise<void> {
    if (this.#link) await this.#probe(topics, this.#link, 0);
  }

  #retainedRecord(key: TopicKey): HistoryRecord | null {
    const { topics } = this.#o;
    const node = topics.find(keyBytes(key));
    if (node === NO_NODE) return null;
    const address = topics.lastRetainedRecord(node);
    return address === NO_RECORD ? null : topics.record(address);
  }

  async #clearOne(key: TopicKey, link: CleaningLink): Promise<Cleared> {
    const restorable = this.#keep(key);
    // Before 5 a refusal cannot be told from success, so an acknowledgement is worth nothing there,
    // and mosquitto loses some at a full window. The probe decides.
    const qos: Qos = link.link.level === 5 && (link.limits.maximumQos ?? 2) >= 1 ? 1 : 0;
    const sent = await this.#o.publisher.publish({ topic: key, payload: EMPTY, qos, retain: true });
    return { key, sent, restorable };
  }

  #keep(key: TopicKey): boolean {
    const record = this.#retainedRecord(key);
    if (!record || record.payload.length < record.size || record.size === 0) return false;
    const message = {
      topic: key,
      payload: record.payload.slice(),
      qos: record.qos,
      retain: true,
      properties: receivedProperties(record.properties),
    };
    return this.#undo.keep(key, { message, at: record.at });
  }

  #probe(keys: readonly TopicKey[], link: CleaningLink, qos: Qos): Promise<Map<string, Probed>> {
    const { intake, subscriptions, clock } = this.#o;
    const probe = this.#probing.then(() =>
      probeRetained(keys, { ...link, qos, intake, subscriptions, clock, fenceHolds: this.#isMosquitto() }),
    );
    this.#probing = probe.catch(() => undefined);
    return probe;
  }

  /** Known to answer PINGREQ after what it owed before. */
  #isMosquitto(): boolean {
    const { topics } = this.#o;
    const node = topics.find(keyBytes('$SYS/broker/version'));
    if (node === NO_NODE) return false;
    const record = topics.record(topics.lastRecord(node));
    return (
      record !== null && new TextDecoder().decode(record.payload.subarray(0, 16)).startsWith('mosquitto')
    );
  }

  #judge({ key, sent, restorable }: Cleared, probed: Probed | undefined): ClearResult {
    const topic = displayTopic(key);
    const result = (outcome: ClearResult['outcome']): ClearResult => ({ key, topic, outcome, restorable });
    if (sent.kind === 'refused') return result({ kind: 'refused', code: sent.code, failure: sent.failure });
    if (sent.kind === 'failed' && NOT_SENT.has(sent.code))
      return result({ kind: 'not-verified', failure: sent });
    if (sent.kind === 'failed') return result({ kind: 'refused', code: 0, failure: sent });
    if (sent.kind === 'unknown') return result({ kind: 'not-verified', failure: sent.failure });
    if (probed?.kind === 'absent') {
      this.#o.learnNotRetained(key, this.#o.clock.wall());
      return result({ kind: 'cleared' });
    }
    if (probed?.kind === 'retained') return result({ kind: 'still-retained', failure: stillRetained() });
    return result({ kind: 'not-verified', failure: unverified(probed) });
  }
}

/** The link went; the broker refused nothing. */
const NOT_SENT = new Set(['not-connected', 'not-sent']);

const wasSent = (outcome: PublishOutcome): boolean =>
  outcome.kind === 'sent' || outcome.kind === 'acknowledged';

function excludedBecause(key: TopicKey, fact: RetainedFact, limits: ServerLimits): string | null {
  const invalid = checkTopicName(key);
  if (invalid) return `It cannot be published to: ${invalid.message}`;
  if (key.startsWith('$SYS/')) return 'The broker writes this topic itself.';
  if (limits.retainAvailable === false) return 'This broker does not keep retained messages.';
  if (fact.state === 'not-retained' || fact.state === 'cleared') return 'It is not retained.';
  return null;
}

function notConnected(key: TopicKey): ClearResult {
  const failure = failed(
    'not-connected',
    'There is no connection to the broker.',
    'Connect, then try again.',
  );
  return { key, topic: displayTopic(key), outcome: { kind: 'not-verified', failure }, restorable: false };
}

function refusedName(key: TopicKey): ClearResult {
  const failure = checkTopicName(key) ?? failed('topic-invalid', 'This topic cannot be published to.', '');
  return { key, topic: displayTopic(key), outcome: { kind: 'refused', code: 0, failure }, restorable: false };
}

function expired(): Failure {
  return failed(
    'expired',
    'The message has expired: it was published to be kept for a limited time, which is over.',
    'Publish it anew if it is still wanted.',
  );
}

function stillRetained(): Failure {
  return failed(
    'still-retained',
    'The broker still delivers a retained message for this topic.',
    'The broker may not allow this client to clear it, or someone set it again at once. Check the access list and who publishes it.',
  );
}

function unverified(probed: Probed | undefined): Failure {
  if (probed?.kind === 'incomplete' && probed.why === 'refused') {
    return failed(
      `probe-${probed.code}`,
      'The clearing was sent, but the check was refused: the broker does not allow a subscription to this topic.',
      'Check the access list of the broker.',
    );
  }
  const closed = probed?.kind === 'incomplete' && probed.why === 'closed';
  return failed(
    closed ? 'probe-closed' : 'probe-incomplete',
    `The clearing was sent, but it could not be checked: ${closed ? 'the connection ended' : 'the broker did not answer'}.`,
    'Clear it again to have it checked.',
  );
}
