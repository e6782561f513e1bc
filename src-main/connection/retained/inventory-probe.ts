import type { Failure } from '../../contract/base/errors.ts';
import { failed } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { ProbeState } from '../../contract/session/inventory.ts';
import type { Probed } from '../../core/retained/probe-batch.ts';
import { checkTopicName, displayTopic } from '../../core/topics/names.ts';
import type { Clock } from '../base/clock.ts';
import type { RetainedProbe } from './probe.ts';

/** Topics asked for before it is told how far it is. */
const PART = 500;

export interface InventoryProbeOptions {
  readonly clock: Clock;
  readonly probe: Pick<RetainedProbe, 'ask'>;
  readonly isOnline: () => boolean;
}

/** Asks the broker again for all that is listed, a part at a time, and tells how that went. */
export class InventoryProbe {
  readonly #o: InventoryProbeOptions;
  #state: ProbeState = { kind: 'never' };

  constructor(options: InventoryProbeOptions) {
    this.#o = options;
  }

  get state(): ProbeState {
    return this.#state;
  }

  /** Answers when it begins. */
  start(keys: readonly TopicKey[]): { readonly kind: 'started' } | Failure {
    if (this.#state.kind === 'running')
      return failed('probe-runs', 'The broker is being asked already.', 'Wait for the answer.');
    if (!this.#o.isOnline())
      return failed('not-connected', 'There is no connection to the broker.', 'Connect, then try again.');
    void this.#run(keys.filter((key) => checkTopicName(key) === null));
    return { kind: 'started' };
  }

  async #run(keys: readonly TopicKey[]): Promise<void> {
    const { clock, probe } = this.#o;
    const began = clock.now();
    const total = keys.length;
    let [found, unanswered, done] = [0, 0, 0];
    let problem: string | null = null;
    this.#state = { kind: 'running', where: '', found, done, total };
    while (done < total && problem === null) {
      const some = keys.slice(done, done + PART);
      this.#state = { kind: 'running', where: displayTopic(some[0] ?? ''), found, done, total };
      for (const probed of (await probe.ask(some, 2)).values()) {
        if (probed.kind === 'retained') found++;
        if (probed.kind === 'incomplete') unanswered++;
        problem ??= linkProblem(probed);
      }
      done += some.length;
    }
    unanswered += total - done;
    const ms = clock.now() - began;
    this.#state = { kind: 'done', at: clock.wall(), ms, found, unanswered, problem };
  }
}

/** Without a link there is no use in asking on. */
function linkProblem(probed: Probed): string | null {
  return probed.kind === 'incomplete' && probed.why.kind === 'no-link' ? probed.why.failure.message : null;
}
