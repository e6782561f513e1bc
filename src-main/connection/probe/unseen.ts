import type { Failure } from '../../contract/base/errors.ts';
import type { Qos, TopicKey } from '../../contract/model/model.ts';
import type { RetainedFact } from '../../contract/model/retained.ts';
import type { Incomplete } from '../../core/retained/probe-batch.ts';
import type { BroughtTopics } from '../../core/inventory/brought.ts';
import { quietFor } from '../../core/retained/quiet.ts';
import { ScanEnd } from '../../core/retained/scan-end.ts';
import { FilterBytes } from '../../core/topics/filter-bytes.ts';
import { topicKey } from '../../core/topics/names.ts';
import { NO_NODE, type Node } from '../../core/topics/columns/nodes.ts';
import type { Intake } from '../../core/topics/store/intake.ts';
import { pause, type Clock } from '../base/clock.ts';
import { chunks } from './questions.ts';
import { closedMeanwhile } from '../second-link/second-link.ts';
import type { OnlineProbe } from '../second-link/probe-link.ts';

/** SUBACK may wait behind everything that the filter brings, on a slow link. */
const ANSWER_MS = 60_000;
const FENCE_MS = 5_000;
/** So many PINGREQ without an answer, and without a message meanwhile, get none any more. */
const MOST_SILENT = 2;
/** Without an answer or a message for so long nothing more is expected. */
const QUIET_MS = 2_000;
/** The same where PINGRESP may come first. */
const LOST_MS = 6_000;
const LOOK_MS = 100;
/** Between two looks whether all came that is expected. */
const SOON_MS = 5;
/** No further question is asked after so long: whoever waits for the second connection gets a turn. */
const LONGEST_ROUND_MS = 3_000;
const MOST_DOUBTED = 100_000;

/** Filters in one SUBSCRIBE; AWS accepts 8. */
const PER_PACKET = 8;

export interface SentForAll {
  /** Why it is not complete, as far as is known; null: it is. */
  readonly why: Incomplete | null;
  /** Stored messages that came. */
  readonly stored: number;
}

/** A question's answer as whoever asks it gets it. */
export interface WholeAnswer extends SentForAll {
  /** Of the stored messages, those that one of the filters stands for. */
  readonly meant: number;
  /** Of all stored messages that came, as they are on the wire. */
  readonly bytes: number;
}

/** There was no link. */
export function notSent(failure: Failure): SentForAll {
  return { why: { kind: 'no-link', failure }, stored: 0 };
}

/** Filters that are asked for together. */
export interface KnownQuestion {
  readonly filters: readonly string[];
  /** Messages that they are expected to bring: those of topics that this broker sent before. */
  readonly known: number;
}

/** What a round of questions is given. */
export interface RoundTerms {
  /** No further question is to be asked. */
  readonly isEnough: () => boolean;
  /** Called with each question as it is asked. */
  readonly report: (question: KnownQuestion) => void;
}

/**
 * Has the broker send to the intake all that it holds for some filters. A broker may leave out some of a large
 * answer: this finds what nobody saw, but does not prove that anything was cleared.
 *
 * @param count of the stored messages that the link brought
 * @param fenceHolds PINGRESP comes after all that was owed before
 * @param lateMs this broker was seen to take for the next message after it had answered
 */
export async function sendForAll(
  { link, requests }: OnlineProbe,
  filters: readonly string[],
  clock: Clock,
  count: () => number,
  fenceHolds: boolean,
  lateMs: number,
  qos: Qos = 0,
): Promise<SentForAll> {
  const began = clock.now();
  const before = count();
  const answering = subscribe(requests, filters, qos);
  const answers = await unlessLost(answering, link, clock, count, before, fenceHolds ? QUIET_MS : LOST_MS);
  if (!link.online) return notSent(closedMeanwhile());
  if (answers === null) return { why: { kind: 'unanswered' }, stored: count() - before };
  if (answers.some(({ kind }) => kind === 'closed')) return notSent(closedMeanwhile());
  const codes = answers.flatMap((answer) => (answer.kind === 'answered' ? answer.codes : []));
  // One of many that is refused leaves the others as they are.
  const code = codes.length === 0 ? 0 : Math.min(...codes);
  if (code >= 128) return { why: { kind: 'refused', code }, stored: 0 };
  const isAnswered = answers.every(({ kind }) => kind === 'answered') && codes.every((one) => one < 128);
  const hasEnded = fenceHolds
    ? await isLeft(leave(requests, filters), clock, count)
    : await isFenced(link, new ScanEnd(began, before, lateMs), clock, count);
  if (!link.online) return notSent(closedMeanwhile());
  if (!fenceHolds) await leave(requests, filters);
  return { why: isAnswered && hasEnded ? null : { kind: 'unanswered' }, stored: count() - before };
}

