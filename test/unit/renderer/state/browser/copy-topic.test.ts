import { describe, expect, test } from 'vitest';
import {
  copySubtreeFilter,
  copyTopic,
  isText,
  noSubtreeFilter,
} from '../../../../../src-renderer/state/browser/copy-topic.ts';

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

  test('puts a filter for what is below a topic on the clipboard, where its name is text', async () => {
    const { held, copy } = clipboard(true);
    expect(await copySubtreeFilter('plant/a', copy)).toBe('Filter copied');
    expect(held).toEqual(['plant/a/#']);
    await expect(copySubtreeFilter('\0a/\\xff', copy)).rejects.toThrow('bytes that are not UTF-8');
    expect([isText('plant/a'), isText('\0a/\\xff')]).toEqual([true, false]);
  });

  test('has no filter for a branch that MQTT does not divide as the tree does', () => {
    expect(noSubtreeFilter('plant', '/')).toBeNull();
    expect(noSubtreeFilter('plant', '.')).toBe('MQTT filters use / only');
    expect(noSubtreeFilter('$SYS', '.')).toBeNull();
    expect(noSubtreeFilter('\0a/\\xff', '.')).toBe('its name is no text');
  });

  test('says that the clipboard refused', async () => {
    await expect(copyTopic('a', clipboard(false).copy)).rejects.toThrow('The clipboard refused.');
  });
});
