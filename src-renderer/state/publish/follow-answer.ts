import type { ConnectionId } from '../../../src-main/contract/model/model.ts';
import type { Answer } from '../../../src-main/contract/session/sending.ts';
import type { Engine } from '../engine/engine.ts';
import { follow } from '../engine/follow.ts';

/** Tells of the answer to one message that was sent, until it is there or none came. Returns what ends it. */
export function followAnswer(
  engine: Engine,
  connection: ConnectionId,
  id: string,
  told: (answer: Answer) => void,
): () => void {
  let last: Answer | null = null;
  const stop = follow({
    open: () => engine.stream('sentMessages', { connection }),
    take: ({ messages }) => {
      const answer = messages.find((one) => one.id === id)?.answer ?? null;
      if (answer === null || answer.kind === last?.kind) return;
      last = answer;
      told(answer);
      if (answer.kind !== 'waiting') stop();
    },
  });
  return stop;
}
