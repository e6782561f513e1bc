import type { TopicKey } from '../../contract/model/model.ts';
import { displayTopic } from './names.ts';
import type { PathLook } from './path-look.ts';

/**
 * How the tree splits topics into levels: at one character that is set for the connection, `/` by default. All
 * code about the shown tree uses this file.
 *
 * MQTT itself knows `/` only. So code about what a broker does (topic filters, subscriptions, limits of a
 * service) never uses it.
 */

/** The topic level separator of MQTT [MQTT-4.7.1.1]. */
export const MQTT_SEPARATOR = '/';

const NUL = '\0';
const DOLLAR = 0x24;
const SLASH = 0x2f;

/**
 * What divides the levels of this topic. Topics that begin with `$` are the broker's own, or a standard's:
 * they are divided by `/` in every tree.
 *
 * @param separator of the connection's tree
 */
export function separatorOf(key: TopicKey, separator: string): string {
  return key.startsWith('$') || key.startsWith(`${NUL}$`) ? MQTT_SEPARATOR : separator;
}

/** The same by a topic's first byte; of a topic without any it does not matter. */
export function separatorByteOf(first: number | undefined, separator: number): number {
  return first === DOLLAR ? SLASH : separator;
}

/** A separator is one ASCII character, so that no character of UTF-8 is divided and any is one byte long. */
export function separatorByte(separator: string): number {
  return separator.charCodeAt(0);
}

/** The last level of a topic as it may be shown; an empty level is an empty string. */
export function displayName(key: TopicKey, separator: string): string {
  const start = key.lastIndexOf(separatorOf(key, separator)) + 1;
  if (!key.startsWith(NUL)) return displayTopic(key.slice(start));
  return displayTopic(canonical(key.slice(Math.max(1, start))));
}

/** The levels of a topic, each a key of its own. There is at least one; any may be empty. */
export function levels(key: TopicKey, separator: string): TopicKey[] {
  const between = separatorOf(key, separator);
  if (!key.startsWith(NUL)) return key.split(between);
  return key
    .slice(1)
    .split(between)
    .map((level) => canonical(level));
}

/** The topic one level up; null at a top level. `/a` lies in the level with the empty name. */
export function parentKey(key: TopicKey, separator: string): TopicKey | null {
  const end = key.lastIndexOf(separatorOf(key, separator));
  if (end < 0) return null;
  return key.startsWith(NUL) ? canonical(key.slice(1, end)) : key.slice(0, end);
}

/** Whether a topic lies below another; it does not lie below itself. */
export function isBelow(key: TopicKey, above: TopicKey, separator: string): boolean {
  // A name that is no text may lie in a level that is one, and is written differently then.
  if (key.startsWith(NUL)) {
    for (let at = parentKey(key, separator); at !== null; at = parentKey(at, separator))
      if (at === above) return true;
    return false;
  }
  return key[above.length] === separatorOf(key, separator) && key.startsWith(above);
}

/**
 * Whether a topic is another or lies below it, by their bytes: `a` has `a/b` below it, and not `ab`.
 *
 * @param separator as a byte
 */
export function isWithin(
  { bytes, start, end }: Pick<PathLook, 'bytes' | 'start' | 'end'>,
  above: Uint8Array,
  separator: number,
): boolean {
  if (end - start < above.length) return false;
  for (let at = 0; at < above.length; at++) if (bytes[start + at] !== above[at]) return false;
  if (end - start === above.length) return true;
  return bytes[start + above.length] === separatorByteOf(bytes[start], separator);
}

/** Whether MQTT divides this topic at the same places, so that `topic/#` is what lies below it. */
export function dividesAsMqtt(key: TopicKey, separator: string): boolean {
  return separatorOf(key, separator) === MQTT_SEPARATOR;
}

/** A part of an escaped key as a key: a part without an escaped byte is ordinary text again. */
function canonical(escaped: string): TopicKey {
  return /(?<!\\)(?:\\\\)*\\x/.test(escaped) ? NUL + escaped : escaped.replaceAll('\\\\', '\\');
}
