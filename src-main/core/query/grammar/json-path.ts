import type { JsonStep } from './query.ts';

export type ScannedPath =
  | { readonly kind: 'path'; readonly path: readonly JsonStep[]; readonly end: number }
  | { readonly kind: 'problem'; readonly reason: string; readonly end: number };

const NAME = /[^\s.[\]=!<>~()"]+/uy;
const INDEX = /\[(\d{1,9})\]/y;
const QUOTED = /\["((?:[^"\\]|\\.)*)"\]/y;
/** Deeper than anything a person would type. */
const MAX_STEPS = 100;

/** `a.b[3]["c.d"]`, up to an operator, a space or the end. Empty: the value as a whole. */
export function scanPath(text: string, start: number): ScannedPath {
  const path: JsonStep[] = [];
  let at = start;
  for (;;) {
    const step = scanStep(text, at, path.length === 0);
    if (step === null) break;
    if (typeof step === 'string') return { kind: 'problem', reason: step, end: at + 1 };
    path.push(step.step);
    at = step.end;
    if (path.length > MAX_STEPS)
      return { kind: 'problem', reason: `A path has at most ${String(MAX_STEPS)} steps.`, end: at };
  }
  return { kind: 'path', path, end: at };
}

function scanStep(
  text: string,
  at: number,
  first: boolean,
): { readonly step: JsonStep; readonly end: number } | string | null {
  if (text[at] === '[') {
    const index = match(INDEX, text, at);
    if (index) return { step: Number(index[1]), end: at + index[0].length };
    const quoted = match(QUOTED, text, at);
    if (quoted) return { step: (quoted[1] ?? '').replace(/\\(.)/gu, '$1'), end: at + quoted[0].length };
    return 'Write an index such as [0], or a name such as ["a b"], in the square brackets of a path.';
  }
  const from = first ? at : at + 1;
  if (!first && text[at] !== '.') return null;
  const name = match(NAME, text, from);
  if (name) return { step: name[0], end: from + name[0].length };
  return first ? null : 'A path needs a name after the dot, such as json:deep.x.';
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const PLAIN_NAME = /^[^\s.[\]=!<>~()"]+$/u;

/** The path as it is typed. */
export function writePath(path: readonly JsonStep[]): string {
  let written = '';
  for (const step of path) {
    if (typeof step === 'number') written += `[${String(step)}]`;
    else if (!PLAIN_NAME.test(step)) written += `["${step.replace(/["\\]/g, '\\$&')}"]`;
    else written += written === '' ? step : `.${step}`;
  }
  return written;
}
