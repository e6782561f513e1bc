/** What stands in a message for something that is only known when it is sent. */
export type Variable =
  /** ms since the epoch */
  | { readonly kind: 'now' }
  /** The same as `2026-11-20T14:31:07.732Z` */
  | { readonly kind: 'iso' }
  | { readonly kind: 'uuid' }
  /** Counts the messages that were sent with it. */
  | { readonly kind: 'counter' }
  /** Uniform, both ends included, with so many digits behind the point. */
  | { readonly kind: 'random'; readonly from: number; readonly to: number; readonly digits: number }
  /** A variable of the environment of this program. */
  | { readonly kind: 'env'; readonly name: string }
  /** The latest payload of a topic as text, or the field of its JSON at a path such as `.motor.rpm`. */
  | { readonly kind: 'value'; readonly topic: string; readonly path: string | null }
  /** A level of the topic that the message goes to, from 1. */
  | { readonly kind: 'topic'; readonly level: number }
  /** A column of the file that a series is read from. */
  | { readonly kind: 'column'; readonly name: string };

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** `source`: as it stands in the text, `${now}`. */
  | { readonly kind: 'variable'; readonly variable: Variable; readonly source: string };

export interface Template {
  readonly pieces: readonly Piece[];
  /** What looks like a variable and is none: it is sent as it stands. */
  readonly unknown: readonly string[];
}

const HOLE = /\$\{([^{}\r\n]*)\}/g;
const NUMBER = '(-?\\d+(?:\\.\\d+)?)';
const RANDOM = new RegExp(`^random\\s+${NUMBER}\\s+${NUMBER}$`);
/** More digits than a double has say nothing. */
const MOST_DIGITS = 15;
/** From here on a number is no longer written in digits, and the steps between two of them are not to be counted. */
const LARGEST = 1e21;

/** The text with its variables found. Linear in the text. */
export function parseTemplate(text: string): Template {
  if (last?.text === text) return last.template;
  const template = parsed(text);
  // A series has the same text each time.
  last = { text, template };
  return template;
}

let last: { readonly text: string; readonly template: Template } | null = null;

function parsed(text: string): Template {
  const pieces: Piece[] = [];
  const unknown: string[] = [];
  let at = 0;
  for (const match of text.matchAll(HOLE)) {
    const [source, inside = ''] = match;
    const variable = readVariable(inside.trim());
    if (variable === null) {
      unknown.push(source);
      continue;
    }
    if (match.index > at) pieces.push({ kind: 'text', text: text.slice(at, match.index) });
    pieces.push({ kind: 'variable', variable, source });
    at = match.index + source.length;
  }
  if (at < text.length) pieces.push({ kind: 'text', text: text.slice(at) });
  return { pieces, unknown };
}

/** The variables of these texts, in their order, each as often as it stands there. */
export function variablesOf(texts: readonly string[]): readonly Variable[] {
  return texts.flatMap((text) =>
    parseTemplate(text).pieces.flatMap((piece) => (piece.kind === 'variable' ? [piece.variable] : [])),
  );
}

function readVariable(inside: string): Variable | null {
  switch (inside) {
    case 'now':
    case 'iso':
    case 'uuid':
    case 'counter':
      return { kind: inside };
    default:
  }
  return readRandom(inside) ?? readNamed(inside);
}

function readRandom(inside: string): Variable | null {
  const [, a, b] = RANDOM.exec(inside) ?? [];
  if (a === undefined || b === undefined) return null;
  const digits = Math.min(MOST_DIGITS, Math.max(digitsOf(a), digitsOf(b)));
  const [from, to] = [Number(a), Number(b)];
  if (Math.max(Math.abs(from), Math.abs(to)) >= LARGEST) return null;
  return { kind: 'random', from: Math.min(from, to), to: Math.max(from, to), digits };
}

function digitsOf(number: string): number {
  const point = number.indexOf('.');
  return point < 0 ? 0 : number.length - point - 1;
}

function readNamed(inside: string): Variable | null {
  const space = inside.search(/\s/);
  if (space < 0) return null;
  const rest = inside.slice(space).trim();
  switch (inside.slice(0, space)) {
    case 'env':
      return /^[A-Za-z_][A-Za-z0-9_]*$/.test(rest) ? { kind: 'env', name: rest } : null;
    case 'column':
      return { kind: 'column', name: rest };
    case 'topic': {
      const level = /^\d{1,4}$/.test(rest) ? Number(rest) : 0;
      return level === 0 ? null : { kind: 'topic', level };
    }
    case 'value': {
      const path = /\s(\.\S+)$/.exec(rest);
      return path === null
        ? { kind: 'value', topic: rest, path: null }
        : { kind: 'value', topic: rest.slice(0, path.index).trim(), path: path[1] ?? null };
    }
    default:
      return null;
  }
}
