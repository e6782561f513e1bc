import { TopicStore } from '../core/topics/store/store.ts';
import { CountingIntake } from './intake/counting-intake.ts';
import { Incoming } from './tap/incoming.ts';
import { TapSession } from './tap/session.ts';

const TOPICS = 1_500;
const CONNACK = [0x20, 2, 0, 0];
/** One read of a socket. */
const CHUNK = 65_536;
const ROUNDS = 2;
/** More than is used: a tight budget would warm up forgetting instead. */
const MEMORY = 128 * 2 ** 20;

/**
 * Takes in a few thousand made-up messages and forgets them, so that the engine has compiled the way
 * of a message before the first real one. A broker that sends its retained messages does it at once
 * and as fast as it can; mosquitto drops what is not read within some 20 ms, which is about as long
 * as the same code takes to run for the first time.
 */
export function warmUp(): void {
  const store = new TopicStore({ memoryBytes: MEMORY, topicCap: 1_000_000, seed: 1, startedAt: 1 });
  const incoming = new Incoming({
    version: 4,
    maxPayloadBytes: CHUNK,
    receiveMaximum: 65_535,
    maximumPacketSize: 268_435_460,
    intake: new CountingIntake(store, () => undefined),
    session: new TapSession(),
    received: () => undefined,
  });
  incoming.read(Uint8Array.from(CONNACK), 1, 1);
  incoming.takePassed();
  const stream = madeUpMessages();
  for (let round = 1; round <= ROUNDS; round++) {
    for (let at = 0; at < stream.length; at += CHUNK) {
      incoming.read(stream.subarray(at, at + CHUNK), round, round);
      incoming.takeFlags();
    }
    store.tick(round * 250);
    let steps = 0;
    store.work(() => ++steps > 100);
  }
}

/** Retained PUBLISH packets at QoS 0, as a scan brings them [MQTT-3.3]. */
function madeUpMessages(): Uint8Array {
  const packets: Uint8Array[] = [];
  for (let i = 0; i < TOPICS; i++) {
    const topic = Buffer.from(`warm/site-${i >> 9}/line-${i >> 6}/device-${i >> 3}/value${i & 7}`);
    const payload = Buffer.from(`{"value":${i},"unit":"C"}`);
    const head = [0x31, 2 + topic.length + payload.length, topic.length >> 8, topic.length & 0xff];
    packets.push(Buffer.concat([Buffer.from(head), topic, payload]));
  }
  return Buffer.concat(packets);
}
