import { classes } from '../../../ui/base/classes.ts';
import { formatClock } from '../../../ui/base/format.ts';

/**
 * A pin, named exactly "Retained": the topic's message is stored by the broker. It is filled, and an
 * outline where it was so at `asOf` (ms since the epoch) and may have changed since.
 */
export function PinMark({ asOf }: { readonly asOf: number | null }) {
  return (
    <svg
      className={classes('tt-pin', asOf !== null && 'tt-pin-as-of')}
      viewBox="0 0 16 16"
      width="12"
      height="12"
      role="img"
      aria-label="Retained"
    >
      {asOf === null ? null : <title>{`As of ${formatClock(asOf)}, not seen again since`}</title>}
      <path className="tt-pin-body" d="M5.5 2.5h5M6.5 2.5v4L4.5 9.5h7l-2-3v-4z" />
      <path d="M8 9.5v4" />
    </svg>
  );
}
