import { isShared } from '../../core/topics/filters.ts';
import type { Qos, TopicKey } from '../../contract/model/model.ts';
import { SMALL_ANSWER } from '../../core/inventory/branches.ts';
import { mayBePattern } from '../../core/topics/filter-around.ts';
import { ProbeBatch, type Probed, type StoredMessage } from '../../core/retained/probe-batch.ts';
import {
  isChanging,
  isRefused,
  isSamePayload,
  noLink,
  refused,
  stampsOf,
  unlessRetained,
} from '../../core/retained/probed.ts';
import type { Clock } from '../base/clock.ts';
import type { Conversation } from '../second-link/conversation.ts';
import { closedMeanwhile, type SecondLink } from '../second-link/second-link.ts';
import type { ProbeIntake } from './probe-intake.ts';
import { chunks, plainOf, questionsAround, together, type Question } from './questions.ts';

/** Topics under one fence: their retained messages fit the queue of a default mosquitto (1,000). */
const PER_FENCE = 200;
/** Topics of subtrees under one fence, likewise: what they bring beside those that are meant is counted too. */
export const PER_SWEEP = 800;
/** Subscriptions above QoS 0 that any broker grants at once; NATS refuses the 64th. */
const FEW = 50;
/** Refused subtrees after which topics are asked for by their names only. */
const MOST_REFUSALS = 2;
/**
 * Messages that a default mosquitto has under way at once (`max_inflight_messages`), and fewer for one that is set to
 * less: it drops what neither that nor its queue has room for.
 */
const WINDOWS = [20, 5, 1];
/** Topics that change while they are asked for are asked for again so often. */
const MOST_ASKS = 3;

/** What the connection proper knows of the topics meanwhile. */
export interface ProbeWitness {
  /** Subtrees of at most so many topics that hold little else than these; and those that lie in none. */
  cover(
    keys: readonly TopicKey[],
    most: number,
  ): { questions: readonly Question[]; rest: readonly TopicKey[] };
  /** Differs when anything was learnt of the topic since. */
  stamp(key: TopicKey): number;
  /** It is known to be retained, and was learnt in this session. */
  isHeld(key: TopicKey): boolean;
  /** @param granted QoS of the subscription that asked */
  learn(key: TopicKey, probed: Probed, granted: Qos): void;
}

/** How a broker answers subscriptions to subtrees. */
export class SubtreeHabits {
  #deliver = false;
  /** Those that were refused, or ended the connection: some brokers allow single topics only. */
  #refusals = 0;

  /** Stored messages came for one: this broker delivers them on wildcards. */
  get deliver(): boolean {
    return this.#deliver;
  }

  /** @param forAbsence a topic that they do not bring counts as absent */
  mayAsk(forAbsence: boolean, fenceHolds: boolean): boolean {
    return this.#refusals < MOST_REFUSALS && (!forAbsence || this.#deliver || fenceHolds);
  }

  asked(stored: number, wasRefused: boolean): void {
    if (stored > 0) this.#deliver = true;
    if (wasRefused) this.#refusals++;
  }
}

export interface TopicQuestionsOptions {
  readonly clock: Clock;
  readonly witness: ProbeWitness;
  /** This broker answers PINGREQ only after what it owed before. */
  readonly fenceHolds: () => boolean;
  readonly intake: ProbeIntake;
  readonly second: Pick<SecondLink, 'open'>;
  readonly talk: Pick<Conversation, 'ask'>;
  readonly habits: SubtreeHabits;
}

/**
 * Asks for topics over one second connection: by the subtrees that they fill, then by their names, and without
 * naming them where a name cannot be used or is not believed.
 */
export class TopicQuestions {
  readonly #o: TopicQuestionsOptions;
  /** Above QoS 0 this broker delivers what is stored without the retain flag (Moquette). */
  #leavesOutFlag = false;
  /** Little was there of what may have been so the last time. */
  #isSparse = true;
  /** Topics that are asked for by name under one fence. */
  #together = PER_FENCE;
  /** This broker did not deliver something for its name that it delivers for a wildcard. */
  #namesFail = false;
  /** This broker answers with what filters of others bring as well (amqtt), at their QoS and before the rest. */
  #bringsOthers = false;
  /** Of those asked for by name, what did not come and is not believed to be absent yet. */
  readonly #doubted = new Set<TopicKey>();

  constructor(options: TopicQuestionsOptions) {
    this.#o = options;
  }

