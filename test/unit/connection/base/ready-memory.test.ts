import { expect, test } from 'vitest';
import { readyMemoryOn } from '../../../../src-main/connection/base/ready-memory.ts';

test.runIf(process.platform !== 'win32')(
  'Memory that is made ready holds zeros, also shared memory.',
  async () => {
    const ready = readyMemoryOn(process.platform);
    for (const buffer of [new SharedArrayBuffer(300_000), new ArrayBuffer(5)]) {
      const bytes = new Uint8Array(buffer).fill(7);
      await new Promise<void>((resolve) => ready?.(buffer, resolve));
      expect(bytes.every((byte) => byte === 0)).toBe(true);
    }
  },
);

test('Where there is no file of zeros, memory is used as it comes.', () => {
  expect(readyMemoryOn('win32')).toBeUndefined();
});
