import * as z from '../base/zod.ts';
import { call } from '../base/define.ts';
import { Failure } from '../base/errors.ts';
import { Bytes, Qos } from '../model/model.ts';

/** Names as the specification writes them. `INVALID`: no packet type of MQTT. */
export const PacketType = z.enum([
  'INVALID',
  'CONNECT',
  'CONNACK',
  'PUBLISH',
  'PUBACK',
  'PUBREC',
  'PUBREL',
  'PUBCOMP',
  'SUBSCRIBE',
  'SUBACK',
  'UNSUBSCRIBE',
  'UNSUBACK',
  'PINGREQ',
  'PINGRESP',
  'DISCONNECT',
  'AUTH',
]);
export type PacketType = z.infer<typeof PacketType>;

/** `out`: from us to the broker. */
export const PacketDirection = z.enum(['in', 'out']);
export type PacketDirection = z.infer<typeof PacketDirection>;

/** What all has to hold; the defaults let everything pass. */
export const PacketFilter = z.object({
  /** Empty: all. */
  types: z.array(PacketType).max(16).default([]),
  direction: PacketDirection.nullable().default(null),
  packetId: z.number().int().min(1).max(65_535).nullable().default(null),
  /**
   * An MQTT topic filter, of what has a topic: PUBLISH, and SUBSCRIBE and UNSUBSCRIBE by their filters.
   * Empty: all. An invalid one is answered with a Failure.
   */
  topicFilter: z.string().max(65_535).default(''),
  /**
   * Reason code of at least this; a SUBACK has one for each filter. 128: what went wrong, a CONNACK of
   * MQTT 3 that refuses included.
   */
  reasonAtLeast: z.number().int().min(0).max(255).nullable().default(null),
  /** Only what breaks a rule. */
  brokenOnly: z.boolean().default(false),
});
export type PacketFilter = z.infer<typeof PacketFilter>;

export const BrokenRule = z.object({ rule: z.string(), code: z.number(), text: z.string() });
export type BrokenRule = z.infer<typeof BrokenRule>;

/** One packet in a list. Null where a packet of its type has no such thing. */
export const PacketRow = z.object({
  /** Counts from 1 on this connection; without gaps, also where packets were not recorded. */
  seq: z.number(),
  /** ms since the epoch, with a fraction. */
  at: z.number(),
  direction: PacketDirection,
  type: PacketType,
  /** Bytes on the wire, and kept. */
  size: z.number(),
  kept: z.number(),
  packetId: z.number().nullable(),
  qos: Qos.nullable(),
  dup: z.boolean(),
  retain: z.boolean(),
  /** The worst of several. */
  reason: z.number().nullable(),
  reasonName: z.string().nullable(),
  /** Topic or first filter as it may be shown, at most 300 characters. */
  topic: z.string().nullable(),
  /** The rest in a few words, e.g. `3 filters`, `keep-alive 60 s, clean start`. */
  note: z.string(),
  /** Number of the link it travelled on: the first connection is 1. */
  link: z.number(),
  broken: BrokenRule.nullable(),
});
export type PacketRow = z.infer<typeof PacketRow>;

export interface PacketField {
  name: string;
  /** As a person reads it; at most 1,000 characters. */
  value: string;
  /** Bytes of it in the packet. */
  offset: number;
  length: number;
  children: PacketField[];
}
/** A part of a packet, with the parts it is made of. */
export const PacketField: z.ZodType<PacketField> = z.lazy(() =>
  z.object({
    name: z.string(),
    value: z.string(),
    offset: z.number(),
    length: z.number(),
    children: z.array(PacketField),
  }),
);

/**
 * Which PUBLISH packets are recorded, with the acknowledgements that belong to them; all other
 * packets always are. `auto`: all, until more than 1,000 a second come in one direction.
 */
export const PublishRecording = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('auto') }),
  z.object({ kind: z.literal('all') }),
  /** One of `oneIn`. */
  z.object({ kind: z.literal('sampled'), oneIn: z.number().int().min(2).max(1_000_000) }),
  z.object({ kind: z.literal('excluded') }),
]);
export type PublishRecording = z.infer<typeof PublishRecording>;

