import type { z } from 'zod';
import { failed, type Failure } from '../contract/errors.ts';
import type { ServerLimits, SubscriptionRequest, SubscriptionStatus } from '../contract/model.ts';
import { matchesFilter } from '../core/topics/filters.ts';
import { checkTopicFilter } from '../core/topics/names.ts';
import { subscribeClosedRefusal, subscribeRefusal } from '../core/session/reasons.ts';
import type { CountingIntake } from './counting-intake.ts';
import type { LinkEnd } from './link.ts';
import type { Answer, WireRequests } from './wire-requests.ts';

type Request = z.output<typeof SubscriptionRequest>;
type Result = SubscriptionStatus['result'];

interface Entry {
  request: Request;
  /** Subscription Identifier, the same for the life of the connection. */
  readonly id: number;
  result: Result;
  /** SUBSCRIBE was written and not answered; ms since the epoch, 0 if none. */
  writtenAt: number;
  /** Closes without a word that came instead of an answer, one after the other. */
  closes: number;
  /** The broker closed the connection over it: not sent again by itself. */
  blamed: boolean;
  /** Counted by comparing names, while identifiers were not available. */
  matched: number;
}

/** What subscribing needs of a link that is online. */
export interface SubscriptionLink {
  readonly requests: WireRequests;
  readonly limits: ServerLimits;
  /** Identifiers and retain-as-published exist. */
  readonly isMqtt5: boolean;
}

/** The next filter is not kept waiting any longer for the answer to the one before. */
const NEXT_MS = 5_000;
/** The user is told that there is no answer yet; it may still come and is shown then. */
const ANSWER_MS = 10_000;
/** A close within this time of an unanswered SUBSCRIBE is taken for its answer. */
const BLAME_MS = 5_000;
/**
 * So many closes without a word are no coincidence. One is: a broker that is killed or restarted at that
 * moment, and the subscription would be lost for good.
 */
const CLOSES_TO_BLAME = 2;
/** Subscriptions of one connection; the profile's limit. */
const MOST = 1_000;

/** What the connection subscribes to: kept over reconnects, sent one after the other. */
export class Subscriptions {
  readonly #entries = new Map<string, Entry>();
  readonly #intake: CountingIntake;
  readonly #now: () => number;
  readonly #changed: () => void;
  /** A SUBSCRIBE of ours was written: retained messages follow. */
  readonly #scanBegins: () => void;
  #lastId = 0;
  #link: SubscriptionLink | null = null;
  #plainBefore = 0;

  constructor(
    requests: readonly Request[],
    intake: CountingIntake,
    now: () => number,
    changed: () => void,
    scanBegins: () => void,
  ) {
    this.#intake = intake;
    this.#now = now;
    this.#changed = changed;
    this.#scanBegins = scanBegins;
    for (const request of requests) if (checkTopicFilter(request.filter) === null) this.#add(request);
  }

  /** Identifiers above this one are free for probes. */
  get lastId(): number {
    return this.#lastId;
  }

  /** What is subscribed to with this very filter; null also for what is switched off. */
  has(filter: string): Request | null {
    const request = this.#entries.get(filter)?.request;
    return request?.enabled === true ? request : null;
  }

  isGranted(filter: string): boolean {
    return this.#entries.get(filter)?.result.kind === 'granted';
  }

  /** A granted subscription brings messages of this topic. */
  covers(topic: string): boolean {
    const granted = [...this.#entries.values()].filter(({ result }) => result.kind === 'granted');
    return granted.some(({ request }) => matchesFilter(request.filter, topic));
  }

  /** The identifier that a subscription of the user carries; 0 if there is none or it carries none. */
  identifierOf(filter: string): number {
    return this.#byIdentifier ? (this.#entries.get(filter)?.id ?? 0) : 0;
  }

  get #byIdentifier(): boolean {
    return (
      this.#link !== null &&
      this.#link.isMqtt5 &&
      this.#link.limits.subscriptionIdentifiersAvailable !== false
    );
  }

  /** The user connects: what was refused may be tried again. */
  forgive(): void {
    for (const entry of this.#entries.values()) {
      entry.blamed = false;
      entry.closes = 0;
    }
  }

