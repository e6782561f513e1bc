import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import { createDiagnostics } from '../../../../../src-renderer/state/diagnostics/diagnostics.ts';
import { exportPackets } from '../../../../../src-renderer/state/diagnostics/export-packets.ts';
import { ALL_PACKETS } from '../../../../../src-renderer/state/diagnostics/packet-window.ts';
import { FedEngine } from '../../../../support/engine/fed-engine.ts';
import type { Engine } from '../../../../../src-renderer/state/engine/engine.ts';

const [ONE, TWO] = ['one', 'two'].map((id) => ConnectionId.parse(id)) as [ConnectionId, ConnectionId];

// What is told goes on where a window can be seen.
beforeEach(() => void vi.stubGlobal('document', { visibilityState: 'visible' }));
afterEach(() => void vi.unstubAllGlobals());

test('Diagnostics are one whole and then what changed in it; what did not change stays the same object.', async () => {
  const fed = new FedEngine();
  const diagnostics = createDiagnostics(fed.engine);
  diagnostics.watch(ONE);
  const told = () => diagnostics.store.getState().latest as unknown as Record<string, unknown> | null;
  expect(told()).toBeNull();
  const facts = { assigned: 'x' };
  await fed.stream('diagnostics').send({ kind: 'whole', value: { facts, pings: { sent: 1 } } });
  await fed.stream('diagnostics').send({ kind: 'change', change: { set: { pings: { sent: 2 } } } });
  expect(told()).toEqual({ facts: { assigned: 'x' }, pings: { sent: 2 } });
  expect(told()?.['facts']).toBe(facts);
  diagnostics.dispose();
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
  const told: number[] = [];
  const file = await exportPackets(engine, ONE, 'pcap', ALL_PACKETS, (packets) => told.push(packets));
  expect(cursors).toEqual([null, 'a', 'b']);
  expect(told).toEqual([10, 20, 30]);
  expect(file).toMatchObject({ kind: 'file', type: 'application/vnd.tcpdump.pcap', packets: 30, cut: false });
  expect(file.kind === 'file' && file.parts.map(([byte]) => byte)).toEqual([1, 2, 3]);
});

test('A failure in the middle is the answer, and no half a file.', async () => {
  const failure = failed('gone', 'It is closed.', '');
  const { engine } = exporting([{ kind: 'piece', bytes: Uint8Array.of(1), packets: 1, next: 'a' }, failure]);
  expect(await exportPackets(engine, ONE, 'jsonl', ALL_PACKETS, () => undefined)).toBe(failure);
});
