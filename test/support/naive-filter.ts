import type { Condition, Measure, Query, Term } from '../../src-main/core/query/grammar/query.ts';
import { matchesFilter } from '../../src-main/core/topics/filters.ts';

/** A topic as a filter may ask about it, written down plainly. */
export interface PlainTopic {
  readonly topic: string;
  /** The latest payload as text; null: not kept any more; undefined: there never was one. */
  readonly value: string | null | undefined;
  /** The one before, likewise. */
  readonly before: string | null | undefined;
  readonly qos: number;
  readonly count: number;
  readonly rate: number;
  /** ms since the latest message. */
  readonly age: number;
  readonly retained: 'yes' | 'no' | 'unknown';
  readonly late: boolean;
  readonly properties: readonly (readonly [string, string])[];
  readonly contentType: string | null;
  readonly subscription: number | null;
  readonly subscriptions: ReadonlyMap<string, number>;
}

/** Null: not known. */
type Answer = boolean | null;

/** What a filter says of a topic, by the rules of docs/filter.md and nothing else. */
export function naiveFilter(query: Query, topic: PlainTopic): Answer {
  switch (query.kind) {
    case 'not': {
      const answer = naiveFilter(query.part, topic);
      return answer === null ? null : !answer;
    }
    case 'and': {
      const answers = query.parts.map((part) => naiveFilter(part, topic));
      return answers.includes(false) ? false : answers.includes(null) ? null : true;
    }
    case 'or': {
      const answers = query.parts.map((part) => naiveFilter(part, topic));
      return answers.includes(true) ? true : answers.includes(null) ? null : false;
    }
    case 'term':
      return ofTerm(query.term, topic);
  }
}

function ofTerm(term: Term, topic: PlainTopic): Answer {
  switch (term.kind) {
    case 'word':
      if (meets(term.condition, topic.topic)) return true;
      return ofValue(topic.value, (value) => meets(term.condition, value));
    case 'topic':
      return meets(term.condition, topic.topic);
    case 'topic-filter':
      return matchesFilter(term.filter, topic.topic);
    case 'value':
      return ofValue(topic.value, (value) => value !== '' && meets(term.condition, value));
    case 'json':
      return ofValue(topic.value, (value) => {
        const found = atPath(value, term.path);
        if (found === undefined) return false;
        if (term.condition === null) return true;
        // Parsed, a number has lost digits; the value as a whole still has them.
        if (typeof found === 'number' && term.path.length === 0) return meets(term.condition, value);
        return meets(term.condition, typeof found === 'string' ? found : JSON.stringify(found));
      });
    case 'type':
      return ofValue(topic.value, (value) => typeOf(value) === term.type);
    case 'retain':
      return topic.retained === term.state;
    case 'measure':
      return measure(term.of, topic, (value) => compare(term.operator, value, term.to));
    case 'property':
      return ofValue(topic.value, () =>
        topic.properties.some(
          ([name, value]) => name === term.name && (term.condition === null || meets(term.condition, value)),
        ),
      );
    case 'content':
      return ofValue(
        topic.value,
        () => topic.contentType !== null && meets(term.condition, topic.contentType),
      );
    case 'subscription':
      return ofValue(topic.value, () => topic.subscription === term.id);
    case 'subscription-filter':
      return ofValue(topic.value, () => cameBy(term.filter, topic));
    case 'silent':
      return topic.late;
    case 'changed':
      return ofValue(topic.value, (value) => ofValue(topic.before, (before) => value !== before));
  }
}

function cameBy(filter: string, { topic, subscription, subscriptions }: PlainTopic): Answer {
  const id = subscriptions.get(filter);
  if (id === undefined) return false;
  if (subscription !== null) {
    if (subscription === id) return true;
    return [...subscriptions.values()].includes(subscription) ? false : null;
  }
  const matching = [...subscriptions.keys()].filter((one) => matchesFilter(one, topic));
  if (!matching.includes(filter)) return false;
  return matching.length === 1 ? true : null;
}

function ofValue(value: string | null | undefined, ask: (value: string) => Answer): Answer {
  if (value === undefined) return false;
  return value === null ? null : ask(value);
}

function measure(of: Measure, topic: PlainTopic, ask: (value: number) => boolean): Answer {
  switch (of) {
    case 'count':
      return ask(topic.count);
    case 'rate':
      return ask(topic.rate);
    case 'level':
      return ask(topic.topic.split('/').length);
    case 'age':
      return ask(topic.age);
    case 'qos':
      return ofValue(topic.value, () => ask(topic.qos));
    case 'size':
      return ofValue(topic.value, (value) => ask(new TextEncoder().encode(value).length));
  }
}

function meets(condition: Condition, text: string): boolean {
  switch (condition.kind) {
    case 'contains':
      return text.normalize('NFC').toUpperCase().includes(condition.text.normalize('NFC').toUpperCase());
    case 'regex':
      return new RegExp(condition.pattern, condition.ignoreCase ? 'i' : '').test(text);
    case 'compare': {
      const trimmed = text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
      if (isNumber(trimmed) && isNumber(condition.to))
        return compare(condition.operator, scaled(trimmed), scaled(condition.to));
      if (condition.operator === '=') return trimmed === condition.to;
      return condition.operator === '!=' && trimmed !== condition.to;
    }
  }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function isNumber(text: string): boolean {
  return NUMBER.test(text);
}

/** A number as so many units of 10⁻⁴⁰. */
function scaled(text: string): bigint {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/, '').split('.');
  const digits = BigInt(`0${whole}${fraction}`) * 10n ** BigInt(40 + Number(exponent) - fraction.length);
  return mantissa.startsWith('-') ? -digits : digits;
}

function compare<T extends number | bigint>(operator: string, a: T, b: T): boolean {
  switch (operator) {
    case '=':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}

function atPath(text: string, path: readonly (string | number)[]): unknown {
  let at: unknown;
  try {
    at = JSON.parse(text);
  } catch {
    return undefined;
  }
  for (const step of path) {
    if (typeof step === 'number') at = Array.isArray(at) ? (at as unknown[])[step] : undefined;
    else if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, step))
      return undefined;
    else at = (at as Record<string, unknown>)[step];
    if (at === undefined) return undefined;
  }
  return at;
}

function typeOf(value: string): string {
  if (value === '') return 'empty';
  const trimmed = value.trim();
  if (isNumber(trimmed)) return 'number';
  return /^[[{"]|^(true|false|null)$/.test(trimmed) ? 'json' : 'text';
}
