import { failed, type Failure } from '../../contract/base/errors.ts';
import { ConnectionOptions, type Protocol } from '../../contract/model/model.ts';
import { bracketed, readHost, type HostAndPort } from './host.ts';

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
  ['mqtt+tcp', 'mqtt'],
  ['mqtt+ssl', 'mqtts'],
  ['mqtt+tls', 'mqtts'],
  ['mqtt+ws', 'ws'],
  ['mqtt+wss', 'wss'],
]);

/** An address that was read, with what could not be taken over, in sentences. */
export interface Address {
  readonly kind: 'address';
  readonly options: ConnectionOptions;
  readonly notes: readonly string[];
}

/** Thrown inside this file only; its failure never quotes the address, which may hold a password. */
class Refusal extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

const refusal = (message: string, advice: string): Refusal =>
  new Refusal(failed('bad-address', message, advice));

/**
 * Reads a broker address as a person writes it: `mqtt://`, `mqtts://`, `ws://` and `wss://` (and
 * `tcp://`, `ssl://`, `tls://`), or a bare `host:port`, which means mqtt, or mqtts on port 8883.
 * The result has every default of a connection and is named after its host and port.
 *
 * @param usual protocol of an address that names none
 */
export function readAddress(text: string, usual: Protocol | null = null): Address | Failure {
  try {
    return read(text.trim(), usual);
  } catch (error) {
    if (error instanceof Refusal) return error.failure;
    throw error;
  }
}

function read(text: string, usual: Protocol | null): Address {
  checkText(text);
  const { protocol: named, rest } = readScheme(text);
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const tail = end < 0 ? '' : rest.slice(end);
  const isWebSocket = named === 'ws' || named === 'wss';
  // In the path of a WebSocket an @ is fine, unless what comes before cannot be host and port.
  const endedEarly = !isWebSocket || !/^[^:]*(:\d{0,5})?$|^\[/.test(authority);
  if (!authority.includes('@') && tail.includes('@') && endedEarly) {
    throw refusal(
      'The username or password holds a character that ends the host of an address.',
      'Write / as %2F, ? as %3F and # as %23 in them.',
    );
  }
  const at = authority.lastIndexOf('@');
  const { host, port: written } = readAuthority(authority.slice(at + 1));
  const protocol = named ?? usual ?? (written === DEFAULT_PORTS.mqtts ? 'mqtts' : 'mqtt');
  const notes: string[] = [];
  const options = ConnectionOptions.safeParse({
    name: (written === null ? bracketed(host) : `${bracketed(host)}:${written}`).slice(0, 200),
    protocol,
    host,
    port: written ?? DEFAULT_PORTS[protocol],
    path: readPath(protocol, tail, notes),
    ...(at < 0 ? {} : readCredentials(authority.slice(0, at))),
  });
  if (options.success) return { kind: 'address', options: options.data, notes };
  throw refusal('A part of the address is too long.', 'Shorten it.');
}

function checkText(text: string): void {
  if (text === '') throw refusal('The address is empty.', 'Write, for example, mqtt://localhost:1883.');
  if (text.length > MAX_ADDRESS) {
    throw refusal(`The address is longer than ${MAX_ADDRESS} characters.`, 'Shorten it.');
  }
  if (/\s|\p{Cc}/u.test(text)) {
    throw refusal('The address holds a space or a control character.', 'Write a space as %20, or remove it.');
  }
}

function readScheme(text: string): { readonly protocol: Protocol | null; readonly rest: string } {
  const match = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(text);
  if (match === null) {
    const bare = /^([a-z]+):/i.exec(text)?.[1]?.toLowerCase();
    if (bare !== undefined && SCHEMES.has(bare)) {
      throw refusal(`After ${bare}: two slashes are missing.`, `Write ${bare}://host:port.`);
    }
    return { protocol: null, rest: text.startsWith('//') ? text.slice(2) : text };
  }
  const scheme = (match[1] ?? '').toLowerCase();
  const rest = match[2] ?? '';
  const protocol = SCHEMES.get(scheme);
  if (protocol !== undefined) return { protocol, rest };
  if (scheme === 'http' || scheme === 'https') {
    throw refusal(
      `An ${scheme}:// address leads to a web page, not to a broker.`,
      `If the broker speaks MQTT over WebSocket there, write ${scheme === 'http' ? 'ws' : 'wss'}:// instead.`,
    );
  }
  throw refusal(
    `An address cannot begin with ${scheme.slice(0, 20)}://.`,
    'Use mqtt://, mqtts://, ws:// or wss://.',
  );
}

function readCredentials(userInfo: string): { readonly username: string; readonly password: string | null } {
  const colon = userInfo.indexOf(':');
  const username = decode(colon < 0 ? userInfo : userInfo.slice(0, colon), 'username');
  return { username, password: colon < 0 ? null : decode(userInfo.slice(colon + 1), 'password') };
}

function decode(text: string, what: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw refusal(
      `The ${what} holds a % that is not followed by two valid hex digits.`,
      'Write % itself as %25.',
    );
  }
  // No text of MQTT may hold it [MQTT-1.5.4-2].
  if (decoded.includes('\0')) throw refusal(`The ${what} holds a NUL character.`, 'MQTT does not allow it.');
  return decoded;
}

function readAuthority(text: string): HostAndPort {
  if (text === '' || /^:(?!:)/.test(text)) {
    throw refusal('The address has no host.', 'Write, for example, mqtt://localhost:1883.');
  }
  const read = readHost(text);
  if (read.kind === 'failed') throw new Refusal(read);
  return read;
}

function readPath(protocol: Protocol, tail: string, notes: string[]): string {
  if (protocol === 'ws' || protocol === 'wss') {
    if (tail.includes('#')) {
      throw refusal(
        'A WebSocket address cannot hold a #.',
        'Topics are subscribed in the window; in a path or password write %23.',
      );
    }
    return tail === '' || tail.startsWith('?') ? DEFAULT_PATH + tail : tail;
  }
  if (tail !== '' && tail !== '/') {
    notes.push(`The path or query of the address was left out: ${protocol} has none.`);
  }
  return DEFAULT_PATH;
}
