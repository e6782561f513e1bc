/*
 * Rates, ages and times as they are shown; counts and sizes are the engine's, whose sentences have them
 * too. Formatters are made once: making one costs more than a hundred uses. The interface is English
 * for now, so are its separators.
 */
export { formatBytes, formatCount, formatCounted, plural } from '../../../src-main/core/text/amounts.ts';

const LOCALE = 'en-US';
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(LOCALE, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const day = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', year: 'numeric' });

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Per second, without the unit: `1,204`, `63.8`, `0.2`, `0`. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 99.95) return whole.format(perSecond);
  return perSecond < 0.05 ? '0' : tenths.format(perSecond);
}

/** How long ago, from ms: `now`, `0.4 s`, `42 s`, `2 m 14 s`, `41 m`, `2 h 14 m`, `3 d`. */
export function formatAge(ms: number): string {
  if (ms < 100) return 'now';
  if (ms < 9_950) return `${tenths.format(ms / SECOND)} s`;
  return formatSpan(ms);
}

/** Whole seconds and up, for clocks that tick: `0 s`, `43 s`, `2 m 14 s`, `2 h 14 m`, `3 d`. */
export function formatSpan(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / SECOND))} s`;
  if (ms < 10 * MINUTE) return `${Math.floor(ms / MINUTE)} m ${Math.floor((ms % MINUTE) / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} m`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ${Math.floor((ms % HOUR) / MINUTE)} m`;
  return `${whole.format(Math.floor(ms / DAY))} d`;
}

/**
 * How often something comes: `every 5.0 s`, `at least every second`.
 *
 * @param ms between two; what comes more often than once a second counts as once a second
 */
export function formatInterval(ms: number): string {
  return ms < 1_500 ? 'at least every second' : `every ${formatAge(ms)}`;
}

/** A measured duration: `0.3 ms`, `4 ms`, `21 ms`, `2.4 s`, then as an age. */
export function formatDuration(ms: number): string {
  if (ms < 9.95) return `${tenths.format(ms).replace('.0', '')} ms`;
  if (ms < SECOND) return `${whole.format(ms)} ms`;
  return formatAge(ms);
}

/** Whole seconds left until `at`, rounded up so that the last second is shown as 1. */
export function secondsUntil(at: number, now: number): number {
  return Math.max(0, Math.ceil((at - now) / SECOND));
}

/** `14:31:07` in local time. */
export function formatClock(at: number): string {
  return clock.format(at);
}

/** `14:31:07.482` in local time. */
export function formatClockMs(at: number): string {
  return `${clock.format(at)}.${String(Math.floor(at % SECOND)).padStart(3, '0')}`;
}

/** `Nov 20, 2026` in local time. */
export function formatDay(at: number): string {
  return day.format(at);
}
