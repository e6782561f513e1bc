import { expect, test } from 'vitest';
import { CopyFinder } from '../../../../../src-main/core/packet-capture/export/copies.ts';
import { IN } from '../../../../../src-main/core/packet-capture/store/recorder.ts';
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
