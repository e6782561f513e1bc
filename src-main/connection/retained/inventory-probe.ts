import type { Failure } from '../../contract/base/errors.ts';
import { failed } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { ProbeState } from '../../contract/session/inventory.ts';
import type { Probed } from '../../core/retained/probe-batch.ts';
import { checkTopicName, displayTopic } from '../../core/topics/names.ts';
import type { Clock } from '../base/clock.ts';
import type { Discovery } from './discovery.ts';
import type { RetainedProbe } from './probe.ts';
import { chunks } from './questions.ts';

/** Topics asked for before it is told how far it is. */
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

/** Told while it runs. */
interface Progress {
  found: number;
  unanswered: number;
  done: number;
  problem: string | null;
}

/**
 * Asks the broker again for all that is listed, a part at a time, and tells how that went. Before that it finds
 * what nobody saw, and takes in what comes along with what is asked for, so that those topics are listed as well.
 */
export class InventoryProbe {
  readonly #o: InventoryProbeOptions;
  #state: ProbeState = { kind: 'never' };

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
   * @param list the topics that are listed, as of now
   */
  start(filter: string, list: () => Promise<readonly TopicKey[]>): { readonly kind: 'started' } | Failure {
    if (this.#state.kind === 'running')
      return failed('probe-runs', 'The broker is being asked already.', 'Wait for the answer.');
    if (!this.#o.isOnline())
      return failed('not-connected', 'There is no connection to the broker.', 'Connect, then try again.');
    void this.#run(filter, list);
    return { kind: 'started' };
  }

  /**
   * Finds what nobody saw, and lists nothing.
   *
   * @returns why some may be missing; null: nothing tells that any is
   */
  async discover(filter: string): Promise<string | null> {
    const { discovery, probe, takeDoubted } = this.#o;
    takeDoubted();
    const { lost, problem } = await discovery.run(filter, () => undefined);
    const doubted = takeDoubted().filter((key) => checkTopicName(key) === null);
    if (lost === null) for (const some of chunks(doubted, PART)) await probe.ask(some, 0);
    return problem;
  }

  async #run(filter: string, list: () => Promise<readonly TopicKey[]>): Promise<void> {
    const { clock, discovery, unseen, takeDoubted } = this.#o;
    const [began, before] = [clock.now(), unseen()];
    const progress: Progress = { found: 0, unanswered: 0, done: 0, problem: null };
    takeDoubted();
    const { lost, problem: missing } = await discovery.run(filter, (where) => this.#tell(where, progress, 0));
    progress.problem = missing;
    const asked = new Set<TopicKey>();
    for (let rounds = 0; rounds < MOST_ROUNDS && lost === null; rounds++) {
      const known = unseen();
      const keys = [...new Set([...(await list()), ...takeDoubted()])].filter(
        (key) => !asked.has(key) && checkTopicName(key) === null,
      );
      for (const key of keys) asked.add(key);
      const isOver = await this.#askFor(keys, progress);
      if (isOver || unseen() === known) break;
    }
    const { found, unanswered, problem } = progress;
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

  /** True: the link ended, so that there is no use in asking on. */
  async #askFor(keys: readonly TopicKey[], progress: Progress): Promise<boolean> {
    let lost: string | null = null;
    const total = progress.done + keys.length;
    for (let at = 0; at < keys.length; at += PART) {
      const some = keys.slice(at, at + PART);
      this.#tell(displayTopic(some[0] ?? ''), progress, total);
      for (const probed of (await this.#o.probe.ask(some, 2)).values()) {
        if (probed.kind === 'retained') progress.found++;
        if (probed.kind === 'incomplete') progress.unanswered++;
        lost ??= linkProblem(probed);
      }
      progress.done += some.length;
      if (lost === null) continue;
      progress.unanswered += total - progress.done;
      progress.problem = lost;
      return true;
    }
    return false;
  }

  #tell(where: string, { found, done }: Progress, total: number): void {
    this.#state = { kind: 'running', where, found, done, total };
  }
}

/** Without a link there is no use in asking on. */
function linkProblem(probed: Probed): string | null {
  return probed.kind === 'incomplete' && probed.why.kind === 'no-link' ? probed.why.failure.message : null;
}
