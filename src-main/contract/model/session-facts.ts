import * as z from '../base/zod.ts';
import { Qos } from './model.ts';

/** Something CONNECT asks for and CONNACK grants, side by side; null: not said. */
export const Term = z.object({
  /** Stable, e.g. `session-expiry`. */
  key: z.string(),
  label: z.string(),
  asked: z.string().nullable(),
  granted: z.string().nullable(),
  /** The broker decided otherwise than we asked. */
  differs: z.boolean(),
});
export type Term = z.infer<typeof Term>;

export const InFlight = z.object({
  packetId: z.number(),
  direction: z.enum(['in', 'out']),
  qos: Qos,
  /** What was done and what is awaited. */
  phase: z.enum([
    'awaiting-puback',
    'awaiting-pubrec',
    'awaiting-pubcomp',
    'awaiting-pubrel',
    'sent-again',
    'outcome-unknown',
  ]),
  topic: z.string().nullable(),
  /** ms since the epoch; 0: not known. */
  since: z.number(),
});
export type InFlight = z.infer<typeof InFlight>;

/** A publish over which the broker closed the connection; never sent again by itself. */
export const Quarantined = z.object({
  id: z.string(),
  topic: z.string(),
  qos: Qos,
  retain: z.boolean(),
  size: z.number(),
  at: z.number(),
  why: z.string(),
});
export type Quarantined = z.infer<typeof Quarantined>;

const Certificate = z.object({
  subject: z.string(),
  issuer: z.string(),
  /** ms since the epoch; null where it could not be read. */
  validFrom: z.number().nullable(),
  validTo: z.number().nullable(),
  /** SHA-256, upper case hex with colons. */
  fingerprint: z.string(),
});

/** The session as asked, as granted and as it runs; of the last one where none runs. */
export const SessionFacts = z.object({
  terms: z.array(Term),
  /** User properties of CONNACK, in order. */
  userProperties: z.array(z.object({ name: z.string(), value: z.string() })),
  reasonString: z.string().nullable(),
  serverReference: z.string().nullable(),
  responseInformation: z.string().nullable(),
  /** Null before the first CONNACK. */
  sessionPresent: z.boolean().nullable(),
  /** What became of the session at the last connect. */
  outcome: z
    .object({
      kind: z.enum(['new', 'resumed', 'lost']),
      at: z.number(),
      text: z.string(),
      resubscribed: z.array(z.string()),
      /** Messages that the broker sent from its queue after a resume; counted until a live one came or 5 s. */
      queued: z.number(),
      /** Publishes of ours that were sent again. */
      sentAgain: z.number(),
    })
    .nullable(),
  /** What the broker publishes when we disconnect without notice. */
  will: z
    .object({
      topic: z.string(),
      qos: Qos,
      retain: z.boolean(),
      size: z.number(),
      /** Seconds; null: at once. */
      delayInterval: z.number().nullable(),
    })
    .nullable(),
  tls: z
    .object({
      version: z.string(),
      cipher: z.string(),
      verified: z.boolean(),
      mutual: z.boolean(),
      alpn: z.string().nullable(),
      resumed: z.boolean(),
      peer: Certificate.nullable(),
    })
    .nullable(),
  /** Address and port of this end and of the other. */
  local: z.string().nullable(),
  remote: z.string().nullable(),
  inFlight: z.array(InFlight).max(200),
  /** All of them, the ones beyond 200 included. */
  inFlightTotal: z.number(),
  queue: z.object({
    /** Publishes that wait for the broker's window. */
    messages: z.number(),
    bytes: z.number(),
    /** Handed to the socket and not taken by the system yet. */
    unsentBytes: z.number(),
  }),
  quarantined: z.array(Quarantined),
  /** Messages that were dropped from a full quarantine since the connection was opened. */
  quarantineDropped: z.number().int().min(0),
});
export type SessionFacts = z.infer<typeof SessionFacts>;

/** The two clocks and what they showed; times in ms since the epoch. */
export const LifeSigns = z.object({
  by: z.enum(['client', 'server']),
  /** Pings in a row that got no answer. */
  missedNow: z.number(),
  /** When we give up unless a byte comes: 1.5 × keep-alive after the last one. */
  weGiveUpAt: z.number().nullable(),
  /** The ping that waits for its answer was sent then. */
  awaitingSince: z.number().nullable(),
  /** The clock jumped: this computer slept, or its clock was set. Newest last. */
  gaps: z
    .array(
      z.object({ from: z.number(), to: z.number(), ms: z.number(), kind: z.enum(['asleep', 'clock-set']) }),
    )
    .max(20),
});
export type LifeSigns = z.infer<typeof LifeSigns>;
