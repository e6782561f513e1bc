import type { Severity, VerdictRule } from '../../../contract/model/verdicts.ts';
import type { WireVersion } from '../machine/version.ts';
import type { Quarantined } from '../../../contract/model/session-facts.ts';

/** All times in ms since the epoch. */

/** What was going on when a session ended. */
export interface LastMoments {
  /** Since the last byte came and since our last packet, ms. */
  readonly idleInMs: number;
  readonly idleOutMs: number;
  /** Keep-alive in force, ms; 0: none. */
  readonly intervalMs: number;
  /** Written and not answered. */
  readonly pendingSubscribe: { readonly filter: string; readonly at: number } | null;
  /**
   * Our last PUBLISH that was not acknowledged, or was at QoS 0; or the one that the broker had just
   * refused, with the time of that.
   */
  readonly lastPublish: {
    readonly topic: string;
    readonly qos: number;
    readonly at: number;
    readonly refused?: true;
  } | null;
}

/** One try to connect and the session that came of it. */
export interface AttemptFacts {
  readonly startedAt: number;
  readonly onlineAt: number | null;
  readonly endedAt: number | null;
  /** Who ended it; null while it runs. */
  readonly by: 'user' | 'remote' | 'silence' | 'local' | null;
  /** Code of DISCONNECT or CONNACK from the broker. */
  readonly code: number | null;
  /** Code and message of the failure; empty where there is none. */
  readonly failure: string;
  readonly message: string;
  /** The step in which it ended. */
  readonly phase: string;
  readonly last: LastMoments | null;
}

/** What the two clocks of the keep-alive show of the running session. */
export interface LifeFacts {
  readonly intervalMs: number;
  readonly lastReceivedAt: number;
  readonly lastSentAt: number;
  /** Pings since the last one that was answered. */
  readonly unanswered: { readonly firstAt: number; readonly latestAt: number; readonly count: number } | null;
}

export interface Evidence {
  readonly now: number;
  /** The user chose it. One that we generated is unique. */
  readonly ownClientId: boolean;
  readonly clientId: string;
  readonly online: boolean;
  /** It is tried again by itself; false when online, and when nothing happens until the user asks. */
  readonly retrying: boolean;
  /** Of the session, or of the last one; null before the first. */
  readonly version: WireVersion | null;
  /** Oldest first, the running one last. */
  readonly attempts: readonly AttemptFacts[];
  readonly life: LifeFacts | null;
  readonly pings: readonly { readonly at: number; readonly rttMs: number | null }[];
  readonly subscriptions: readonly {
    readonly filter: string;
    readonly refusal: { readonly code: number; readonly failure: string; readonly message: string } | null;
  }[];
  /** `$SYS/broker/publish/messages/dropped`, first and last value seen. */
  readonly dropped: {
    readonly first: number;
    readonly firstAt: number;
    readonly last: number;
    readonly lastAt: number;
  } | null;
  readonly shortfall: {
    readonly announced: number;
    readonly seen: number;
    readonly missing: number;
    readonly at: number;
  } | null;
  /** Messages from the broker's queue after the session was resumed. */
  readonly resumed: { readonly at: number; readonly queued: number } | null;
  /** Acknowledged publishes that a subscription of ours should have brought back. */
  readonly unheard: readonly { readonly at: number; readonly topic: string; readonly filter: string }[];
  /** `#` is granted and brings nothing, while the broker counts messages it received from others. */
  readonly silence: {
    readonly filter: string;
    readonly since: number;
    readonly until: number;
    readonly broker: number;
  } | null;
  readonly noSubscriber: {
    readonly count: number;
    readonly recent: readonly { readonly at: number; readonly topic: string }[];
  };
  readonly quarantined: readonly Quarantined[];
  /** Messages that a full quarantine has dropped. */
  readonly quarantineDropped: number;
  readonly copies: {
    readonly count: number;
    readonly at: number;
    readonly topic: string;
    readonly filters: readonly string[];
  } | null;
  readonly willTopic: string | null;
  readonly gaps: readonly {
    readonly from: number;
    readonly to: number;
    readonly ms: number;
    readonly kind: 'asleep' | 'clock-set';
  }[];
}

/** What a rule says as long as it holds. */
export interface Finding {
  /** The rule, and what it is about where there may be several. */
  readonly id: string;
  readonly rule: VerdictRule;
  readonly severity: Severity;
  readonly title: string;
  readonly proof: readonly { readonly at: number | null; readonly text: string }[];
  readonly cause: string;
  readonly advice: string;
  readonly since: number;
}

export type VerdictRuleFn = (evidence: Evidence) => Finding | null;

/** Lines of proof that are shown; more say nothing new. */
export const MOST_PROOF = 8;

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

/** Sessions that ended, oldest first. */
export function endedSessions(evidence: Evidence): (AttemptFacts & { onlineAt: number; endedAt: number })[] {
  const ended: (AttemptFacts & { onlineAt: number; endedAt: number })[] = [];
  for (const one of evidence.attempts) {
    const { onlineAt, endedAt } = one;
    if (onlineAt !== null && endedAt !== null) ended.push({ ...one, onlineAt, endedAt });
  }
  return ended;
}

/** A session that has run for so long since then shows that it is over. */
const SETTLED_MS = 300_000;

export function isSettled({ online, now }: Evidence, since: number): boolean {
  return online && now - since > SETTLED_MS;
}

/** A finding is reported for so long, as its cause may come back. */
export const RECENT_MS = 3_600_000;
