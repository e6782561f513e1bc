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

/** Rates forget what was before with this time constant, so that they are calm and still follow. */
const SMOOTH_MS = 2_000;

/** Bytes a second in both directions, smoothed and in whole bytes: so silence comes to rest at 0. */
export class ByteRates {
  #in = 0;
  #out = 0;
  #last: { at: number; bytesIn: number; bytesOut: number } | null = null;

  get in(): number {
    return Math.floor(this.#in);
  }
  get out(): number {
    return Math.floor(this.#out);
  }

  /**
   * Called a few times a second, whether or not something came.
   *
   * @param at ms of a clock that only goes on
   */
  tick({ bytesIn, bytesOut }: Traffic, at: number): void {
    const last = this.#last;
    if (last !== null && at <= last.at) return;
    this.#last = { at, bytesIn, bytesOut };
    if (last === null) return;
    const passed = at - last.at;
    const weight = 1 - Math.exp(-passed / SMOOTH_MS);
    this.#in += weight * (((bytesIn - last.bytesIn) * 1_000) / passed - this.#in);
    this.#out += weight * (((bytesOut - last.bytesOut) * 1_000) / passed - this.#out);
  }
}
