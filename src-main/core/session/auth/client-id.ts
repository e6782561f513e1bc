/** Characters every broker must accept in a client id [MQTT-3.1.3-5]. */
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
export const CLIENT_ID_PREFIX = 'topicscope-';

/**
 * A client id of our own for a connection that names none: 19 characters, so within the 23 that
 * MQTT 3.1 guarantees.
 *
 * @param random in [0, 1), called once a character
 */
export function generateClientId(random: () => number): string {
  let id = CLIENT_ID_PREFIX;
  for (let i = 0; i < 8; i++) id += ALPHABET[Math.floor(random() * ALPHABET.length)] ?? '0';
  return id;
}
