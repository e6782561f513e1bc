import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { ConnectionOptions } from '../../contract/model/model.ts';
import { failed } from '../../contract/base/errors.ts';
import { bracketed, withoutZone } from '../../core/profiles/host.ts';
import { webSocketRefusal } from '../../core/session/failures/answers.ts';
import { webSocketHeaders } from '../../core/session/auth/ws-headers.ts';
import { classify, errorFacts } from '../../core/session/failures/failures.ts';
import { address, type Target } from '../../core/session/failures/failure-case.ts';
import type { WireVersion } from '../../core/session/machine/version.ts';
import { DialError } from '../base/dial-error.ts';

/**
 * Bytes of one WebSocket message. The library holds a message whole before it hands it on, and one
 * usually carries one MQTT packet; twice the default limit of a kept payload.
 */
const MOST_MESSAGE_BYTES = 64 * 2 ** 20;

/** Bytes waiting to be sent after which writes wait. */
const HIGH_WATER_BYTES = 256 * 1024;

/** Close codes that say no more than that it is over [RFC 6455, 7.4.1]. */
const PLAIN_CLOSES = new Set([1000, 1005, 1006]);

function closeError(code: number, reason: Buffer): Error | undefined {
  if (PLAIN_CLOSES.has(code)) return undefined;
  const text = reason.toString('utf8').trim();
  const message = text === '' ? `code ${code}` : `code ${code}, “${text}”`;
  return Object.assign(new Error(message), { code: 'ERR_WS_CLOSED' });
}

/** The bytes of a WebSocket as a stream; packets may cross its messages in any way [MQTT-6.0.0-3]. */
class WebSocketStream extends Duplex {
  readonly #ws: WebSocket;

  constructor(ws: WebSocket) {
    super({ allowHalfOpen: false, writableHighWaterMark: HIGH_WATER_BYTES });
    this.#ws = ws;
    ws.binaryType = 'nodebuffer';
    ws.on('message', (data, isBinary) => {
      if (!isBinary) {
        // [MQTT-6.0.0-1]
        this.destroy(Object.assign(new Error('it sent a text frame'), { code: 'WS_TEXT_FRAME' }));
        return;
      }
      if (!this.push(data as Buffer)) ws.pause();
    });
    ws.on('error', (error) => this.destroy(error));
    ws.on('close', (code, reason) => this.destroy(closeError(code, reason)));
  }

  override _read(): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#send(chunk, callback);
  }

  /** mqtt.js writes a packet in a dozen pieces; they share one frame. */
  override _writev(
    chunks: { chunk: Buffer; encoding: BufferEncoding }[],
    callback: (error?: Error | null) => void,
  ): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)), callback);
  }

  #send(bytes: Buffer, callback: (error?: Error | null) => void): void {
    // The broker closed the socket before our last packet, such as an acknowledgement, was written. `close`
    // reports that; a failed write would only hide it.
    if (this.#ws.readyState !== WebSocket.OPEN) callback();
    else this.#ws.send(bytes, { binary: true }, (error) => callback(error ?? null));
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#ws.close(1000);
    callback();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#ws.terminate();
    callback(error);
  }
}

const BAD_SUBPROTOCOL = /subprotocol/i;

/** What the library says of the answer, or of what it was given. */
function handshakeMisfit(message: string, where: string, asked: string): DialError | null {
  const stop = (code: string, text: string, advice: string): DialError =>
    new DialError({ failure: failed(code, text, advice), retry: 'never' });
  if (/invalid or duplicated subprotocol/i.test(message)) {
    return stop(
      'websocket-subprotocol',
      `The sub-protocol “${asked}” cannot be asked for.`,
      'It has letters, digits and signs such as - and . but no space; several are divided by commas. Usual is “mqtt”.',
    );
  }
  if (/^invalid (?:upgrade header|sec-websocket-accept)|sec-websocket-extensions header/i.test(message)) {
    return stop(
      'websocket-handshake',
      `${where} agreed to a WebSocket, but not as the standard demands: ${message.slice(0, 200)}.`,
      'Check the path; a proxy in between may rewrite the answer.',
    );
  }
  if (/no subprotocol/i.test(message)) {
    return stop(
      'websocket-subprotocol',
      `${where} accepts WebSocket but agreed on no sub-protocol, and “${asked}” was asked for.`,
      'Check the path: this WebSocket may belong to another service. If it is the broker, leave the sub-protocol empty in the profile.',
    );
  }
  if (/none was requested/i.test(message)) {
    return stop(
      'websocket-subprotocol',
      `${where} answered with a sub-protocol, and none was asked for.`,
      'Enter “mqtt” as sub-protocol in the profile.',
    );
  }
  if (BAD_SUBPROTOCOL.test(message)) {
    return stop(
      'websocket-subprotocol',
      `${where} accepts WebSocket but not the sub-protocol “${asked}”.`,
      'Check the sub-protocol in the profile, usually “mqtt”, and the path: this WebSocket may belong to another service.',
    );
  }
  return /invalid url|fragment/i.test(message)
    ? stop(
        'websocket-path',
        'The path of the WebSocket cannot be used.',
        'Check it; a “#” in it is written %23.',
      )
    : null;
}

