import * as z from '../base/zod.ts';

/**
 * What the topics of a level are ordered by: their names; the newest message, the messages or the rate of
 * each subtree; the size of the topic's own latest payload; or the topics that are late, the longest silent first.
 */
export const SortColumn = z.enum(['name', 'seen', 'messages', 'rate', 'size', 'late']);
export type SortColumn = z.infer<typeof SortColumn>;

export const Sorting = z.object({ by: SortColumn, descending: z.boolean() });
export type Sorting = z.infer<typeof Sorting>;

export const BY_NAME: Sorting = { by: 'name', descending: false };

/** The order that is shown. Rows keep their places in it until they are ordered again. */
export const ShownSorting = Sorting.extend({
  /** Figures have changed since, so that another order would be the right one now. */
  stale: z.boolean(),
});
export type ShownSorting = z.infer<typeof ShownSorting>;
