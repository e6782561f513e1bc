import { changeBetween, copyOf, isCounting, withChange, type News } from '../contract/base/change.ts';
import type { StreamSignal } from '../contract/base/define.ts';
import type { ConnectionAttempt } from '../contract/session/connection-history.ts';
import type { Diagnostics } from '../contract/session/diagnostics.ts';
import { pause, untilLook } from './base/clock.ts';
import type { BrokerConnection } from './broker-connection.ts';
import { diagnosticsOf } from './diagnostics.ts';

/** The shortest time between two summaries, however fast the state changes. */
const URGENT_MS = 20;
/** While only counts and times change, at most one summary in this time is sent: nobody reads more. */
const COUNTS_MS = 750;
/** The bytes of pings alone are not worth a summary. In ms, and bytes a second. */
const BYTES = { everyMs: 15_000, fewRate: 100 };

/**
 * Looks for news and yields it: at once when the state or a subscription changes, and once a second for what no signal
 * announces, such as counts and verdicts. Windows show figures once a second by a clock of their own; those that come
 * in between wait for its tick (`state/engine/on-tick.ts`).
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
    if (changed.count === count) await changed.nextOrTick(untilLook(clock), signal);
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
  let sent: Summary | null = null;
  let sentAt = 0;
  return news(connection, signal, () => {
    const now = connection.clock.now();
    const next = summaryOf(connection);
    if (sent !== null && !isNews(sent, next, now - sentAt)) return null;
    sent = copyOf(next);
    sentAt = now;
    return next;
  });
}

/** Whether the second summary says more than the first, which was sent so many ms ago. */
export function isNews(sent: Summary, next: Summary, agoMs: number): boolean {
  if (changeBetween(sent, next) === null) return false;
  if (agoMs >= BYTES.everyMs) return true;
  if (agoMs < COUNTS_MS && isCounting(sent, next)) return false;
  const few = [sent, next].every(
    ({ bytesInRate, bytesOutRate }) => bytesInRate + bytesOutRate < BYTES.fewRate,
  );
  if (!few) return true;
  const { bytesIn, bytesOut, bytesInRate, bytesOutRate } = sent;
  return changeBetween(sent, { ...next, bytesIn, bytesOut, bytesInRate, bytesOutRate }) !== null;
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
    if (changed.count === count) await changed.nextOrTick(untilLook(clock), signal);
  }
}

/** First the whole, then what changes: a ping changes a few numbers of several thousand. */
export function diagnosticsStream(
  connection: BrokerConnection,
  signal: StreamSignal,
): AsyncGenerator<News<Diagnostics>> {
  let sent: Diagnostics | null = null;
  return news<News<Diagnostics>>(connection, signal, () => {
    const next = diagnosticsOf(connection);
    // Its parts may be changed in place later.
    if (sent === null) {
      sent = copyOf(next);
      return { kind: 'whole', value: sent };
    }
    const change = copyOf(changeBetween(sent, next));
    if (change === null) return null;
    sent = withChange(sent, change) as Diagnostics;
    return { kind: 'change', change };
  });
}
