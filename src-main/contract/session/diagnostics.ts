import * as z from '../base/zod.ts';
import { Bytes, ConnectionState, MqttVersion, SubscriptionStatus } from '../model/model.ts';
import { RecorderStatus } from './packets.ts';
import { LifeSigns, SessionFacts } from '../model/session-facts.ts';
import { Verdict } from '../model/verdicts.ts';

export const LogEntry = z.object({
  seq: z.number(),
  at: z.number(),
  level: z.enum(['info', 'warn', 'error']),
  text: z.string(),
  detail: z.string(),
  evidence: Bytes.optional(),
});
export type LogEntry = z.infer<typeof LogEntry>;

/** What the protocol is doing; times in ms since the epoch, durations in ms. */
export const Diagnostics = z.object({
  state: ConnectionState,
  subscriptions: z.array(SubscriptionStatus),
  keepAlive: z.object({
    intervalSeconds: z.number(),
    lastSentAt: z.number().nullable(),
    lastReceivedAt: z.number().nullable(),
    nextPingAt: z.number().nullable(),
    /** When the broker would give up: 1.5 × keep-alive after our last packet. */
    brokerGivesUpAt: z.number().nullable(),
    pings: z.number(),
    unanswered: z.number(),
    lastRttMs: z.number().nullable(),
    medianRttMs: z.number().nullable(),
    p99RttMs: z.number().nullable(),
    worstRttMs: z.number().nullable(),
    recent: z.array(z.object({ at: z.number(), rttMs: z.number().nullable() })).max(120),
  }),
  session: z.object({
    asked: z.object({
      version: MqttVersion,
      clientId: z.string(),
      cleanStart: z.boolean(),
      keepAlive: z.number(),
      sessionExpiry: z.number().nullable(),
    }),
    bytesIn: z.number(),
    bytesOut: z.number(),
    packetsIn: z.number(),
    packetsOut: z.number(),
    inFlight: z.number(),
    unknownOutcomes: z.number(),
    connects: z.number(),
    /** Duration of each phase of the current or last attempt. */
    phases: z.array(z.object({ phase: z.string(), ms: z.number() })),
  }),
  /** Retained messages the broker says it holds against those we saw; an estimate, null if unknown. */
  retainedShortfall: z
    .object({ announced: z.number(), seen: z.number(), missing: z.number(), at: z.number() })
    .nullable(),
  facts: SessionFacts,
  life: LifeSigns,
  recorder: RecorderStatus,
  /** Worst first, then newest first. */
  verdicts: z.array(Verdict).max(50),
  log: z.array(LogEntry).max(500),
});
export type Diagnostics = z.infer<typeof Diagnostics>;
