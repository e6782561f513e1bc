import { ProtocolError } from '../contract/base/errors.ts';
import type { WireMessage } from './pipe.ts';

/**
 * A message as bytes, for pipes that carry nothing else:
 *
 *   u32 big-endian: length of the header
 *   header: UTF-8 JSON `[lengths, message]`, where each Uint8Array of the message is replaced by
 *     `{"\0": index}` and `lengths` holds their sizes
 *   the bytes of the Uint8Arrays, one after the other
 */
const MARK = '\0';

/** Bytes of one frame: a published payload of 16 MB and its call. Both sides refuse more. */
export const MAX_FRAME = 16 * 2 ** 20 + 64 * 2 ** 10;
/** Bytes of a header: three PEM files at their limit, or 1,000 topics of ordinary length. */
const MAX_HEADER = 4 * 2 ** 20;
/** Lists, objects and what they hold, in what a window asks: ten thousand properties of a message, and more. */
export const MAX_ASKED = 50_000;
/** Levels of objects in each other; the contract's deepest has 8. */
const MAX_DEPTH = 32;
/** Uint8Arrays in one message; the contract's most is one for each of 500 log entries. */
const MAX_ATTACHMENTS = 1_024;

/** @throws ProtocolError `bad-frame` for what cannot travel, or is over a bound. */
export function encodeFrame(message: WireMessage): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  if (!isRecord(message)) throw bad('The message is not an object.');
  const plain = strip(message, parts, 0);
  const header = new TextEncoder().encode(JSON.stringify([parts.map((part) => part.byteLength), plain]));
  let size = 4 + header.byteLength;
  for (const part of parts) size += part.byteLength;
  if (header.byteLength > MAX_HEADER || size > MAX_FRAME)
    throw bad('The message is too large: at most 16 MB can pass at once.');
  const frame = new Uint8Array(size);
  new DataView(frame.buffer).setUint32(0, header.byteLength);
  frame.set(header, 4);
  let at = 4 + header.byteLength;
  for (const part of parts) {
    frame.set(part, at);
    at += part.byteLength;
  }
  return frame;
}

/**
 * The Uint8Arrays of the message are views of `frame`: nothing is copied.
 * @param maxValues lists, objects and what they hold, in the header; each takes time and memory to be made
 * @throws ProtocolError `bad-frame`, and nothing else, whatever the bytes are.
 */
export function decodeFrame(frame: Uint8Array, maxValues = Number.POSITIVE_INFINITY): WireMessage {
  if (frame.byteLength < 4 || frame.byteLength > MAX_FRAME) throw bad('The frame has no valid size.');
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const headerSize = view.getUint32(0);
  if (headerSize > frame.byteLength - 4 || headerSize > MAX_HEADER)
    throw bad('The header has no valid size.');
  const header = frame.subarray(4, 4 + headerSize);
  // Before parsing, as a parser spends memory on every level and time on every value.
  checkShape(header, maxValues);
  const [lengths, message] = parseHeader(header);
  const parts = cut(frame, 4 + headerSize, lengths);
  const whole = restore(message, parts);
  if (parts.some((part) => part !== null)) throw bad('An attachment belongs to nothing.');
  if (!isRecord(whole)) throw bad('The message is not an object.');
  return whole;
}

function isRecord(value: unknown): value is WireMessage {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

function strip(value: unknown, parts: Uint8Array[], depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return value;
    case 'number':
      // JSON would silently turn these into null.
      if (!Number.isFinite(value)) throw bad('The message holds a number that is not finite.');
      return value;
    case 'object':
      if (value === null) return null;
      if (depth >= MAX_DEPTH) throw bad('The message is nested too deeply.');
      if (value instanceof Uint8Array) return attach(value, parts);
      if (Array.isArray(value)) return value.map((item: unknown) => strip(item, parts, depth + 1) ?? null);
      return stripFields(value, parts, depth);
    default:
      throw bad('The message holds what cannot travel.');
  }
}

function attach(bytes: Uint8Array, parts: Uint8Array[]): unknown {
  if (parts.length >= MAX_ATTACHMENTS) throw bad('The message holds too many byte arrays.');
  return { [MARK]: parts.push(bytes) - 1 };
}

function stripFields(value: object, parts: Uint8Array[], depth: number): unknown {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw bad('The message holds an object of a class.');
  const plain: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (key === '__proto__' || key === MARK) throw bad('The message has a field of a reserved name.');
    plain[key] = strip(item, parts, depth + 1);
  }
  return plain;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether the JSON is not too deep and has not too many values; says nothing else of it. */
function checkShape(json: Uint8Array, maxValues: number): void {
  let depth = 0;
  let values = 0;
  let quoted = false;
  for (let i = 0; i < json.byteLength; i++) {
    const byte = json[i];
    if (quoted) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) quoted = true;
    // [ and {, then ] and }, then a comma
    else if (byte === 0x5b || byte === 0x7b) {
      values++;
      if (++depth > MAX_DEPTH + 2) throw bad('The header is nested too deeply.');
    } else if (byte === 0x5d || byte === 0x7d) depth--;
    else if (byte === 0x2c) values++;
  }
  if (values > maxValues) throw bad('The header holds too many values.');
}

function parseHeader(header: Uint8Array): [readonly number[], unknown] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header));
  } catch {
    throw bad('The header is not JSON.');
  }
  if (!Array.isArray(parsed) || parsed.length !== 2) throw bad('The header is not a pair.');
  const [lengths, message] = parsed as [unknown, unknown];
  if (!Array.isArray(lengths) || lengths.length > MAX_ATTACHMENTS || !lengths.every(isLength)) {
    throw bad('The lengths of the attachments are not valid.');
  }
  return [lengths, message];
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_FRAME;
}

function cut(frame: Uint8Array, start: number, lengths: readonly number[]): (Uint8Array | null)[] {
  let at = start;
  const parts = lengths.map((length) => {
    if (length > frame.byteLength - at) throw bad('The attachments are longer than the frame.');
    at += length;
    return frame.subarray(at - length, at);
  });
  if (at !== frame.byteLength) throw bad('The frame is longer than its attachments.');
  return parts;
}

/** Puts the attachments back, in place. Each may be named once, so nothing is shared. */
function restore(value: unknown, parts: (Uint8Array | null)[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = restore(value[i], parts);
    return value;
  }
  const fields = value as Record<string, unknown>;
  if (Object.hasOwn(fields, MARK)) return takePart(fields, parts);
  for (const key of Object.keys(fields)) {
    if (key === '__proto__') throw bad('The message has a field of a reserved name.');
    fields[key] = restore(fields[key], parts);
  }
  return fields;
}

function takePart(fields: Record<string, unknown>, parts: (Uint8Array | null)[]): Uint8Array {
  const index = fields[MARK];
  const part = typeof index === 'number' && Number.isInteger(index) ? parts[index] : undefined;
  if (part === undefined || part === null || Object.keys(fields).length !== 1) {
    throw bad('The message names an attachment that is not there.');
  }
  parts[index as number] = null;
  return part;
}

function bad(message: string): ProtocolError {
  return new ProtocolError('bad-frame', message);
}
