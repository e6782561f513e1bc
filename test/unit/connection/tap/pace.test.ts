import { expect, test } from 'vitest';
import { TICK_MS, LONG_TICK_MS } from '../../../../src-main/connection/base/coarse-timer.ts';
import { HOLD_MS, ReadPace, SMALL_READ } from '../../../../src-main/connection/tap/pace.ts';
import { FLAG_QOS1, FLAG_QOS2, FLAG_RETAIN } from '../../../../src-main/core/topics/store/intake.ts';
import type { ReceivedNote } from '../../../../src-main/connection/tap/events.ts';
import { PINGREQ, PUBLISH, SUBSCRIBE, UNSUBSCRIBE } from '../../../../src-main/core/mqtt/packet-types.ts';

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

test('A scan is over in a flood as well, where no read is small enough to be held back.', () => {
  const { it, received, sent } = pace();
  sent(SUBSCRIBE, 0, 10);
  received('suback');
  it.read(FLAG_RETAIN, 200);
  for (let at = 210; at < 500; at += 10) it.read(0, at);
  expect(it.scanning).toBe(true);
  it.read(0, 501);
  expect(it.scanning).toBe(false);
});

test('A scan goes on for as long as retained messages come or the SUBACK does not, a minute at most.', () => {
  const { it, received, sent } = pace();
  sent(SUBSCRIBE, 0, 10);
  it.read(0, 5_000);
  expect(it.scanning).toBe(true);
  received('suback');
  for (let at = 5_000; at < 60_000; at += 250) it.read(FLAG_RETAIN, at);
  expect(it.scanning).toBe(true);
  it.read(FLAG_RETAIN, 60_010);
  expect(it.scanning).toBe(false);
});

test('Reads are held back for longer while nobody looks at single messages.', () => {
  const { it } = pace();
  expect(it.holdMs(100, 0, 0, true)).toBe(LONG_TICK_MS);
  expect(it.holdMs(100, 0, 0, false)).toBe(HOLD_MS);
});

test('What asks for an acknowledgement is not held back for longer: the broker waits for it.', () => {
  const { it } = pace();
  for (const flags of [FLAG_QOS1, FLAG_QOS2, FLAG_QOS1 | FLAG_RETAIN])
    expect(it.holdMs(100, flags, 0, true)).toBe(HOLD_MS);
  expect(it.holdMs(100, FLAG_RETAIN, 0, true)).toBe(LONG_TICK_MS);
});

/** What a pace says after a second of reads at so many bytes a second, each as large as the holds make it. */
function steady(bytesPerSecond: number) {
  const { it } = pace();
  const holds: number[] = [];
  for (let at = 0; at < 1_000;) {
    const hold = it.holdMs(Math.round((bytesPerSecond * (holds.at(-1) ?? HOLD_MS)) / 1_000), 0, at, true);
    holds.push(hold);
    at += Math.max(1, hold);
  }
  return { it, holds };
}

test.each([
  { bytes: 14_000, hold: LONG_TICK_MS },
  { bytes: 140_000, hold: LONG_TICK_MS },
  { bytes: 280_000, hold: TICK_MS },
  { bytes: 900_000, hold: TICK_MS },
  { bytes: 1_400_000, hold: HOLD_MS },
  { bytes: 7_000_000, hold: HOLD_MS },
])(
  'The more comes, the shorter reads are held back: $bytes bytes a second for $hold ms.',
  ({ bytes, hold }) => {
    const { holds } = steady(bytes);
    expect(new Set(holds.slice(-5))).toEqual(new Set([hold]));
  },
);

test('A large read shows that the broker is ahead: nothing is held back.', () => {
  const { it } = pace();
  expect(it.holdMs(SMALL_READ - 1, 0, 0, true)).toBe(HOLD_MS);
  expect(it.holdMs(SMALL_READ, 0, 1, true)).toBe(0);
});

test('Far more than before is held back for less from the first read that shows it.', () => {
  const { it } = steady(14_000);
  expect(it.holdMs(1_400, 0, 2_000, true)).toBe(LONG_TICK_MS);
  expect(it.holdMs(16_500, 0, 2_000 + LONG_TICK_MS, true)).toBe(HOLD_MS);
});

test('A trickle after a silence is held back for as long as ever.', () => {
  const { it } = pace();
  expect(it.holdMs(150, 0, 1_000_000, true)).toBe(LONG_TICK_MS);
  expect(it.holdMs(150, 0, 1_000_001, true)).toBe(LONG_TICK_MS);
});

test('After a burst nothing is held back for long for a quarter of a second: its sender may stop for our window.', () => {
  for (const size of [16_384, SMALL_READ]) {
    const { it } = pace();
    expect(it.holdMs(100, 0, 900, true)).toBe(LONG_TICK_MS);
    it.holdMs(size, 0, 1_000, true);
    for (let at = 1_010; at < 1_250; at += 10) expect(it.holdMs(100, 0, at, true)).toBe(HOLD_MS);
    expect(it.holdMs(100, 0, 1_250, true)).toBe(LONG_TICK_MS);
  }
});

test('As much as was to be expected is no burst.', () => {
  const { it } = steady(700_000);
  expect(it.holdMs(23_000, 0, 1_000 + TICK_MS, true)).toBe(TICK_MS);
});

test('After a message of ours, at any QoS, an answer is not held back for longer.', () => {
  const { it, sent } = pace();
  sent(PUBLISH, 0, 1_000);
  expect(it.holdMs(100, 0, 2_999, true)).toBe(HOLD_MS);
  expect(it.holdMs(100, 0, 3_000, true)).toBe(LONG_TICK_MS);
});

test('What is held back when such a packet leaves is read at once, and no sooner for those after it.', () => {
  const { sent } = pace();
  expect(sent(PUBLISH, 0, 1_000)).toBe(true);
  expect(sent(PUBLISH, 0, 2_999)).toBe(false);
  expect(sent(UNSUBSCRIBE, 1, 3_500)).toBe(false);
  expect(sent(UNSUBSCRIBE, 1, 5_500)).toBe(true);
});

test('An UNSUBSCRIBE awaits no acknowledgement of a message.', () => {
  const { it, sent } = pace();
  sent(UNSUBSCRIBE, 1, 1_000);
  expect([it.publishing, it.mayHold(1_001)]).toEqual([false, true]);
  expect(it.holdMs(100, 0, 1_001, true)).toBe(HOLD_MS);
});

test('Nothing is held back where it may not be, whoever looks.', () => {
  const { it, sent } = pace();
  sent(PINGREQ, 0, 5);
  expect([it.holdMs(100, 0, 6, true), it.holdMs(100, 0, 6, false)]).toEqual([0, 0]);
});
