import { formatCounted } from '../../text/amounts.ts';
import { failed, type Failure } from '../../../contract/base/errors.ts';
import type { ConnectionOptions } from '../../../contract/model/model.ts';
import { encodeConnect, type WillFields } from '../../mqtt/encode-connect.ts';
import type { ProtocolLevel } from '../../mqtt/packet-types.ts';
import { hexBytes } from '../../payload/hex-text.ts';
import { checkTopicName } from '../../topics/names.ts';

export interface BuiltConnect {
  readonly kind: 'connect';
  readonly packet: Uint8Array;
  /** What the version cannot carry and was left out, or sent although a broker may refuse it; sentences. */
  readonly notes: readonly string[];
}

export interface ConnectSecrets {
  /** As the broker is to get it; null: none. */
  readonly password: Uint8Array | null;
  readonly authentication: { readonly method: string; readonly data: Uint8Array } | null;
}

const VERSION: Readonly<Record<ProtocolLevel, string>> = { 5: '5', 4: '3.1.1', 3: '3.1' };

/** Bytes that MQTT 3.1 allows in a client ID [MQTT 3.1, 3.1]. */
const CLIENT_ID_3_1 = 23;

const UNFIT = /\0|\p{Surrogate}/u;

const utf8 = new TextEncoder();

/** CONNECT as these options ask for it, or what is wrong with them. */
export function buildConnect(
  options: ConnectionOptions,
  clientId: string,
  level: ProtocolLevel,
  { password, authentication }: ConnectSecrets,
): BuiltConnect | Failure {
  const unfit = unfitText(options, clientId);
  if (unfit !== null) return unfit;
  const will = options.will === null ? null : willFields(options.will);
  if (will !== null && 'kind' in will) return will;
  if (options.authentication !== 'none' && level !== 5) return authenticationNeeds5(options, level);
  const notes = level === 5 ? [] : leftOut(options, level);
  if (level === 3 && utf8.encode(clientId).length > CLIENT_ID_3_1) {
    notes.push(
      `The client ID is longer than the ${CLIENT_ID_3_1} bytes that MQTT 3.1 allows; a broker may refuse it.`,
    );
  }
  let { username } = options;
  if (password !== null && username === null && level !== 5) {
    // [MQTT-3.1.2-22]; an empty one is a username.
    username = '';
    notes.push(`MQTT ${VERSION[level]} has no password without a username, so an empty username was sent.`);
  }
  try {
    const packet = encodeConnect({ ...options, level, clientId, username, password, will, authentication });
    return { kind: 'connect', packet, notes };
  } catch (error) {
    const why = error instanceof RangeError ? error.message : 'a field cannot be encoded';
    return failed('connect-too-long', `CONNECT cannot be sent: ${why}.`, 'Shorten the field in the profile.');
  }
}

/** A text with NUL, or half of a character, has the broker close the connection [MQTT-1.5.4-1, 1.5.4-2]. */
function unfitText({ username, userProperties, will }: ConnectionOptions, clientId: string): Failure | null {
  // A name and its value are apart below: one may end with the half that the other begins with.
  const pairs = [...userProperties, ...(will?.userProperties ?? [])];
  const texts: readonly (readonly [name: string, text: string | null | undefined])[] = [
    ['client ID', clientId],
    ['username', username],
    ['content type of the will', will?.contentType],
    ...pairs.flatMap(({ name, value }) => [['user properties', `${name} ${value}`] as const]),
  ];
  const bad = texts.find(([, text]) => text !== null && text !== undefined && UNFIT.test(text));
  if (!bad) return null;
  return failed(
    'connect-characters',
    `The ${bad[0]} cannot be sent: MQTT allows no NUL character and no half of a character (lone surrogate) in a text.`,
    'Remove it in the profile; it may be invisible.',
  );
}

/** Falling back to a plain password would give away what the user wanted to keep. */
function authenticationNeeds5(options: ConnectionOptions, level: ProtocolLevel): Failure {
  return failed(
    'authentication-needs-5',
    `${options.authentication} exists in MQTT 5 only, and this attempt would be made with MQTT ${VERSION[level]}. Nothing was sent.`,
    'Set the MQTT version to 5, or choose authentication by a plain password, where the broker allows it.',
  );
}

/** Options of MQTT 5 that are set although the version is older; one sentence for all. */
function leftOut(options: ConnectionOptions, level: ProtocolLevel): string[] {
  const { will } = options;
  const set: readonly (readonly [boolean, string])[] = [
    [options.sessionExpiry !== null, 'session expiry'],
    [options.receiveMaximum !== null, 'receive maximum'],
    [options.maximumPacketSize !== null, 'maximum packet size'],
    [!options.requestProblemInformation, 'request problem information'],
    [options.requestResponseInformation, 'request response information'],
    [options.userProperties.length > 0, 'user properties'],
    [will !== null && will.delayInterval !== null, 'will delay interval'],
    [will !== null && will.messageExpiry !== null, 'message expiry of the will'],
    [will?.utf8 === true, 'payload format of the will'],
    [will !== null && will.contentType !== null, 'content type of the will'],
    [will !== null && will.responseTopic !== null, 'response topic of the will'],
    [will !== null && will.correlationData !== null, 'correlation data of the will'],
    [will !== null && will.userProperties.length > 0, 'user properties of the will'],
  ];
  const names = set.filter(([isSet]) => isSet).map(([, name]) => name);
  if (names.length === 0) return [];
  return [`MQTT ${VERSION[level]} cannot carry these, so they were not sent: ${names.join(', ')}.`];
}

type Will = NonNullable<ConnectionOptions['will']>;

function willFields(will: Will): WillFields | Failure {
  const topic = checkTopicName(will.topic);
  if (topic !== null) return willFailure('topic', topic.message, topic.advice);
  if (will.responseTopic !== null) {
    const response = checkTopicName(will.responseTopic);
    if (response !== null) return willFailure('response-topic', response.message, response.advice);
  }
  const payload = will.encoding === 'hex' ? hexBytes(will.payload) : utf8.encode(will.payload);
  if (payload === null) {
    return willFailure('payload', 'The payload is no row of hex digits.', 'Write two digits for each byte.');
  }
  if (payload.length > 65_535) {
    const message = `The payload has ${formatCounted(payload.length, 'byte')}; a will has at most 65,535.`;
    return willFailure('payload', message, 'Shorten it.');
  }
  const correlationData = will.correlationData === null ? null : hexBytes(will.correlationData);
  if (correlationData === null && will.correlationData !== null) {
    const advice = 'Write two digits for each byte.';
    return willFailure('correlation-data', 'The correlation data is no row of hex digits.', advice);
  }
  return { ...will, payload, correlationData };
}

function willFailure(field: string, message: string, advice: string): Failure {
  return failed(`will-${field}`, `The last will cannot be sent. ${message}`, advice);
}
