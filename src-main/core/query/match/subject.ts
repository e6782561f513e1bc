import type { RetainedFact } from '../../../contract/model/retained.ts';
import type { RecordLook } from '../../history/look.ts';
import type { PathLook, PathNeedle } from '../../topics/path-look.ts';
import type { Clues } from './clues.ts';

/** What is known of a statement. Kleene's logic: an order, in which `and` is the least, `or` the most. */
export const NO = 0;
export const UNKNOWN = 1;
export const YES = 2;
export type Truth = 0 | 1 | 2;

/** Why a message cannot be looked at: it is not kept any more, or there was none. */
export type Missing = 'evicted' | 'never';

/** The topic that a filter is asked about. Everything is valid during one question only. */
export interface Subject {
  /** The topic. */
  readonly path: PathLook;
  readonly level: number;
  /** Messages received on this very topic. */
  readonly count: number;
  /** Messages a second, with what lies below it. */
  readonly rate: number;
  /** ms since the epoch of the latest message; 0 if there was none. */
  readonly lastSeen: number;
  /** ms since the epoch. */
  readonly now: number;
  readonly retained: RetainedFact;
  /** What is subscribed to, with the Subscription Identifier of each; another map when that changes. */
  readonly subscriptions: ReadonlyMap<string, number>;
  /** It is late by its rhythm; false where it has none. */
  readonly late: boolean;
  latest(): RecordLook | Missing;
  /** Payload bytes of the latest message, which may be known of one that is not kept any more. */
  size(): number | Missing;
  /** The message before the latest; another object than `latest`. */
  before(): RecordLook | Missing;
}

/** The texts of some tests, each by itself: any of them may be what settles a path. */
export function needlesOf(tests: readonly Test[]): readonly PathNeedle[] | null {
  const all: PathNeedle[] = [];
  for (const { needles } of tests) {
    if (needles === null) return null;
    all.push(...needles);
  }
  return all;
}

/** A compiled part of a filter. */
export abstract class Test {
  /** Whether the topic is shown. */
  abstract of(subject: Subject): Truth;

  /** The same of a topic of whose path `below` did not say YES, so that nothing is looked for twice. */
  rest(subject: Subject): Truth {
    return this.of(subject);
  }

  /** What topics hold of which `of` says YES; null: nothing is known. */
  get clues(): Clues | null {
    return null;
  }

  /** The same of `rest`. */
  get restClues(): Clues | null {
    return this.clues;
  }

  /**
   * Texts of which each path holds one that `below` says something of; null: there are no such texts.
   */
  get needles(): readonly PathNeedle[] | null {
    return [];
  }

  /** What holds for a path and for every path below it, whatever their messages are. */
  below(_path: PathLook): Truth {
    return UNKNOWN;
  }
}
