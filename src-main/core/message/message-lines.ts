import type { PropertyText } from '../../contract/model/publish-message.ts';
import { base64Text } from '../payload/base64.ts';
import { messageProperties, type MessageProperty } from '../payload/properties.ts';
import { decodeStrict } from '../payload/utf8.ts';
import { receivedProperties } from '../publish/received-properties.ts';

/** A received message as it is written into a file. */
export interface WrittenMessage {
  readonly topic: string;
  /** Its bytes, where no text can hold it and `topic` is for the eye. */
  readonly topicBase64?: string;
  /** Received, ms since the epoch. */
  readonly at: number;
  readonly qos: number;
  readonly retain: boolean;
  readonly dup: boolean;
  /** Bytes received; more than `payload` has where it was kept shortened. */
  readonly size: number;
  readonly payload: Uint8Array;
  /** MQTT 5 properties as received, without their length. */
  readonly properties: Uint8Array;
}

/**
 * A line of JSON: a payload that is text in UTF-8 stands in `payload`, any other one in `payloadBase64`, and
 * `kept` says where it is not all of it.
 */
export function jsonLine(message: WrittenMessage): string {
  const { topic, topicBase64, at, qos, retain, dup, size, payload } = message;
  const text = decodeStrict(payload);
  const properties = propertyMembers(messageProperties(message.properties));
  return JSON.stringify({
    time: new Date(at).toISOString(),
    topic,
    ...(topicBase64 === undefined ? {} : { topicBase64 }),
    qos,
    retain,
    dup,
    size,
    ...(payload.length < size ? { kept: payload.length } : {}),
    ...(text === null ? { payloadBase64: base64Text(payload) } : { payload: text }),
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
  });
}

function propertyMembers(properties: readonly MessageProperty[]): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  const user: [string, string][] = [];
  const subscriptions: number[] = [];
  for (const property of properties) {
    switch (property.kind) {
      case 'format':
        members['payloadFormat'] = property.text ? 1 : 0;
        break;
      case 'expiry':
        members['messageExpiry'] = property.seconds;
        break;
      case 'content-type':
        members['contentType'] = property.text;
        break;
      case 'response-topic':
        members['responseTopic'] = property.text;
        break;
      case 'correlation-data':
        members['correlationDataBase64'] = base64Text(property.bytes);
        break;
      case 'subscription':
        subscriptions.push(property.id);
        break;
      case 'user':
        user.push([property.name, property.value]);
        break;
      case 'other':
        break;
    }
  }
  return {
    ...members,
    ...(subscriptions.length === 0 ? {} : { subscriptions }),
    ...(user.length === 0 ? {} : { userProperties: user }),
  };
}

/** How a payload stands in a table: as its text, those that are no text left empty; or all in Base64. */
export type PayloadColumn = 'text' | 'base64';

/** The bytes of topics that no text can hold; the last column, in files that have such a topic. */
export const EXACT_TOPIC = 'topic_base64';

const LINE_END = '\r\n';

/** A table of messages (RFC 4180), a line each. */
export class MessageTable {
  readonly #column: PayloadColumn;
  #lines: string[];
  #isExact = false;

  constructor(column: PayloadColumn) {
    this.#column = column;
    this.#lines = [
      `time,topic,qos,retain,dup,size,${column === 'text' ? 'payload' : 'payload_base64'}${LINE_END}`,
    ];
  }

  /** Answers how many characters it has. */
  add({ topic, topicBase64, at, qos, retain, dup, size, payload }: WrittenMessage): number {
    if (topicBase64 !== undefined && !this.#isExact) this.#exact();
    const shown = this.#column === 'text' ? (decodeStrict(payload) ?? '') : base64Text(payload);
    const cells = [new Date(at).toISOString(), topic, qos, retain, dup, size, shown];
    if (this.#isExact) cells.push(topicBase64 ?? '');
    const line = `${cells.map((cell) => csvCell(String(cell))).join(',')}${LINE_END}`;
    this.#lines.push(line);
    return line.length;
  }

  parts(): string[] {
    return this.#lines;
  }

  /** Lines of other topics have an empty cell there. */
  #exact(): void {
    this.#isExact = true;
    this.#lines = this.#lines.map(
      (line, at) => `${line.slice(0, -LINE_END.length)},${at === 0 ? EXACT_TOPIC : ''}${LINE_END}`,
    );
  }
}

/** A cell of such a line. */
export function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Where a command line connects to. */
export interface CommandHost {
  readonly host: string;
  readonly port: number;
}

/**
 * The command line of a POSIX shell that publishes the message again with mosquitto_pub, byte for byte. It
 * holds no username and no password: those are the person's to add.
 */
export function mosquittoPub(message: WrittenMessage, broker: CommandHost | null): string {
  const { topic, qos, retain, payload } = message;
  const properties = messageProperties(message.properties).flatMap(propertyOption);
  const text = decodeStrict(payload);
  // A shell cannot pass NUL, and what is no text is best not typed.
  const isArgument = text !== null && !text.includes('\0') && payload.length > 0;
  const options = [
    ...(broker === null ? [] : ['-h', quoted(broker.host), '-p', String(broker.port)]),
    ...(properties.length === 0 ? [] : ['-V', '5']),
    '-t',
    quoted(topic),
    ...(qos === 0 ? [] : ['-q', String(qos)]),
    ...(retain ? ['-r'] : []),
    ...properties,
    ...(payload.length === 0 ? ['-n'] : isArgument ? ['-m', quoted(text)] : ['-s']),
  ];
  const command = ['mosquitto_pub', ...options].join(' ');
  return payload.length === 0 || isArgument
    ? command
    : `printf %s ${quoted(base64Text(payload))} | base64 -d | ${command}`;
}

/** What goes with a message and no argument of a shell can hold, so that it is not in its command line. */
export function notInCommand(properties: Uint8Array): string | null {
  const { correlationData, contentType, responseTopic, userProperties = [] } = receivedProperties(properties);
  const isLost = (text: PropertyText | undefined) => typeof text === 'object';
  if (isLost(contentType) || isLost(responseTopic) || userProperties.flat().some(isLost))
    return 'a property that is not UTF-8';
  return correlationData === undefined || isArgument(correlationData)
    ? null
    : 'the correlation data, which is not text';
}

function isArgument(bytes: Uint8Array): boolean {
  return decodeStrict(bytes)?.includes('\0') === false;
}

function propertyOption(property: MessageProperty): string[] {
  const option = (name: string, ...values: string[]) => ['-D', 'publish', name, ...values.map(quoted)];
  switch (property.kind) {
    case 'format':
      return option('payload-format-indicator', property.text ? '1' : '0');
    case 'expiry':
      return option('message-expiry-interval', String(property.seconds));
    case 'content-type':
      return option('content-type', property.text);
    case 'response-topic':
      return option('response-topic', property.text);
    case 'correlation-data': {
      const text = decodeStrict(property.bytes);
      return text === null || text.includes('\0') ? [] : option('correlation-data', text);
    }
    case 'user':
      return option('user-property', property.name, property.value);
    case 'subscription':
    case 'other':
      return [];
  }
}

/** A word of a POSIX shell. */
function quoted(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
