import { duplexPair } from 'node:stream';
import { generate, type Packet } from 'mqtt-packet';
import type { Broker } from '../broker/broker.ts';
import { retained } from './device.ts';
import type { DemoClock } from '../broker/time.ts';

const PATH = 'plant/hall-2/line-9/robot-15';
/** Its wireless link holds for about so long, and is away for a while. */
const ONLINE_MS = 75_000;
const AWAY_MS = 20_000;
const TALK_MS = 1_000;

/**
 * A device with a client of its own whose link breaks again and again without a DISCONNECT, so that
 * the broker sends its will. The answer ends it.
 */
export function startFlakyDevice(broker: Broker, clock: DemoClock, random: () => number): () => void {
  const cancels = new Set<() => void>();
  let end: () => void = () => undefined;
  let over = false;
  const later = (ms: number, run: () => void): void => {
    const cancel = clock.after(ms, () => {
      cancels.delete(cancel);
      run();
    });
    cancels.add(cancel);
  };
  const connect = (): void => {
    const [device, side] = duplexPair();
    const send = (packet: Packet): void => void device.write(generate(packet, { protocolVersion: 5 }));
    let online = true;
    end = () => {
      online = false;
      device.destroy();
      side.destroy();
    };
    device.on('error', () => undefined);
    device.resume();
    broker.accept(side);
    send({
      cmd: 'connect',
      clientId: 'robot-15',
      protocolVersion: 5,
      clean: true,
      keepalive: 30,
      will: { topic: `${PATH}/state`, payload: Buffer.from('offline'), qos: 1, retain: true },
    });
    const say = (topic: string, payload: string, retain = false): void =>
      send({ cmd: 'publish', topic: `${PATH}/${topic}`, payload, qos: 0, dup: false, retain });
    say('state', 'online', true);
    const talk = (): void => {
      if (!online) return;
      say('signal', String(-58 - Math.floor(random() * 20)));
      say(
        'tool',
        `{"position":[${(300 + 200 * random()).toFixed(2)},118.00,402.25],"battery":${Math.floor(40 + 30 * random())}}`,
      );
      later(TALK_MS, talk);
    };
    talk();
    later(ONLINE_MS * (0.8 + 0.4 * random()), () => {
      end();
      if (!over) later(AWAY_MS * (0.8 + 0.4 * random()), connect);
    });
  };
  broker.publish(retained(`${PATH}/firmware`, '2.7.4'));
  connect();
  return () => {
    over = true;
    for (const cancel of cancels) cancel();
    cancels.clear();
    end();
  };
}
