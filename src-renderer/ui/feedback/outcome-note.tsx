import { useEffect, useMemo, useState } from 'react';
import { classes } from '../base/classes.ts';
import './outcome-note.css';

/** How long an outcome stays beside its button (ms). */
const SHOWN_MS = 4_000;

/** A few words on the outcome of an action, shown for a few seconds. */
export interface ShownOutcome {
  readonly words: string;
  say(words: string): void;
}

export function useOutcome(): ShownOutcome {
  const [words, setWords] = useState('');
  useEffect(() => {
    // Progress ("Waiting for the answer…") stays until the outcome replaces it.
    if (words === '' || words.endsWith('…')) return;
    const timer = setTimeout(() => setWords(''), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [words]);
  return useMemo(() => ({ words, say: setWords }), [words]);
}

/** Shows the outcome of an action: what it resolves with, or why it was rejected. */
export async function sayOutcome(outcome: Promise<string>, say: ShownOutcome['say']): Promise<void> {
  try {
    say(await outcome);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
  }
}

/** Shows an outcome. The element is there from the start, so that its text is announced and nothing moves. */
export function OutcomeNote({
  outcome,
  className,
}: {
  readonly outcome: ShownOutcome;
  readonly className?: string;
}) {
  return <output className={classes('outcome-note cut tone-mut', className)}>{outcome.words}</output>;
}
