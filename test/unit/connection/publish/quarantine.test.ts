import { expect, test } from 'vitest';
import { Quarantine } from '../../../../src-main/connection/publish/quarantine.ts';
import { PublishMessage } from '../../../../src-main/contract/model/publish-message.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const message = (topic: string, size = 1) =>
  PublishMessage.parse({ topic, payload: new Uint8Array(size), qos: 1, retain: false });

function open() {
  const dropped: string[] = [];
  const clock = new ManualClock();
  const quarantine = new Quarantine(clock, ({ topic }) => dropped.push(topic));
  return { quarantine, dropped, clock };
}

test('The hundred newest messages stay; each older one is counted and reported.', () => {
  const { quarantine, dropped } = open();
  for (let i = 1; i <= 103; i++) quarantine.add(message(`t/${i}`), 'closed');
  expect(quarantine.list()).toHaveLength(100);
  expect(quarantine.list()[0]?.topic).toBe('t/4');
  expect(dropped).toEqual(['t/1', 't/2', 't/3']);
  expect(quarantine.dropped).toBe(3);
});

test('Sixteen megabytes are kept, and one larger message by itself.', () => {
  const { quarantine, dropped } = open();
  for (const name of ['a', 'b', 'c']) quarantine.add(message(name, 8 * 2 ** 20), 'closed');
  expect(quarantine.list().map(({ topic }) => topic)).toEqual(['b', 'c']);
  quarantine.add(message('huge', 20 * 2 ** 20), 'closed');
  expect(quarantine.list().map(({ topic }) => topic)).toEqual(['huge']);
  expect(dropped).toEqual(['a', 'b', 'c']);
  expect(quarantine.dropped).toBe(3);
});

test('What the user takes out is not counted as dropped, and is as it was put in.', () => {
  const { quarantine, dropped, clock } = open();
  const shared = Uint8Array.of(1, 2, 3, 4);
  quarantine.add({ ...message('t'), payload: shared.subarray(1, 3) }, 'closed');
  shared.fill(9);
  const [held] = quarantine.list();
  expect(held).toMatchObject({ topic: 't', size: 2, why: 'closed', at: clock.wall() });
  expect([...(quarantine.take(held?.id ?? '')?.payload ?? [])]).toEqual([2, 3]);
  expect(quarantine.take(held?.id ?? '')).toBeNull();
  expect([quarantine.dropped, dropped]).toEqual([0, []]);
});
