import type { ControlPacket } from '../../core/mqtt/packets.ts';
import { IN, type FlightRecorder } from '../../core/packet-capture/store/recorder.ts';

/** A received packet other than PUBLISH: acknowledgements are counted with what they acknowledge. */
export function recordControl(
  recorder: FlightRecorder,
  packet: ControlPacket,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  switch (packet.kind) {
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp': {
      const type = (bytes[start] as number) >>> 4;
      recorder.acknowledgement(IN, type, packet.packetId, packet.code, bytes, start, end);
      break;
    }
    default:
      recorder.control(IN, bytes, start, end);
  }
}
