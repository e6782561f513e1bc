import { readdirSync, readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { expect, test } from 'vitest';
import { BROKERS } from '../../interop/brokers/all.ts';
import { CHECKS } from '../../interop/checks/all.ts';
import { parseWanted, USAGE } from '../../interop/run.ts';

test('Without words every broker runs, and nothing is installed.', () => {
  expect(parseWanted([])).toMatchObject({ kinds: BROKERS, install: false, docs: false, check: '' });
});

test('Brokers are chosen by id and keep the order of the table; the cache becomes a full path.', () => {
  const wanted = parseWanted(['nats', 'mosquitto', '--install', '--cache', 'here', '--check', 'shared']);
  if (typeof wanted === 'string') throw new Error(wanted);
  expect(wanted.kinds.map(({ id }) => id)).toEqual(['mosquitto', 'nats']);
  expect(wanted).toMatchObject({ install: true, check: 'shared' });
  expect(isAbsolute(wanted.cache)).toBe(true);
});

test('A wrong word is answered with what is wrong and with the usage.', () => {
  expect(parseWanted(['natz'])).toContain('no broker “natz”');
  expect(parseWanted(['--instal'])).toContain('--instal');
  expect(parseWanted(['natz'])).toContain(USAGE);
  expect(parseWanted(['--help'])).toBe(USAGE);
});

test('Every broker has a test file of its own that runs it, and every check a name of its own.', () => {
  const folder = new URL('../../interop/suites/', import.meta.url);
  expect(readdirSync(folder).toSorted()).toEqual(BROKERS.map(({ id }) => `${id}.test.ts`).toSorted());
  for (const { id } of BROKERS) {
    expect(readFileSync(new URL(`${id}.test.ts`, folder), 'utf8')).toContain(`brokerSuite(${id})`);
  }
  expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length);
  expect(CHECKS.length).toBeGreaterThan(20);
});
