import { describe, expect, test } from 'vitest';
import { copyTopic } from '../../../../../src-renderer/state/browser/copy-topic.ts';

describe('copying a topic', () => {
  const clipboard = (takes: boolean) => {
    const held: string[] = [];
    const copy = (text: string) => {
      if (takes) held.push(text);
      return Promise.resolve(takes);
    };
    return { held, copy };
  };

  test('puts the exact topic on the clipboard, not the form that is shown', async () => {
    const { held, copy } = clipboard(true);
    for (const topic of ['plant/\u200bvalve', 'ci/win\\x64/state', 'plant/valve ', '\ufeffa']) {
      expect(await copyTopic(topic, copy)).toBe('Topic copied');
      expect(held.at(-1)).toBe(topic);
    }
  });

  test('copies nothing where no text can hold the topic, and says why', async () => {
    const { held, copy } = clipboard(true);
    await expect(copyTopic('\0a/\\xff', copy)).rejects.toThrow('bytes that are not UTF-8');
    expect(held).toEqual([]);
  });

  test('says that the clipboard refused', async () => {
    await expect(copyTopic('a', clipboard(false).copy)).rejects.toThrow('The clipboard refused.');
  });
});
