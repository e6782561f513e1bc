import type { NotSecret } from '../../../../src-main/contract/model/connect-fields.ts';
import { keptSecret } from '../../../../src-main/contract/profiles/profiles.ts';
import { isSecretParameter, queryOf } from '../../../../src-main/core/profiles/not-secret.ts';

/** What is shown for a saved secret in the middle of a text, such as a token in the query of a path. */
const DOTS = '••••••••';
const [BEGIN = '', END = ''] = keptSecret('|').split('|');
const MARK = new RegExp(`${BEGIN}[^${END}]*${END}`, 'g');

/** A text with dots in place of the marks of saved secrets. */
export function shownText(text: string): string {
  return text.replaceAll(MARK, DOTS);
}

/** A path with dots in place of the values that are secrets, saved or not. */
export function shownPath(path: string, notSecret: NotSecret): string {
  const query = queryOf(path).map(({ text, name, value }) =>
    value !== '' && isSecretParameter(name, notSecret)
      ? text.slice(0, text.length - value.length) + DOTS
      : shownText(text),
  );
  return query.length === 0 ? path : `${path.slice(0, path.indexOf('?'))}?${query.join('&')}`;
}

/** It stands for something saved, or a part of it does. */
export function holdsMark(text: string): boolean {
  return text.includes(BEGIN) && text.includes(END);
}

/** What is left for the rules of a field: a saved secret kept them when it was entered. */
export function withoutMarks(text: string): string {
  return text.replaceAll(MARK, '');
}

/**
 * What was typed, with the marks that the untouched dots stand for. Those before the place that was changed are
 * counted from the start, those behind it from the end: a parameter that is deleted takes its own secret with
 * it. Dots that came in by pasting stand for nothing and stay dots.
 */
export function typedText(typed: string, before: string): string {
  const marks = before.match(MARK) ?? [];
  if (marks.length === 0) return typed;
  const shown = shownText(before);
  const most = Math.min(typed.length, shown.length);
  let start = 0;
  while (start < most && typed[start] === shown[start]) start++;
  let end = 0;
  while (end < most - start && typed.at(-1 - end) === shown.at(-1 - end)) end++;
  const head = typed.slice(0, start);
  const tail = typed.slice(typed.length - end);
  let next = 0;
  let behind = marks.length - countOf(tail);
  return (
    head.replaceAll(DOTS, () => marks[next++] ?? DOTS) +
    typed.slice(start, typed.length - end) +
    tail.replaceAll(DOTS, () => marks[behind++] ?? DOTS)
  );
}

function countOf(text: string): number {
  return text.split(DOTS).length - 1;
}

/** Some of the dots were deleted: neither the saved secret nor a new one. */
export function hasTornDots(text: string): boolean {
  return text.includes('•');
}
