// A process that publishes an encoded feed to a real broker, and says when the broker has taken it.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encodeFeed, type FeedSpec } from './feed.ts';

export interface PublisherStart extends FeedSpec {
  readonly port: number;
  /** Sleep a millisecond between looks at the clock, where a core that never rests would be in the way. */
  readonly naps?: boolean;
}

const start = JSON.parse(process.argv[2] ?? '{}') as PublisherStart;
const feed = encodeFeed(start);

/**
 * At a rate, messages come from so many devices one by one, as a fleet sends them: a broker that gets
 * a dozen in one piece passes them on in one as well, and a client would wake up once for all of them.
 * A number of topics that this divides keeps each topic with one device, and so in order.
 */
const DEVICES = start.rate === 0 ? 1 : 50;

const PINGREQ = Buffer.from([0xc0, 0]);

function connectPacket(device: number): Buffer {
  const id = Buffer.from(`bench-${process.pid}-${device}`);
  return Buffer.concat([
    Buffer.from([0x10, 12 + id.length, 0, 4]),
    Buffer.from('MQTT'),
    Buffer.from([4, 2, 0, 0, 0, id.length]),
    id,
  ]);
}

async function open(device: number): Promise<Socket> {
  const socket = connect(start.port, '127.0.0.1');
  socket.on('error', (error) => {
    process.stderr.write(`publisher: ${error.message}\n`);
    process.exit(1);
  });
  socket.setNoDelay(true);
  socket.write(connectPacket(device));
  await once(socket, 'data');
  return socket;
}

const devices = await Promise.all(Array.from({ length: DEVICES }, (_, device) => open(device)));
let sent = 0;

/** The broker answers in order: with its PINGRESP it has read everything before. */
async function finish(): Promise<void> {
  const answers = devices.map((socket) => once(socket, 'data'));
  for (const socket of devices) socket.write(PINGREQ);
  await Promise.all(answers);
  process.send?.({ kind: 'published', sent });
}

/** Everything, about 256 KiB a turn, as the socket takes it. */
async function blast(): Promise<void> {
  const [socket] = devices;
  while (sent < start.messages) {
    let to = Math.min(start.messages, sent + 2_000);
    while (to > sent + 1 && (feed.offsets[to] ?? 0) - (feed.offsets[sent] ?? 0) > 262_144)
      to = sent + Math.ceil((to - sent) / 2);
    const part = feed.bytes.subarray(feed.offsets[sent], feed.offsets[to]);
    sent = to;
    if (socket?.write(part) === false) await once(socket, 'drain');
  }
}

/**
 * Each message in a piece of its own when it is due, 20 µs after the last at 50,000 a second. At such
 * rates it never sleeps: what is due after a nap would be a burst, and a fleet's devices do not wait for
 * each other.
 */
async function evenly(): Promise<void> {
  const began = performance.now();
  while (sent < start.messages) {
    const due = Math.min(start.messages, Math.floor(((performance.now() - began) * start.rate) / 1_000));
    for (; sent < due; sent++) {
      const socket = devices[sent % DEVICES];
      if (socket !== undefined && socket.writableLength > 1_000_000) await once(socket, 'drain');
      socket?.write(feed.bytes.subarray(feed.offsets[sent], feed.offsets[sent + 1]));
    }
    await new Promise((resolve) => (start.naps === true ? setTimeout(resolve, 1) : setImmediate(resolve)));
  }
}

process.on('message', (message: { kind: string }) => {
  if (message.kind === 'go') void (start.rate === 0 ? blast() : evenly()).then(finish);
});
process.on('disconnect', () => process.exit(0));
process.send?.({ kind: 'ready', checksum: feed.checksum, topics: feed.topics });
