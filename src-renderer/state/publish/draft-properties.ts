import { failed, type Failure } from '../../../src-main/contract/base/errors.ts';
import type { MessageProperties, PropertyText } from '../../../src-main/contract/model/publish-message.ts';
import { hexBytes, hexPairs } from '../../../src-main/core/payload/hex-text.ts';
import { decodeStrict } from '../../../src-main/core/payload/utf8.ts';

/** A row of user properties; bytes where a broker sent what is not UTF-8: they go out as they came. */
export interface UserRow {
  readonly name: PropertyText;
  readonly value: PropertyText;
}

/**
 * The MQTT 5 properties as typed; an empty text is none. No bytes at all are one that was received and is empty:
 * it goes out like that.
 */
export interface DraftProperties {
  readonly contentType: PropertyText;
  readonly responseTopic: PropertyText;
  readonly correlation: PropertyText;
  readonly correlationAs: 'text' | 'hex';
  /** Seconds. */
  readonly expiry: string;
  readonly alias: string;
  readonly payloadFormat: '' | '0' | '1';
  readonly user: readonly UserRow[];
}

export const NO_PROPERTIES: DraftProperties = {
  contentType: '',
  responseTopic: '',
  correlation: '',
  correlationAs: 'text',
  expiry: '',
  alias: '',
  payloadFormat: '',
  user: [],
};

/** How many there are. */
export function countProperties(draft: DraftProperties): number {
  const { contentType, responseTopic, correlation, expiry, alias, payloadFormat, user } = draft;
  const single = [contentType, responseTopic, correlation, expiry, alias, payloadFormat];
  return single.filter(isGiven).length + user.filter(isFilled).length;
}

function isFilled({ name, value }: UserRow): boolean {
  return isGiven(name) || isGiven(value);
}

/** Bytes were received, even where there are none. */
function isGiven(text: PropertyText): boolean {
  return text !== '';
}

/** What goes out; undefined: none. A failure says which of them cannot be sent. */
export function propertiesOf(draft: DraftProperties): MessageProperties | undefined | Failure {
  if (countProperties(draft) === 0) return undefined;
  const properties: MessageProperties = {};
  const { contentType, responseTopic, payloadFormat } = draft;
  if (payloadFormat !== '') properties.payloadFormat = payloadFormat === '1' ? 1 : 0;
  if (draft.expiry !== '') {
    const seconds = wholeNumber(draft.expiry, 0, 0xffff_ffff);
    if (seconds === null) return notANumber('Expires after', '0 to 4,294,967,295 s');
    properties.messageExpiry = seconds;
  }
  if (draft.alias !== '') {
    const alias = wholeNumber(draft.alias, 1, 65_535);
    if (alias === null) return notANumber('Topic alias', '1 to 65,535');
    properties.topicAlias = alias;
  }
  if (isGiven(contentType)) properties.contentType = contentType;
  if (isGiven(responseTopic)) properties.responseTopic = responseTopic;
  if (isGiven(draft.correlation)) {
    const bytes = correlationBytes(draft.correlation, draft.correlationAs);
    if (!(bytes instanceof Uint8Array)) return bytes;
    properties.correlationData = bytes;
  }
  const user = draft.user.filter(isFilled);
  if (user.length > 0) properties.userProperties = user.map(({ name, value }) => [name, value]);
  return properties;
}

/** Correlation data as typed, in bytes. The dashes of a UUID are no digits. */
export function correlationBytes(text: PropertyText, as: 'text' | 'hex'): Uint8Array | Failure {
  if (typeof text !== 'string') return text;
  const bytes = as === 'text' ? new TextEncoder().encode(text) : hexBytes(text.replaceAll('-', ''));
  if (bytes === null) {
    return failed(
      'correlation-not-hex',
      'The correlation data is not hex.',
      'Complete the pairs of digits, or choose Text.',
    );
  }
  if (bytes.length > 65_535) {
    return failed(
      'correlation-too-long',
      'The correlation data is longer than 65,535 bytes, the most that MQTT allows.',
      'Shorten it.',
    );
  }
  return bytes;
}

/** Null where the text is not a whole number in these bounds. */
function wholeNumber(text: string, min: number, max: number): number | null {
  const number = /^\s*\d+\s*$/.test(text) ? Number(text) : null;
  return number === null || number < min || number > max ? null : number;
}

function notANumber(name: string, range: string): Failure {
  return failed(
    'property-not-a-number',
    `${name} is not a whole number of ${range}.`,
    'Correct it, or leave it empty.',
  );
}

/** A message's properties, to be edited; sent unchanged they are the same. */
export function draftOfProperties(properties: MessageProperties): DraftProperties {
  const { payloadFormat, messageExpiry, topicAlias, correlationData } = properties;
  const correlation = correlationData === undefined ? '' : decodeStrict(correlationData);
  const isText = correlation !== null && !/\p{Cc}/u.test(correlation);
  return {
    contentType: received(properties.contentType),
    responseTopic: received(properties.responseTopic),
    correlation:
      correlationData === undefined ? '' : received(isText ? correlation : hexPairs(correlationData, '')),
    correlationAs: isText ? 'text' : 'hex',
    expiry: messageExpiry === undefined ? '' : String(messageExpiry),
    alias: topicAlias === undefined ? '' : String(topicAlias),
    payloadFormat: payloadFormat === undefined ? '' : payloadFormat === 1 ? '1' : '0',
    user: (properties.userProperties ?? []).map(([name, value]) =>
      name.length + value.length === 0 ? { name: EMPTY, value: '' } : { name, value },
    ),
  };
}

const EMPTY = new Uint8Array(0);

function received(text: PropertyText | undefined): PropertyText {
  return text === undefined ? '' : text.length === 0 ? EMPTY : text;
}
