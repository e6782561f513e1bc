import { failed, type Failure } from '../../../contract/base/errors.ts';
import { escapeUnsafe, shortened } from '../../payload/visible.ts';
import { quoted } from '../../topics/names.ts';
import { parseTemplate, type Variable } from './variables.ts';

/** Where the values come from. If one is null, its value is unknown and the message is not sent. */
export interface VariableValues {
  /** ms since the epoch */
  readonly now: number;
  uuid(): string;
  /** From 1; the same within a message. */
  counter(): number;
  /** Uniform in [0, 1). */
  random(): number;
  env(name: string): string | null;
  /** Payload of a topic, or a field of it. */
  value(topic: string, path: string | null): string | null;
  column(name: string): string | null;
}

/** @throws what `failure` makes of a variable that has no value */
class Unknown extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/**
 * A text with its variables replaced.
 *
 * @param topic of the message, for its levels; empty where the text is the topic itself
 * @param keep variables that stay as they stand
 */
export function renderText(
  text: string,
  values: VariableValues,
  topic: string,
  keep: (variable: Variable) => boolean = () => false,
): string | Failure {
  if (!text.includes('${')) return text;
  try {
    return parseTemplate(text)
      .pieces.map((piece) => {
        if (piece.kind === 'text') return piece.text;
        return keep(piece.variable) ? piece.source : valueOf(piece.variable, values, topic);
      })
      .join('');
  } catch (error) {
    if (error instanceof Unknown) return error.failure;
    throw error;
  }
}

function valueOf(variable: Variable, values: VariableValues, topic: string): string {
  switch (variable.kind) {
    case 'now':
      return String(values.now);
    case 'iso':
      return new Date(values.now).toISOString();
    case 'uuid':
      return values.uuid();
    case 'counter':
      return String(values.counter());
    case 'random':
      return randomBetween(variable, values.random());
    case 'env':
      return values.env(variable.name) ?? unknown(noEnvironment(variable.name));
    case 'value':
      return values.value(variable.topic, variable.path) ?? unknown(noValue(variable.topic, variable.path));
    case 'topic':
      return topic.split('/')[variable.level - 1] ?? unknown(noLevel(variable.level));
    case 'column':
      return values.column(variable.name) ?? unknown(noColumn(variable.name));
  }
}

/** Every step between the ends is as likely as any other. */
function randomBetween(
  { from, to, digits }: Extract<Variable, { readonly kind: 'random' }>,
  random: number,
): string {
  const scale = 10 ** digits;
  const steps = Math.round((to - from) * scale);
  return (from + Math.floor(random * (steps + 1)) / scale).toFixed(digits);
}

function unknown(failure: Failure): never {
  throw new Unknown(failure);
}

/** A path or column in a sentence, as it may be shown. */
const named = (name: string): string => shortened(escapeUnsafe(name), 200);

function noEnvironment(name: string): Failure {
  return failed(
    'variable-env',
    `The environment variable ${name} is not set.`,
    'Set it and start the program again, or write the value itself.',
  );
}

function noValue(topic: string, path: string | null): Failure {
  return failed(
    'variable-value',
    path === null
      ? `No message of ${quoted(topic)} was received, so its value is not known.`
      : `The latest message of ${quoted(topic)} has no field ${named(path)}.`,
    'Subscribe to it and wait for a message, or correct the variable.',
  );
}

function noLevel(level: number): Failure {
  return failed('variable-topic', `The topic has no level ${level}.`, 'Levels are counted from 1.');
}

function noColumn(name: string): Failure {
  return failed(
    'variable-column',
    `There is no column ${named(name)}.`,
    'Columns come from the file of a series; check its first line.',
  );
}
