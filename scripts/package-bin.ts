import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULES = fileURLToPath(new URL('../node_modules/', import.meta.url));

/**
 * The JavaScript file of a package's command, to be run by this very Node: `node_modules/.bin` holds
 * scripts for a shell on Windows, which cannot be started without one.
 * @throws Error when the package is not installed or has no such command
 */
export function packageBin(name: string, command = name): string {
  const manifest = join(MODULES, name, 'package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin?: string | Record<string, string> };
  const file = typeof bin === 'object' ? bin[command] : bin;
  if (file === undefined) throw new Error(`The package ${name} has no command ${command}.`);
  return join(dirname(manifest), file);
}
