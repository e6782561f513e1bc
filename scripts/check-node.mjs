// Plain JavaScript, because its only job is to run where Node is too old for the rest: the sources
// are TypeScript, run as they are by the pinned `node` of node_modules (an older one may start us).
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const executable = process.platform === 'win32' ? 'node.exe' : 'node';
const pinned = fileURLToPath(new URL(`../node_modules/node/bin/${executable}`, import.meta.url));

if (major > 22 || (major === 22 && minor >= 18)) {
  // Running TypeScript as it is still warns in this Node, which is no news to whoever starts us.
  process.removeAllListeners('warning');
  process.argv.splice(1, 1);
  await import(pathToFileURL(resolve(process.argv[1] ?? '')).href);
} else if (existsSync(pinned)) {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawn(pinned, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 1));
} else {
  process.stderr.write(
    `Topicscope needs Node 22.18 or newer to build; this is ${process.versions.node}, and the newer one that ` +
      '"npm ci" brings is missing. Run "npm ci" again without --ignore-scripts.\n',
  );
  process.exit(1);
}
