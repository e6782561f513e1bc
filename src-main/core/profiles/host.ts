import { failed, type Failure } from '../../contract/base/errors.ts';

/** A host as all of the program keeps it: without brackets, an IPv6 zone behind a single %. */
export interface HostAndPort {
  readonly kind: 'host';
  readonly host: string;
  /** Written behind the host; null where there is none. */
  readonly port: number | null;
}

/** Characters that no further typing makes part of a host, a port or a whole address. */
const NEVER_IN_HOST = /[;=,"'`<>(){}|\\^*!$&~+\p{Cc}\p{Cs}]|\S\s+\S/u;

/** Thrown inside this file only. */
class Refusal extends Error {
  readonly code: string;
  readonly advice: string;
  constructor(code: string, message: string, advice: string) {
    super(message);
    this.code = code;
    this.advice = advice;
  }
}

/**
 * The one rule for what a host is: a name, an IPv4 or an IPv6 address, with or without brackets, zone and
 * port. For forms, addresses, imports, presets, proxies and right before a name is looked up. White space
 * around it does not count. No failure quotes the text: whatever was pasted by mistake may be a secret.
 *
 * @param label what the field is called in a sentence
 * @param toAscii the ASCII form of an international name, empty where it has none; the name itself stays
 * @returns a failure whose code begins with `host-`
 */
export function readHost(
  text: string,
  label = 'host',
  toAscii: (name: string) => string = (name) => name,
): HostAndPort | Failure {
  try {
    const found = read(text.trim());
    if (isAscii(found.host) || toAscii(found.host) !== '') return found;
    throw new Refusal(
      'host-international',
      'The LABEL has letters that cannot stand together in an international name.',
      'Check it for characters that only look alike.',
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const named = (sentence: string): string => sentence.replaceAll('LABEL', label);
    return failed(error.code, named(error.message), named(error.advice));
  }
}

/**
 * The name that TLS sends, and that the certificate has to be for: a host, and nothing behind it.
 *
 * @returns a failure whose code begins with `host-`
 */
export function readServerName(text: string, toAscii?: (name: string) => string): string | Failure {
  const read = readHost(text, 'server name', toAscii);
  if (read.kind === 'failed') return read;
  if (read.port !== null) return failed('host-port', 'The server name has a port.', 'Enter the name alone.');
  return read.host;
}

/** ASCII needs no other form. */
const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);

/**
 * A name as it is looked up, and as it is in certificates. What is ASCII already stays as it is, and so does
 * a name that has no such form.
 *
 * @param toAscii the ASCII form of an international name, empty where it has none
 */
export function asciiHost(host: string, toAscii: (name: string) => string): string {
  return isAscii(host) ? host : toAscii(host) || host;
}

/** Whether the text is wrong already while it is typed: nothing that may follow makes it right. */
export function isHopelessHost(text: string): boolean {
  return NEVER_IN_HOST.test(text.trim());
}

/** As a host stands before a port, or in an address. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

export function atPort(host: string, port: number): string {
  return `${bracketed(host)}:${port}`;
}

/** An IPv6 address without its zone, which has a meaning on this computer only; anything else as it is. */
export function withoutZone(host: string): string {
  return host.includes(':') ? host.replace(/%.*$/, '') : host;
}

/** IPv4 with four numbers, or IPv6 with or without a zone. */
export function isIpAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

function read(text: string): HostAndPort {
  if (text === '') {
    throw new Refusal(
      'host-empty',
      'The LABEL is empty.',
      'Enter a name such as broker.example, or an IP address.',
    );
  }
  checkCharacters(text);
  if (text.startsWith('[') || text.includes(']')) return readBracketed(text);
  const colon = text.indexOf(':');
  if (colon !== text.lastIndexOf(':')) {
    const host = withPlainZone(text);
    if (isIpv6(host)) return { kind: 'host', host, port: null };
    throw new Refusal(
      'host-ipv6',
      'The LABEL has more than one colon, but is not a valid IPv6 address.',
      'Put an IPv6 address with a port in brackets: [::1]:1883.',
    );
  }
  const host = colon < 0 ? text : text.slice(0, colon);
  checkName(host);
  return { kind: 'host', host, port: colon < 0 ? null : readPort(text.slice(colon + 1)) };
}

/** What is usually pasted here instead of a host, and what to do with it. */
function checkCharacters(text: string): void {
  if (text.includes('://')) {
    throw new Refusal(
      'host-address',
      'The LABEL holds a whole address.',
      'Leave out what comes before and after the host.',
    );
  }
  if (/^[\w.]+=[^;]*;|;[\w.]+=/.test(text)) {
    throw new Refusal(
      'host-connection-string',
      'The LABEL holds a connection string, which cannot be read or is not of a known service.',
      'Enter the host alone, and its key under Authentication.',
    );
  }
  if (/\p{Cc}/u.test(text)) {
    throw new Refusal(
      'host-character',
      'The LABEL holds a line break or a control character.',
      'Enter one line.',
    );
  }
  if (text.includes('@')) {
    throw new Refusal(
      'host-user',
      'The LABEL holds an @, which no host has.',
      'Enter username and password in their own fields.',
    );
  }
  if (/[/?#\\]/.test(text)) {
    throw new Refusal('host-path', 'The LABEL holds a path.', 'Enter only the host, without / ? # and \\.');
  }
  if (/\s/.test(text)) {
    throw new Refusal('host-space', 'The LABEL holds a space.', 'Remove it: no host has one.');
  }
}

function readBracketed(text: string): HostAndPort {
  const match = /^\[([^\]]*)\](.*)$/.exec(text);
  const host = withPlainZone(match?.[1] ?? '');
  const rest = match?.[2] ?? '';
  if (!isIpv6(host) || (rest !== '' && !rest.startsWith(':'))) {
    throw new Refusal(
      'host-ipv6',
      'What stands in brackets is not a valid IPv6 address.',
      'Write, for example, [::1]:1883.',
    );
  }
  return { kind: 'host', host, port: rest === '' ? null : readPort(rest.slice(1)) };
}

/** In addresses the % before a zone is written %25 [RFC 6874]. */
const withPlainZone = (host: string): string => host.replace(/^([^%]*)%25(?=.)/, '$1%');

function isIpv6(text: string): boolean {
  const [address = '', zone, ...more] = text.split('%');
  if (more.length > 0 || (zone !== undefined && !/^[\w.-]{1,32}$/.test(zone))) return false;
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  let count = groups.length;
  if (last.includes('.')) {
    // The last 32 bits may be written as IPv4, unless `::` comes after them.
    if (!isIpv4(last) || address.endsWith('::')) return false;
    groups.pop();
    count++;
  }
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return false;
  return halves.length === 2 ? count < 8 : count === 8;
}

/** Without leading zeros, which some systems read as octal. */
function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return (
    parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
  );
}

