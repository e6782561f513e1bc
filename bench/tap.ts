// How fast the tap takes messages off a socket, beside a bare mqtt.js client on the same feed.
// `node bench/tap.ts [--rounds 5] [--messages 2000000] [--json]`; each figure is a process of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { once, type EventEmitter } from 'node:events';
import net from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MqttClient } from 'mqtt';
import { generate } from 'mqtt-packet';
import type { Duplex } from 'node:stream';
import { TapReads } from '../src-main/connection/tap/reads.ts';
import { TapSession } from '../src-main/connection/tap/session.ts';
import { Tap } from '../src-main/connection/tap/tap.ts';
import type { Intake } from '../src-main/core/topics/store/intake.ts';
import { systemClock } from '../src-main/connection/base/clock.ts';

const self = fileURLToPath(import.meta.url);
const { values: flags } = parseArgs({
  options: {
    role: { type: 'string', default: 'run' },
    client: { type: 'string', default: 'tap' },
    port: { type: 'string', default: '0' },
    qos: { type: 'string', default: '0' },
    topics: { type: 'string', default: '1000' },
    messages: { type: 'string', default: '1000000' },
    version: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '5' },
    rate: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
  },
});
const qos = Number(flags.qos) as 0 | 1;
const version = Number(flags.version) as 4 | 5;
const messages = Number(flags.messages);
const rate = Number(flags.rate);

/** About 38 bytes of topic and 91 of payload: the mix of `docs/` and of every other figure. */
function encodeFeed(): Buffer[] {
  const topics = Number(flags.topics);
  const blocks: Buffer[] = [];
  let block: Buffer[] = [];
  for (let i = 0; i < topics; i++) {
    const topic = `site/${String(i % 50).padStart(3, '0')}/device/${String(i).padStart(7, '0')}/temperature`;
    const payload = JSON.stringify({ id: i, value: 20 + (i % 100) / 10, unit: 'C', ok: true }).padEnd(
      91,
      ' ',
    );
    block.push(
      generate(
        { cmd: 'publish', topic, payload, qos, dup: false, retain: false, messageId: 1 + (i % 60_000) },
        {
          protocolVersion: version,
        } as never,
      ),
    );
    if (block.length === 1_000 || i === topics - 1) {
      blocks.push(Buffer.concat(block));
      block = [];
    }
  }
  return blocks;
}

/** A broker that accepts, grants, and then writes what was encoded before. */
async function feed(): Promise<void> {
  const blocks = encodeFeed();
  const perBlock = Math.min(1_000, Number(flags.topics));
  const server = net.createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    let step = 0;
    socket.on('data', (data) => {
      if (step === 0) {
        step = 1;
        socket.write(Uint8Array.from(version === 5 ? [0x20, 3, 0, 0, 0] : [0x20, 2, 0, 0]));
      } else if (step === 1) {
        step = 2;
        const at = data[1] === undefined ? 0 : 2;
        const id = [data[at] ?? 0, data[at + 1] ?? 0];
        socket.write(Uint8Array.from(version === 5 ? [0x90, 4, ...id, 0, 0] : [0x90, 3, ...id, 0]));
        setTimeout(() => void blast(socket), 50);
      }
    });
  });
  const blast = async (socket: net.Socket) => {
    let sent = 0;
    const started = performance.now();
    for (let i = 0; sent < messages && !socket.destroyed; i++) {
      const block = blocks[i % blocks.length] as Buffer;
      if (rate > 0) {
        await paced(socket, block, perBlock, sent, started);
      } else if (!socket.write(block)) await once(socket, 'drain');
      sent += perBlock;
    }
  };
  server.listen(0, '127.0.0.1', () => console.log((server.address() as net.AddressInfo).port));
}