/**
 * Asks questions one after the other, each as soon as those before it brought exactly what is expected of them, and
 * waits for the end of all answers once, after the last. A broker that leaves out some of a large answer has a
 * queue full of others then, and those come: nothing is left out where never more than one question's messages
 * were under way and where not one more came.
 *
 * @param count of the stored messages that the link brought
 * @param lateMs this broker was seen to take for the next message after it had answered
 * @returns how many of the questions brought all that the broker holds; 0: something else came than was expected
 */
export async function sendKnown(
  { link, requests }: OnlineProbe,
  questions: readonly KnownQuestion[],
  { isEnough, report }: RoundTerms,
  clock: Clock,
  count: () => number,
  lateMs: number,
): Promise<number> {
  const began = clock.now();
  const asked: string[] = [];
  let [done, due, isExact] = [0, count(), true];
  for (const question of questions) {
    if (done > 0 && (isEnough() || clock.now() - began >= LONGEST_ROUND_MS)) break;
    report(question);
    asked.push(...question.filters);
    const since = clock.now();
    const answers = await subscribe(requests, question.filters);
    const isGranted = answers.every(
      (one) => one.kind === 'answered' && one.codes.every((code) => code < 128),
    );
    due += question.known;
    isExact = isGranted && (await isBrought(due, clock, count, quietFor(clock.now() - since, lateMs)));
    if (!isExact) break;
    done++;
  }
  // Otherwise what is still to come would be taken for the answer to what is asked next.
  const hasEnded = await isFenced(link, new ScanEnd(clock.now(), count(), lateMs), clock, count);
  if (!link.online) return 0;
  await leave(requests, asked);
  return isExact && hasEnded && count() === due ? done : 0;
}

/** Whether exactly so many came; false also where nothing more came for `quietMs`. */
async function isBrought(due: number, clock: Clock, count: () => number, quietMs: number): Promise<boolean> {
  for (let [seen, since] = [count(), clock.now()]; seen < due;) {
    await pause(clock, SOON_MS);
    if (count() !== seen) [seen, since] = [count(), clock.now()];
    else if (clock.now() - since >= quietMs) return false;
  }
  return count() === due;
}

function subscribe(requests: OnlineProbe['requests'], filters: readonly string[], qos: Qos = 0) {
  const packets = chunks(filters, PER_PACKET).map((some) => some.map((filter) => storedOf(filter, qos)));
  return Promise.all(packets.map((some) => requests.subscribe(some, 0, undefined, ANSWER_MS)));
}

function leave(requests: OnlineProbe['requests'], filters: readonly string[]) {
  return Promise.all(chunks(filters, PER_PACKET).map((some) => requests.unsubscribe(some, ANSWER_MS)));
}

/**
 * An answer that is not there when the messages have ended, and PINGREQ brought none, was dropped as the messages were for
 * which there was no room. Without a message it is waited for.
 *
 * @param before messages that had come when it was asked for
 * @returns null: it does not come any more
 */
async function unlessLost<T>(
  answering: Promise<T>,
  link: OnlineProbe['link'],
  clock: Clock,
  count: () => number,
  before: number,
  quietMs: number,
): Promise<T | null> {
  for (let [seen, since] = [count(), clock.now()]; link.online;) {
    const answers = await Promise.race([answering, pause(clock, LOOK_MS)]);
    if (answers !== undefined) return answers as T;
    if (count() !== seen) [seen, since] = [count(), clock.now()];
    else if (seen > before && clock.now() - since >= quietMs) {
      await link.ping('fence', FENCE_MS);
      const late = await Promise.race([answering, pause(clock, LOOK_MS)]);
      if (late !== undefined) return late as T;
      // With its queue full mosquitto may send nothing more at all, PINGRESP included.
      if (count() === seen) return null;
      since = clock.now();
    }
  }
  return null;
}

/**
 * Whether the broker answered UNSUBSCRIBE, which it does after all that it owed before. A PINGRESP names no
 * question, so one that was dropped under load is missed at the next; this answer names its own. False: it was
 * dropped, and nothing more comes.
 */
