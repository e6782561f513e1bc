import type { Failure } from '../../contract/base/errors.ts';
import type { Qos, TopicKey } from '../../contract/model/model.ts';
import type { Probed } from '../../core/retained/probe-batch.ts';
import { DeliveryLag } from '../../core/retained/quiet.ts';
import { cutOff } from '../../core/retained/probed.ts';
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
  type UnaskedIntake,
  type WholeAnswer,
} from './unseen.ts';
import type { OnlineProbe } from '../second-link/probe-link.ts';
import { SecondLink, type SecondLinkOptions } from '../second-link/second-link.ts';
import { Conversation } from '../second-link/conversation.ts';
import { SubtreeHabits, TopicQuestions, type ProbeWitness } from './topic-questions.ts';

/** Between two of them where the answer is not settled yet. */
const ASK_AGAIN_MS = 500;
/** So often the second connection is made anew for topics that its end left without an answer, while that helps. */
const MOST_LINKS = 20;
/** A broker that takes long for its answers is given so many times that, and at most so many ms, to settle. */
const SETTLE_ANSWERS = 4;
const LONGEST_SETTLE_MS = 40_000;

export interface ProbeOptions extends Omit<SecondLinkOptions, 'intake'> {
  /** Gets stored messages of topics that were not asked for by name. */
  readonly unasked: UnaskedIntake;
  readonly witness: ProbeWitness;
  /** This broker answers PINGREQ only after what it owed before. */
  readonly fenceHolds: () => boolean;
}

/** What whoever asks for many topics of a list is given, while nobody else asks. */
export interface AskingDoor {
  open(): Promise<OnlineProbe | Failure>;
  readonly intake: Pick<ProbeIntake, 'listed' | 'stored'>;
  readonly talk: Pick<Conversation, 'ask'>;
  readonly fenceHolds: boolean;
  readonly habits: SubtreeHabits;
}

/** Whoever asks, and acts on the answers while it is seen what comes for what was absent. */
export interface ProbeWatch extends Pick<RetainedProbe, 'ask' | 'askUntil'> {
  /** What comes is seen still. */
  readonly isSeeing: boolean;
  /** A message came for it since it was found to be absent. */
  isTouched(key: TopicKey): boolean;
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
  readonly #questions: TopicQuestions;
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
    const [intake, second, talk, habits] = [this.#intake, this.#second, this.#talk, this.#habits];
    this.#questions = new TopicQuestions({ ...options, intake, second, talk, habits });
  }

  /**
   * @param keys names that can be published to
   * @param qos of the subscriptions: 2 shows at which QoS a message is stored
   * @param mayBeFew of the topics may be there: many are asked for together then
   */
  ask(keys: readonly TopicKey[], qos: Qos, mayBeFew = false): Promise<Map<TopicKey, Probed>> {
    return this.#inTurn(() => this.#askOverLinks(keys, qos, mayBeFew));
  }

  /** Has the broker send all that it holds for some filters: stored messages of any topic go to `unasked`. */
  sendForAll(filters: readonly string[], qos: Qos = 0): Promise<WholeAnswer> {
    const { clock, fenceHolds, unasked } = this.#o;
    return this.#inTurn(async () => {
      const online = await this.#second.open();
      if (online.kind === 'failed') return { ...notSent(online), meant: 0, bytes: 0 };
      await Promise.all(filters.map((filter) => this.#talk.left(filter)));
      const [count, before, meant] = [() => this.#intake.stored, this.#intake.storedBytes, unasked.meant];
      unasked.asks(filters);
      const answer = await sendForAll(online, filters, clock, count, fenceHolds(), this.lag.ms, qos);
      // What waits on a slow link is not to be mixed up with the answer to the next question.
      if (answer.why?.kind === 'unanswered') this.#second.close();
      return { ...answer, meant: unasked.meant - meant, bytes: this.#intake.storedBytes - before };
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
      this.#o.unasked.asks(questions.flatMap(({ filters }) => filters));
      return sendKnown(online, questions, { ...terms, isEnough }, this.#o.clock, count, this.lag.ms);
    });
  }

  /**
   * Asks again over some seconds where the answer is not the one that is expected, for brokers that are
   * eventually consistent; longer where the answers take long.
   *
   * @param isExpected what does not know is not asked again
   */
  askUntil(
    isExpected: (key: TopicKey, probed: Exclude<Probed, { kind: 'incomplete' }>) => boolean,
    keys: readonly TopicKey[],
    qos: Qos,
  ): Promise<Map<TopicKey, Probed>> {
    return this.#askUntil((some, level) => this.ask(some, level), isExpected, keys, qos);
  }

  /** Nobody else asks meanwhile. */
  watching<T>(act: (watch: ProbeWatch) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const [touched, talk] = [new Set<TopicKey>(), this.#talk];
      const ask: ProbeWatch['ask'] = (...asked) => this.#askOverLinks(...asked);
      this.#intake.touched = touched;
      talk.keeps = true;
      try {
        return await act({
          ask,
          askUntil: (isExpected, keys, qos) => this.#askUntil(ask, isExpected, keys, qos),
          get isSeeing() {
            return talk.isSeeing;
          },
          isTouched: (key) => touched.has(key),
        });
      } finally {
        this.#intake.touched = null;
        talk.release();
      }
    });
  }

  async #askUntil(
    ask: ProbeWatch['ask'],
    isExpected: Parameters<ProbeWatch['askUntil']>[0],
    keys: readonly TopicKey[],
    qos: Qos,
  ): Promise<Map<TopicKey, Probed>> {
    const { clock } = this.#o;
    let until = clock.now() + SETTLE_MS;
    this.#talk.slowestMs = 0;
    const results = await ask(keys, qos);
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
      for (const [key, probed] of await ask(left, qos)) results.set(key, probed);
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
  async #askOverLinks(keys: readonly TopicKey[], qos: Qos, mayBeFew = false): Promise<Map<TopicKey, Probed>> {
    const results = await this.#questions.ask(keys, qos, mayBeFew);
    let left = cutOff(results);
    for (let links = 1; left.length > 0 && links < MOST_LINKS && this.#o.online() !== null; links++) {
      for (const [key, probed] of await this.#questions.ask(left, qos)) results.set(key, probed);
      const next = cutOff(results);
      if (next.length === left.length) break;
      left = next;
    }
    return results;
  }
}
