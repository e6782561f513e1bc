import type { Failure } from '../../contract/base/errors.ts';
import { failed } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { ProbeState } from '../../contract/session/inventory.ts';
import { NONE_FOR_WILDCARDS, NO_WILDCARD_KNOWN } from '../../core/inventory/missing-words.ts';
import type { Probed } from '../../core/retained/probe-batch.ts';
import { checkTopicName, displayTopic } from '../../core/topics/names.ts';
import type { Clock } from '../base/clock.ts';
import type { Discovered, Discovery } from './discovery.ts';
import type { RetainedProbe } from '../probe/probe.ts';
import { chunks } from '../probe/questions.ts';

/** Topics asked for between two reports of progress, and before others may ask or it may be stopped. */
const PART = 500;
/** How often topics that came along with others are asked for as well. */
const MOST_ROUNDS = 5;

export interface InventoryProbeOptions {
  readonly clock: Clock;
  readonly probe: Pick<RetainedProbe, 'ask'>;
  readonly discovery: Pick<Discovery, 'run'>;
  /** Topics that probes brought and that nobody had seen; only ever grows. */
  readonly unseen: () => number;
  /** Those that probes brought although they are not known to be retained, since the last time. */
  readonly takeDoubted: () => readonly TopicKey[];
  readonly isOnline: () => boolean;
}

/** What is asked for by name; each as of when it is called. */
export interface ProbedTopics {
  /** Those that are listed. */
  readonly listed: () => Promise<readonly TopicKey[]>;
  /** Those where nothing shows whether the broker holds a message, listed or not. */
  readonly unknown: () => Promise<readonly TopicKey[]>;
}

/** Shown while it runs. */
interface Progress {
  found: number;
  unanswered: number;
  done: number;
  problem: string | null;
}

/**
 * Asks the broker again for all that is listed, a part at a time, and reports the result. Before that it finds
 * what nobody saw and asks for topics that are known live only (some brokers send nothing stored for a wildcard).
 * What comes along with the answers is taken in, so that those topics are listed as well.
 */
export class InventoryProbe {
  readonly #o: InventoryProbeOptions;
  #state: ProbeState = { kind: 'never' };
  #stopped = false;

  constructor(options: InventoryProbeOptions) {
    this.#o = options;
  }

  get state(): ProbeState {
    return this.#state;
  }

  /**
   * Answers when it begins.
   *
   * @param filter of the topics that the broker is asked to send
   */
  start(filter: string, topics: ProbedTopics): { readonly kind: 'started' } | Failure {
    if (this.#state.kind === 'running')
      return failed('probe-runs', 'The broker is being asked already.', 'Wait for the answer.');
    if (!this.#o.isOnline())
      return failed('not-connected', 'There is no connection to the broker.', 'Connect, then try again.');
    this.#stopped = false;
    void this.#run(filter, topics);
    return { kind: 'started' };
  }

  /** What is under way is finished, nothing more is asked. */
  stop(): void {
    if (this.#state.kind !== 'running') return;
    this.#stopped = true;
    this.#state = { ...this.#state, stopping: true };
  }

  /**
   * Finds what nobody saw, and lists nothing.
   *
   * @returns why some may be missing, or null; and how many messages the broker counts beside those that are known
   */
  async discover(filter: string): Promise<Pick<Discovered, 'problem' | 'beside'>> {
    const { discovery, probe, takeDoubted } = this.#o;
    takeDoubted();
    const { noLink, problem, beside } = await discovery.run(filter, () => undefined);
    const doubted = takeDoubted().filter((key) => checkTopicName(key) === null);
    if (noLink === null) for (const some of chunks(doubted, PART)) await probe.ask(some, 0);
    return { problem, beside };
  }

  async #run(filter: string, { listed, unknown }: ProbedTopics): Promise<void> {
    const { clock, discovery, unseen, takeDoubted } = this.#o;
    const [began, before] = [clock.now(), unseen()];
    const progress: Progress = { found: 0, unanswered: 0, done: 0, problem: null };
    takeDoubted();
    const report = (where: string) => this.#report(where, progress, 0);
    const { noLink, problem: missing } = await discovery.run(filter, report, () => this.#stopped);
    progress.problem = missing;
    const asked = new Set<TopicKey>();
    const fresh = (keys: readonly TopicKey[]): readonly TopicKey[] =>
      [...new Set(keys)].filter((key) => !asked.has(key) && checkTopicName(key) === null);
    // Most are not there, which questions at QoS 0 find by subtree. Those that are get listed and asked for again.
    let isOver =
      noLink !== null || this.#stopped || (await this.#askFor(fresh(await unknown()), 0, progress, asked));
    for (let rounds = 0; rounds < MOST_ROUNDS && !isOver; rounds++) {
      const known = unseen();
      isOver = await this.#askFor(fresh([...(await listed()), ...takeDoubted()]), 2, progress, asked);
      if (unseen() === known) break;
    }
    const { found, unanswered } = progress;
    if (found > 0 && progress.problem === NO_WILDCARD_KNOWN) progress.problem = NONE_FOR_WILDCARDS;
    const problem = this.#stopped ? STOPPED : progress.problem;
    const ms = clock.now() - began;
    this.#state = {
      kind: 'done',
      at: clock.wall(),
      ms,
      found,
      unseen: unseen() - before,
      unanswered,
      problem,
    };
  }

  /**
   * @param qos 2 shows at which QoS a message is stored; what a lower one finds is still to be asked for
   * @param asked gets those that are not to be asked for again
   * @returns true: nothing more is to be asked, as the link ended or it was stopped
   */
  async #askFor(
    keys: readonly TopicKey[],
    qos: 0 | 2,
    progress: Progress,
    asked: Set<TopicKey>,
  ): Promise<boolean> {
    let lost: string | null = null;
    const total = progress.done + keys.length;
    for (let at = 0; at < keys.length; at += PART) {
      const some = keys.slice(at, at + PART);
      this.#report(displayTopic(some[0] ?? ''), progress, total);
      for (const [key, probed] of await this.#o.probe.ask(some, qos)) {
        const isFound = probed.kind === 'retained';
        if (!isFound || qos === 2) asked.add(key);
        if (isFound && qos === 2) progress.found++;
        if (probed.kind === 'incomplete') progress.unanswered++;
        lost ??= linkProblem(probed);
      }
      progress.done += some.length;
      if (lost === null && !this.#stopped) continue;
      progress.unanswered += total - progress.done;
      progress.problem = lost;
      return true;
    }
    return this.#stopped;
  }

  #report(where: string, { found, done }: Progress, total: number): void {
    this.#state = { kind: 'running', where, found, done, total, stopping: this.#stopped };
  }
}

const STOPPED = 'It was stopped before everything was asked for.';

/** Without a link there is no use in asking on. */
function linkProblem(probed: Probed): string | null {
  return probed.kind === 'incomplete' && probed.why.kind === 'no-link' ? probed.why.failure.message : null;
}
