import { expect, test } from 'vitest';
import type { Link } from '../../../../src-main/connection/link/link.ts';
import { UnansweredPackets } from '../../../../src-main/connection/doctor/unanswered-packets.ts';
import type { ReceivedNote } from '../../../../src-main/connection/tap/events.ts';
import { OUT } from '../../../../src-main/core/packet-capture/store/recorder.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { record, testRecorder } from '../../../support/recorder.ts';

const link = {
  tap: { lastReceivedAt: 0, lastSentAt: 0 },
  keepAliveMs: 60_000,
} as unknown as Link;

const REST = { flags: 0, size: 0, code: 0 };

function recordPublish(recorder: Parameters<typeof record>[0], messageId: number, topic: string): void {
  const message = { topic, payload: 'x', qos: 1, dup: false, retain: false } as const;
  record(recorder, OUT, { cmd: 'publish', ...message, messageId });
}

/** Names that are shown in another form than they have. */
const NAMES = ['ci/win\\x64/state', 'plant/\u200bvalve', 'plant/valve ', `long/${'x'.repeat(400)}`];

test.each(NAMES)('what a link ended over is named by its exact topic: %j', (topic) => {
  const { recorder } = testRecorder();
  const unanswered = new UnansweredPackets(recorder, new ManualClock(20));
  recordPublish(recorder, 7, topic);
  unanswered.sent({ type: 3, packetId: 7, at: 10, ...REST });
  expect(unanswered.take(link)?.lastPublish).toEqual({ topic, qos: 1, at: 10 });
  expect(unanswered.take(link)?.lastPublish).toBeNull();
});

test.each(NAMES)('a subscription without an answer is named by its exact filter: %j', (topic) => {
  const { recorder } = testRecorder();
  const unanswered = new UnansweredPackets(recorder, new ManualClock(20));
  record(recorder, OUT, { cmd: 'subscribe', messageId: 9, subscriptions: [{ topic, qos: 0 }] });
  unanswered.sent({ type: 8, packetId: 9, at: 10, ...REST });
  expect(unanswered.take(link)?.pendingSubscribe).toEqual({ filter: topic, at: 10 });
});

test.each([
  [500, { topic: 'denied/a', qos: 1, at: 12, refused: true }],
  [1_500, { topic: 'free/b', qos: 1, at: 14 }],
])('a link that ends %i ms after a refusal: whether it is over what was refused', (later, lastPublish) => {
  const { recorder } = testRecorder();
  const clock = new ManualClock(12);
  const unanswered = new UnansweredPackets(recorder, clock);
  for (const [messageId, topic] of [
    [7, 'denied/a'],
    [8, 'free/b'],
  ] as const) {
    recordPublish(recorder, messageId, topic);
  }
  unanswered.sent({ type: 3, packetId: 7, at: 10, ...REST });
  unanswered.received({
    packet: { kind: 'puback', packetId: 7, code: 135, reason: null },
    at: 12,
  } as ReceivedNote);
  unanswered.sent({ type: 3, packetId: 8, at: 14, ...REST });
  clock.advance(later);
  expect(unanswered.take(link)?.lastPublish).toEqual(lastPublish);
});
