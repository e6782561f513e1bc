import { tokenizeJson } from '../json.ts';

/**
 * Where a value begins in a text of valid JSON.
 *
 * @param steps which value it is in each object or list on the way, from 0; none: the whole
 */
export function valueStart(text: string, steps: readonly number[]): number {
  /** For each open object or list, the value being read. */
  const open: number[] = [];
  for (const { kind, start } of tokenizeJson(text)) {
    const sign = kind === 'punctuation' ? text[start] : '';
    if (sign === ',') open.push((open.pop() ?? 0) + 1);
    else if (sign === '}' || sign === ']') open.pop();
    else if (kind !== 'key' && sign !== ':') {
      if (open.length === steps.length && steps.every((step, at) => step === open[at])) return start;
      if (sign !== '') open.push(0);
    }
  }
  return text.length;
}
