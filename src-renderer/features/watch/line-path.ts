/** The line beside a watched value, px. */
export const LINE_WIDTH = 40;
export const LINE_HEIGHT = 16;
/** Room for the stroke, px. */
const EDGE = 1;

/** An SVG path through numbers, the newest at the right; empty for fewer than two. */
export function linePath(numbers: readonly number[]): string {
  const finite = numbers.filter(Number.isFinite);
  if (finite.length < 2) return '';
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const scale = high === low ? 0 : (LINE_HEIGHT - 2 * EDGE) / (high - low);
  const step = (LINE_WIDTH - 2 * EDGE) / (finite.length - 1);
  return finite
    .map((number, at) => {
      const y = scale === 0 ? LINE_HEIGHT / 2 : LINE_HEIGHT - EDGE - (number - low) * scale;
      return `${at === 0 ? 'M' : 'L'}${(EDGE + at * step).toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}
