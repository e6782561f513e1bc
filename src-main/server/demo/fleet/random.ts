/** Uniform in [0, 1), the same sequence for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A seed of its own for each name, so that one device more does not change the others (FNV-1a). */
export function seedFor(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

export interface SignalShape {
  readonly mean: number;
  /** Of the slow swing around the mean. */
  readonly swing: number;
  readonly periodMs: number;
  /** Of the noise on top, which forgets itself within a few samples. */
  readonly noise: number;
}

/** A measured quantity: a slow swing and noise that wanders instead of jumping. */
export function signal(
  { mean, swing, periodMs, noise }: SignalShape,
  random: () => number,
): (now: number) => number {
  const phase = random() * 2 * Math.PI;
  let drift = 0;
  return (now) => {
    drift = 0.85 * drift + noise * (random() + random() - 1);
    return mean + swing * Math.sin((2 * Math.PI * now) / periodMs + phase) + drift;
  };
}
