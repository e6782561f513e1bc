import { useEffect, useMemo, useState } from 'react';
import { classes } from '../base/classes.ts';
import './said.css';

/** How long an outcome stays beside its button (ms). */
const SHOWN_MS = 4_000;

/** A few words on how something just asked for went, for a moment. */
export interface Saying {
  readonly words: string;
  say(words: string): void;
}

export function useSaid(): Saying {
  const [words, setWords] = useState('');
  useEffect(() => {
    // What goes on ("Waiting for the answer…") stays until its outcome takes its place.
    if (words === '' || words.endsWith('…')) return;
    const timer = setTimeout(() => setWords(''), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [words]);
  return useMemo(() => ({ words, say: setWords }), [words]);
}

/** Says how something went: what it answers, or why it was rejected. */
export async function sayOutcome(outcome: Promise<string>, say: Saying['say']): Promise<void> {
  try {
    say(await outcome);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
  }
}

/** Where it is shown; the place is there from the start, so that it is announced and nothing moves. */
export function Said({ said, className }: { readonly said: Saying; readonly className?: string }) {
  return <output className={classes('said cut tone-mut', className)}>{said.words}</output>;
}
