import { generate, type Packet } from 'mqtt-packet';
import { FlightRecorder, type Way } from '../../src-main/core/packet-capture/store/recorder.ts';
import { PacketHead } from '../../src-main/core/packet-capture/read/head.ts';

/** A recorder whose clock the test moves: both clocks go together unless it says otherwise. */
export function testRecorder(bytes?: number) {
  const clock = { wall: 1_700_000_000_000, steady: 5_000 };
  const recorder = new FlightRecorder({ wall: () => clock.wall, steady: () => clock.steady }, bytes);
  recorder.startLink(5);
  recorder.tick();
  const pass = (ms: number): void => {
    clock.wall += ms;
    clock.steady += ms;
    recorder.tick();
  };
  return { recorder, clock, pass };
}

/** Gives a packet to the recorder the way the tap does. */
export function record(
  recorder: FlightRecorder,
  way: Way,
  packet: Packet | Uint8Array,
  level: 3 | 4 | 5 = 5,
): Uint8Array {
  const bytes = packet instanceof Uint8Array ? packet : generate(packet, { protocolVersion: level });
  const head = new PacketHead().read(bytes, 0, bytes.length, level);
  const { type, packetId } = head;
  if (type === 3) {
    const payload = packet instanceof Uint8Array ? bytes.length : bytes.length - payloadLength(packet);
    recorder.publish(way, packetId, bytes, 0, bytes.length, bytes.length, payload);
  } else if (type >= 4 && type <= 7) {
    recorder.acknowledgement(way, type, packetId, Math.max(0, head.reason), bytes, 0, bytes.length);
  } else {
    recorder.control(way, bytes, 0, bytes.length);
  }
  return bytes;
}

function payloadLength(packet: Packet): number {
  return packet.cmd === 'publish' ? Buffer.byteLength(packet.payload) : 0;
}
