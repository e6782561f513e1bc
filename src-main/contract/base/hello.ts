import * as z from './zod.ts';
import { call } from './define.ts';

/**
 * Raised by one with every change that the other side would misread in the version before: a field that is
 * new and required, removed, or changed in meaning; a call that requires more.
 */
export const CONTRACT_VERSION = 1;

/** How one side introduces itself. */
export const Hello = z.object({
  contract: z.number().int(),
  /** Version of the program, as shown to the user. */
  version: z.string().max(100),
});
export type Hello = z.infer<typeof Hello>;

/** Asked first on every pipe, and never changed: it is what sides of any two versions understand. */
export const helloCalls = { hello: call(Hello, Hello) } as const;
