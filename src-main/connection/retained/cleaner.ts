import { failed, type Failure } from '../../contract/base/errors.ts';
import type { Preview, Qos, ServerLimits, TopicKey } from '../../contract/model/model.ts';
import type { RetainedFact } from '../../contract/model/retained.ts';
import type { ClearResult, PublishOutcome, RestoreResult } from '../../contract/session/outcomes.ts';
import type { HistoryRecord } from '../../core/history/record.ts';
import { preview } from '../../core/payload/preview.ts';
import { afterWait } from '../../core/publish/received-properties.ts';
import {
  clearingMessage,
  excludedBecause,
  isTheSame,
  judgeCleared,
  judgeRestored,
  keeping,
  tooLarge,
  wasSent,
  wouldOverwrite,
  type KeptRetained,
} from '../../core/retained/clearing.ts';
import type { Probed } from '../../core/retained/probe-batch.ts';
import { checkTopicName, displayTopic, keyBytes } from '../../core/topics/names.ts';
import { NO_NODE, NO_RECORD, type TopicSource } from '../../core/topics/columns/nodes.ts';
import type { Clock } from '../base/clock.ts';
import type { Link } from '../link/link.ts';
import type { Publisher } from '../publish/publisher.ts';
import type { RetainedProbe } from './probe.ts';
import { RetainedUndo } from './undo.ts';

/** The link as clearing needs it. */
export interface CleaningLink {
  readonly link: Link;
  readonly limits: ServerLimits;
}

export interface CleanerOptions {
  readonly topics: TopicSource;
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly clock: Clock;
  readonly probe: Pick<RetainedProbe, 'ask' | 'askUntil'>;
}

export interface PlannedClear {
  readonly key: TopicKey;
  readonly topic: string;
  readonly fact: RetainedFact;
  readonly size: number;
  readonly preview: Preview;
  readonly excluded: string | null;
}

/** What to do with what cannot be kept: `stop` leaves it alone and says so. */
export type Unkept = 'stop' | 'clear';

/** Characters of a preview in the dialog. */
const PREVIEW_CHARS = 120;
/** Time for the broker to answer that it read what was sent at QoS 0. */
const FENCE_MS = 5_000;

