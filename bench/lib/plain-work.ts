/** Arithmetic that allocates nothing and touches no memory. The answer is of no use, and keeps it from being left out. */
export function plainWork(rounds: number): number {
  let x = 1;
  for (let i = 0; i < rounds; i++) x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) + 1;
  return x;
}

/** How long a round takes where nothing comes between: the best of several looks, ms. */
export function plainRoundMs(): number {
  const ROUNDS = 1_000_000;
  let best = Number.POSITIVE_INFINITY;
  for (let look = 0; look < 20; look++) {
    const began = performance.now();
    plainWork(ROUNDS);
    best = Math.min(best, performance.now() - began);
  }
  return best / ROUNDS;
}