/** One message a write, as a broker does that forwards them as they come. */
async function paced(socket: net.Socket, block: Buffer, count: number, sent: number, started: number) {
  const size = block.length / count;
  for (let i = 0; i < count;) {
    const due = ((performance.now() - started) / 1_000) * rate - sent;
    for (; i < count && i < due; i++) socket.write(block.subarray(i * size, (i + 1) * size));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

class Counter implements Intake {
  count = 0;
  sum = 0;
  readonly seen: (count: number) => void;
  constructor(seen: (count: number) => void) {
    this.seen = seen;
  }
  message(...[, topicStart, topicEnd, , , payloadStart, payloadEnd]: Parameters<Intake['message']>): void {
    this.sum += topicEnd - topicStart + payloadEnd - payloadStart;
    this.seen(++this.count);
  }
}

function openTap(socket: net.Socket, reads: TapReads | null, intake: Intake): Duplex {
  return new Tap({
    socket,
    reads,
    intake,
    session: new TapSession(),
    version,
    maxPayloadBytes: 33_554_432,
    receiveMaximum: 65_535,
    maximumPacketSize: 0,
    clock: systemClock,
    events: { sent: () => {}, received: () => {}, ended: (end) => console.error(end) },
  });
}

/** Connects, takes all messages and prints what it took. */
async function receive(): Promise<void> {
  let started = 0;
  let cpu = process.cpuUsage();
  let done = () => {};
  const all = new Promise<void>((resolve) => (done = resolve));
  const seen = (count: number) => {
    if (count === 1) {
      started = performance.now();
      cpu = process.cpuUsage();
    }
    if (count === messages) done();
  };
  const reads = flags.client === 'tap' ? new TapReads(systemClock) : null;
  const socket = net.connect({
    host: '127.0.0.1',
    port: Number(flags.port),
    noDelay: true,
    ...(reads ? { onread: reads.onread } : {}),
  });
  await once(socket, 'connect');
  const bare = flags.client?.startsWith('mqtt.js') === true;
  const stream = bare ? socket : openTap(socket, reads, new Counter(seen));
  const quiet = flags.client === 'mqtt.js' ? {} : { log: () => {} };
  const client = new MqttClient(() => stream as never, {
    protocolVersion: version,
    reconnectPeriod: 0,
    clientId: 'bench',
    ...quiet,
  });
  let count = 0;
  if (bare) client.on('message', () => seen(++count));
  client.on('error', (error) => console.error(error));
  await once(client as unknown as EventEmitter, 'connect');
  await client.subscribeAsync('#', { qos });
  await all;
  const ms = performance.now() - started;
  const used = process.cpuUsage(cpu);
  console.log(JSON.stringify({ kps: messages / ms, cpu: (used.user + used.system) / messages }));
  process.exit(0);
}

function start(args: string[]): ChildProcess {
  return spawn(process.execPath, [...process.execArgv, self, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [data] = (await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data')) as [Buffer];
  return data.toString().trim();
}

interface Figure {
  /** Thousand messages a second. */
  kps: number;
  /** Microseconds of processor time a message, whole process. */
  cpu: number;
}

async function measure(client: string, args: string[]): Promise<Figure> {
  const feeder = start(['--role', 'feed', ...args]);
  try {
    const port = await firstLine(feeder);
    return JSON.parse(
      await firstLine(start(['--role', 'receive', '--client', client, '--port', port, ...args])),
    );
  } finally {
    feeder.kill();
  }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

async function run(): Promise<void> {
  const clients = ['mqtt.js', 'mqtt.js, no log', 'tap', "tap by 'data'"];
  const cases = [
    { qos: '0', topics: '1000', version: '4', rate: '0' },
    { qos: '0', topics: '100000', version: '4', rate: '0' },
    { qos: '0', topics: '100000', version: '5', rate: '0' },
    { qos: '1', topics: '100000', version: '4', rate: '0' },
    { qos: '0', topics: '1000', version: '4', rate: '50000' },
  ];
  const rows: object[] = [];
  for (const one of cases) {
    const figures = new Map<string, Figure[]>(clients.map((client) => [client, []]));
    const count = one.rate !== '0' ? '200000' : one.qos === '1' ? String(messages / 2) : flags.messages;
    const args = Object.entries({ ...one, messages: count }).flatMap(([name, value]) => [`--${name}`, value]);
    for (let round = 0; round < Number(flags.rounds); round++) {
      for (const client of clients) figures.get(client)?.push(await measure(client, args));
    }
    const base = figures.get('mqtt.js') ?? [];
    for (const client of clients) {
      const own = figures.get(client) ?? [];
      const kps = median(own.map((figure) => figure.kps));
      const cpu = median(own.map((figure) => figure.cpu));
      rows.push({
        ...one,
        client,
        'kmsg/s': Math.round(kps),
        'µs CPU': Number(cpu.toFixed(2)),
        'x faster': Number((kps / median(base.map((figure) => figure.kps))).toFixed(2)),
        'x CPU': Number((cpu / median(base.map((figure) => figure.cpu))).toFixed(2)),
      });
    }
    if (!flags.json) console.table(rows.splice(0));
  }
  if (flags.json) console.log(JSON.stringify(rows));
}

if (flags.role === 'feed') await feed();
else if (flags.role === 'receive') await receive();
else await run();
