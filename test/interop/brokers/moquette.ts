import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOOPBACK } from './kinds.ts';
import { javaBroker } from './maven.ts';

const ARTIFACT = { group: 'io.moquette', name: 'moquette-broker', version: '0.17' };

const LOGGING = `log4j.rootLogger=WARN, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%p %c{1} %m%n
`;

export const moquette = javaBroker({
  id: 'moquette',
  name: 'Moquette',
  source: 'Maven: io.moquette:moquette-broker',
  artifacts: [ARTIFACT],
  heapMb: 256,
  ready: /Server started/,
  configure: ({ dir, data, port, webSocketPort }) => {
    mkdirSync(join(dir, 'config'), { recursive: true });
    mkdirSync(join(data, 'moquette'), { recursive: true });
    const lines = [
      `host ${LOOPBACK}`,
      `port ${port}`,
      `websocket_port ${webSocketPort}`,
      'websocket_path /mqtt',
      'allow_anonymous true',
      'telemetry_enabled false',
      'persistence_enabled true',
      `data_path ${join(data, 'moquette')}/`,
    ];
    writeFileSync(join(dir, 'config', 'moquette.conf'), `${lines.join('\n')}\n`);
    const logging = join(dir, 'log4j.properties');
    writeFileSync(logging, LOGGING);
    const options = [`-Dmoquette.path=${dir}`, `-Dlog4j.configuration=file:${logging}`];
    return { options, main: ['io.moquette.broker.Server'] };
  },
});
