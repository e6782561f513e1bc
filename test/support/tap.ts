import type { Duplex } from 'node:stream';
import type { Packet } from 'mqtt-packet';
import { systemClock } from '../../src-main/connection/base/clock.ts';
import type { ReceivedNote, SentNote, TapEnd } from '../../src-main/connection/tap/events.ts';
import { TapSession } from '../../src-main/connection/tap/session.ts';
import { Tap, type TapOptions } from '../../src-main/connection/tap/tap.ts';
import type { Intake } from '../../src-main/core/topics/store/intake.ts';
import { onTeardown } from './teardown.ts';

type Version = 3 | 4 | 5;

/** A tap and what it reported. */
export interface OpenedTap {
  tap: Tap;
  sent: SentNote[];
  received: ReceivedNote[];
  ends: TapEnd[];
}

/** A tap with the usual options, destroyed by `teardown`. */
export function openTap(
  socket: Duplex,
  version: Version,
  intake: Intake,
  more: Partial<TapOptions> = {},
): OpenedTap {
  const sent: SentNote[] = [];
  const received: ReceivedNote[] = [];
  const ends: TapEnd[] = [];
  const tap = new Tap({
    socket,
    reads: null,
    intake,
    session: new TapSession(),
    version,
    maxPayloadBytes: 1_000_000,
    receiveMaximum: 65_535,
    maximumPacketSize: 0,
    clock: systemClock,
    events: {
      sent: (note) => sent.push(note),
      received: (note) => received.push(note),
      ended: (end) => ends.push(end),
    },
    ...more,
  });
  tap.on('error', () => {});
  onTeardown(() => void tap.destroy());
  return { tap, sent, received, ends };
}

/** A PUBLISH whose payload names its topic. */
export const message = (topic: string, qos: 0 | 1 | 2, messageId: number, dup = false): Packet => ({
  cmd: 'publish',
  topic,
  payload: `payload of ${topic}`,
  qos,
  dup,
  retain: false,
  ...(qos > 0 ? { messageId } : {}),
});
