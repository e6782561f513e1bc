import type { Qos, ServerLimits } from '../../contract/model/model.ts';
import { keyBytes } from '../../core/topics/names.ts';
import { pause, type Clock } from '../base/clock.ts';
import type { CountingIntake } from '../intake/counting-intake.ts';
import type { Link } from '../link/link.ts';
import type { Subscriptions } from '../subscriptions/subscriptions.ts';
import type { WireRequests } from '../link/wire-requests.ts';

/** What a probe found about one topic. */
export type Probed =
  /** It was delivered with retain = 1 and a payload. */
  | { readonly kind: 'retained' }
  /** The probe was complete and did not deliver it. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'incomplete'; readonly why: 'refused' | 'fence' | 'closed'; readonly code: number };

export interface ProbeContext {
  readonly link: Link;
  readonly requests: WireRequests;
  readonly limits: ServerLimits;
  /** Of the subscriptions: 2 tells the QoS that a message was published at. */
  readonly qos: Qos;
  readonly intake: CountingIntake;
  readonly subscriptions: Subscriptions;
  readonly clock: Clock;
  /** The broker answers PINGREQ only after what it owed before (mosquitto does). */
  readonly fenceHolds: boolean;
}

/** Filters in one SUBSCRIBE; AWS accepts 8. */
const PER_PACKET = 8;
/** Topics under one fence: their retained messages fit the queue of a default mosquitto (1,000). */
const PER_FENCE = 200;
const FENCE_TIMEOUT_MS = 5_000;
/** Silence that counts as complete where a broker answers PINGREQ ahead of messages (aedes does). */
export const IDLE_MS = 700;
/** A broker that keeps sending retained messages of these very topics is not waited for any longer. */
const MOST_IDLE_WAIT_MS = 5_000;

/**
 * Whether these topics are retained, by a fenced re-subscription to exactly them: a subscription is
 * answered with the retained message, if there is one, and the fence tells that it would have come.
 */
export async function probeRetained(
  topics: readonly string[],
  context: ProbeContext,
): Promise<Map<string, Probed>> {
  const results = new Map<string, Probed>();
  for (let at = 0; at < topics.length; at += PER_FENCE) {
    const some = topics.slice(at, at + PER_FENCE);
    for (const [topic, found] of await probeSome(some, context)) results.set(topic, found);
  }
  return results;
}

async function probeSome(topics: readonly string[], context: ProbeContext): Promise<Map<string, Probed>> {
  const { intake, link, clock } = context;
  const wanted = new Map(topics.map((topic) => [bytesKey(keyBytes(topic)), topic] as const));
  const seen = new Set<string>();
  let lastAt = clock.now();
  const previous = intake.watcher;
  intake.watcher = (bytes, size) => {
    const topic = size > 0 ? wanted.get(bytesKey(bytes)) : undefined;
    if (topic === undefined) return;
    seen.add(topic);
    lastAt = clock.now();
  };
  try {
    const refused = await subscribeAll(topics, context);
    lastAt = clock.now();
    const settled = (): boolean => seen.size === wanted.size;
    const complete = await fence(link, clock, context.fenceHolds, () => lastAt, settled);
    return new Map(topics.map((topic) => [topic, judge(topic, seen, refused, complete)] as const));
  } finally {
    intake.watcher = previous;
    await unsubscribeAll(topics, context);
  }
}

const bytesKey = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

function judge(
  topic: string,
  seen: ReadonlySet<string>,
  refused: ReadonlyMap<string, number>,
  complete: 'complete' | 'fence' | 'closed',
): Probed {
  if (seen.has(topic)) return { kind: 'retained' };
  if (complete === 'closed') return { kind: 'incomplete', why: 'closed', code: 0 };
  const code = refused.get(topic);
  if (code !== undefined) return { kind: 'incomplete', why: code < 0 ? 'fence' : 'refused', code };
  return complete === 'complete' ? { kind: 'absent' } : { kind: 'incomplete', why: complete, code: 0 };
}

/** Returns the topics that were refused, with the code; -1 where there was no answer. */
async function subscribeAll(topics: readonly string[], context: ProbeContext): Promise<Map<string, number>> {
  const { requests, subscriptions, limits, link } = context;
  const refused = new Map<string, number>();
  const identifiers = link.level === 5 && limits.subscriptionIdentifiersAvailable !== false;
  const identifier = identifiers ? subscriptions.probeIdentifier : 0;
  // A filter that the user has as well must not lose its options: it is subscribed to as it is.
  const own = topics.filter((topic) => subscriptions.has(topic));
  const ours = topics.filter((topic) => !subscriptions.has(topic));
  const note = (filters: readonly string[], answer: Awaited<ReturnType<WireRequests['subscribe']>>): void => {
    filters.forEach((filter, i) => {
      const code = answer.kind === 'answered' ? (answer.codes[i] ?? 128) : -1;
      if (code < 0 || code >= 128) refused.set(filter, code);
    });
  };
  const asked = own.map(async (topic) => {
    const request = subscriptions.has(topic);
    if (!request) return;
    note(
      [topic],
      await requests.subscribe([{ ...request, retainHandling: 0 }], subscriptions.identifierOf(topic)),
    );
  });
  for (const some of packets(ours)) {
    const filters = some.map((filter) => ({
      filter,
      qos: Math.min(context.qos, limits.maximumQos ?? 2) as Qos,
      noLocal: false,
      retainAsPublished: true,
      retainHandling: 0 as const,
    }));
    asked.push(requests.subscribe(filters, identifier).then((answer) => note(some, answer)));
  }
  await Promise.all(asked);
  return refused;
}

async function unsubscribeAll(topics: readonly string[], context: ProbeContext): Promise<void> {
  const ours = topics.filter((topic) => !context.subscriptions.has(topic));
  await Promise.all(packets(ours).map((some) => context.requests.unsubscribe(some)));
}

function packets(topics: readonly string[]): string[][] {
  const all: string[][] = [];
  for (let at = 0; at < topics.length; at += PER_PACKET) all.push(topics.slice(at, at + PER_PACKET));
  return all;
}

/** Two tries: a broker under load may drop a PINGRESP. */
async function fence(
  link: Link,
  clock: Clock,
  holds: boolean,
  lastAt: () => number,
  settled: () => boolean,
): Promise<'complete' | 'fence' | 'closed'> {
  for (let tries = 0; tries < 2; tries++) {
    const answer = await link.ping('fence', FENCE_TIMEOUT_MS);
    if (answer.kind === 'closed') return 'closed';
    if (answer.kind === 'timeout') continue;
    if (!holds) await idle(clock, lastAt, settled);
    return link.online ? 'complete' : 'closed';
  }
  return 'fence';
}

/** Until nothing came for a while, or nothing can come any more because everything has. */
async function idle(clock: Clock, lastAt: () => number, settled: () => boolean): Promise<void> {
  const giveUp = clock.now() + MOST_IDLE_WAIT_MS;
  for (;;) {
    const rest = Math.min(lastAt() + IDLE_MS, giveUp) - clock.now();
    if (rest <= 0 || settled()) return;
    await pause(clock, Math.min(rest, 50));
  }
}
