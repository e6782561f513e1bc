import type { Check } from './context.ts';
import { CONNECTING } from './connecting.ts';
import { MESSAGES } from './messages.ts';
import { RETAINED } from './retained.ts';

/** Every check, in the order in which they run and in which the table lists them. */
export const CHECKS: readonly Check[] = [...CONNECTING, ...MESSAGES, ...RETAINED];
