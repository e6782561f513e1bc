import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, need, onPath, versionOf } from './commands.ts';
import { LOOPBACK, missing, type BrokerKind } from './kinds.ts';

export const rumqttd: BrokerKind = {
  id: 'rumqttd',
  name: 'rumqttd',
  source: 'Rust crate: rumqttd',
  webSocketPath: null,
  otherPorts: 2,
  find: async (cache) => {
    const own = join(cache, 'rumqttd', 'bin', 'rumqttd');
    const program = existsSync(own) ? own : onPath('rumqttd');
    if (program === null) return missing('not installed; cargo builds it, in some ten minutes');
    return { kind: 'found', version: await versionOf(program, ['--version'], /(\d+\.\S+)/), program };
  },
  install: async (cache) => {
    const folder = join(cache, 'rumqttd');
    mkdirSync(folder, { recursive: true });
    await must(need('cargo'), ['install', '-q', 'rumqttd', '--root', folder]);
  },
  launch: (program, { dir, port, others }) => {
    const config = join(dir, 'rumqttd.toml');
    writeFileSync(config, configuration(port, others));
    return [{ program, args: ['-c', config], ports: [port] }];
  },
};

/** It speaks each version on a port of its own; what is measured is the one of 3.1.1. */
function configuration(port: number, [version5, console]: readonly number[]): string {
  const server = (name: string, at: number | undefined): string => `
[${name}.1]
name = "${name}-1"
listen = "${LOOPBACK}:${at}"
next_connection_delay_ms = 1
[${name}.1.connections]
connection_timeout_ms = 60000
max_payload_size = 1048576
max_inflight_count = 100
dynamic_filters = true
`;
  return `id = 0
[router]
id = 0
max_connections = 1000
max_outgoing_packet_count = 2000
max_segment_size = 104857600
max_segment_count = 10
${server('v4', port)}${server('v5', version5)}
[console]
listen = "${LOOPBACK}:${console}"
`;
}
