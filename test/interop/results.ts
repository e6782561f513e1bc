import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export const CheckResult = z.object({
  check: z.string(),
  result: z.enum(['pass', 'fail', 'skipped']),
  /** Why it was skipped, what failed, or what was seen. */
  detail: z.string(),
  ms: z.number(),
});
export type CheckResult = z.infer<typeof CheckResult>;

/** All about one broker, or why there is nothing. */
export const BrokerResult = z.object({
  id: z.string(),
  name: z.string(),
  source: z.string(),
  version: z.string().nullable(),
  /** Why the broker was not run; null: it was. */
  skipped: z.string().nullable(),
  habits: z.array(z.object({ name: z.string(), seen: z.string() })),
  checks: z.array(CheckResult),
});
export type BrokerResult = z.infer<typeof BrokerResult>;

export function writeResult(folder: string, result: BrokerResult): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${result.id}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

/** What the brokers of this run left, in the order of the ids given. */
export function readResults(folder: string, ids: readonly string[]): BrokerResult[] {
  const files = new Set(readdirSync(folder));
  return ids
    .filter((id) => files.has(`${id}.json`))
    .map((id) => BrokerResult.parse(JSON.parse(readFileSync(join(folder, `${id}.json`), 'utf8'))));
}
