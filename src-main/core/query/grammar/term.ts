import { shortened } from '../../payload/visible.ts';
import { checkTopicFilter } from '../../topics/names.ts';
import { fieldAt, operatorAt, RETAIN_LIST, TYPE_LIST, type FieldName, type FieldOperator } from './fields.ts';
import { readDecimal } from './decimal.ts';
import { scanPath } from './json-path.ts';
import { readCount, readDuration, readSize } from './quantities.ts';
import { scan, scanBare, type Scanned } from './scan.ts';
import {
  PAYLOAD_TYPES,
  RETAIN_STATES,
  type Condition,
  type Measure,
  type Operator,
  type Term,
} from './query.ts';

export type ScannedTerm = { readonly end: number } & (
  | { readonly kind: 'term'; readonly term: Term }
  | { readonly kind: 'problem'; readonly reason: string }
);

/** Most characters of the typed text that a reason repeats. */
const MOST_QUOTED = 40;
const OPEN_QUOTE = 'The quotation mark is not closed.';

/** The term that begins at `at`, where there is neither a space nor a bracket. */
export function scanTerm(text: string, at: number): ScannedTerm {
  const field = fieldAt(text, at);
  if (field) return scanField(text, field.name, field.operator, field.end);
  const piece = scan(text, at);
  if (piece.kind === 'open') return { kind: 'problem', reason: OPEN_QUOTE, end: piece.end };
  if (piece.kind !== 'bare') return found({ kind: 'word', condition: textOf(piece) }, piece.end);
  return bareTerm(piece.text, piece.end);
}

function bareTerm(word: string, end: number): ScannedTerm {
  const lower = word.toLowerCase();
  if (lower === 'changed') return found({ kind: 'changed' }, end);
  if (lower === 'silent') return found({ kind: 'silent' }, end);
  if (hasWildcard(word)) return topicFilter(word, end);
  return found({ kind: 'word', condition: { kind: 'contains', text: word } }, end);
}

/** `+` or `#` as a whole level. */
function hasWildcard(word: string): boolean {
  return word.split('/').some((level) => level === '+' || level === '#');
}

function topicFilter(filter: string, end: number): ScannedTerm {
  const fault = checkTopicFilter(filter);
  if (fault !== null) return problem(`${quoted(filter)} is no topic filter: ${fault.message}`, end);
  return found({ kind: 'topic-filter', filter }, end);
}

function scanField(text: string, name: FieldName, operator: FieldOperator, from: number): ScannedTerm {
  if (name === 'json') return scanJson(text, operator, from);
  if (name === 'prop') return scanProperty(text, operator, from);
  const piece = scan(text, from);
  if (piece.kind === 'open') return problem(OPEN_QUOTE, piece.end);
  if (piece.kind === 'bare' && piece.text === '') {
    return problem(
      `${name}${operator} needs ${NEEDS[name]} after ${operator}, such as ${exampleOf(name, operator)}.`,
      piece.end,
    );
  }
  return fieldTerm(name, operator, piece);
}

const NEEDS: Readonly<Record<FieldName, string>> = {
  topic: 'a topic filter',
  value: 'a value',
  json: 'a path',
  type: 'a type',
  retain: 'a state',
  qos: 'a number from 0 to 2',
  rate: 'a number',
  count: 'a number',
  size: 'a number of bytes',
  age: 'a time',
  seen: 'a time',
  level: 'a number',
  prop: 'a name',
  content: 'a text',
  sub: 'a subscription',
};

const EXAMPLES: Readonly<Record<FieldName, string>> = {
  topic: 'topic:plant/+/temp',
  value: 'value>30',
  json: 'json:temperature>30',
  type: 'type:json',
  retain: 'retain:yes',
  qos: 'qos:1',
  rate: 'rate>5',
  count: 'count>100',
  size: 'size>1k',
  age: 'age<10s',
  seen: 'seen>10s',
  level: 'level:3',
  prop: 'prop:site=oslo',
  content: 'content:json',
  sub: 'sub:plant/#',
};

