import type { TopicKey } from '../../contract/model/model.ts';

/** Characters that have a meaning in regular expressions, and in patterns such as those of file names. */
const OF_PATTERNS = /[*?^|\\>()[\]{}]/;
const LEVEL = '+';

/**
 * Some brokers read more into it as a filter than its characters. Artemis 2.40 takes each filter for a regular
 * expression as well: one that is none keeps back every message behind it, and some never fit themselves.
 */
export function mayBePattern(name: string): boolean {
  return OF_PATTERNS.test(name);
}

/**
 * A filter that brings a topic without asking for it by its name: `+` stands for the levels that may be read as
 * patterns, or else for the last one. Null: only its name would bring it, as wildcards leave out what begins
 * with a dollar sign.
 */
export function filterAround(topic: TopicKey): string | null {
  const levels = topic.split('/');
  const filter = mayBePattern(topic)
    ? levels.map((level) => (mayBePattern(level) ? LEVEL : level))
    : [...levels.slice(0, -1), LEVEL];
  return filter[0] === LEVEL && topic.startsWith('$') ? null : filter.join('/');
}
