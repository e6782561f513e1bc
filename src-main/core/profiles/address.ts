import { failed, type Failure } from '../../contract/base/errors.ts';
import { ConnectionOptions, type Protocol } from '../../contract/model/model.ts';

/** Characters; room for a signed WebSocket address, which runs to about 2,000. */
const MAX_ADDRESS = 8_192;

const DEFAULT_PORTS: Readonly<Record<Protocol, number>> = {
  mqtt: 1883,
  mqtts: 8883,
  ws: 80,
  wss: 443,
  // Has none; options need a number.
  unix: 1,
};
/** What EMQX, HiveMQ and AWS expect; mosquitto takes any. */
const DEFAULT_PATH = '/mqtt';

/** Other names in use for the same thing. */
const SCHEMES: ReadonlyMap<string, Protocol> = new Map([
  ['mqtt', 'mqtt'],
  ['tcp', 'mqtt'],
  ['mqtts', 'mqtts'],
  ['ssl', 'mqtts'],
  ['tls', 'mqtts'],
  ['ws', 'ws'],
  ['wss', 'wss'],
]);

/** Thrown inside this file only; its failure never quotes the address, which may hold a password. */
class Refusal extends Error {
  readonly failure: Failure;
  constructor(message: string, advice: string) {
    super(message);
    this.failure = failed('bad-address', message, advice);
  }
}

/**
 * Reads a broker address as a person writes it: `mqtt://`, `mqtts://`, `ws://` and `wss://` (and
 * `tcp://`, `ssl://`, `tls://`), or a bare `host:port`, which means mqtt, or mqtts on port 8883.
 * The result has every default of a connection and is named after its host and port.
 */
export function readAddress(text: string): ConnectionOptions | Failure {
  try {
    return read(text.trim());
  } catch (error) {
    if (error instanceof Refusal) return error.failure;
    throw error;
  }
}

function read(text: string): ConnectionOptions {
  checkText(text);
  const { protocol: named, rest } = readScheme(text);
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const tail = end < 0 ? '' : rest.slice(end);
  const isWebSocket = named === 'ws' || named === 'wss';
  // In the path of a WebSocket an @ is fine, unless what comes before cannot be host and port.
  const endedEarly = !isWebSocket || !/^[^:]*(:\d{0,5})?$|^\[/.test(authority);
  if (!authority.includes('@') && tail.includes('@') && endedEarly) {
    throw new Refusal(
      'The user name or password holds a character that ends the host of an address.',
      'Write / as %2F, ? as %3F and # as %23 in them.',
    );
  }
  const at = authority.lastIndexOf('@');
  const { host, port: written } = readHostAndPort(authority.slice(at + 1));
  const protocol = named ?? (written === DEFAULT_PORTS.mqtts ? 'mqtts' : 'mqtt');
  const port = written ?? DEFAULT_PORTS[protocol];
  const options = ConnectionOptions.safeParse({
    name: nameOf(host, written).slice(0, 200),
    protocol,
    host,
    port,
    path: readPath(protocol, tail),
    ...(at < 0 ? {} : readCredentials(authority.slice(0, at))),
  });
  if (options.success) return options.data;
  throw new Refusal('A part of the address is too long.', 'Shorten it.');
}

function checkText(text: string): void {
  if (text === '') throw new Refusal('The address is empty.', 'Write, for example, mqtt://localhost:1883.');
  if (text.length > MAX_ADDRESS) {
    throw new Refusal(`The address is longer than ${MAX_ADDRESS} characters.`, 'Shorten it.');
  }
  if (/\s|\p{Cc}/u.test(text)) {
    throw new Refusal(
      'The address holds a space or a control character.',
      'Write a space as %20, or remove it.',
    );
  }
}

function readScheme(text: string): { readonly protocol: Protocol | null; readonly rest: string } {
  const match = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(text);
  if (match === null) {
    const bare = /^([a-z]+):/i.exec(text)?.[1]?.toLowerCase();
    if (bare !== undefined && SCHEMES.has(bare)) {
      throw new Refusal(`After ${bare}: two slashes are missing.`, `Write ${bare}://host:port.`);
    }
    return { protocol: null, rest: text.startsWith('//') ? text.slice(2) : text };
  }
  const scheme = (match[1] ?? '').toLowerCase();
  const rest = match[2] ?? '';
  const protocol = SCHEMES.get(scheme);
  if (protocol !== undefined) return { protocol, rest };
  if (scheme === 'http' || scheme === 'https') {
    throw new Refusal(
      `An ${scheme}:// address leads to a web page, not to a broker.`,
      `If the broker speaks MQTT over WebSocket there, write ${scheme === 'http' ? 'ws' : 'wss'}:// instead.`,
    );
  }
  throw new Refusal(
    `An address cannot begin with ${scheme.slice(0, 20)}://.`,
    'Use mqtt://, mqtts://, ws:// or wss://.',
  );
}

function readCredentials(userInfo: string): { readonly username: string; readonly password: string | null } {
  const colon = userInfo.indexOf(':');
  const username = decode(colon < 0 ? userInfo : userInfo.slice(0, colon), 'user name');
  return { username, password: colon < 0 ? null : decode(userInfo.slice(colon + 1), 'password') };
}

function decode(text: string, what: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw new Refusal(
      `The ${what} holds a % that is not followed by two valid hex digits.`,
      'Write % itself as %25.',
    );
  }
  // No text of MQTT may hold it [MQTT-1.5.4-2].
  if (decoded.includes('\0'))
    throw new Refusal(`The ${what} holds a NUL character.`, 'MQTT does not allow it.');
  return decoded;
}

