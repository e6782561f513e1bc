import { changeBetween, type News } from '../contract/base/change.ts';
import type { StreamSignal } from '../contract/base/define.ts';
import type { ConnectionAttempt } from '../contract/session/connection-history.ts';
import type { Diagnostics } from '../contract/session/diagnostics.ts';
import { pause } from './base/clock.ts';
import type { BrokerConnection } from './broker-connection.ts';
import { diagnosticsOf } from './diagnostics.ts';

/** Diagnostics and summaries: four a second at most, sooner only when the state changes. */
const STEADY_MS = 250;
/** The shortest time between two summaries, however fast the state changes. */
const URGENT_MS = 20;
/** Where the last look at the diagnostics found nothing new, the next one has time. */
const QUIET_MS = 1_000;
/** What pings alone add to the bytes of a connection is worth no news of its own. ms, bytes a second */
const BYTES = { everyMs: 5_000, fewRate: 100 };

/** Looks again and again for news, and tells what it finds; at once when the state changes. */
async function* news<T>(
  connection: BrokerConnection,
  signal: StreamSignal,
  quietMs: number,
  look: () => T | null,
): AsyncGenerator<T> {
  const { clock } = connection;
  let state = connection.state;
  while (!signal.aborted) {
    const found = look();
    if (found !== null) {
      state = connection.state;
      yield found;
    }
    const waitMs = found === null ? quietMs : STEADY_MS;
    const started = clock.now();
    // A change of state is told at once, all others when their time has come.
    while (!signal.aborted && clock.now() - started < waitMs) {
      await connection.changed.next(waitMs - (clock.now() - started), signal);
      if (connection.state === state) continue;
      const rest = URGENT_MS - (clock.now() - started);
      if (rest > 0) await pause(clock, rest);
      break;
    }
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
  return news(connection, signal, STEADY_MS, () => {
    const now = connection.clock.now();
    const next = summaryOf(connection);
    if (told !== null && !isNews(told, next, now - toldAt)) return null;
    told = structuredClone(next);
    toldAt = now;
    return next;
  });
}

/** Whether the second summary says more than the first, which was told so many ms ago. */
export function isNews(told: Summary, next: Summary, agoMs: number): boolean {
  if (changeBetween(told, next) === null) return false;
  const few = [told, next].every(
    ({ bytesInRate, bytesOutRate }) => bytesInRate + bytesOutRate < BYTES.fewRate,
  );
  if (!few || agoMs >= BYTES.everyMs) return true;
  const { bytesIn, bytesOut, bytesInRate, bytesOutRate } = told;
  return changeBetween(told, { ...next, bytesIn, bytesOut, bytesInRate, bytesOutRate }) !== null;
}

/** Each attempt when it begins, is online and ends. */
export async function* attemptsStream(
  { doctor, changed }: BrokerConnection,
  signal: StreamSignal,
): AsyncGenerator<{ attempts: ConnectionAttempt[] }> {
  let seen = 0;
  while (!signal.aborted) {
    const attempts = doctor.attempts.since(seen);
    seen = doctor.attempts.revision;
    if (attempts.length > 0) yield { attempts };
    await changed.next(STEADY_MS, signal);
  }
}

/** First the whole, then what changes: a ping changes a few numbers of several thousand. */
export function diagnosticsStream(
  connection: BrokerConnection,
  signal: StreamSignal,
): AsyncGenerator<News<Diagnostics>> {
  let told: Diagnostics | null = null;
  return news<News<Diagnostics>>(connection, signal, QUIET_MS, () => {
    const before = told;
    const next = diagnosticsOf(connection);
    // Its parts may be changed in place later; the log has entries that never are.
    told = { ...structuredClone({ ...next, log: [] }), log: next.log };
    if (before === null) return { kind: 'whole', value: told };
    const change = changeBetween(before, told);
    return change === null ? null : { kind: 'change', change };
  });
}
