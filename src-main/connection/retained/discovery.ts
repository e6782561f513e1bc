import { BranchSearch, MOST_FILTERS, SAFE_ANSWER } from '../../core/inventory/branches.ts';
import type { BroughtTopics } from '../../core/inventory/brought.ts';
import type { Incomplete } from '../../core/retained/probe-batch.ts';
import { isCutOff } from '../../core/retained/probed.ts';
import type { TopicSource } from '../../core/topics/columns/nodes.ts';
import { displayTopic, quoted } from '../../core/topics/names.ts';
import type { Clock } from '../base/clock.ts';
import { inSlices } from '../base/in-slices.ts';
import type { RetainedProbe } from './probe.ts';
import type { KnownQuestion } from './unseen.ts';

/** How often it is looked for what is still to be asked: a level of the tree each time, and some. */
const MOST_LOOKS = 40;
/** So often the same question is asked. */
const MOST_TRIES = 3;
/** Questions of the first round, and of any. */
const FIRST_ROUND = 8;
const MOST_IN_ROUND = 64;

export interface DiscoveryOptions {
  readonly topics: TopicSource;
  readonly clock: Clock;
  readonly probe: Pick<RetainedProbe, 'sendForAll' | 'sendKnown' | 'waitsForQuiet'>;
  /** Topics that questions brought. */
  readonly brought: Pick<BroughtTopics, 'clear' | 'expected'>;
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
    this.#o.brought.clear();
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
    const asking: Asking = { search, report, isStopped, rounds: new Rounds() };
    let isConfirmed = true;
    for (let looks = 0; ; looks++) {
      const groups = await inSlices(this.#o.clock, search.look());
      isConfirmed &&= groups.length === 0 || looks < MOST_LOOKS;
      if (groups.length === 0 || looks === MOST_LOOKS) break;
      for (let at = 0; at < groups.length;) {
        if (isStopped()) return { noLink: null, problem: UNCONFIRMED };
        const { done, why } = await this.#some(groups, at, asking);
        if (why?.kind === 'no-link') return lostBy(why);
        isConfirmed &&= why === null;
        at += done;
      }
    }
    const [unsure] = search.unsure;
    if (unsure !== undefined) return { noLink: null, problem: unsureWords(unsure) };
    return { noLink: null, problem: isConfirmed ? null : UNCONFIRMED };
  }

  /**
   * A round of questions that are expected to bring again what is known, where rounds are worth it; else one by itself.
   *
   * @returns how many of them were asked, and why one is not complete
   */
  async #some(
    groups: readonly (readonly string[])[],
    at: number,
    { search, report, isStopped, rounds }: Asking,
  ): Promise<{ readonly done: number; readonly why: Incomplete | null }> {
    const say = ({ filters }: Pick<KnownQuestion, 'filters'>): void => report(displayTopic(filters[0] ?? ''));
    const { probe } = this.#o;
    const known = probe.waitsForQuiet ? await this.#known(groups, at, Math.max(1, rounds.size)) : [];
    if (known.length > 1) {
      const done = await probe.sendKnown(known, { isEnough: isStopped, report: say });
      rounds.ended(done > 0);
      for (const question of known.slice(0, done)) search.answered(question.filters, question.known);
      if (done > 0) return { done, why: null };
    }
    const filters = groups[at] ?? [];
    say({ filters });
    const { why, stored } = await this.#ask(filters);
    search.answered(filters, stored);
    rounds.single(why === null && known[0]?.known === stored);
    return { done: 1, why };
  }

  /** The first of those groups, as far as it is known what each is to bring. */
  async #known(
    groups: readonly (readonly string[])[],
    at: number,
    most: number,
  ): Promise<readonly KnownQuestion[]> {
    const known: KnownQuestion[] = [];
    for (let sum = 0; known.length < most;) {
      const filters = groups[at + known.length] ?? [];
      sum += filters.length;
      if (filters.length === 0 || sum > MOST_FILTERS) break;
      const count = await inSlices(this.#o.clock, this.#o.brought.expected(filters, SAFE_ANSWER));
      if (count === null) break;
      known.push({ filters, known: count });
    }
    return known;
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

/** What does not change while a search asks. */
interface Asking {
  readonly search: BranchSearch;
  readonly report: (where: string) => void;
  readonly isStopped: () => boolean;
  readonly rounds: Rounds;
}

/**
 * How many questions are asked in one round. A round in which anything else came than was expected was in vain: so
 * the first one is tried after a single question that brought just that, and the next after twice as many.
 */
class Rounds {
  #size = FIRST_ROUND;
  #needed = 1;
  #left = 1;

  /** 0: the next question is asked by itself. */
  get size(): number {
    return this.#left > 0 ? 0 : this.#size;
  }

  single(asExpected: boolean): void {
    this.#left = asExpected ? Math.max(0, this.#left - 1) : this.#needed;
  }

  ended(asExpected: boolean): void {
    if (asExpected) this.#size = Math.min(MOST_IN_ROUND, 4 * this.#size);
    else {
      this.#size = FIRST_ROUND;
      this.#left = this.#needed *= 2;
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
