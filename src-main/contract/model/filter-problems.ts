import { z } from 'zod';

/** What is wrong in the filter that was asked for, which is `of`. */
export const FilterProblems = z.object({
  of: z.string(),
  /** Places in UTF-16 units. */
  problems: z.array(z.object({ from: z.number(), to: z.number(), reason: z.string() })),
});
export type FilterProblems = z.infer<typeof FilterProblems>;
