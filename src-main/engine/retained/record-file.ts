import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Qos, TopicKey } from '../../contract/model/model.ts';
import type { Damage, KeptMessage } from '../../contract/session/trash.ts';
import { receivedProperties } from '../../core/publish/received-properties.ts';
import { formatCounted } from '../../core/text/amounts.ts';
import { decodeLine, type FileHead } from './record.ts';

/** The largest payload of MQTT in base64, and its topic and properties: no line of ours is longer. */
const MOST_LINE_BYTES = 400_000_000;
/** Read at once; whoever else has work to do waits for as long as its lines take. */
const CHUNK_BYTES = 1 << 17;
/** Places that are named; the rest is one more. */
const MOST_DAMAGE = 100;

/** Where a message lies in its file, and what a list shows of it. */
export interface RecordPlace {
  /** From 1. */
  readonly line: number;
  readonly offset: number;
  readonly length: number;
  readonly key: TopicKey;
  /** Payload bytes. */
  readonly size: number;
  readonly qos: Qos;
  readonly at: number;
  readonly expiresAt: number | null;
}

export interface RecordIndex {
  /** Null: the first line cannot be read. */
  readonly head: FileHead | null;
  /** In the order of the file; what the broker refused to clear is left out. */
  readonly records: readonly RecordPlace[];
  readonly damage: readonly Damage[];
  /** What its end lacks, which is no damage while it is written. */
  readonly cut: readonly Damage[];
  readonly bytes: number;
}

export type SeeMessage = (message: KeptMessage, line: number) => void;

/**
 * Reads what can be read of a file, and names the lines that cannot.
 *
 * @param see gets each message as it is read, with its line: all of a large file together have no room in memory
 * @throws errors of the file system
 */
export async function indexFile(path: string, see?: SeeMessage): Promise<RecordIndex> {
  const reading = new IndexReading();
  for await (const line of linesOf(path)) {
    const message = reading.take(line);
    if (message !== null) see?.(message, line.number);
  }
  return reading.index();
}

/** A file with its messages: of two for one topic the newer, and none that the broker refused to clear. */
export interface ReadFile {
  readonly head: FileHead | null;
  readonly messages: ReadonlyMap<TopicKey, KeptMessage>;
  readonly damage: readonly Damage[];
}

/** The same of a file that is in memory, with its messages. */
export function readFileBytes(file: Uint8Array): ReadFile {
  const reading = new MessageReading();
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  for (let offset = 0, number = 1; offset < bytes.length; number++) {
    const end = bytes.indexOf(0x0a, offset);
    const text = bytes.subarray(offset, end < 0 ? bytes.length : end);
    reading.take({ number, offset, text, isCut: end < 0 });
    offset += text.length + 1;
  }
  return reading.read();
}

/**
 * The same of a file on disk; whoever else has work to do gets in between.
 *
 * @throws errors of the file system
 */
export async function readFileMessages(path: string): Promise<ReadFile> {
  const reading = new MessageReading();
  for await (const line of linesOf(path)) reading.take(line);
  return reading.read();
}

/** A file while it is read with its messages. */
class MessageReading {
  readonly #index = new IndexReading();
  readonly #byLine = new Map<number, KeptMessage>();

  take(line: Line): void {
    const message = this.#index.take(line);
    if (message !== null) this.#byLine.set(line.number, message);
  }

  read(): ReadFile {
    const { head, records, damage, cut } = this.#index.index();
    const messages = new Map<TopicKey, KeptMessage>();
    for (const { line, key } of newestOnly(records)) {
      const message = this.#byLine.get(line);
      if (message !== undefined) messages.set(key, message);
    }
    return { head, messages, damage: [...damage, ...cut] };
  }
}

/** A file while it is read line by line. */
class IndexReading {
  #head: FileHead | null = null;
  readonly #records = new Map<number, RecordPlace>();
  /** Of each topic; nearly all have one. */
  readonly #ofTopic = new Map<TopicKey, RecordPlace | RecordPlace[]>();
  readonly #damage: Damage[] = [];
  readonly #cut: Damage[] = [];
  #messages = 0;
  #refused = 0;
  #ended = false;
  #last = 0;
  #bytes = 0;

