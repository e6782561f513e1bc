import type { PacketField } from '../../../contract/session/packets.ts';
import { encodeText } from '../../mqtt/text.ts';
import { packetFields } from '../read/fields.ts';
import type { RawPacket } from '../read/raw-packet.ts';
import { rowOf } from '../read/rows.ts';
import { FLAG_BLANKED } from '../store/recorder.ts';

/** A packet as one line of JSON, with what it says and its bytes as hex digits. */
export function packetLine(packet: RawPacket): Uint8Array {
  const { seq, at, reasonName, note, ...row } = rowOf(packet);
  const line = {
    seq,
    time: new Date(at).toISOString(),
    at,
    ...row,
    reasonName,
    note,
    blanked: (packet.flags & FLAG_BLANKED) !== 0,
    fields: packetFields(packet).map(plain),
    bytes: Array.from(packet.bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
  };
  return encodeText(`${JSON.stringify(line)}\n`);
}

function plain({ name, value, children }: PacketField): object {
  return children.length === 0 ? { name, value } : { name, value, children: children.map(plain) };
}