  /** @param mayBeFew where little of it is there, that saves time */
  async ask(keys: readonly TopicKey[], qos: Qos, mayBeFew = false): Promise<Map<TopicKey, Probed>> {
    const results = new Map<TopicKey, Probed>();
    this.#o.intake.unflagged.clear();
    this.#doubted.clear();
    const isSparse = mayBeFew && qos > 0 && this.#expectsFew(keys);
    this.#together = isSparse ? PER_SWEEP : PER_FENCE;
    // A subtree above QoS 0 shows what is there, and nothing else.
    const unique = [...new Set(keys)];
    const left = isSparse ? unique : await this.#askSubtrees(unique, qos, results);
    const [named, others] = this.#o.fenceHolds() ? [left, []] : parted(left, (key) => !mayBePattern(key));
    await this.#askNamed(named, qos, results);
    await this.#askAround(others, qos, results);
    // Some brokers deliver nothing for a wildcard.
    const unseen = others.filter((key) => results.get(key)?.kind !== 'retained');
    if (!this.#o.habits.deliver) await this.#askNamed(unseen, qos, results);
    await this.#askDoubted(keys, qos, results);
    this.#o.intake.unflagged.clear();
    if (mayBeFew) this.#isSparse = isFew(keys, (key) => results.get(key)?.kind === 'retained');
    return results;
  }

  /** Then only quiet ends each question, so that many topics are asked for by one. What comes is below a queue. */
  #expectsFew(keys: readonly TopicKey[]): boolean {
    const { fenceHolds, witness } = this.#o;
    return this.#isSparse && !fenceHolds() && isFew(keys, (key) => witness.isHeld(key));
  }

