import { failed, type Failure } from '../../contract/base/errors.ts';
import { CLEARED, judgeUnconfirmed, TOO_LARGE, UNACKNOWLEDGED } from '../../core/retained/clearing.ts';
import { formatCounted } from '../../core/text/amounts.ts';
import type { ClearOutcome, SentPlaces } from '../retained/listed-kept.ts';

/** What trying once more does not change: the broker refuses the subscription, or the size, or says nothing at all. */
const FINAL = new RegExp(`^(?:probe-\\d+|${TOO_LARGE}|${UNACKNOWLEDGED})$`);

type Count = 'cleared' | 'refused' | 'cameBack' | 'stillThere' | 'unknown';

function countOf(outcome: ClearOutcome): Count {
  switch (outcome.kind) {
    case 'cleared':
    case 'refused':
      return outcome.kind;
    case 'still-retained':
      return outcome.back === true ? 'cameBack' : 'stillThere';
    case 'not-kept':
      // The broker has just delivered it, and nothing was sent.
      return outcome.failure.code === TOO_LARGE ? 'stillThere' : 'unknown';
    case 'not-verified':
      return 'unknown';
  }
}

export function connectionClosed(left: number): Failure {
  return failed(
    'connection-closed',
    `The connection was closed while ${formatCounted(left, 'topic')} were still to be cleared.`,
    'Open it again, then clear what is left.',
  );
}

export function isCutOff(outcome: ClearOutcome): boolean {
  return (
    (outcome.kind === 'not-verified' || outcome.kind === 'not-kept') && !FINAL.test(outcome.failure.code)
  );
}

/** It was sent, and no acknowledgement came. */
export function isUnknown(outcome: ClearOutcome): boolean {
  return outcome.kind === 'not-verified' && outcome.failure.code === 'outcome-unknown';
}

/** Why nothing more is to be sent: of what went together the broker acknowledged nothing. Null: it did. */
export function silenceOf(answer: SentPlaces | null): Failure | null {
  if (answer === null || answer.unsent.size < answer.places.length) return null;
  for (const outcome of answer.unsent.values())
    return outcome.kind === 'not-verified' && outcome.failure.code === UNACKNOWLEDGED
      ? outcome.failure
      : null;
  return null;
}

/**
 * Whether the broker acknowledged or refused something of it: that topic is done with, so what was cut off meanwhile
 * is worth another try, however often that was so.
 */
export function hasMovedOn({ places, sent, unsent, took }: SentPlaces): boolean {
  for (const outcome of unsent.values()) if (outcome.kind === 'refused') return true;
  for (let at = 0; at < places.length; at++)
    if (sent[at] === 1 && !Number.isNaN(took[at]) && !unsent.has(places[at] ?? 0)) return true;
  return false;
}

/** Of what was sent and could not be checked any more. */
export const LOST: ClearOutcome = {
  kind: 'not-verified',
  failure: failed(
    'worker-restarted',
    'The connection was restarted before this topic was checked.',
    'Clear it again to have it checked.',
  ),
};

/**
 * With what a job begins again: all that is not cleared; without a copy what could not be kept, and nothing else;
 * what was not begun.
 */
export type Again = 'all' | 'unkept' | 'left';

/** Whether a topic with this outcome is taken once more. */
export function isMeant(what: Again, outcome: ClearOutcome | null): boolean {
  return what === 'all' || (what === 'unkept' && outcome?.kind === 'not-kept');
}

/** What is known of a topic: nothing yet. */
export const LEFT = 0;
/** It was sent and not checked yet. */
export const SENT = 1;
/** It is cleared. */
const FOUND_CLEARED = 2;
/** Its outcome is another. */
export const OTHER = 3;

