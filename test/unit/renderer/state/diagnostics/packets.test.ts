import { expect, test, vi } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type {
  PacketFilter,
  PacketRow,
  RecorderStatus,
} from '../../../../../src-main/contract/session/packets.ts';
import { NO_PACKETS } from '../../../../../src-main/contract/session/session-blank.ts';
import type { Engine } from '../../../../../src-renderer/state/engine/engine.ts';
import { rowOfIndex } from '../../../../../src-renderer/state/diagnostics/packet-window.ts';
import { createPackets } from '../../../../../src-renderer/state/diagnostics/packets.ts';

const CONNECTION = ConnectionId.parse('one');

function row(seq: number): PacketRow {
  return {
    ...{ seq, at: 1_000 + seq, direction: 'in', type: 'PINGRESP', size: 2, kept: 2, packetId: null },
    ...{ qos: null, dup: false, retain: false, reason: null, reasonName: null, topic: null, note: '' },
    ...{ link: 1, broken: null },
  };
}

interface Ask {
  readonly filter: PacketFilter;
  readonly from: { readonly index: number } | { readonly seq: number };
  readonly count: number;
}

/** A recorder that forgets its oldest packets; only even ones pass a filter with a packet id. */
class Ring {
  first = 1;
  last = 0;
  asked: Ask[] = [];
  /** Answers wait for this. */
  gate: Promise<void> = Promise.resolve();
  searched = 1;

  readonly engine = {
    call: async (name: string, params: unknown) => {
      if (name !== 'readPackets') return { ...NO_PACKETS };
      const ask = params as Ask;
      this.asked.push(ask);
      await this.gate;
      if (ask.filter.topicFilter === '#/#') return failed('bad-filter', 'A # must be last.', '');
      return this.#page(ask);
    },
  } as unknown as Engine;

  status(): RecorderStatus {
    return { ...NO_PACKETS, firstSeq: this.first, lastSeq: this.last };
  }

  #page({ filter, from, count }: Ask) {
    const all = Array.from({ length: this.last - this.first + 1 }, (_, at) => this.first + at);
    const passing = filter.packetId === null ? all : all.filter((seq) => seq % 2 === 0);
    const total = passing.length;
    const at = 'seq' in from ? passing.findIndex((seq) => seq >= from.seq) : from.index;
    const first = at < 0 ? Math.max(0, 'seq' in from ? total : total + at) : Math.min(at, total);
    const rows = passing.slice(first, first + count).map(row);
    return { kind: 'packets', first, total, searched: this.searched, rows };
  }
}

async function start(last: number, viewRows = 10) {
  const ring = new Ring();
  ring.last = last;
  const packets = createPackets(ring.engine);
  packets.resize(viewRows);
  packets.look(CONNECTION);
  const state = () => packets.store.getState();
  const settled = async () => {
    await vi.waitFor(() => expect(state().loaded).toBe(true));
    await new Promise((resolve) => setImmediate(resolve));
  };
  await settled();
  /** The first row that is whole on screen. */
  const top = () => rowOfIndex(state(), Math.ceil(state().top))?.seq;
  return { ring, packets, state, settled, top };
}

test('the newest packets are shown, and stay in view as more come', async () => {
  const { ring, packets, state, settled, top } = await start(1_000);
  expect([state().total, top()]).toEqual([1_000, 991]);
  ring.last = 1_500;
  packets.refresh(ring.status());
  await settled();
  expect([state().total, top(), state().follow]).toEqual([1_500, 1_491, true]);
});

test('nothing is asked while the recorder stands still', async () => {
  const { ring, packets, settled } = await start(100);
  packets.refresh(ring.status());
  await settled();
  const asked = ring.asked.length;
  packets.refresh(ring.status());
  packets.refresh(ring.status());
  await settled();
  expect(ring.asked).toHaveLength(asked);
});

test('a million packets can be scrolled to the first and to the last', async () => {
  const { packets, state, settled, top } = await start(1_000_000);
  packets.scrollTo(0);
  await settled();
  expect([top(), state().follow]).toEqual([1, false]);
  packets.scrollTo(999_990);
  await settled();
  expect(top()).toBe(999_991);
  packets.goToIndex(499_999);
  await settled();
  expect(state().active?.seq).toBe(500_000);
});

test('what is on screen does not move while older packets are let go and newer ones come', async () => {
  const { ring, packets, state, settled, top } = await start(10_000);
  packets.scrollTo(5_000);
  await settled();
  const shown = state().rows.find(({ seq }) => seq === 5_001);
  expect(top()).toBe(5_001);
  ring.first = 3_001;
  ring.last = 12_000;
  packets.refresh(ring.status());
  await settled();
  expect([top(), state().top, state().total]).toEqual([5_001, 2_000, 9_000]);
  // The row that is drawn is the same object, so it is not drawn again.
  expect(state().rows.find(({ seq }) => seq === 5_001)).toBe(shown);
});

