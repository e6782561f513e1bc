import { failed } from '../../contract/base/errors.ts';
import type { Qos } from '../../contract/model/model.ts';
import type { RestoreResult } from '../../contract/session/outcomes.ts';
import { formatCounted } from '../text/amounts.ts';

/** What became of one part of a restore. */
export interface PartAnswer {
  readonly results: readonly RestoreResult[];
  /** Names the connection over which it was put back; null: there is none any more. */
  readonly session: number | null;
}

export interface RestoreParts {
  /** Puts back the part of this number; null: there is none. */
  readonly part: (number: number) => Promise<PartAnswer | null>;
  /** Nothing more is to be put back. */
  readonly isStopped: () => boolean;
  /** @param isAgain results of these topics came before */
  readonly take: (results: readonly RestoreResult[], isAgain: boolean) => void;
}

/** So often what was put back over a connection that ended since is put back in all. */
const MOST_ROUNDS = 3;

/**
 * Puts messages back part by part, until it is stopped or there is no connection any more. A broker that was killed
 * meanwhile may have lost what it had stored before: that is put back once more, or not called restored.
 *
 * @returns whether there is no further part
 */
export async function putBackInParts({ part, isStopped, take }: RestoreParts): Promise<boolean> {
  const parts: PartAnswer[] = [];
  let isWhole = false;
  while (!isWhole && !isStopped() && parts.at(-1)?.session !== null) {
    const answer = await part(parts.length);
    // One that was stopped while it waited may have more.
    isWhole = answer === null && !isStopped();
    if (answer === null) break;
    parts.push(answer);
    take(answer.results, false);
  }
  const mayAsk = (): boolean => !isStopped() && !parts.some(({ session }) => session === null);
  for (let round = 1; round < MOST_ROUNDS; round++) {
    for (const number of outdated(parts)) {
      const answer = mayAsk() ? await part(number) : null;
      if (answer === null) break;
      parts[number] = answer;
      take(answer.results, true);
    }
  }
  const unsure = outdated(parts).flatMap((number) => unsureOf(parts[number]?.results ?? []));
  if (unsure.length > 0) take(unsure, true);
  return isWhole;
}

/** Numbers of the parts that were put back over another connection than the latest. */
function outdated(parts: readonly PartAnswer[]): number[] {
  const latest = Math.max(...parts.map(({ session }) => session ?? Infinity));
  return [...parts.keys()].filter((number) => parts[number]?.session !== latest);
}

function unsureOf(results: readonly RestoreResult[]): RestoreResult[] {
  return results.flatMap((one) => (one.outcome.kind === 'restored' ? [{ ...one, outcome: UNSURE }] : []));
}

const UNSURE: RestoreResult['outcome'] = {
  kind: 'not-verified',
  failure: failed(
    'maybe-lost',
    'It was restored, but the connection ended since, and a broker that was killed may have lost it again.',
    'Restore it again: what is there is left as it is.',
  ),
};

/** In what a message that is back is not as it was put back; empty: in nothing. */
export function differingWords({
  added,
  atQos,
}: Extract<RestoreResult['outcome'], { kind: 'restored' }>): string {
  const expiry = added && 'The message has no expiry, and the broker gives it one of its own.';
  const lowered =
    atQos !== undefined && `The message had more than QoS ${atQos}, the most this broker takes.`;
  return [expiry, lowered].filter(Boolean).join(' ');
}

/** The same of many, about their QoS: `This broker takes at most QoS 1: 3 messages had more.` */
export function loweredWords(count: number, most: Qos): string {
  return `This broker takes at most QoS ${most}: ${formatCounted(count, 'message')} had more.`;
}
