import { readU16, varintEnd, varintValue } from '../../mqtt/properties.ts';

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the parts of a CONNECT lie; texts and data without their length, properties likewise. */
export interface ConnectParts {
  readonly name: Span;
  readonly level: number;
  readonly flags: number;
  readonly flagsAt: number;
  readonly keepAliveAt: number;
  readonly properties: Span | null;
  readonly clientId: Span;
  readonly willProperties: Span | null;
  readonly willTopic: Span | null;
  readonly willPayload: Span | null;
  readonly username: Span | null;
  readonly password: Span | null;
}

const FLAG_USERNAME = 0x80;
const FLAG_PASSWORD = 0x40;
const FLAG_WILL = 0x04;

/** Reads the body [body, end) of a CONNECT as far as it is there; null if even its head is not. */
export function connectParts(bytes: Uint8Array, body: number, end: number): ConnectParts | null {
  let at = body;
  const field = (): Span => {
    const start = Math.min(end, at + 2);
    const length = at + 2 <= end ? readU16(bytes, at) : 0;
    at = Math.min(end, start + length);
    return { start, end: at };
  };
  const list = (): Span => {
    const start = varintEnd(bytes, at, end);
    if (start < 0) {
      at = end;
      return { start: end, end };
    }
    const to = Math.min(end, start + varintValue(bytes, at, start));
    at = to;
    return { start, end: to };
  };
  const name = field();
  if (at + 4 > end) return null;
  const level = (bytes[at] as number) & 0x7f;
  const flagsAt = at + 1;
  const flags = bytes[flagsAt] as number;
  at += 4;
  const properties = level === 5 ? list() : null;
  const clientId = field();
  const hasWill = (flags & FLAG_WILL) !== 0;
  const willProperties = hasWill && level === 5 ? list() : null;
  const willTopic = hasWill ? field() : null;
  const willPayload = hasWill ? field() : null;
  const username = (flags & FLAG_USERNAME) === 0 ? null : field();
  const password = (flags & FLAG_PASSWORD) === 0 ? null : field();
  return {
    name,
    level,
    flags,
    flagsAt,
    keepAliveAt: flagsAt + 1,
    properties,
    clientId,
    willProperties,
    willTopic,
    willPayload,
    username,
    password,
  };
}
