// Stock mqtt.js that only counts: the yardstick.
import mqtt from 'mqtt';
import { END_TOPIC } from './feed.ts';
import { answerReports, usageSince } from './report.ts';

const { port, version, qos } = JSON.parse(process.argv[2] ?? '{}') as {
  port: number;
  version: 4 | 5;
  qos: 0 | 1;
};
let received = 0;
const client = mqtt.connect({ host: '127.0.0.1', port, protocolVersion: version, reconnectPeriod: 0 });
client.on('message', (topic) => {
  if (topic !== END_TOPIC && !topic.startsWith('$SYS/')) received++;
});
const usage = usageSince();
client.on('connect', () => {
  client.subscribe('#', { qos }, () => process.send?.({ kind: 'settled' }));
});
client.on('error', (error) => {
  process.stderr.write(`bare client: ${error.message}\n`);
});
client.on('close', () => process.send?.({ kind: 'closed' }));
answerReports(() => ({ received, checksum: null, usage: usage(), extra: {} }));
