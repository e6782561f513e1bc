import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../', import.meta.url);
const at = (path: string): string => fileURLToPath(new URL(path, ROOT));

let built: Promise<void> | null = null;

/**
 * A program of the bench in one piece, as the product is shipped: built at the first call, some seconds.
 *
 * @param name of a file in `bench/lib`, listed in `bench/bundle.config.ts`
 * @throws Error where it cannot be built; the reason is on stderr
 */
export async function bundled(name: string): Promise<URL> {
  built ??= build();
  await built;
  return new URL(`out/bench/${name}.js`, ROOT);
}

async function build(): Promise<void> {
  const command = at('node_modules/electron-vite/bin/electron-vite.js');
  const quiet = ['--logLevel', 'error', '--ignoreConfigWarning'];
  const args = [command, 'build', '--config', at('bench/bundle.config.ts'), ...quiet];
  const builder = spawn(process.execPath, args, { cwd: at('.'), stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(builder, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`The bundle for the bench could not be built (${String(code)}).`);
}
