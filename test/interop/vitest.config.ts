import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Outside of `npm test`: it needs brokers that not everybody has. `npm run test:brokers` starts it. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/interop/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 90_000,
  },
});
