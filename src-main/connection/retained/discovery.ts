import { BranchSearch, MOST_FILTERS, SAFE_ANSWER, SMALL_ANSWER } from '../../core/inventory/branches.ts';
import type { BroughtTopics } from '../../core/inventory/brought.ts';
import {
  COUNTING,
  MORE_COUNTED,
  NO_WILDCARD_KNOWN,
  UNCONFIRMED,
  besideWords,
  fullWords,
  leftOutWords,
  limitedWords,
  refusedWords,
  unsureWords,
} from '../../core/inventory/missing-words.ts';
import { Rounds } from '../../core/inventory/rounds.ts';
import { twice, widened } from '../../core/inventory/twice.ts';
import type { Incomplete } from '../../core/retained/probe-batch.ts';
import { isCutOff } from '../../core/retained/probed.ts';
import { NO_NODE, ROOT, type TopicSource } from '../../core/topics/columns/nodes.ts';
import { displayTopic, keyBytes } from '../../core/topics/names.ts';
import { pause, type Clock } from '../base/clock.ts';
import { inSlices } from '../base/in-slices.ts';
import type { BrokerCount } from '../subscriptions/retained-count.ts';
import type { RetainedProbe } from '../probe/probe.ts';
import type { KnownQuestion } from '../probe/unseen.ts';
import { isWild } from './absence.ts';
import { Wildcards, type WildcardsOptions } from './wildcards.ts';

/** How often it is looked for what is still to be asked: a level of the tree each time, and some. */
const MOST_LOOKS = 40;
/** So often the same question is asked. */
const MOST_TRIES = 3;
/** So often it is asked for all of it twice where nearly all came twice, as some may have changed meanwhile. */
const MOST_TWICE = 3;
const FEW_SHORT = 0.01;
/** Topics that are asked for by name in one packet with a filter; some brokers accept eight. */
const SAMPLES = 7;
/** Sockets of brokers hold 64 kB and more. */
const LIGHT_BYTES = 32_768;
/** A broker like mosquitto counts every 10 s what it holds. */
const COUNT_MS = 12_000;
const LOOK_MS = 250;

export interface DiscoveryOptions extends WildcardsOptions {
  readonly topics: TopicSource;
  readonly clock: Clock;
  readonly probe: Pick<RetainedProbe, 'sendForAll' | 'sendKnown' | 'waitsForQuiet'>;
  /** Topics that questions brought. */
  readonly brought: Omit<BroughtTopics, 'add'>;
  readonly count: BrokerCount;
  /** It leaves out what its queue has no room for, and nothing else. */
  readonly isMosquitto: () => boolean;
}

export interface Discovered {
  /** Why nothing more can be asked. */
  readonly noLink: Extract<Incomplete, { kind: 'no-link' }> | null;
  /** Why topics may be missing; null: nothing suggests that any is. */
  readonly problem: string | null;
  /** How many messages the broker counts beside those that are known; null: it does not say, or not in time. */
  readonly beside: number | null;
}

/** Without what the broker counts. */
interface Found extends Omit<Discovered, 'beside'> {
  /** It is taken for all as nothing speaks against it; what the broker counts may do so. */
  readonly isTaken?: boolean;
}

/** Finds topics that the broker holds messages for and that nobody saw, also on one that drops under load. */
export class Discovery {
  readonly #o: DiscoveryOptions;
  /** Of the largest answer of this run. */
  #bytes = 0;
  readonly #wildcards: Wildcards;

