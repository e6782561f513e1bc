import { describe, expect, test } from 'vitest';
import type { Packet } from 'mqtt-packet';
import { Packets } from '../../../../src-main/connection/doctor/packets.ts';
import { PacketFilter } from '../../../../src-main/contract/session/packets.ts';
import { IN, OUT } from '../../../../src-main/core/packet-capture/store/recorder.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { record } from '../../../support/recorder.ts';
import { readPcap } from '../../../support/pcap.ts';

const ALL = PacketFilter.parse({});
const of = (filter: object): PacketFilter => PacketFilter.parse(filter);
const publish = (topic: string, qos: 0 | 1 = 0, messageId = 1): Packet => ({
  cmd: 'publish',
  topic,
  payload: `of ${topic}`,
  qos,
  dup: false,
  retain: false,
  ...(qos === 0 ? {} : { messageId }),
});

/** Packets of a connection, and the clock that its work takes. */
function open(...packets: (readonly ['in' | 'out', Packet])[]) {
  const clock = new ManualClock();
  const held = new Packets(clock);
  held.recorder.startLink(5);
  for (const [way, packet] of packets) record(held.recorder, way === 'in' ? IN : OUT, packet);
  return { clock, held };
}

/** So many large packets, no more a second than the recorder takes. */
function openMany(count: number) {
  const opened = open();
  for (let i = 0; i < count; i++) {
    if (i % 500 === 0) opened.clock.pass(2_000);
    if (i % 500 === 0) opened.held.recorder.tick();
    record(opened.held.recorder, IN, publish(`t/${i}/${'x'.repeat(400)}`));
  }
  return opened;
}

const FEW = [
  ['out', publish('a/1', 1, 7)],
  ['in', { cmd: 'puback', messageId: 7, reasonCode: 0 } as Packet],
  ['in', publish('b/1')],
  ['in', publish('a/2')],
] as const;

describe('the packets of a connection', () => {
  test.each([
    [{ index: 0 }, 10, 0, [1, 2, 3, 4]],
    [{ index: 1 }, 2, 1, [2, 3]],
    [{ index: -2 }, 10, 2, [3, 4]],
    [{ index: -100 }, 2, 0, [1, 2]],
    [{ index: 100 }, 2, 4, []],
    [{ seq: 3 }, 1, 2, [3]],
    [{ seq: 999 }, 1, 4, []],
  ])('are read from %j on', async (from, count, first, seqs) => {
    const { held } = open(...FEW);
    const read = await held.read(ALL, from, count);
    expect(read).toMatchObject({ kind: 'packets', total: 4, first });
    if (read.kind === 'packets') expect(read.rows.map(({ seq }) => seq)).toEqual(seqs);
  });

  test.each<[object, number[]]>([
    [{ topicFilter: 'a/+' }, [1, 4]],
    [{ topicFilter: '#' }, [1, 3, 4]],
    [{ topicFilter: 'nothing/here' }, []],
  ])('are found by %j', async (filter, seqs) => {
    const { held } = open(...FEW);
    const read = await held.read(of(filter), { index: 0 }, 10);
    if (read.kind !== 'packets') throw new Error(read.message);
    expect(read.rows.map(({ seq }) => seq)).toEqual(seqs);
    expect(read.searched).toBeGreaterThan(0);
  });

  test('are not sought with a filter that is none', async () => {
    const { held } = open(...FEW);
    for (const topicFilter of ['a/#/b', 'a+'])
      for (const answer of [
        await held.read(of({ topicFilter }), { index: 0 }, 10),
        held.piece('jsonl', of({ topicFilter }), null),
      ])
        expect(answer.kind).toBe('failed');
  });

  test('that come later are found by a search that is known already', async () => {
    const { held } = open(...FEW);
    const filter = of({ topicFilter: 'a/+' });
    await held.read(filter, { index: 0 }, 10);
    record(held.recorder, IN, publish('a/3'));
    expect(await held.read(filter, { index: 0 }, 10)).toMatchObject({ total: 3 });
    held.clear();
    expect(await held.read(filter, { index: 0 }, 10)).toMatchObject({ total: 0, rows: [] });
  });

  test('are each shown with their fields, or reported as no longer held', () => {
    const { held } = open(...FEW);
    const shown = held.at(1);
    if (shown.kind !== 'packet') throw new Error(shown.message);
    expect(shown.row).toMatchObject({ seq: 1 });
    expect(Buffer.from(shown.bytes).toString('latin1')).toContain('of a/1');
    expect(shown.fields.length).toBeGreaterThan(2);
    for (const seq of [0, 5, 1e9])
      expect(held.at(seq)).toMatchObject({ kind: 'failed', code: 'packet-gone' });
  });

  test('of one exchange are shown together, or reported as no longer held', () => {
    const { held } = open(...FEW);
    expect(held.flow(7, 1)).toMatchObject({ kind: 'flow' });
    expect(held.flow(99, 1)).toMatchObject({ kind: 'failed', code: 'no-flow' });
  });
});

