import type { ConnectionAttempt } from '../../../../src-main/contract/session/connection-history.ts';
import type { ConnectionState } from '../../../../src-main/contract/model/model.ts';
import type { LifeSigns } from '../../../../src-main/contract/model/session-facts.ts';
import {
  formatClock,
  formatCounted,
  formatDay,
  formatDuration,
  formatSpan,
} from '../../../ui/base/format.ts';
import type { TimelineLane, TimelineMark, TimelineSpan } from './timeline-layout.ts';

/** The share of time online is shown for at most this long, ms. */
const DAY_MS = 86_400_000;

/**
 * The attempts as bars: connected, connecting, waiting, and where this computer slept.
 * `attempts` newest first; `now` in ms since the epoch.
 */
export function historyLanes(
  attempts: readonly ConnectionAttempt[],
  state: ConnectionState,
  now: number,
  gaps: LifeSigns['gaps'] = [],
): readonly TimelineLane[] {
  const oldestFirst = attempts.toReversed();
  const online: TimelineSpan[] = [];
  const trying: TimelineSpan[] = [];
  const waiting: TimelineSpan[] = [];
  for (const one of oldestFirst) {
    const end = one.endedAt ?? now;
    if (one.waitedMs > 0) {
      waiting.push({
        from: one.startedAt - one.waitedMs,
        to: one.startedAt,
        tone: 'wait',
        title: `Waited ${formatDuration(one.waitedMs)} before the next try`,
      });
    }
    const failed = hasFailed(one);
    trying.push({
      from: one.startedAt,
      to: one.onlineAt ?? end,
      tone: failed ? 'err' : 'busy',
      title: `${one.onlineAt === null && one.endedAt !== null ? endVerb(one) : 'Connecting'}: ${phaseWords(one)}`,
    });
    if (one.onlineAt !== null) {
      const title = `Connected for ${formatSpan(end - one.onlineAt)}`;
      online.push({ from: one.onlineAt, to: end, tone: 'ok', title });
    }
  }
  const last = oldestFirst.at(-1);
  if (state.kind === 'waiting' && last !== undefined && last.endedAt !== null && last.endedAt < now) {
    waiting.push({ from: last.endedAt, to: now, tone: 'wait', title: 'Waiting for the next try' });
  }
  return [
    { name: 'Connected', spans: online },
    { name: 'Connecting', spans: trying },
    { name: 'Waiting', spans: waiting },
    ...(gaps.length === 0 ? [] : [{ name: 'Asleep', spans: gaps.map(gapSpan) }]),
  ];
}

function gapSpan({ from, to, ms, kind }: LifeSigns['gaps'][number]): TimelineSpan {
  const title = kind === 'asleep' ? `This computer slept for ${formatSpan(ms)}` : 'The clock was set';
  return { from, to, tone: 'gap', title };
}

/**
 * Whether the state is newer than the attempts: those come by a call of their own, a little later.
 *
 * @param attempts newest first
 */
export function isBehind(attempts: readonly ConnectionAttempt[], state: ConnectionState): boolean {
  const newest = attempts[0];
  if (state.kind === 'idle') return false;
  if (newest === undefined) return true;
  const isOver = newest.endedAt !== null;
  if (state.kind === 'waiting' || state.kind === 'stopped') return !isOver;
  return isOver || (state.kind === 'online' && newest.onlineAt === null);
}

/** Where something ended that nobody asked to end. */
export function historyMarks(attempts: readonly ConnectionAttempt[]): readonly TimelineMark[] {
  return attempts
    .toReversed()
    .filter(({ endedAt, by }) => endedAt !== null && by !== 'user')
    .map(({ endedAt, by }) => ({ at: endedAt ?? 0, text: '', tone: by === 'program' ? 'mut' : 'err' }));
}

export function phaseWords({ phases }: Pick<ConnectionAttempt, 'phases'>): string {
  return phases.map(({ phase, ms }) => `${phase} ${formatDuration(ms)}`).join(', ');
}

