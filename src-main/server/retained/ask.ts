import { createInterface } from 'node:readline/promises';

/**
 * A line that is typed in answer. Empty where nothing is: Ctrl+C and Ctrl+D are no answer, and a terminal that is
 * closed would be waited for without end.
 */
export async function ask(
  question: string,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<string> {
  const terminal = createInterface({ input, output });
  const left = new Promise<string>((resolve) => void terminal.once('close', () => resolve('')));
  try {
    return await Promise.race([terminal.question(question).catch(() => ''), left]);
  } finally {
    terminal.close();
  }
}
