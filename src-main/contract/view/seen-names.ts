import * as z from '../base/zod.ts';

/** Names of one kind that a list of suggestions has. */
export const MAX_SEEN = 12;

export const SeenName = z.object({
  /** As it stands in topics, or as the path of JSON is written in a filter. */
  name: z.string(),
  /** One of the topics it was seen in. */
  topic: z.string(),
});
export type SeenName = z.infer<typeof SeenName>;

export const SeenNames = z.object({
  /** The most frequent first. */
  names: z.array(SeenName),
  /** Another question took the place of this one before it was answered. */
  superseded: z.boolean(),
});
export type SeenNames = z.infer<typeof SeenNames>;
