import type { Failure } from '../../contract/base/errors.ts';
import type { Job, JobState } from '../../contract/session/jobs.ts';
import type { ClearResult } from '../../contract/session/outcomes.ts';
import { CLEARED } from '../../core/retained/clearing.ts';
import { displayTopic } from '../../core/topics/names.ts';
import { clearResult } from '../retained/kept-clearing.ts';
import type { CheckedPlaces, ClearOutcome, SentPlaces, Unkept } from '../retained/listed-kept.ts';
import {
  ClearOutcomes,
  connectionClosed,
  hasMovedOn,
  isCutOff,
  isMeant,
  isUnknown,
  LEFT,
  LOST,
  OTHER,
  SENT,
  silenceOf,
  type Again,
} from './clear-outcomes.ts';
import type { ClearJobOptions, JobSizes } from './clearing-connection.ts';
import { CUT_OFF, Patience, TRIED } from './patience.ts';
import { suspectOf, Suspects } from './suspects.ts';

const USUAL: JobSizes = { batch: 500, along: 4_000 };
/** Batches under way: while one is cleared the next is written and a third is fetched. */
const LANES = 3;
/** Topics that are checked together. */
const CHECKED = 10_000;

/** Clears the topics it was given and no other, batch by batch; survives that the broker is away. */
export class ClearJob {
  readonly #o: ClearJobOptions;
  readonly #sizes: JobSizes;
  readonly #startedAt: number;
  readonly #total: number;
  readonly #outcomes: ClearOutcomes;
  /** With what is cut off before it is sent for certain, and with what cannot be checked. */
  readonly #patience = new Patience();
  readonly #checking = new Patience();
  readonly #suspects: Suspects;
  /** Of those that were sent, what nobody asked for yet. */
  #fresh: number[] = [];
  #isChecking = false;
  readonly #steps = { fetched: 0, sent: 0 };
  /** To be sent, in that order. */
  #left: number[];
  /** Not begun, and not to be begun now. */
  #aside: number[] = [];
  /** How it ended before it began again. */
  #before: JobState | null = null;
  #unkept: Unkept = 'stop';
  #ended = new AbortController();
  #state: JobState = { kind: 'running' };
  /** Why it does not go on although nobody stopped it. */
  #failure: Failure | null = null;
  #resumed: () => void = () => undefined;
  #paused: Promise<void> = Promise.resolve();
  /** ms in which it ran, without the run that lasts since `#runsSince`. */
  #ran = 0;
  #runsSince: number;
  /** Resolves when it is over. */
  over: Promise<void>;

  constructor(options: ClearJobOptions) {
    this.#o = options;
    this.#sizes = options.sizes ?? USUAL;
    this.#startedAt = this.#runsSince = options.now();
    const { keys } = options.broker;
    this.#total = keys.length;
    this.#left = [...keys.keys()];
    this.#outcomes = new ClearOutcomes(this.#total);
    this.#suspects = new Suspects(keys);
    this.over = this.#run();
  }

  get isOver(): boolean {
    return this.#state.kind === 'done' || this.#state.kind === 'stopped' || this.#state.kind === 'failed';
  }

