import * as z from '../base/zod.ts';

/** Rules that a verdict comes from; stable names for programs. */
export const VerdictRule = z.enum([
  'taken-over',
  'closed-after-subscribe',
  'closed-after-publish',
  'keep-alive-too-long',
  'broker-frozen',
  'half-open',
  'broker-drops',
  'retained-missing',
  'queue-limit',
  'silent-acl',
  'wildcard-denied',
  'clock-skew',
  'no-subscriber',
  'quarantined',
  'overlapping',
  'wills-firing',
  'late-answers',
  'time-jump',
  'protocol-broken',
  'credentials',
  'broker-gone',
]);
export type VerdictRule = z.infer<typeof VerdictRule>;

/** Stable while it lasts: the rule, and what it is about where there may be several, such as a topic or filter. */
export const VerdictId = z.string().max(65_535 + 64);

export const Severity = z.enum(['error', 'warning', 'note']);
export type Severity = z.infer<typeof Severity>;

/** What is going on, with its evidence. Free of secrets. */
export const Verdict = z.object({
  id: VerdictId,
  rule: VerdictRule,
  severity: Severity,
  title: z.string(),
  /** What was seen, oldest first; `at` in ms since the epoch. */
  proof: z.array(z.object({ at: z.number().nullable(), text: z.string() })),
  cause: z.string(),
  advice: z.string(),
  /** ms since the epoch. */
  since: z.number(),
  /** What it says was true and is over; kept until the next session ends or an hour passed. */
  over: z.boolean(),
});
export type Verdict = z.infer<typeof Verdict>;

/** The worst verdict, for the status bar. */
export const VerdictSummary = z.object({
  id: VerdictId,
  severity: Severity,
  title: z.string(),
  /** Verdicts that are not over, this one included. */
  count: z.number(),
});
export type VerdictSummary = z.infer<typeof VerdictSummary>;
