// The control of stalls: takes the bytes of a feed and does plain work of a known length for each read, in
// a thread that has nothing else to do. How long its longest task takes is what the machine makes of that.
import { connect } from 'node:net';
import { plainRoundMs, plainWork } from './plain-work.ts';
import { answerReports, usageSince, type ClientStart } from './report.ts';
import { TaskWatch } from './tasks.ts';

/** As the product reads at most, and about as long as it works on so much of new topics. */
const READ_BYTES = 131_072;
const READ_MS = 3;
/** CONNECT of MQTT 3.1.1 with an empty client ID, and SUBSCRIBE to `#` at QoS 0 [MQTT-3.1, 3.8]. */
const CONNECT = [0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 0, 0, 0];
const SUBSCRIBE = [0x82, 6, 0, 1, 0, 1, 0x23, 0];
/** Of the message that ends a feed: no text of it ends so. */
const END_PUBACK = [0x40, 2, 0xff, 0xff];

const { port } = JSON.parse(process.argv[2] ?? '{}') as ClientStart;
const watch = new TaskWatch();
const roundMs = plainRoundMs();
let bytes = 0;
let usage = usageSince();

function read(chunk: Uint8Array): void {
  const [first] = chunk;
  if (bytes === 0 && first === 0x20) socket.write(Uint8Array.from(SUBSCRIBE));
  else if (bytes === 0 && first === 0x90) settled();
  else {
    bytes += chunk.length;
    plainWork(Math.round(((chunk.length / READ_BYTES) * READ_MS) / roundMs));
    if (chunk.at(-1) === 0xff && chunk.at(-2) === 0xff) socket.write(Uint8Array.from(END_PUBACK));
  }
}

function settled(): void {
  usage = usageSince();
  watch.start();
  process.send?.({ kind: 'settled' });
}

const onread = {
  buffer: new Uint8Array(READ_BYTES),
  callback: (size: number, buffer: Uint8Array): boolean => {
    read(buffer.subarray(0, size));
    return true;
  },
};
const socket = connect({ host: '127.0.0.1', port, onread }, () => socket.write(Uint8Array.from(CONNECT)));
answerReports(
  () => {
    const { taskMs, ownMs } = watch.longest();
    return {
      received: bytes,
      checksum: null,
      usage: usage(),
      extra: { longestTaskMs: taskMs, longestOwnMs: ownMs, lengthMs: READ_MS },
    };
  },
  () => watch.reset(),
);