  /** Subscribes to everything, one after the other, so that a close can be blamed on the right one. */
  async started(link: SubscriptionLink): Promise<void> {
    this.#foldPlain();
    this.#link = link;
    this.#recount();
    // The few messages of `$SYS` first: behind a flood of retained messages mosquitto drops them.
    const isSystem = ({ request }: Entry): boolean => request.filter.startsWith('$SYS/');
    const all = [...this.#entries.values()];
    for (const entry of [...all.filter(isSystem), ...all.filter((one) => !isSystem(one))]) {
      if (this.#link !== link) return;
      if (entry.blamed || !entry.request.enabled || this.#entries.get(entry.request.filter) !== entry)
        continue;
      await inTime(this.#subscribe(entry, link), NEXT_MS);
    }
  }

  /** The link is gone; tells whom it is to be blamed on. */
  ended(end: LinkEnd): readonly Failure[] {
    const blame: Failure[] = [];
    this.#foldPlain();
    this.#link = null;
    for (const entry of this.#entries.values()) {
      const writtenAt = entry.writtenAt;
      entry.writtenAt = 0;
      if (writtenAt > 0 && this.#now() - writtenAt <= BLAME_MS && isToBlame(entry, end)) {
        const failure =
          end.code !== null && end.code >= 128
            ? subscribeRefusal(entry.request.filter, end.code)
            : subscribeClosedRefusal(entry.request.filter);
        entry.blamed = true;
        entry.result = { kind: 'refused', code: end.code ?? 128, failure };
        blame.push(failure);
      } else if (entry.result.kind === 'granted' || entry.result.kind === 'pending') {
        entry.result = { kind: 'pending' };
      }
    }
    this.#recount();
    this.#changed();
    return blame;
  }

  /** The user's order; answers when the broker did. */
  async subscribe(request: Request): Promise<{ kind: 'done' } | Failure> {
    const invalid = checkTopicFilter(request.filter);
    if (invalid) return invalid;
    const known = this.#entries.get(request.filter);
    if (!known && this.#entries.size >= MOST) {
      return failed('too-many', `There are ${MOST} subscriptions already.`, 'Remove one that is not needed.');
    }
    const entry = known ?? this.#add(request);
    this.#foldPlain();
    entry.request = request;
    entry.blamed = false;
    entry.closes = 0;
    if (!request.enabled) return this.#switchOff(entry);
    this.#recount();
    this.#changed();
    const link = this.#link;
    if (!link) return { kind: 'done' };
    const answered = await inTime(this.#subscribe(entry, link), ANSWER_MS);
    if (entry.result.kind === 'refused') return entry.result.failure;
    return answered || this.#link !== link ? { kind: 'done' } : noAnswer(request.filter);
  }

  /** Switched off it stays in the list with its count. */
  setEnabled(filter: string, enabled: boolean): Promise<{ kind: 'done' } | Failure> {
    const entry = this.#entries.get(filter);
    if (!entry) return Promise.resolve(notSubscribed(filter));
    return this.subscribe({ ...entry.request, enabled });
  }

  async unsubscribe(filter: string): Promise<{ kind: 'done' } | Failure> {
    const entry = this.#entries.get(filter);
    if (!entry) return notSubscribed(filter);
    this.#foldPlain();
    this.#entries.delete(filter);
    this.#recount();
    this.#changed();
    return this.#end(filter, entry.result);
  }

  async #switchOff(entry: Entry): Promise<{ kind: 'done' } | Failure> {
    const before = entry.result;
    entry.result = { kind: 'off' };
    entry.writtenAt = 0;
    this.#recount();
    this.#changed();
    return this.#end(entry.request.filter, before);
  }

  /** UNSUBSCRIBE, where the broker knows it. */
  async #end(filter: string, before: Result): Promise<{ kind: 'done' } | Failure> {
    const link = this.#link;
    if (!link || before.kind === 'refused' || before.kind === 'off') return { kind: 'done' };
    const answer = await link.requests.unsubscribe([filter]);
    const code = answer.kind === 'answered' ? (answer.codes[0] ?? 0) : 0;
    if (code >= 128) {
      return failed(
        `unsuback-${code}`,
        `The broker refused to end the subscription to “${filter}”.`,
        'Its messages may go on.',
      );
    }
    return { kind: 'done' };
  }

  status(): SubscriptionStatus[] {
    const byIdentifier = this.#byIdentifier;
    return [...this.#entries.values()].map((entry) => ({
      ...entry.request,
      notes: [],
      result: entry.result,
      messages: this.#intake.delivered(entry.id) + entry.matched + this.#plainSince(entry),
      countedBy: byIdentifier ? 'delivered' : 'matches',
    }));
  }

  #add(request: Request): Entry {
    const entry: Entry = {
      request,
      id: ++this.#lastId,
      result: { kind: request.enabled ? 'pending' : 'off' },
      writtenAt: 0,
      closes: 0,
      blamed: false,
      matched: 0,
    };
    this.#entries.set(request.filter, entry);
    return entry;
  }

