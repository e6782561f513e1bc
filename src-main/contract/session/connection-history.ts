import * as z from '../base/zod.ts';
import { call } from '../base/define.ts';
import { Failure } from '../base/errors.ts';
import { Moment } from '../base/moment.ts';
import { ConnectionId } from '../model/model.ts';

/** Characters of what others name: a host, and what a broker says at the end. */
const MAX_ADDRESS = 400;
const MAX_CODE = 100;
const MAX_SENTENCE = 2_000;
const MAX_PHASES = 16;

/** One try to connect, with the session that came of it. Times in ms since the epoch. */
export const ConnectionAttempt = z.object({
  /** Unique in the history. */
  id: z.string().max(64),
  startedAt: Moment,
  /** CONNACK with success; null: it never was online. */
  onlineAt: Moment.nullable(),
  /** Null: it still runs. */
  endedAt: Moment.nullable(),
  /** Waited for before it, ms. */
  waitedMs: z.number(),
  /** Of those since the last session. */
  attempt: z.number(),
  phases: z.array(z.object({ phase: z.string().max(32), ms: z.number() })).max(MAX_PHASES),
  version: z.string().max(8),
  address: z.string().max(MAX_ADDRESS),
  /** `program`: it was closed with the window, or crashed. */
  by: z.enum(['user', 'remote', 'silence', 'local', 'program']).nullable(),
  /** Code, message and advice of the end; null: it runs, or the user ended it. */
  reason: z
    .object({
      code: z.string().max(MAX_CODE),
      message: z.string().max(MAX_SENTENCE),
      advice: z.string().max(MAX_SENTENCE),
    })
    .nullable(),
  sessionPresent: z.boolean().nullable(),
});
export type ConnectionAttempt = z.infer<typeof ConnectionAttempt>;

/** An attempt of which each text that others name, and the list of phases, is cut to what may be kept of it. */
export function boundedAttempt(attempt: ConnectionAttempt): ConnectionAttempt {
  const { address, phases, reason } = attempt;
  return {
    ...attempt,
    address: address.slice(0, MAX_ADDRESS),
    phases: phases.slice(0, MAX_PHASES),
    reason: reason && {
      code: reason.code.slice(0, MAX_CODE),
      message: reason.message.slice(0, MAX_SENTENCE),
      advice: reason.advice.slice(0, MAX_SENTENCE),
    },
  };
}

export const historyCalls = {
  /** Attempts of this profile, or of this broker without a profile, also before restarts; 30 days. Newest first. */
  connectionHistory: call(
    z.object({
      connection: ConnectionId,
      /** Only what started before; null: from the newest. */
      before: z.number().nullable().default(null),
      limit: z.number().int().min(1).max(1_000).default(200),
    }),
    z.object({
      attempts: z.array(ConnectionAttempt),
      more: z.boolean(),
      /** Share of the last 24 h online, from 0 to 1; null where nothing is known. */
      uptimeShare: z.number().nullable(),
    }),
  ),
  /** The log as text, one line an entry, oldest first. Null: of the program itself. */
  exportLog: call(
    z.object({ connection: ConnectionId.nullable() }),
    z.union([z.object({ kind: z.literal('log'), text: z.string() }), Failure]),
  ),
} as const;