describe('a search through many', () => {
  test('gives its turn to others, and answers with what it found so far', async () => {
    const { held, clock } = openMany(3_000);
    const { now } = clock;
    // Every look at the clock takes 7 ms: a slice is over before it looks twice.
    Object.defineProperty(clock, 'now', { value: () => (clock.pass(7), now()) });
    let turns = 0;
    const nextTurn = (run: () => void): void => {
      turns++;
      run();
    };
    Object.defineProperty(clock, 'nextTurn', { value: nextTurn });
    const read = await held.read(of({ topicFilter: 't/#' }), { index: 0 }, 10);
    if (read.kind !== 'packets') throw new Error(read.message);
    expect(turns).toBeGreaterThan(0);
    expect(turns).toBeLessThanOrEqual(8);
    expect(read.total).toBeLessThan(3_000);
  });
});

describe('an export', () => {
  const whole = (
    held: Packets,
    format: 'jsonl' | 'pcap',
    filter = ALL,
  ): { bytes: Buffer; pieces: number } => {
    const parts: Uint8Array[] = [];
    for (let cursor: string | null = null, pieces = 0; ;) {
      const piece = held.piece(format, filter, cursor);
      if (piece.kind !== 'piece') throw new Error(piece.message);
      parts.push(piece.bytes);
      pieces++;
      if (piece.next === null) return { bytes: Buffer.concat(parts), pieces };
      cursor = piece.next;
    }
  };

  test('is a line of JSON a packet, of those that the filter has', () => {
    const { held } = open(...FEW);
    const lines = (filter?: PacketFilter) =>
      whole(held, 'jsonl', filter).bytes.toString().trimEnd().split('\n');
    expect(lines()).toHaveLength(4);
    for (const line of lines()) expect(() => JSON.parse(line)).not.toThrow();
    expect(lines(of({ topicFilter: 'a/+' }))).toHaveLength(2);
  });

  test('goes on where a piece ended, without a packet twice or none, and ends with what was there', () => {
    const { held } = openMany(5_000);
    const first = held.piece('jsonl', ALL, null);
    if (first.kind !== 'piece') throw new Error(first.message);
    expect(first.next).not.toBeNull();
    record(held.recorder, IN, publish('late'));
    const parts: string[] = [Buffer.from(first.bytes).toString()];
    for (let next = first.next; next !== null;) {
      const piece = held.piece('jsonl', ALL, next);
      if (piece.kind !== 'piece') throw new Error(piece.message);
      parts.push(Buffer.from(piece.bytes).toString());
      next = piece.next;
    }
    expect(parts.length).toBeGreaterThan(1);
    const seqs = parts
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { seq: number }).seq);
    expect(seqs.length).toBe(5_000);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect(new Set(seqs).size).toBe(5_000);
  });

  test('in pcap begins with one header, however many pieces it has', () => {
    const { held } = openMany(5_000);
    const { bytes, pieces } = whole(held, 'pcap');
    expect(pieces).toBeGreaterThan(1);
    const { connections, badChecksums, gaps, cut } = readPcap(bytes);
    expect([connections.length, badChecksums, gaps, cut]).toEqual([1, 0, 0, 5_000]);
  });

  test.each(['', 'x', '{}', '{"next":0}', 'null', '{"next":1,"last":-1,"link":0,"client":0,"broker":0}'])(
    'does not go on from %j',
    (cursor) => {
      const { held } = open(...FEW);
      expect(held.piece('jsonl', ALL, cursor)).toMatchObject({ kind: 'failed', code: 'bad-cursor' });
    },
  );
});
