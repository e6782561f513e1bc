import { expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { flowFor } from '../../../../../../src-renderer/features/diagnostics/packets/packet-flow.tsx';
import type { Handshake } from '../../../../../../src-renderer/state/diagnostics/packets.ts';

const handshake = (...seqs: number[]) =>
  ({
    kind: 'flow',
    steps: seqs.map((seq) => ({ packet: { seq }, sinceFirst: 0, sincePrevious: 0 })),
  }) as unknown as Handshake;

test('A handshake is shown for each packet of it, and for none of another one with the same id.', () => {
  const given = { near: 4, answer: handshake(4, 5) };
  expect([4, 5].map((seq) => flowFor(given, seq))).toEqual([given.answer, given.answer]);
  expect(flowFor(given, 90)).toBeNull();
  expect(flowFor(null, 4)).toBeNull();
});

test('What is answered to a packet is shown for it, also where the packet itself is no longer held.', () => {
  expect(flowFor({ near: 4, answer: handshake(5) }, 4)).not.toBeNull();
  const failure = failed('gone', 'It is no longer kept.', '');
  expect([flowFor({ near: 4, answer: failure }, 4), flowFor({ near: 4, answer: failure }, 5)]).toEqual([
    failure,
    null,
  ]);
});
