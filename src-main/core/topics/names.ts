import { isShared } from './filters.ts';
import { formatCount, formatCounted } from '../text/amounts.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import { base64Text } from '../payload/base64.ts';
import { decodeStrict, isWellFormed, sequenceLength, utf8Length } from '../payload/utf8.ts';
import { escapeCharacter, escapeUnsafe, isSafeText, UNSAFE, shortened } from '../payload/visible.ts';

/** Longest topic name or filter in bytes of UTF-8: a two-byte length on the wire [MQTT-1.5.4]. */
export const MAX_TOPIC_BYTES = 65_535;

const NUL = '\0';
const BACKSLASH = 0x5c;
const encoder = new TextEncoder();

/**
 * The identity of a topic as text. Well-formed UTF-8 without NUL is itself, a byte order mark
 * included; anything else is NUL and an escaped form: `\xHH` for NUL and for each byte that belongs
 * to no well-formed sequence, `\\` for a backslash. Different bytes never give the same key.
 */
export function topicKey(bytes: Uint8Array): TopicKey {
  const text = decodeStrict(bytes);
  if (text !== null && !text.includes(NUL)) return text;
  let escaped = NUL;
  let from = 0;
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at, bytes.length);
    const byte = bytes[at] ?? 0;
    if (length > 0 && byte !== 0 && byte !== BACKSLASH) {
      at += length;
      continue;
    }
    escaped += decodeStrict(bytes.subarray(from, at)) ?? '';
    escaped += byte === BACKSLASH ? '\\\\' : `\\x${byte.toString(16).padStart(2, '0')}`;
    from = ++at;
  }
  return escaped + (decodeStrict(bytes.subarray(from)) ?? '');
}

/**
 * The topic's bytes: the inverse of `topicKey`. Text that is no key (it came from outside) gives
 * some bytes as well: a backslash that escapes nothing stands for itself, a lone surrogate becomes
 * U+FFFD.
 */
export function keyBytes(key: TopicKey): Uint8Array<ArrayBuffer> {
  if (!key.startsWith(NUL)) return encoder.encode(key);
  const source = encoder.encode(key.slice(1));
  const bytes = new Uint8Array(source.length);
  let length = 0;
  for (let at = 0; at < source.length;) {
    const escape = source[at] === BACKSLASH ? readEscape(source, at) : null;
    bytes[length++] = escape ? escape.byte : (source[at] ?? 0);
    at += escape ? escape.length : 1;
  }
  return bytes.slice(0, length);
}

function readEscape(source: Uint8Array, at: number): { byte: number; length: number } | null {
  const kind = source[at + 1];
  if (kind === BACKSLASH) return { byte: BACKSLASH, length: 2 };
  if (kind !== 0x78) return null;
  const high = hexDigit(source[at + 2]);
  const low = hexDigit(source[at + 3]);
  return high < 0 || low < 0 ? null : { byte: high * 16 + low, length: 4 };
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
}

/** Text that could be taken for an escape; where it occurs in a name, backslashes are doubled. */
const LOOKS_ESCAPED = /\\(?:\\|x[0-9a-f]{2}|u\{)/;

/**
 * Blanks by which two names differ and look alike: every blank but the plain space (U+2800 is drawn
 * as one), and a plain space at an end of a level or beside another blank.
 */
const ODD_BLANKS = /(?! )[\p{Zs}\u2800]|(?<![^/\p{Zs}\u2800]) | (?![^/\p{Zs}\u2800])/gu;

/**
 * A topic, a filter or one level of them, as it may be shown: bytes that are not UTF-8 as `\xHH`;
 * controls, bidirectional controls, invisible characters and misleading blanks as `\u{HEX}`.
 * Different topics never look the same: where something is escaped (or looks as if it were), a
 * literal backslash is doubled; elsewhere a backslash is itself. This form is for the eye only; what
 * is opened, compared and copied is the key.
 */
export function displayTopic(key: TopicKey): string {
  if (key.startsWith(NUL)) return escapeBlanks(escapeUnsafe(key.slice(1)));
  if (isSafeText(key) && key.search(ODD_BLANKS) < 0 && !LOOKS_ESCAPED.test(key)) return key;
  return escapeBlanks(escapeUnsafe(key.replaceAll('\\', '\\\\')));
}

function escapeBlanks(text: string): string {
  return text.replace(ODD_BLANKS, escapeCharacter);
}

/** Characters of a name in a sentence: a topic may have 65,535. */
const MOST_QUOTED = 200;

/** A topic or filter in a sentence, as it may be shown; of a long one its beginning and its end. */
export function quoted(topic: TopicKey): string {
  return `“${shortened(displayTopic(topic), MOST_QUOTED)}”`;
}

/** The topic as text, to copy or to type; null for a name that no text can hold: not UTF-8, or with NUL. */
export function topicText(key: TopicKey): string | null {
  return key.startsWith(NUL) ? null : key;
}

/**
 * A topic in a line of JSON for a script: the very text, never the form for the eye. Where no text can hold it
 * that form stands there, and its bytes beside it.
 */
export function topicMembers(key: TopicKey): { topic: string; topicBase64?: string } {
  const topic = topicText(key);
  return topic === null ? { topic: displayTopic(key), topicBase64: base64Text(keyBytes(key)) } : { topic };
}

/** A part of a topic that is being typed: plain text, or one character that would not be noticed. */
export interface TopicPart {
  readonly text: string;
  readonly odd: boolean;
}

const ODD = new RegExp(`${UNSAFE.source}|${ODD_BLANKS.source}`, 'gu');

/** The parts of a topic or filter by the rule of `displayTopic`; joined they are the text. */
export function topicParts(text: string): readonly TopicPart[] {
  const parts: TopicPart[] = [];
  let at = 0;
  for (const match of text.matchAll(ODD)) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index), odd: false });
    parts.push({ text: match[0], odd: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), odd: false });
  return parts;
}

