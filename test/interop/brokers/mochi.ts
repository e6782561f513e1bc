import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, need } from './commands.ts';
import { LOOPBACK, missing, type BrokerKind } from './kinds.ts';

export const mochi: BrokerKind = {
  id: 'mochi',
  name: 'mochi-mqtt',
  source: 'Go module: mochi-mqtt/server, its own command',
  webSocketPath: '/',
  otherPorts: 1,
  find: async (cache) => {
    const program = join(cache, 'mochi', 'cmd');
    if (!existsSync(program)) return missing('not installed; Go brings it');
    return { kind: 'found', version: readFileSync(join(cache, 'mochi', 'version'), 'utf8'), program };
  },
  install: async (cache) => {
    const folder = join(cache, 'mochi');
    mkdirSync(folder, { recursive: true });
    const go = need('go');
    await must(go, ['install', 'github.com/mochi-mqtt/server/v2/cmd@latest'], { env: { GOBIN: folder } });
    // The program does not say its version, but Go wrote it into the file.
    const said = await must(go, ['version', '-m', join(folder, 'cmd')]);
    writeFileSync(join(folder, 'version'), /\smod\s+\S+\s+v(\S+)/.exec(said)?.[1] ?? 'unknown');
  },
  launch: (program, { port, webSocketPort, others }) => [
    {
      program,
      args: [
        ...['-tcp', `${LOOPBACK}:${port}`],
        ...['-ws', `${LOOPBACK}:${webSocketPort}`],
        ...['-info', `${LOOPBACK}:${others[0]}`],
      ],
      ports: [port, webSocketPort],
    },
  ],
};
