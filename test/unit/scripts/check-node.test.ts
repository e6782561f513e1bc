import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { AS_STARTED } from '../../../bench/lib/process.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const checkNode = join(root, 'scripts', 'check-node.mjs');
const dir = mkdtempSync(join(tmpdir(), 'topicscope-check-node-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const script = join(dir, 'says.mjs');
writeFileSync(
  script,
  'console.log(JSON.stringify([process.versions.node, process.argv.slice(2), process.execArgv]));',
);
/** The first Node that reads it says that it is an old one. */
const old = join(dir, 'old.mjs');
writeFileSync(
  old,
  `if (process.env.IS_OLD === '1') {
    process.env.IS_OLD = '';
    Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } });
  }`,
);

function run(isOld: boolean): [version: string, args: string[], options: string[]] {
  const options = [...AS_STARTED, '--import', pathToFileURL(old).href];
  const env = { ...process.env, NODE_OPTIONS: '', IS_OLD: isOld ? '1' : '' };
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [...options, checkNode, script, 'first', '--second'],
    {
      env,
      encoding: 'utf8',
    },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout) as [string, string[], string[]];
}

describe('what runs the scripts', () => {
  it('runs one in this Node where that is new enough, and in the pinned one else, each with the options given', () => {
    for (const isOld of [false, true]) {
      const [version, args, options] = run(isOld);
      expect(version).toBe(process.versions.node);
      expect(args).toEqual(['first', '--second']);
      expect(options).toEqual(expect.arrayContaining([...AS_STARTED]));
    }
  });

  it('starts the program with the helper threads that the bench measures it with', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(scripts['start']).toBe(
      ['exec node', ...AS_STARTED, 'scripts/check-node.mjs scripts/start.ts'].join(' '),
    );
  });
});
