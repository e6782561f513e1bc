interface Stream {
  next: number | null;
  bytes: Buffer[];
}

export interface PcapConnection {
  readonly port: number;
  readonly opened: boolean;
  readonly client: Buffer;
  readonly broker: Buffer;
}

/** A reader of pcap files with raw IPv4 and TCP, by the book and apart from the writer. */
export function readPcap(file: Buffer) {
  if (file.readUInt32LE(0) !== 0xa1b2c3d4 || file.readUInt32LE(20) !== 101)
    throw new Error('not a pcap of raw IP');
  const streams = new Map<string, Stream>();
  const clients: string[] = [];
  const handshakes = new Map<string, number>();
  const times: number[] = [];
  let badChecksums = 0;
  let gaps = 0;
  let cut = 0;
  for (let at = 24; at < file.length;) {
    const captured = file.readUInt32LE(at + 8);
    const original = file.readUInt32LE(at + 12);
    times.push(file.readUInt32LE(at) * 1_000 + file.readUInt32LE(at + 4) / 1_000);
    const ip = file.subarray(at + 16, at + 16 + captured);
    at += 16 + captured;
    if (ip[0] !== 0x45 || ip[9] !== 6) throw new Error('not IPv4 with TCP');
    if (ip.readUInt16BE(2) !== original) throw new Error('the length of IP is not that of the record');
    if (checksum(ip.subarray(0, 20)) !== 0) badChecksums++;
    const tcp = ip.subarray(20);
    const length = original - 40;
    if (captured === original) {
      const pseudo = Buffer.concat([ip.subarray(12, 20), Buffer.from([0, 6]), u16(tcp.length), tcp]);
      if (checksum(pseudo) !== 0) badChecksums++;
    } else cut++;
    const [from, to] = [tcp.readUInt16BE(0), tcp.readUInt16BE(2)];
    const key = `${ip.subarray(12, 16).join('.')}:${from}>${ip.subarray(16, 20).join('.')}:${to}`;
    const stream = streams.get(key) ?? { next: null, bytes: [] };
    streams.set(key, stream);
    const sequence = tcp.readUInt32BE(4);
    const flags = tcp[13] ?? 0;
    if ((flags & 2) !== 0) {
      stream.next = (sequence + 1) >>> 0;
      if ((flags & 16) === 0) clients.push(key);
      handshakes.set(key, sequence);
      continue;
    }
    if (stream.next !== sequence) gaps++;
    stream.next = (sequence + length) >>> 0;
    stream.bytes.push(tcp.subarray(20));
  }
  const connections = clients.map((key): PcapConnection => {
    const [client, broker] = key.split('>');
    const back = `${broker}>${client}`;
    return {
      port: Number(broker?.split(':')[1]),
      opened: handshakes.has(back),
      client: Buffer.concat(streams.get(key)?.bytes ?? []),
      broker: Buffer.concat(streams.get(back)?.bytes ?? []),
    };
  });
  return { connections, badChecksums, gaps, cut, times };
}

function u16(value: number): Buffer {
  return Buffer.from([value >>> 8, value & 255]);
}

/** 0 where the sum that is in it is right. */
function checksum(bytes: Buffer): number {
  const even = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
  let sum = 0;
  for (let at = 0; at < even.length; at += 2) sum += even.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