async function isLeft(
  left: Promise<readonly { readonly kind: string }[]>,
  clock: Clock,
  count: () => number,
): Promise<boolean> {
  const answered = left.then((answers) => answers.every(({ kind }) => kind === 'answered'));
  for (let [seen, since] = [count(), clock.now()]; ;) {
    const isAnswered = await Promise.race([answered, pause(clock, LOOK_MS)]);
    if (typeof isAnswered === 'boolean') return isAnswered;
    if (count() !== seen) [seen, since] = [count(), clock.now()];
    else if (clock.now() - since >= QUIET_MS) return false;
  }
}

/** The same where PINGRESP may come first: by that and quiet. */
async function isFenced(
  link: OnlineProbe['link'],
  end: ScanEnd,
  clock: Clock,
  count: () => number,
): Promise<boolean> {
  let silent = 0;
  for (let step = end.look(clock.now(), count()); link.online; step = end.look(clock.now(), count())) {
    if (step.kind === 'wait') await pause(clock, step.ms);
    else if (step.kind === 'fence') {
      const before = count();
      const { kind } = await link.ping('fence', FENCE_MS);
      silent = kind === 'answered' || count() !== before ? 0 : silent + 1;
      if (silent === MOST_SILENT) return false;
      end.fenced(kind === 'answered', clock.now());
    } else return step.kind === 'ended' && step.complete;
  }
  return false;
}

function storedOf(filter: string, qos: Qos) {
  return {
    filter,
    qos,
    noLocal: false,
    retainAsPublished: false,
    retainHandling: 0 as const,
  };
}

/** What an intake of unasked messages needs of the topics. */
export interface UnseenTopics extends Intake {
  find(path: Uint8Array): Node;
  isTopic(node: Node): boolean;
  retained(node: Node): RetainedFact;
  readonly facts: { probing: boolean };
}

/** Takes stored messages of topics that were not asked for by name. */
export interface UnaskedIntake extends Intake {
  /** What is asked for from now on. */
  asks(filters: readonly string[]): void;
  /** Messages that one of the filters stands for which were asked for as they came; only ever grows. */
  readonly meant: number;
}

/** Takes stored messages of topics that nobody has seen in among the others, and counts them. */
export class UnseenIntake implements UnaskedIntake {
  readonly #topics: UnseenTopics;
  readonly #found: (node: Node) => void;
  readonly #brought: Pick<BroughtTopics, 'add'>;
  /** Only ever grows. */
  count = 0;
  meant = 0;
  #asked: readonly FilterBytes[] = [];
  /** Topics that are known, but not to be retained, and that a stored message came for. */
  #doubted = new Set<TopicKey>();

  /**
   * @param found called for each topic that is new
   * @param brought notes each topic, new or not, that one of the filters stands for
   */
  constructor(topics: UnseenTopics, found: (node: Node) => void, brought: Pick<BroughtTopics, 'add'>) {
    this.#topics = topics;
    this.#found = found;
    this.#brought = brought;
  }

  asks(filters: readonly string[]): void {
    this.#asked = filters.map((filter) => new FilterBytes(filter));
  }

  message(...message: Parameters<Intake['message']>): void {
    const [bytes, start, end] = message;
    const topics = this.#topics;
    const path = bytes.subarray(start, end);
    // Some brokers answer with more than was asked for (ejabberd with everything for `/#`).
    const isMeant = this.#asked.some((filter) => filter.matches(bytes, start, end));
    if (isMeant) this.meant++;
    const before = topics.find(path);
    // What is known of the others is newer, or is asked for by name.
    if (before !== NO_NODE && topics.isTopic(before)) {
      if (isMeant) this.#brought.add(before);
      return this.#doubt(before, path);
    }
    topics.facts.probing = true;
    try {
      topics.message(...message);
    } finally {
      topics.facts.probing = false;
    }
    const node = topics.find(path);
    // There may be no room for it.
    if (node === NO_NODE || !topics.isTopic(node)) return;
    this.count++;
    if (isMeant) this.#brought.add(node);
    this.#found(node);
  }

  /** Those since the last time: to be asked for by name, as what came may be older than what is known. */
  takeDoubted(): TopicKey[] {
    const taken = [...this.#doubted];
    this.#doubted.clear();
    return taken;
  }

  #doubt(node: Node, path: Uint8Array): void {
    const { state } = this.#topics.retained(node);
    if (state !== 'retained' && this.#doubted.size < MOST_DOUBTED) this.#doubted.add(topicKey(path));
  }
}
