import type { Failure } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { Preview } from '../../contract/model/message.ts';
import type { PublishMessage } from '../../contract/model/publish-message.ts';
import type { RetainedFact } from '../../contract/model/retained.ts';
import type { ClearResult, PublishOutcome, RestoreResult } from '../../contract/session/outcomes.ts';
import type { FetchedRetained, KeptMessage } from '../../contract/session/trash.ts';
import { RecordLook } from '../../core/history/look.ts';
import type { HistoryRecord } from '../../core/history/record.ts';
import { preview } from '../../core/payload/preview.ts';
import {
  clearingMessage,
  excludedBecause,
  judgeCleared,
  judgeUnsent,
  keeping,
} from '../../core/retained/clearing.ts';
import { heldRecord, heldSize, lastRetainedSize } from '../../core/inventory/last-retained.ts';
import { countInRoom } from '../../core/retained/room.ts';
import { checkTopicName, displayTopic } from '../../core/topics/names.ts';
import { NO_NODE, NO_RECORD } from '../../core/topics/columns/nodes.ts';
import { SILENCE_MS, unanswered, type EmptyOutcome } from '../second-link/empties.ts';
import { offline, type CleanerOptions, type CleaningLink } from './cleaning.ts';
import { Restorer } from './restorer.ts';

export interface PlannedClear {
  readonly key: TopicKey;
  readonly topic: string;
  readonly fact: RetainedFact;
  readonly size: number;
  readonly preview: Preview;
  readonly excluded: string | null;
  readonly tooLarge?: true;
}

/** What became of a topic, by its place among those that were given. */
export interface PlacedOutcome {
  readonly place: number;
  readonly outcome: ClearResult['outcome'];
}

/** Outcomes of many topics. Nearly all are cleared, so for those the place alone is listed. */
export interface CheckedTopics {
  readonly cleared: Uint32Array<ArrayBuffer>;
  readonly others: PlacedOutcome[];
}

/** Characters of a preview in the dialog. */
const PREVIEW_CHARS = 120;
/** So many go one by one over the connection proper, where they are seen among its packets. */
const FEW = 20;
/** Time for the broker to answer that it read what was sent at QoS 0. */
const FENCE_MS = 5_000;

/** Reads retained messages so that they can be kept, clears them, puts them back, and checks what came of it. */
export class RetainedCleaner {
  readonly #o: CleanerOptions;
  #link: CleaningLink | null = null;
  #sending: Promise<unknown> = Promise.resolve();
  readonly #look = new RecordLook();
  /** The connection ended over what was sent at QoS 0: how much of it the broker read, it did not say. */
  #endsUnheard = false;
  readonly #restorer: Restorer;

  constructor(options: CleanerOptions) {
    this.#o = options;
    const send = (messages: readonly PublishMessage[]) => this.#send(messages);
    this.#restorer = new Restorer({ ...options, link: () => this.#link, send });
  }

  started(link: CleaningLink): void {
    this.#link = link;
  }

  ended(): void {
    this.#link = null;
  }

  /** False: the broker says that it keeps none. */
  get retainAvailable(): boolean {
    return this.#link?.limits.retainAvailable !== false;
  }

