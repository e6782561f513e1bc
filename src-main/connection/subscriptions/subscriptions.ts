import { quoted } from '../../core/topics/names.ts';
import type { z } from 'zod';
import type { ServiceLimits } from '../../contract/model/connect-fields.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ServerLimits, SubscriptionRequest, SubscriptionStatus } from '../../contract/model/model.ts';
import { isSystemFilter, matchesFilter, isShared } from '../../core/topics/filters.ts';
import { subscribeClosedRefusal, subscribeRefusal } from '../../core/session/failures/subscribe-refusals.ts';
import {
  allowedQos,
  cannotSubscribe,
  checkSubscription,
  subscriptionNotes,
} from '../../core/session/failures/subscription-rules.ts';
import type { Clock } from '../base/clock.ts';
import type { CountingIntake } from '../intake/counting-intake.ts';
import type { LinkEnd } from '../link/link.ts';
import { inTime, isToBlame, noAnswer, notSubscribed, resultOf, type Result } from './answers.ts';
import type { WireRequests } from '../link/wire-requests.ts';

type Request = z.output<typeof SubscriptionRequest>;

interface Entry {
  request: Request;
  /** Subscription Identifier, the user's or ours. */
  id: number;
  isOurId: boolean;
  /** Messages with this identifier that came before it was this subscription's. */
  deliveredBefore: number;
  result: Result;
  /** When SUBSCRIBE was written, by `Clock.now`, if it is not answered. */
  writtenAt: number | null;
  /** Closes without a word that came instead of an answer, one after the other. */
  closes: number;
  /** The broker closed the connection over it: not sent again by itself. */
  blamed: boolean;
  /** Counted by comparing names, while identifiers were not available, or by another identifier. */
  counted: number;
  /** Some of `counted` came without an identifier although the others have one. */
  unidentified: boolean;
}

/** How a session assigns messages to subscriptions; known with its CONNACK. */
export interface SessionKind {
  readonly limits: ServerLimits;
  /** Identifiers and retain-as-published exist. */
  readonly isMqtt5: boolean;
}

/** What subscribing needs of a link that is online. */
export interface SubscriptionLink extends SessionKind {
  readonly requests: WireRequests;
}

export interface SubscriptionsOptions {
  readonly requests: readonly Request[];
  /** What the service allows without announcing it. */
  readonly service: ServiceLimits;
  readonly intake: CountingIntake;
  readonly clock: Clock;
  readonly changed: () => void;
  /** A SUBSCRIBE of ours was written: retained messages follow. */
  readonly scanBegins: (request: Request) => void;
}

/** Whether its messages come, or will once there is a link. */
export function isAsked({ kind }: Pick<Result, 'kind'>): boolean {
  return kind !== 'off' && kind !== 'refused';
}

/** The next filter is not kept waiting any longer for the answer to the one before. */
const NEXT_MS = 5_000;
/** After this the window says that there is no answer yet; one that comes later is still shown. */
const ANSWER_MS = 10_000;
/** A close within this time of an unanswered SUBSCRIBE is taken for its answer. */
const BLAME_MS = 5_000;
/** Topic Filter invalid: what was not sent because it is. */
const INVALID = 143;
/** Subscriptions of one connection; the profile's limit. */
const MOST = 1_000;

/** What the connection subscribes to: kept over reconnects, sent one after the other. */
export class Subscriptions {
  readonly #entries = new Map<string, Entry>();
  readonly #intake: CountingIntake;
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #scanBegins: (request: Request) => void;
  readonly #service: ServiceLimits;
  #lastId = 0;
  #link: SubscriptionLink | null = null;
  /** Set from CONNACK on: a resumed session delivers before anything was subscribed to. */
  #session: SessionKind | null = null;
  #plainBefore = 0;

  constructor(options: SubscriptionsOptions) {
    const { requests, service, intake, clock, changed, scanBegins } = options;
    this.#intake = intake;
    this.#clock = clock;
    this.#changed = changed;
    this.#scanBegins = scanBegins;
    this.#service = service;
    for (const request of requests) this.#add(request);
  }

  isGranted(filter: string): boolean {
    return this.#entries.get(filter)?.result.kind === 'granted';
  }

