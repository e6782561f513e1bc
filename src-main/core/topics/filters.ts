/**
 * Whether a topic is matched by a valid topic filter [MQTT-4.7]: `+` is one level, `#` any number
 * of levels and the parent level, and a filter that begins with a wildcard does not match topics
 * that begin with `$`. Of `$share/GROUP/FILTER` the filter counts.
 */
export function matchesFilter(filter: string, topic: string): boolean {
  const pattern = sharedFilter(filter);
  if (topic.startsWith('$') && (pattern.startsWith('+') || pattern.startsWith('#'))) return false;
  const size = topic.length;
  let f = 0;
  let t = 0;
  for (;;) {
    const filterEnd = levelEnd(pattern, f);
    if (filterEnd - f === 1 && pattern[f] === '#') return true;
    // Past the topic's last level only a `#` could match, which stands for the parent as well.
    if (t > size) return false;
    const topicEnd = levelEnd(topic, t);
    const any = filterEnd - f === 1 && pattern[f] === '+';
    if (!any && !sameLevel(pattern, f, filterEnd, topic, t, topicEnd)) return false;
    if (filterEnd === pattern.length) return topicEnd === size;
    f = filterEnd + 1;
    t = topicEnd + 1;
  }
}

/**
 * Whether a topic filter matches all topics that another one does. Of a shared subscription a client gets a
 * share only: such a filter covers nothing.
 */
export function coversFilter(filter: string, other: string): boolean {
  if (isShared(filter)) return false;
  if (other.startsWith('$') && (filter.startsWith('+') || filter.startsWith('#'))) return false;
  const [levels, others] = [filter.split('/'), other.split('/')];
  for (const [at, level] of levels.entries()) {
    if (level === '#') return true;
    const here = others[at];
    if (here === undefined || here === '#' || (level !== '+' && level !== here)) return false;
  }
  return levels.length === others.length;
}

/** It is a shared subscription [MQTT-4.8.2], or would be one as a filter. */
export function isShared(filter: string): boolean {
  return filter.startsWith('$share/');
}

/** The filter that a shared subscription shares; any other filter is itself. */
export function sharedFilter(filter: string): string {
  if (!isShared(filter)) return filter;
  const slash = filter.indexOf('/', 7);
  return slash < 0 ? filter : filter.slice(slash + 1);
}

function levelEnd(text: string, from: number): number {
  const slash = text.indexOf('/', from);
  return slash < 0 ? text.length : slash;
}

function sameLevel(
  a: string,
  aStart: number,
  aEnd: number,
  b: string,
  bStart: number,
  bEnd: number,
): boolean {
  if (aEnd - aStart !== bEnd - bStart) return false;
  for (let i = aStart, j = bStart; i < aEnd; i++, j++) {
    if (a.charCodeAt(i) !== b.charCodeAt(j)) return false;
  }
  return true;
}

/** The broker's own topics. Many brokers show them to administrators only; everything else works without them. */
export const isSystemFilter = (filter: string): boolean => filter === '$SYS' || filter.startsWith('$SYS/');
