import { RE2JS, RE2JSException } from 're2js';
import { shortened } from '../../payload/visible.ts';
import { BadPattern } from './pattern-steps.ts';

/** Characters of the engine's words, which repeat what was typed. */
const MOST_SAID = 120;
/**
 * States that the engine may keep of a pattern, if each is a few steps; fewer of larger ones. Most patterns have
 * some dozens. One that meets another state at every character, as `[ab]*a[ab]{40}c` does, is tried in the
 * engine's other way then, in a fraction of the time that it would take to make a state for each.
 */
const STATES = 400;
const STATE_BYTES = 250;
const CLASS_BYTES = 8;

/**
 * A pattern of RE2 whose test takes time in proportion to its steps times the text: some 20 ns for each step at each
 * byte at worst. Throws BadPattern, with the engine's reason.
 */
export function linearPattern(pattern: string, ignoreCase: boolean): RE2JS {
  try {
    const made = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    boundStates(made);
    return made;
  } catch (error) {
    if (error instanceof RE2JSException) throw new BadPattern(reasonOf(error.message));
    throw error;
  }
}

/** By their memory, which is what the engine counts: bytes of a state and, in its table, of a class of characters. */
function boundStates(pattern: RE2JS): void {
  const { dfa } = pattern.re2();
  const budget = Math.min(dfa.stateBudget, STATES * (STATE_BYTES + dfa.numClasses * CLASS_BYTES));
  dfa.stateBudget = budget;
  dfa.memBudget = budget;
}

/** The engine's words, e.g. `error parsing regexp: missing closing ): \`(a\``. */
function reasonOf(message: string): string {
  const said = shortened(message.replace(/^error parsing regexp: /, ''), MOST_SAID);
  return `The regular expression is not understood: ${said}. Look-around and back-references are not known.`;
}
