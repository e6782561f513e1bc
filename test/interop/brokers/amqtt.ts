import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, need, onPath, versionOf } from './commands.ts';
import { LOOPBACK, missing, type BrokerKind } from './kinds.ts';

export const amqtt: BrokerKind = {
  id: 'amqtt',
  name: 'amqtt',
  source: 'Python package: amqtt',
  webSocketPath: '/',
  find: async (cache) => {
    const own = join(cache, 'amqtt', 'bin', 'amqtt');
    const program = existsSync(own) ? own : onPath('amqtt');
    if (program === null) return missing('not installed; pip brings it');
    return { kind: 'found', version: await versionOf(program, ['--version'], /(\d+\.\S+)/), program };
  },
  install: async (cache) => {
    const folder = join(cache, 'amqtt');
    mkdirSync(cache, { recursive: true });
    await must(need('python3'), ['-m', 'venv', folder]);
    await must(join(folder, 'bin', 'pip'), ['install', '-q', 'amqtt']);
  },
  launch: (program, { dir, port, webSocketPort }) => {
    const config = join(dir, 'amqtt.yaml');
    writeFileSync(
      config,
      `listeners:
  default: { type: tcp, bind: "${LOOPBACK}:${port}" }
  web: { type: ws, bind: "${LOOPBACK}:${webSocketPort}" }
plugins:
  amqtt.plugins.authentication.AnonymousAuthPlugin: { allow_anonymous: true }
  amqtt.plugins.sys.broker.BrokerSysPlugin: { sys_interval: 2 }
`,
    );
    return [{ program, args: ['-c', config], ports: [port, webSocketPort] }];
  },
};
