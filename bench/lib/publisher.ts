// A process that publishes an encoded feed to a real broker, and says when the broker has taken it.
import { connect } from 'node:net';
import { encodeFeed, type FeedSpec } from './feed.ts';

export interface PublisherStart extends FeedSpec {
  readonly port: number;
}

const start = JSON.parse(process.argv[2] ?? '{}') as PublisherStart;
const feed = encodeFeed(start);
const socket = connect(start.port, '127.0.0.1');
const id = Buffer.from(`bench-${process.pid}`);
const connectPacket = Buffer.concat([
  Buffer.from([0x10, 12 + id.length, 0, 4]),
  Buffer.from('MQTT'),
  Buffer.from([4, 2, 0, 0, 0, id.length]),
  id,
]);
socket.setNoDelay(true);
socket.write(connectPacket);

/** Between two writes: about a dozen messages at 50,000 a second. */
const NAP_MS = 0.2;

let connected = false;
let sent = 0;
socket.on('data', (chunk) => {
  if (!connected) {
    connected = true;
    process.send?.({ kind: 'ready', checksum: feed.checksum, topics: feed.topics });
  }
  // The PINGRESP after the last message: the broker answers in order, so it has read all of it.
  if (chunk.includes(0xd0)) process.send?.({ kind: 'published', sent });
});
socket.on('error', (error) => {
  process.stderr.write(`publisher: ${error.message}\n`);
  process.exit(1);
});

/** Writes whole messages up to `until`, about 256 KiB a turn, as the socket takes them. */
function write(until: number, done: () => void): void {
  while (sent < until) {
    let to = Math.min(until, sent + 2_000);
    while (to > sent + 1 && (feed.offsets[to] ?? 0) - (feed.offsets[sent] ?? 0) > 262_144)
      to = sent + Math.ceil((to - sent) / 2);
    const part = feed.bytes.subarray(feed.offsets[sent], feed.offsets[to]);
    sent = to;
    if (!socket.write(part)) {
      socket.once('drain', () => write(until, done));
      return;
    }
  }
  done();
}

const finish = (): void => void socket.write(Buffer.from([0xc0, 0]));

process.on('message', (message: { kind: string }) => {
  if (message.kind !== 'go') return;
  if (start.rate === 0) {
    write(start.messages, finish);
    return;
  }
  const began = performance.now();
  const nap = new Int32Array(new SharedArrayBuffer(4));
  // Timers are a millisecond at best, which would make bursts of what a fleet sends evenly.
  const turn = (): void => {
    const due = Math.min(start.messages, Math.floor(((performance.now() - began) * start.rate) / 1_000));
    if (due > sent && socket.writableLength < 4_000_000) write(due, () => undefined);
    if (sent >= start.messages) {
      finish();
      return;
    }
    Atomics.wait(nap, 0, 0, NAP_MS);
    setImmediate(turn);
  };
  turn();
});
process.on('disconnect', () => process.exit(0));