/** Clears retained messages so that it can be taken back, and checks that they are gone. */
export class RetainedCleaner {
  readonly #o: CleanerOptions;
  readonly #undo = new RetainedUndo();
  #link: CleaningLink | null = null;

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
      excluded: excludedBecause(key, fact, this.#link?.limits.retainAvailable !== false),
    };
  }

  /**
   * One result a topic, in the order asked for. What the broker holds just before is kept and can be
   * put back; nothing else is, and what cannot be kept is not cleared unless `unkept` says so.
   */
  async clear(keys: readonly TopicKey[], unkept: Unkept = 'stop'): Promise<ClearResult[]> {
    const unique = [...new Set(keys)];
    const link = this.#link;
    if (!link) return unique.map((key) => cleared(key, { kind: 'not-verified', failure: offline() }));
    const results = new Map<TopicKey, ClearResult>();
    const allowed: TopicKey[] = [];
    for (const key of unique) {
      const invalid = checkTopicName(key);
      if (invalid) results.set(key, cleared(key, { kind: 'refused', code: 0, failure: invalid }));
      else allowed.push(key);
    }
    const before = await this.#o.probe.ask(allowed, 2);
    const go = allowed.filter((key) => {
      const failure = this.#keep(key, before.get(key));
      if (failure === null || unkept === 'clear') return true;
      results.set(key, cleared(key, { kind: 'not-kept', failure }));
      return false;
    });
    const sent = await this.#send(go.map((key) => this.#emptyFor(key, link)));
    const after = await this.#o.probe.askUntil((_, { kind }) => kind === 'absent', taken(go, sent), 0);
    go.forEach((key, i) => {
      const outcome = judgeCleared(sent[i] ?? offline(), after.get(key));
      // The broker holds it: there is nothing to take back.
      if (outcome.kind === 'refused') this.#undo.drop(key);
      results.set(key, cleared(key, outcome, this.#undo.get(key) !== null));
    });
    return unique.flatMap((key) => results.get(key) ?? []);
  }

  /** Puts back what was cleared, byte for byte; what is newer is left alone unless `overwrite`. */
  async restore(keys: readonly TopicKey[], overwrite = false): Promise<RestoreResult[]> {
    const unique = [...new Set(keys)];
    const results = new Map<TopicKey, RestoreResult['outcome']>();
    const kept = new Map<TopicKey, KeptRetained>();
    for (const key of unique) {
      const ready = this.#ready(key);
      if ('code' in ready) results.set(key, { kind: 'not-sent', failure: ready });
      else kept.set(key, ready);
    }
    const before = await this.#o.probe.ask([...kept.keys()], 2);
    for (const [key, one] of [...kept]) {
      const failure = overwrite ? null : wouldOverwrite(one, before.get(key));
      const there = isTheSame(one, before.get(key));
      if (failure === null && !there) continue;
      results.set(key, failure === null ? { kind: 'restored' } : { kind: 'would-overwrite', failure });
      kept.delete(key);
    }
    const go = [...kept];
    const sent = await this.#send(go.map(([, { message }]) => message));
    const asked = go.map(([key]) => key);
    const isBack = (key: TopicKey, probed: Probed): boolean => {
      const one = kept.get(key);
      return one !== undefined && isTheSame(one, probed);
    };
    const after = await this.#o.probe.askUntil(isBack, taken(asked, sent), 0);
    go.forEach(([key, one], i) => results.set(key, judgeRestored(one, sent[i] ?? offline(), after.get(key))));
    return unique.map((key) => {
      const outcome = results.get(key) ?? { kind: 'not-sent', failure: nothingKept() };
      if (outcome.kind === 'restored') this.#undo.drop(key);
      return { key, topic: displayTopic(key), outcome };
    });
  }

  /** Keeps what was found; says why it could not. What is not there needs no keeping. */
  #keep(key: TopicKey, probed: Probed | undefined): Failure | null {
    this.#undo.drop(key);
    const found = keeping(key, probed);
    if (found.kind === 'nothing') return null;
    if (found.kind === 'impossible') return found.failure;
    return this.#undo.keep(key, found.kept) ? null : tooLarge();
  }

  #ready(key: TopicKey): KeptRetained | Failure {
    const kept = this.#undo.get(key);
    if (kept === null) return nothingKept();
    const link = this.#link;
    if (link === null) return offline();
    const properties = afterWait(kept.message.properties ?? {}, this.#o.clock.wall() - kept.at);
    if (properties === null) return expired();
    const qos = Math.min(kept.message.qos, link.limits.maximumQos ?? 2) as Qos;
    return { ...kept, message: { ...kept.message, qos, properties } };
  }

  #emptyFor(key: TopicKey, { link, limits }: CleaningLink): KeptRetained['message'] {
    return clearingMessage(key, link.level === 5, limits.maximumQos ?? 2);
  }

  /** All together; what went at QoS 0 was read by the broker when this is over. */
  async #send(messages: readonly KeptRetained['message'][]): Promise<PublishOutcome[]> {
    const outcomes = await Promise.all(messages.map((message) => this.#o.publisher.publish(message)));
    if (outcomes.some(({ kind }) => kind === 'sent')) await this.#link?.link.ping('fence', FENCE_MS);
    return outcomes;
  }

  #retainedRecord(key: TopicKey): HistoryRecord | null {
    const { topics } = this.#o;
    const node = topics.find(keyBytes(key));
    if (node === NO_NODE) return null;
    const address = topics.lastRetainedRecord(node);
    return address === NO_RECORD ? null : topics.record(address);
  }
}

function taken(keys: readonly TopicKey[], outcomes: readonly PublishOutcome[]): TopicKey[] {
  return keys.filter((_, i) => {
    const outcome = outcomes[i];
    return outcome !== undefined && wasSent(outcome);
  });
}

function cleared(key: TopicKey, outcome: ClearResult['outcome'], restorable = false): ClearResult {
  return { key, topic: displayTopic(key), outcome, restorable };
}

function offline(): Failure {
  return failed('not-connected', 'There is no connection to the broker.', 'Connect, then try again.');
}

function nothingKept(): Failure {
  return failed(
    'nothing-kept',
    'There is no kept message to put back for this topic.',
    'It was not cleared here, was put back already, or was cleared without a copy.',
  );
}

function expired(): Failure {
  return failed(
    'expired',
    'The message has expired: it was published to be kept for a limited time, which is over.',
    'Publish it again if it is still wanted.',
  );
}
