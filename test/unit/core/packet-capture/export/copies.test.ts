import { describe, expect, test } from 'vitest';
import { CopyFinder } from '../../../../../src-main/core/packet-capture/export/copies.ts';
import { IN, OUT } from '../../../../../src-main/core/packet-capture/store/recorder.ts';
import { record, testRecorder } from '../../../../support/recorder.ts';

test.each(['ci/win\\x64/state', 'plant/\u200bvalve', 'plant/valve '])(
  'copies of one message are found by its exact topic: %j',
  (topic) => {
    const { recorder } = testRecorder();
    const finder = new CopyFinder(recorder.ring);
    for (const subscriptionIdentifier of [1, 2]) {
      record(recorder, IN, {
        cmd: 'publish',
        topic,
        payload: 'x',
        qos: 0,
        dup: false,
        retain: false,
        properties: { subscriptionIdentifier },
      });
    }
    const asked: string[] = [];
    expect(
      finder.look((one) => {
        asked.push(one);
        return true;
      }),
    ).toEqual([topic]);
    expect(asked).toEqual([topic]);
  },
);

const message = (part: object) =>
  ({ cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: false, ...part }) as const;
const identified = (...ids: number[]) => ({
  properties: { subscriptionIdentifier: ids.length === 1 ? ids[0] : ids },
});

describe('Two messages right after each other', () => {
  const long = 'x'.repeat(300);

  test.each<[string, object, object, boolean]>([
    ['without identifiers, as before MQTT 5', {}, {}, true],
    ['with two identifiers', identified(1), identified(2), true],
    ['with both identifiers in each', identified(1, 2), identified(1, 2), true],
    ['with one identifier, which is one subscription', identified(1), identified(1), false],
    ['with other topics', {}, { topic: 'b' }, false],
    ['with other payloads', {}, { payload: 'y' }, false],
    ['with a payload that goes on', {}, { payload: 'xx' }, false],
    ['that begin alike and are of other sizes', { payload: long }, { payload: `${long}x` }, false],
    ['that are long and the same', { payload: long }, { payload: long }, true],
    ['with another QoS, as each subscription has its own', {}, { qos: 1, messageId: 5 }, true],
    ['with other properties, and the same payload', identified(1), {}, true],
  ])('%s', (_, first, second, isCopy) => {
    const { recorder } = testRecorder();
    record(recorder, IN, message(first));
    record(recorder, IN, message(second));
    expect(new CopyFinder(recorder.ring).look(() => true)).toEqual(isCopy ? ['a'] : []);
  });

  test('are none over a new link, nor a while later, nor if one is our own.', () => {
    const look = (
      between: (of: ReturnType<typeof testRecorder>) => void,
      way: typeof IN | typeof OUT = IN,
    ) => {
      const of = testRecorder();
      record(of.recorder, IN, message({}));
      between(of);
      record(of.recorder, way, message({}));
      return new CopyFinder(of.recorder.ring).look(() => true);
    };
    expect(look(() => undefined)).toEqual(['a']);
    expect(look(({ pass }) => pass(50))).toEqual(['a']);
    expect(look(({ pass }) => pass(51))).toEqual([]);
    expect(look(({ recorder }) => recorder.startLink(5))).toEqual([]);
    expect(look(() => undefined, OUT)).toEqual([]);
    // What is no message of theirs is overlooked.
    expect(look(({ recorder }) => record(recorder, OUT, { cmd: 'pingreq' }))).toEqual(['a']);
  });

  test('are reported once, however often one looks, and never if no subscriptions overlap.', () => {
    const { recorder } = testRecorder();
    const finder = new CopyFinder(recorder.ring);
    expect(finder.look(() => true)).toEqual([]);
    for (let i = 0; i < 3; i++) record(recorder, IN, message({}));
    expect(finder.look(() => true)).toEqual(['a', 'a']);
    expect(finder.look(() => true)).toEqual([]);
    record(recorder, IN, message({}));
    // The one before it was looked at already, and is what it is compared with.
    expect(finder.look(() => true)).toEqual(['a']);
    record(recorder, IN, message({}));
    expect(finder.look(() => false)).toEqual([]);
  });
});
