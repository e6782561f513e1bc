import type { TopicKey } from '../../contract/model/model.ts';
import { filterAround, mayBePattern } from '../../core/topics/filter-around.ts';

/** One subscription of a probe, and the topics that it asks for. */
export interface Question {
  readonly filter: string;
  readonly keys: readonly TopicKey[];
  /** Topics that it may bring, as far as is known. */
  readonly most: number;
}

/** Questions whose answers together are below a queue. */
export function together<T extends Pick<Question, 'most'>>(questions: readonly T[], most: number): T[][] {
  const parts: T[][] = [];
  let room = 0;
  for (const question of questions) {
    room -= question.most;
    if (room < 0 || parts.length === 0) {
      parts.push([]);
      room = most - question.most;
    }
    parts.at(-1)?.push(question);
  }
  return parts;
}

export function chunks<T>(all: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < all.length; at += size) parts.push(all.slice(at, at + size));
  return parts;
}

/**
 * Questions whose filter the broker reads as it is meant, and the others.
 *
 * @param fenceHolds it is mosquitto, which reads no patterns
 */
export function plainOf<T extends Pick<Question, 'filter'>>(
  questions: readonly T[],
  fenceHolds: boolean,
): { readonly plain: readonly T[]; readonly others: readonly T[] } {
  const isPlain = ({ filter }: T): boolean => fenceHolds || !mayBePattern(filter);
  return { plain: questions.filter(isPlain), others: questions.filter((one) => !isPlain(one)) };
}

/** Questions that bring topics without naming them. */
export function questionsAround(keys: readonly TopicKey[]): Question[] {
  const byFilter = new Map<string, TopicKey[]>();
  for (const key of keys) {
    const filter = filterAround(key);
    if (filter === null) continue;
    const others = byFilter.get(filter);
    if (others === undefined) byFilter.set(filter, [key]);
    else others.push(key);
  }
  return [...byFilter].map(([filter, meant]) => ({ filter, keys: meant, most: meant.length }));
}
