import * as z from './zod.ts';

/**
 * An expected failure, as a value: what happened, why, and what to do.
 * `code` is stable and for programs; `message` and `advice` are sentences for a person.
 */
export const Failure = z.object({
  kind: z.literal('failed'),
  code: z.string(),
  message: z.string(),
  advice: z.string(),
  /** Bytes that caused it, e.g. a malformed packet (at most 256). */
  evidence: z.instanceof(Uint8Array).optional(),
});
export type Failure = z.infer<typeof Failure>;

export function failed(code: string, message: string, advice = ''): Failure {
  return { kind: 'failed', code, message, advice };
}

/** Why a call could not be answered at all: a fault of one side, never of the user's broker. */
export type ProtocolErrorCode =
  | 'bad-frame'
  | 'unknown-method'
  | 'bad-params'
  | 'bad-answer'
  | 'internal'
  | 'closed'
  | 'too-many-streams'
  | 'too-many-calls';

export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolErrorCode;
  constructor(code: ProtocolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
