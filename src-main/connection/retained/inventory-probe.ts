import type { Failure } from '../../contract/base/errors.ts';
import { failed } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { ProbeState } from '../../contract/session/inventory.ts';
import type { Incomplete, Probed } from '../../core/retained/probe-batch.ts';
import { checkTopicName, displayTopic, quoted } from '../../core/topics/names.ts';
import type { Clock } from '../base/clock.ts';
import type { RetainedProbe } from './probe.ts';

/** Topics asked for before it is told how far it is. */
const PART = 500;
/** How often topics that came along with others are asked for as well. */
const MOST_ROUNDS = 5;

export interface InventoryProbeOptions {
  readonly clock: Clock;
  readonly probe: Pick<RetainedProbe, 'ask' | 'sendForAll'>;
  /** Topics that probes brought and that nobody had seen; only ever grows. */
  readonly unseen: () => number;
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
 * Asks the broker again for all that is listed, a part at a time, and tells how that went. Before that it has
 * the broker send all that it holds, and takes in what comes along with what is asked for: so topics that
 * nobody saw are listed as well.
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

  async #run(filter: string, list: () => Promise<readonly TopicKey[]>): Promise<void> {
    const { clock, probe, unseen } = this.#o;
    const [began, before] = [clock.now(), unseen()];
    const progress: Progress = { found: 0, unanswered: 0, done: 0, problem: null };
    this.#tell(displayTopic(filter), progress, 0);
    const why = await probe.sendForAll(filter);
    if (why !== null) progress.problem = allProblem(why, filter);
    const asked = new Set<TopicKey>();
    for (let rounds = 0; rounds < MOST_ROUNDS && !isLost(why); rounds++) {
      const known = unseen();
      const keys = (await list()).filter((key) => !asked.has(key) && checkTopicName(key) === null);
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
  return probed.kind === 'incomplete' && isLost(probed.why) ? probed.why.failure.message : null;
}

function isLost(why: Incomplete | null): why is Extract<Incomplete, { kind: 'no-link' }> {
  return why?.kind === 'no-link';
}

function allProblem(why: Incomplete, filter: string): string | null {
  switch (why.kind) {
    case 'no-link':
      return why.failure.message;
    case 'refused':
      return `The broker does not allow a subscription to ${quoted(filter)}, so topics that nobody saw cannot be found.`;
    case 'unanswered':
    case 'changing':
      return 'The broker did not say that it sent all, so topics that nobody saw may be missing.';
  }
}
