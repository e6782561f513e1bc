import { Duplex } from 'node:stream';
import type { ProtocolLevel } from '../core/mqtt/packet-types.ts';
import type { Intake } from '../core/topics/intake.ts';
import type { TapEvents } from './tap-events.ts';
import type { TapReads } from './tap-reads.ts';
import type { TapSession } from './tap-session.ts';

/** Time as an argument. `set` returns what `clear` takes; a timer must not keep the process alive. */
export interface TapClock {
  /** ms since the epoch */
  now(): number;
  set(run: () => void, ms: number): unknown;
  clear(timer: unknown): void;
}

export interface TapOptions {
  /**
   * Connected (tls: secured, ws: upgraded). The tap owns it from now on: it reads, writes, ends and
   * destroys it. Its errors destroy the tap with the same error.
   */
  readonly socket: Duplex;
  /**
   * The fast door for a plain tcp socket, made before the socket: see `TapReads`. Null: the tap reads
   * `socket` by its 'data' events (tls, WebSocket).
   */
  readonly reads: TapReads | null;
  readonly intake: Intake;
  readonly session: TapSession;
  readonly version: ProtocolLevel;
  /** Longer payloads are streamed past and kept as their first bytes. */
  readonly maxPayloadBytes: number;
  /** Ours, as written into CONNECT; 65,535 if it is not written. Enforced on 5 only. */
  readonly receiveMaximum: number;
  /** Ours, as written into CONNECT; 0 if it is not written. Enforced on 5 only. */
  readonly maximumPacketSize: number;
  readonly clock: TapClock;
  readonly events: TapEvents;
}

/**
 * Sits between a socket and mqtt.js (`new MqttClient(() => tap, options)`): takes QoS 0 and 1 PUBLISH
 * packets out of the stream into the intake and acknowledges them, and leaves the protocol to mqtt.js.
 *
 * - Do not read messages from mqtt.js: its 'message' event knows QoS 2 only, with a placeholder for
 *   the topic and no payload. Every message is in the intake, at its first receipt.
 * - Errors: `destroy(error)` of a violation carries a `TapError` with a code, so mqtt.js emits 'error'.
 * - `tap.destroy()` destroys the socket; `tap.end()` ends it after what was written.
 */
export class Tap extends Duplex {
  /** May change while running (settings). */
  maxPayloadBytes: number;

  /** Bytes and packets of this connection, acknowledgements included. */
  bytesIn = 0;
  bytesOut = 0;
  packetsIn = 0;
  packetsOut = 0;
  /** PUBLISH packets given to the intake, and redeliveries at QoS 2 that were not. */
  messages = 0;
  duplicates = 0;
  /** When a packet of ours was last handed to the socket whole; 0 before. For PINGREQ. */
  lastSentAt = 0;
  /** When a byte was last read; 0 before. For the link's liveness. */
  lastReceivedAt = 0;

  constructor(options: TapOptions) {
    super({ allowHalfOpen: false });
    this.maxPayloadBytes = options.maxPayloadBytes;
  }

  /** Acknowledgements and own packets waiting for the socket. */
  get unsentBytes(): number {
    return 0;
  }

  /** Bytes read and waiting for mqtt.js. */
  get waitingBytes(): number {
    return this.readableLength;
  }

  /**
   * Sends one whole packet of ours, between two packets of mqtt.js. `events.sent` tells when it was
   * written: at once, unless mqtt.js is in the middle of a packet or the socket is full.
   */
  writePacket(_bytes: Uint8Array): void {
    throw new Error('not yet');
  }
}
