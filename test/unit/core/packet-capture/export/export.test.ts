import { describe, expect, test } from 'vitest';
import {
  PCAP_START,
  pcapHeader,
  pcapRecords,
} from '../../../../../src-main/core/packet-capture/export/pcap.ts';
import { packetLine } from '../../../../../src-main/core/packet-capture/export/lines.ts';
import { rawPacket } from '../../../../../src-main/core/packet-capture/read/raw-packet.ts';
import { IN, OUT } from '../../../../../src-main/core/packet-capture/store/recorder.ts';
import { record, testRecorder } from '../../../../support/recorder.ts';
import { readPcap } from '../../../../support/pcap.ts';

const publish = (payload: Buffer) =>
  ({ cmd: 'publish', topic: 'a', payload, qos: 0, dup: false, retain: false }) as const;

describe('pcap', () => {
  test('Parsed back, the streams of every link are the recorded bytes, with right sums and sequence numbers.', () => {
    const { recorder, pass } = testRecorder();
    const sent: Buffer[][] = [[], []];
    const received: Buffer[][] = [[], []];
    for (const link of [0, 1]) {
      if (link === 1) recorder.startLink(4);
      for (let i = 0; i < 20; i++) {
        pass(0.5);
        sent[link]?.push(
          Buffer.from(record(recorder, OUT, publish(Buffer.from(`out ${i}`)), link === 1 ? 4 : 5)),
        );
        received[link]?.push(
          Buffer.from(record(recorder, IN, publish(Buffer.alloc(i * 10, i)), link === 1 ? 4 : 5)),
        );
      }
    }
    const state = { ...PCAP_START };
    const parts = [pcapHeader()];
    for (let seq = 1; seq <= recorder.ring.lastSeq; seq++) {
      const raw = rawPacket(recorder.ring, seq);
      if (raw) parts.push(...pcapRecords(raw, state));
    }
    const read = readPcap(Buffer.concat(parts));
    expect(read.badChecksums).toBe(0);
    expect(read.gaps).toBe(0);
    expect(read.connections).toHaveLength(2);
    for (const [link, connection] of read.connections.entries()) {
      expect(connection.opened).toBe(true);
      expect(connection.port).toBe(1_883);
      expect(connection.client.equals(Buffer.concat(sent[link] ?? []))).toBe(true);
      expect(connection.broker.equals(Buffer.concat(received[link] ?? []))).toBe(true);
    }
    expect(read.times.every((time, i) => i === 0 || time >= (read.times[i - 1] ?? 0))).toBe(true);
    expect(read.times[0]).toBeCloseTo(1_700_000_000_000.5, 2);
  });

  test('A packet that was cut, and larger than an IP packet can be, keeps its place in the stream.', () => {
    const { recorder } = testRecorder();
    record(recorder, OUT, publish(Buffer.alloc(200_000, 1)));
    const last = record(recorder, OUT, { cmd: 'pingreq' });
    const state = { ...PCAP_START };
    const parts = [pcapHeader()];
    for (const seq of [1, 2]) {
      const raw = rawPacket(recorder.ring, seq);
      if (raw) parts.push(...pcapRecords(raw, state));
    }
    const read = readPcap(Buffer.concat(parts));
    expect(read.gaps).toBe(0);
    expect(read.cut).toBeGreaterThanOrEqual(3);
    expect(read.connections[0]?.client.subarray(-last.length)).toEqual(Buffer.from(last));
  });
});

test('The link whose number is 0, as every 65,536th has, is opened like any other.', () => {
  const { recorder } = testRecorder();
  for (let link = 1; link < 65_536; link++) recorder.startLink(5);
  const bytes = record(recorder, OUT, { cmd: 'pingreq' });
  const raw = rawPacket(recorder.ring, 1);
  expect(raw?.link).toBe(0);
  const read = readPcap(Buffer.concat([pcapHeader(), ...(raw ? pcapRecords(raw, { ...PCAP_START }) : [])]));
  expect(read.connections.map(({ opened, client }) => [opened, client.toString('hex')])).toEqual([
    [true, Buffer.from(bytes).toString('hex')],
  ]);
});

test('A line of JSON has the row, the fields and the bytes.', () => {
  const { recorder } = testRecorder();
  const bytes = record(recorder, IN, { cmd: 'puback', messageId: 77, reasonCode: 16 });
  const raw = rawPacket(recorder.ring, 1);
  const text = Buffer.from(raw ? packetLine(raw) : []).toString();
  expect(text.endsWith('}\n')).toBe(true);
  expect(JSON.parse(text)).toMatchObject({
    seq: 1,
    time: new Date(1_700_000_000_000).toISOString(),
    direction: 'in',
    type: 'PUBACK',
    packetId: 77,
    reason: 16,
    reasonName: 'No matching subscribers',
    bytes: Buffer.from(bytes).toString('hex'),
  });
});
