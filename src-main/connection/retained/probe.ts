import type { Failure } from '../../contract/base/errors.ts';
import type { Qos, TopicKey } from '../../contract/model/model.ts';
import { ProbeBatch, type Probed, type StoredMessage } from '../../core/retained/probe-batch.ts';
import { DeliveryLag } from '../../core/retained/quiet.ts';
import {
  cutOff,
  isChanging,
  isRefused,
  noLink,
  refused,
  isSamePayload,
  stampsOf,
  unlessRetained,
} from '../../core/retained/probed.ts';
import { SMALL_ANSWER } from '../../core/inventory/branches.ts';
import { SETTLE_MS } from '../../core/retained/evidence.ts';
import { pause } from '../base/clock.ts';
import type { Intake } from '../../core/topics/store/intake.ts';
import { ProbeIntake } from './probe-intake.ts';
import {
  notSent,
  sendForAll,
  sendKnown,
  type KnownQuestion,
  type RoundTerms,
  type WholeAnswer,
} from './unseen.ts';
import type { OnlineProbe } from '../second-link/probe-link.ts';
import { closedMeanwhile, SecondLink, type SecondLinkOptions } from '../second-link/second-link.ts';
import { Conversation } from '../second-link/conversation.ts';
import { chunks, isShared, together, type Question } from './questions.ts';

/** Topics under one fence: their retained messages fit the queue of a default mosquitto (1,000). */
const PER_FENCE = 200;
/** Topics of subtrees under one fence, likewise: what they bring beside those that are meant is counted too. */
export const PER_SWEEP = 800;
/** Subscriptions above QoS 0 that any broker grants at once; NATS refuses the 64th. */
const FEW = 50;
/** Refused subtrees after which topics are asked for by their names only. */
const MOST_REFUSALS = 2;
/** Messages that a default mosquitto has under way at once (`max_inflight_messages`). */
const PER_WINDOW = 20;
/** Between two of them where the answer is not settled yet. */
const ASK_AGAIN_MS = 500;
/** Topics that change while they are asked for are asked for again so often. */
const MOST_ASKS = 3;
/** So often the second connection is made anew for topics that its end left without an answer, while that helps. */
const MOST_LINKS = 20;
/** A broker that takes long for its answers is given so many times that, and at most so many ms, to settle. */
const SETTLE_ANSWERS = 4;
const LONGEST_SETTLE_MS = 40_000;

/** What the connection proper knows of the topics meanwhile. */
export interface ProbeWitness {
  /** Subtrees of at most so many topics that hold little else than these; and those that lie in none. */
  cover(
    keys: readonly TopicKey[],
    most: number,
  ): { questions: readonly Question[]; rest: readonly TopicKey[] };
  /** Differs when anything was learnt of the topic since. */
  stamp(key: TopicKey): number;
  /** @param granted QoS of the subscription that asked */
  learn(key: TopicKey, probed: Probed, granted: Qos): void;
}

export interface ProbeOptions extends Omit<SecondLinkOptions, 'intake'> {
  /** Gets stored messages of topics that were not asked for by name. */
  readonly unasked: Intake;
  readonly witness: ProbeWitness;
  /** This broker answers PINGREQ only after what it owed before. */
  readonly fenceHolds: () => boolean;
}

/** How a broker answers subscriptions to subtrees. */
export class SubtreeHabits {
  /** Stored messages came for one: this broker delivers them on wildcards. */
  #deliver = false;
  /** Those that were refused, or ended the connection: some brokers allow single topics only. */
  #refusals = 0;

  /** @param forAbsence a topic that they do not bring counts as absent */
  mayAsk(forAbsence: boolean, fenceHolds: boolean): boolean {
    return this.#refusals < MOST_REFUSALS && (!forAbsence || this.#deliver || fenceHolds);
  }

  asked(stored: number, wasRefused: boolean): void {
    if (stored > 0) this.#deliver = true;
    if (wasRefused) this.#refusals++;
  }
}

/** What whoever asks for many topics of a list is given, while nobody else asks. */
export interface AskingDoor {
  open(): Promise<OnlineProbe | Failure>;
  readonly intake: Pick<ProbeIntake, 'listed' | 'stored'>;
  readonly talk: Pick<Conversation, 'ask'>;
  readonly fenceHolds: boolean;
  readonly habits: SubtreeHabits;
}

/** The second connection as it is used here. */
export type ProbeConnection = Pick<SecondLink, 'use' | 'open' | 'close'>;

