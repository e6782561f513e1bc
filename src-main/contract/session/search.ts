import * as z from '../base/zod.ts';
import { call } from '../base/define.ts';
import { Failure } from '../base/errors.ts';
import { TopicKey } from '../model/model.ts';
import { Preview } from '../model/message.ts';

/** How what is searched for is written: text without regard to case, RE2, or bytes such as `63 6f 64`. */
export const SearchAs = z.enum(['text', 'regex', 'hex']);
export type SearchAs = z.infer<typeof SearchAs>;

/** Hits that one search keeps: the newest. */
export const MAX_HITS = 10_000;

export const SearchSpec = z.object({
  text: z.string().min(1).max(10_000),
  as: SearchAs,
  /** Only in topics that this filter of the tree shows now; empty: in all. */
  filter: z.string().max(65_535).default(''),
});
export type SearchSpec = z.infer<typeof SearchSpec>;

/** A message with what was searched for in its payload. */
export const SearchHit = z.object({
  seq: z.number(),
  /** Received, ms since the epoch. */
  at: z.number(),
  key: TopicKey,
  /** As it may be shown. */
  topic: z.string(),
  /** Payload bytes received; more than `kept` if it was shortened. */
  size: z.number(),
  kept: z.number(),
  /** What surrounds the hit, on one line and cut at fields; bytes in hex where it is no text. */
  excerpt: z.object({
    text: z.string(),
    /** The hit in it, in UTF-16 units. */
    from: z.number(),
    to: z.number(),
    hex: z.boolean(),
  }),
  /** Where the record lies, for `readAround`. */
  place: z.number(),
});
export type SearchHit = z.infer<typeof SearchHit>;

export const SearchProgress = z.object({
  state: z.enum(['running', 'done', 'stopped']),
  /** Bytes of the log that were read, and that there are to read. */
  read: z.number(),
  total: z.number(),
  /** Messages that were looked at, and topics that have hits. */
  messages: z.number(),
  topics: z.number(),
  /** Hits so far. */
  found: z.number(),
  /** There are `MAX_HITS`; older messages were not looked at. */
  full: z.boolean(),
  /** Messages without a hit in the part that was looked at: of those kept shortened, and of long ones. */
  shortened: z.number(),
  long: z.number(),
  /** Messages that were received and are not kept any more. */
  notKept: z.number(),
  /** It has taken so long; ms. */
  ms: z.number(),
});
export type SearchProgress = z.infer<typeof SearchProgress>;

/** The topics whose messages are listed around a message. */
export const AroundScope = z.enum(['topic', 'siblings', 'all']);
export type AroundScope = z.infer<typeof AroundScope>;

export const MessageAround = z.object({
  seq: z.number(),
  at: z.number(),
  key: TopicKey,
  topic: z.string(),
  size: z.number(),
  preview: Preview,
});
export type MessageAround = z.infer<typeof MessageAround>;

const search = z.object({ search: z.string().max(64) });
const Ended = z.object({ kind: z.literal('ended') });

/**
 * Search in the payloads of all messages that a connection keeps. A search runs in the connection's worker
 * as long as its results are read; the last few are kept.
 */
export const searchCalls = {
  startSearch: call(
    SearchSpec,
    z.union([z.object({ kind: z.literal('started'), search: z.string() }), Failure]),
  ),
  /**
   * Hits from the `from`th on, the newest messages first but for those that were moved within the log.
   * Answers at once where there are any or the search is over, else when there is news.
   */
  readSearch: call(
    search.extend({ from: z.number().int().min(0).max(MAX_HITS) }),
    z.union([
      z.object({ kind: z.literal('part'), hits: z.array(SearchHit), progress: SearchProgress }),
      Ended,
    ]),
  ),
  /** What was found stays readable. */
  stopSearch: call(search, z.object({ kind: z.literal('done') })),
  /** Messages received just before and after one, in order; `gone`: the message is not kept any more. */
  readAround: call(
    z.object({
      key: TopicKey,
      seq: z.number().int().min(1),
      place: z.number().int().min(0),
      scope: AroundScope,
      count: z.number().int().min(1).max(100),
    }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('around'), messages: z.array(MessageAround) }),
      z.object({ kind: z.literal('gone') }),
    ]),
  ),
} as const;
