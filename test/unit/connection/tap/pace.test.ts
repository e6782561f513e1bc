import { expect, test } from 'vitest';
import { ReadPace } from '../../../../src-main/connection/tap/pace.ts';
import type { ReceivedNote } from '../../../../src-main/connection/tap/events.ts';
import { PINGREQ, PUBLISH, SUBSCRIBE } from '../../../../src-main/core/mqtt/packet-types.ts';

function pace() {
  const it = new ReadPace();
  const received = (kind: string, code = 0) =>
    it.received({
      at: 0,
      size: 4,
      packet: { kind, packetId: 1, code, codes: [] },
    } as unknown as ReceivedNote);
  const sent = (type: number, qos = 0, at = 0) =>
    it.sent({ at, type, flags: qos << 1, size: 9, packetId: 1, code: 0 });
  received('connack');
  return { it, received, sent };
}

test('Reads are held back, but not while a message of ours awaits its acknowledgement.', () => {
  const { it, received, sent } = pace();
  expect(it.mayHold(0)).toBe(true);
  expect(sent(PUBLISH, 1)).toBe(true);
  expect(sent(PUBLISH, 2)).toBe(true);
  expect([it.mayHold(1), it.publishing]).toEqual([false, true]);
  received('puback');
  expect(it.mayHold(1)).toBe(false);
  // At QoS 2 the first answer is not the last.
  received('pubrec');
  expect(it.mayHold(1)).toBe(false);
  received('pubcomp');
  expect([it.mayHold(1), it.publishing, it.answers]).toEqual([true, false, 2]);
});

test('A message that is refused at QoS 2 is answered, and one at QoS 0 awaits nothing.', () => {
  const { it, received, sent } = pace();
  sent(PUBLISH, 2);
  received('pubrec', 135);
  expect(it.mayHold(1)).toBe(true);
  expect(sent(PUBLISH, 0)).toBe(false);
  expect(it.mayHold(1)).toBe(true);
});

test('An acknowledgement that does not come, and one too many, do not change that for good.', () => {
  const { it, received, sent } = pace();
  sent(PUBLISH, 1, 1_000);
  expect(it.mayHold(30_000)).toBe(false);
  expect(it.mayHold(31_001)).toBe(true);
  received('puback');
  received('puback');
  sent(PUBLISH, 1, 40_000);
  expect(it.mayHold(40_001)).toBe(false);
});

test('A round trip that is measured and a scan are not held up either.', () => {
  const { it, received, sent } = pace();
  expect(sent(PINGREQ, 0, 5)).toBe(true);
  expect(it.mayHold(6)).toBe(false);
  received('pingresp');
  expect(it.mayHold(6)).toBe(true);
  expect(sent(SUBSCRIBE, 1, 10)).toBe(true);
  expect([it.mayHold(11), it.scanning]).toEqual([false, true]);
});