function checkName(host: string): void {
  if (host === '') {
    throw new Refusal(
      'host-empty',
      'The LABEL is missing before the port.',
      'Write, for example, localhost:1883.',
    );
  }
  if (host.includes('%')) {
    throw new Refusal(
      'host-zone',
      'The LABEL holds a % sign, which only comes before the zone of an IPv6 address.',
      'Write, for example, fe80::1%eth0.',
    );
  }
  // Letters of any script: they are turned into their ASCII form where the name is looked up.
  const odd = /[^\p{L}\p{N}\p{M}_.-]/u.exec(host)?.[0];
  if (odd !== undefined) {
    const code = (odd.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    throw new Refusal(
      'host-character',
      `The LABEL holds a character that no host name has (U+${code}).`,
      'Check it for typing mistakes.',
    );
  }
  const labels = host.replace(/\.$/, '').split('.');
  if (host.length > 254 || labels.some((label) => label === '' || label.length > 63)) {
    throw new Refusal(
      'host-name',
      'The LABEL is not a valid name.',
      'Each part between dots has 1 to 63 characters, the whole at most 253.',
    );
  }
  if (labels.some((label) => label.startsWith('-') || label.endsWith('-'))) {
    throw new Refusal(
      'host-name',
      'The LABEL is not a valid name.',
      'No part between dots begins or ends with a hyphen.',
    );
  }
  if (/^\d+$/.test(labels.at(-1) ?? '') && !isIpv4(host)) {
    const advice =
      labels.length === 1
        ? 'To give a port only, write localhost: before it.'
        : 'It has four numbers from 0 to 255, without leading zeros.';
    throw new Refusal('host-ipv4', 'The LABEL is not a valid IPv4 address.', advice);
  }
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) {
    throw new Refusal(
      'host-port',
      'The port behind the LABEL is not a number from 1 to 65535.',
      'Check what follows the last colon.',
    );
  }
  return port;
}
