import * as z from './zod.ts';
import { call } from './define.ts';

/**
 * Raised by one with every change that a side of the version before would misread: a field that is new
 * and required, or gone, or means something else; a call that asks for more.
 */
export const CONTRACT_VERSION = 1;

/** How one side introduces itself. */
export const Hello = z.object({
  contract: z.number().int(),
  /** Of the program, as a person reads it. */
  version: z.string().max(100),
});
export type Hello = z.infer<typeof Hello>;

/** Asked first on every pipe, and never changed: it is what sides of any two versions understand. */
export const helloCalls = { hello: call(Hello, Hello) } as const;
