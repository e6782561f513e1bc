import { describe, expect, test } from 'vitest';
import {
  checkPrefix,
  keyUnderPrefix,
  neverRestored,
  underPrefix,
} from '../../../../src-main/core/retained/under-prefix.ts';
import { keyBytes, topicKey } from '../../../../src-main/core/topics/names.ts';
import { keptMessage } from '../../../support/retained/held-worker.ts';

describe('A prefix', () => {
  test('is put before a name as it is, whatever the name begins with', () => {
    expect(['a//b', '/', ' ', '😀', '$SYS/x'].map((key) => keyUnderPrefix(key, 'copy/'))).toEqual([
      ...['copy/a//b', 'copy//', 'copy/ ', 'copy/😀', 'copy/$SYS/x'],
    ]);
    expect(keyUnderPrefix('a', 'b')).toBe('ba');
    const message = keptMessage('a', '1');
    expect(underPrefix(message, '')).toBe(message);
    expect(underPrefix(message, 'x/')).toEqual({ ...message, key: 'x/a' });
  });

  test('stands before the very bytes of a name that is not UTF-8', () => {
    const key = topicKey(Uint8Array.of(0x61, 0xff, 0x5c));
    expect([...keyBytes(keyUnderPrefix(key, 'é/'))]).toEqual([0xc3, 0xa9, 0x2f, 0x61, 0xff, 0x5c]);
  });

  test('is refused with the reason where no topic can begin with it', () => {
    expect(['', 'copy/', '/', ' '].map(checkPrefix)).toEqual([null, null, null, null]);
    for (const prefix of ['+/', 'a#', 'a\0', 'x'.repeat(65_535)]) {
      const problem = checkPrefix(prefix);
      expect(problem?.code, prefix.slice(0, 9)).toBe('bad-prefix');
      expect(problem?.message).toMatch(/^No topic can begin with this\. .+/);
    }
  });
});

describe('What is never restored', () => {
  test('is a name that MQTT or the broker does not take, with the reason', () => {
    expect(neverRestored(keptMessage('a//b', '1'), 0)).toBeNull();
    expect(neverRestored(keptMessage('a/+', '1'), 0)?.message).toMatch(/^It cannot be published to: /);
    expect(neverRestored(keptMessage('$SYS/broker/version', '1'), 0)?.message).toBe(
      'The broker writes this topic itself.',
    );
    expect(neverRestored(keptMessage('copy/$SYS/broker/version', '1'), 0)).toBeNull();
  });

  test('is what has expired since it was received, and not a second before', () => {
    const tenSeconds = Uint8Array.of(0x02, 0, 0, 0, 10);
    const message = keptMessage('a', '1', 1, { properties: tenSeconds, at: 1_000 });
    expect(neverRestored(message, 10_999)).toBeNull();
    expect(neverRestored(message, 11_000)).toMatchObject({ code: 'expired', message: 'It has expired.' });
  });
});
