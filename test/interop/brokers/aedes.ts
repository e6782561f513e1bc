import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import process from 'node:process';
import { z } from 'zod';
import type { BrokerKind } from './kinds.ts';

export const aedes: BrokerKind = {
  id: 'aedes',
  name: 'aedes',
  source: 'npm: aedes, a dependency of this project for its tests',
  webSocketPath: '/',
  find: async () => {
    const manifest = new URL('../../../node_modules/aedes/package.json', import.meta.url);
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8')));
    return { kind: 'found', version, program: process.execPath };
  },
  install: async () => undefined,
  launch: (program, { port, webSocketPort }) => [
    {
      program,
      args: [fileURLToPath(new URL('aedes-process.ts', import.meta.url)), `${port}`, `${webSocketPort}`],
      ports: [port, webSocketPort],
    },
  ],
};