  plan(keys: readonly TopicKey[]): PlannedClear[] {
    return [...new Set(keys)].map((key) => this.#planned(key));
  }

  #planned(key: TopicKey): PlannedClear {
    const { topics, nodes } = this.#o;
    const node = nodes.find(key);
    const fact: RetainedFact =
      node === NO_NODE ? { state: 'unknown', by: 'none', at: 0, stale: false } : topics.retained(node);
    const record = this.#heldRecord(key);
    const size = record?.size ?? heldSize(topics, node, fact, this.#look) ?? 0;
    return {
      key,
      topic: displayTopic(key),
      fact,
      size,
      preview: record ? preview(record.payload, record.size, PREVIEW_CHARS) : { kind: 'none' },
      excluded: excludedBecause(key, fact, this.retainAvailable),
      ...(size > this.#o.maxPayloadBytes() ? { tooLarge: true as const } : {}),
    };
  }

  /**
   * What the broker holds now, one answer a topic in the order asked for, so that it can be kept. Of what is too
   * large together some is postponed.
   */
  async fetch(keys: readonly TopicKey[]): Promise<FetchedRetained[]> {
    const unique = [...new Set(keys)];
    const invalid = new Map<TopicKey, Failure>();
    const valid: TopicKey[] = [];
    for (const key of unique) {
      const failure = checkTopicName(key);
      if (failure === null) valid.push(key);
      else invalid.set(key, failure);
    }
    const now = valid.slice(
      0,
      countInRoom(valid.length, (at) => this.#lastSize(valid[at] ?? '')),
    );
    const found = await this.#o.probe.ask(now, 2, true);
    const later = new Set(valid.slice(now.length));
    return unique.map((key) => {
      const failure = invalid.get(key);
      if (failure !== undefined) return { kind: 'invalid', key, failure };
      if (later.has(key)) return { kind: 'postponed', key };
      const keep = keeping(key, found.get(key));
      switch (keep.kind) {
        case 'keep':
          return { kind: 'message', key, message: keep.kept };
        case 'nothing':
        case 'postponed':
          return { kind: keep.kind, key };
        case 'impossible':
          return { kind: 'unreadable', key, failure: keep.failure };
      }
    });
  }

  /** On MQTT 5 many go over the second connection: in whole windows, and never sent again by themselves. */
  goesTogether(count: number): boolean {
    const { link, limits } = this.#link ?? {};
    return count > FEW && link?.level === 5 && (limits?.maximumQos ?? 2) > 0;
  }

  /**
   * Publishes an empty retained message over the connection proper to each that did not go over the second one, and
   * returns what was not sent. The caller has kept copies before, and checks afterwards.
   *
   * @param bulk what became of each there; null: nothing was sent there
   * @param took gets the ms until each was acknowledged, where it was
   */
  async sendProper(
    keys: readonly TopicKey[],
    bulk: readonly EmptyOutcome[] | null,
    took: Float32Array,
  ): Promise<PlacedOutcome[]> {
    const link = this.#link;
    const unsent: PlacedOutcome[] = [];
    const left: number[] = [];
    const note = (place: number, sent: PublishOutcome): void => {
      const outcome = judgeUnsent(sent);
      if (outcome !== null) unsent.push({ place, outcome });
    };
    for (let place = 0; place < keys.length; place++) {
      const outcome = bulk?.[place];
      // An access list may treat the two client IDs differently: the connection proper decides.
      if (outcome === undefined || outcome?.kind === 'refused') left.push(place);
      else if (outcome !== null) note(place, outcome);
    }
    if (link === null) {
      for (const place of left) unsent.push({ place, outcome: { kind: 'not-verified', failure: offline() } });
      return unsent;
    }
    const sent = await this.#send(left.map((place) => this.#emptyFor(keys[place] ?? '', link)));
    for (const [n, place] of left.entries()) {
      const outcome = sent[n] ?? offline();
      if (outcome.kind === 'acknowledged') took[place] = outcome.ms;
      note(place, outcome);
    }
    return unsent;
  }

  /**
   * Whether what was cleared is no longer there; what still is, is asked for again for some seconds.
   *
   * @param keys each once
   * @param isAnother of a payload at a place: it is known not to be what was there before
   */
  async check(
    keys: readonly TopicKey[],
    isAnother: (place: number, payload: Uint8Array) => boolean = () => false,
  ): Promise<CheckedTopics> {
    const found = await this.#o.probe.askUntil((_, { kind }) => kind === 'absent', keys, 0);
    const cleared: number[] = [];
    const others: PlacedOutcome[] = [];
    for (let place = 0; place < keys.length; place++) {
      const outcome = judgeCleared({ kind: 'sent', at: 0 }, found.get(keys[place] ?? ''), (payload) =>
        isAnother(place, payload),
      );
      if (outcome.kind === 'cleared') cleared.push(place);
      else others.push({ place, outcome });
    }
    await this.caughtUp();
    return { cleared: Uint32Array.from(cleared), others };
  }

  /** What was published before a check may wait to be read on the connection proper. */
  async caughtUp(): Promise<void> {
    const { link } = this.#link ?? {};
    if (link?.level === 5) await link.ping('fence', FENCE_MS);
  }

  /** As `Restorer` does it. */
  putBack(messages: readonly KeptMessage[], overwrite: boolean): Promise<RestoreResult[]> {
    return this.#restorer.putBack(messages, overwrite);
  }

  #emptyFor(key: TopicKey, { link, limits }: CleaningLink): PublishMessage {
    // Before MQTT 5 an acknowledgement shows how far the broker read, where it ends the connection over one.
    const isTold = link.level === 5 || this.#endsUnheard;
    return clearingMessage(key, isTold, limits.maximumQos ?? 2);
  }

  /** One list after the other: together they may be more than can wait. */
  #send(messages: readonly PublishMessage[]): Promise<PublishOutcome[]> {
    const outcomes = this.#sending.then(() => this.#sendAll(messages));
    this.#sending = outcomes.catch(() => undefined);
    return outcomes;
  }

  /** All together; what went at QoS 0 was read by the broker when this is over. */
  async #sendAll(messages: readonly PublishMessage[]): Promise<PublishOutcome[]> {
    const settled = new Map<number, PublishOutcome>();
    const all = messages.map(async (message, at) => {
      settled.set(at, await this.#o.publisher.publishOnce(message));
    });
    await this.#whileAnswered(Promise.all(all), settled);
    const outcomes = messages.map(
      (_, at) => settled.get(at) ?? { kind: 'unknown' as const, failure: unanswered() },
    );
    if (outcomes.some(({ kind }) => kind === 'sent')) await this.#heard();
    return outcomes;
  }

  /** Until the broker has read what was sent at QoS 0. */
  async #heard(): Promise<void> {
    const answer = await this.#link?.link.ping('fence', FENCE_MS);
    // mosquitto ends no connection over what it refuses.
    if (this.#o.probe.waitsForQuiet) this.#endsUnheard ||= (answer?.kind ?? 'closed') === 'closed';
  }

  /** Until all is done, or a broker that is connected acknowledged nothing for long. */
  async #whileAnswered(all: Promise<unknown>, settled: ReadonlyMap<number, unknown>): Promise<void> {
    const done = all.then(() => true);
    for (;;) {
      const [link, before] = [this.#link, settled.size];
      let cancel = (): void => undefined;
      const silence = new Promise<false>((resolve) => {
        cancel = this.#o.clock.after(SILENCE_MS, () => resolve(false));
      });
      const isDone = await Promise.race([done, silence]);
      cancel();
      // On a new connection the rest was settled with the end of the old one.
      if (isDone || (settled.size === before && link !== null && this.#link === link)) return;
    }
  }

  #lastSize(key: TopicKey): number {
    const { topics, nodes } = this.#o;
    return lastRetainedSize(topics, nodes.find(key), this.#look);
  }

  #heldRecord(key: TopicKey): HistoryRecord | null {
    const { topics, nodes } = this.#o;
    const node = nodes.find(key);
    if (node === NO_NODE) return null;
    const address = heldRecord(topics, node, topics.retained(node));
    return address === NO_RECORD ? null : topics.record(address);
  }
}