interface HostAndPort {
  readonly host: string;
  readonly port: number | null;
}

function readHostAndPort(text: string): HostAndPort {
  if (text.startsWith('[')) return readBracketed(text);
  const colon = text.indexOf(':');
  if (colon !== text.lastIndexOf(':')) {
    throw new Refusal(
      'The address holds more than one colon after the host.',
      'Put an IPv6 address in brackets: [::1]:1883.',
    );
  }
  const host = colon < 0 ? text : text.slice(0, colon);
  const port = colon < 0 ? null : readPort(text.slice(colon + 1));
  checkHost(host);
  return { host, port };
}

function readBracketed(text: string): HostAndPort {
  const match = /^\[([^\]]*)\](.*)$/.exec(text);
  const host = (match?.[1] ?? '').replace(/^([^%]*)%25/, '$1%');
  const rest = match?.[2] ?? '';
  if (!isIpv6(host) || (rest !== '' && !rest.startsWith(':'))) {
    throw new Refusal(
      'The address in brackets is not a valid IPv6 address.',
      'Write, for example, [::1]:1883.',
    );
  }
  return { host, port: rest === '' ? null : readPort(rest.slice(1)) };
}

function isIpv6(text: string): boolean {
  const [address = '', zone] = text.split('%', 2);
  if (zone !== undefined && !/^[\w.-]{1,32}$/.test(zone)) return false;
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

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

function checkHost(host: string): void {
  if (host === '')
    throw new Refusal('The address has no host.', 'Write, for example, mqtt://localhost:1883.');
  // Letters of any script: resolving turns them into their ASCII form.
  if (!/^[\p{L}\p{N}\p{M}_.-]+$/u.test(host)) {
    throw new Refusal('The host holds a character that no host name has.', 'Check it for typing mistakes.');
  }
  const labels = host.replace(/\.$/, '').split('.');
  if (host.length > 253 || labels.some((label) => label === '' || label.length > 63)) {
    throw new Refusal(
      'The host is not a valid name.',
      'Each part between dots has 1 to 63 characters, the whole at most 253.',
    );
  }
  if (/^\d+$/.test(labels.at(-1) ?? '') && !isIpv4(host)) {
    const advice =
      labels.length === 1
        ? 'To give a port only, write localhost: before it.'
        : 'It has four numbers from 0 to 255.';
    throw new Refusal('The host is not a valid IPv4 address.', advice);
  }
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535)
    throw new Refusal('The port has to be a number from 1 to 65535.', 'Check what follows the last colon.');
  return port;
}

function readPath(protocol: Protocol, tail: string): string {
  if (tail.includes('#')) {
    throw new Refusal(
      'An address cannot hold a #.',
      'Topics are subscribed in the window; in a path or password write %23.',
    );
  }
  if (protocol === 'ws' || protocol === 'wss') {
    return tail === '' || tail.startsWith('?') ? DEFAULT_PATH + tail : tail;
  }
  if (tail === '' || tail === '/') return DEFAULT_PATH;
  throw new Refusal(
    `An ${protocol}:// address ends after the port.`,
    'Remove what follows it, or use ws:// or wss:// if it is a WebSocket path.',
  );
}

function nameOf(host: string, port: number | null): string {
  const shown = host.includes(':') ? `[${host}]` : host;
  return port === null ? shown : `${shown}:${port}`;
}
