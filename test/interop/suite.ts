import { join, resolve } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { teardown } from '../support/teardown.ts';
import type { BrokerKind } from './brokers/kinds.ts';
import { startBroker, type RunningBroker } from './brokers/running.ts';
import { CHECKS } from './checks/all.ts';
import { Context, Skipped, type Check } from './checks/context.ts';
import { HABITS } from './habits/all.ts';
import { measureFacts, type Facts } from './habits/habit.ts';
import { Oracle } from './oracle.ts';
import { writeResult, type BrokerResult, type CheckResult } from './results.ts';

/** Where brokers are installed and results go; `npm run test:brokers` says it. */
export const CACHE = resolve(process.env['TOPICSCOPE_BROKERS'] ?? 'out/brokers');
export const RESULTS = join(CACHE, 'results');

/** Words of a check's name to run only those. */
const ONLY = process.env['TOPICSCOPE_BROKER_CHECKS'] ?? '';
const WANTED = CHECKS.filter(({ name }) => name.toLowerCase().includes(ONLY.toLowerCase()));

/** The specs of one broker: all checks, or the reason why there is none. */
export async function brokerSuite(kind: BrokerKind): Promise<void> {
  const found = await kind.find(CACHE);
  const result: BrokerResult = {
    id: kind.id,
    name: kind.name,
    source: kind.source,
    version: found.kind === 'found' ? found.version : null,
    skipped: found.kind === 'missing' ? found.why : null,
    habits: [],
    checks: [],
  };
  describe(kind.name, () => {
    afterAll(async () => {
      await teardown();
      writeResult(RESULTS, result);
    });
    let broker: RunningBroker;
    let oracle: Oracle;
    let facts: Facts;
    beforeAll(async () => {
      if (found.kind === 'missing') return;
      broker = await startBroker(kind, found.program);
      oracle = new Oracle(broker);
      facts = await measureFacts(oracle);
    }, 240_000);
    for (const [index, check] of WANTED.entries()) {
      test(`${check.name}.`, async ({ skip }) => {
        skip(found.kind === 'missing', result.skipped ?? '');
        const context = new Context(broker, oracle, facts, `interop/${index}/`);
        const done = await carryOut(check, context);
        result.checks.push(done);
        if (done.result === 'skipped') skip(done.detail);
        expect(done.result === 'fail' ? done.detail : null).toBeNull();
      });
    }
    test('Its habits are measured.', async ({ skip }) => {
      skip(found.kind === 'missing', result.skipped ?? '');
      skip(ONLY !== '', 'only some checks were asked for');
      // Of their own broker: what the checks left behind would show in them.
      await broker.forget();
      oracle.restarted();
      // Right after its start Moquette may end a first client over its SUBSCRIBE.
      await measureFacts(oracle);
      for (const { name, measure } of HABITS) {
        const seen = await measure(oracle, facts).catch((failure: unknown) => {
          oracle.restarted();
          return `not measured: ${String(failure)}`;
        });
        result.habits.push({ name, seen });
      }
      expect(result.habits.filter(({ seen }) => seen.startsWith('not measured'))).toEqual([]);
    }, 240_000);
  });
}

async function carryOut(check: Check, context: Context): Promise<CheckResult> {
  const began = performance.now();
  const done = (result: CheckResult['result'], detail: string): CheckResult => ({
    check: check.name,
    result,
    detail,
    ms: Math.round(performance.now() - began),
  });
  try {
    await check.run(context);
    return done('pass', context.notes);
  } catch (failure) {
    if (failure instanceof Skipped) return done('skipped', failure.message);
    // The connection for publishing may be what failed.
    context.oracle.restarted();
    const why = failure instanceof Error ? failure.message : String(failure);
    return done('fail', [why, context.notes].filter((one) => one !== '').join('\n'));
  } finally {
    await context.close();
  }
}
