import { describe, expect, test } from 'vitest';
import { quietFor } from '../../../../src-main/core/retained/quiet.ts';
import { ScanEnd } from '../../../../src-main/core/retained/scan-end.ts';

const QUIET = quietFor(0);
const SETTLE = 2_000;

/** What a scan did, and when: `count` is how many topics have come by a time. */
function run(options: {
  count?: (now: number) => number;
  /** When each PINGREQ is answered, after it was sent; null: never. */
  fences?: readonly (number | null)[];
  until?: number;
}): string[] {
  const { count = () => 0, fences = [5], until = 700_000 } = options;
  const said: string[] = [];
  const end = new ScanEnd(0, 0);
  let now = 0;
  let asked = 0;
  let answerAt: { at: number; answered: boolean } | null = null;
  while (now < until) {
    if (answerAt !== null && now >= answerAt.at) {
      end.fenced(answerAt.answered, now);
      answerAt = null;
    }
    const step = end.look(now, count(now));
    if (step.kind === 'fence') {
      const ms = fences[Math.min(asked++, fences.length - 1)] ?? null;
      answerAt = { at: now + (ms ?? 15_000), answered: ms !== null };
    } else if (step.kind === 'ended') {
      said.push(`${step.complete ? 'complete' : 'unconfirmed'} ${now}`);
    } else if (step.kind === 'judge' || step.kind === 'over') {
      return [...said, `${step.kind} ${now}`];
    } else {
      now += answerAt === null ? Math.max(1, step.ms) : 1;
    }
  }
  return said;
}

describe('The end of a scan', () => {
  test('is quiet after the answer of the broker, and what did not come is judged some time later.', () => {
    expect(run({})).toEqual([`complete ${5 + QUIET}`, `judge ${5 + SETTLE}`]);
  });

  test('waits for stored messages that come after the PINGRESP.', () => {
    // 1,500 of them from 600 ms on, 100 each 50 ms.
    const count = (now: number): number => Math.min(1_500, Math.max(0, Math.floor((now - 600) / 50) * 100));
    const [first] = run({ count });
    expect(first).toMatch(/^complete /);
    const at = Number(first?.split(' ')[1]);
    expect(at).toBeGreaterThanOrEqual(1_350 + QUIET);
    expect(at).toBeLessThan(1_350 + QUIET + 200);
  });

  test('comes although the same retained topic keeps being published.', () => {
    // It came once; that it comes again does not count.
    expect(run({ count: (now) => (now > 0 ? 1 : 0) })[0]).toMatch(/^complete \d{3}$/);
  });

  test('comes without a claim where new topics come all the time, but too few for a scan.', () => {
    const [first, second] = run({ count: (now) => Math.floor(now / 200) });
    expect(first).toMatch(/^unconfirmed 1\d{4}$/);
    expect(second).toMatch(/^over /);
  });

  test('does not come while a broker sends what it stores, however long that takes.', () => {
    const count = (now: number): number => Math.min(100_000, Math.floor(now / 5) * 5);
    expect(run({ count })[0]).toMatch(/^complete 10\d{4}$/);
  });

  test('asks again where a PINGRESP was dropped, and gives up at last.', () => {
    const [first] = run({ fences: [null, null, 20] });
    expect(first).toMatch(/^complete 3\d{4}$/);
    expect(run({ fences: [null] })[0]).toMatch(/^unconfirmed /);
  });

  test('leaves open what did not come where new topics come after it.', () => {
    const said = run({ count: (now) => (now < 1_000 ? 0 : Math.floor(now / 900)) });
    expect(said[0]).toMatch(/^complete /);
    expect(said[1]).toMatch(/^over /);
  });
});
