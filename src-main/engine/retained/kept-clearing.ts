import type { Failure } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { ClearResult } from '../../contract/session/outcomes.ts';
import { CLEARED, judgeUnconfirmed } from '../../core/retained/clearing.ts';
import { checkTopicName, displayTopic } from '../../core/topics/names.ts';
import {
  ListedKept,
  type ClearingWorker,
  type ClearOutcome,
  type Keeper,
  type Unkept,
} from './listed-kept.ts';

/**
 * Clears topics, at most 1,000, at once, and asks for each again. One result a topic, in the order asked for.
 *
 * @returns a failure where the trash cannot be written: then nothing was sent
 */
export async function clearKept(
  worker: ClearingWorker,
  trash: Keeper,
  keys: readonly TopicKey[],
  unkept: Unkept,
): Promise<ClearResult[] | Failure> {
  const unique = [...new Set(keys)];
  const outcomes = new Map<TopicKey, ClearOutcome>();
  // Of what is no name the bytes may be those of a name that nobody gave.
  for (const key of unique) {
    const failure = checkTopicName(key);
    if (failure !== null) outcomes.set(key, { kind: 'refused', code: 0, failure });
  }
  const valid = unique.filter((key) => !outcomes.has(key));
  const clearing = new ListedKept(() => worker, trash, valid);
  const places = Uint32Array.from(valid.keys());
  try {
    const unsent = new Map<number, ClearOutcome>();
    const took = new Float32Array(valid.length).fill(Number.NaN);
    const sent: number[] = [];
    for (let left = places; left.length > 0;) {
      const answer = await clearing.send(left, unkept);
      if ('code' in answer) {
        if (left === places) return answer;
        for (const place of left) unsent.set(place, { kind: 'not-kept', failure: answer });
        break;
      }
      for (const [place, outcome] of answer.unsent) unsent.set(place, outcome);
      for (const [at, place] of left.entries()) {
        if (answer.sent[at] === 1) sent.push(place);
        took[place] = answer.took[at] ?? Number.NaN;
      }
      left = Uint32Array.from(answer.later);
    }
    const { cleared, others } = await clearing.check(Uint32Array.from(sent));
    const keyOf = (place: number): TopicKey => valid[place] ?? '';
    for (const [place, outcome] of unsent) outcomes.set(keyOf(place), outcome);
    for (const { place, outcome } of others)
      outcomes.set(keyOf(place), judgeUnconfirmed(unsent.get(place) ?? null, outcome));
    for (const place of cleared) outcomes.set(keyOf(place), CLEARED);
    const tookOf = new Map(valid.map((key, place) => [key, took[place] ?? Number.NaN] as const));
    return unique.flatMap((key) => {
      const outcome = outcomes.get(key);
      const isKept = clearing.copyOf(key) !== null;
      return outcome === undefined ? [] : clearResult(key, outcome, isKept, tookOf.get(key) ?? Number.NaN);
    });
  } finally {
    await clearing.close();
  }
}

/** @param took ms until the broker acknowledged it, returned where it is known to have cleared; NaN: not known */
export function clearResult(
  key: TopicKey,
  outcome: ClearOutcome,
  restorable: boolean,
  took: number,
): ClearResult {
  const result = { key, topic: displayTopic(key), outcome, restorable };
  // Of another outcome it would be the time of a clear that did not last.
  return outcome.kind === 'cleared' && !Number.isNaN(took) ? { ...result, took } : result;
}
