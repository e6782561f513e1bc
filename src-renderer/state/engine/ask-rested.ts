/**
 * Asks the engine once nothing was typed for so long, and tells its answer; null where there is none, which
 * suggestions do without: whether the connection is there is told elsewhere; a question that says so itself is
 * asked by `callEngine`. What is answered after the
 * returned function was called is not told.
 *
 * @param restMs milliseconds
 */
export function askRested<Answer>(
  restMs: number,
  ask: () => Promise<Answer>,
  tell: (answer: Answer | null) => void,
): () => void {
  let isLast = true;
  const timer = setTimeout(() => {
    void ask()
      .catch(() => null)
      .then((answer) => {
        if (isLast) tell(answer);
      });
  }, restMs);
  return () => {
    isLast = false;
    clearTimeout(timer);
  };
}