  async #askNamed(keys: readonly TopicKey[], qos: Qos, results: Map<TopicKey, Probed>): Promise<void> {
    let left = keys;
    for (let asks = 0; asks < MOST_ASKS && left.length > 0; asks++) {
      // Moquette leaves the flag out of stored messages but at QoS 0, so they look as if they were live.
      const level = asks === 0 ? qos : 0;
      const wasKnown = this.#bringsOthers;
      for (const [key, probed] of await this.#askIn(left, level, this.#together)) {
        results.set(key, this.#withQos(key, probed));
        if (asks > 0 && level < qos) this.#leavesOutFlag ||= this.#cameUnflagged(key, probed) !== null;
      }
      if (level > 0 && this.#bringsOthers && !wasKnown)
        for (const [key, probed] of await this.#askIn(left, level, this.#together))
          results.set(key, this.#withQos(key, probed));
      if (level > 0) {
        const absent = left.filter((key) => results.get(key)?.kind === 'absent');
        await this.#askDropped(absent, qos, results);
      }
      left = left.filter((key) => isChanging(results.get(key)));
    }
  }

  /** Topics that did not come for their names, which may not be the whole truth. */
  async #askDoubted(keys: readonly TopicKey[], qos: Qos, results: Map<TopicKey, Probed>): Promise<void> {
    const doubted = keys.filter((key) => this.#doubted.has(key) && results.get(key)?.kind === 'absent');
    await this.#askAround(doubted, qos, results);
    this.#namesFail ||= doubted.some(
      (key) => !endsWithEmptyLevel(key) && results.get(key)?.kind === 'retained',
    );
  }

  /** Topics by filters that bring them and others of their kind. What is refused leaves the results as they are. */
  async #askAround(keys: readonly TopicKey[], qos: Qos, results: Map<TopicKey, Probed>): Promise<void> {
    if (!this.#o.habits.mayAsk(false, this.#o.fenceHolds())) return;
    for (const some of together(questionsAround(keys), PER_SWEEP)) await this.#askWild(some, qos, results);
    if (qos === 0) return;
    // What one above QoS 0 does not bring may have come without the flag, or been dropped.
    const left = keys.filter((key) => results.get(key)?.kind !== 'retained');
    for (const some of together(questionsAround(left), PER_SWEEP)) await this.#askWild(some, 0, results);
    const dropped = left.filter((key) => {
      const probed = results.get(key);
      return probed?.kind === 'retained' && this.#cameUnflagged(key, probed) === null;
    });
    // One by itself has the most room, which shows its QoS. Where it brings none it is not for want of room.
    for (const question of questionsAround(dropped))
      if ((await this.#askWild([question], qos, results)) === 0) return;
  }

  /** @returns how many were found; what was found before stays */
  async #askWild(some: readonly Question[], qos: Qos, results: Map<TopicKey, Probed>): Promise<number> {
    let [found, wasRefused] = [0, false];
    const isSure = ({ kind }: Probed): boolean => kind === 'retained' || qos === 0;
    await this.#askSome(some, qos, isSure, (key, probed) => {
      wasRefused ||= isRefused(probed);
      const isFound = probed.kind === 'retained';
      if (isFound) found++;
      else if (results.get(key)?.kind === 'retained' || isRefusal(probed)) return;
      results.set(key, this.#withQos(key, probed));
    });
    this.#o.habits.asked(this.#o.intake.stored, wasRefused);
    return found;
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
    if (!this.#o.habits.mayAsk(forAbsence, this.#o.fenceHolds())) return keys;
    const { questions, rest } = this.#o.witness.cover(keys, forAbsence ? Infinity : PER_SWEEP);
    const { plain, others } = plainOf(questions, this.#o.fenceHolds());
    const left = [...rest, ...others.flatMap(({ keys: meant }) => meant)];
    const isSure = ({ kind }: Probed): boolean =>
      kind === 'retained' || (kind === 'absent' && forAbsence && this.#showsAbsence);
    for (const some of together(plain, forAbsence ? Infinity : PER_SWEEP)) {
      let wasRefused = false;
      await this.#askSome(some, qos, isSure, (key, probed) => {
        if (isSure(probed)) results.set(key, this.#withQos(key, probed));
        else left.push(key);
        wasRefused ||= isRefused(probed);
      });
      this.#o.habits.asked(this.#o.intake.stored, wasRefused);
    }
    return left;
  }

  /**
   * While the window of a connection is full mosquitto drops what is stored at QoS 0, and says nothing. So
   * what a subscription above QoS 0 did not bring is asked for at QoS 0, and what is there once more in
   * windows that nothing is dropped from, for its QoS.
   */
  async #askDropped(keys: readonly TopicKey[], qos: Qos, results: Map<TopicKey, Probed>): Promise<void> {
    const found = await this.#askIn(keys, 0, this.#together);
    for (const [key, probed] of found) results.set(key, probed);
    let there = [...found].flatMap(([key, { kind }]) => (kind === 'retained' ? [key] : []));
    for (const size of WINDOWS) {
      const again = await this.#askIn(there, qos, size);
      const left = there.filter((key) => again.get(key)?.kind !== 'retained');
      for (const key of there) {
        const probed = again.get(key)?.kind === 'retained' ? again.get(key) : found.get(key);
        if (probed !== undefined) results.set(key, this.#withQos(key, probed));
      }
      // Where none came it is not for want of room.
      if (left.length === there.length) return;
      there = left;
    }
  }

  /** Of a small answer nothing was left out, however small the queue of the broker is. */
  get #showsAbsence(): boolean {
    return this.#o.intake.stored <= SMALL_ANSWER;
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
    const smaller = size > PER_FENCE ? PER_FENCE : SMALL_ANSWER;
    const [again, few] = qos === 0 ? [unsure, smaller] : [refused, FEW];
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
    const { unflagged } = this.#o.intake;
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
    const { witness } = this.#o;
    // As a filter it would be a shared subscription, which never delivers a stored message.
    const asked = questions.filter(({ filter }) => !isShared(filter));
    for (const { filter, keys } of questions)
      if (isShared(filter)) for (const key of keys) take(key, refused());
    const keys = asked.flatMap((question) => question.keys);
    const named = new Set(asked.map(({ filter }) => filter));
    const online = await this.#o.second.open();
    if (online.kind === 'failed') {
      for (const key of keys) take(key, noLink(online));
      return;
    }
    const batch = this.#batchOf(keys, qos);
    const stamps = stampsOf(keys, (key) => witness.stamp(key));
    const level = Math.min(qos, online.limits.maximumQos ?? 2) as Qos;
    this.#o.intake.batch = batch;
    const asking = asked.map(({ filter, keys: meant }) => ({
      filter,
      answered: (code: number | null, at: number) => batch.answered(meant, code, at),
    }));
    await this.#o.talk.ask(online, batch, asking, level);
    this.#o.intake.batch = null;
    // One filter for each topic brings it once.
    this.#bringsOthers ||= batch.hadCopies && keys.every((key) => named.has(key));
    /** A broker may grant less than was asked for. */
    const learn = (key: TopicKey, probed: Probed): void => {
      if (named.has(key) && this.#isDoubtful(key, probed)) this.#doubted.add(key);
      else if (isSure(probed)) witness.learn(key, probed, Math.min(batch.granted(key), level) as Qos);
    };
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] ?? '';
      const probed = batch.result(key) ?? noLink(closedMeanwhile());
      if (!online.link.online && probed.kind !== 'retained') take(key, noLink(closedMeanwhile()));
      // Something came on the other connection: which of the two is newer is not known.
      else if (witness.stamp(key) !== stamps[i]) take(key, unlessRetained(probed));
      else {
        learn(key, probed);
        take(key, probed);
      }
    }
  }

  #batchOf(keys: readonly TopicKey[], qos: Qos): ProbeBatch {
    const [leavesOutFlag, bringsOthers] = [qos > 0 && this.#leavesOutFlag, qos > 0 && this.#bringsOthers];
    return new ProbeBatch(keys, this.#o.fenceHolds(), this.#o.clock.now(), leavesOutFlag, bringsOthers);
  }

  /** That it does not come for its name is not enough to call it absent. */
  #isDoubtful(key: TopicKey, { kind }: Probed): boolean {
    if (kind !== 'absent' || this.#o.fenceHolds()) return false;
    return this.#namesFail || endsWithEmptyLevel(key) || this.#o.witness.isHeld(key);
  }
}

function isRefusal(probed: Probed): boolean {
  return probed.kind === 'incomplete' && probed.why.kind === 'refused';
}

/** Whether it holds for at most a quarter. */
function isFew(keys: readonly TopicKey[], holds: (key: TopicKey) => boolean): boolean {
  return keys.filter(holds).length * 4 <= keys.length;
}

/** ejabberd finds nothing for such a name, and delivers it where `+` stands for that level. */
function endsWithEmptyLevel(key: TopicKey): boolean {
  return key.endsWith('/');
}

/** Those for which it holds, and the others. */
function parted<T>(all: readonly T[], holds: (one: T) => boolean): [T[], T[]] {
  return [all.filter(holds), all.filter((one) => !holds(one))];
}
