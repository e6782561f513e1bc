import { diffArrays } from 'diff';

/** A row of two texts side by side: the same line, one for the other, or a line of one alone. */
export interface LinesRow {
  readonly kind: 'same' | 'changed' | 'added' | 'removed';
  /** From 1; null where that text has no such line. */
  readonly beforeLine: number | null;
  readonly nowLine: number | null;
  readonly before: string | null;
  readonly now: string | null;
}

/** Finding the shortest way from one text to the other may take so long in a window, ms. */
const TIME_MS = 150;

/**
 * The lines of two texts, with corresponding lines side by side.
 *
 * @param timeMs how long the shortest way from one to the other is looked for; then they differ as a whole
 */
export function compareLines(before: string, now: string, timeMs = TIME_MS): LinesRow[] {
  const [left, right] = [linesOf(before), linesOf(now)];
  const changes = diffArrays(left, right, { timeout: timeMs }) ?? [
    { value: left, removed: true, added: false },
    { value: right, removed: false, added: true },
  ];
  const rows: LinesRow[] = [];
  let removed: readonly string[] = [];
  let [beforeLine, nowLine] = [1, 1];
  const give = (old: readonly string[], fresh: readonly string[]) => {
    for (let at = 0; at < Math.max(old.length, fresh.length); at++) {
      const [was, is] = [old[at] ?? null, fresh[at] ?? null];
      rows.push({
        kind: was === null ? 'added' : is === null ? 'removed' : was === is ? 'same' : 'changed',
        beforeLine: was === null ? null : beforeLine++,
        nowLine: is === null ? null : nowLine++,
        before: was,
        now: is,
      });
    }
  };
  // What was taken out and what was put in at one place come one after the other, in either order.
  let added: readonly string[] = [];
  const flush = () => {
    give(removed, added);
    [removed, added] = [[], []];
  };
  for (const change of changes) {
    if (change.removed) removed = [...removed, ...change.value];
    else if (change.added) added = [...added, ...change.value];
    else {
      flush();
      give(change.value, change.value);
    }
  }
  flush();
  return rows;
}

/** A text has no line after its last line break. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
