import type { ConnectionId } from '../../../src-main/contract/model/model.ts';
import type { Answer } from '../../../src-main/contract/session/sending.ts';
import type { PublishOutcome } from '../../../src-main/contract/session/outcomes.ts';
import type { ConnectionsState } from '../connections/connections.ts';
import { sameMessage, type PublishDraft } from './publish-draft.ts';

/** What became of the message that was published last. */
export type PublishResult =
  | { readonly kind: 'none' }
  /** Held back once: the topic has characters that one does not see. */
  | { readonly kind: 'odd-topic'; readonly of: PublishDraft }
  /** `queued`: it waits for the connection. */
  | { readonly kind: 'pending'; readonly of: PublishDraft; readonly queued?: boolean }
  | {
      readonly kind: 'answered';
      readonly of: PublishDraft;
      /** This window's clock, ms since the epoch. */
      readonly at: number;
      /** Which connection to the broker there was then; null: none. */
      readonly session: number | null;
      readonly outcome: PublishOutcome;
      /** Where it went, its variables replaced. */
      readonly topic: string;
      /** Null: none is expected, or it is not known yet. */
      readonly answer: Answer | null;
    };

/** How a result is shown. `past`: of another message than the one in the panel. */
export type ShownResult =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'odd-topic'; readonly topic: string }
  | { readonly kind: 'pending'; readonly topic: string; readonly queued: boolean }
  | {
      readonly kind: 'now' | 'past';
      readonly topic: string;
      readonly at: number;
      readonly outcome: PublishOutcome;
      readonly answer: Answer | null;
    }
  /** It was not sent because the connection was away, which is back now. */
  | { readonly kind: 'missed'; readonly topic: string; readonly at: number };

/** A result of the message in the panel is shown for so long, and of an earlier one. */
const MOST_NOW_MS = 10 * 60_000;
const MOST_PAST_MS = 60_000;

/** Failures whose cause is over when the connection is back. */
const AWAY = new Set(['not-connected', 'not-sent', 'engine-unreachable']);

/**
 * A result belongs to its message, and ages: it is muted as soon as another message is in the panel,
 * and goes after a while. A failure for want of a connection ends with its cause.
 *
 * @param session which connection to the broker there is now; null: none
 * @param now ms since the epoch
 */
export function shownResult(
  result: PublishResult,
  draft: PublishDraft,
  session: number | null,
  now: number,
): ShownResult {
  switch (result.kind) {
    case 'none':
      return { kind: 'nothing' };
    case 'odd-topic':
      return result.of.topic === draft.topic
        ? { kind: 'odd-topic', topic: draft.topic }
        : { kind: 'nothing' };
    case 'pending':
      return { kind: 'pending', topic: result.of.topic, queued: result.queued === true };
    case 'answered': {
      const { of, at, outcome, topic, answer } = result;
      const same = sameMessage(of, draft);
      if (now - at > (same ? MOST_NOW_MS : MOST_PAST_MS)) return { kind: 'nothing' };
      const back = session !== null && session !== result.session;
      if (back && outcome.kind === 'failed' && AWAY.has(outcome.code)) {
        return same ? { kind: 'missed', topic, at } : { kind: 'nothing' };
      }
      return { kind: same ? 'now' : 'past', topic, at, outcome, answer };
    }
  }
}

/** Distinguishes one connection to the broker from the next by when it was made, by the engine's clock; null: none. */
export function sessionOf({ connections }: ConnectionsState, connection: ConnectionId): number | null {
  const state = connections.find(({ id }) => id === connection)?.state;
  return state?.kind === 'online' ? state.since : null;
}
