import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packetFlow } from '../../../../../src-main/core/packet-capture/read/flow.ts';
import { IN, OUT, type Way } from '../../../../../src-main/core/packet-capture/store/recorder.ts';
import { record, testRecorder } from '../../../../support/recorder.ts';

/** Packets of a few bytes, by a short name: `>` we sent it, `<` we got it; then the packet identifier. */
const FIRST_BYTES: Readonly<Record<string, number>> = {
  publish1: 0x32,
  publish1dup: 0x3a,
  publish2: 0x34,
  publish2dup: 0x3c,
  puback: 0x40,
  pubrec: 0x50,
  pubrel: 0x62,
  pubcomp: 0x70,
  subscribe: 0x82,
  suback: 0x90,
  unsubscribe: 0xa2,
  unsuback: 0xb0,
};

function bytesOf(name: string, id: number, code = 0): Uint8Array {
  const first = FIRST_BYTES[name] ?? 0;
  if (name.startsWith('publish')) return Uint8Array.of(first, 6, 0, 1, 97, id >> 8, id & 255, 0);
  if (name === 'subscribe') return Uint8Array.of(first, 7, id >> 8, id & 255, 0, 0, 1, 97, 0);
  if (name === 'unsubscribe') return Uint8Array.of(first, 6, id >> 8, id & 255, 0, 0, 1, 97);
  if (name.endsWith('suback')) return Uint8Array.of(first, 4, id >> 8, id & 255, 0, code);
  return code === 0
    ? Uint8Array.of(first, 2, id >> 8, id & 255)
    : Uint8Array.of(first, 3, id >> 8, id & 255, code);
}

function recorded(...packets: string[]) {
  const { recorder, pass } = testRecorder();
  recorder.set({ kind: 'all' }, undefined);
  for (const packet of packets) {
    const [way = '', name = '', id = '1', code = '0'] = packet.split(' ');
    record(recorder, way === '>' ? OUT : IN, bytesOf(name, Number(id), Number(code)));
    pass(1);
  }
  return recorder.ring;
}

const flowOf = (packets: readonly string[], near: number, id = 1) => {
  const flow = packetFlow(recorded(...packets), id, near);
  return flow && { ...flow, steps: flow.steps.map(({ packet }) => packet.seq) };
};

