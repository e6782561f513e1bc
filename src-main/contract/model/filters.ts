import * as z from '../base/zod.ts';

/** What is wrong in the filter that was asked for, which is `of`. */
export const FilterProblems = z.object({
  of: z.string(),
  /** Places in UTF-16 units. */
  problems: z.array(z.object({ from: z.number(), to: z.number(), reason: z.string() })),
});
export type FilterProblems = z.infer<typeof FilterProblems>;

export const MAX_SAVED_FILTERS = 100;

/** Colours of profiles, and of rows that a filter matches. */
export const MarkColour = z.enum(['red', 'orange', 'yellow', 'green', 'blue', 'purple']);
export type MarkColour = z.infer<typeof MarkColour>;

/** Filters that colour rows at the same time, and characters of each: all of them go with every look. */
export const MAX_COLOURS = 16;
export const MAX_COLOUR_CHARS = 1_000;

/** A filter of the tree under a name; names of one profile differ. */
export const SavedFilter = z.object({
  name: z.string().min(1).max(100),
  text: z.string().min(1).max(65_535),
  /** Rows of topics that it matches have it, unless a filter before it in the list matches them too. */
  colour: MarkColour.optional(),
});
export type SavedFilter = z.infer<typeof SavedFilter>;

export const SavedFilters = z.array(SavedFilter).max(MAX_SAVED_FILTERS);