  /** @returns the message in it; null: there is none */
  take({ number, offset, text, isCut }: Line): KeptMessage | null {
    this.#last = number;
    this.#bytes = offset + text.length + 1;
    const line = text.length > MOST_LINE_BYTES ? 'It is longer than any message.' : decodeLine(text);
    if (typeof line === 'string') {
      if (isCut) this.#cut.push({ line: number, what: line });
      else this.#broken(number, line);
      return null;
    }
    this.#ended = line.kind === 'end';
    switch (line.kind) {
      case 'head':
        if (number === 1) this.#head = line.head;
        else this.#broken(number, 'It begins another file: two were joined.');
        return null;
      case 'message':
        this.#message(placeOf(line.message, number, offset, text.length));
        return line.message;
      case 'not-cleared':
        this.#notCleared(number, line.key);
        return null;
      case 'end':
        if (line.messages !== this.#messages) this.#broken(number, missing(line.messages - this.#messages));
        if ((line.refused ?? this.#refused) !== this.#refused) this.#broken(number, REFUSALS_CHANGED);
        return null;
    }
  }

  index(): RecordIndex {
    if (this.#head === null && ![...this.#damage, ...this.#cut].some(({ line }) => line === 1))
      this.#broken(1, 'The first line is missing.');
    if (!this.#ended) this.#cut.push({ line: this.#last + 1, what: CUT_OFF });
    const records = [...this.#records.values()];
    return { head: this.#head, records, damage: this.#damage, cut: this.#cut, bytes: this.#bytes };
  }

  #message(place: RecordPlace): void {
    this.#messages++;
    this.#records.set(place.line, place);
    const earlier = this.#placesOf(place.key);
    this.#ofTopic.set(place.key, earlier.length === 0 ? place : [...earlier, place]);
    const newer = earlier.find(({ at }) => at > place.at);
    if (newer !== undefined) this.#broken(place.line, isOlder(newer.line));
  }

  #notCleared(number: number, key: TopicKey): void {
    this.#refused++;
    const places = this.#placesOf(key);
    if (places.length === 0) return this.#broken(number, NOTHING_ABOVE);
    for (const { line } of places) this.#records.delete(line);
  }

  #placesOf(key: TopicKey): readonly RecordPlace[] {
    const found = this.#ofTopic.get(key) ?? [];
    return Array.isArray(found) ? found : [found];
  }

  #broken(line: number, what: string): void {
    const { length } = this.#damage;
    if (length < MOST_DAMAGE) this.#damage.push({ line, what });
    else if (length === MOST_DAMAGE) this.#damage.push({ line, what: 'And more from here on.' });
  }
}

/**
 * Of two for one topic, the one that the broker delivered later, whichever stands first; of two with the same time,
 * the second. So one part of a restore never puts back a message of which another part has a newer one.
 */
export function newestOnly(records: readonly RecordPlace[]): readonly RecordPlace[] {
  const newest = new Map<TopicKey, RecordPlace>();
  for (const one of records) {
    const other = newest.get(one.key);
    if (other === undefined || one.at >= other.at) newest.set(one.key, one);
  }
  return newest.size === records.length ? records : records.filter((one) => newest.get(one.key) === one);
}

const NOTHING_ABOVE = 'It says that a topic was not cleared, but no message for that topic stands above it.';

const REFUSALS_CHANGED =
  'Lines that say which topics the broker did not allow to be cleared are missing, cannot be read, or were added.';

/** Lines are written in the order in which their messages came. */
function isOlder(line: number): string {
  return `Its message is older than that of line ${line} for the same topic, which counts: lines were moved.`;
}

const CUT_OFF = 'The file ends here without its last line: it was cut off, or the program was.';

function missing(count: number): string {
  const most = formatCounted(Math.abs(count), 'message');
  if (count < 0) return `The file holds ${most} more than the program wrote: lines were added.`;
  return `The file is short of ${most} that the program wrote: lines are missing or cannot be read.`;
}

function placeOf(message: KeptMessage, line: number, offset: number, length: number): RecordPlace {
  const { key, qos, at, payload, properties } = message;
  const { messageExpiry } = receivedProperties(properties);
  const expiresAt = messageExpiry === undefined ? null : at + messageExpiry * 1_000;
  return { line, offset, length, key, size: payload.length, qos, at, expiresAt };
}

/**
 * The messages at these places, in this order. What has changed in the file since is left out.
 *
 * @throws errors of the file system
 */
export async function readRecords(path: string, places: readonly RecordPlace[]): Promise<KeptMessage[]> {
  const file = await open(path, 'r');
  try {
    const messages: KeptMessage[] = [];
    for (const { offset, length, key } of places) {
      const buffer = Buffer.alloc(length);
      const { bytesRead } = await file.read(buffer, 0, length, offset);
      const line = decodeLine(buffer.subarray(0, bytesRead));
      if (typeof line !== 'string' && line.kind === 'message' && line.message.key === key)
        messages.push(line.message);
    }
    return messages;
  } finally {
    await file.close();
  }
}

interface Line {
  readonly number: number;
  readonly offset: number;
  readonly text: Buffer;
  /** It has no line feed at its end. */
  readonly isCut: boolean;
}

async function* linesOf(path: string): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let number = 0;
  let offset = 0;
  const joined = (isCut: boolean): Line => {
    const text = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    parts = [];
    return { number: ++number, offset, text, isCut };
  };
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, from)) {
      parts.push(chunk.subarray(from, at));
      from = at + 1;
      const line = joined(false);
      offset += line.text.length + 1;
      yield line;
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
  }
  // It has no line feed at its end; its checksum shows whether it is whole.
  if (parts.length > 0) yield joined(true);
}
