import { useEffect, useMemo, useRef, useState } from 'react';
import { jsonPatch } from '../../../../src-main/core/compare/json-patch.ts';
import { COMPARED_HERE, type ComparingState, type Kept } from '../../../state/inspector/comparing.ts';
import { compareKept, diffRows, summaryWords } from './diff-model.ts';
import { browserComparingPorts, isSuperseded, LargeComparing } from './large-comparing.ts';
import type { DiffShown } from './large-diff.ts';

type Pair = NonNullable<ComparingState['pair']>;

/** Two messages side by side, as they were compared. */
export interface Difference extends Omit<DiffShown, 'kind'> {
  readonly before: Kept;
  readonly now: Kept;
  /** What makes one out of the other; null: they are no JSON as they were sent. */
  readonly patch: (() => Promise<string>) | null;
}

export interface Differing {
  /** Of a large pair the last one that is known, until the next one is. */
  readonly shown: Difference | null;
  readonly isComparing: boolean;
  readonly problem: string | null;
  /** Gives up comparing; null: it cannot be stopped. */
  readonly stop: (() => void) | null;
}

/** In the window's own thread where that is quick, else in one of its own. */
export function useDifference(
  pair: Pair | null,
  onlyChanges: boolean,
  closed: ReadonlySet<string>,
): Differing {
  const isLarge = pair !== null && pair.before !== null && sizeOf(pair.before, pair.now) > COMPARED_HERE;
  const small = useSmall(isLarge ? null : pair, onlyChanges, closed);
  const large = useLarge(isLarge ? pair : null, onlyChanges, closed);
  return isLarge ? large : { shown: small, isComparing: false, problem: null, stop: null };
}

/** Bytes of the larger one; what both were decoded to is small. */
function sizeOf(before: Kept, now: Kept): number {
  if (before.decoded !== null && before.decoded.kind === now.decoded?.kind) return 0;
  return Math.max(before.message.bytes.length, now.message.bytes.length);
}

function useSmall(pair: Pair | null, onlyChanges: boolean, closed: ReadonlySet<string>): Difference | null {
  const comparison = useMemo(
    () => (pair === null || pair.before === null ? null : compareKept(pair.before, pair.now)),
    [pair],
  );
  return useMemo(() => {
    if (comparison === null || pair === null || pair.before === null) return null;
    const isSent = comparison.kind === 'json' && !comparison.decoded;
    return {
      ...diffRows(comparison, onlyChanges, closed),
      before: pair.before,
      now: pair.now,
      by: comparison.kind,
      summary: summaryWords(comparison),
      coarse: false,
      patch: isSent ? () => Promise.resolve(jsonPatch(comparison.root)) : null,
    };
  }, [comparison, pair, onlyChanges, closed]);
}

interface Answered {
  readonly pair: Pair;
  readonly difference: Difference | null;
  readonly problem: string | null;
}

function useLarge(pair: Pair | null, onlyChanges: boolean, closed: ReadonlySet<string>): Differing {
  const comparing = useMemo(() => new LargeComparing(browserComparingPorts), []);
  useEffect(() => () => comparing.close(), [comparing]);
  const [answered, setAnswered] = useState<Answered | null>(null);
  /** What the thread has compared last, of which it shows other rows without comparing it again. */
  const compared = useRef<Pair | null>(null);
  const number = useRef(0);
  useEffect(() => {
    if (pair === null || pair.before === null) return;
    const { before, now } = pair;
    const [was, is] = [before.message.bytes, now.message.bytes];
    let isWanted = true;
    const finish = (next: Answered) => {
      if (isWanted) setAnswered(next);
    };
    const isKnown = compared.current === pair;
    compared.current = null;
    if (!isKnown) number.current++;
    const asked = number.current;
    const rows = { pair: asked, onlyChanges, closed: [...closed] };
    comparing
      .ask(isKnown ? { kind: 'rows', ...rows } : { kind: 'compare', before: was, now: is, ...rows })
      .then((answer) => {
        if (answer.kind !== 'shown') return;
        compared.current = pair;
        const patch = answer.by === 'json' ? () => patchOf(comparing, asked) : null;
        finish({ pair, difference: { ...answer, before, now, patch }, problem: null });
      })
      .catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        if (!isSuperseded(error)) finish({ pair, difference: null, problem: why });
      });
    return () => {
      isWanted = false;
    };
  }, [comparing, pair, onlyChanges, closed]);
  const isOfTopic = answered !== null && pair !== null && answered.pair.now.key === pair.now.key;
  return {
    shown: isOfTopic ? answered.difference : null,
    isComparing: answered?.pair !== pair,
    problem: isOfTopic ? answered.problem : null,
    stop: () => comparing.stop(),
  };
}

/** Of a pair that is still shown while the next one is compared there is none. */
async function patchOf(comparing: LargeComparing, pair: number): Promise<string> {
  const answer = await comparing.ask({ kind: 'patch', pair });
  if (answer.kind !== 'patch') throw new Error('Something else was answered.');
  return answer.text;
}