test('the active packet keeps its index when older ones are let go', async () => {
  const { ring, packets, state, settled } = await start(1_000);
  packets.goToIndex(600);
  await settled();
  expect(state().active?.seq).toBe(601);
  ring.first = 101;
  packets.refresh(ring.status());
  await settled();
  expect([state().active?.seq, state().activeIndex]).toEqual([601, 500]);
});

test('a screen whose packets were all let go shows the oldest that are left', async () => {
  const { ring, packets, settled, top } = await start(1_000);
  packets.scrollTo(10);
  await settled();
  ring.first = 900;
  packets.refresh(ring.status());
  await settled();
  expect(top()).toBe(900);
});

test('a filter counts what passes, and a bad one says why and keeps the rest usable', async () => {
  const { packets, state, settled, top } = await start(1_000);
  packets.setFilter({ packetId: 7 });
  await settled();
  expect([state().total, top()]).toEqual([500, 982]);
  packets.setFilter({ topicFilter: '#/#' });
  await settled();
  await vi.waitFor(() => expect(state().problem?.code).toBe('bad-filter'));
  packets.setFilter({ topicFilter: '', packetId: null });
  await vi.waitFor(() => expect([state().problem, state().total]).toEqual([null, 1_000]));
});

test('an answer for an earlier filter is dropped', async () => {
  const { ring, packets, state } = await start(1_000);
  let open = () => undefined as void;
  ring.gate = new Promise((resolve) => (open = resolve));
  packets.setFilter({ packetId: 7 });
  packets.setFilter({ packetId: null });
  open();
  await vi.waitFor(() => expect(state().total).toBe(1_000));
  expect(state().rows.at(-1)?.seq).toBe(1_000);
});

test('one question at a time is asked, and of those that waited only the last', async () => {
  const { ring, packets, settled, top } = await start(100_000);
  let open = () => undefined as void;
  ring.gate = new Promise((resolve) => (open = resolve));
  const before = ring.asked.length;
  for (let top = 90_000; top > 0; top -= 1_000) packets.scrollTo(top);
  open();
  await settled();
  await vi.waitFor(() => expect(top()).toBe(1_001));
  expect(ring.asked.length - before).toBeLessThan(5);
});

test('showing a packet stops following and makes it active', async () => {
  const { packets, state, settled } = await start(1_000);
  await packets.show(row(42));
  await settled();
  expect([state().active?.seq, state().follow]).toEqual([42, false]);
  packets.setFollow(true);
  await settled();
  expect(state().top).toBe(990);
});

test('a filter that changes stays near the packet that was looked at, and keeps it', async () => {
  const { packets, state, settled, top } = await start(1_000);
  await packets.show(row(401));
  await settled();
  packets.setFilter({ packetId: 7 });
  await settled();
  await vi.waitFor(() => expect(top()).toBe(392));
  expect([state().active?.seq, state().activeIndex]).toEqual([401, null]);
  packets.setFilter({ packetId: null });
  await vi.waitFor(() => expect(state().activeIndex).toBe(400));
  expect(state().top).toBe(395);
});

test('a packet that the filter hides can be shown, with the list near it', async () => {
  const { packets, state, settled, top } = await start(1_000);
  packets.setFilter({ packetId: 7 });
  await settled();
  await packets.show(row(401));
  await settled();
  expect([state().active?.seq, state().activeIndex, top()]).toEqual([401, null, 392]);
  await packets.show(row(404));
  await settled();
  expect([state().active?.seq, state().activeIndex]).toEqual([404, 201]);
});

test('another connection begins again, with the filter kept', async () => {
  const { ring, packets, state, settled } = await start(1_000);
  packets.setFilter({ direction: 'in' });
  packets.goToIndex(5);
  await settled();
  ring.last = 3;
  packets.look(ConnectionId.parse('two'));
  await settled();
  expect([state().total, state().active, state().filter.direction]).toEqual([3, null, 'in']);
});

test('whoever goes to the first packet gets there, also where the recorder changes before it is read', async () => {
  const { ring, packets, state, settled, top } = await start(10_000);
  packets.goToIndex(9_999);
  await settled();
  let open = () => undefined as void;
  ring.gate = new Promise((resolve) => (open = resolve));
  packets.goToIndex(0);
  ring.last = 10_001;
  packets.refresh(ring.status());
  open();
  await settled();
  await settled();
  expect([top(), state().active?.seq, state().activeIndex]).toEqual([1, 1, 0]);
});
