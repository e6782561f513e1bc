import { prettyJson } from '../../../src-main/core/payload/json.ts';
import { isWellFormed, utf8Length } from '../../../src-main/core/payload/utf8.ts';
import { formatBytes } from '../../ui/base/format.ts';

export interface PayloadCheck {
  readonly tone: 'ok' | 'warn' | 'mut';
  readonly words: string;
  /** It is, or is meant to be, JSON. */
  readonly json: boolean;
}

/** Longer texts are counted but not checked at each key press. */
const MAX_CHECKED = 200_000;

/** What the bytes to be sent are, with their number: `Valid JSON, 32 B`. */
export function checkPayload(payload: string, retain: boolean): PayloadCheck {
  if (payload === '') {
    return retain
      ? { tone: 'warn', words: 'Empty with Retain: clears the retained message of this topic', json: false }
      : { tone: 'mut', words: 'Empty, 0 B', json: false };
  }
  const size = formatBytes(utf8Length(payload));
  if (!isWellFormed(payload)) {
    return {
      tone: 'warn',
      words: `Half a character cannot be sent and becomes U+FFFD, ${size}`,
      json: false,
    };
  }
  if (payload.length > MAX_CHECKED || !/^\s*(?:[[{"]|true\s*$|false\s*$|null\s*$)/.test(payload)) {
    return { tone: 'mut', words: `Text, ${size}`, json: false };
  }
  const isMarked = payload.startsWith('\ufeff');
  const result = prettyJson(isMarked ? payload.slice(1) : payload, { maxChars: 1 });
  if (result.kind === 'json' && isMarked) {
    return { tone: 'warn', words: `JSON behind a byte order mark, ${size}`, json: true };
  }
  if (result.kind === 'json') return { tone: 'ok', words: `Valid JSON, ${size}`, json: true };
  return { tone: 'warn', words: `Not valid JSON: ${result.why}, ${size}`, json: true };
}
