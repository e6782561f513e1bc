import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CommandResult } from '../../../../src-main/server/retained/results.ts';
import { resultLine } from '../../../../src-main/server/retained/run.ts';
import { hostEntry } from '../../../support/built.ts';
import {
  refuseConnect,
  refuseSubscribe,
  startFakeBroker,
  type FakeBroker,
  type Hooks,
} from '../../../support/brokers/fake-broker.ts';
import { RecordWriter } from '../../../../src-main/engine/retained/record-writer.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

const ENTRY = hostEntry();

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'topicscope-command-'));
  onTeardown(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
});
afterEach(teardown);

/** The command as a process without a terminal. */
function command(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [ENTRY, 'retained', ...args, '--data-dir', join(root, 'data')], {
    env: { ...process.env, XDG_CACHE_HOME: join(root, 'cache'), NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTeardown(() => void child.kill('SIGKILL'));
  let [out, said] = ['', ''];
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, ended: ended.then((code) => ({ code, out, said })) };
}

const urlOf = ({ port }: FakeBroker, login = ''): string => `mqtt://${login}127.0.0.1:${port}`;
const HOSTILE = 'plant/\u001b[31mred\u202e';

async function brokerWith(topics: readonly string[], hooks: Hooks = {}): Promise<FakeBroker> {
  const started = await startFakeBroker({ hooks });
  for (const topic of topics)
    started.broker.publish({ topic, payload: Buffer.from(`of ${topic.length}`), qos: 1, retain: true });
  return started;
}

test.each<[string, CommandResult, string, string]>([
  [
    'what is known',
    { key: 'plant/a', bytes: 4, qos: 1, outcome: 'retained' },
    'retained\t4\t1\tplant/a\n',
    '{"topic":"plant/a","bytes":4,"qos":1,"outcome":"retained"}\n',
  ],
  [
    'what is not known, and why',
    { key: 'a', bytes: 0, qos: null, outcome: 'unknown', reason: 'no\nanswer\u001b[2J' },
    'unknown\t0\t-\ta\tno\\u{a}answer\\u{1b}[2J\n',
    '{"topic":"a","bytes":0,"qos":null,"outcome":"unknown","reason":"no\\nanswer\\u001b[2J"}\n',
  ],
  [
    'a name that would act on a terminal',
    { key: HOSTILE, bytes: 1, qos: 0, outcome: 'retained' },
    'retained\t1\t0\tplant/\\u{1b}[31mred\\u{202e}\n',
    `{"topic":"plant/\\u001b[31mred\\u202e","bytes":1,"qos":0,"outcome":"retained"}\n`,
  ],
])('%s is one line of text, or of JSON.', (_, result, plain, json) => {
  expect(resultLine(result, false)).toBe(plain);
  expect(resultLine(result, true)).toBe(json);
  const { outcome } = JSON.parse(json) as CommandResult;
  expect(outcome).toBe(result.outcome);
});

test.each([
  [12, '"missing":12'],
  [null, '"missing":null'],
])(
  'Of a list that may be incomplete, programs read how many the broker counts beside it (%s).',
  (missing, part) => {
    const reason = 'Some may be missing.';
    const one = { key: 'plant/#', bytes: 0, qos: null, outcome: 'incomplete', reason, missing };
    expect(resultLine(one, true)).toBe(
      `{"topic":"plant/#","bytes":0,"qos":null,"outcome":"incomplete","reason":"${reason}",${part}}\n`,
    );
  },
);

test('What stops a command is reported in one line, with the exit code that is promised for it.', async () => {
  const refusing = await brokerWith([], { connect: refuseConnect(135) });
  const cases: readonly (readonly [args: readonly string[], code: number, said: RegExp])[] = [
    [['list', '--url', 'http://x'], 2, /The url is not valid/],
    [['list', '--url', urlOf(refusing, 'ann:hunter2@')], 3, /username, password or client ID/],
  ];
  const ends = await Promise.all(cases.map(([args]) => command(args).ended));
  for (const [i, { code, out, said }] of ends.entries()) {
    const [args, wanted, words] = cases[i] ?? [[], -1, /^$/];
    expect([code, out], args.join(' ')).toEqual([wanted, '']);
    expect(said).toMatch(words);
    expect(said).toMatch(/^topicscope: [^\n]+\n$/);
    expect(said).not.toContain('hunter2');
  }
});

test('A broker that refuses “#” is no reason not to put a snapshot back.', async () => {
  const broker = await brokerWith([], { subscribe: refuseSubscribe(135, (filter) => filter === '#') });
  const file = join(root, 'set.jsonl');
  const head = { kind: 'snapshot', at: 1, title: '#', broker: 'b', profile: 'p' } as const;
  const writer = await RecordWriter.create(file, head, 'keep');
  const kept = { qos: 1 as const, payload: Buffer.from('1'), properties: new Uint8Array(0), at: Date.now() };
  await writer.keep([{ key: 'plant/a', ...kept }]);
  await writer.finish();
  const { code, said } = await command(['restore', '--url', urlOf(broker), '--file', file]).ended;
  expect([code, said]).toEqual([0, expect.stringContaining('1 of 1 message restored.')]);
  expect(String(broker.broker.retained.get('plant/a')?.payload)).toBe('1');
});

test.skipIf(process.platform === 'win32')(
  'A terminal that is closed ends it with DISCONNECT, as an interrupt does.',
  async () => {
    const silent = await brokerWith([], { subscribe: () => 'ignore' });
    const asked = silent.once('subscribe');
    const listing = command(['list', '--url', urlOf(silent)]);
    await asked;
    const left = silent.once('disconnect');
    listing.child.kill('SIGHUP');
    expect((await listing.ended).code).toBe(1);
    await left;
  },
);

test('Without a terminal and without --yes nothing is cleared, and an interrupt ends with 1.', async () => {
  const broker = await brokerWith(['plant/a', HOSTILE, 'other']);
  const silent = await brokerWith([], { subscribe: () => 'ignore' });
  const asked = silent.once('subscribe');
  const interrupted = command(['list', '--url', urlOf(silent)]);
  const clearing = command(['clear', '--filter', 'plant/#'], { TOPICSCOPE_URL: urlOf(broker) });
  await asked;
  const left = silent.once('disconnect');
  interrupted.child.kill('SIGINT');
  expect((await interrupted.ended).code).toBe(1);
  await left;
  const cleared = await clearing.ended;
  expect([cleared.code, cleared.out]).toEqual([4, '']);
  expect(cleared.said).toContain('2 retained messages would be cleared. Nothing was');
  expect([...broker.broker.retained.matching('#', 0)]).toHaveLength(3);
});
