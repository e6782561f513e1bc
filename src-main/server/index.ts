// By default: as a name, it is missing before Node 22.8, which then says that and nothing else.
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tooOldNode } from './needed-node.ts';

const tooOld = tooOldNode(process.versions.node);
if (tooOld !== null) {
  process.stderr.write(`topicscope: ${tooOld}\n`);
  process.exit(1);
}

// Compiled code of the last start, in a place of the user's own: the common one is open to others.
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'topicscope', 'compiled');
module.enableCompileCache(cache);
// For the threads of the connections, which read the environment only.
process.env['NODE_COMPILE_CACHE'] = cache;

// Not as a literal in `new URL`, which the bundler would take for an asset.
const here = import.meta.url;
const inSources = here.endsWith('.ts');
const at = (path: string): URL => new URL(path, here);

// After the cache is on.
const { main } = await import('./main.ts');
await main(process.argv.slice(2), {
  workerUrl: at(inSources ? '../connection/worker.ts' : './connection-worker.js'),
  decoderUrl: at(inSources ? '../decoding/worker.ts' : './decoder-worker.js'),
  rendererDir: fileURLToPath(at(inSources ? '../../out/renderer' : '../renderer')),
  packageJson: at('../../package.json'),
});
