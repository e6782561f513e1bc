/**
 * Asks the engine once nothing was typed for so long, and hands on its answer: null where there is none, which is
 * enough for suggestions. Where the reader must see why there is none, use `callEngine`. After the returned function
 * was called nothing is handed on.
 *
 * @param restMs milliseconds
 */
export function askRested<Answer>(
  restMs: number,
  ask: () => Promise<Answer>,
  take: (answer: Answer | null) => void,
): () => void {
  let isLast = true;
  const timer = setTimeout(() => {
    void ask()
      .catch(() => null)
      .then((answer) => {
        if (isLast) take(answer);
      });
  }, restMs);
  return () => {
    isLast = false;
    clearTimeout(timer);
  };
}
