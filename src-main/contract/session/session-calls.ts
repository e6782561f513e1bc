import * as z from '../base/zod.ts';
import { call } from '../base/define.ts';
import { Failure } from '../base/errors.ts';
import { VerdictId } from '../model/verdicts.ts';
import { PublishOutcome } from './outcomes.ts';
import { inventoryCalls } from './inventory.ts';
import { packetCalls } from './packets.ts';
import { searchCalls } from './search.ts';

const done = z.object({ kind: z.literal('done') });

const doctorCalls = {
  /** A verdict as text to be handed on, without secrets. */
  verdictReport: call(
    z.object({ id: VerdictId }),
    z.union([z.object({ kind: z.literal('report'), text: z.string() }), Failure]),
  ),
  /** Publishes a quarantined message once more; it comes back if the broker closes the link over it again. */
  retryQuarantined: call(z.object({ id: z.string().max(64) }), PublishOutcome),
  dropQuarantined: call(z.object({ id: z.string().max(64) }), z.union([done, Failure])),
} as const;

/** Packets, verdicts, quarantine, the inventory of retained messages, search: part of what a connection's worker answers. */
export const sessionCalls = { ...packetCalls, ...doctorCalls, ...inventoryCalls, ...searchCalls } as const;