  constructor(options: DiscoveryOptions) {
    this.#o = options;
    this.#wildcards = new Wildcards(options);
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
    const asked = await this.#whole(filter, report, isStopped);
    const { noLink, problem: left, isTaken = false } = await this.#asRead(filter, asked, report, isStopped);
    if (noLink !== null) return { noLink, problem: left, beside: null };
    const problem = left ?? (await this.#unlessDelivered(filter));
    // Of less than everything a count is no more than the most that can be missing.
    const isAll = problem === null && !(isTaken && filter === '#');
    // An answer that is complete is not made doubtful by a count, which has in it what this user may not read.
    if (isAll) return { noLink, problem, beside: (await this.#o.count.beside())?.missing ?? null };
    const beside = await this.#besides(isTaken, report, isStopped);
    if (beside === 0 || (problem === null && beside === null)) return { noLink, problem: null, beside };
    return { noLink, problem: (problem ?? MORE_COUNTED) + besideWords(filter, beside), beside };
  }

  /** That nothing came says nothing where no wildcard is known to bring anything. */
  async #unlessDelivered(filter: string): Promise<string | null> {
    if (!isWild(filter)) return null;
    const isDelivered = await this.#wildcards.deliver(filter, (filters) => this.#ask(filters, 1));
    return isDelivered ? null : NO_WILDCARD_KNOWN;
  }

  /**
   * Some brokers read `+` otherwise than the standard says: for Artemis a level ends at a dot as well, aedes knows no
   * empty one. So what it stands for is asked for without it, and where that brings more of it, that is searched.
   */
  async #asRead(
    filter: string,
    asked: Found,
    report: (where: string) => void,
    isStopped: () => boolean,
  ): Promise<Found> {
    const { brought, clock, isMosquitto } = this.#o;
    const wide = widened(filter);
    if (wide === null || asked.noLink !== null || asked.problem !== null || isMosquitto()) return asked;
    report(displayTopic(wide));
    const before = await inSlices(clock, brought.within(filter));
    const { why } = await this.#ask([wide], 1);
    if (why?.kind === 'no-link') return lostBy(why);
    const isRead = (await inSlices(clock, brought.within(filter))) === before;
    return isRead ? asked : this.#whole(wide, report, isStopped);
  }

  async #whole(filter: string, report: (where: string) => void, isStopped: () => boolean): Promise<Found> {
    this.#bytes = 0;
    const all = await this.#sought(filter, report, isStopped);
    const isSure = all.noLink !== null || all.problem !== null || this.#bytes <= LIGHT_BYTES;
    return isSure || !(await this.#dropsBytes(filter)) ? all : found(fullWords(filter));
  }

  /**
   * Moquette leaves out at QoS 0 what its socket has no room for, filter by filter, so that the same ones may come
   * twice. Nothing shows that, but it is known by another habit: above QoS 0 it leaves out the retain flag.
   */
  async #dropsBytes(filter: string): Promise<boolean> {
    const { brought, clock, isMosquitto, probe } = this.#o;
    if (isMosquitto() || !/[+#]/.test(filter)) return false;
    const samples = await inSlices(clock, brought.samples(SAMPLES));
    if (samples.length === 0) return false;
    const { why, stored } = await probe.sendForAll(samples, 1);
    return why === null && stored === 0;
  }

  async #sought(filter: string, report: (where: string) => void, isStopped: () => boolean): Promise<Found> {
    const small = await this.#small(filter);
    if (small !== null) return small;
    const { kind, stored } = await this.#askTwice(filter, isStopped);
    if (kind === 'all') return this.#byParts(filter);
    const once = kind === 'unanswered' ? await this.#once(filter, SAFE_ANSWER) : null;
    if (once !== null) return once;
    // What had no room in twice as much may have none in less.
    const safe = kind === 'short' ? Math.max(1, Math.floor(stored / 2)) : SAFE_ANSWER;
    const search = new BranchSearch(this.#o.topics, filter, safe);
    const sought = await this.#search(search, report, isStopped);
    if (sought.noLink !== null || sought.problem !== null) return sought;
    return found(search.isWhole ? null : leftOutWords(filter, kind));
  }

  /** Of an answer that is taken for all; null: there is more to ask. */
  async #small(filter: string): Promise<Found | null> {
    if (!/[+#]/.test(filter)) return this.#once(filter, SAFE_ANSWER);
    if (this.#isLarge(filter)) return null;
    // What its queue has room for is found out by one question more.
    const once = await this.#once(filter, this.#o.isMosquitto() ? 0 : SMALL_ANSWER);
    return once === null ? null : { ...once, isTaken: once.problem === null };
  }

  /**
   * Of what came twice. Where one filter by levels brought all of it, a broker that limits what it sends for each
   * filter leaves out the same ones both times, but not of parts of it. No broker is known that does, so what nothing
   * divides is taken for all.
   */
  async #byParts(filter: string): Promise<Found> {
    const { brought, clock, isMosquitto } = this.#o;
    const { size } = brought;
    if (isMosquitto()) return found(null);
    if (size <= SMALL_ANSWER || twice(filter) === null) return TAKEN;
    if (!(await inSlices(clock, brought.isOfOneLevel(filter)))) return found(null);
    const parts = await inSlices(clock, brought.parts(filter));
    if (parts.length === 0) return TAKEN;
    const { why } = await this.#ask(parts, 1);
    if (why?.kind === 'no-link') return lostBy(why);
    if (why !== null) return TAKEN;
    return found(brought.size > size ? limitedWords(filter, size) : null);
  }

  /**
   * The plain question.
   *
   * @param safe messages of an answer that is taken for all
   * @returns null: more came
   */
  async #once(filter: string, safe: number): Promise<Found | null> {
    const { why, stored } = await this.#ask([filter], 1);
    if (why?.kind === 'no-link') return lostBy(why);
    if (why?.kind === 'refused') return found(refusedWords(filter));
    if (stored > safe) return null;
    return found(why === null ? null : UNCONFIRMED);
  }

  /** More is known there than any broker has room for. */
  #isLarge(filter: string): boolean {
    const { topics } = this.#o;
    if (twice(filter) === null) return false;
    const node = filter === '#' ? ROOT : topics.find(keyBytes(filter.slice(0, -2)));
    return node !== NO_NODE && topics.subtreeTopics(node) > SMALL_ANSWER;
  }

  /**
   * Asks for everything, each topic twice in one go. A broker that leaves out what it has no room for has no room
   * for all of that either, so where each topic came twice nothing is left out.
   */
  async #askTwice(
    filter: string,
    isStopped: () => boolean,
  ): Promise<{ readonly kind: 'all' | 'short' | 'unanswered'; readonly stored: number }> {
    const { brought, clock } = this.#o;
    const all = twice(filter);
    const samples = all === null ? await inSlices(clock, brought.samples(SAMPLES)) : [];
    let both = all ?? [filter, ...samples];
    if (both.length === 1) return { kind: 'unanswered', stored: 0 };
    const shortOf = () =>
      all === null ? samples.filter((key) => !brought.cameTwice(key)).length : brought.short;
    for (let tries = 1; ; tries++) {
      // What is not there any more comes never again.
      brought.clear();
      const { why, stored } = await this.#ask(both, 1);
      const isRefused = why !== null && why.kind !== 'unanswered';
      if (isRefused) return { kind: 'unanswered', stored };
      const short = shortOf();
      if (why === null && short === 0) return { kind: 'all', stored };
      const otherwise = await this.#otherwise(filter, why, both === all);
      if (otherwise.length > 0) {
        both = otherwise;
        continue;
      }
      const isNearly = why === null && short <= Math.max(2, FEW_SHORT * brought.size);
      if (tries >= MOST_TWICE || !isNearly || isStopped()) return { kind: 'short', stored };
    }
  }

