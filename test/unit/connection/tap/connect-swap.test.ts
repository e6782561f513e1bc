import { generate } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { ConnectSwap } from '../../../../src-main/connection/tap/connect-swap.ts';

const OURS = Uint8Array.of(0x10, 1, 2);
const theirs = generate({
  cmd: 'connect',
  clientId: 'theirs',
  keepalive: 1,
  protocolId: 'MQTT',
  clean: true,
});

test('Our CONNECT takes the place of the other one, wherever that is cut, and what follows passes.', () => {
  for (let cut = 0; cut <= theirs.length; cut++) {
    const swap = new ConnectSwap(OURS);
    const pieces = [theirs.subarray(0, cut), theirs.subarray(cut)].filter(({ length }) => length > 0);
    const written = pieces.flatMap((piece) => swap.take([piece]));
    expect(written).toEqual([OURS]);
    const next = Uint8Array.of(0xc0, 0);
    expect(swap.take([next])).toEqual([next]);
  }
  const whole = new ConnectSwap(OURS);
  expect(whole.take([...theirs].map((byte) => Uint8Array.of(byte)))).toEqual([OURS]);
});

test('Without one of ours everything passes.', () => {
  expect(new ConnectSwap(null).take([theirs])).toEqual([theirs]);
});