type Said = Exclude<Scanned, { kind: 'open' }>;

function choiceTerm(
  name: 'type' | 'retain',
  operator: FieldOperator,
  text: string,
  end: number,
): ScannedTerm {
  if (!isEqual(operator)) return problem(`${name} is asked for as in ${EXAMPLES[name]}.`, end);
  if (name === 'type') {
    const type = PAYLOAD_TYPES.find((one) => one === text);
    return type ? found({ kind: 'type', type }, end) : problem(`type is one of ${TYPE_LIST}.`, end);
  }
  const state = RETAIN_STATES.find((one) => one === text);
  return state ? found({ kind: 'retain', state }, end) : problem(`retain is one of ${RETAIN_LIST}.`, end);
}

function fieldTerm(
  name: Exclude<FieldName, 'json' | 'prop'>,
  operator: FieldOperator,
  piece: Said,
): ScannedTerm {
  const { end, text } = piece;
  switch (name) {
    case 'topic':
      return topicTerm(operator, piece);
    case 'value':
    case 'content': {
      const condition = conditionOf(`${name}${operator}`, operator, piece);
      return typeof condition === 'string' ? problem(condition, end) : found({ kind: name, condition }, end);
    }
    case 'type':
    case 'retain':
      return choiceTerm(name, operator, text.toLowerCase(), end);
    case 'sub':
      if (!isEqual(operator) || piece.kind === 'regex')
        return problem('sub is asked for as in sub:plant/# or sub:1.', end);
      if (piece.kind === 'bare' && /^\d{1,9}$/.test(text))
        return found({ kind: 'subscription', id: Number(text) }, end);
      return found({ kind: 'subscription-filter', filter: text }, end);
    default:
      return measureTerm(name, operator, text, end);
  }
}

function isEqual(operator: FieldOperator): boolean {
  return operator === ':' || operator === '=';
}

function topicTerm(operator: FieldOperator, piece: Said): ScannedTerm {
  if (piece.kind === 'regex' || operator === '~')
    return found({ kind: 'topic', condition: textOf(piece) }, piece.end);
  if (!isEqual(operator)) return problem('topic is asked for as in topic:plant/# or topic~press.', piece.end);
  return topicFilter(piece.text, piece.end);
}

/** With the comparison that was written: whoever asks for less is not shown how to ask for more. */
function exampleOf(name: FieldName, operator: FieldOperator): string {
  const isCompared = operator.startsWith('<') || operator.startsWith('>');
  return isCompared ? EXAMPLES[name].replace(/[<>]/, operator) : EXAMPLES[name];
}

function measureTerm(
  name: 'qos' | 'rate' | 'count' | 'size' | 'age' | 'seen' | 'level',
  operator: FieldOperator,
  text: string,
  end: number,
): ScannedTerm {
  const to = READERS[name](text);
  const reason = `${name}${operator}${quoted(text)} needs ${NEEDS[name]} after ${operator}, such as ${exampleOf(name, operator)}.`;
  if (to === null || operator === '~' || (name === 'qos' && to > 2)) return problem(reason, end);
  const of: Measure = name === 'seen' ? 'age' : name;
  return found({ kind: 'measure', of, operator: operator === ':' ? '=' : operator, to }, end);
}

const READERS = {
  qos: readCount,
  rate: readCount,
  count: readCount,
  level: readCount,
  size: readSize,
  age: readDuration,
  seen: readDuration,
} as const;

