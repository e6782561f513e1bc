import type { TopicKey } from '../../contract/model/model.ts';

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
