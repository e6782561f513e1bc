import { expect, test } from 'vitest';
import type { Qos } from '../../../../src-main/contract/model/model.ts';
import { ByteBatch } from '../../../../src-main/core/mqtt/encode.ts';
import { ListedBatch } from '../../../../src-main/core/retained/listed-batch.ts';
import { ProbeBatch } from '../../../../src-main/core/retained/probe-batch.ts';
import { packNames, TopicNames } from '../../../../src-main/core/retained/topic-names.ts';
import { keyBytes } from '../../../../src-main/core/topics/names.ts';
import { random } from '../../../support/random.ts';

const utf8 = new TextEncoder();

function batchOf(keys: readonly string[], places = [...keys.keys()], fenceHolds = true) {
  const names = new TopicNames(packNames(keys));
  const batch = new ListedBatch(names, Uint32Array.from(places), true, fenceHolds, 0);
  const message = (
    key: string,
    payload: string | Uint8Array,
    more: { retain?: boolean; qos?: Qos; whole?: number } = {},
  ) => {
    const { retain = true, qos = 0, whole } = more;
    const topic = keyBytes(key);
    const body = typeof payload === 'string' ? utf8.encode(payload) : payload;
    const bytes = Buffer.concat([Uint8Array.of(7), topic, Uint8Array.of(1, 2), body]);
    const [end, from] = [1 + topic.length, 3 + topic.length];
    const flags = (qos << 1) | Number(retain);
    const taken = batch.message(
      bytes, 1, end, end, from, from, bytes.length, whole ?? body.length, flags, 50, 9,
    ); // prettier-ignore
    // It is valid during the call only.
    bytes.fill(0xee);
    return taken;
  };
  const kept = (index: number): string => {
    const out = new ByteBatch(16);
    const ends = new Float64Array(2);
    batch.copyTo(out, index, ends, 0);
    const text = new TextDecoder().decode(out.bytes.subarray(ends[0], ends[1]));
    return `${ends[0]} ${text} at ${batch.qos(index)}`;
  };
  return { batch, message, kept };
}

test('What is delivered is kept with its bytes, in any order, and no other topic is taken.', () => {
  const { batch, message, kept } = batchOf(['a', 'b', 'c', 'd'], [3, 1, 0]);
  expect(message('a', 'one', { qos: 1 })).toBe(true);
  expect(message('d', 'two', { qos: 2 })).toBe(true);
  expect(message('c', 'not asked for')).toBe(false);
  expect(message('nothing', 'x')).toBe(false);
  expect([batch.isStored(0), batch.isStored(1), batch.isStored(2)]).toEqual([true, false, true]);
  expect([kept(0), kept(2)]).toEqual(['2 two at 2', '2 one at 1']);
  expect(batch.at(0)).toBe(50);
  // A newer one takes the place of the older.
  message('d', 'three');
  expect(kept(0)).toBe('2 three at 0');
});

test('What others leave no room for is known to be there, and the first message always has room.', () => {
  const { batch, message } = batchOf(['a', 'b', 'c', 'cut']);
  message('a', new Uint8Array(65 * 2 ** 20));
  message('b', 'no room');
  message('cut', 'x', { whole: 9 });
  expect([0, 1, 2, 3].map((at) => batch.isStored(at))).toEqual([true, true, false, true]);
  expect([0, 1, 3].map((at) => batch.isCrowded(at))).toEqual([false, true, false]);
  expect([0, 1, 3].map((at) => batch.isWhole(at))).toEqual([true, true, false]);
});

test('It is over when all came, or with the fence where that holds, or when it was quiet.', async () => {
  const whole = batchOf(['a', 'b']);
  whole.batch.answered(0, 2, 1, 5);
  whole.message('a', '1');
  expect(whole.batch.isSettled).toBe(false);
  whole.message('b', '2');
  await whole.batch.settled;
  whole.batch.fenced(true, 6);
  expect(whole.batch.rest(6)).toBe(0);
  const late = batchOf(['a'], [0], false);
  expect(late.batch.rest(0)).toBeNull();
  late.batch.answered(0, 1, 0, 10);
  late.batch.fenced(true, 10);
  expect(late.batch.rest(10)).toBe(700);
  expect(late.batch.rest(800)).toBe(0);
});

test('A message of which not all bytes came is not whole, and one without the flag leaves the QoS open.', () => {
  const { batch, message } = batchOf(['a', 'b', 'c']);
  message('a', 'some', { whole: 1_000 });
  expect([batch.isStored(0), batch.isWhole(0)]).toEqual([true, false]);
  message('b', 'stored');
  message('b', 'live', { retain: false });
  message('c', 'stored');
  message('c', '');
  expect([batch.isStored(1), batch.isStored(2)]).toEqual([false, false]);
});

test('In random scripts it finds what a batch by names finds, and less only where it leaves a topic to that.', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const rng = random(seed);
    const keys = Array.from({ length: 1 + rng.int(6) }, (_, i) => `t/${i}`);
    const { batch, message } = batchOf(keys, undefined, rng.int(2) === 0);
    const named = new ProbeBatch(keys, true, 0);
    const code = rng.pick([0, 1, 2, 135, null]);
    const steps: (() => void)[] = [
      () => {
        batch.answered(0, keys.length, code, 5);
        named.answered(keys, code, 5);
      },
      ...Array.from({ length: rng.int(12) }, () => () => {
        const key = rng.pick(keys);
        const payload = rng.int(4) === 0 ? '' : `${rng.int(9)}`;
        const retain = payload !== '' && rng.int(3) > 0;
        message(key, payload, { retain });
        const bytes = utf8.encode(payload);
        const stored = { payload: bytes, size: bytes.length, qos: 0 as const, properties: bytes, at: 50 };
        if (retain) named.stored(key, stored, 9);
        else named.live(key, payload !== '');
      }),
    ];
    while (steps.length > 0) steps.splice(rng.int(steps.length), 1)[0]?.();
    const isFenced = rng.int(4) > 0;
    batch.fenced(isFenced, 9);
    named.fenced(isFenced, 9);
    keys.forEach((key, index) => {
      const { kind } = named.result(key) ?? {};
      if (batch.isStored(index)) expect(kind, `seed ${seed}`).toBe('retained');
      expect(batch.isAbsent(index), `seed ${seed}`).toBe(kind === 'absent');
    });
  }
});
