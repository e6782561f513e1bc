import {
  beginsNumber,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  scanLiteral,
  scanNumber,
  scanString,
  skipSpace,
} from './json-scan.ts';

/** A value of JSON with what stands in it as it was written: digits, escapes, order and duplicate keys. */
export type JsonNode = JsonScalar | JsonObject | JsonList;

export interface JsonScalar {
  readonly kind: 'string' | 'number' | 'literal';
  /** As written, with the quotation marks of a string. */
  readonly text: string;
}

export interface JsonObject {
  readonly kind: 'object';
  /** As they are meant, escapes resolved. */
  readonly keys: readonly string[];
  readonly values: readonly JsonNode[];
}

export interface JsonList {
  readonly kind: 'list';
  readonly values: readonly JsonNode[];
}

/** Deepest nesting, so that callers can walk the nodes by recursion. */
const MAX_DEPTH = 500;

/** Being filled. */
interface Open {
  readonly node: { readonly kind: 'object' | 'list'; readonly keys: string[]; readonly values: JsonNode[] };
  /** What may come next. */
  expects: 'first' | 'item' | 'comma';
}

/** The document of strict JSON (RFC 8259) in a text; null where it is none, or nested over 500 deep. */
export function jsonNodes(text: string): JsonNode | null {
  const open: Open[] = [];
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    const top = open.at(-1);
    const unit = text.charCodeAt(at);
    let made: JsonNode | null = null;
    if (top !== undefined && (unit === CLOSE_OBJECT || unit === CLOSE_ARRAY)) {
      if (top.expects === 'item' || (unit === CLOSE_OBJECT) !== (top.node.kind === 'object')) return null;
      open.pop();
      made = finished(top);
      at++;
    } else if (top?.expects === 'comma') {
      if (unit !== COMMA) return null;
      top.expects = 'item';
      at++;
      continue;
    } else {
      if (top?.node.kind === 'object') {
        at = readKey(text, at, top.node.keys);
        if (at < 0) return null;
      }
      const first = text.charCodeAt(at);
      if (first === OPEN_OBJECT || first === OPEN_ARRAY) {
        if (open.length === MAX_DEPTH) return null;
        const kind = first === OPEN_OBJECT ? 'object' : 'list';
        open.push({ node: { kind, keys: [], values: [] }, expects: 'first' });
        at++;
        continue;
      }
      made = scalarAt(text, at);
      if (made === null) return null;
      at += made.text.length;
    }
    const parent = open.at(-1);
    if (parent === undefined) return skipSpace(text, at) === text.length ? made : null;
    parent.node.values.push(made);
    parent.expects = 'comma';
  }
  return null;
}

function finished({ node: { kind, keys, values } }: Open): JsonNode {
  return kind === 'object' ? { kind, keys, values } : { kind, values };
}

/** Takes a key and its colon; answers where the value begins, -1 where that is not what stands there. */
function readKey(text: string, at: number, keys: string[]): number {
  if (text.charCodeAt(at) !== QUOTE) return -1;
  const scan = scanString(text, at);
  if (scan.kind !== 'token') return -1;
  keys.push(stringMeant(text.slice(at, scan.end)));
  const colon = skipSpace(text, scan.end);
  return text.charCodeAt(colon) === COLON ? skipSpace(text, colon + 1) : -1;
}

function scalarAt(text: string, at: number): JsonScalar | null {
  const unit = text.charCodeAt(at);
  const isString = unit === QUOTE;
  const isNumber = beginsNumber(unit);
  const scan = isString ? scanString(text, at) : isNumber ? scanNumber(text, at) : scanLiteral(text, at);
  if (scan.kind !== 'token') return null;
  return { kind: isString ? 'string' : isNumber ? 'number' : 'literal', text: text.slice(at, scan.end) };
}

/** What a string of JSON means, from its text with the quotation marks. */
export function stringMeant(written: string): string {
  if (!written.includes('\\')) return written.slice(1, -1);
  return String(JSON.parse(written));
}
