import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, expect, test } from 'vitest';
import type { BrokerKind, Place } from '../../interop/brokers/kinds.ts';
import { startBroker } from '../../interop/brokers/running.ts';
import { accepts } from '../../support/net/ports.ts';
import { teardown } from '../../support/teardown.ts';

afterEach(teardown);

/** Listens on its port, notes its own id and that of a child it leaves behind, and what it found on its disk. */
const PROGRAM = `
const { createServer } = require('node:net');
const { spawn } = require('node:child_process');
const { existsSync, writeFileSync } = require('node:fs');
const [port, data, pids] = process.argv.slice(2);
const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
writeFileSync(pids, process.pid + ' ' + child.pid);
console.log(existsSync(data + '/kept') ? 'found what was kept' : 'starts empty');
writeFileSync(data + '/kept', '1');
createServer().listen(Number(port), '127.0.0.1', () => console.log('ready'));
`;

function kind(started: Place[], program = PROGRAM, fails = 0): BrokerKind {
  return {
    id: 'odd',
    name: 'Odd',
    source: 'this test',
    webSocketPath: null,
    find: async () => ({ kind: 'found', version: '1', program: process.execPath }),
    install: async () => undefined,
    launch: (node, place) => {
      started.push(place);
      const script = join(place.dir, 'broker.cjs');
      writeFileSync(
        script,
        started.length <= fails ? 'console.log("EADDRINUSE"); process.exit(1);' : program,
      );
      const args = [script, `${place.port}`, place.data, join(place.dir, 'pids')];
      return [{ program: node, args, ports: [place.port], ready: /ready/ }];
    },
  };
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const pidsOf = ({ dir }: Place): number[] => readFileSync(join(dir, 'pids'), 'utf8').split(' ').map(Number);

test('It forgets what was on its disk, keeps its ports, and at the end leaves no process and no folder.', async () => {
  const places: Place[] = [];
  const broker = await startBroker(kind(places), process.execPath);
  const place = places[0];
  if (place === undefined) throw new Error('It was not started.');
  const before = pidsOf(place);
  await broker.forget();
  expect(places.at(-1)).toEqual(place);
  expect(await accepts(broker.port)).toBe(true);
  expect(broker.log()).not.toContain('found what was kept');
  const after = pidsOf(place);
  expect(after).not.toEqual(before);
  await broker.close();
  await expect.poll(() => [...before, ...after].filter((pid) => alive(pid))).toEqual([]);
  expect(existsSync(place.dir)).toBe(false);
});

test('A port that somebody took is met with others; any other failure is reported with what the program said.', async () => {
  const places: Place[] = [];
  await startBroker(kind(places, PROGRAM, 1), process.execPath);
  expect(places).toHaveLength(2);
  expect(places[0]?.port).not.toBe(places[1]?.port);
  const broken = startBroker(kind([], 'console.log("no licence"); process.exit(3);'), process.execPath);
  await expect(broken).rejects.toThrow(/ended at once.*no licence/s);
});

test('A program that is not there is a failure and not a wait.', async () => {
  const none: BrokerKind = {
    ...kind([]),
    launch: (_, { port }) => [{ program: '/nowhere/broker', args: [], ports: [port] }],
  };
  await expect(startBroker(none, '')).rejects.toThrow('ENOENT');
});
