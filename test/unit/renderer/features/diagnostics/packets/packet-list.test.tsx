import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { PacketRow } from '../../../../../../src-main/contract/session/packets.ts';
import { PacketList } from '../../../../../../src-renderer/features/diagnostics/packets/packet-list.tsx';
import type { TimeMode } from '../../../../../../src-renderer/features/diagnostics/packets/packet-labels.ts';
import {
  EMPTY_PACKETS,
  type PacketsState,
} from '../../../../../../src-renderer/state/diagnostics/packet-window.ts';
import type { PacketsStore } from '../../../../../../src-renderer/state/diagnostics/packets.ts';

const NOW = Date.UTC(2026, 10, 29, 12);
const packet = (seq: number, more: Partial<PacketRow> = {}): PacketRow => ({
  ...{ seq, at: NOW + seq * 1_500, direction: 'in', type: 'PUBLISH', size: 12, kept: 12, packetId: null },
  ...{ qos: null, dup: false, retain: false, reason: null, reasonName: null, topic: null, note: '' },
  ...{ link: 1, broken: null },
  ...more,
});

function drawn(state: Partial<PacketsState>, time: TimeMode = 'clock'): string {
  const packets = { store: createStore(() => ({ ...EMPTY_PACKETS, ...state })) } as unknown as PacketsStore;
  return renderToStaticMarkup(<PacketList packets={packets} time={time} />);
}
/** The rows by their index, without tags. */
function rows(markup: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const part of markup.split('<div role="row"').slice(2)) {
    const index = /data-index="(\d+)"/.exec(part)?.[1];
    const text = part
      .slice(part.indexOf('>') + 1)
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim();
    found.set(Number(index), text);
  }
  return found;
}

test('Each packet has its place in the whole recording, whatever of it is loaded.', () => {
  const markup = drawn({ total: 5_000, first: 100, top: 100, rows: [packet(7), packet(8)] });
  expect(markup).toContain('aria-rowcount="5001"');
  expect([...rows(markup).keys()].filter((index) => index >= 100)).toEqual([100, 101]);
  expect(markup).toContain('aria-rowindex="102"');
  // What is not loaded yet has a place, but no screen reader reads it.
  expect(markup.match(/aria-hidden="true" class="pk-row pk-ghost"/g)?.length).toBeGreaterThan(10);
});

test('An empty list takes the focus itself, and else one row does.', () => {
  expect(drawn({})).toMatch(/role="grid"[^>]*tabindex="0"/);
  const markup = drawn({ total: 2, rows: [packet(1), packet(2)], active: packet(2), activeIndex: 1 });
  expect(markup).toMatch(/role="grid"[^>]*tabindex="-1"/);
  expect(markup.match(/tabindex="0"/g)).toHaveLength(1);
  expect(markup.match(/aria-selected="true"/g)).toHaveLength(1);
});

test('The active packet stays in the page where it is scrolled away, so that focus does.', () => {
  const many = Array.from({ length: 200 }, (_, at) => packet(at + 1));
  const markup = drawn({ total: 200, rows: many, top: 150, active: packet(1), activeIndex: 0 });
  expect(rows(markup).has(0)).toBe(true);
  expect(markup.match(/tabindex="0"/g)).toHaveLength(1);
  expect(rows(drawn({ total: 200, rows: many, top: 150 })).has(0)).toBe(false);
});

test('Times are shown since the first packet or the one before, of which the first has none.', () => {
  const state = { total: 2, rows: [packet(1), packet(2)], base: packet(1).at };
  expect(rows(drawn(state, 'relative')).get(1)).toMatch(/^\+1\.5000 received PUBLISH/);
  expect(rows(drawn(state, 'delta')).get(1)).toMatch(/^\+1\.5000 /);
  expect(rows(drawn(state, 'delta')).get(0)).toMatch(/^received PUBLISH/);
});

test('What went wrong is marked, and said in words: a reason of refusal, a rule that is broken.', () => {
  const markup = drawn({
    total: 3,
    rows: [
      packet(1, { type: 'SUBACK', reason: 0, reasonName: 'Granted QoS 0' }),
      packet(2, { type: 'CONNACK', reason: 0x87, reasonName: 'Not authorized' }),
      packet(3, { type: 'INVALID', broken: { rule: 'r', code: 129, text: 'The length is malformed.' } }),
    ],
  });
  expect(markup.match(/pk-row pk-bad/g)).toHaveLength(2);
  expect(rows(markup).get(1)).toContain('Not authorized 0x87');
  expect(rows(markup).get(2)).toContain('Invalid');
  expect(rows(markup).get(2)).toContain('The length is malformed.');
});

test('Figures that a packet has not are left out, and nought is one.', () => {
  const markup = drawn({
    total: 2,
    rows: [packet(1), packet(2, { packetId: 7, qos: 0, dup: true, retain: true, topic: 'a/b', note: 'x' })],
  });
  expect(rows(markup).get(0)).toMatch(/received PUBLISH 12 B$/);
  expect(rows(markup).get(1)).toMatch(/PUBLISH 7 0 dup retain 12 B a\/b x/);
});

test('A topic loses its front where there is no room, and has all of it in its tooltip, as a reason has.', () => {
  const long = `plant/hall-1/${'line/'.repeat(60)}temperature`;
  const markup = drawn({
    total: 2,
    rows: [packet(1, { topic: long, note: '15 bytes of payload' }), packet(2, { note: 'new session' })],
  });
  expect(markup).toMatch(/title="plant\/hall-1[^"]*"[^>]*><span class="cut-front"><bdi>plant\/hall-1/);
  expect(markup).toContain('title="new session"');
  expect(markup.match(/cut-front/g)).toHaveLength(1);
});
