import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, the longest first: begun late, one of these would run alone at the end. */
const LONGEST = [
  'ui/connections/profiles',
  'ui/connections/vault',
  'ui/security/foreign-text',
  'ui/workspace/shell',
  'ui/desktop/desktop',
  'ui/workspace/doctor',
  'ui/desktop/desktop-bites',
  'ui/desktop/smoke',
  'ui/connections/certificates',
  'ui/connections/transfer',
  'broker/messages/retained-command',
  'broker/messages/clear-many',
  'broker/messages/retained',
  'broker/engine/changed-profile',
  'broker/session/verdicts',
  'broker/engine/engine',
  'broker/session/outages',
  'broker/security/refused-fields',
  'broker/engine/worker',
  'broker/engine/ten-connections',
].map((name) => `/test/${name}.test.ts`);

/** Within each project those of the list first; the others by size, as Vitest does it. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    const placeOf = ({ project, moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(name));
      return projects.indexOf(project) * 1_000 + (at < 0 ? LONGEST.length : at);
    };
    return sorted.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}

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
    sequence: { sequencer: LongestFirst },
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
      suite('parts', {
        include: ['test/unit/**/*.test.tsx'],
        isolate: false,
        setupFiles: ['test/support/window/settled-imports.ts'],
      }),
      suite('contract', { isolate: false }),
      suite('broker', { testTimeout: 90_000, hookTimeout: 90_000 }),
      suite('ui', { testTimeout: 120_000, hookTimeout: 120_000 }),
    ],
  },
});
