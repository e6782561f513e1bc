import type { Qos } from '../../contract/model/model.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import { coverOf, type CoveredSubtree } from '../../core/inventory/cover.ts';
import { receivedProperties } from '../../core/publish/received-properties.ts';
import { publishEvidence } from '../../core/retained/evidence.ts';
import { RecordLook } from '../../core/history/look.ts';
import { lastRetainedSize } from '../../core/inventory/last-retained.ts';
import { ListedBatch } from '../../core/retained/listed-batch.ts';
import { PackedWriter, type PackedMessages } from '../../core/retained/packed-messages.ts';
import { tooLargeToKeep } from '../../core/retained/clearing.ts';
import { countInRoom } from '../../core/retained/room.ts';
import { NO_NODE } from '../../core/topics/columns/nodes.ts';
import type { Clock } from '../base/clock.ts';
import type { PlacedOutcome, RetainedCleaner } from '../retained/cleaner.ts';
import { markOf } from '../retained/overtaken.ts';
import { SMALL_ANSWER } from '../../core/inventory/branches.ts';
import type { AskingDoor, RetainedProbe } from '../probe/probe.ts';
import { plainOf, together } from '../probe/questions.ts';
import { PER_SWEEP } from '../probe/topic-questions.ts';
import type { RetainedTruth } from '../retained/truth.ts';
import { NOT_SENT, type EmptyOutcome } from '../second-link/empties.ts';
import type { ListedSource, ListedTopics } from './listed-topics.ts';

export interface ListedClearingOptions {
  readonly topics: ListedSource;
  readonly clock: Clock;
  readonly probe: Pick<RetainedProbe, 'asking' | 'use'>;
  readonly cleaner: Pick<RetainedCleaner, 'fetch' | 'check' | 'caughtUp' | 'goesTogether' | 'sendProper'>;
  readonly truth: Pick<RetainedTruth, 'probedAt' | 'emptiedAt'>;
}

const NOTHING = new Uint8Array(0);

/** What became of what was not acknowledged, by its index. */
type Failed = ReadonlyMap<number, NonNullable<EmptyOutcome>>;

/** A subtree that asks for some of the places. */
interface SubtreeQuestion {
  readonly filter: string;
  readonly meant: readonly number[];
  readonly most: number;
}

/** What is asked for at once. */
interface Asked {
  readonly batch: ListedBatch;
  readonly isOnline: boolean;
  readonly level: Qos;
  /** When it was over, ms since the epoch. */
  readonly at: number;
}

/**
 * Clears topics of a list that both threads hold, so that they name topics by their places in it. Topics that a
 * question for a subtree leaves open are asked for by name.
 */
export class ListedClearing {
  readonly #o: ListedClearingOptions;
  readonly #look = new RecordLook();
  /** Topics that the broker refused on the second connection, of all lists: they go over the same one. */
  #refusals = 0;

  constructor(options: ListedClearingOptions) {
    this.#o = options;
  }

