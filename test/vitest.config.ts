import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const suite = (name: string, extra: object = {}) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.{ts,tsx}`], ...extra },
  // Results of the last run would decide on the order of this one.
  cache: false,
});

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    // Results of the last run would decide on the order of this one.
    cache: false,
    // Two cores: more workers only make the timing of brokers and browsers worse.
    maxWorkers: 2,
    // Generous: a shared machine may be several times slower, and a test that hangs is rare.
    testTimeout: 60_000,
    // A poll ends as soon as it holds; a busy machine must not make it fail before that.
    expect: { poll: { timeout: 25_000 } },
    projects: [
      // Modules are loaded once a worker, not once a file: two thirds of the time of these suites.
      suite('unit', {
        include: ['test/unit/**/*.test.ts', 'test/architecture.test.ts'],
        isolate: false,
      }),
      suite('parts', { include: ['test/unit/**/*.test.tsx'], isolate: false }),
      suite('contract', { isolate: false }),
      suite('broker', { testTimeout: 90_000, hookTimeout: 90_000 }),
      suite('ui', { testTimeout: 120_000, hookTimeout: 120_000 }),
    ],
  },
});
