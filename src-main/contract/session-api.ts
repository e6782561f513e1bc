import { z } from 'zod';
import { historyCalls } from './connection-history.ts';
import { call } from './define.ts';
import { Failure } from './errors.ts';
import { ConnectionId } from './model.ts';
import { PublishOutcome } from './outcomes.ts';
import { packetCalls } from './packets.ts';

const done = z.object({ kind: z.literal('done') });

const doctorCalls = {
  /** A verdict as text to be handed on, without secrets. */
  verdictReport: call(
    z.object({ id: z.string().max(200) }),
    z.union([z.object({ kind: z.literal('report'), text: z.string() }), Failure]),
  ),
  /** Publishes a quarantined message once more; it comes back if the broker closes the link over it again. */
  retryQuarantined: call(z.object({ id: z.string().max(64) }), PublishOutcome),
  dropQuarantined: call(z.object({ id: z.string().max(64) }), z.union([done, Failure])),
} as const;

/** Packets, verdicts and quarantine: part of what a connection's worker answers. */
export const sessionCalls = { ...packetCalls, ...doctorCalls } as const;

const on = <S extends z.ZodRawShape>(params: z.ZodObject<S>) => params.extend({ connection: ConnectionId });

/** The same as the window asks for them, with what the engine itself answers. */
export const sessionApi = {
  ...historyCalls,
  readPackets: call(on(packetCalls.readPackets.params), packetCalls.readPackets.result),
  packetAt: call(on(packetCalls.packetAt.params), packetCalls.packetAt.result),
  packetFlow: call(on(packetCalls.packetFlow.params), packetCalls.packetFlow.result),
  setRecorder: call(on(packetCalls.setRecorder.params), packetCalls.setRecorder.result),
  clearPackets: call(on(packetCalls.clearPackets.params), packetCalls.clearPackets.result),
  exportPackets: call(on(packetCalls.exportPackets.params), packetCalls.exportPackets.result),
  verdictReport: call(on(doctorCalls.verdictReport.params), doctorCalls.verdictReport.result),
  retryQuarantined: call(on(doctorCalls.retryQuarantined.params), doctorCalls.retryQuarantined.result),
  dropQuarantined: call(on(doctorCalls.dropQuarantined.params), doctorCalls.dropQuarantined.result),
} as const;