  /** A granted subscription brings every message of this topic; one that is shared brings some. */
  covers(topic: string): boolean {
    // A list of those that are granted would be made for each topic of a clear.
    for (const { result, request } of this.#entries.values())
      if (result.kind === 'granted' && !isShared(request.filter))
        if (matchesFilter(request.filter, topic)) return true;
    return false;
  }

  /** A subscription that is wanted, and not refused, brings messages of this topic whenever there is a link. */
  asksFor(topic: string): boolean {
    const asked = [...this.#entries.values()].filter(({ result }) => isAsked(result));
    return asked.some(({ request: { filter } }) => matchesFilter(filter, topic));
  }

  /** Filters that messages come by, with the identifier of each. */
  identifiers(): ReadonlyMap<string, number> {
    const asked = [...this.#entries.values()].filter(({ result }) => isAsked(result));
    return new Map(asked.map(({ request, id }) => [request.filter, id]));
  }

  get #byIdentifier(): boolean {
    return (
      this.#session !== null &&
      this.#session.isMqtt5 &&
      this.#session.limits.subscriptionIdentifiersAvailable !== false
    );
  }

  /** The user connects: what was refused may be tried again. */
  forgive(): void {
    for (const entry of this.#entries.values()) {
      entry.blamed = false;
      entry.closes = 0;
    }
  }

  /** CONNACK came, in wire order: what follows is counted, also what a resumed session had queued. */
  accepted(session: SessionKind): void {
    this.#foldPlain();
    this.#session = session;
    this.#recount();
  }

  /** Subscribes to everything, one after the other, so that a close can be blamed on the right one. */
  async started(link: SubscriptionLink): Promise<void> {
    this.#link = link;
    // The few messages of `$SYS` first: behind a flood of retained messages mosquitto drops them.
    const isSystem = ({ request }: Entry): boolean => isSystemFilter(request.filter);
    const all = [...this.#entries.values()];
    for (const entry of [...all.filter(isSystem), ...all.filter((one) => !isSystem(one))]) {
      if (this.#link !== link) return;
      if (entry.blamed || !entry.request.enabled || this.#entries.get(entry.request.filter) !== entry)
        continue;
      await inTime(this.#clock, this.#subscribe(entry, link), NEXT_MS);
    }
  }

  /** The link ended; returns a failure for each subscription that was the cause. */
  ended(end: LinkEnd): readonly Failure[] {
    const blame: Failure[] = [];
    this.#foldPlain();
    this.#link = null;
    this.#session = null;
    for (const entry of this.#entries.values()) {
      const writtenAt = entry.writtenAt;
      entry.writtenAt = null;
      if (writtenAt !== null && this.#clock.now() - writtenAt <= BLAME_MS && isToBlame(entry, end)) {
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
    const invalid = request.enabled ? checkSubscription(request, this.#service) : null;
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
    this.#identify(entry);
    if (!request.enabled) return this.#switchOff(entry);
    this.#recount();
    this.#changed();
    const link = this.#link;
    if (!link) return { kind: 'done' };
    const answered = await inTime(this.#clock, this.#subscribe(entry, link), ANSWER_MS);
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
    entry.writtenAt = null;
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
        `The broker refused to end the subscription to ${quoted(filter)}.`,
        'Its messages may go on.',
      );
    }
    return { kind: 'done' };
  }

  status(): SubscriptionStatus[] {
    const byIdentifier = this.#byIdentifier;
    const link = this.#link && { isMqtt5: this.#link.isMqtt5, identifiers: byIdentifier };
    const entries = [...this.#entries.values()];
    const filters = entries.filter(({ request }) => request.enabled).map(({ request }) => request.filter);
    return entries.map((entry) => ({
      ...entry.request,
      notes: subscriptionNotes(entry.request, link, this.#service, this.#sameIdentifier(entry), filters),
      result: entry.result,
      messages: this.#delivered(entry) + entry.counted + this.#plainSince(entry),
      countedBy: byIdentifier && !entry.unidentified ? 'delivered' : 'matches',
    }));
  }

  #add(request: Request): Entry {
    const entry: Entry = {
      request,
      id: 0,
      isOurId: false,
      deliveredBefore: 0,
      result: { kind: request.enabled ? 'pending' : 'off' },
      writtenAt: null,
      closes: 0,
      blamed: false,
      counted: 0,
      unidentified: false,
    };
    this.#entries.set(request.filter, entry);
    this.#identify(entry);
    return entry;
  }

  /** The user's identifier, or one of ours; one of ours that stands in its way gets another. */
  #identify(entry: Entry): void {
    const { identifier } = entry.request;
    if (identifier === null) {
      if (!entry.isOurId) this.#rename(entry, this.#freeId());
      entry.isOurId = true;
      return;
    }
    for (const other of this.#entries.values()) {
      if (other === entry || !other.isOurId || other.id !== identifier) continue;
      this.#rename(other, this.#freeId());
      // The broker has to know the new one; what is retained need not come again for it.
      const silent = { ...this.#asked(other), retainHandling: 2 as const };
      if (other.result.kind === 'granted') void this.#link?.requests.subscribe([silent], other.id);
    }
    this.#rename(entry, identifier);
    entry.isOurId = false;
  }

  #rename(entry: Entry, id: number): void {
    if (entry.id === id) return;
    entry.counted += this.#delivered(entry);
    entry.id = id;
    this.#intake.track(id);
    entry.deliveredBefore = this.#intake.delivered(id);
  }

  #freeId(): number {
    const taken = new Set([...this.#entries.values()].map(({ id }) => id));
    do this.#lastId++;
    while (taken.has(this.#lastId));
    return this.#lastId;
  }

  #delivered(entry: Entry): number {
    return entry.id === 0 ? 0 : this.#intake.delivered(entry.id) - entry.deliveredBefore;
  }

  #sameIdentifier(entry: Entry): string | null {
    if (entry.isOurId) return null;
    for (const other of this.#entries.values()) {
      if (other !== entry && other.id === entry.id) return other.request.filter;
    }
    return null;
  }

  /** As it is sent. */
  #asked(entry: Entry): Request {
    return { ...entry.request, qos: allowedQos(entry.request.qos, this.#service) };
  }

  async #subscribe(entry: Entry, link: SubscriptionLink): Promise<void> {
    const { filter } = entry.request;
    const invalid = checkSubscription(entry.request, this.#service);
    const refusal = invalid ? { code: INVALID, failure: invalid } : cannotSubscribe(filter, link.limits);
    if (refusal) {
      entry.result = { kind: 'refused', ...refusal };
      this.#changed();
      return;
    }
    entry.result = { kind: 'pending' };
    entry.writtenAt = this.#clock.now();
    this.#changed();
    const identifier = this.#byIdentifier ? entry.id : 0;
    const asked = this.#asked(entry);
    const written = (): void => this.#scanBegins(asked);
    const answer = await link.requests.subscribe([asked], identifier, written, null);
    // Switched off meanwhile: the answer is to what is not wanted any more.
    if (answer.kind !== 'answered' || !entry.request.enabled) return;
    entry.writtenAt = null;
    entry.closes = 0;
    entry.result = resultOf(entry.request, answer);
    this.#changed();
  }

  /** Which filters are counted by comparing names from now on. */
  #recount(): void {
    this.#foldPlain();
    if (!this.#session) return this.#intake.match([], 'every');
    const enabled = [...this.#entries.values()].filter(({ request }) => request.enabled);
    if (this.#byIdentifier) {
      const counted = (entry: Entry) => () => {
        entry.counted++;
        entry.unidentified = true;
      };
      const all = enabled.map((entry) => ({ filter: entry.request.filter, counted: counted(entry) }));
      return this.#intake.match(all, 'unidentified');
    }
    const others = enabled.filter(({ request }) => request.filter !== '#');
    this.#intake.match(
      others.map((entry) => ({ filter: entry.request.filter, counted: () => void entry.counted++ })),
      'every',
    );
  }

  /** `#` matches everything that does not begin with `$`, which is counted anyway. */
  #plainSince(entry: Entry): number {
    const { filter, enabled } = entry.request;
    const counts = enabled && filter === '#' && this.#session !== null && !this.#byIdentifier;
    return counts ? this.#intake.plain - this.#plainBefore : 0;
  }

  #foldPlain(): void {
    const all = this.#entries.get('#');
    if (all) all.counted += this.#plainSince(all);
    this.#plainBefore = this.#intake.plain;
  }
}