const CHARACTERS: Readonly<Record<string, string>> = {
  ' ': 'a space',
  '\t': 'a tab',
  '\u00a0': 'a no-break space',
  '\u200b': 'a zero width space',
  '\ufeff': 'a byte order mark',
};

/** What would not be noticed in a topic, e.g. `ends with a space`; null where there is nothing such. */
export function oddWords(text: string): string | null {
  const parts = topicParts(text);
  const odd = parts.findLast((part) => part.odd);
  if (odd === undefined) return null;
  const code = (odd.text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const name = CHARACTERS[odd.text] ?? `U+${code}`;
  if (parts.at(-1) === odd) return `ends with ${name}`;
  return parts[0] === odd ? `begins with ${name}` : `contains ${name}`;
}

/** In place of a level without characters, which cannot be seen. */
export const EMPTY_LEVEL = '(empty level)';

/** Whether the topic of this key can be published to: text, and a valid topic name. */
export function isPublishable(key: TopicKey): boolean {
  return checkTopicName(key) === null;
}

/**
 * Whether these bytes are certainly a topic that can be published to: printable ASCII without wildcards.
 * Other topics may be valid as well; for these, check the text.
 */
export function isPlainTopic(bytes: Uint8Array, start: number, end: number): boolean {
  if (end === start || end - start > MAX_TOPIC_BYTES) return false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte > 0x7e || byte === 0x23 || byte === 0x2b) return false;
  }
  return true;
}

/** Why this cannot be the topic of a PUBLISH [MQTT-3.3.2-2, MQTT-4.7.3]; null if it can. */
export function checkTopicName(text: string): Failure | null {
  if (text === '') {
    return failed(
      'topic-empty',
      'The topic is empty.',
      'Enter a topic of at least one character, such as plant/line-1/speed.',
    );
  }
  const problem = checkCharacters(text, 'topic');
  if (problem) return problem;
  const wildcard = /[+#]/.exec(text)?.[0];
  if (wildcard !== undefined) {
    return failed(
      'topic-wildcard',
      `The topic contains "${wildcard}", which is a wildcard and is allowed in subscriptions only.`,
      'Name one topic exactly; to reach several, publish to each of them.',
    );
  }
  return null;
}

/** Why this cannot be subscribed to [MQTT-4.7, MQTT-4.8.2]; null if it can. */
export function checkTopicFilter(text: string): Failure | null {
  if (text === '') {
    return failed(
      'filter-empty',
      'The topic filter is empty.',
      'Enter a filter such as plant/+/speed, or # for all topics.',
    );
  }
  const problem = checkCharacters(text, 'filter');
  if (problem) return problem;
  return isShared(text) ? checkShared(text) : checkWildcards(text);
}

function checkShared(text: string): Failure | null {
  const end = text.indexOf('/', 7);
  const name = end < 0 ? text.slice(7) : text.slice(7, end);
  if (name === '' || /[+#]/.test(name)) {
    return failed(
      'filter-share-name',
      'The shared subscription has no valid group name: it needs at least one character and no "+" or "#".',
      'Write $share/GROUP/FILTER, such as $share/workers/plant/#.',
    );
  }
  if (end < 0 || end === text.length - 1) {
    return failed(
      'filter-share-empty',
      `The shared subscription of the group ${quoted(name)} names no topic filter.`,
      'Add the filter after the group: $share/GROUP/FILTER, such as $share/workers/plant/#.',
    );
  }
  return checkWildcards(text.slice(end + 1));
}

function checkWildcards(filter: string): Failure | null {
  const parts = filter.split('/');
  for (const [index, level] of parts.entries()) {
    if (level.includes('#') && (level !== '#' || index < parts.length - 1)) {
      return failed(
        'filter-hash',
        'The wildcard "#" must be the last level and stand alone in it.',
        'Write for example plant/#; for a single level use "+".',
      );
    }
    if (level.includes('+') && level !== '+') {
      return failed(
        'filter-plus',
        'The wildcard "+" must stand alone in its level.',
        'Write for example plant/+/speed; a part of a level cannot be matched.',
      );
    }
  }
  return null;
}

/** What topic names and filters have in common [MQTT-1.5.4, MQTT-4.7.3]. */
function checkCharacters(text: string, what: 'topic' | 'filter'): Failure | null {
  if (text.includes(NUL)) {
    return failed(
      `${what}-nul`,
      `The ${what} contains the character NUL or bytes that are not UTF-8, which MQTT does not allow.`,
      'Remove it. A broker would close the connection.',
    );
  }
  if (!isWellFormed(text)) {
    return failed(
      `${what}-surrogate`,
      `The ${what} contains half of a surrogate pair, which has no encoding in UTF-8.`,
      'Remove the broken character; it is often half of an emoji that was cut.',
    );
  }
  const bytes = utf8Length(text);
  if (bytes > MAX_TOPIC_BYTES) {
    return failed(
      `${what}-too-long`,
      `The ${what} is ${formatCounted(bytes, 'byte')} long in UTF-8; MQTT allows ${formatCount(MAX_TOPIC_BYTES)}.`,
      'Shorten it.',
    );
  }
  return null;
}

/** Names that are no UTF-8 cannot be asked for, and what begins with `$share` would be another question. */
export function isAskable(filter: string): boolean {
  return !isShared(filter) && checkTopicName(filter.replace(/[+#]/g, 'x')) === null;
}
