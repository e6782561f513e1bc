import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtRoot } from '../support/built.ts';
import { onTeardown } from '../support/teardown.ts';

/** One thing that is other than in the built program. */
export interface Change {
  /** Glob below the copied folder. */
  readonly files: string;
  readonly from: RegExp;
  readonly to: string;
}

/** A copy of the built program with the page as it is; removed by `teardown`. */
export async function copyBuilt({ files, from, to }: Change): Promise<string> {
  const built = await builtRoot(undefined);
  const root = mkdtempSync(join(tmpdir(), 'topicscope-copy-'));
  onTeardown(() => rmSync(root, { recursive: true, force: true }));
  cpSync(join(built, 'package.json'), join(root, 'package.json'));
  for (const part of ['main', 'preload'])
    cpSync(join(built, 'out', part), join(root, 'out', part), { recursive: true });
  symlinkSync(join(built, 'out/renderer'), join(root, 'out/renderer'));
  let places = 0;
  for (const file of globSync(files, { cwd: root })) {
    const path = join(root, file);
    const text = readFileSync(path, 'utf8');
    if (!from.test(text)) continue;
    places++;
    writeFileSync(path, text.replace(from, to));
  }
  // What is not replaced would test nothing.
  if (places === 0) throw new Error(`Nothing in ${files} matches ${String(from)}.`);
  return root;
}