function upgradeError(error: unknown, target: Target, asked: string): DialError {
  const facts = errorFacts(error);
  const where = `${address(target)}${target.path}`;
  const misfit = handshakeMisfit(facts.message, where, asked);
  if (misfit) return misfit;
  if (facts.code.startsWith('HPE_')) {
    return new DialError({
      failure: failed(
        'not-websocket',
        `${where} is no WebSocket listener: it did not answer in HTTP.`,
        `Use ${target.protocol === 'wss' ? 'mqtts' : 'mqtt'} instead of ${target.protocol}, or the port for WebSocket.`,
      ),
      retry: 'never',
    });
  }
  if (facts.code === 'ECONNRESET' || facts.code === 'EPIPE') {
    return new DialError({
      failure: failed(
        'websocket-broken-off',
        `${where} broke off during the WebSocket handshake. A port for plain MQTT does that, and a port for TLS.`,
        `Check the port; try ${target.protocol === 'wss' ? 'mqtts or ws' : 'mqtt or wss'}.`,
      ),
      retry: 'later',
    });
  }
  return new DialError(classify('upgrading', target, error), { cause: error });
}

/** Several are divided by commas; that of MQTT is another for 3.1 [MQTT-6.0.0-4]. */
function subprotocols(wanted: string, version: WireVersion): string[] {
  const all = wanted.split(',').map((one) => one.trim());
  const named = [...new Set(all.filter((one) => one !== ''))];
  return named.length === 1 && named[0] === 'mqtt' && version === '3.1' ? ['mqttv3.1'] : named;
}

/**
 * The WebSocket handshake over an open socket (TLS or not).
 *
 * @param options path with its query, which is not shown anywhere; sub-protocols; headers
 * @throws DialError
 */
export function upgrade(
  socket: Socket,
  target: Target,
  options: Pick<ConnectionOptions, 'path' | 'subprotocol' | 'headers'>,
  version: WireVersion,
  signal: AbortSignal,
): Promise<{ stream: Duplex; subprotocol: string }> {
  const protocols = subprotocols(options.subprotocol, version);
  const headers = webSocketHeaders(options.headers);
  const { path } = options;
  return new Promise((resolve, reject) => {
    let ws: WebSocket | null = null;
    const settle = (): void => signal.removeEventListener('abort', abort);
    const fail = (error: unknown): void => {
      settle();
      ws?.on('error', () => {});
      ws?.terminate();
      socket.on('error', () => {});
      socket.destroy();
      reject(error instanceof DialError ? error : upgradeError(error, target, protocols.join(', ')));
    };
    const abort = (): void => fail(new Error('aborted'));
    signal.addEventListener('abort', abort, { once: true });
    if ('kind' in headers) return fail(new DialError({ failure: headers, retry: 'never' }));
    const secure = target.protocol === 'wss';
    // The zone of an address is nothing to anybody else, and no part of an address on the web [RFC 6874, 1].
    const host = bracketed(withoutZone(target.host));
    try {
      ws = new WebSocket(
        `${secure ? 'wss' : 'ws'}://${host}:${target.port}${path.startsWith('/') ? '' : '/'}${path}`,
        protocols,
        {
          // The socket is ours: looked up, connected, secured and checked.
          createConnection: () => socket,
          headers: Object.fromEntries(headers),
          perMessageDeflate: false,
          maxPayload: MOST_MESSAGE_BYTES,
          skipUTF8Validation: true,
        },
      );
    } catch (error) {
      fail(error);
      return;
    }
    ws.once('error', fail);
    ws.once('unexpected-response', (_request, response) => {
      fail(new DialError(webSocketRefusal(response.statusCode ?? 0, target, response.headers.location)));
      response.destroy();
    });
    const opened = ws;
    opened.once('open', () => {
      settle();
      opened.off('error', fail);
      resolve({ stream: new WebSocketStream(opened), subprotocol: opened.protocol });
    });
  });
}