/** What the recorder holds; part of the diagnostics, so that a list may follow it. */
export const RecorderStatus = z.object({
  publish: PublishRecording,
  /** PUBLISH packets are being left out now, by the mode or by their rate. */
  leavingOut: z.boolean(),
  /** Bytes it may take, and takes. */
  bytes: z.number(),
  used: z.number(),
  /** Of what is held; `lastSeq` is 0 before the first packet, `firstSeq` then 1. */
  firstSeq: z.number(),
  lastSeq: z.number(),
  /** Counted since the connection was opened. */
  evicted: z.number(),
  /** By a person who deleted what was held. */
  deleted: z.number(),
  notRecordedIn: z.number(),
  notRecordedOut: z.number(),
  malformed: z.number(),
});
export type RecorderStatus = z.infer<typeof RecorderStatus>;

export const FlowStep = z.object({
  packet: PacketRow,
  /** ms since the first packet of the flow and since the one before it. */
  sinceFirst: z.number(),
  sincePrevious: z.number(),
});
export type FlowStep = z.infer<typeof FlowStep>;

const filter = PacketFilter.prefault({});

/** Part of `connectionCalls`. */
export const packetCalls = {
  /**
   * A page of what passes the filter, oldest first. `index` counts from the oldest one that is held,
   * a negative one from the newest (-200: the last 200); `seq`: from the first that is not older.
   */
  readPackets: call(
    z.object({
      filter,
      from: z.union([z.object({ index: z.number().int() }), z.object({ seq: z.number().int() })]),
      count: z.number().int().min(0).max(500),
    }),
    z.union([
      z.object({
        kind: z.literal('packets'),
        /** Index of the first row of the page, and how many pass the filter. */
        first: z.number(),
        total: z.number(),
        /** From 0 to 1: below 1 the filter is still looking, and `total` grows. */
        searched: z.number(),
        rows: z.array(PacketRow),
      }),
      Failure,
    ]),
  ),
  packetAt: call(
    z.object({ seq: z.number().int() }),
    z.union([
      z.object({
        kind: z.literal('packet'),
        row: PacketRow,
        fields: z.array(PacketField),
        /** As kept: secrets are overwritten with `*`, a PUBLISH is cut in its payload. */
        bytes: Bytes,
        /** The packet had secrets, which are not in `bytes`. */
        blanked: z.boolean(),
      }),
      Failure,
    ]),
  ),
  /** The handshake that the packet `near` belongs to: its packets in order, with the latencies. */
  packetFlow: call(
    z.object({ packetId: z.number().int().min(1).max(65_535), near: z.number().int() }),
    z.union([
      z.object({
        kind: z.literal('flow'),
        what: z.enum(['publish', 'subscribe', 'unsubscribe']),
        startedBy: z.enum(['client', 'broker']),
        steps: z.array(FlowStep),
        complete: z.boolean(),
        /** What is missing or still awaited, as a sentence; empty when complete. */
        missing: z.string(),
      }),
      Failure,
    ]),
  ),
  /** Absent: left as it is. */
  setRecorder: call(
    z.object({
      publish: PublishRecording.optional(),
      /** 1 MB to 512 MB; what does not fit any more is let go, oldest first. */
      bytes: z.number().int().min(1_000_000).max(512_000_000).optional(),
    }),
    RecorderStatus,
  ),
  clearPackets: call(z.object({}), RecorderStatus),
  /**
   * A piece of a file: concatenate all of them. Begin with `cursor` null, go on with the `next` of the
   * answer until that is null. `pcap`: MQTT over made-up TCP and IPv4, for Wireshark.
   */
  exportPackets: call(
    z.object({
      format: z.enum(['jsonl', 'pcap']),
      filter,
      cursor: z.string().max(1_000).nullable().default(null),
    }),
    z.union([
      z.object({
        kind: z.literal('piece'),
        bytes: Bytes,
        next: z.string().nullable(),
        /** Packets in this piece. */
        packets: z.number(),
      }),
      Failure,
    ]),
  ),
} as const;
