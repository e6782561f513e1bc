import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files below a folder that hold one of some texts, as they are or as base64, hex or escaped JSON. */
export async function filesWith(dir: string, texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    const holds = texts.flatMap(formsOf).some((form) => bytes.includes(form));
    if (holds) found.push(entry.name);
  }
  return found;
}

function formsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  return [
    text,
    JSON.stringify(text).slice(1, -1),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('hex'),
  ];
}