  /**
   * What the broker holds now, an answer for each place, so that it can be kept. Of what is too large together some
   * is postponed.
   */
  async fetch(list: ListedTopics, places: Uint32Array): Promise<PackedMessages> {
    const { topics, probe } = this.#o;
    const sizeOf = (at: number): number => lastRetainedSize(topics, list.node(places[at] ?? 0), this.#look);
    const now = places.subarray(0, countInRoom(places.length, sizeOf));
    list.fetching(now);
    const found = new PackedWriter(now);
    const left = await probe.asking((door) => this.#fetchSubtrees(door, list, now, found));
    await this.#readByName(list, left, found);
    for (const place of places.subarray(now.length))
      found.addOther({ kind: 'postponed', key: list.names.key(place) });
    return found.packed();
  }

  /**
   * Publishes an empty retained message to each place and returns what was not sent.
   *
   * @param took gets the ms until each was acknowledged, where it was
   */
  async sendEmpty(list: ListedTopics, places: Uint32Array, took: Float32Array): Promise<PlacedOutcome[]> {
    const { cleaner } = this.#o;
    const bulk = cleaner.goesTogether(places.length) ? await this.#sendTogether(list, places, took) : null;
    if (bulk?.size === 0) return [];
    const placeOf = (at: number): number => places[at] ?? 0;
    // An access list may treat the two client IDs differently: the connection proper decides.
    const some = bulk === null ? [...places.keys()] : [...bulk.keys()];
    const keys = some.map((at) => list.names.key(placeOf(at)));
    const outcomes = bulk === null ? null : some.map((at) => bulk.get(at) ?? null);
    const theirs = new Float32Array(keys.length).fill(Number.NaN);
    const unsent = await cleaner.sendProper(keys, outcomes, theirs);
    some.forEach((at, i) => {
      const ms = theirs[i] ?? Number.NaN;
      if (!Number.isNaN(ms)) took[at] = ms;
    });
    return unsent.map(({ place, outcome }) => ({ place: placeOf(some[place] ?? 0), outcome }));
  }

  /**
   * Over the second connection; what failed, by the index of each place. Null: there is none. A broker that ends it
   * over each topic that it denies gets the rest over the next one at once, as all of that was just fetched and kept.
   */
  async #sendTogether(list: ListedTopics, places: Uint32Array, took: Float32Array): Promise<Failed | null> {
    const failures = new Map<number, NonNullable<EmptyOutcome>>();
    for (let left = [...places.keys()]; ;) {
      const before = this.#refusals;
      const times = new Float32Array(left.length).fill(Number.NaN);
      const some = Uint32Array.from(left, (at) => places[at] ?? 0);
      const round = await this.#sendOnce(list, some, times);
      if (round === null) return left.length === places.length ? null : failures;
      left.forEach((at, i) => {
        const outcome = round.get(i);
        took[at] = times[i] ?? Number.NaN;
        if (outcome === undefined) failures.delete(at);
        else failures.set(at, outcome);
      });
      const unsent = left.filter((at) => isNotSent(failures.get(at)));
      if (this.#refusals === before || unsent.length === 0) return failures;
      left = unsent;
    }
  }

  /** The same over one connection. */
  #sendOnce(list: ListedTopics, places: Uint32Array, took: Float32Array): Promise<Failed | null> {
    const { probe, truth, clock } = this.#o;
    return probe.use(async (online) => {
      if (online.kind === 'failed' || online.link.level !== 5) return null;
      const stamps = list.stamps(places);
      const outcomes = await online.empties.send(list.names, places, took);
      for (const { kind } of outcomes.values()) if (kind === 'refused') this.#refusals++;
      // What came meanwhile on the connection proper is newer: our own message, or a later one.
      const at = clock.wall();
      for (let i = 0; i < places.length; i++) {
        const place = places[i] ?? 0;
        const node = list.node(place);
        const evidence = publishEvidence(true, outcomes.get(i)?.kind ?? 'acknowledged');
        if (evidence === null || node === NO_NODE || list.stamp(place) !== stamps[i]) continue;
        truth.emptiedAt(node, evidence, list.names, place, at);
      }
      return outcomes;
    });
  }

  /** Those that are no longer there, as far as questions for whole subtrees show; the others are not known yet. */
  async findCleared(list: ListedTopics, places: Uint32Array): Promise<FoundCleared> {
    const absent = await this.#absentInSubtrees(list, places);
    const cleared = places.filter((_, at) => absent[at] === 1);
    return { cleared, overtaken: list.overtaken(cleared) };
  }

  /**
   * Whether what was cleared is no longer there: asked by subtree where that is enough, the rest by name. What is
   * still there is asked for again for some seconds.
   */
  async check(list: ListedTopics, places: Uint32Array): Promise<CheckedPlaces> {
    const { cleaner } = this.#o;
    const absent = await this.#absentInSubtrees(list, places);
    const left = [...places.keys()].filter((at) => absent[at] !== 1);
    const placeOf = (index: number): number => places[left[index] ?? 0] ?? 0;
    const byName =
      left.length === 0
        ? null
        : await cleaner.check(
            left.map((_, i) => list.names.key(placeOf(i))),
            (i, payload) => list.isAnother(placeOf(i), payload),
          );
    for (const index of byName?.cleared ?? []) absent[left[index] ?? 0] = 1;
    return {
      cleared: places.filter((_, at) => absent[at] === 1),
      others: byName?.others.map(({ place, outcome }) => ({ place: placeOf(place), outcome })) ?? [],
      overtaken: list.overtaken(places),
    };
  }

  /** By the index of each place: 1 where a question for its subtree showed that it is no longer there. */
  async #absentInSubtrees(list: ListedTopics, places: Uint32Array): Promise<Uint8Array> {
    const absent = new Uint8Array(places.length);
    // What came of a topic before we cleared it is to be known then, and our own message not to come in between.
    await this.#o.cleaner.caughtUp();
    await this.#o.probe.asking(async (door) => {
      if (!door.fenceHolds || !door.habits.mayAsk(true, true)) return;
      const { questions } = this.#cover(list, places, Infinity, door.fenceHolds);
      for (const some of together(questions, Infinity)) {
        const stamps = list.stamps(places);
        const asked = await this.#ask(door, list, places, some, false);
        if (asked === null) return;
        const isSmall = door.intake.stored <= SMALL_ANSWER;
        this.#eachOf(list, asked, some, stamps, places, (batch, index, at, isUnchanged) => {
          if (!isSmall || !asked.isOnline || !isUnchanged || !batch.isAbsent(index)) return;
          this.#learn(list, places[at] ?? 0, null, batch.granted(index), -1, asked.at);
          absent[at] = 1;
        });
      }
    });
    return absent;
  }

  /** Takes what questions for subtrees bring; returns the places that are still to be asked for by name. */
  async #fetchSubtrees(
    door: AskingDoor,
    list: ListedTopics,
    places: Uint32Array,
    found: PackedWriter,
  ): Promise<number[]> {
    if (!door.habits.mayAsk(false, door.fenceHolds)) return [...places.keys()];
    const { questions, rest } = this.#cover(list, places, PER_SWEEP, door.fenceHolds);
    const left = [...rest];
    for (const some of together(questions, PER_SWEEP)) {
      const stamps = list.stamps(places);
      const asked = await this.#ask(door, list, places, some, true);
      if (asked === null) {
        for (const { meant } of some) left.push(...meant);
        continue;
      }
      this.#eachOf(list, asked, some, stamps, places, (batch, index, at, isUnchanged) => {
        if (!batch.isStored(index)) left.push(at);
        else this.#fetched(list, places[at] ?? 0, at, asked, index, isUnchanged, found);
      });
    }
    return left;
  }

  /** @param isUnchanged nothing was learnt of the topic meanwhile */
  #fetched(
    list: ListedTopics,
    place: number,
    at: number,
    { batch, level, at: now }: Asked,
    index: number,
    isUnchanged: boolean,
    found: PackedWriter,
  ): void {
    const qos = batch.qos(index) as Qos;
    if (isUnchanged) {
      const properties = batch.hasProperties(index) ? batch.properties(index) : null;
      const expiry = properties === null ? -1 : (receivedProperties(properties).messageExpiry ?? -1);
      this.#learn(list, place, qos, Math.min(level, batch.granted(index)), expiry, now);
    }
    if (batch.isCrowded(index)) found.addOther({ kind: 'postponed', key: list.names.key(place) });
    else if (batch.isWhole(index)) list.fetched(place, found.addListed(at, qos, batch, index, markOf));
    else found.addOther({ kind: 'unreadable', key: list.names.key(place), failure: tooLargeToKeep() });
  }

  async #readByName(list: ListedTopics, left: readonly number[], found: PackedWriter): Promise<void> {
    if (left.length === 0) return;
    const keys = left.map((at) => list.names.key(found.of[at] ?? 0));
    const answers = await this.#o.cleaner.fetch(keys);
    answers.forEach((answer, i) => {
      const at = left[i] ?? 0;
      if (answer.kind === 'nothing') list.fetched(found.of[at] ?? 0, markOf(NOTHING));
      if (answer.kind !== 'message') return found.addOther(answer);
      found.add(at, answer.message);
      list.fetched(found.of[at] ?? 0, markOf(answer.message.payload));
    });
  }

  #cover(list: ListedTopics, places: Uint32Array, most: number, fenceHolds: boolean) {
    const { topics } = this.#o;
    // As a filter it would be a shared subscription, which never delivers a stored message.
    const nodes = new Int32Array(places.length);
    for (let at = 0; at < places.length; at++) {
      const place = places[at] ?? 0;
      nodes[at] = list.isShared(place) ? NO_NODE : list.node(place);
    }
    const { subtrees, rest } = coverOf(topics, nodes, most);
    const question = ({ node, meant, most: all }: CoveredSubtree): SubtreeQuestion => ({
      filter: `${list.filterOf(node)}/#`,
      meant,
      most: all,
    });
    const { plain, others } = plainOf(subtrees.map(question), fenceHolds);
    return { questions: plain, rest: [...rest, ...others.flatMap(({ meant }) => meant)] };
  }

  /** Null: there is no second connection. */
  async #ask(
    door: AskingDoor,
    list: ListedTopics,
    places: Uint32Array,
    questions: readonly SubtreeQuestion[],
    isFetch: boolean,
  ): Promise<Asked | null> {
    const online = await door.open();
    if (online.kind === 'failed') return null;
    const { clock } = this.#o;
    const count = questions.reduce((sum, { meant }) => sum + meant.length, 0);
    const listed = new Uint32Array(count);
    let index = 0;
    const asking = questions.map(({ filter, meant }) => {
      const from = index;
      for (const at of meant) listed[index++] = places[at] ?? 0;
      const to = index;
      return {
        filter,
        answered: (code: number | null, now: number) => batch.answered(from, to, code, now),
      };
    });
    const batch = new ListedBatch(list.names, listed, isFetch, door.fenceHolds, clock.now());
    const level = Math.min(isFetch ? 2 : 0, online.limits.maximumQos ?? 2) as Qos;
    door.intake.listed = batch;
    try {
      await door.talk.ask(online, batch, asking, level);
    } finally {
      door.intake.listed = null;
    }
    const isOnline = online.link.online;
    door.habits.asked(door.intake.stored, batch.hasFailed || !isOnline);
    return { batch, isOnline, level, at: clock.wall() };
  }

  #eachOf(
    list: ListedTopics,
    { batch }: Asked,
    questions: readonly SubtreeQuestion[],
    stamps: Float64Array,
    places: Uint32Array,
    visit: (batch: ListedBatch, index: number, at: number, isUnchanged: boolean) => void,
  ): void {
    let index = 0;
    for (const { meant } of questions)
      for (const at of meant) visit(batch, index++, at, list.stamp(places[at] ?? 0) === stamps[at]);
  }

  /** @param qos at which it was delivered; null: it is not there */
  #learn(
    list: ListedTopics,
    place: number,
    qos: Qos | null,
    granted: number,
    expiry: number,
    at: number,
  ): void {
    const node = list.node(place);
    if (node === NO_NODE) return;
    this.#o.truth.probedAt(node, qos, granted as Qos, expiry, list.names, place, at);
  }
}

/** The connection ended before its turn came, so that nobody else may have changed it after us. */
function isNotSent(outcome: EmptyOutcome | undefined): boolean {
  return outcome?.kind === 'failed' && outcome.code === NOT_SENT;
}

export interface FoundCleared {
  /** Places in the list. */
  readonly cleared: Uint32Array<ArrayBuffer>;
  /** What was cleared instead of what had been fetched, to be kept as well. */
  readonly overtaken: KeptMessage[];
}

export interface CheckedPlaces extends FoundCleared {
  readonly others: PlacedOutcome[];
}
