import { changeBetween, copyOf, isCounting, withChange, type News } from '../contract/base/change.ts';
import type { StreamSignal } from '../contract/base/define.ts';
import type { ConnectionAttempt } from '../contract/session/connection-history.ts';
import type { Diagnostics } from '../contract/session/diagnostics.ts';
import { pause, untilLook } from './base/clock.ts';
import type { BrokerConnection } from './broker-connection.ts';
import { diagnosticsOf } from './diagnostics.ts';

/** The shortest time between two summaries, however fast the state changes. */
const URGENT_MS = 20;
/** Where nothing but counts and times moved on since a summary, no other one is told sooner: nobody reads it. */
const COUNTS_MS = 750;
/** What pings alone add to the bytes of a connection is worth no news of its own. ms, bytes a second */
const BYTES = { everyMs: 15_000, fewRate: 100 };

/**
 * Looks again and again for news, and tells what it finds: at once when the state or a subscription changes, and once a
 * second for what no change announces, such as counts and verdicts. Windows show figures with their own clock, which
 * ticks then; what is told in between they show no sooner (`state/engine/on-beat.ts`).
 *
 * @param look what it found, null for nothing
 */
async function* news<T>(
  connection: BrokerConnection,
  signal: StreamSignal,
  look: () => T | null,
): AsyncGenerator<T> {
  const { clock, changed } = connection;
  while (!signal.aborted) {
    const { count } = changed;
    const item = look();
    if (item !== null) yield item;
    const started = clock.now();
    if (changed.count === count) await changed.nextOrBeat(untilLook(clock), signal);
    const rest = URGENT_MS - (clock.now() - started);
    if (rest > 0) await pause(clock, rest);
  }
}

function summaryOf(connection: BrokerConnection) {
  const { received, rate } = connection.store.counters();
  const { bytesIn, bytesOut } = connection.session.traffic();
  return {
    state: connection.state,
    subscriptions: connection.subscriptions.status(),
    received,
    rate,
    bytesIn,
    bytesOut,
    bytesInRate: connection.session.byteRates.in,
    bytesOutRate: connection.session.byteRates.out,
    verdict: connection.doctor.summary(),
  };
}

type Summary = ReturnType<typeof summaryOf>;

export function summaryStream(connection: BrokerConnection, signal: StreamSignal): AsyncGenerator<Summary> {
  let told: Summary | null = null;
  let toldAt = 0;
  return news(connection, signal, () => {
    const now = connection.clock.now();
    const next = summaryOf(connection);
    if (told !== null && !isNews(told, next, now - toldAt)) return null;
    told = copyOf(next);
    toldAt = now;
    return next;
  });
}

/** Whether the second summary says more than the first, which was told so many ms ago. */
export function isNews(told: Summary, next: Summary, agoMs: number): boolean {
  if (changeBetween(told, next) === null) return false;
  if (agoMs >= BYTES.everyMs) return true;
  if (agoMs < COUNTS_MS && isCounting(told, next)) return false;
  const few = [told, next].every(
    ({ bytesInRate, bytesOutRate }) => bytesInRate + bytesOutRate < BYTES.fewRate,
  );
  if (!few) return true;
  const { bytesIn, bytesOut, bytesInRate, bytesOutRate } = told;
  return changeBetween(told, { ...next, bytesIn, bytesOut, bytesInRate, bytesOutRate }) !== null;
}

/**
 * Each attempt when it begins, is online and ends: never later than the summary, whose news of a state has a window
 * read them, and which would then show an attempt that is over as one that goes on.
 */
export async function* attemptsStream(
  { clock, doctor, changed }: BrokerConnection,
  signal: StreamSignal,
): AsyncGenerator<{ attempts: ConnectionAttempt[] }> {
  let seen = 0;
  while (!signal.aborted) {
    const { count } = changed;
    const attempts = doctor.attempts.since(seen);
    seen = doctor.attempts.revision;
    if (attempts.length > 0) yield { attempts };
    if (changed.count === count) await changed.nextOrBeat(untilLook(clock), signal);
  }
}

/** First the whole, then what changes: a ping changes a few numbers of several thousand. */
export function diagnosticsStream(
  connection: BrokerConnection,
  signal: StreamSignal,
): AsyncGenerator<News<Diagnostics>> {
  let told: Diagnostics | null = null;
  return news<News<Diagnostics>>(connection, signal, () => {
    const next = diagnosticsOf(connection);
    // Its parts may be changed in place later.
    if (told === null) {
      told = copyOf(next);
      return { kind: 'whole', value: told };
    }
    const change = copyOf(changeBetween(told, next));
    if (change === null) return null;
    told = withChange(told, change) as Diagnostics;
    return { kind: 'change', change };
  });
}
