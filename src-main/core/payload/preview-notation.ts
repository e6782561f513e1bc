import type { JsonPreview, Preview } from '../../contract/model/message.ts';
import { formatCount } from '../text/amounts.ts';
import { escapeUnsafe } from './visible.ts';

/*
 * How a short form of JSON is written: `{temperature:71.4, 8 more}`, `[0, 1, 2, 1,997 more]`. It is cut
 * at a member and always says how many are left; `9+ more` where there may be more than were counted,
 * and `…` where nothing is known. To make it shorter, ask for fewer members; do not cut the text.
 */

/** The number of members left out, as a regular expression without groups. */
export const MORE_PATTERN = '[\\d,]+\\+? more\\b';

/** `8 more`; empty where nothing is left. */
export function moreText(left: number, atLeast: boolean): string {
  if (left === 0) return atLeast ? '…' : '';
  return `${formatCount(left)}${atLeast ? '+' : ''} more`;
}

/** The text of a short form, all of its members. */
export function jsonText({ shape, parts, left, atLeast }: JsonPreview): string {
  if (shape === 'value') return parts[0]?.[1] ?? '';
  const more = moreText(left, atLeast);
  const members = parts.map(partText);
  const inside = (more === '' ? members : [...members, more]).join(', ');
  return shape === 'object' ? `{${inside}}` : `[${inside}]`;
}

function partText([key, value]: JsonPreview['parts'][number]): string {
  return key === '' ? value : `${key}:${value}`;
}

/** Fewest characters of a name that still identify it. */
const LEAST_KEY = 3;

/**
 * The short form in at most `chars` characters, with the true number of members left out. It first drops
 * members; then it cuts the key or the string of the only one, never a number; then it takes another member
 * that fits; at last it has only the number. A value that is no object or list is not changed.
 */
export function fitJson(preview: JsonPreview, chars: number): JsonPreview {
  const fits = (one: JsonPreview): boolean => jsonText(one).length <= chars;
  if (preview.shape === 'value' || fits(preview)) return preview;
  const { parts, left } = preview;
  const withOnly = (kept: JsonPreview['parts']): JsonPreview => ({
    ...preview,
    parts: kept,
    left: left + parts.length - kept.length,
  });
  for (let kept = parts.length - 1; kept > 0; kept--) {
    const fewer = withOnly(parts.slice(0, kept));
    if (fits(fewer)) return fewer;
  }
  const [first] = parts;
  if (first !== undefined) {
    const over = jsonText(withOnly([first])).length - chars;
    const shorter = shortened(first, over);
    if (shorter !== null) return withOnly([shorter]);
  }
  const other = parts.find((part) => fits(withOnly([part])));
  return withOnly(other === undefined ? [] : [other]);
}

/** A member in `over` characters less, if that leaves something to be read. */
function shortened(
  [key, value]: JsonPreview['parts'][number],
  over: number,
): JsonPreview['parts'][number] | null {
  const ofKey = key.length - over - 1;
  if (ofKey >= LEAST_KEY && !key.startsWith('"')) return [`${cut(key, ofKey)}…`, value];
  const ofString = value.length - over - 2;
  if (value.startsWith('"') && ofString > LEAST_KEY) return [key, `${cut(value, ofString)}…"`];
  return null;
}

/** Not between the halves of a surrogate pair, and not within an escape. */
function cut(text: string, length: number): string {
  return text
    .slice(0, length)
    .replace(/[\ud800-\udbff]$|\\(?:u[0-9a-f]{0,3}|u\{[0-9a-f]*)?$/i, '')
    .replace(/…$/, '');
}

/** A preview as one line of text, JSON in about `chars` characters. */
export function previewWords(preview: Preview, chars: number): string {
  switch (preview.kind) {
    case 'none':
      return '';
    case 'empty':
      return 'empty';
    case 'evicted':
      return 'evicted';
    case 'number':
      return preview.text;
    case 'binary':
      return `BIN ${preview.hex}`;
    case 'json':
      return escapeUnsafe(jsonText(fitJson(preview, chars)));
    case 'text':
      return `${oneLine(preview.text)}${preview.cut ? '…' : ''}`;
  }
}

/** Text on one line: its line ends are marked. */
export function oneLine(text: string): string {
  return escapeUnsafe(text.replace(/\s*[\r\n]+\s*/g, ' ↵ ').replaceAll('\t', ' '));
}
