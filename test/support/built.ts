import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfStale, isFresh } from '../../scripts/build-if-stale.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let building: Promise<void> | null = null;

/** The folder of the built program, built again when the sources are newer. */
export async function builtRoot(root: string | undefined): Promise<string> {
  if (root !== undefined) return root;
  const elsewhere = process.env['TOPICSCOPE_ROOT'];
  if (elsewhere !== undefined) return elsewhere;
  building ??= buildIfStale(ROOT, (line) => void process.stderr.write(`${line}\n`));
  await building;
  return ROOT;
}

/** The program of the browser host: the built one where it is of these sources, which starts in a third of the time. */
export function hostEntry(): string {
  return join(ROOT, isFresh(ROOT) ? 'out/main/server.js' : 'src-main/server/index.ts');
}
