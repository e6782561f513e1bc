import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { tooOldNode } from '../../../src-main/server/needed-node.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

test('A Node that is too old is named with the one that is needed, any other is not', () => {
  for (const version of ['18.20.4', '20.20.2', '22.0.0', '22.17.9', '22'])
    expect(tooOldNode(version)).toMatch(`needs Node 22.18 or newer; this is ${version}.`);
  for (const version of ['22.18.0', '22.23.2', '23.0.0', '24.1.0', '100.0.0', process.versions.node])
    expect(tooOldNode(version)).toBeNull();
});

test('It is the same Node that the scripts ask for', () => {
  const needed = /needs Node [\d.]+ or newer/.exec(tooOldNode('20.0.0') ?? '')?.[0] ?? '';
  expect(readFileSync(at('scripts/check-node.mjs'), 'utf8')).toContain(needed);
});

test('The program ends with one line in a Node that is too old, before anything else of it runs', () => {
  const old = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.1.0'}})`;
  const args = ['--import', old, at('src-main/server/index.ts'), '--help'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(stderr).toBe(`topicscope: ${tooOldNode('20.1.0') ?? ''}\n`);
  expect(status).toBe(1);
});

test('The entry names nothing of a module that an old Node does not have', () => {
  // A missing name is an error of the loader's, before the first line runs.
  const text = readFileSync(at('src-main/server/index.ts'), 'utf8');
  expect(text).not.toMatch(/import \{[^}]*\} from 'node:module'/);
});