/** Asks the broker for the stored messages of single topics, on a connection of its own. */
export class RetainedProbe {
  readonly #o: ProbeOptions;
  readonly #intake: ProbeIntake;
  readonly #second: ProbeConnection;
  /** One at a time: what comes in is assigned to a question by its topic alone. */
  #queue: Promise<unknown> = Promise.resolve();
  /** Those whose turn has not come. */
  #waiting = 0;
  readonly #talk: Conversation;
  readonly #habits = new SubtreeHabits();
  /** Above QoS 0 this broker delivers what is stored without the retain flag (Moquette). */
  #leavesOutFlag = false;
  /** How late this broker delivers. */
  readonly lag = new DeliveryLag();

  /** @param connect makes the second connection, for what comes in on it */
  constructor(
    options: ProbeOptions,
    connect: (intake: Intake) => ProbeConnection = (intake) => new SecondLink({ ...options, intake }),
  ) {
    this.#o = options;
    const { clock, unasked, fenceHolds } = options;
    this.#intake = new ProbeIntake(clock, unasked, this.lag);
    this.#talk = new Conversation(clock, () => this.#intake.stored, this.lag, fenceHolds);
    this.#second = connect(this.#intake);
  }

  /**
   * @param keys names that can be published to
   * @param qos of the subscriptions: 2 shows at which QoS a message is stored
   */
  ask(keys: readonly TopicKey[], qos: Qos): Promise<Map<TopicKey, Probed>> {
    return this.#inTurn(() => this.#askOverLinks(keys, qos));
  }

