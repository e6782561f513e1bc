// The browser host from its sources, with the window's files of a test: `server-host.ts FOLDER [options]`.
import { main } from '../../../src-main/server/main.ts';

await main(process.argv.slice(3), {
  workerUrl: new URL('../../../src-main/connection/worker.ts', import.meta.url),
  decoderUrl: new URL('../../../src-main/decoding/worker.ts', import.meta.url),
  rendererDir: process.argv[2] ?? '',
  packageJson: new URL('../../../package.json', import.meta.url),
});
