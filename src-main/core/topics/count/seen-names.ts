import type { SeenName } from '../../../contract/view/seen-names.ts';
import { RecordLook } from '../../history/look.ts';
import { decodeStrict } from '../../payload/utf8.ts';
import type { JsonStep } from '../../query/grammar/query.ts';
import { writePath } from '../../query/grammar/json-path.ts';
import { NO_RECORD, type Node, type TopicSource } from '../columns/nodes.ts';
import { PathLook } from '../path-look.ts';
import { spread } from './spread.ts';

/** What one question may cost, in steps of about 1 µs, as nodes lie far apart: some 150 ms between the messages that come. */
export const NAME_STEPS = 150_000;
/** Steps between two pauses, about 0.2 ms. */
const SLICE = 256;
/** Most different names that are counted: of more, only the first found are ranked. */
const MOST_NAMES = 1_000;
/** Bytes. Longer names are not picked from a list. */
const LONGEST_NAME = 256;
const LONGEST_TOPIC = 1_024;
/** Bytes. Parsing as much takes about 0.2 ms, which is a pause's work. */
const LONGEST_VALUE = 16_384;
/** Bytes of a value that take as long to parse as a step. */
const STEP_BYTES = 64;
/** Levels of JSON, and members of one value, that are read. */
const DEEPEST = 8;
const MOST_MEMBERS = 500;

/** The names that levels of topics have and that begin with a text, whatever its case; the most frequent first. */
export function* seenLevels(
  source: TopicSource,
  begins: string,
  most: number,
  budget: number = NAME_STEPS,
): Generator<void, SeenName[]> {
  const wanted = begins.toLowerCase();
  const first = wanted.charCodeAt(0);
  const look = new PathLook();
  const found = new Found();
  yield* scan(source, budget, (node) => {
    source.lookPath(node, look);
    const at = look.start + source.nameOffset(node);
    const length = look.end - at;
    if (length === 0 || length > LONGEST_NAME) return 0;
    const byte = look.bytes[at] ?? 0;
    // What is not ASCII may have another length in the other case: it is read.
    if (byte < 0x80 && first < 0x80 && lower(byte) !== first) return 0;
    const name = decodeStrict(look.bytes.subarray(at, look.end));
    if (name?.toLowerCase().startsWith(wanted) === true) found.add(name, look);
    return 0;
  });
  return found.best(most);
}

/**
 * The paths that latest values of JSON have and that begin with a text, or of which a name does,
 * whatever its case; written as a filter has them, the most frequent first.
 */
export function* seenPaths(
  source: TopicSource,
  begins: string,
  most: number,
  budget: number = NAME_STEPS,
): Generator<void, SeenName[]> {
  const wanted = begins.toLowerCase();
  const record = new RecordLook();
  const look = new PathLook();
  const found = new Found();
  yield* scan(source, budget, (node) => {
    const address = source.lastRecord(node);
    if (address === NO_RECORD || !source.log.look(address, record)) return 0;
    const length = record.payloadEnd - record.payloadStart;
    if (length > LONGEST_VALUE || !opens(record)) return 0;
    source.lookPath(node, look);
    for (const path of pathsOf(parsed(record.payload.subarray(record.payloadStart, record.payloadEnd))))
      if (isMeant(path, wanted)) found.add(path, look);
    return length / STEP_BYTES;
  });
  return found.best(most);
}

/** Looks at nodes from all over the tree until the budget is spent; `look` answers the steps it took beside one. */
function* scan(source: TopicSource, budget: number, look: (node: Node) => number): Generator<void, void> {
  let spent = 0;
  let pauseAt = SLICE;
  for (const node of spread(source)) {
    if (spent >= budget) return;
    if (spent >= pauseAt) {
      yield;
      pauseAt = spent + SLICE;
    }
    spent += 1 + (source.exists(node) ? look(node) : 0);
  }
}

/** Names and how often they were met, each with the first topic it was met in. */
class Found {
  readonly #names = new Map<string, { readonly topic: string; times: number }>();

  add(name: string, { bytes, start, end }: PathLook): void {
    const known = this.#names.get(name);
    if (known !== undefined) known.times++;
    else if (this.#names.size < MOST_NAMES && end - start <= LONGEST_TOPIC) {
      const topic = decodeStrict(bytes.subarray(start, end));
      if (topic !== null) this.#names.set(name, { topic, times: 1 });
    }
  }

  best(most: number): SeenName[] {
    return [...this.#names]
      .toSorted(([a, of], [b, than]) => than.times - of.times || a.length - b.length || (a < b ? -1 : 1))
      .slice(0, most)
      .map(([name, { topic }]) => ({ name, topic }));
  }
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

/** Whether it may be an object or a list of JSON. */
function opens({ payload, payloadStart, payloadEnd }: RecordLook): boolean {
  let at = payloadStart;
  while (at < payloadEnd && payload[at]! <= 0x20) at++;
  return payload[at] === 0x7b || payload[at] === 0x5b;
}

function parsed(bytes: Uint8Array): unknown {
  const text = decodeStrict(bytes);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What lies in a value and has members no more, by its path; of a list the first entry stands for all. */
function* pathsOf(value: unknown): Generator<string, void> {
  const left: { readonly path: readonly JsonStep[]; readonly value: unknown }[] = [{ path: [], value }];
  for (let members = 0; members < MOST_MEMBERS; members++) {
    const next = left.pop();
    if (next === undefined) return;
    const inner = next.path.length === DEEPEST ? [] : membersOf(next.value);
    for (const [step, member] of inner) left.push({ path: [...next.path, step], value: member });
    if (inner.length === 0 && next.path.length > 0) yield writePath(next.path);
  }
}

function membersOf(value: unknown): readonly (readonly [JsonStep, unknown])[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.slice(0, 1).map((entry: unknown) => [0, entry] as const);
  return Object.entries(value).slice(0, MOST_MEMBERS);
}

/** `temp` means `temperature` and `motor.temperature`. */
function isMeant(path: string, wanted: string): boolean {
  const written = path.toLowerCase();
  return written.startsWith(wanted) || written.includes(`.${wanted}`);
}
