import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import { createDiagnostics } from '../../../../../src-renderer/state/diagnostics/diagnostics.ts';
import { exportPackets } from '../../../../../src-renderer/state/diagnostics/export-packets.ts';
import { ALL_PACKETS } from '../../../../../src-renderer/state/diagnostics/packet-window.ts';
import { FedEngine } from '../../../../support/engine/fed-engine.ts';
import type { Engine } from '../../../../../src-renderer/state/engine/engine.ts';

const [ONE, TWO] = ['one', 'two'].map((id) => ConnectionId.parse(id)) as [ConnectionId, ConnectionId];

// Updates go on where a window can be seen.
beforeEach(() => void vi.stubGlobal('document', { visibilityState: 'visible' }));
afterEach(() => void vi.unstubAllGlobals());

test('Diagnostics are one whole and then what changed in it; what did not change stays the same object.', async () => {
  const fed = new FedEngine();
  const diagnostics = createDiagnostics(fed.engine);
  diagnostics.watch(ONE);
  const reported = () => diagnostics.store.getState().latest as unknown as Record<string, unknown> | null;
  expect(reported()).toBeNull();
  const facts = { assigned: 'x' };
  await fed.stream('diagnostics').send({ kind: 'whole', value: { facts, pings: { sent: 1 } } });
  await fed.stream('diagnostics').send({ kind: 'change', change: { set: { pings: { sent: 2 } } } });
  expect(reported()).toEqual({ facts: { assigned: 'x' }, pings: { sent: 2 } });
  expect(reported()?.['facts']).toBe(facts);
  diagnostics.dispose();
});

/** Diagnostics whose figures wait for `tick`. */
async function atBeats() {
  const fed = new FedEngine();
  const listeners = new Set<() => void>();
  const diagnostics = createDiagnostics(fed.engine, (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  });
  diagnostics.watch(ONE);
  const value = {
    state: { kind: 'waiting', retryAt: 1 },
    keepAlive: { pings: 1, recent: [1] },
    subscriptions: [{ received: 1, granted: 'yes' }],
    recorder: { used: 1, bytes: 16, publish: 'full' },
    verdicts: [],
  };
  await fed.stream('diagnostics').send({ kind: 'whole', value });
  return {
    diagnostics,
    listeners,
    reported: () => diagnostics.store.getState().latest as unknown as typeof value,
    change: (of: object, set: object = {}) =>
      fed.stream('diagnostics').send({ kind: 'change', change: { set, of } }),
    tick: () => {
      for (const emit of listeners) emit();
    },
  };
}

test('Figures wait for the tick, one after another, and nothing of them is lost.', async () => {
  const { reported, change, tick } = await atBeats();
  const before = reported();
  await change({ keepAlive: { set: { pings: 2 }, of: { recent: { drop: 0, keep: 1, add: [2] } } } });
  await change({ subscriptions: { set: {}, of: { 0: { set: { received: 2 } } } } });
  await change({ recorder: { set: { used: 2 } } });
  expect(reported()).toBe(before);
  tick();
  expect(reported()).toEqual({
    ...before,
    keepAlive: { pings: 2, recent: [1, 2] },
    subscriptions: [{ received: 2, granted: 'yes' }],
    recorder: { used: 2, bytes: 16, publish: 'full' },
  });
});

test.each([
  ['a state, be it a number of it', { state: { set: { retryAt: 2 } } }, {}],
  ['a verdict', { verdicts: { drop: 0, keep: 0, add: ['late'] } }, {}],
  [
    'what a subscription was granted',
    { subscriptions: { set: {}, of: { 0: { set: { granted: 'no' } } } } },
    {},
  ],
  ['what may be recorded', { recorder: { set: { bytes: 32 } } }, {}],
  ['a part that was not there', {}, { facts: 1 }],
])('Shown at once, with the figures that waited: %s.', async (_, of, set) => {
  const { diagnostics, reported, change, listeners } = await atBeats();
  await change({ keepAlive: { set: { pings: 2 } } });
  expect([reported().keepAlive.pings, listeners.size]).toEqual([1, 1]);
  const before = reported();
  await change(of, set);
  expect([reported().keepAlive.pings, listeners.size]).toEqual([2, 0]);
  expect(reported()).not.toEqual({ ...before, keepAlive: reported().keepAlive });
  diagnostics.dispose();
});

test('What waited of one connection is not shown for the next.', async () => {
  const { diagnostics, change, listeners, tick } = await atBeats();
  await change({ keepAlive: { set: { pings: 2 } } });
  diagnostics.watch(TWO);
  tick();
  expect([diagnostics.store.getState(), listeners.size]).toEqual([{ connection: TWO, latest: null }, 0]);
});

test('One connection is followed at a time, and what the last one said does not stand for the next.', async () => {
  const fed = new FedEngine();
  const diagnostics = createDiagnostics(fed.engine);
  diagnostics.watch(ONE);
  await fed.stream('diagnostics').send({ kind: 'whole', value: { of: 'one' } });
  const first = fed.stream('diagnostics');
  diagnostics.watch(ONE);
  expect(fed.streams).toEqual([first]);
  diagnostics.watch(TWO);
  expect(diagnostics.store.getState()).toEqual({ connection: TWO, latest: null });
  expect(first.ended).toBe(true);
  await first.send({ kind: 'whole', value: { of: 'one' } });
  expect(diagnostics.store.getState().latest).toBeNull();
  diagnostics.watch(null);
  expect(fed.stream('diagnostics').ended).toBe(true);
});

interface Piece {
  readonly bytes: Uint8Array;
  readonly packets: number;
  readonly next: string | null;
}

function exporting(pieces: readonly (Piece | object)[]) {
  const cursors: (string | null)[] = [];
  const call = async (_: string, { cursor }: { readonly cursor: string | null }) => {
    cursors.push(cursor);
    return pieces[cursors.length - 1];
  };
  return { engine: { call } as unknown as Engine, cursors };
}

test('An export is read piece by piece, from where the last one ended, and says how far it is.', async () => {
  const piece = (byte: number, next: string | null) => ({
    kind: 'piece',
    bytes: Uint8Array.of(byte),
    packets: 10,
    next,
  });
  const { engine, cursors } = exporting([piece(1, 'a'), piece(2, 'b'), piece(3, null)]);
  const reported: number[] = [];
  const file = await exportPackets(engine, ONE, 'pcap', ALL_PACKETS, (packets) => reported.push(packets));
  expect(cursors).toEqual([null, 'a', 'b']);
  expect(reported).toEqual([10, 20, 30]);
  expect(file).toMatchObject({ kind: 'file', type: 'application/vnd.tcpdump.pcap', packets: 30, cut: false });
  expect(file.kind === 'file' && file.parts.map(([byte]) => byte)).toEqual([1, 2, 3]);
});

test('A failure in the middle is the answer, and no half a file.', async () => {
  const failure = failed('gone', 'It is closed.', '');
  const { engine } = exporting([{ kind: 'piece', bytes: Uint8Array.of(1), packets: 1, next: 'a' }, failure]);
  expect(await exportPackets(engine, ONE, 'jsonl', ALL_PACKETS, () => undefined)).toBe(failure);
});
