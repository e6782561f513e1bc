import { formatClock } from '../../../ui/base/format.ts';
import { Button } from '../../../ui/controls/button.tsx';

interface RangeGroupProps {
  /** Shares of the time of the chart. */
  readonly range: readonly [number, number];
  /** Of the chart, ms since the epoch. */
  readonly start: number;
  readonly end: number;
  readonly onChange: (range: readonly [number, number]) => void;
}

const STEPS = 1_000;
/** The least that can be looked at, as a share. */
const LEAST = 0.005;

/** The part between two shares, within the whole, and never so small that there is nothing to look at. */
export function partBetween(one: number, other: number): readonly [number, number] {
  const from = Math.max(0, Math.min(one, other, 1 - LEAST));
  return [from, Math.min(1, Math.max(one, other, from + LEAST))];
}

/** `group` "Range": from when to when the chart is looked at. */
export function RangeGroup({ range, start, end, onChange }: RangeGroupProps) {
  const [from, to] = range;
  const clock = (share: number) => formatClock(start + share * (end - start));
  const slider = (label: string, value: number, change: (share: number) => void) => (
    <input
      type="range"
      aria-label={label}
      aria-valuetext={clock(value)}
      min={0}
      max={STEPS}
      value={Math.round(value * STEPS)}
      onChange={({ target }) => change(Number(target.value) / STEPS)}
    />
  );
  return (
    <div role="group" aria-label="Range" className="insp-chart-range">
      <span>{clock(from)}</span>
      {slider('Range start', from, (share) => onChange([Math.min(share, to - LEAST), to]))}
      {slider('Range end', to, (share) => onChange([from, Math.max(share, from + LEAST)]))}
      <span>{to === 1 ? 'now' : clock(to)}</span>
      <Button variant="quiet" disabled={from === 0 && to === 1} onClick={() => onChange([0, 1])}>
        All
      </Button>
    </div>
  );
}