describe('A handshake is followed', () => {
  test.each<[string, string[], object]>([
    ['QoS 1 of ours', ['> publish1', '< puback'], { startedBy: 'client', steps: [1, 2], complete: true }],
    ['QoS 1 of theirs', ['< publish1', '> puback'], { startedBy: 'broker', steps: [1, 2], complete: true }],
    [
      'QoS 2 of theirs',
      ['< publish2', '> pubrec', '< pubrel', '> pubcomp'],
      { startedBy: 'broker', steps: [1, 2, 3, 4], complete: true },
    ],
    ['a subscription', ['> subscribe', '< suback'], { what: 'subscribe', steps: [1, 2], complete: true }],
    [
      'an unsubscription',
      ['> unsubscribe', '< unsuback'],
      { what: 'unsubscribe', steps: [1, 2], complete: true },
    ],
    [
      'a PUBREC that refuses',
      ['> publish2', '< pubrec 1 151'],
      { steps: [1, 2], complete: true, missing: '' },
    ],
    [
      'a repetition of each packet',
      ['> publish2', '> publish2dup', '< pubrec', '> pubrel', '> pubrel', '< pubcomp'],
      { steps: [1, 2, 3, 4, 5, 6], complete: true },
    ],
    [
      'one among packets of other ids and of the other side',
      ['> publish1', '> publish1 2', '< publish1', '> puback', '< puback 2', '> subscribe 1', '< puback'],
      { steps: [1, 7], complete: true },
    ],
  ])('through %s', (_, packets, expected) => {
    expect(flowOf(packets, 1)).toMatchObject(expected);
    // From its last packet as well.
    expect(flowOf(packets, packets.length)).toEqual(flowOf(packets, 1));
  });

  test.each<[string, string[], string]>([
    ['a PUBLISH at QoS 1', ['> publish1'], 'PUBACK did not come, or was not recorded.'],
    ['a PUBLISH at QoS 2', ['> publish2'], 'PUBREC did not come, or was not recorded.'],
    ['a PUBREC', ['> publish2', '< pubrec'], 'PUBREL did not come, or was not recorded.'],
    ['a PUBREL', ['> publish2', '< pubrec', '> pubrel'], 'PUBCOMP did not come, or was not recorded.'],
    ['a SUBSCRIBE', ['> subscribe'], 'SUBACK did not come, or was not recorded.'],
    ['an UNSUBSCRIBE', ['> unsubscribe'], 'UNSUBACK did not come, or was not recorded.'],
    ['a PUBACK without its PUBLISH', ['< puback'], 'How it began is not recorded any more.'],
    ['a PUBCOMP without the rest', ['< pubcomp'], 'How it began is not recorded any more.'],
  ])('as far as it came, after %s', (_, packets, missing) => {
    expect(flowOf(packets, packets.length)).toMatchObject({ complete: false, missing });
  });

  test('apart from the one before it that was refused, though its first PUBLISH is not there.', () => {
    const packets = ['> publish2', '< pubrec 1 151', '> publish2dup', '< pubrec', '> pubrel', '< pubcomp'];
    expect(flowOf(packets, 1)?.steps).toEqual([1, 2]);
    for (const near of [3, 4, 5, 6]) expect(flowOf(packets, near)?.steps, `${near}`).toEqual([3, 4, 5, 6]);
  });

  test('from the packet before, where the one asked for has no id of it.', () => {
    const packets = ['> publish1', '< puback', '> publish1 2'];
    expect(flowOf(packets, 3)?.steps).toEqual([1, 2]);
    expect(flowOf(packets, 99)?.steps).toEqual([1, 2]);
  });

  test('at no packet, if none of it is recorded.', () => {
    expect(flowOf(['> publish1'], 1, 2)).toBeNull();
    expect(flowOf([], 1)).toBeNull();
    expect(flowOf(['> publish1'], 0)).toBeNull();
  });

  test('over 64 steps at most.', () => {
    const packets = ['> publish1', ...Array.from({ length: 100 }, () => '> publish1dup')];
    expect(flowOf(packets, 1)?.steps).toHaveLength(64);
  });

  test('without what breaks a rule.', () => {
    const { recorder } = testRecorder();
    record(recorder, OUT, bytesOf('publish1', 1));
    recorder.broken('reason-code', bytesOf('puback', 1, 7), 0, 5);
    expect(packetFlow(recorder.ring, 1, 2)?.steps.map(({ packet }) => packet.seq)).toEqual([1]);
  });
});

test('Whatever was recorded, every packet of an id is in the flow that is asked for at it, in order and of one kind.', () => {
  const names = Object.keys(FIRST_BYTES);
  const packet = fc.record({
    way: fc.constantFrom<Way>(IN, OUT),
    name: fc.constantFrom(...names),
    id: fc.constantFrom(1, 2),
    code: fc.constantFrom(0, 0, 0, 135),
  });
  fc.assert(
    fc.property(fc.array(packet, { minLength: 1, maxLength: 30 }), (packets) => {
      const ring = recorded(
        ...packets.map(({ way, name, id, code }) => `${way === OUT ? '>' : '<'} ${name} ${id} ${code}`),
      );
      for (const [i, { name, id, way }] of packets.entries()) {
        // A broker subscribes to nothing, and we answer no SUBSCRIBE.
        if (/sub/.test(name) && (way === OUT) !== /scribe/.test(name)) continue;
        const flow = packetFlow(ring, id, i + 1);
        const seqs = flow?.steps.map(({ packet: { seq } }) => seq) ?? [];
        expect(seqs).toContain(i + 1);
        expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
        expect(flow?.steps.every((one) => one.packet.packetId === id)).toBe(true);
        expect(flow?.complete).toBe(flow?.missing === '');
        expect(flow?.steps.every((one) => one.sinceFirst >= 0 && one.sincePrevious >= 0)).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});