  /** Has the broker send all that it holds for some filters: stored messages of any topic go to `unasked`. */
  sendForAll(filters: readonly string[], qos: Qos = 0): Promise<WholeAnswer> {
    const { clock, fenceHolds } = this.#o;
    return this.#inTurn(async () => {
      const online = await this.#second.open();
      if (online.kind === 'failed') return { ...notSent(online), bytes: 0 };
      await Promise.all(filters.map((filter) => this.#talk.left(filter)));
      const [count, before] = [() => this.#intake.stored, this.#intake.storedBytes];
      const answer = await sendForAll(online, filters, clock, count, fenceHolds(), this.lag.ms, qos);
      // What waits on a slow link is not to be mixed up with the answer to the next question.
      if (answer.why?.kind === 'unanswered') this.#second.close();
      return { ...answer, bytes: this.#intake.storedBytes - before };
    });
  }

  /** Only quiet shows that an answer is complete: to wait for many answers together saves time. */
  get waitsForQuiet(): boolean {
    return !this.#o.fenceHolds();
  }

  /**
   * The same for questions that are expected to bring what is known, with one wait for all of them.
   *
   * @returns how many of the questions brought exactly that; 0: each is to be asked by itself
   */
  sendKnown(questions: readonly KnownQuestion[], terms: RoundTerms): Promise<number> {
    const isEnough = () => this.#waiting > 0 || terms.isEnough();
    return this.#inTurn(async () => {
      const online = await this.#second.open();
      if (online.kind === 'failed') return 0;
      await Promise.all(questions.flatMap(({ filters }) => filters.map((filter) => this.#talk.left(filter))));
      const count = () => this.#intake.stored;
      return sendKnown(online, questions, { ...terms, isEnough }, this.#o.clock, count, this.lag.ms);
    });
  }

  /**
   * Asks again over some seconds where the answer is not the one that is expected, for brokers that are
   * eventually consistent; longer where the answers take long.
   *
   * @param isExpected what does not know is not asked again
   */
  async askUntil(
    isExpected: (key: TopicKey, probed: Exclude<Probed, { kind: 'incomplete' }>) => boolean,
    keys: readonly TopicKey[],
    qos: Qos,
  ): Promise<Map<TopicKey, Probed>> {
    const { clock } = this.#o;
    let until = clock.now() + SETTLE_MS;
    this.#talk.slowestMs = 0;
    const results = await this.ask(keys, qos);
    // One that stood still would have used up the time before it was asked for the second time.
    const longer = Math.min(LONGEST_SETTLE_MS, SETTLE_ANSWERS * Math.max(this.#talk.slowestMs, this.lag.ms));
    until = Math.max(until, clock.now() + longer);
    for (;;) {
      const left = keys.filter((key) => {
        const probed = results.get(key);
        return probed !== undefined && probed.kind !== 'incomplete' && !isExpected(key, probed);
      });
      const rest = until - clock.now();
      if (left.length === 0 || rest <= 0) return results;
      await pause(clock, Math.min(rest, ASK_AGAIN_MS));
      for (const [key, probed] of await this.ask(left, qos)) results.set(key, probed);
    }
  }

  /** The second connection for who asks for nothing on it; others may ask meanwhile. */
  use<T>(act: (online: OnlineProbe | Failure) => Promise<T>): Promise<T> {
    return this.#second.use(async () => act(await this.#second.open()));
  }

  /** The second connection for more than single questions; nobody else asks meanwhile. */
  asking<T>(act: (door: AskingDoor) => Promise<T>): Promise<T> {
    return this.#inTurn(() =>
      act({
        open: () => this.#second.open(),
        intake: this.#intake,
        talk: this.#talk,
        fenceHolds: this.#o.fenceHolds(),
        habits: this.#habits,
      }),
    );
  }

  /** When all that was begun before is over, with the second connection kept open meanwhile. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const answer = this.#queue.then(() => {
      this.#waiting--;
      return this.#second.use(act);
    });
    this.#queue = answer.catch(() => undefined);
    return answer;
  }

  /** The connection proper ended, or is about to. */
  close(): void {
    this.#second.close();
  }

  /** Also over the end of the second connection, which some brokers end after some packets, or under load. */
  async #askOverLinks(keys: readonly TopicKey[], qos: Qos): Promise<Map<TopicKey, Probed>> {
    const results = await this.#askAll(keys, qos);
    let left = cutOff(results);
    for (let links = 1; left.length > 0 && links < MOST_LINKS && this.#o.online() !== null; links++) {
      for (const [key, probed] of await this.#askAll(left, qos)) results.set(key, probed);
      const next = cutOff(results);
      if (next.length === left.length) break;
      left = next;
    }
    return results;
  }

  async #askAll(keys: readonly TopicKey[], qos: Qos): Promise<Map<TopicKey, Probed>> {
    const results = new Map<TopicKey, Probed>();
    this.#intake.unflagged.clear();
    let left = await this.#askSubtrees([...new Set(keys)], qos, results);
    for (let asks = 0; asks < MOST_ASKS && left.length > 0; asks++) {
      // Moquette leaves the flag out of stored messages but at QoS 0, so they look as if they were live.
      const level = asks === 0 ? qos : 0;
      for (const [key, probed] of await this.#askIn(left, level, PER_FENCE)) {
        results.set(key, this.#withQos(key, probed));
        if (asks > 0 && level < qos) this.#leavesOutFlag ||= this.#cameUnflagged(key, probed) !== null;
      }
      if (level > 0) {
        const absent = left.filter((key) => results.get(key)?.kind === 'absent');
        await this.#askDropped(absent, qos, results);
      }
      left = left.filter((key) => isChanging(results.get(key)));
    }
    this.#intake.unflagged.clear();
    return results;
  }

  /**
   * Many topics at once, by the subtrees that they fill. What that brings is known; that something is absent
   * only where the answer was small, on a broker that is known to answer so.
   *
   * @returns topics that are to be asked for by their names
   */
  async #askSubtrees(
    keys: readonly TopicKey[],
    qos: Qos,
    results: Map<TopicKey, Probed>,
  ): Promise<readonly TopicKey[]> {
    const forAbsence = qos === 0;
    if (!forAbsence && this.#leavesOutFlag) return keys;
    if (!this.#habits.mayAsk(forAbsence, this.#o.fenceHolds())) return keys;
    const { questions, rest } = this.#o.witness.cover(keys, forAbsence ? Infinity : PER_SWEEP);
    const left = [...rest];
    const isSure = ({ kind }: Probed): boolean =>
      kind === 'retained' || (kind === 'absent' && forAbsence && this.#showsAbsence);
    for (const some of together(questions, forAbsence ? Infinity : PER_SWEEP)) {
      let wasRefused = false;
      await this.#askSome(some, qos, isSure, (key, probed) => {
        if (isSure(probed)) results.set(key, this.#withQos(key, probed));
        else left.push(key);
        wasRefused ||= isRefused(probed);
      });
      this.#habits.asked(this.#intake.stored, wasRefused);
    }
    return left;
  }

  /**
   * While the window of a connection is full mosquitto drops what is stored at QoS 0, and says nothing. So
   * what a subscription above QoS 0 did not bring is asked for at QoS 0, and what is there once more in
   * windows that nothing is dropped from, for its QoS.
   */
  async #askDropped(keys: readonly TopicKey[], qos: Qos, results: Map<TopicKey, Probed>): Promise<void> {
    // What is listed and not brought is rare, and is not to be called absent because a small queue was full.
    const found = await this.#askIn(keys, 0, SMALL_ANSWER);
    for (const [key, probed] of found) results.set(key, probed);
    const there = [...found].flatMap(([key, { kind }]) => (kind === 'retained' ? [key] : []));
    for (const [key, probed] of await this.#askIn(there, qos, PER_WINDOW))
      results.set(key, this.#withQos(key, probed.kind === 'retained' ? probed : (found.get(key) ?? probed)));
  }

  /** Of a small answer nothing was left out, however small the queue of the broker is. */
  get #showsAbsence(): boolean {
    return this.#intake.stored <= SMALL_ANSWER;
  }

  async #askIn(keys: readonly TopicKey[], qos: Qos, size: number): Promise<Map<TopicKey, Probed>> {
    const results = new Map<TopicKey, Probed>();
    const refused: TopicKey[] = [];
    const unsure: TopicKey[] = [];
    // What a subscription above QoS 0 does not bring is asked for again anyway.
    const isSure = ({ kind }: Probed): boolean => kind !== 'absent' || qos > 0 || this.#showsAbsence;
    for (const some of chunks(keys, size)) {
      const questions = some.map((key) => ({ filter: key, keys: [key], most: 1 }));
      await this.#askSome(questions, qos, isSure, (key, probed) => {
        results.set(key, probed);
        if (!isSure(probed)) unsure.push(key);
        if (probed.kind === 'incomplete' && probed.why.kind === 'refused') refused.push(key);
      });
    }
    const [again, few] = qos === 0 ? [unsure, SMALL_ANSWER] : [refused, FEW];
    if (size <= few || again.length === 0) return results;
    return new Map([...results, ...(await this.#askIn(again, qos, few))]);
  }

  /** The QoS at which the very same message came without the flag. */
  #withQos(key: TopicKey, probed: Probed): Probed {
    const other = this.#cameUnflagged(key, probed);
    if (probed.kind !== 'retained' || other === null) return probed;
    return { ...probed, message: { ...probed.message, qos: other.qos } };
  }

  /** The stored message as it came without the flag; null: it did not. */
  #cameUnflagged(key: TopicKey, probed: Probed): StoredMessage | null {
    const { unflagged } = this.#intake;
    const other = unflagged.size === 0 ? undefined : unflagged.get(key);
    if (probed.kind !== 'retained' || other === undefined) return null;
    return isSamePayload(probed.message, other) ? other : null;
  }

  /**
   * @param isSure of what is only maybe so, nothing is learnt; `take` gets what was found for each
   */
  async #askSome(
    questions: readonly Question[],
    qos: Qos,
    isSure: (probed: Probed) => boolean,
    take: (key: TopicKey, probed: Probed) => void,
  ): Promise<void> {
    const { clock, witness } = this.#o;
    // As a filter it would be a shared subscription, which never delivers a stored message.
    const asked = questions.filter(({ filter }) => !isShared(filter));
    for (const { filter, keys } of questions)
      if (isShared(filter)) for (const key of keys) take(key, refused());
    const keys = asked.flatMap((question) => question.keys);
    const online = await this.#second.open();
    if (online.kind === 'failed') {
      for (const key of keys) take(key, noLink(online));
      return;
    }
    const batch = new ProbeBatch(keys, this.#o.fenceHolds(), clock.now(), qos > 0 && this.#leavesOutFlag);
    const stamps = stampsOf(keys, witness.stamp);
    const level = Math.min(qos, online.limits.maximumQos ?? 2) as Qos;
    this.#intake.batch = batch;
    const asking = asked.map(({ filter, keys: meant }) => ({
      filter,
      answered: (code: number | null, at: number) => batch.answered(meant, code, at),
    }));
    await this.#talk.ask(online, batch, asking, level);
    this.#intake.batch = null;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] ?? '';
      const probed = batch.result(key) ?? noLink(closedMeanwhile());
      if (!online.link.online && probed.kind !== 'retained') take(key, noLink(closedMeanwhile()));
      // Something came on the other connection: which of the two is newer is not known.
      else if (witness.stamp(key) !== stamps[i]) take(key, unlessRetained(probed));
      else {
        // A broker may grant less than was asked for.
        if (isSure(probed)) witness.learn(key, probed, Math.min(batch.granted(key), level) as Qos);
        take(key, probed);
      }
    }
  }
}
