import { z } from 'zod';
import { call } from '../base/define.ts';

/**
 * What was typed into a form and not saved. The engine keeps it in memory, so that it survives a reload of
 * the window; never on disk, because it may hold passwords.
 */
export const Draft = z.object({
  /** Which form, chosen by the window. */
  key: z.string().min(1).max(400),
  /** The window's own text. Characters. */
  text: z.string().max(4_000_000),
});
export type Draft = z.infer<typeof Draft>;

export const draftCalls = {
  /** The oldest make room: 20 drafts of together 16 million characters. */
  keepDraft: call(Draft, z.object({ kind: z.literal('done') })),
  forgetDraft: call(Draft.pick({ key: true }), z.object({ kind: z.literal('done') })),
  keptDrafts: call(z.object({}), z.object({ kind: z.literal('drafts'), drafts: z.array(Draft) })),
} as const;
