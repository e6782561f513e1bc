import { formatCount } from '../../text/amounts.ts';

/** Characters of one pattern, and of all patterns of a filter. */
const MOST_CHARACTERS = 1_000;
const MOST_CHARACTERS_IN_ALL = 4_000;
/** Steps of all patterns of a filter: making their machines takes less than 10 ms then. */
export const MOST_STEPS = 1_000;
/** A class of Unicode such as `\pL` has hundreds of ranges: it takes as long to make as so many steps. */
const UNICODE_STEPS = 20;
/** Beyond it all are refused alike, and sums stay exact. */
const TOO_MANY = 1e9;
const REPEATED = /^(?:[?*+]|\{(\d+)(?:(,)(\d*))?\})/;
/** What a group begins with, beside a bracket. */
const GROUP = /^\(\?(?:P?<\w*>|[\w-]*:)/;
const UNICODE_CLASS = /^\\[pP](?:\{[^}]*\}|.)/;

/** A pattern that is refused; the message is shown to the user. */
export class BadPattern extends Error {}

/** What the patterns of one filter, or of one search, may be in all. */
export class PatternBudget {
  #steps = 0;
  #characters = 0;

  /** Before a pattern is made into a machine: throws BadPattern where it, or all, would be too much. */
  spend(pattern: string): void {
    if (pattern.length > MOST_CHARACTERS)
      throw new BadPattern(`A regular expression has at most ${formatCount(MOST_CHARACTERS)} characters.`);
    this.#characters += pattern.length;
    if (this.#characters > MOST_CHARACTERS_IN_ALL)
      throw new BadPattern(
        `The regular expressions of a filter have at most ${formatCount(MOST_CHARACTERS_IN_ALL)} characters in all.`,
      );
    const steps = patternSteps(pattern);
    if (steps > MOST_STEPS) throw new BadPattern(tooMany('This regular expression repeats too much', steps));
    this.#steps += steps;
    if (this.#steps > MOST_STEPS)
      throw new BadPattern(tooMany('The regular expressions of this filter repeat too much', this.#steps));
  }
}

function tooMany(what: string, steps: number): string {
  const many = steps >= TOO_MANY ? 'more than a billion' : formatCount(steps);
  return `${what}: ${many} steps, and ${formatCount(MOST_STEPS)} are allowed. Use lower counts in { }.`;
}

/** What was read of a pattern: steps of its machine in all, and those that may be under way at once. */
interface Part {
  readonly size: number;
  readonly steps: number;
}

const NOTHING: Part = { size: 0, steps: 0 };

/**
 * Steps that a machine for a pattern of RE2 has at most, without the characters that stand in it just once: classes,
 * choices, repetitions, and as often as it says whatever is repeated. All of them may be under way at once, so that
 * time for a text is in proportion to their product. Of what is no pattern of RE2 it is some number.
 */
export function patternSteps(pattern: string): number {
  /** For each open group: what comes before it, and its parts so far. */
  const open: Part[][] = [];
  let parts: Part[] = [];
  for (let at = 0; at < pattern.length;) {
    const character = pattern[at] ?? '';
    const repetition = REPEATED.exec(pattern.slice(at));
    if (repetition !== null) {
      parts.push(repeated(parts.pop() ?? NOTHING, repetition));
      at += repetition[0].length;
    } else if (character === '(') {
      at += GROUP.exec(pattern.slice(at))?.[0].length ?? 1;
      open.push(parts);
      parts = [{ size: 2, steps: 0 }];
    } else if (character === ')') {
      const group = parts.reduce(joined, NOTHING);
      parts = open.pop() ?? [];
      parts.push(group);
      at++;
    } else {
      const [part, end] = single(pattern, at);
      parts.push(...part);
      at = end;
    }
  }
  return Math.min(TOO_MANY, [...open, parts].flat().reduce(joined, NOTHING).steps);
}

function joined(a: Part, b: Part): Part {
  return { size: Math.min(TOO_MANY, a.size + b.size), steps: Math.min(TOO_MANY, a.steps + b.steps) };
}

function repeated({ size, steps }: Part, counted: RegExpExecArray): Part {
  // `?`, `*` or `+`.
  if (counted[1] === undefined) return { size: size + 2, steps: steps + 1 };
  const least = Number(counted[1]);
  const most = counted[3] === undefined || counted[3] === '' ? least : Number(counted[3]);
  const times = Math.max(1, least, most);
  // What may be left out has a choice before it.
  const choices = 2 + (counted[2] === undefined ? 0 : Math.max(1, most - least));
  const all = Math.min(TOO_MANY, times * size + choices);
  return { size: all, steps: times === 1 ? steps + choices : all };
}

/** What is neither a group nor a repetition, and where it ends. */
function single(pattern: string, at: number): [parts: Part[], end: number] {
  const character = pattern[at] ?? '';
  if (character === '[') {
    const end = classEnd(pattern, at);
    const unicode = pattern.slice(at, end).match(/\\[pP]/g)?.length ?? 0;
    const steps = 1 + unicode * UNICODE_STEPS;
    return [[{ size: steps, steps }], end];
  }
  if (character === '.' || character === '|') return [[{ size: 2, steps: 1 }], at + 1];
  if (character !== '\\') {
    const length = (pattern.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    return [[{ size: 1, steps: 0 }], at + length];
  }
  return escaped(pattern, at);
}

/** The same of what begins with a backslash. */
function escaped(pattern: string, at: number): [parts: Part[], end: number] {
  if (pattern[at + 1] === 'Q') {
    const close = pattern.indexOf('\\E', at + 2);
    const end = close < 0 ? pattern.length : close;
    // A sign that follows repeats the last character.
    const characters = Array.from(pattern.slice(at + 2, end), () => ({ size: 1, steps: 0 }));
    return [characters, close < 0 ? end : end + 2];
  }
  const unicode = UNICODE_CLASS.exec(pattern.slice(at));
  if (unicode !== null) return [[{ size: UNICODE_STEPS, steps: UNICODE_STEPS }], at + unicode[0].length];
  const steps = /[dDsSwW]/.test(pattern[at + 1] ?? '') ? 1 : 0;
  const coded = /^\\x(?:\{[^}]*\}|..)/.exec(pattern.slice(at));
  return [[{ size: 1, steps }], at + (coded?.[0].length ?? 2)];
}

/** Behind the bracket that closes the class that begins at `at`. */
export function classEnd(pattern: string, at: number): number {
  let end = at + 1;
  if (pattern[end] === '^') end++;
  // A bracket that comes first stands for itself.
  if (pattern[end] === ']') end++;
  while (end < pattern.length && pattern[end] !== ']') {
    const closes = pattern.startsWith('[:', end) ? pattern.indexOf(':]', end + 2) : -1;
    if (closes >= 0) end = closes + 2;
    else end += pattern[end] === '\\' ? 2 : 1;
  }
  return end + 1;
}
