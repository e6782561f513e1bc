import type { UserProperty } from '../../../contract/model/connect-fields.ts';
import type { Draft } from '../draft.ts';
import type { Word } from './scan.ts';

/** A will as its options come, in any order. */
export class WillDraft {
  topic: string | null = null;
  payload = '';
  qos = 0;
  retain = false;
  readonly userProperties: UserProperty[] = [];
  readonly #properties: Record<string, unknown> = {};

  set(name: string, value: unknown): void {
    this.#properties[name] = value;
  }

  finish(): unknown {
    const { topic, payload, qos, retain, userProperties } = this;
    if (topic === null) return null;
    return { topic, payload, encoding: 'text', qos, retain, userProperties, ...this.#properties };
  }
}

/** Packets whose properties `-D` sets; those of others say nothing of the connection. */
const COMMANDS: readonly string[] = [
  'connect',
  'publish',
  'subscribe',
  'unsubscribe',
  'will',
  'auth',
  'disconnect',
  'pubrec',
  'pubrel',
  'pubcomp',
];

/**
 * Takes over one property from the words after `-D`: packet, identifier, value, and for a user property
 * its name before the value.
 *
 * @returns how many of the words it took
 */
export function putProperty(words: readonly Word[], draft: Draft, will: WillDraft): number {
  const isUser = words[1]?.text === 'user-property';
  const used = words.slice(0, isUser ? 4 : 3);
  const [packet = '', identifier = '', first = '', second = ''] = used.map(({ text }) => text);
  if (used.length < (isUser ? 4 : 3) || !COMMANDS.includes(packet)) {
    draft.note('A property after -D is not complete and was left out.');
    return 0;
  }
  if (used.some(({ computed }) => computed !== null)) {
    draft.note('A property after -D is filled in by the shell and was not taken over.');
  } else if (packet === 'connect') putConnect(draft, identifier, first, second);
  else if (packet === 'will') putWill(draft, will, identifier, first, second);
  else draft.note(`Properties of ${packet.toUpperCase()} were left out.`);
  return used.length;
}

const CONNECT_NUMBERS: ReadonlyMap<string, 'sessionExpiry' | 'receiveMaximum' | 'maximumPacketSize'> =
  new Map([
    ['session-expiry-interval', 'sessionExpiry'],
    ['receive-maximum', 'receiveMaximum'],
    ['maximum-packet-size', 'maximumPacketSize'],
  ]);

function putConnect(draft: Draft, identifier: string, first: string, second: string): void {
  const number = CONNECT_NUMBERS.get(identifier);
  if (number !== undefined) draft.put(number, numberOf(first), `The property ${identifier}`);
  else if (identifier === 'request-problem-information') {
    draft.put('requestProblemInformation', first !== '0', 'Request problem information');
  } else if (identifier === 'request-response-information') {
    draft.put('requestResponseInformation', first === '1', 'Request response information');
  } else if (identifier === 'user-property') {
    draft.putUserProperty({ name: first, value: second });
  } else if (identifier === 'authentication-method') {
    draft.put('authentication', first, 'The authentication method');
  } else if (identifier === 'topic-alias-maximum') {
    draft.note('Topic Alias Maximum was left out: this program takes no topic aliases.');
  } else draft.note('A property of CONNECT has no counterpart here and was left out.');
}

const WILL_FIELDS: ReadonlyMap<string, string> = new Map([
  ['will-delay-interval', 'delayInterval'],
  ['message-expiry-interval', 'messageExpiry'],
  ['content-type', 'contentType'],
  ['response-topic', 'responseTopic'],
]);

function putWill(draft: Draft, will: WillDraft, identifier: string, first: string, second: string): void {
  const field = WILL_FIELDS.get(identifier);
  if (field === 'delayInterval' || field === 'messageExpiry') will.set(field, numberOf(first));
  else if (field !== undefined) will.set(field, first);
  else if (identifier === 'payload-format-indicator') will.set('utf8', first === '1');
  else if (identifier === 'correlation-data') will.set('correlationData', hexOf(first));
  else if (identifier === 'user-property') will.userProperties.push({ name: first, value: second });
  else draft.note('A property of the will has no counterpart here and was left out.');
}

function numberOf(text: string): number {
  return /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
}

/** The bytes of a text as hex digits. */
export function hexOf(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
