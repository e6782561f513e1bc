import { failed, type Failure } from '../../../contract/base/errors.ts';
import type { Qos } from '../../../contract/model/model.ts';
import type { MessageTemplate } from '../../../contract/session/sending.ts';
import { base64Bytes } from '../../../core/payload/base64.ts';
import { decodeStrict } from '../../../core/payload/utf8.ts';
import { variablesOf } from '../../../core/publish/template/variables.ts';
import { rowProperties } from '../../../core/publish/series/row-properties.ts';
import { WHOLE_LINE, type SeriesRow } from '../../../core/publish/series/rows.ts';
import { templateTexts, withoutEncoding } from '../message/make-message.ts';

/** Columns with a meaning of their own, as the exports of a history name them as well. */
const BASE64_COLUMNS = ['payloadBase64', 'payload_base64'];
const BASE64_TOPIC_COLUMNS = ['topicBase64', 'topic_base64'];
const PAYLOAD_COLUMNS = ['payload', ...BASE64_COLUMNS];
const YES = ['true', '1', 'yes'];
const NO = ['false', '0', 'no', ''];

type Row = Extract<SeriesRow, { kind: 'row' }>;

/** Makes the messages of a file: what a line says takes the place of what the template says. */
export function rowMessages(template: MessageTemplate): (row: Row) => MessageTemplate | Failure {
  const usesColumns = variablesOf(templateTexts(template) ?? []).some(({ kind }) => kind === 'column');
  return (row) => {
    const { columns } = row;
    const qos = qosOf(columns.get('qos'), template.qos);
    if (typeof qos === 'object') return qos;
    const retain = retainOf(columns.get('retain'), template.retain);
    if (typeof retain === 'object') return retain;
    if (isCut(row)) return cut();
    const topic = topicOf(columns, template);
    if (typeof topic === 'object') return topic;
    const properties = propertiesOf(row, template);
    if ('code' in properties) return properties;
    const ofRow = {
      ...template,
      qos,
      retain,
      ...properties,
      ...(topic !== undefined && { topic: topicAsIs(template, columns, topic) }),
    };
    const base64 = BASE64_COLUMNS.map((name) => columns.get(name)).find((text) => text !== undefined);
    if (base64 !== undefined) return withBytes(ofRow, base64);
    const payload = columns.get('payload');
    if (payload !== undefined) return { ...ofRow, payload: encoded(asIs(template, 'payload', payload)) };
    if (usesColumns || topic !== undefined) return ofRow;
    // A line of JSON that says nothing of a message is one itself.
    if (row.whole !== null) return { ...ofRow, payload: encoded(asIs(template, WHOLE_LINE, row.whole)) };
    return failed(
      'line-unused',
      `The file has none of the columns topic and ${PAYLOAD_COLUMNS[0]}, and the message uses no other.`,
      'Name the columns in the first line, or write ${column NAME} into the message.',
    );
  };
}

/**
 * An export has the bytes of a topic beside it where no text can hold them, and the topic is for the eye: sent as
 * it stands there the message would go elsewhere.
 */
function topicOf(columns: Row['columns'], { variables }: MessageTemplate): string | undefined | Failure {
  const topic = columns.get('topic');
  const base64 = BASE64_TOPIC_COLUMNS.map((name) => columns.get(name) ?? '').find((text) => text !== '');
  if (base64 === undefined || !saysMessage(columns)) return topic;
  const bytes = base64Bytes(base64);
  if (bytes === null) return failed('line-not-base64', 'The topic of the line is not Base64.', 'Correct it.');
  const text = decodeStrict(bytes);
  if (text !== null && variables && text.includes('${')) return likeVariable('topic of the line has');
  return (
    text ??
    failed(
      'line-topic',
      'The topic of the line is no text in UTF-8, so no broker takes it from a client.',
      'Take the line out, or write another topic and no bytes beside it.',
    )
  );
}

/** What a file says is sent as it stands: what looks like a variable in it is none. */
function asIs({ variables }: MessageTemplate, column: string, text: string): string {
  return variables ? `\${column ${column}}` : text;
}

/** The column stands for it where there are variables, unless its bytes were read. */
function topicAsIs(template: MessageTemplate, columns: Row['columns'], topic: string): string {
  return columns.get('topic') === topic ? asIs(template, 'topic', topic) : topic;
}

/** Of a line of JSON: each takes the place of the template's. */
function propertiesOf(
  { columns, whole }: Row,
  template: MessageTemplate,
): Partial<Pick<MessageTemplate, 'properties' | 'correlation'>> | Failure {
  const json = whole === null ? undefined : columns.get('properties');
  if (json === undefined || !saysMessage(columns)) return {};
  const read = rowProperties(json);
  if ('code' in read) return read;
  if (template.variables && json.includes('${')) {
    return likeVariable('properties of the line have');
  }
  const properties = { ...template.properties, ...read };
  return read.correlationData === undefined ? { properties } : { properties, correlation: null };
}

function likeVariable(what: string): Failure {
  const message = `The ${what} what looks like a variable, and the message has variables.`;
  return failed('line-variables', message, 'Remove the variables, or turn them off.');
}

/** An export says so where a payload was kept shortened. */
function isCut({ columns, whole }: Row): boolean {
  const [kept, size] = [Number(columns.get('kept')), Number(columns.get('size'))];
  return whole !== null && saysMessage(columns) && columns.has('time') && kept < size;
}

function cut(): Failure {
  return failed(
    'line-cut',
    'The payload of the line is not all of it: the message was kept shortened.',
    'Take the line out, or its member kept where that is meant.',
  );
}

/** Else the line is a payload, whatever its members are called. */
function saysMessage(columns: Row['columns']): boolean {
  return ['topic', ...PAYLOAD_COLUMNS].some((name) => columns.has(name));
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function withBytes(template: MessageTemplate, base64: string): MessageTemplate | Failure {
  const payload = base64Bytes(base64);
  if (payload === null)
    return failed('line-not-base64', 'The payload of the line is not Base64.', 'Correct it.');
  if (!template.variables) return { ...withoutEncoding(template), payload };
  return failed(
    'line-bytes',
    'The payload of the line is bytes in Base64, and the message has variables.',
    'Remove the variables, or turn them off.',
  );
}

function qosOf(text: string | undefined, otherwise: Qos): Qos | Failure {
  switch (text?.trim()) {
    case undefined:
    case '':
      return otherwise;
    case '0':
      return 0;
    case '1':
      return 1;
    case '2':
      return 2;
    default:
      return failed('line-qos', `The QoS of the line is ${JSON.stringify(text)}.`, 'Write 0, 1 or 2.');
  }
}

function retainOf(text: string | undefined, otherwise: boolean): boolean | Failure {
  const word = text?.trim().toLowerCase();
  if (word === undefined) return otherwise;
  if (YES.includes(word)) return true;
  if (NO.includes(word)) return false;
  return failed('line-retain', `Retain of the line is ${JSON.stringify(text)}.`, 'Write true or false.');
}
