import { createInterface } from 'node:readline/promises';

/**
 * A line that is typed in answer. Empty where nothing is: Ctrl+C and Ctrl+D are no answer, and a terminal that is
 * closed would be waited for without end.
 *
 * @param stopping ends the wait without an answer
 */
export async function ask(
  question: string,
  stopping: AbortSignal,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<string> {
  const terminal = createInterface({ input, output });
  const left = new Promise<null>((resolve) => void terminal.once('close', () => resolve(null)));
  const close = (): void => terminal.close();
  stopping.addEventListener('abort', close, { once: true });
  // In the foreground again after Ctrl+Z, it would read nothing any more, not even Ctrl+C.
  terminal.on('SIGCONT', () => void terminal.resume());
  if (stopping.aborted) close();
  try {
    const answer = stopping.aborted ? null : terminal.question(question).catch(() => null);
    const typed = await Promise.race([answer, left]);
    // What is said next begins a line of its own.
    if (typed === null) output.write('\n');
    return typed ?? '';
  } finally {
    stopping.removeEventListener('abort', close);
    terminal.close();
  }
}
