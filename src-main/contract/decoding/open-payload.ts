import * as z from '../base/zod.ts';
import { call } from '../base/define.ts';
import { Failure } from '../base/errors.ts';
import { ConnectionId, TopicKey } from '../model/model.ts';

export const openPayloadCalls = {
  /**
   * Opens the payload of a message in the program that the system has for its kind. Asked for in a dialog
   * of the system first, so only the desktop does it. Kinds that could run something are refused before.
   */
  openPayload: call(
    z.object({
      connection: ConnectionId,
      key: TopicKey,
      which: z.union([z.number(), z.enum(['latest', 'retained'])]),
      /** For a view that is paused: values as of its sequence. */
      view: z.string().min(1).max(64).optional(),
    }),
    z.union([
      /** Bytes written, and received: fewer where only the beginning was kept. */
      z.object({ kind: z.literal('opened'), file: z.string(), bytes: z.number(), size: z.number() }),
      z.object({ kind: z.literal('cancelled') }),
      Failure,
    ]),
  ),
} as const;
