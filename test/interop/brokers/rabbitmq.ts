import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installPackages, need, onPath } from './commands.ts';
import { LOOPBACK, missing, type BrokerKind } from './kinds.ts';

/** Debian's wrapper on PATH changes the user; the script behind it does not. */
const PLACES = ['/usr/lib/rabbitmq/bin/rabbitmq-server', '/opt/homebrew/sbin/rabbitmq-server'];

export const rabbitmq: BrokerKind = {
  id: 'rabbitmq',
  name: 'RabbitMQ',
  source: 'Debian: rabbitmq-server, with its plugins for MQTT and for MQTT over WebSocket',
  webSocketPath: '/ws',
  otherPorts: 2,
  find: async () => {
    const program = PLACES.find((place) => existsSync(place)) ?? onPath('rabbitmq-server');
    if (program === null) return missing('not installed; apt-get install rabbitmq-server');
    return { kind: 'found', version: versionOfPlugins() ?? 'unknown', program };
  },
  install: () => installPackages('rabbitmq-server'),
  launch: (program, { dir, data, port, webSocketPort, others }) => {
    const [distribution = 0, names = 0] = others;
    const home = join(dir, 'home');
    mkdirSync(home, { recursive: true });
    const config = join(dir, 'rabbitmq.conf');
    writeFileSync(config, `${configuration(port, webSocketPort).join('\n')}\n`);
    const plugins = join(dir, 'enabled_plugins');
    writeFileSync(plugins, '[rabbitmq_mqtt,rabbitmq_web_mqtt].\n');
    const env = {
      HOME: home,
      RABBITMQ_NODENAME: `interop${distribution}@localhost`,
      RABBITMQ_CONFIG_FILE: config,
      RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
      RABBITMQ_MNESIA_BASE: join(data, 'mnesia'),
      RABBITMQ_LOG_BASE: join(data, 'log'),
      RABBITMQ_LOGS: '-',
      RABBITMQ_DIST_PORT: `${distribution}`,
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
      ERL_EPMD_ADDRESS: LOOPBACK,
      ERL_EPMD_PORT: `${names}`,
    };
    return [
      // Erlang's register of names would otherwise be started as a daemon that stays.
      { program: need('epmd'), args: ['-address', LOOPBACK, '-port', `${names}`], ports: [names] },
      { program, args: [], env, ports: [port, webSocketPort], ready: /startup complete/ },
    ];
  },
};

function configuration(port: number, webSocketPort: number): string[] {
  return [
    'listeners.tcp = none',
    `mqtt.listeners.tcp.1 = ${LOOPBACK}:${port}`,
    'mqtt.allow_anonymous = true',
    'mqtt.default_user = guest',
    'mqtt.default_pass = guest',
    `web_mqtt.tcp.ip = ${LOOPBACK}`,
    `web_mqtt.tcp.port = ${webSocketPort}`,
    'log.console = true',
    'log.console.level = info',
  ];
}

/** Its own command line takes seconds to say it; the names of its folders say it as well. */
function versionOfPlugins(): string | undefined {
  const lib = join(dirname(PLACES[0] ?? ''), '../lib');
  if (!existsSync(lib)) return undefined;
  return readdirSync(lib)
    .map((name) => /^rabbitmq_server-(.+)$/.exec(name)?.[1])
    .find(Boolean);
}
