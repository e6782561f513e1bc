import type { BrokerResult, CheckResult } from './results.ts';

const CELL = { pass: 'pass', fail: '**fails**', skipped: '–' } as const;

/** All that was measured as Markdown: a table, what failed and why, what was left out, habits. */
export function report(results: readonly BrokerResult[], date: string): string {
  const run = results.filter(({ skipped }) => skipped === null);
  const parts = [
    `Measured ${date}: ${run.map(({ name, version }) => `${name} ${version}`).join(', ') || 'no broker'}.`,
    ...results
      .filter(({ skipped }) => skipped !== null)
      .map(({ name, skipped }) => `${name} was skipped: ${skipped}.`),
    checkTable(run),
    section('What fails', findings(run)),
    section('What was left out', leftOut(run)),
    ...run.map(habitsOf),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Checks down, brokers across. */
export function checkTable(results: readonly BrokerResult[]): string {
  if (results.length === 0) return '';
  const checks = [...new Set(results.flatMap((one) => one.checks.map(({ check }) => check)))];
  const rows = checks.map((check) => [
    check,
    ...results.map((one) => {
      const found = one.checks.find((each) => each.check === check);
      return found === undefined ? 'not run' : CELL[found.result];
    }),
  ]);
  const totals = results.map(({ checks: all }) => `${countOf(all, 'pass')} of ${ran(all)}`);
  return table([['Check', ...results.map(({ name }) => name)], ...rows, ['Passed', ...totals]]);
}

/** One line that other programs look for: `12 passed, 1 failed, 3 skipped`. */
export function closingLine(results: readonly BrokerResult[]): string {
  const checks = results.flatMap((one) => one.checks);
  const unrun = results.filter(({ skipped }) => skipped !== null).length;
  const skipped = countOf(checks, 'skipped') + unrun;
  return `${countOf(checks, 'pass')} passed, ${countOf(checks, 'fail')} failed, ${skipped} skipped`;
}

function findings(results: readonly BrokerResult[]): string[] {
  return results.flatMap(({ name, checks }) =>
    checks
      .filter(({ result }) => result === 'fail')
      .map(({ check, detail }) => `- ${name}: “${check}”: ${inline(detail)}`),
  );
}

/** By check and reason, as several brokers share most of them. */
function leftOut(results: readonly BrokerResult[]): string[] {
  const brokers = new Map<string, string[]>();
  for (const { name, checks } of results) {
    for (const { check, detail } of checks.filter(({ result }) => result === 'skipped')) {
      const what = `“${check}”: ${inline(detail)}`;
      brokers.set(what, [...(brokers.get(what) ?? []), name]);
    }
  }
  return [...brokers].map(([what, names]) => `- ${what} (${names.join(', ')})`);
}

function habitsOf({ name, version, source, habits }: BrokerResult): string {
  if (habits.length === 0) return '';
  const seen = habits.map((habit) => `- ${habit.name}: ${inline(habit.seen)}`);
  return section(`Habits of ${name} ${version}`, [`From ${source}.`, '', ...seen]);
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `### ${title}\n\n${lines.join('\n')}`;
}

/** In columns of even width, as it is read in a terminal as well. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const [head = [], ...rest] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rest.map(line)].join('\n');
}

const LONGEST = 300;

/** One line, without what Markdown would take for its own. */
function inline(text: string): string {
  const line = text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/([*_`<>|[\]\\])/g, String.raw`\$1`)
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

const countOf = (checks: readonly CheckResult[], result: CheckResult['result']): number =>
  checks.filter((one) => one.result === result).length;

const ran = (checks: readonly CheckResult[]): number => checks.length - countOf(checks, 'skipped');

const BEGIN = '<!-- measured: begin -->';
const END = '<!-- measured: end -->';

/** A document with what stands between its marks replaced. Throws where the marks are missing. */
export function withMeasured(document: string, measured: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`The document has no place for what was measured: ${BEGIN}`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${measured}\n${document.slice(end)}`;
}
