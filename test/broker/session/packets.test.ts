import { afterEach, expect, test } from 'vitest';
import type { PacketFilter } from '../../../src-main/contract/session/packets.ts';
import { MessageReader } from '../../../src-main/core/topics/view/records.ts';
import { startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { readPcap } from '../../support/pcap.ts';
import { teardown } from '../../support/teardown.ts';
import { openConnection, subscribed, type Opened } from './open-connection.ts';

afterEach(teardown);

const everything: PacketFilter = {
  types: [],
  direction: null,
  packetId: null,
  topicFilter: '',
  reasonAtLeast: null,
  brokenOnly: false,
};

async function packets({ handlers }: Opened, filter: Partial<PacketFilter> = {}) {
  const read = await handlers.readPackets({
    filter: { ...everything, ...filter },
    from: { index: 0 },
    count: 500,
  });
  if (read.kind === 'failed') throw new Error(read.message);
  return read;
}

async function exported({ handlers }: Opened, format: 'jsonl' | 'pcap'): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let cursor: string | null = null; ;) {
    const piece = await handlers.exportPackets({ format, filter: everything, cursor });
    if (piece.kind === 'failed') throw new Error(piece.message);
    parts.push(piece.bytes);
    cursor = piece.next;
    if (cursor === null) return Buffer.concat(parts);
  }
}

test('A session with mosquitto is recorded from CONNECT on, without the password, and each handshake can be followed.', async () => {
  const broker = await startMosquitto({ users: { ann: 'hunter2' } });
  const opened = openConnection({ port: broker.port, username: 'ann', password: 'hunter2' });
  await subscribed(opened);
  await opened.connection.publisher.publish({
    topic: 'a',
    payload: Buffer.from('one'),
    qos: 2,
    retain: false,
  });
  await opened.connection.publisher.publish({
    topic: 'b',
    payload: Buffer.from('two'),
    qos: 1,
    retain: false,
  });
  await opened.connection.pingNow();
  const { rows, total, searched } = await packets(opened);
  expect([rows.length, searched]).toEqual([total, 1]);
  expect(rows.slice(0, 3).map(({ type, direction }) => `${direction} ${type}`)).toEqual([
    'out CONNECT',
    'in CONNACK',
    'out SUBSCRIBE',
  ]);
  expect(rows.map(({ type }) => type)).toEqual(expect.arrayContaining(['PINGREQ', 'PINGRESP', 'SUBACK']));
  const first = rows.find(({ type, direction }) => type === 'PUBLISH' && direction === 'out');
  const flow = await opened.handlers.packetFlow({ packetId: first?.packetId ?? 0, near: first?.seq ?? 0 });
  expect(flow).toMatchObject({ kind: 'flow', startedBy: 'client', complete: true });
  expect(flow.kind === 'flow' && flow.steps.map(({ packet }) => packet.type)).toEqual([
    'PUBLISH',
    'PUBREC',
    'PUBREL',
    'PUBCOMP',
  ]);
  expect((await packets(opened, { topicFilter: 'b' })).rows.every(({ topic }) => topic === 'b')).toBe(true);
  const connect = await opened.handlers.packetAt({ seq: 1 });
  expect(connect).toMatchObject({ kind: 'packet', blanked: true });
  const lines = await exported(opened, 'jsonl');
  expect(lines.includes('hunter2')).toBe(false);
  expect(lines.includes(Buffer.from('hunter2').toString('hex'))).toBe(false);
  expect(lines.toString().trim().split('\n')).toHaveLength(total);
  const pcap = readPcap(await exported(opened, 'pcap'));
  expect(pcap).toMatchObject({ badChecksums: 0, gaps: 0 });
  expect(opened.diagnostics().recorder).toMatchObject({ lastSeq: total, notRecordedIn: 0, malformed: 0 });
});

test('A received message keeps the packet identifier that it came under, and one at QoS 0 has none.', async () => {
  const broker = await startFakeBroker();
  const opened = openConnection({ port: broker.port });
  await subscribed(opened);
  const at = { topic: 'plant/a', payload: 'four', retain: false } as const;
  for (const packet of [
    { ...at, cmd: 'publish', qos: 0, dup: false },
    { ...at, cmd: 'publish', qos: 1, dup: true, messageId: 65_535 },
    { ...at, cmd: 'publish', qos: 2, dup: false, messageId: 4_711 },
  ] as const)
    broker.links[0]?.send(packet);
  const reader = new MessageReader(opened.connection.store);
  const read = () => reader.history('plant/a', null, 10).messages;
  await opened.eventually('all three came', () => read().length === 3);
  const seen = read().map(({ qos, dup, packetId }) => ({ qos, dup, packetId }));
  expect(seen).toEqual([
    { qos: 2, dup: false, packetId: 4_711 },
    { qos: 1, dup: true, packetId: 65_535 },
    { qos: 0, dup: false, packetId: undefined },
  ]);
});

test('A malformed packet is recorded with its bytes and the rule it breaks, and so is our DISCONNECT.', async () => {
  const broker = await startFakeBroker();
  const opened = openConnection({ port: broker.port });
  await subscribed(opened);
  broker.links[0]?.sendBytes(Uint8Array.of(0x36, 5, 0, 1, 0x61, 0, 1));
  await opened.until('waiting');
  const { rows } = await packets(opened, { brokenOnly: true });
  expect(rows).toMatchObject([{ type: 'PUBLISH', size: 7, broken: { rule: 'qos-3', code: 129 } }]);
  const after = await packets(opened, { types: ['DISCONNECT'] });
  expect(after.rows).toMatchObject([{ direction: 'out', reason: 129, reasonName: 'Malformed packet' }]);
});

test('An invalid topic filter, a packet that is gone and a strange cursor are answered, not thrown.', async () => {
  const broker = await startFakeBroker();
  const opened = openConnection({ port: broker.port });
  await opened.until('online');
  const read = await opened.handlers.readPackets({
    filter: { ...everything, topicFilter: 'a/#/b' },
    from: { seq: 1 },
    count: 10,
  });
  expect(read.kind).toBe('failed');
  expect(await opened.handlers.packetAt({ seq: 9_999 })).toMatchObject({ code: 'packet-gone' });
  expect(
    await opened.handlers.exportPackets({ format: 'pcap', filter: everything, cursor: '{"next":-1}' }),
  ).toMatchObject({ code: 'bad-cursor' });
});
