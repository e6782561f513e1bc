import * as z from './base/zod.ts';
import { ServerCertificates } from './model/certificates.ts';
import { Failure } from './base/errors.ts';
import { ConnectionOptions } from './model/model.ts';

/** In the order in which they are done. */
export const TestStepName = z.enum(['lookup', 'tcp', 'proxy', 'tls', 'websocket', 'connect', 'subscribe']);
export type TestStepName = z.infer<typeof TestStepName>;

export const TestStep = z.object({
  step: TestStepName,
  /** `skipped`: these options do not need it, or a step before it failed; `result` says which. */
  state: z.enum(['waiting', 'running', 'ok', 'failed', 'skipped']),
  /** Duration in ms, of a running step so far; null where it was not done. */
  ms: z.number().nullable(),
  /** A sentence; empty while it waits or runs. */
  result: z.string(),
  /** What was found out: addresses, what TLS agreed on, limits granted, codes. One line each. */
  details: z.array(z.string()).max(1_100),
});
export type TestStep = z.infer<typeof TestStep>;

/** The whole report so far; the last item has a verdict. */
export const ConnectionTestReport = z.object({
  kind: z.enum(['running', 'passed', 'failed']),
  /** Without username, password and the query of a path. */
  address: z.string(),
  /** Always all seven, in order. */
  steps: z.array(TestStep),
  /** ms in all, so far. */
  ms: z.number(),
  /** Null while it runs: what came out, the likely cause, and what to do. */
  verdict: z.object({ message: z.string(), advice: z.string() }).nullable(),
  /** What the failed step failed with. */
  why: Failure.nullable(),
  /** What the broker showed in the TLS step, also where it failed for it; absent: nothing. */
  certificates: ServerCertificates.optional(),
  /** The report as plain text without secrets, to be copied. */
  asText: z.string(),
});
export type ConnectionTestReport = z.infer<typeof ConnectionTestReport>;

/** Parameters of `testConnection`: options as edited; `profileId`: the profile whose secrets they may use. */
export const ConnectionTestRequest = z.object({
  options: ConnectionOptions,
  profileId: z.string().max(64).nullable(),
});
export type ConnectionTestRequest = z.infer<typeof ConnectionTestRequest>;
