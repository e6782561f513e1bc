import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { findMosquitto } from '../../support/tools.ts';
import { installPackages, versionOf } from './commands.ts';
import { LOOPBACK, missing, type BrokerKind } from './kinds.ts';

export const mosquitto: BrokerKind = {
  id: 'mosquitto',
  name: 'mosquitto',
  source: 'Debian: mosquitto',
  webSocketPath: '/mqtt',
  find: async () => {
    try {
      const program = findMosquitto();
      return { kind: 'found', version: await versionOf(program, ['-h'], /version ([\d.]+)/), program };
    } catch {
      return missing('not installed; apt-get install mosquitto');
    }
  },
  install: () => installPackages('mosquitto'),
  launch: (program, { dir, port, webSocketPort }) => {
    const config = join(dir, 'mosquitto.conf');
    const lines = [
      'allow_anonymous true',
      'sys_interval 1',
      ...(process.getuid?.() === 0 ? ['user root'] : []),
      `listener ${port} ${LOOPBACK}`,
      `listener ${webSocketPort} ${LOOPBACK}`,
      // Without the domain the websockets listener ignores its address and binds every interface.
      'protocol websockets',
      'socket_domain ipv4',
    ];
    writeFileSync(config, `${lines.join('\n')}\n`);
    return [{ program, args: ['-c', config], ports: [port, webSocketPort], ready: / running/ }];
  },
};
