export interface Match {
  /** Higher is better. */
  readonly score: number;
  /** The label cut where the query was found: every second piece is a hit. */
  readonly pieces: readonly string[];
}

/** Every word of the query must occur; at the start of a word counts more. Null: no match. */
export function matchWords(query: string, label: string): Match | null {
  const text = label.toLowerCase();
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const spans: [number, number][] = [];
  let score = 0;
  for (const word of words) {
    const at = text.indexOf(word);
    if (at < 0) return null;
    const starts = at === 0 || /[^a-z0-9]/.test(text[at - 1] ?? '');
    score += (starts ? 2 : 1) + (at === 0 ? 1 : 0);
    spans.push([at, at + word.length]);
  }
  return { score, pieces: cut(label, spans) };
}

function cut(label: string, spans: [number, number][]): readonly string[] {
  const pieces: string[] = [];
  let at = 0;
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    if (to <= at) continue;
    const start = Math.max(from, at);
    pieces.push(label.slice(at, start), label.slice(start, to));
    at = to;
  }
  return [...pieces, label.slice(at)];
}

/**
 * A topic cut where the letters of a text were found in it: as a whole where it occurs so, the last time
 * before others; else each letter as far to the end as it may be. Every second piece is a hit.
 */
export function spreadPieces(text: string, topic: string): readonly string[] {
  const wanted = text.replace(/\s+/g, '').toLowerCase();
  const lower = topic.toLowerCase();
  // Some letters are longer in lower case: then places in one are not those in the other.
  if (wanted === '' || lower.length !== topic.length) return [topic];
  const whole = lower.lastIndexOf(wanted);
  if (whole >= 0) return cut(topic, [[whole, whole + wanted.length]]);
  const spans: [number, number][] = [];
  let next = lower.length;
  for (let at = wanted.length - 1; at >= 0; at--) {
    next = next === 0 ? -1 : lower.lastIndexOf(wanted.charAt(at), next - 1);
    if (next < 0) return [topic];
    const last = spans[0];
    if (last?.[0] === next + 1) last[0] = next;
    else spans.unshift([next, next + 1]);
  }
  return cut(topic, spans);
}
