import { AUTH, CONNACK, CONNECT, DISCONNECT } from '../../mqtt/packet-types.ts';
import { AUTHENTICATION_DATA, eachProperty, varintEnd, varintValue } from '../../mqtt/properties.ts';
import { connectParts, type Span } from './connect-parts.ts';

/** Stands where a secret was; as long as it, so that every other byte stays at its place. */
const BLANK = 0x2a;
const QUESTION_MARK = 0x3f;

/**
 * Overwrites what is secret in one of our packets or the broker's, before anybody else sees it: the
 * password, or the username where it comes alone or with an empty password, since services take a token
 * there; what follows a `?` in a username; and the data of an enhanced authentication. The packet may be
 * cut or broken. True if there was something.
 *
 * @param body where the packet's body starts, after its fixed header
 */
export function blankSecrets(bytes: Uint8Array, type: number, body: number, end: number): boolean {
  switch (type) {
    case CONNECT:
      return blankConnect(bytes, body, end);
    case CONNACK:
      return blankSection(bytes, body + 2, end);
    case AUTH:
    case DISCONNECT:
      return blankSection(bytes, body + 1, end);
    default:
      return false;
  }
}

function blankConnect(bytes: Uint8Array, body: number, end: number): boolean {
  const parts = connectParts(bytes, body, end);
  if (parts === null) return false;
  const { properties, username, password } = parts;
  const found = properties !== null && blankAuthData(bytes, properties.start, properties.end);
  const signed = username !== null && blankQuery(bytes, username);
  // An empty password is none: services that take a token as the username want one with it.
  const secret = password !== null && password.end > password.start ? password : username;
  const blanked = secret !== null && blank(bytes, secret.start, secret.end);
  return found || signed || blanked;
}

/** Services take tokens and signatures after a `?` in the username. */
function blankQuery(bytes: Uint8Array, { start, end }: Span): boolean {
  const mark = bytes.subarray(start, end).indexOf(QUESTION_MARK);
  return mark >= 0 && blank(bytes, start + mark + 1, end);
}

/** The section after its length. */
function blankAuthData(bytes: Uint8Array, start: number, end: number): boolean {
  let found = false;
  let at = start;
  eachProperty(bytes, start, end, (id, from, to) => {
    if (id === AUTHENTICATION_DATA) found = blank(bytes, from + 2, to) || found;
    at = to;
  });
  // Data that is cut is no property as a whole, and a secret all the same.
  if (bytes[at] === AUTHENTICATION_DATA && at < end) found = blank(bytes, at + 3, end) || found;
  return found;
}

function blankSection(bytes: Uint8Array, at: number, end: number): boolean {
  const from = varintEnd(bytes, at, end);
  if (at >= end || from < 0) return false;
  // A section that is cut is read as far as it goes.
  return blankAuthData(bytes, from, Math.min(end, from + varintValue(bytes, at, from)));
}

function blank(bytes: Uint8Array, from: number, to: number): boolean {
  if (to <= from) return false;
  bytes.fill(BLANK, from, to);
  return true;
}
