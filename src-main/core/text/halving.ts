/** The last place of which something is so that is so of all before it, found by halving; -1 if of none. */
export function lastWhere(count: number, isSo: (at: number) => boolean): number {
  let low = -1;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isSo(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
