export interface Match {
  /** Higher is better. */
  readonly score: number;
  /** The label cut where the query was found: every second piece is a hit. */
  readonly pieces: readonly string[];
}

/** What letters that are left out take from a match, so that a whole word is worth more than any of them. */
const SPREAD = 0.5;

/**
 * Every word of the query must occur, in any order; at the start of a word counts more. Letters may be left
 * out of a word that does not occur as it is: “exlev” finds “Expand to level”. Null: no match.
 */
export function matchWords(query: string, label: string): Match | null {
  const text = label.toLowerCase();
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const spans: Span[] = [];
  let score = 0;
  for (const word of words) {
    const at = text.indexOf(word);
    const found = at < 0 ? spread(word, text) : [{ from: at, to: at + word.length }];
    const first = found?.[0];
    if (found === null || first === undefined) return null;
    if (at < 0) score += SPREAD / found.length;
    else score += (startsWord(text, at) ? 2 : 1) + (at === 0 ? 1 : 0);
    spans.push(...found);
  }
  // Some letters are longer in lower case: then places in one are not those in the other.
  return { score, pieces: text.length === label.length ? cut(label, spans) : [label] };
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Where the letters of a word lie in a text, as near to each other as they can; null where they do not. In
 * each word of the text that has some of them, its first letter is the first: anything else is chance.
 */
function spread(word: string, text: string): readonly Span[] | null {
  if (word.length > text.length) return null;
  const begins = Array.from({ length: text.length }, (_, at) => startsWord(text, at));
  const dead = new Set<number>();
  const places: number[] = [];
  const place = (n: number): boolean => {
    if (n === word.length) return true;
    const before = places[n - 1] ?? -1;
    const state = n * (text.length + 1) + before + 1;
    if (dead.has(state)) return false;
    let sameWord = before >= 0;
    for (let at = before + 1; at < text.length; at++) {
      const starts = begins[at] === true;
      sameWord &&= !starts || at === before + 1;
      if (text[at] !== word[n] || !(sameWord || starts)) continue;
      places[n] = at;
      if (place(n + 1)) return true;
    }
    dead.add(state);
    return false;
  };
  if (!place(0)) return null;
  const spans: { from: number; to: number }[] = [];
  for (const at of places) {
    const last = spans.at(-1);
    if (last?.to === at) last.to++;
    else spans.push({ from: at, to: at + 1 });
  }
  return spans;
}

/** Behind anything but a letter or a digit. */
function startsWord(text: string, at: number): boolean {
  return at === 0 || /[^\p{L}\p{N}]/u.test(text[at - 1] ?? '');
}

function cut(label: string, spans: readonly Span[]): readonly string[] {
  const pieces: string[] = [];
  let at = 0;
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
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
  if (whole >= 0) return cut(topic, [{ from: whole, to: whole + wanted.length }]);
  const spans: { from: number; to: number }[] = [];
  let next = lower.length;
  for (let at = wanted.length - 1; at >= 0; at--) {
    next = next === 0 ? -1 : lower.lastIndexOf(wanted.charAt(at), next - 1);
    if (next < 0) return [topic];
    const last = spans[0];
    if (last?.from === next + 1) last.from = next;
    else spans.unshift({ from: next, to: next + 1 });
  }
  return cut(topic, spans);
}
