import { failed } from '../../../contract/base/errors.ts';
import { address, withTls, type Target } from './failure-case.ts';
import type { Ending, Retry } from './reasons.ts';

/** Bytes of an answer that are shown. */
const SHOWN = 80;

function asText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes.subarray(0, SHOWN)) {
    if (byte === 0x0d || byte === 0x0a) break;
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
  }
  return text;
}

/** @param text ASCII */
function startsWith(bytes: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[i] !== text.charCodeAt(i)) return false;
  return true;
}

/** An answer that begins with the record header of a TLS alert or handshake. */
const isTls = (bytes: Uint8Array): boolean =>
  bytes.length >= 3 && (bytes[0] === 0x15 || bytes[0] === 0x16) && bytes[1] === 0x03 && (bytes[2] ?? 9) <= 4;

/** Mostly printable, so a protocol of lines and not MQTT. */
const isText = (bytes: Uint8Array): boolean => {
  const head = bytes.subarray(0, 16);
  let printable = 0;
  for (const byte of head) if ((byte >= 0x20 && byte < 0x7f) || byte === 0x0d || byte === 0x0a) printable++;
  return head.length >= 4 && printable === head.length;
};

/**
 * What a server that is no MQTT broker said first, in words; null if it may be MQTT that is broken.
 *
 * @param bytes the beginning of what was received on this connection
 */
export function foreignAnswer(bytes: Uint8Array, target: Target): Ending | null {
  const where = address(target);
  // Not `slice`, which of a Buffer is a view of all that was received with it.
  const evidence = new Uint8Array(bytes.subarray(0, 256));
  const end = (code: string, message: string, advice: string): Ending => ({
    failure: { ...failed(code, message, advice), evidence },
    retry: 'never',
  });
  if (startsWith(bytes, 'HTTP/')) {
    return end(
      'http-answer',
      `${where} is a web server, not an MQTT broker: it answered “${asText(bytes)}”.`,
      'If the broker is reached by WebSocket, choose ws or wss and the path (often /mqtt); else check the port.',
    );
  }
  if (isTls(bytes)) {
    return end('plain-on-tls', `${where} expects TLS: it answered with a TLS record.`, withTls(target));
  }
  if (isText(bytes)) {
    return end(
      'not-mqtt',
      `${where} does not speak MQTT: it answered “${asText(bytes)}”.`,
      target.protocol === 'unix'
        ? 'Check the path of the socket; another service listens on it.'
        : 'Check host and port; another service listens there.',
    );
  }
  return null;
}

/**
 * The server answered the WebSocket handshake with something else than 101.
 *
 * @param location of a redirection, as the server wrote it
 */
export function webSocketRefusal(status: number, target: Target, location = ''): Ending {
  const where = address(target) + target.path;
  const answers: Readonly<Record<number, readonly [string, string]>> = {
    200: [
      'with an ordinary page (200)',
      'This path is a web page. Check the path of the WebSocket listener; /mqtt is usual.',
    ],
    400: [
      'that the request is bad (400)',
      'Check port and path; a proxy in between may not support WebSocket.',
    ],
    401: [
      'that it wants a login (401)',
      'The web server asks for credentials before MQTT: give them in a header, such as Authorization, or as a token in the query of the path, as the service wants it.',
    ],
    403: [
      'that access is forbidden (403)',
      'Check the credentials in headers and path, their expiry, and what the web server or a proxy in between allows; some want an Origin header.',
    ],
    404: [
      'that this path does not exist (404)',
      'Check the path of the WebSocket listener; /mqtt is usual, some brokers use /ws or /.',
    ],
    426: ['that it wants another protocol (426)', 'Check that the path is that of the WebSocket listener.'],
  };
  const [what, advice] = answers[status] ?? [
    status >= 500
      ? `with an error of its own (${status})`
      : status >= 300 && status < 400
        ? `with a redirection (${status})${redirectedTo(location)}`
        : `with status ${status}`,
    status >= 500
      ? 'A proxy in front of a broker that is down answers like this.'
      : status >= 300 && status < 400
        ? 'MQTT clients do not follow redirections. Enter the address it names: often wss instead of ws, or a path with a slash at its end.'
        : 'Check protocol, host, port and path.',
  ];
  return {
    failure: failed(
      `websocket-${status}`,
      `${where} refused the WebSocket handshake: it answered ${what}.`,
      advice,
    ),
    retry: retryOf(status),
  };
}

/** Whether a refusal in HTTP may pass by itself. */
export function retryOf(status: number): Retry {
  if (status === 429) return 'slowly';
  return status >= 500 ? 'later' : 'never';
}

/** Where it leads, without a query, which may hold a token. */
function redirectedTo(location: string): string {
  const shown = location
    .replace(/[?#].*$/s, '')
    .replace(/[^\x21-\x7e]/g, '')
    .replace(/\/\/[^/]*@/, '//');
  return shown === '' ? '' : ` to ${shown.slice(0, 200)}`;
}
