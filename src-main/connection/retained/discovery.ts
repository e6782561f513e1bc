import { BranchSearch, SAFE_ANSWER } from '../../core/inventory/branches.ts';
import type { Incomplete } from '../../core/retained/probe-batch.ts';
import { isCutOff } from '../../core/retained/probed.ts';
import type { TopicSource } from '../../core/topics/columns/nodes.ts';
import { displayTopic, quoted } from '../../core/topics/names.ts';
import type { Clock } from '../base/clock.ts';
import { inSlices } from '../base/in-slices.ts';
import type { RetainedProbe } from './probe.ts';

/** How often it is looked for what is still to be asked: a level of the tree each time, and some. */
const MOST_LOOKS = 40;
/** So often the same question is asked. */
const MOST_TRIES = 3;

export interface DiscoveryOptions {
  readonly topics: TopicSource;
  readonly clock: Clock;
  readonly probe: Pick<RetainedProbe, 'sendForAll'>;
  /** By its own count, the broker holds no more than was seen. */
  readonly isAllSeen: () => boolean;
}

export interface Discovered {
  /** Why nothing more can be asked. */
  readonly noLink: Extract<Incomplete, { kind: 'no-link' }> | null;
  /** Why topics may be missing; null: nothing suggests that any is. */
  readonly problem: string | null;
}

/** Finds topics that the broker holds messages for and that nobody saw, also on one that drops under load. */
export class Discovery {
  readonly #o: DiscoveryOptions;

  constructor(options: DiscoveryOptions) {
    this.#o = options;
  }

  /**
   * @param report called with what is asked for next, as text that can be shown
   * @param isStopped nothing more is to be asked; what is under way is finished
   */
  async run(
    filter: string,
    report: (where: string) => void,
    isStopped: () => boolean = () => false,
  ): Promise<Discovered> {
    report(displayTopic(filter));
    const { why, stored } = await this.#ask([filter], 1);
    if (why?.kind === 'no-link') return lostBy(why);
    if (why?.kind === 'refused') return { noLink: null, problem: refusedWords(filter) };
    if (stored <= SAFE_ANSWER) return { noLink: null, problem: why === null ? null : UNCONFIRMED };
    const found = await this.#search(new BranchSearch(this.#o.topics, filter), report, isStopped);
    return found.noLink === null && this.#o.isAllSeen() ? { noLink: null, problem: null } : found;
  }

  async #search(
    search: BranchSearch,
    report: (where: string) => void,
    isStopped: () => boolean,
  ): Promise<Discovered> {
    let isConfirmed = true;
    for (let looks = 0; ; looks++) {
      const groups = await inSlices(this.#o.clock, search.look());
      isConfirmed &&= groups.length === 0 || looks < MOST_LOOKS;
      if (groups.length === 0 || looks === MOST_LOOKS) break;
      for (const filters of groups) {
        if (isStopped()) return { noLink: null, problem: UNCONFIRMED };
        report(displayTopic(filters[0] ?? ''));
        const { why, stored } = await this.#ask(filters);
        if (why?.kind === 'no-link') return lostBy(why);
        isConfirmed &&= why === null;
        search.answered(filters, stored);
      }
    }
    const [unsure] = search.unsure;
    if (unsure !== undefined) return { noLink: null, problem: unsureWords(unsure) };
    return { noLink: null, problem: isConfirmed ? null : UNCONFIRMED };
  }

  /** On a slow link the answer may wait behind what an earlier question brought, and some brokers end the second one. */
  async #ask(filters: readonly string[], most = MOST_TRIES): ReturnType<RetainedProbe['sendForAll']> {
    for (let tries = 1; ; tries++) {
      const answer = await this.#o.probe.sendForAll(filters);
      const { why } = answer;
      const tried = why !== null && isCutOff(why) ? MOST_TRIES : why?.kind === 'unanswered' ? most : 1;
      if (tries >= tried) return answer;
    }
  }
}

function lostBy(why: Extract<Incomplete, { kind: 'no-link' }>): Discovered {
  return { noLink: why, problem: why.failure.message };
}

const UNCONFIRMED = 'The broker did not say that it sent all, so topics that nobody saw may be missing.';

function refusedWords(filter: string): string {
  return `The broker does not allow a subscription to ${quoted(filter)}, so topics that nobody saw cannot be found.`;
}

function unsureWords(filter: string): string {
  return `Too many messages for one answer lie below ${quoted(filter)}, so the broker may have left out topics that nobody saw.`;
}
