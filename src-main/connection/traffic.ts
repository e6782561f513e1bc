import type { Tap } from './tap.ts';

/** What went over the wire, over all links of a connection. */
export interface Traffic {
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly packetsIn: number;
  readonly packetsOut: number;
}

type Counted = Pick<Tap, 'bytesIn' | 'bytesOut' | 'packetsIn' | 'packetsOut'>;

export const NO_TRAFFIC: Traffic = { bytesIn: 0, bytesOut: 0, packetsIn: 0, packetsOut: 0 };

/** Before and on a link together. */
export function withLink(before: Traffic, tap: Counted | undefined): Traffic {
  if (!tap) return before;
  return {
    bytesIn: before.bytesIn + tap.bytesIn,
    bytesOut: before.bytesOut + tap.bytesOut,
    packetsIn: before.packetsIn + tap.packetsIn,
    packetsOut: before.packetsOut + tap.packetsOut,
  };
}
