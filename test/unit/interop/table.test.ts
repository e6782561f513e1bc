import { describe, expect, test } from 'vitest';
import type { BrokerResult, CheckResult } from '../../interop/results.ts';
import { checkTable, closingLine, report, withMeasured } from '../../interop/table.ts';

const check = (name: string, result: CheckResult['result'], detail = ''): CheckResult => ({
  check: name,
  result,
  detail,
  ms: 1,
});

const broker = (name: string, more: Partial<BrokerResult> = {}): BrokerResult => ({
  id: name.toLowerCase(),
  name,
  source: 'somewhere',
  version: '1.2',
  skipped: null,
  habits: [],
  checks: [],
  ...more,
});

const ONE = broker('One', {
  habits: [{ name: '$SYS', seen: 'none' }],
  checks: [check('It connects', 'pass'), check('It clears', 'fail', 'expected *2*\n  to be | 3')],
});
const TWO = broker('Two', {
  checks: [check('It connects', 'pass'), check('It clears', 'skipped', 'nothing to clear')],
});
const GONE = broker('Gone', { version: null, skipped: 'not installed; cargo builds it' });

test('The table has a row a check and a column a broker, of even width, with what passed below.', () => {
  const lines = checkTable([ONE, TWO]).split('\n');
  expect(lines.map((line) => line.split('|').map((cell) => cell.trim()))).toEqual([
    ['', 'Check', 'One', 'Two', ''],
    ['', '-----------', '---------', '------', ''],
    ['', 'It connects', 'pass', 'pass', ''],
    ['', 'It clears', '**fails**', '–', ''],
    ['', 'Passed', '1 of 2', '1 of 1', ''],
  ]);
  expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
});

test('A check that one broker did not get to says so instead of looking passed.', () => {
  const short = broker('Short', { checks: [check('It connects', 'pass')] });
  expect(checkTable([ONE, short])).toMatch(/It clears +\| \*\*fails\*\* +\| not run/);
});

describe('The report', () => {
  const text = report([ONE, TWO, GONE], '2026-11-28');

  test('names what ran with its version and date, and what did not with the reason.', () => {
    expect(text).toContain('Measured 2026-11-28: One 1.2, Two 1.2.');
    expect(text).toContain('Gone was skipped: not installed; cargo builds it.');
    expect(text).not.toContain('| Gone');
  });

  test('says why a check failed, in one line that Markdown leaves alone.', () => {
    expect(text).toContain(String.raw`- One: “It clears”: expected \*2\* to be \| 3`);
  });

  test('lists what was left out by reason, and the habits of each broker.', () => {
    expect(text).toContain('- “It clears”: nothing to clear (Two)');
    expect(text).toContain('### Habits of One 1.2\n\nFrom somewhere.\n\n- $SYS: none');
    expect(text).not.toContain('Habits of Two');
  });

  test('of no broker at all says that, without an empty table.', () => {
    expect(report([GONE], '2026-11-28')).toBe(
      'Measured 2026-11-28: no broker.\n\nGone was skipped: not installed; cargo builds it.\n',
    );
  });

  test('cuts a failure that fills a screen.', () => {
    const long = broker('Long', { checks: [check('a', 'fail', 'x'.repeat(5_000))] });
    expect(
      Math.max(
        ...report([long], '')
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThan(400);
  });
});

test('The closing line counts brokers that were not there as skipped.', () => {
  expect(closingLine([ONE, TWO, GONE])).toBe('2 passed, 1 failed, 2 skipped');
});

test('What was measured replaces only what stands between its marks; without marks nothing is written.', () => {
  const document = 'a\n<!-- measured: begin -->\nold\n<!-- measured: end -->\nb\n';
  const written = withMeasured(document, 'new\n');
  expect(written).toBe('a\n<!-- measured: begin -->\n\nnew\n\n<!-- measured: end -->\nb\n');
  expect(withMeasured(written, 'new\n')).toBe(written);
  expect(() => withMeasured('a', 'new')).toThrow('no place');
  expect(() => withMeasured('<!-- measured: end --><!-- measured: begin -->', 'new')).toThrow('no place');
});
