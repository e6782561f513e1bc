import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { ConnectionId } from '../../../src-main/contract/model/model.ts';
import type { PacketFilter } from '../../../src-main/contract/session/packets.ts';
import { callEngine, isFailure } from '../engine/call-engine.ts';
import type { Engine } from '../engine/engine.ts';

/** The most a file may have: a browser holds it in memory until it is saved. */
const MAX_BYTES = 1_073_741_824;

export type PacketFormat = 'jsonl' | 'pcap';

export interface PacketFile {
  readonly kind: 'file';
  readonly type: string;
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
  readonly packets: number;
  /** Something more did not fit. */
  readonly cut: boolean;
}

/** Every packet that passes the filter, piece by piece. `onExported`: packets so far. */
export async function exportPackets(
  engine: Engine,
  connection: ConnectionId,
  format: PacketFormat,
  filter: PacketFilter,
  onExported: (packets: number) => void,
): Promise<PacketFile | Failure> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let packets = 0;
  let bytes = 0;
  let cursor: string | null = null;
  const read = (from: string | null) =>
    callEngine(() => engine.call('exportPackets', { connection, format, filter, cursor: from }));
  do {
    const answer: Awaited<ReturnType<typeof read>> = await read(cursor);
    if (isFailure(answer)) return answer;
    parts.push(new Uint8Array(answer.bytes));
    bytes += answer.bytes.length;
    packets += answer.packets;
    cursor = answer.next;
    onExported(packets);
  } while (cursor !== null && bytes < MAX_BYTES);
  const type = format === 'pcap' ? 'application/vnd.tcpdump.pcap' : 'application/jsonl';
  return { kind: 'file', type, parts, packets, cut: cursor !== null };
}