/** What became of each place of a list, in columns, as nearly all of tens of thousands are cleared. */
export class ClearOutcomes {
  readonly counts: Record<Count, number> = {
    cleared: 0,
    refused: 0,
    cameBack: 0,
    stillThere: 0,
    unknown: 0,
  };
  /** ms until the broker acknowledged the last clear of each; NaN: it did not. */
  readonly took: Float32Array;
  readonly #states: Uint8Array;
  /** The session in which each was sent, or its outcome found. */
  readonly #sessions: Float64Array;
  /** Which of all that were sent each was, the latest time. */
  readonly #turns: Float64Array;
  #turn = 0;
  readonly #others = new Map<number, ClearOutcome>();
  /** What the broker answered to those that were sent, where it did not confirm them. */
  readonly #unconfirmed = new Map<number, ClearOutcome>();
  #sent = 0;

  constructor(length: number) {
    this.took = new Float32Array(length).fill(Number.NaN);
    this.#states = new Uint8Array(length);
    this.#sessions = new Float64Array(length);
    this.#turns = new Float64Array(length);
  }

  /** How many have an outcome. */
  get done(): number {
    const { cleared, refused, cameBack, stillThere, unknown } = this.counts;
    return cleared + refused + cameBack + stillThere + unknown;
  }

  /** How many were sent and have none yet. */
  get sent(): number {
    return this.#sent;
  }

  /** Null: it has none yet. */
  of(place: number): ClearOutcome | null {
    return this.#states[place] === FOUND_CLEARED ? CLEARED : (this.#others.get(place) ?? null);
  }

  /** @param session in which that is so; left out: any */
  isIn(place: number, state: number, session?: number): boolean {
    return this.#states[place] === state && (session === undefined || this.#sessions[place] === session);
  }

  /** In which it was sent, or its outcome found; 0: neither. */
  session(place: number): number {
    return this.#sessions[place] ?? 0;
  }

  /** Those of some places that were sent, in the order in which that was done. */
  inTheirTurn(places: readonly number[]): number[] {
    return places.toSorted((a, b) => (this.#turns[a] ?? 0) - (this.#turns[b] ?? 0));
  }

  /** @param answer what the broker said instead of confirming it */
  sentTo(place: number, session: number, answer?: ClearOutcome): void {
    this.forget(place);
    this.#sent++;
    this.#turns[place] = ++this.#turn;
    if (answer !== undefined) this.#unconfirmed.set(place, answer);
    this.#put(place, SENT, session);
  }

  found(place: number, checked: ClearOutcome, session: number): void {
    const outcome = judgeUnconfirmed(this.#unconfirmed.get(place) ?? null, checked);
    this.forget(place);
    this.counts[countOf(outcome)]++;
    const isCleared = outcome.kind === 'cleared';
    if (!isCleared) this.#others.set(place, outcome);
    this.#put(place, isCleared ? FOUND_CLEARED : OTHER, session);
  }

  /** As if it had not been sent. */
  forget(place: number): void {
    const outcome = this.of(place);
    if (outcome !== null) this.counts[countOf(outcome)]--;
    if (this.#states[place] === SENT) this.#sent--;
    this.#unconfirmed.delete(place);
    if (this.#states[place] === OTHER) this.#others.delete(place);
    this.#put(place, LEFT, 0);
  }

  /** In the order of the list. */
  *placesIn(state: number): Generator<number> {
    for (let place = 0; place < this.#states.length; place++) if (this.#states[place] === state) yield place;
  }

  /** Those that have an outcome, likewise. */
  *settled(): Generator<number> {
    for (let place = 0; place < this.#states.length; place++)
      if ((this.#states[place] ?? LEFT) >= FOUND_CLEARED) yield place;
  }

  /**
   * What was sent, at most so many.
   *
   * @param old also what was found to be cleared in another session
   */
  unchecked(session: number, old: boolean, most: number): Uint32Array<ArrayBuffer> {
    const places = new Uint32Array(Math.min(most, this.#states.length));
    let count = 0;
    for (let place = 0; place < this.#states.length && count < places.length; place++) {
      const isOld = old && this.#states[place] === FOUND_CLEARED && this.#sessions[place] !== session;
      if (isOld || this.#states[place] === SENT) places[count++] = place;
    }
    return places.slice(0, count);
  }

  #put(place: number, state: number, session: number): void {
    this.#states[place] = state;
    this.#sessions[place] = session;
  }
}
