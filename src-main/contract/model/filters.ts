import { z } from 'zod';

/** What is wrong in the filter that was asked for, which is `of`. */
export const FilterProblems = z.object({
  of: z.string(),
  /** Places in UTF-16 units. */
  problems: z.array(z.object({ from: z.number(), to: z.number(), reason: z.string() })),
});
export type FilterProblems = z.infer<typeof FilterProblems>;

export const MAX_SAVED_FILTERS = 100;

/** A filter of the tree under a name; names of one profile differ. */
export const SavedFilter = z.object({
  name: z.string().min(1).max(100),
  text: z.string().min(1).max(65_535),
});
export type SavedFilter = z.infer<typeof SavedFilter>;

export const SavedFilters = z.array(SavedFilter).max(MAX_SAVED_FILTERS);