/** The program ended without writing when: a crash, or no power. `ConnectionHistory` then ends it where it began. */
function isCutOff({ onlineAt, endedAt, by }: ConnectionAttempt): boolean {
  return by === 'program' && onlineAt !== null && endedAt === onlineAt;
}

/** How an attempt went: `Connected for 2 m 14 s`, `Failed after 12 ms`, `Cancelled after 3.1 s`, `Connecting`. */
export function outcomeWords(attempt: ConnectionAttempt, now: number): string {
  const { onlineAt, endedAt, startedAt } = attempt;
  if (isCutOff(attempt)) return 'Connected, end unknown';
  if (onlineAt !== null) return `Connected for ${formatSpan((endedAt ?? now) - onlineAt)}`;
  if (endedAt === null) return 'Connecting';
  // The clock may have been set back meanwhile.
  return `${endVerb(attempt)} after ${formatDuration(Math.max(0, endedAt - startedAt))}`;
}

/** It never connected, and nobody asked it to end. */
function hasFailed({ onlineAt, endedAt, by }: ConnectionAttempt): boolean {
  return onlineAt === null && endedAt !== null && by !== 'user' && by !== 'program';
}

function endVerb(attempt: ConnectionAttempt): string {
  if (hasFailed(attempt)) return 'Failed';
  return attempt.by === 'user' ? 'Cancelled' : 'Ended';
}

/** Who or what ended it, and why. */
export function endWords(attempt: ConnectionAttempt): string {
  const { endedAt, by, reason } = attempt;
  if (endedAt === null) return '';
  if (reason !== null) return reason.message;
  switch (by) {
    case 'user':
      return 'You disconnected.';
    case 'program':
      if (isCutOff(attempt)) return 'Topicscope did not end in order.';
      // It was closed, or began anew: with another profile, or after a fault.
      return 'Topicscope ended it.';
    case 'remote':
      return 'The broker closed the connection.';
    case 'silence':
      return 'Nothing came from the broker any more.';
    case 'local':
    case null:
      return 'Closed here.';
  }
}

/** The clock, with the day where it is not today. */
export function whenWords(at: number, now: number): string {
  const day = formatDay(at);
  return day === formatDay(now) ? formatClock(at) : `${day}, ${formatClock(at)}`;
}

/**
 * How much of the time that is known the connection was online; empty where nothing is known.
 *
 * @param attempts the newest first
 * @param more there are older ones
 */
export function uptimeWords(
  attempts: readonly ConnectionAttempt[],
  uptimeShare: number | null,
  more: boolean,
  now: number,
): string {
  const oldest = attempts.at(-1);
  if (uptimeShare === null || oldest === undefined) return '';
  const isDay = more || now - oldest.startedAt >= DAY_MS;
  const of = isDay ? 'the last 24 h' : `the time since ${whenWords(oldest.startedAt, now)}`;
  return `Connected ${shareWords(uptimeShare)} of ${of}`;
}

/** In a sentence what the picture shows. */
export function historyCaption(attempts: readonly ConnectionAttempt[], uptime: string, now: number): string {
  const sessions = attempts.filter(({ onlineAt }) => onlineAt !== null).length;
  const oldest = attempts.at(-1);
  if (oldest === undefined) return 'No attempt to connect is known.';
  const since = whenWords(oldest.startedAt, now);
  const up = uptime === '' ? '' : ` ${uptime}.`;
  return `${formatCounted(attempts.length, 'attempt')} since ${since}, ${sessions} of them connected.${up}`;
}

/** `98.2 %`; 100 and 0 only where it is so. */
export function shareWords(share: number): string {
  const percent = share * 100;
  if (percent > 99.9 && percent < 100) return '99.9 %';
  if (percent < 0.1 && percent > 0) return '0.1 %';
  return `${percent.toFixed(1).replace('.0', '')} %`;
}
