import type { ConnectionId } from '../../../src-main/contract/model/model.ts';
import type { Answer } from '../../../src-main/contract/session/sending.ts';
import type { Engine } from '../engine/engine.ts';
import { follow } from '../engine/follow.ts';

/** Follows the answer to one message that was sent until it came or can come no more; returns what ends it. */
export function followAnswer(
  engine: Engine,
  connection: ConnectionId,
  id: string,
  onAnswer: (answer: Answer) => void,
): () => void {
  let last: Answer | null = null;
  const stop = follow({
    open: () => engine.stream('sentMessages', { connection }),
    take: ({ messages }) => {
      const answer = messages.find((one) => one.id === id)?.answer ?? null;
      if (answer === null || answer.kind === last?.kind) return;
      last = answer;
      onAnswer(answer);
      if (answer.kind !== 'waiting') stop();
    },
  });
  return stop;
}
