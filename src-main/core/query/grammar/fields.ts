import { PAYLOAD_TYPES, RETAIN_STATES } from './query.ts';

export const FIELD_NAMES = [
  'topic',
  'value',
  'json',
  'type',
  'retain',
  'qos',
  'rate',
  'count',
  'size',
  'age',
  'seen',
  'level',
  'prop',
  'content',
  'sub',
] as const;
export type FieldName = (typeof FIELD_NAMES)[number];

/** Fields that are asked for by their bare name. */
export const FLAG_NAMES = ['changed', 'silent'] as const;

/** What may follow a field, as help while typing. */
export interface FieldHelp {
  /** The text to insert, up to where the user goes on. */
  readonly insert: string;
  readonly example: string;
  readonly means: string;
}

export const FIELD_HELP: readonly FieldHelp[] = [
  { insert: 'topic:', example: 'topic:plant/+/temp/#', means: 'topics that an MQTT topic filter matches' },
  { insert: 'value>', example: 'value>30', means: 'latest value as a number' },
  { insert: 'value:', example: 'value:"out of range"', means: 'text in the latest value' },
  { insert: 'json:', example: 'json:deep.x[1]=42', means: 'a member of a JSON value' },
  { insert: 'rate>', example: 'rate>5', means: 'messages a second' },
  { insert: 'count>', example: 'count>100', means: 'messages received' },
  { insert: 'size>', example: 'size>1k', means: 'bytes of the latest payload' },
  { insert: 'age<', example: 'age<10s', means: 'time since the last message, up to' },
  { insert: 'seen>', example: 'seen>10s', means: 'time since the last message, longer than' },
  { insert: 'level:', example: 'level:3', means: 'levels of the topic' },
  { insert: 'qos:', example: 'qos:1', means: 'QoS of the latest message' },
  { insert: 'prop:', example: 'prop:site=oslo', means: 'a user property of the latest message' },
  { insert: 'content:', example: 'content:json', means: 'text in the content type' },
  { insert: 'sub:', example: 'sub:plant/#', means: 'came by the subscription, or by its identifier' },
  { insert: 'changed', example: 'changed', means: 'the latest value differs from the one before' },
  { insert: 'silent', example: 'silent', means: 'late: silent for longer than is usual for the topic' },
  { insert: 'retain:yes', example: 'retain:yes', means: 'retained, known for certain' },
  { insert: 'retain:no', example: 'retain:no', means: 'known not to be retained' },
  { insert: 'retain:unknown', example: 'retain:unknown', means: 'not known whether it is retained' },
  ...PAYLOAD_TYPES.map((type) => ({
    insert: `type:${type}`,
    example: `type:${type}`,
    means: meansOf(type),
  })),
];

function meansOf(type: (typeof PAYLOAD_TYPES)[number]): string {
  switch (type) {
    case 'json':
      return 'the latest value is JSON';
    case 'text':
      return 'the latest value is text';
    case 'number':
      return 'the latest value is a number';
    case 'binary':
      return 'the latest value is no text';
    case 'empty':
      return 'the latest message had no payload';
    case 'image':
      return 'the latest value is a picture';
  }
}

export const TYPE_LIST = PAYLOAD_TYPES.join(', ');
export const RETAIN_LIST = RETAIN_STATES.join(', ');

/** The field whose name stands at `at` with an operator behind it; null if there is none. */
export function fieldAt(
  text: string,
  at: number,
): { readonly name: FieldName; readonly operator: FieldOperator; readonly end: number } | null {
  FIELD.lastIndex = at;
  const match = FIELD.exec(text);
  if (!match) return null;
  const name = FIELD_NAMES.find((field) => field === match[1]?.toLowerCase());
  if (name === undefined) return null;
  return { name, operator: operatorOf(match[2] ?? ':'), end: at + match[0].length };
}

export type FieldOperator = ':' | '~' | '=' | '!=' | '<' | '<=' | '>' | '>=';

const OPERATORS: readonly FieldOperator[] = [':', '~', '=', '!=', '<', '<=', '>', '>='];
const FIELD = /([a-z]+)(:|~|!=|<=|>=|=|<|>)/iy;
const OPERATOR = /~|!=|<=|>=|=|<|>/y;

function operatorOf(text: string): FieldOperator {
  return OPERATORS.find((operator) => operator === text) ?? ':';
}

/** An operator behind a path or a property's name; null if none stands there. */
export function operatorAt(text: string, at: number): FieldOperator | null {
  OPERATOR.lastIndex = at;
  const match = OPERATOR.exec(text);
  return match ? operatorOf(match[0]) : null;
}
