import * as z from '../base/zod.ts';
import { call } from '../base/define.ts';
import { Bytes } from '../model/model.ts';

/** Bytes of one draft: what passes a pipe at once. */
export const MAX_DRAFT_BYTES = 16 * 2 ** 20;

/** Which form, chosen by the window. */
const key = z.string().min(1).max(400);
const done = z.object({ kind: z.literal('done') });

/**
 * What was typed into a form and not saved or sent. The engine keeps it in memory, so that it survives a
 * reload of the window; never on disk, because it may hold passwords. The text is the window's own, in
 * UTF-8; bytes and not a string, because a text of any size fits a message only so.
 */
export const draftCalls = {
  /** The oldest make room: 100 drafts of together 64 MB. */
  keepDraft: call(
    z.object({ key, text: Bytes.refine((bytes) => bytes.length <= MAX_DRAFT_BYTES, 'At most 16 MB') }),
    done,
  ),
  forgetDraft: call(z.object({ key }), done),
  keptDrafts: call(z.object({}), z.object({ kind: z.literal('drafts'), keys: z.array(key) })),
  readDraft: call(
    z.object({ key }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('draft'), text: Bytes }),
      z.object({ kind: z.literal('gone') }),
    ]),
  ),
} as const;