  /** In the order of the list. */
  get outcomes(): readonly ClearResult[] {
    return this.readOutcomes(() => true, 0, this.#total).outcomes;
  }

  /** A page of those that are wanted, in the order of the list, and how many there are. */
  readOutcomes(wanted: (outcome: ClearOutcome) => boolean, from: number, count: number) {
    const { broker } = this.#o;
    const isIn = (place: number): boolean => wanted(this.#outcomes.of(place) ?? LOST);
    const places = [...this.#outcomes.settled()].filter(isIn);
    const outcomes = places.slice(from, from + count).map((place): ClearResult => {
      const outcome = this.#outcomes.of(place) ?? LOST;
      const took = this.#outcomes.took[place] ?? Number.NaN;
      return clearResult(broker.keys[place] ?? '', outcome, broker.restorable(place), took);
    });
    return { total: places.length, outcomes };
  }

  job(): Job {
    const { id, connection, title, entry } = this.#o;
    const { done, sent, counts } = this.#outcomes;
    const copies = this.#o.broker.copies();
    const ran = this.#ran + (this.#state.kind === 'running' ? this.#o.now() - this.#runsSince : 0);
    return {
      id,
      kind: 'clear-retained',
      connection,
      title,
      entry,
      state: this.#state,
      startedAt: this.#startedAt,
      total: this.#total,
      done,
      ...counts,
      steps: { ...this.#steps, kept: copies.count, keptBytes: copies.bytes },
      ran,
      rate: ran === 0 ? 0 : ((done + sent) * 1_000) / ran,
    };
  }

  /** Topics that have no outcome yet: what was sent, then the rest. */
  waiting(from: number, count: number) {
    const { keys } = this.#o.broker;
    const all = [...this.#outcomes.placesIn(SENT), ...this.#outcomes.placesIn(LEFT)];
    const waiting = all.slice(from, from + count).map((place) => {
      const key = keys[place] ?? '';
      return { key, topic: displayTopic(key), sent: this.#outcomes.isIn(place, SENT) };
    });
    return { total: all.length, waiting };
  }

  /** Takes effect after the batches that are under way. */
  pause(): void {
    if (this.#state.kind !== 'running' && this.#state.kind !== 'waiting') return;
    this.#paused = new Promise((resolve) => (this.#resumed = resolve));
    this.#set({ kind: 'paused' });
  }

  resume(): void {
    if (this.#state.kind !== 'paused') return;
    this.#set({ kind: 'running' });
    this.#resumed();
  }

  /** What is under way is finished, nothing more is begun. */
  stop(): void {
    this.#ended.abort();
    this.#resumed();
  }

  /** Begins again; false: it is not over. */
  retry(what: Again): boolean {
    if (!this.isOver) return false;
    if (what === 'unkept') [this.#aside, this.#left] = [this.#left, []];
    this.#before = this.#state;
    for (const place of [...this.#outcomes.placesIn(OTHER)]) {
      if (!isMeant(what, this.#outcomes.of(place))) continue;
      this.#outcomes.forget(place);
      this.#left.push(place);
    }
    this.#steps.fetched = this.#steps.sent = this.#total - this.#left.length - this.#aside.length;
    this.#patience.renew();
    this.#checking.renew();
    this.#suspects.renew();
    this.#unkept = what === 'unkept' ? 'clear' : 'stop';
    this.#failure = null;
    this.#ended = new AbortController();
    this.#set({ kind: 'running' });
    this.over = this.#run();
    return true;
  }

  async #run(): Promise<void> {
    do {
      await Promise.all(Array.from({ length: LANES }, () => this.#lane()));
      this.#fresh = [];
    } while (await this.#checkAll());
    // What was sent has an outcome, also where it could not be checked any more.
    for (const place of this.#outcomes.placesIn(SENT)) this.#outcomes.found(place, LOST, 0);
    await this.#o.finish();
    const at = this.#o.now();
    const wasAside = this.#left.length === 0 && this.#aside.length > 0;
    this.#left.push(...this.#aside.splice(0));
    if (wasAside && this.#before !== null && this.#failure === null) this.#set(this.#before);
    else if (this.#left.length === 0) this.#set({ kind: 'done', at });
    else if (this.#failure !== null) this.#set({ kind: 'failed', at, failure: this.#failure });
    else if (this.#ended.signal.aborted) this.#set({ kind: 'stopped', at });
    else this.#set({ kind: 'failed', at, failure: connectionClosed(this.#left.length) });
  }

  get #isEnding(): boolean {
    return this.#ended.signal.aborted || this.#failure !== null;
  }

  async #lane(): Promise<void> {
    const { broker, changed } = this.#o;
    while (this.#left.length > 0 && (await this.#mayGoOn())) {
      if (this.#fresh.length >= this.#sizes.along && !this.#isChecking) await this.#checkAlong();
      const batch = Uint32Array.from(this.#left.splice(0, this.#sizes.batch));
      if (batch.length === 0) return;
      const session = broker.session();
      const answer = await broker.send(batch, this.#unkept).catch(() => null);
      if (answer !== null && 'code' in answer) {
        this.#failure ??= answer;
        this.#left.unshift(...batch);
        return;
      }
      const isOpen = batch.some((place, at) => this.#isOpen(place, at, answer));
      // Leaves time to notice a closed connection, so that no try is spent on it.
      if (isOpen && !this.#isEnding && broker.isOnline()) await broker.changed(this.#ended.signal);
      this.#takeSent(batch, answer, session);
      this.#failure ??= silenceOf(answer);
      changed();
    }
  }

  /** Subtrees that are cleared as a whole are checked at little cost meanwhile; the rest at the end. */
  async #checkAlong(): Promise<void> {
    const { broker, changed } = this.#o;
    const session = broker.session();
    const some = this.#fresh.splice(0, this.#sizes.along);
    const batch = Uint32Array.from(some.filter((place) => this.#outcomes.isIn(place, SENT, session)));
    if (batch.length === 0) return;
    this.#isChecking = true;
    const cleared = await broker.findCleared(batch).catch(() => NONE);
    this.#isChecking = false;
    // Of an earlier session: the broker may have been killed, and be back with what it had.
    if (broker.session() !== session) return;
    for (const place of cleared) this.#outcomes.found(place, CLEARED, session);
    changed();
  }

  /**
   * Asks for everything that was sent. A broker that was killed may be back with what it had on its disk, so
   * what was found to be cleared in an earlier session is asked for as well. True: there is more to clear.
   */
  async #checkAll(): Promise<boolean> {
    const { broker, changed } = this.#o;
    for (;;) {
      // What was sent is checked also when it was stopped.
      if (!(await this.#mayGoOn()) && !(this.#isEnding && broker.isOnline())) return false;
      const session = broker.session();
      const batch = this.#toBeChecked(session);
      if (batch.length === 0) return this.#left.length > 0 && !this.#isEnding;
      const checked = await broker.check(batch).catch(() => null);
      if (broker.session() !== session || checked === null) {
        if (this.#isEnding) return false;
        await broker.changed(this.#ended.signal);
        continue;
      }
      const isCut = this.#takeChecked(checked, session);
      changed();
      if (isCut && !this.#isEnding && broker.isOnline()) await broker.changed(this.#ended.signal);
    }
  }

  /** What was found to be cleared in an earlier session is asked for once more, when all else is done. */
  #toBeChecked(session: number): Uint32Array<ArrayBuffer> {
    const sent = this.#outcomes.unchecked(session, false, CHECKED);
    const isLast = sent.length === 0 && this.#left.length === 0 && !this.#isEnding;
    return isLast ? this.#outcomes.unchecked(session, true, CHECKED) : sent;
  }

  /** False: it was stopped, or the connection was closed, or nothing can be kept any more. */
  async #mayGoOn(): Promise<boolean> {
    while (!this.#isEnding) {
      if (this.#state.kind === 'paused') await this.#paused;
      else if (!this.#o.broker.isOpen()) return false;
      else if (this.#o.broker.isOnline()) {
        if (this.#state.kind === 'waiting') this.#set({ kind: 'running' });
        return true;
      } else {
        if (this.#state.kind === 'running') this.#set({ kind: 'waiting', since: this.#o.now() });
        await this.#o.broker.changed(this.#ended.signal);
      }
    }
    return false;
  }

  /** Whether it was sent is not known. Clearing twice is clearing, so such a topic is sent once more. */
  #isOpen(place: number, at: number, answer: SentPlaces | null): boolean {
    if (answer === null) return true;
    if (answer.later.has(place)) return false;
    const outcome = answer.unsent.get(place);
    return outcome === undefined ? answer.sent[at] !== 1 : isCutOff(outcome);
  }

  /** @param answer null: none came */
  #takeSent(batch: Uint32Array, answer: SentPlaces | null, session: number): void {
    const cost = this.#costOf(session);
    if (answer === null) return batch.forEach((place) => this.#tryAgain(place, cost, LOST, session));
    this.#left.unshift(...answer.later);
    const cutOff: number[] = [];
    for (let at = 0; at < batch.length; at++) {
      const place = batch[at] ?? 0;
      if (this.#isOpen(place, at, answer)) cutOff.push(place);
      else if (!answer.later.has(place)) this.#takeAnswer(place, at, answer, session);
    }
    if (hasMovedOn(answer)) this.#movedOn();
    const outcomeOf = (place: number): ClearOutcome => answer.unsent.get(place) ?? LOST;
    const suspect = suspectOf(cutOff, answer);
    if (typeof suspect !== 'number') {
      const each = suspect === 'named' ? CUT_OFF : cost;
      return cutOff.forEach((place) => this.#tryAgain(place, each, outcomeOf(place), session));
    }
    const others = cutOff.filter((place) => place !== suspect);
    for (const { place, isWorthIt } of this.#suspects.retries(suspect, others))
      this.#retry(place, isWorthIt, outcomeOf(place), session);
  }

  /** Something is done with, so what was cut off meanwhile is worth another try, however often that was so. */
  #movedOn(): void {
    this.#patience.renew();
    this.#suspects.movedOn();
  }

  #takeAnswer(place: number, at: number, answer: SentPlaces, session: number): void {
    const outcome = answer.unsent.get(place);
    this.#outcomes.took[place] = answer.took[at] ?? Number.NaN;
    if (outcome?.kind !== 'not-kept') this.#steps.fetched++;
    if (outcome !== undefined && answer.sent[at] !== 1) this.#outcomes.found(place, outcome, session);
    else this.#toCheck(place, session, outcome);
  }

  /** While that is worth it. Then, where the broker may have it, a question tells more than its silence. */
  #tryAgain(place: number, cost: number, outcome: ClearOutcome, session: number): void {
    this.#retry(place, this.#patience.spend(place, cost), outcome, session);
  }

  #retry(place: number, isWorthIt: boolean, outcome: ClearOutcome, session: number): void {
    if (isWorthIt) this.#left.push(place);
    else if (isUnknown(outcome)) this.#toCheck(place, session, outcome);
    else this.#outcomes.found(place, outcome, session);
  }

  #toCheck(place: number, session: number, unconfirmed?: ClearOutcome): void {
    this.#steps.sent++;
    this.#outcomes.sentTo(place, session, unconfirmed);
    this.#fresh.push(place);
  }

  /** Whether some are to be asked for once more. */
  #takeChecked({ cleared, others }: CheckedPlaces, session: number): boolean {
    if (cleared.some((place) => this.#outcomes.isIn(place, SENT))) this.#movedOn();
    for (const place of cleared) this.#outcomes.found(place, CLEARED, session);
    let again = false;
    const back = new Map<number, ClearOutcome>();
    for (const { place, outcome } of others) {
      if (isCutOff(outcome) && this.#outcomes.isIn(place, SENT) && this.#checking.spend(place, TRIED))
        again = true;
      else if (outcome.kind === 'still-retained' && this.#outcomes.session(place) !== session)
        back.set(place, outcome);
      else this.#outcomes.found(place, outcome, session);
    }
    this.#takeBack(back, session);
    return again;
  }

  /**
   * What is there although it was sent before the connection ended: it was on the disk of a broker that was killed, or
   * the broker ended the connection over one of them and read no further. Nobody set it again.
   */
  #takeBack(back: ReadonlyMap<number, ClearOutcome>, session: number): void {
    const [suspect, ...others] = this.#outcomes.inTheirTurn([...back.keys()]);
    if (suspect === undefined) return;
    for (const { place, isWorthIt } of this.#suspects.retries(suspect, others)) {
      if (!isWorthIt) {
        this.#outcomes.found(place, back.get(place) ?? LOST, session);
        continue;
      }
      this.#outcomes.forget(place);
      this.#left.push(place);
      this.#steps.fetched--;
      this.#steps.sent--;
    }
  }

  /** Of a try that began in that session. */
  #costOf(session: number): number {
    const { broker } = this.#o;
    return broker.isOnline() && broker.session() === session ? TRIED : CUT_OFF;
  }

  #set(state: JobState): void {
    const now = this.#o.now();
    if (this.#state.kind === 'running') this.#ran += now - this.#runsSince;
    this.#runsSince = now;
    this.#state = state;
    this.#o.changed(true);
  }
}

const NONE = new Uint32Array(0);
