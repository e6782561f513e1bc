import { describe, expect, test } from 'vitest';
import { SystemWatch } from '../../../../src-main/connection/doctor/system-watch.ts';
import type { SubscriptionStatus } from '../../../../src-main/contract/model/model.ts';
import type { SentNote } from '../../../../src-main/connection/tap/events.ts';
import { PUBLISH } from '../../../../src-main/core/mqtt/packet-types.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { send } from '../../../support/store/messages.ts';

const everything: SubscriptionStatus = {
  filter: '#',
  qos: 0,
  noLocal: false,
  retainAsPublished: true,
  retainHandling: 0,
  identifier: null,
  enabled: true,
  notes: [],
  result: { kind: 'granted', qos: 0 },
  messages: 0,
  countedBy: 'delivered',
};

const publish = (packetId: number): SentNote => ({
  at: 0,
  type: PUBLISH,
  flags: 2,
  size: 10,
  packetId,
  code: 0,
});

function watching(topicCap = 1_000) {
  // Between two whole milliseconds, as nearly always.
  const clock = new ManualClock(Date.UTC(2026, 10, 20) + 0.9);
  const store = new TopicStore({ memoryBytes: 16 * 2 ** 20, topicCap, seed: 1, startedAt: clock.wall() });
  const watch = new SystemWatch(store, clock);
  const arrives = (topic: string): void => send(store, { topic, at: clock.wall() });
  const later = (): void => {
    clock.advance(3_000);
    watch.look([everything]);
  };
  return { clock, store, watch, arrives, later };
}

describe('a publish of ours that a subscription brings back', () => {
  test('is heard however close to its acknowledgement it came, at every part of a millisecond', () => {
    const { clock, watch, arrives, later } = watching();
    for (let packetId = 1; packetId <= 40; packetId++) {
      clock.pass(0.05);
      watch.sent(publish(packetId));
      clock.pass(0.02);
      arrives('plant/a');
      clock.pass(packetId % 7);
      watch.acknowledged('plant/a', [everything], packetId);
    }
    later();
    expect(watch.unheard).toEqual([]);
  });

  test('is heard although the clock of the computer was set back while it was on its way', () => {
    const { clock, watch, arrives, later } = watching();
    watch.sent(publish(1));
    clock.ahead -= 60_000;
    arrives('plant/a');
    watch.acknowledged('plant/a', [everything], 1);
    later();
    expect(watch.unheard).toEqual([]);
  });

  test('is missed if only an older message of its topic came', () => {
    const { clock, watch, arrives, later } = watching();
    arrives('plant/a');
    watch.sent(publish(1));
    watch.acknowledged('plant/a', [everything], 1);
    const at = clock.wall();
    later();
    expect(watch.unheard).toEqual([{ at, topic: 'plant/a', filter: '#' }]);
    watch.sent(publish(1));
    arrives('plant/a');
    watch.acknowledged('plant/a', [everything], 1);
    later();
    expect(watch.unheard).toEqual([]);
  });

  test('is not judged once topics were forgotten to make room: it may have come and gone', () => {
    const { watch, store, arrives, later } = watching(10);
    watch.sent(publish(1));
    arrives('plant/a');
    for (let i = 0; i < 100; i++) arrives(`other/${i}`);
    expect(store.counters().forgottenTopics).toBeGreaterThan(0);
    watch.acknowledged('plant/a', [everything], 1);
    later();
    expect(watch.unheard).toEqual([]);
  });

  test('is not waited for when nothing subscribes to it, or when the link ended', () => {
    const { watch, later } = watching();
    watch.sent(publish(1));
    watch.acknowledged('plant/a', [{ ...everything, filter: 'other/#' }], 1);
    watch.sent(publish(2));
    watch.linkEnded();
    watch.acknowledged('plant/b', [everything], 2);
    watch.sent(publish(3));
    watch.acknowledged('plant/c', [{ ...everything, noLocal: true }], 3);
    later();
    expect(watch.unheard).toEqual([]);
  });
});
