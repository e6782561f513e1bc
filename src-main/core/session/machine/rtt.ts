/** Round trips kept for the statistics and the chart. */
const KEPT = 120;

export interface RttSummary {
  readonly lastRttMs: number | null;
  readonly medianRttMs: number | null;
  readonly p99RttMs: number | null;
  readonly worstRttMs: number | null;
  /** Oldest first; null: unanswered. */
  readonly recent: { at: number; rttMs: number | null }[];
}

/** The last 120 pings of a connection, over its reconnects. */
export class RttHistory {
  readonly #recent: { at: number; rttMs: number | null }[] = [];
  #worst: number | null = null;
  pings = 0;
  unanswered = 0;

  add(at: number, rttMs: number | null): void {
    this.pings++;
    if (rttMs === null) this.unanswered++;
    else this.#worst = Math.max(this.#worst ?? 0, rttMs);
    this.#recent.push({ at, rttMs });
    if (this.#recent.length > KEPT) this.#recent.shift();
  }

  summary(): RttSummary {
    const times = this.#recent.flatMap((one) => (one.rttMs === null ? [] : [one.rttMs]));
    const last = times.at(-1) ?? null;
    times.sort((a, b) => a - b);
    return {
      lastRttMs: last,
      medianRttMs: quantile(times, 0.5),
      p99RttMs: quantile(times, 0.99),
      worstRttMs: this.#worst,
      recent: [...this.#recent],
    };
  }
}

function quantile(sorted: readonly number[], q: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? null;
}
