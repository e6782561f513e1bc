import { FieldPath, MAX_PATH_STEPS } from '../../../src-main/contract/model/model.ts';
import type { DecodedNode } from '../../../src-main/contract/decoding/decoded.ts';
import { isEpochTime } from '../../../src-main/core/text/epoch-time.ts';
import { tokenizeJson } from '../../../src-main/core/payload/json.ts';
import { jsonNodes, stringMeant, type JsonNode } from '../../../src-main/core/payload/json-nodes.ts';
import { BYTE_ORDER_MARK, decodeStrict } from '../../../src-main/core/payload/utf8.ts';
import type { JsonStep } from '../../../src-main/core/query/grammar/query.ts';

/** More fields of one message nobody chooses from. */
const MOST = 200;
const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/** A number in a payload. */
export interface NumericField {
  /** The way to it; the payload itself has none. */
  readonly path: readonly JsonStep[];
  /** By its digits it is a time: it goes up with every message and says nothing. */
  readonly isTime: boolean;
}

/** The numbers in a payload, in its order. What lies deeper than a chart can ask for is left out. */
export function numericFields(payload: Uint8Array): readonly NumericField[] {
  const text = decodeStrict(payload);
  if (text === null) return [];
  if (NUMBER.test(text)) return [{ path: [], isTime: isEpochTime(text.trim()) }];
  const node = jsonNodes(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  const found: NumericField[] = [];
  if (node !== null) collect(node, [], found);
  return found;
}

/** The same of the beginning of a payload: what stands whole in it. */
export function numbersOfBeginning(bytes: Uint8Array): readonly NumericField[] {
  const text = decodeBeginning(bytes);
  const found = new Map<string, NumericField>();
  const above: Level[] = [];
  for (const { start, end, kind } of text === null ? [] : tokenizeJson(text)) {
    if (found.size >= MOST) break;
    const written = text?.slice(start, end) ?? '';
    if (kind === 'punctuation') enter(above, written);
    else if (kind === 'key') setKey(above, written);
    else if (kind === 'number' && end < (text?.length ?? 0) && above.length > 0) {
      const { data } = above.length > MAX_PATH_STEPS ? {} : FieldPath.safeParse(above.map(({ at }) => at));
      if (data !== undefined) found.set(JSON.stringify(data), { path: data, isTime: isEpochTime(written) });
    }
  }
  return [...found.values()];
}

/** An object or a list that is open where a value stands: which of its values that is. */
interface Level {
  at: JsonStep;
}

function enter(above: Level[], character: string): void {
  const top = above.at(-1);
  if (character === '{') above.push({ at: '' });
  else if (character === '[') above.push({ at: 0 });
  else if (character === '}' || character === ']') above.pop();
  else if (character === ',' && typeof top?.at === 'number') top.at++;
}

function setKey(above: readonly Level[], written: string): void {
  const top = above.at(-1);
  if (typeof top?.at === 'string') top.at = stringMeant(written);
}

/** Null: it is no UTF-8. A character that is cut at the end is left out. */
function decodeBeginning(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return null;
  }
}

/** The same of what a payload was decoded to; values that came first are all there may be. */
export function decodedNumbers(nodes: readonly DecodedNode[]): readonly NumericField[] {
  const found: NumericField[] = [];
  const seen = new Set<string>();
  const above: { readonly path: readonly JsonStep[]; readonly isList: boolean; count: number }[] = [];
  for (const { depth, key, shape, text } of nodes) {
    if (found.length >= MOST) break;
    above.length = Math.min(above.length, depth);
    const parent = above.at(-1);
    const path = parent === undefined ? [] : [...parent.path, parent.isList ? parent.count++ : (key ?? '')];
    if (shape === 'number' && FieldPath.safeParse(path).success) {
      const written = JSON.stringify(path);
      // Of a name that occurs twice the last one is read.
      if (!seen.has(written)) found.push({ path, isTime: isEpochTime(text) });
      seen.add(written);
    }
    above.push({ path, isList: shape === 'list', count: 0 });
  }
  return found;
}

/** Which of them is shown while nobody chose one: a measurement near the top. */
export function mostTelling(fields: readonly NumericField[]): number {
  const cost = ({ path, isTime }: NumericField) => path.length + (isTime ? MAX_PATH_STEPS + 1 : 0);
  const costs = fields.map(cost);
  return costs.indexOf(Math.min(...costs));
}

function collect(node: JsonNode, path: readonly JsonStep[], found: NumericField[]): void {
  if (found.length >= MOST || path.length > MAX_PATH_STEPS) return;
  if (node.kind === 'number') {
    if (FieldPath.safeParse(path).success) found.push({ path, isTime: isEpochTime(node.text) });
  } else if (node.kind === 'object') {
    // Of a name that occurs twice the last one is read.
    const members = new Map(node.keys.map((key, at) => [key, node.values[at]]));
    for (const [key, value] of members) if (value !== undefined) collect(value, [...path, key], found);
  } else if (node.kind === 'list')
    for (const [at, value] of node.values.entries()) collect(value, [...path, at], found);
}
