import type { ControlPacket } from '../../core/mqtt/packets.ts';
import type { Rule } from '../../core/mqtt/violations.ts';

/** A packet that was handed to the socket whole. PUBACKs of the tap's batches are not noted one by one. */
export interface SentNote {
  /** When, by `Clock.now`. */
  readonly at: number;
  /** Packet type 1-15, see `core/mqtt/packet-types.ts`. */
  readonly type: number;
  /** Low four bits of the first byte. */
  readonly flags: number;
  /** Bytes of the whole packet. */
  readonly size: number;
  /** 0 where the packet has none. */
  readonly packetId: number;
  /** Reason code of PUBREC, PUBREL, PUBCOMP, DISCONNECT and AUTH; 0 where it has none. */
  readonly code: number;
}

export interface ReceivedNote {
  /** When it was read, by `Clock.now`. */
  readonly at: number;
  /** Bytes of the whole packet. */
  readonly size: number;
  readonly packet: ControlPacket;
}

/**
 * Called for packets in the order of the wire, synchronously, straight from the link. Received PUBLISH packets go
 * to the intake instead. An exception ends the connection.
 */
export interface PacketListener {
  /** The packet's last byte was handed to the socket. */
  sent?(note: SentNote): void;
  received?(note: ReceivedNote): void;
  /** In the place of `received`, where the handshakes are the tap's: PUBACK without a reason. */
  puback?(packetId: number, at: number): void;
  /** A read brought no acknowledgement, while messages of ours await theirs. */
  unanswered?(): void;
}

/**
 * Who answers at QoS 2. `tap`: it does, all of a read at once, and mqtt.js sees nothing between CONNACK and
 * DISCONNECT; for a session that ends with its connection.
 */
export type Handshakes = 'mqttjs' | 'tap';

/** Why the tap itself closed the connection. */
export type TapEnd =
  | {
      readonly kind: 'violation';
      readonly rule: Rule;
      /** MQTT 5 reason code, sent in DISCONNECT on version 5. */
      readonly code: number;
      /** What the broker did, as a sentence. */
      readonly text: string;
      /** A copy of the packet's first bytes and what followed in the same read, at most 256. */
      readonly evidence: Uint8Array;
    }
  | {
      readonly kind: 'stuck';
      /** Acknowledgements the socket does not take, or packets mqtt.js does not take. */
      readonly what: 'acknowledgements' | 'client';
      readonly bytes: number;
      readonly forMs: number;
    }
  /** The intake or an event handler threw: a fault of ours. */
  | { readonly kind: 'fault'; readonly error: unknown };

/** All are called synchronously, in the order of the wire; what they throw ends this connection. */
export interface TapEvents {
  /** The packet's last byte was handed to the socket. A scan starts with the note of its SUBSCRIBE. */
  sent(note: SentNote): void;
  /** Every packet but PUBLISH, before mqtt.js sees it and before any message that follows it. */
  received(note: ReceivedNote): void;
  /** In its place, where the handshakes are the tap's: PUBACK without a reason. */
  puback?(packetId: number, at: number): void;
  /** A read brought no acknowledgement, while messages of ours await theirs. */
  unanswered?(): void;
  /** At most once, just before the tap destroys itself. */
  ended(end: TapEnd): void;
}

/** What the tap is destroyed with when it closed the connection itself; the code lets mqtt.js emit it. */
export class TapError extends Error {
  override readonly name = 'TapError';
  readonly code = 'ERR_TAP_ENDED';
  readonly end: TapEnd;

  constructor(end: TapEnd) {
    super(
      end.kind === 'violation' ? end.text : `The connection was given up (${end.kind})`,
      end.kind === 'fault' ? { cause: end.error } : undefined,
    );
    this.end = end;
  }
}
