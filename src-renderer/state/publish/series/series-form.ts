import { createStore, type StoreApi } from 'zustand/vanilla';
import { failed, type Failure } from '../../../../src-main/contract/base/errors.ts';
import type { SeriesPlan } from '../../../../src-main/contract/session/message-series.ts';

/** What is sent: the message of the panel at an even pace, a message a line of a file, or at a pace that changes. */
export type SeriesKind = 'series' | 'file' | 'ramp';

/** A series as it is typed. Times in ms. */
export interface SeriesForm {
  readonly kind: SeriesKind;
  readonly every: string;
  /** Empty: until it is stopped. */
  readonly times: string;
  readonly jitter: string;
  /** The interval that a ramp ends with. */
  readonly rampTo: string;
  readonly stopAtError: boolean;
  /** Read when the series is started. */
  readonly file: File | null;
}

export function createSeriesForm(): StoreApi<SeriesForm> {
  return createStore<SeriesForm>(() => ({
    kind: 'series',
    every: '1000',
    times: '10',
    jitter: '0',
    rampTo: '100',
    stopAtError: true,
    file: null,
  }));
}

export const MOST_MS = 86_400_000;
export const MOST_TIMES = 1_000_000_000;

/** The plan that is typed, or what is wrong with it. */
export function planOf(form: SeriesForm): SeriesPlan | Failure {
  const { kind, stopAtError } = form;
  const everyMs = numberOf(form.every, 0, MOST_MS);
  if (everyMs === null) return notNumber('Every', 'a number of ms, up to a day', '0 is as fast as possible.');
  const jitterMs = numberOf(form.jitter, 0, MOST_MS);
  if (jitterMs === null) return notNumber('Jitter', 'a number of ms, up to a day', '0 is none.');
  const plan = { everyMs, jitterMs, rampToMs: null, times: null, stopAtError };
  // A file ends by itself: what was typed for the others does not concern it.
  if (kind === 'file') return plan;
  const times = numberOf(form.times, 1, MOST_TIMES);
  const isWhole = times !== null && Number.isInteger(times);
  if (kind === 'series' && form.times.trim() === '') return plan;
  if (!isWhole) {
    const advice = kind === 'ramp' ? 'A ramp needs an end.' : 'Empty is until it is stopped.';
    return notNumber('Times', 'a whole number from 1', advice);
  }
  if (kind === 'series') return { ...plan, times };
  const rampToMs = numberOf(form.rampTo, 0, MOST_MS);
  return rampToMs === null
    ? notNumber('To', 'a number of ms, up to a day', '0 is as fast as possible.')
    : { ...plan, times, rampToMs };
}

/** With its thousands divided or not; null: none, or out of bounds. */
function numberOf(text: string, min: number, max: number): number | null {
  const digits = text.trim().replace(/(?<=\d),(?=\d{3}(?!\d))/g, '');
  const number = /^\d+(\.\d+)?$/.test(digits) ? Number(digits) : null;
  return number === null || number < min || number > max ? null : number;
}

function notNumber(name: string, what: string, advice: string): Failure {
  return failed('series-number', `${name} is not ${what}.`, advice);
}
