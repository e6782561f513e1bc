import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, need, onPath, versionOf } from './commands.ts';
import { LOOPBACK, missing, type BrokerKind } from './kinds.ts';

export const nats: BrokerKind = {
  id: 'nats',
  name: 'NATS',
  source: 'Go module: nats-server',
  webSocketPath: '/mqtt',
  otherPorts: 1,
  find: async (cache) => {
    const own = join(cache, 'nats', 'nats-server');
    const program = existsSync(own) ? own : onPath('nats-server');
    if (program === null) return missing('not installed; Go brings it');
    return { kind: 'found', version: await versionOf(program, ['--version'], /v(\d\S*)/), program };
  },
  install: async (cache) => {
    const folder = join(cache, 'nats');
    mkdirSync(folder, { recursive: true });
    await must(need('go'), ['install', 'github.com/nats-io/nats-server/v2@latest'], {
      env: { GOBIN: folder },
    });
  },
  launch: (program, { dir, data, port, webSocketPort, others }) => {
    const config = join(dir, 'nats.conf');
    // MQTT in NATS lives on its store for streams.
    writeFileSync(
      config,
      `server_name: interop
host: "${LOOPBACK}"
port: ${others[0]}
jetstream { store_dir: ${JSON.stringify(join(data, 'jetstream'))} }
mqtt { host: "${LOOPBACK}", port: ${port} }
websocket { host: "${LOOPBACK}", port: ${webSocketPort}, no_tls: true }
`,
    );
    return [{ program, args: ['-c', config], ports: [port, webSocketPort], ready: /Server is ready/ }];
  },
};