  async #subscribe(entry: Entry, link: SubscriptionLink): Promise<void> {
    const { filter } = entry.request;
    const unavailable = cannotSubscribe(filter, link.limits);
    if (unavailable) {
      entry.result = { kind: 'refused', code: unavailable.code, failure: unavailable.failure };
      this.#changed();
      return;
    }
    entry.result = { kind: 'pending' };
    entry.writtenAt = this.#now();
    this.#changed();
    const identifier = this.identifierOf(filter);
    const answer = await link.requests.subscribe([entry.request], identifier, this.#scanBegins, null);
    // Switched off meanwhile: the answer is to what is not wanted any more.
    if (answer.kind !== 'answered' || !entry.request.enabled) return;
    entry.writtenAt = 0;
    entry.closes = 0;
    entry.result = resultOf(entry.request, answer);
    this.#changed();
  }

  /** Which filters are counted by comparing names from now on. */
  #recount(): void {
    this.#foldPlain();
    if (this.#byIdentifier || !this.#link) return this.#intake.match([]);
    const others = [...this.#entries.values()].filter(
      ({ request }) => request.enabled && request.filter !== '#',
    );
    this.#intake.match(
      others.map((entry) => ({ filter: entry.request.filter, counted: () => void entry.matched++ })),
    );
  }

  /** `#` matches everything that does not begin with `$`, which is counted anyway. */
  #plainSince(entry: Entry): number {
    const { filter, enabled } = entry.request;
    const counts = enabled && filter === '#' && this.#link !== null && !this.#byIdentifier;
    return counts ? this.#intake.plain - this.#plainBefore : 0;
  }

  #foldPlain(): void {
    const all = this.#entries.get('#');
    if (all) all.matched += this.#plainSince(all);
    this.#plainBefore = this.#intake.plain;
  }
}

/** Codes of DISCONNECT that may answer a SUBSCRIBE; all others have nothing to do with it. */
const BLAMED_CODES = new Set([128, 129, 130, 131, 135, 143, 151, 158, 161, 162]);

/** Ends that say nothing; any other has a reason of its own. */
const SILENT_ENDS = new Set(['closed', 'reset', 'websocket-closed']);

function isToBlame(entry: Entry, { by, code, ending }: LinkEnd): boolean {
  if (by !== 'remote') return false;
  if (code !== null) return BLAMED_CODES.has(code);
  return SILENT_ENDS.has(ending.failure.code) && ++entry.closes >= CLOSES_TO_BLAME;
}

function notSubscribed(filter: string): Failure {
  return failed('not-subscribed', `There is no subscription to “${filter}”.`, '');
}

function noAnswer(filter: string): Failure {
  return failed(
    'suback-timeout',
    `The broker has not answered the subscription to “${filter}” yet.`,
    'It may still come. If it does not, try a lower QoS: some brokers do not answer QoS 2.',
  );
}

/** Whether it came to an end within `ms`; it goes on all the same. */
async function inTime(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const done = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return done;
}

function resultOf(request: Request, answer: Extract<Answer, { kind: 'answered' }>): Result {
  const code = answer.codes[0] ?? 128;
  if (code === 0 || code === 1 || code === 2) return { kind: 'granted', qos: code };
  const words = { reasonString: answer.reason ?? undefined };
  return { kind: 'refused', code, failure: subscribeRefusal(request.filter, code, words) };
}

/** What the broker has said it cannot do is not asked for: some answer it by closing. */
function cannotSubscribe(filter: string, limits: ServerLimits): { code: number; failure: Failure } | null {
  if (limits.sharedSubscriptionAvailable === false && filter.startsWith('$share/')) {
    return { code: 158, failure: subscribeRefusal(filter, 158) };
  }
  if (limits.wildcardSubscriptionAvailable === false && /[+#]/.test(filter)) {
    const failure = subscribeRefusal(filter, 162);
    return { code: 162, failure: { ...failure, advice: 'Subscribe to each topic by its full name.' } };
  }
  return null;
}
