import { describe, expect, test } from 'vitest';
import { Liveness, PATIENCE, type Patience } from '../../../../src-main/connection/liveness/liveness.ts';
import { isLocalAddress } from '../../../../src-main/connection/liveness/watch-link.ts';
import { PINGREQ, PUBLISH, SUBSCRIBE } from '../../../../src-main/core/mqtt/packet-types.ts';
import type { ControlPacket } from '../../../../src-main/core/mqtt/packets.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

/** A link of which the test plays both ends. */
function link(patience: Patience) {
  const clock = new ManualClock();
  const began = clock.now();
  const traffic = { lastReceivedAt: began };
  const keepAlive: { unanswered: { firstAt: number; latestAt: number; count: number } | null } = {
    unanswered: null,
  };
  const pings: number[] = [];
  const asked: number[] = [];
  const halfOpen: number[] = [];
  let answer: (answers: boolean) => void = () => undefined;
  const liveness = new Liveness({
    clock,
    patience,
    traffic,
    keepAlive,
    ping: () => {
      const now = clock.now();
      pings.push(now - began);
      const { firstAt = now, count = 0 } = keepAlive.unanswered ?? {};
      keepAlive.unanswered = { firstAt, latestAt: now, count: count + 1 };
    },
    answersElsewhere: () => {
      asked.push(clock.now() - began);
      return new Promise((resolve) => (answer = resolve));
    },
    halfOpen: (silentMs) => {
      halfOpen.push(silentMs);
      liveness.close();
    },
  });
  return {
    clock,
    liveness,
    pings,
    asked,
    halfOpen,
    hear() {
      traffic.lastReceivedAt = clock.now();
      keepAlive.unanswered = null;
    },
    async elsewhere(answers: boolean) {
      answer(answers);
      await Promise.resolve();
      await Promise.resolve();
    },
    sent: (type: number, packetId: number) =>
      liveness.sent({ type, packetId, flags: 2, at: clock.now() } as never),
    received: (packet: Partial<ControlPacket>) => liveness.received({ packet, at: clock.now() } as never),
  };
}

describe('a link to this computer', () => {
  test('is asked after a second of silence, and not before', () => {
    const { clock, pings, hear } = link(PATIENCE.local);
    for (let i = 0; i < 10; i++) {
      clock.advance(900);
      hear();
    }
    expect(pings).toEqual([]);
    clock.advance(1_000);
    expect(pings).toEqual([10_000]);
    clock.advance(1_400);
    expect(pings).toHaveLength(1);
  });

  test('is half-open where the broker answers others and not this link', async () => {
    const { clock, asked, halfOpen, elsewhere } = link(PATIENCE.local);
    clock.advance(2_500);
    expect(asked).toEqual([2_500]);
    clock.advance(20);
    await elsewhere(true);
    expect(halfOpen).toEqual([2_520]);
    clock.advance(60_000);
    expect(clock.pending).toBe(0);
  });

  test('stays where the broker answers nobody, and is looked at again later', async () => {
    const { clock, asked, halfOpen, elsewhere, hear } = link(PATIENCE.local);
    clock.advance(2_500);
    await elsewhere(false);
    clock.advance(9_999);
    expect(asked).toHaveLength(1);
    clock.advance(1);
    expect(asked).toEqual([2_500, 12_500]);
    // It was only frozen: the answer comes while another connection is tried.
    hear();
    await elsewhere(true);
    expect(halfOpen).toEqual([]);
  });
});

describe('a link over a network', () => {
  test('is not asked for silence: that is the matter of the keep-alive', () => {
    const { clock, pings } = link(PATIENCE.remote);
    clock.advance(3_600_000);
    expect([pings, clock.pending]).toEqual([[], 0]);
  });

  test('is asked by a ping where a PUBLISH or SUBSCRIBE is not answered within 5 s', () => {
    for (const [type, ack] of [
      [PUBLISH, 'puback'],
      [PUBLISH, 'pubrec'],
      [SUBSCRIBE, 'suback'],
    ] as const) {
      const { clock, pings, sent, received, hear } = link(PATIENCE.remote);
      clock.advance(60_000);
      sent(type, 1);
      clock.advance(2_000);
      sent(PUBLISH, 2);
      hear();
      received({ kind: ack, packetId: 1 } as Partial<ControlPacket>);
      clock.advance(4_999);
      expect(pings).toEqual([]);
      clock.advance(1);
      expect(pings, ack).toEqual([67_000]);
    }
  });

  test('is not asked over what needs no answer', () => {
    const { clock, pings, sent } = link(PATIENCE.remote);
    sent(PUBLISH, 0);
    sent(PINGREQ, 0);
    clock.advance(60_000);
    expect(pings).toEqual([]);
  });

  test('is in doubt only after ten seconds without a byte since the ping', () => {
    const { clock, asked, sent } = link(PATIENCE.remote);
    sent(PUBLISH, 1);
    clock.advance(14_999);
    expect(asked).toEqual([]);
    clock.advance(1);
    expect(asked).toEqual([15_000]);
  });
});

test('An address of this computer is known in every form.', () => {
  for (const one of [
    '127.0.0.1:1883',
    '127.9.9.9:1',
    '[::1]:1883',
    '[::ffff:127.0.0.1]:1',
    '/run/mqtt.sock',
    '\\\\.\\pipe\\mqtt',
  ])
    expect(isLocalAddress(one), one).toBe(true);
  for (const one of ['10.0.0.1:1883', '[fe80::1]:1883', 'localhost.example.com:1883', '128.127.0.0:1'])
    expect(isLocalAddress(one), one).toBe(false);
});
