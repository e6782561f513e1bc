/** What finding a value asks of those of a decoded payload, which come parents before their children. */
interface PlacedValue {
  readonly shape: string;
  readonly key: string | null;
  /** Directly in it; and in all of it, so that the next value beside it is so many further on. */
  readonly children: number;
  readonly descendants: number;
}

/**
 * The index of the value at a path of a decoded payload, -1 where there is none. Of a name that occurs twice the
 * last one counts, as it does in JSON (`query/match/json-find.ts`). Of a payload that is known in part, what is
 * known counts.
 */
export function valueAt(nodes: readonly PlacedValue[], path: readonly (string | number)[]): number {
  let at = nodes.length > 0 ? 0 : -1;
  for (const step of path) {
    if (at < 0) return -1;
    at = memberAt(nodes, at, step);
  }
  return at;
}

function memberAt(nodes: readonly PlacedValue[], parent: number, step: string | number): number {
  const node = nodes[parent];
  const isIndex = node?.shape === 'list' && typeof step === 'number';
  let found = -1;
  let at = parent + 1;
  for (let child = 0; child < (node?.children ?? 0); child++) {
    const one = nodes[at];
    if (one === undefined) return found;
    if (isIndex ? child === step : one.key === String(step)) {
      found = at;
      if (isIndex) return found;
    }
    at += one.descendants + 1;
  }
  return found;
}
