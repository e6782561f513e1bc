import { wholeUnits } from '../../payload/utf8.ts';

/** Characters every broker must accept in a client ID [MQTT-3.1.3-5]. */
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
export const CLIENT_ID_PREFIX = 'topicscope-';

/**
 * A client ID of our own for a connection that names none: 19 characters, so within the 23 that
 * MQTT 3.1 guarantees.
 *
 * @param random in [0, 1), called once a character
 */
export function generateClientId(random: () => number): string {
  return CLIENT_ID_PREFIX + characters(8, random);
}

/** The length that every broker must accept [MQTT-3.1.3-5]. MQTT 3.1 allows no longer one. */
const SAFE_LENGTH = 23;

/**
 * A client ID for a second connection beside one with the client ID `base`. It begins like that one, as
 * access lists often go by a prefix, and is no longer than 23 characters unless that one is.
 *
 * @param random in [0, 1), called once a character
 */
export function probeClientId(base: string, random: () => number): string {
  const suffix = `-${characters(4, random)}`;
  if (base.length > SAFE_LENGTH) return base + suffix;
  return base.slice(0, wholeUnits(base, SAFE_LENGTH - suffix.length)) + suffix;
}

function characters(count: number, random: () => number): string {
  let text = '';
  for (let i = 0; i < count; i++) text += ALPHABET[Math.floor(random() * ALPHABET.length)] ?? '0';
  return text;
}
