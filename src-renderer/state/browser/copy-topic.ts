import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import { dividesAsMqtt } from '../../../src-main/core/topics/levels.ts';
import { topicText } from '../../../src-main/core/topics/names.ts';
import { copied, copyText } from './copy-text.ts';

/**
 * Puts the exact topic on the clipboard, never the form in which it is shown, and answers what was
 * done. Rejects with the reason where no text can hold the topic or the browser refuses.
 */
export async function copyTopic(key: TopicKey, copy = copyText): Promise<string> {
  const text = topicText(key);
  if (text === null) {
    throw new Error('Not copied: this topic contains NUL or bytes that are not UTF-8, so it is not text.');
  }
  return copied(text, 'Topic copied', copy);
}

/** Why a topic cannot be copied. */
export const NO_TEXT = 'its name is no text';

/**
 * Why there is no MQTT topic filter for all that is below a topic in the tree; null where there is one.
 *
 * @param separator of the tree
 */
export function noSubtreeFilter(key: TopicKey, separator: string): string | null {
  if (!isText(key)) return NO_TEXT;
  return dividesAsMqtt(key, separator) ? null : 'MQTT filters use / only';
}

/** Likewise a filter for all that is below a topic, and the topic itself. */
export async function copySubtreeFilter(key: TopicKey, copy = copyText): Promise<string> {
  await copyTopic(`${key}/#`, copy);
  return 'Filter copied';
}

/** Whether a topic can be copied at all. */
export function isText(key: TopicKey): boolean {
  return topicText(key) !== null;
}