/** `json:PATH`, alone or with a comparison. */
function scanJson(text: string, operator: FieldOperator, from: number): ScannedTerm {
  if (operator !== ':')
    return problem('json needs a path after a colon, such as json:temperature>30.', scanBare(text, from).end);
  const scanned = scanPath(text, from);
  if (scanned.kind === 'problem')
    return problem(scanned.reason, Math.max(scanned.end, scanBare(text, from).end));
  const { path, end } = scanned;
  const next = operatorAt(text, end);
  if (next === null) {
    const rest = scanBare(text, end);
    if (rest.text !== '') return problem(`A path cannot go on with ${quoted(rest.text)}.`, rest.end);
    if (path.length === 0) return problem(`json: needs a path after :, such as ${EXAMPLES.json}.`, end);
    return found({ kind: 'json', path, condition: null }, end);
  }
  const condition = scanCondition(text, next, text.slice(from, end + next.length), end + next.length);
  if (condition.kind === 'problem') return condition;
  return found({ kind: 'json', path, condition: condition.condition }, condition.end);
}

/** `prop:NAME`, alone or with a comparison. */
function scanProperty(text: string, operator: FieldOperator, from: number): ScannedTerm {
  if (operator !== ':')
    return problem('prop needs a name after a colon, such as prop:site=oslo.', scanBare(text, from).end);
  const name = propertyName(text, from);
  if (name === null) return problem(OPEN_QUOTE, text.length);
  if (name.text === '') return problem(`prop: needs a name after :, such as ${EXAMPLES.prop}.`, name.end);
  const next = operatorAt(text, name.end);
  if (next === null) return found({ kind: 'property', name: name.text, condition: null }, name.end);
  const start = name.end + next.length;
  const condition = scanCondition(text, next, text.slice(from, start), start);
  if (condition.kind === 'problem') return condition;
  return found({ kind: 'property', name: name.text, condition: condition.condition }, condition.end);
}

function propertyName(text: string, from: number): { readonly text: string; readonly end: number } | null {
  if (text[from] === '"') {
    const quoted = scan(text, from);
    return quoted.kind === 'quoted' ? quoted : null;
  }
  const bare = scanBare(text, from);
  const end = bare.text.search(/~|!=|<|>|=/);
  return end < 0 ? bare : { text: bare.text.slice(0, end), end: from + end };
}

type ScannedCondition =
  | { readonly kind: 'condition'; readonly condition: Condition; readonly end: number }
  | Extract<ScannedTerm, { kind: 'problem' }>;

/** @param before what was typed so far, to say where something is missing */
function scanCondition(
  text: string,
  operator: FieldOperator,
  before: string,
  from: number,
): ScannedCondition {
  const piece = scan(text, from);
  if (piece.kind === 'open') return { kind: 'problem', reason: OPEN_QUOTE, end: piece.end };
  if (piece.kind === 'bare' && piece.text === '')
    return { kind: 'problem', reason: `${quoted(before)} needs a value after ${operator}.`, end: piece.end };
  const condition = conditionOf(before, operator, piece);
  if (typeof condition === 'string') return { kind: 'problem', reason: condition, end: piece.end };
  return { kind: 'condition', condition, end: piece.end };
}

/** The condition, or why there is none. */
function conditionOf(before: string, operator: FieldOperator, piece: Said): Condition | string {
  if (operator === ':' || operator === '~') return textOf(piece);
  if (piece.kind === 'regex') return `Write ~ before a regular expression: ~/${quoted(piece.text)}/.`;
  if (isOrder(operator) && readDecimal(piece.text) === null)
    return `${quoted(before)}${quoted(piece.text)} needs a number after ${operator}, such as 30.`;
  return { kind: 'compare', operator, to: piece.text };
}

function isOrder(operator: Operator): boolean {
  return operator !== '=' && operator !== '!=';
}

function textOf(piece: Said): Exclude<Condition, { kind: 'compare' }> {
  return piece.kind === 'regex'
    ? { kind: 'regex', pattern: piece.text, ignoreCase: piece.ignoreCase }
    : { kind: 'contains', text: piece.text };
}

function quoted(typed: string): string {
  return shortened(typed, MOST_QUOTED);
}

function found(term: Term, end: number): ScannedTerm {
  return { kind: 'term', term, end };
}

function problem(reason: string, end: number): Extract<ScannedTerm, { kind: 'problem' }> {
  return { kind: 'problem', reason, end };
}
