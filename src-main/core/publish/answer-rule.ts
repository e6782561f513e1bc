const HOLE = /…|\.\.\./;
const ARROW = /→|->|=>/;

/**
 * The topic that an answer is expected on, by a rule such as `cmnd/… → stat/…`: each ellipsis (or `...`) at the left
 * stands for as little as fits, and for the same at the right. Null where the rule does not fit the topic, or is none.
 * Linear in the topic, whatever the rule.
 */
export function answerTopic(rule: string, topic: string): string | null {
  const [from, to, more] = rule.split(ARROW).map((side) => side.trim());
  if (from === undefined || to === undefined || more !== undefined || from === '' || to === '') return null;
  const found = fill(from.split(HOLE), topic);
  const parts = to.split(HOLE);
  if (found === null || found.length !== parts.length - 1) return null;
  return parts.map((part, at) => part + (found[at] ?? '')).join('');
}

/** What stands between these texts, each in its turn; null where they do not make up the topic. */
function fill(texts: readonly string[], topic: string): readonly string[] | null {
  const [first = '', ...others] = texts;
  const last = others.pop();
  if (last === undefined) return topic === first ? [] : null;
  if (!topic.startsWith(first)) return null;
  const found: string[] = [];
  let at = first.length;
  for (const text of others) {
    // Two ellipses side by side say nothing of where one ends.
    const next = text === '' ? -1 : topic.indexOf(text, at + 1);
    if (next < 0) return null;
    found.push(topic.slice(at, next));
    at = next + text.length;
  }
  const end = topic.length - last.length;
  if (end <= at || !topic.endsWith(last)) return null;
  return [...found, topic.slice(at, end)];
}