  /** The same, where only topics came once that a broker may match otherwise than the standard says. */
  async #otherwise(filter: string, why: Incomplete | null, isFirst: boolean): Promise<readonly string[]> {
    const { brought, clock, isMosquitto } = this.#o;
    if (why !== null || !isFirst || isMosquitto()) return [];
    return inSlices(clock, brought.otherwise(filter));
  }

  /** @param isDoubted false: what the broker counted at another time shows nothing */
  async #besides(
    isDoubted: boolean,
    report: (where: string) => void,
    isStopped: () => boolean,
  ): Promise<number | null> {
    // Of when it is, is not known: where it counts more, topics may be missing.
    const earlier = isDoubted ? ((await this.#o.count.beside())?.missing ?? null) : null;
    if (isStopped() || earlier === 0) return earlier;
    return (await this.#counted(report, isStopped)) ?? earlier;
  }

  /** What the broker counts from now on, as far as it does so soon. */
  async #counted(report: (where: string) => void, isStopped: () => boolean): Promise<number | null> {
    const { clock, count } = this.#o;
    if (!count.isThere()) return null;
    report(COUNTING);
    const [began, since] = [clock.now(), clock.wall()];
    for (;;) {
      const counted = await count.beside();
      if (counted !== null && counted.at >= since) return counted.missing;
      if (isStopped() || clock.now() - began >= COUNT_MS) return null;
      await pause(clock, LOOK_MS);
    }
  }

  async #search(
    search: BranchSearch,
    report: (where: string) => void,
    isStopped: () => boolean,
  ): Promise<Found> {
    const asking: Asking = { search, report, isStopped, rounds: new Rounds() };
    let isConfirmed = true;
    for (let looks = 0; ; looks++) {
      const groups = await inSlices(this.#o.clock, search.look());
      isConfirmed &&= groups.length === 0 || looks < MOST_LOOKS;
      if (groups.length === 0 || looks === MOST_LOOKS) break;
      for (let at = 0; at < groups.length;) {
        if (isStopped()) return found(UNCONFIRMED);
        const { done, why } = await this.#some(groups, at, asking);
        if (why?.kind === 'no-link') return lostBy(why);
        isConfirmed &&= why === null;
        at += done;
      }
    }
    const [unsure] = search.unsure;
    if (unsure !== undefined) return found(unsureWords(unsure));
    return found(isConfirmed ? null : UNCONFIRMED);
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
    const isWide = search.isWide(filters);
    const { why, stored, meant } = await this.#ask(filters, isWide ? 1 : MOST_TRIES);
    search.answered(filters, stored, why === null, meant);
    rounds.single(why === null && known[0]?.known === stored);
    return { done: 1, why: isWide && why?.kind === 'unanswered' ? null : why };
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
  async #ask(filters: readonly string[], most: number): ReturnType<RetainedProbe['sendForAll']> {
    for (let tries = 1; ; tries++) {
      const answer = await this.#o.probe.sendForAll(filters);
      const { why, bytes, meant } = answer;
      this.#wildcards.answered(filters, meant);
      this.#bytes = Math.max(this.#bytes, bytes);
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

function lostBy(why: Extract<Incomplete, { kind: 'no-link' }>): Found {
  return { noLink: why, problem: why.failure.message };
}

function found(problem: string | null): Found {
  return { noLink: null, problem };
}

const TAKEN: Found = { ...found(null), isTaken: true };
