// Stock mqtt.js that only counts: the yardstick.
import mqtt from 'mqtt';
import { END_TOPIC } from './feed.ts';
import { answerReports, usageSince, type ClientStart } from './report.ts';

const { port, version, qos, expect, keepalive } = JSON.parse(process.argv[2] ?? '{}') as ClientStart;
let received = 0;
let last = 0;
let closes = 0;
const began = performance.now();
let usage = usageSince();
const client = mqtt.connect({
  host: '127.0.0.1',
  port,
  protocolVersion: version,
  reconnectPeriod: 0,
  ...(keepalive === undefined ? {} : { keepalive }),
});
client.on('message', (topic) => {
  if (topic === END_TOPIC || topic.startsWith('$SYS/')) return;
  received++;
  if (expect !== undefined) last = performance.now();
});
client.on('connect', () => {
  client.subscribe('#', { qos }, () => {
    if (expect === undefined) usage = usageSince();
    process.send?.({ kind: 'settled' });
  });
});
client.on('error', (error) => {
  process.stderr.write(`bare client: ${error.message}\n`);
});
client.on('close', () => closes++);
answerReports(
  () => ({
    received,
    checksum: null,
    usage: usage(),
    extra: { completeMs: last - began, closes },
  }),
  () => (usage = usageSince()),
);
