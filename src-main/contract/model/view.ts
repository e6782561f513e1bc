import * as z from '../base/zod.ts';
import { MessageMeta, Preview } from './message.ts';
import { TopicKey } from './model.ts';
import { Counters } from './counters.ts';
import { FilterProblems, MAX_COLOUR_CHARS, MAX_COLOURS } from './filters.ts';
import { Paused } from '../view/paused.ts';
import { RetainedFact, RetainedState } from './retained.ts';
import { ShownSorting, Sorting } from './sorting.ts';

export const Row = z.object({
  /** Stable for the life of the topic in the store; unique in a frame. */
  id: z.number(),
  key: TopicKey,
  /** The full topic and its last level as they may be shown (invalid bytes and controls escaped). */
  topic: z.string(),
  name: z.string(),
  /** 1 is a top level. */
  level: z.number(),
  children: z.number(),
  expanded: z.boolean(),
  /** False where a filter shows it only as the parent of what matches. */
  match: z.boolean(),
  /** Topics with messages in this subtree, itself included. */
  topics: z.number(),
  /** Messages in this subtree, itself included; and of this very topic. */
  messages: z.number(),
  own: z.number(),
  /** Messages a second in this subtree as of this frame, smoothed over about 10 s; sinks by `rateAfter`. */
  rate: z.number(),
  /** ms since the epoch of the subtree's newest message; 0 if none. */
  lastSeen: z.number(),
  /** Topics of this subtree that are silent for longer than is usual for them, itself included. */
  late: z.number(),
  /** Where this topic itself is late: ms that usually lie between its messages. Null where it is not. */
  usual: z.number().nullable(),
  /** Null where the name carries no messages itself. */
  retained: RetainedState.nullable(),
  /** ms since the epoch of which `retained` is, where it may have changed since; null where it is of now. */
  asOf: z.number().nullable(),
  /** Payload bytes of this topic's latest message; 0 where there is none any more. */
  size: z.number(),
  preview: Preview,
  /** The text of each field that the view asked for, in the latest value; null where it has none. */
  fields: z.array(z.string().nullable()).optional(),
  /** Index of the first filter in `colours` that matches this topic; absent: none does. */
  colour: z.number().int().nonnegative().optional(),
});
export type Row = z.infer<typeof Row>;

/** Fields that a view may ask for. */
export const MAX_ROW_FIELDS = 4;

/** The way into a JSON value that a row shows: shorter than one that is watched, as it goes with every look. */
export const RowField = z
  .array(z.union([z.string().max(1_000), z.number().int().nonnegative()]))
  .min(1)
  .max(32);

export const ViewSpec = z.object({
  /** The window: `rows` rows from `offset` rows after the anchor (null: from the top). */
  anchor: TopicKey.nullable(),
  offset: z.number().int(),
  rows: z.number().int().min(0).max(200),
  /** In the language of docs/filter.md; empty: everything. An invalid one leaves the last in force. */
  filter: z.string().max(65_535),
  selected: TopicKey.nullable(),
  /** Paths into the JSON of latest values (names and list indexes): rows show the values there. */
  fields: z.array(RowField).max(MAX_ROW_FIELDS).optional(),
  /** Filters that colour rows; one that means nothing matches no topic. */
  colours: z.array(z.string().min(1).max(MAX_COLOUR_CHARS)).max(MAX_COLOURS).optional(),
});
export type ViewSpec = z.infer<typeof ViewSpec>;

export const ViewAction = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('look'), spec: ViewSpec }),
  z.object({ kind: z.literal('expand'), key: TopicKey }),
  z.object({ kind: z.literal('collapse'), key: TopicKey }),
  z.object({ kind: z.literal('expand-siblings'), key: TopicKey }),
  /** Close every branch beside this one. */
  z.object({ kind: z.literal('collapse-siblings'), key: TopicKey }),
  /** Show the rows of this level and those above it, and none below: 1 shows the top level. */
  z.object({ kind: z.literal('expand-to'), level: z.number().int().min(1).max(512) }),
  /** Until it is ended by 0: branches open by themselves as far as all rows fit so many. */
  z.object({ kind: z.literal('open-small'), rows: z.number().int().min(0).max(200) }),
  z.object({ kind: z.literal('expand-all') }),
  z.object({ kind: z.literal('collapse-all') }),
  /** Sort the topics of each level; again by figures of now, if they are sorted so already. */
  z.object({ kind: z.literal('sort'), sorting: Sorting }),
  /** Expand the parents of a topic so that it has a row. */
  z.object({ kind: z.literal('reveal'), key: TopicKey }),
  z.object({ kind: z.literal('pause') }),
  z.object({ kind: z.literal('resume') }),
]);
export type ViewAction = z.infer<typeof ViewAction>;

export const SelectedTopic = z.object({
  key: TopicKey,
  topic: z.string(),
  /** `unseen`: not on this connection so far. `forgotten`: was known, the topic cap took it. */
  state: z.enum(['known', 'unseen', 'forgotten']),
  /** Hidden: its row is not in the view because of the filter. */
  hiddenByFilter: z.boolean(),
  /** Row of it in the flattened order; null where collapsed or hidden. */
  index: z.number().nullable(),
  /** The name is valid UTF-8 and free of NUL, so it can be published to. */
  publishable: z.boolean(),
  /** Messages of this very topic. */
  messages: z.number(),
  /** Messages of the subtree, as in its row. */
  topics: z.number(),
  /** ms that usually lie between its messages, as learnt; null where it has no rhythm. */
  usual: z.number().nullable(),
  retained: RetainedFact,
  latest: MessageMeta.nullable(),
  /** The last message delivered with the retain flag and a payload, still in the log. */
  lastRetained: MessageMeta.nullable(),
});
export type SelectedTopic = z.infer<typeof SelectedTopic>;

/** A filter in `colours` that more messages meet than are looked at: a row has a colour for a second at least. */
export const BusyColour = z.object({
  rule: z.number().int().nonnegative(),
  /** Messages a second on the rows of the window, two digits of it. */
  perSecond: z.number(),
});
export type BusyColour = z.infer<typeof BusyColour>;

export const ViewFrame = z.object({
  revision: z.number(),
  /** Rows of the flattened order. */
  total: z.number(),
  /** Absolute index of the first row of the window. */
  first: z.number(),
  /** Index of the anchor row; null where it has no row any more. */
  anchorIndex: z.number().nullable(),
  /** Row ids of the window, in order. */
  ids: z.array(z.number()),
  /**
   * Rows of the window that changed since the last frame, or are new in it. The size of a frame is bounded.
   * Rows that do not fit come first in the next one, so a row of `ids` may not have been sent yet.
   */
  rows: z.array(Row),
  selected: SelectedTopic.nullable(),
  /** Topics that match the filter; null without a filter. */
  matches: z.number().nullable(),
  /** Null: the filter that was asked for is in force. */
  filterProblems: FilterProblems.nullable(),
  paused: Paused.nullable(),
  /** Sliced work going on, as a share from 0 to 1; null when the view is complete. */
  building: z.number().nullable(),
  sorting: ShownSorting,
  counters: Counters,
  busyColours: z.array(BusyColour).optional(),
});
export type ViewFrame = z.infer<typeof ViewFrame>;
