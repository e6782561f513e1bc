import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { ServerLimits } from '../../../../src-main/contract/model/model.ts';
import { packMessages } from '../../../../src-main/core/retained/packed-messages.ts';
import { indexFile } from '../../../../src-main/engine/retained/record-file.ts';
import { RecordWriter } from '../../../../src-main/engine/retained/record-writer.ts';
import type { BrokerSession } from '../../../../src-main/server/retained/broker-session.ts';
import { clear, list, save } from '../../../../src-main/server/retained/commands.ts';
import { diff } from '../../../../src-main/server/retained/diff.ts';
import { restore } from '../../../../src-main/server/retained/restore.ts';
import type { CommandPorts, CommandResult } from '../../../../src-main/server/retained/results.ts';
import type { RetainedRun } from '../../../../src-main/server/retained/options.ts';
import { ListedWorker } from '../../../support/retained/listed-worker.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

const message = (key: string) => ({
  key,
  payload: new TextEncoder().encode(`of ${key}`),
  qos: 1 as const,
  properties: new Uint8Array(0),
  at: 1_700_000_000_000,
});

const HEAD = { kind: 'trash', at: 1, title: 't', broker: 'b', profile: 'p' } as const;

/** Reading it ends the connection. */
const GONE = 'gone';

/** What begins so cannot be read. */
const DENIED = 'denied/';

/** A broker that holds a message for each of these, and a connection to it that is away for some looks. */
function brokerOf(
  keys: readonly string[],
  awayFor: number,
  missing: string | null = null,
  bytes = 0,
  code = 0,
  beside: number | null = null,
  limits: ServerLimits = {},
) {
  const held = new Set(keys);
  const left = new Set<string>();
  const learnt: number[] = [];
  let looks = 0;
  const state = () =>
    looks++ < awayFor ? { kind: 'waiting' } : { kind: 'online', since: 1, version: '5', limits };
  interface Params {
    readonly keys?: readonly string[];
    readonly messages?: readonly { readonly key: string }[];
  }
  const call = async (method: string, { keys: asked = [], messages = [] }: Params) => {
    switch (method) {
      case 'fetchListed':
        return packMessages(
          asked.map((key) =>
            held.has(key) ? { kind: 'message', key, message: message(key) } : { kind: 'nothing', key },
          ),
        );
      case 'emptyListed':
        if (code > 0) {
          const outcome = { kind: 'refused', code, failure: { message: 'No.' } };
          return { unsent: asked.map((key) => ({ key, outcome })), took: new Float32Array(asked.length) };
        }
        for (const key of asked) held.delete(key);
        return { unsent: [], took: new Float32Array(asked.length).fill(1) };
      case 'putBackRetained': {
        const results = messages.map(({ key }) => ({
          key,
          topic: key,
          outcome: { kind: held.has(key) ? 'would-overwrite' : 'restored', failure: { message: '' } },
        }));
        for (const { key } of messages) held.add(key);
        return { results };
      }
      case 'checkListed': {
        const failure = { kind: 'failed', code: 'still-retained', message: 'It is there.', advice: '' };
        const there = asked.filter((key) => held.has(key));
        return {
          cleared: Uint32Array.from([...asked.keys()].filter((at) => !held.has(asked[at] ?? ''))),
          others: there.map((key) => ({ key, outcome: { kind: 'still-retained', failure, at: 1 } })),
          overtaken: [],
        };
      }
      default:
        throw new Error(`${method} is not asked for here.`);
    }
  };
  const summary = {
    get value() {
      return { name: 'Plant', address: 'mqtt://h:1883', state: state() };
    },
  };
  const session = {
    live: { summary, worker: new ListedWorker(call as never) },
    maximumQos: limits.maximumQos ?? 2,
    ended: null,
    list: async () => ({ keys: [...keys], bytes, missing, beside }),
    learnBroker: async () => void learnt.push(held.size),
    async *fetch(asked: readonly string[]) {
      for (const key of asked) {
        if (key === GONE) throw new Error('The broker went away.');
        const unread = new Map(key.startsWith(DENIED) ? [[key, { message: 'It may not be read.' }]] : []);
        const messages = left.has(key) || unread.size > 0 ? [] : [message(key)];
        yield { asked: [key], messages, unread };
      }
    },
  } as unknown as BrokerSession;
  return { session, held, left, learnt };
}

function portsFor(dataDir: string, stopping = new AbortController().signal) {
  const results: CommandResult[] = [];
  const said: string[] = [];
  const progress: string[] = [];
  const ports: CommandPorts = {
    dataDir,
    trashBytes: 1e9,
    now: () => 1_700_000_000_000,
    result: (one) => results.push(one),
    progress: (line) => progress.push(line),
    say: (line) => said.push(line),
    ask: null,
    stopping,
  };
  return { ports, results, said, progress };
}

function newDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'topicscope-command-'));
  onTeardown(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const asked = { filter: 'plant/#', yes: true, dryRun: false } as RetainedRun;

test('A clear that begins while the broker is away waits for it, and then clears all.', async () => {
  const dir = newDir();
  const { session, held } = brokerOf(['plant/a', 'plant//b'], 3);
  const { ports, results, said, progress } = portsFor(dir);
  expect(await clear(asked, ports, session)).toBe(0);
  expect([...held]).toEqual([]);
  expect(results.map(({ key, outcome }) => [key, outcome])).toEqual([
    ['plant//b', 'cleared'],
    ['plant/a', 'cleared'],
  ]);
  expect(progress[0]).toBe('Clearing.');
  const [, id] = /trash entry (\S+)\./.exec(said.join('\n')) ?? [];
  const { records, damage } = await indexFile(join(dir, 'trash', `${id}.jsonl`));
  expect([records.map(({ key }) => key), damage]).toEqual([['plant//b', 'plant/a'], []]);
});

test('A clear whose connection is stopped for good ends, and says why.', async () => {
  const { session, held } = brokerOf(['plant/a'], 1e9);
  const why = { kind: 'failed', code: 'taken-over', message: 'Another client.', advice: 'Look.' };
  Object.assign(session, { ended: why });
  const { ports, said } = portsFor(newDir());
  expect(await clear(asked, ports, session)).toBe(1);
  expect([...held]).toEqual(['plant/a']);
  expect(said.join(' ')).toMatch(/0 of 1 message cleared.*Another client\. Look\./);
});

test('Where topics may be missing from the list each command says so and ends with 1.', async () => {
  const missing = 'The broker may have left out some.';
  const dir = newDir();
  const runs = [
    list,
    (run: RetainedRun, ports: CommandPorts, session: BrokerSession) =>
      save({ ...run, files: [join(dir, 'set.jsonl')] }, ports, session),
    (run: RetainedRun, ports: CommandPorts, session: BrokerSession) =>
      clear({ ...run, dryRun: true }, ports, session),
    clear,
  ];
  for (const run of runs) {
    const whole = portsFor(dir);
    expect(await run({ ...asked, files: [] }, whole.ports, brokerOf(['plant/a'], 0).session)).toBe(0);
    rmSync(join(dir, 'set.jsonl'), { force: true });
    const { ports, results, said } = portsFor(dir);
    expect(await run({ ...asked, files: [] }, ports, brokerOf(['plant/a'], 0, missing).session)).toBe(1);
    expect([results.length, said.includes(missing)]).toEqual([1, true]);
    // Programs read the results: the filter stands where a topic does, as what is missing has no name.
    const read = portsFor(dir);
    rmSync(join(dir, 'set.jsonl'), { force: true });
    const broker = brokerOf(['plant/a'], 0, missing, 0, 0, 12);
    expect(await run({ ...asked, json: true, files: [] }, read.ports, broker.session)).toBe(1);
    expect(read.results.filter(({ outcome }) => outcome === 'incomplete')).toEqual([
      { key: 'plant/#', bytes: 0, qos: null, outcome: 'incomplete', reason: missing, missing: 12 },
    ]);
  }
});

test('A list, a snapshot and a dry run count what they read, name what they could not, and say what left.', async () => {
  const dir = newDir();
  const runs = [
    ['retained', list],
    [
      'saved',
      (run: RetainedRun, ports: CommandPorts, session: BrokerSession) =>
        save({ ...run, files: [join(dir, 'set.jsonl')] }, ports, session),
    ],
    [
      'would-clear',
      (run: RetainedRun, ports: CommandPorts, session: BrokerSession) =>
        clear({ ...run, dryRun: true }, ports, session),
    ],
  ] as const;
  for (const [outcome, run] of runs) {
    for (const [keys, code] of [
      [['plant/a', 'plant/gone'], 0],
      [['denied/x', 'plant/a', 'plant/gone'], 1],
    ] as const) {
      rmSync(join(dir, 'set.jsonl'), { force: true });
      const { ports, results, said } = portsFor(dir);
      const { session, left } = brokerOf(keys, 0);
      left.add('plant/gone');
      expect(await run(asked, ports, session)).toBe(code);
      expect(results.map((one) => `${one.key} ${one.outcome}`)).toEqual(
        keys.slice(0, -1).map((key) => `${key} ${key.startsWith(DENIED) ? 'unknown' : outcome}`),
      );
      expect(said[0]).toBe('1 message left the broker while this was read.');
      if (outcome !== 'would-clear') expect(said.at(-1)).toMatch(/^1 retained message/);
    }
  }
});

test('What the broker counts beside a list that is complete is said, where all was asked for.', async () => {
  for (const [filter, beside, isSaid] of [
    ['#', 7, true],
    ['#', 0, false],
    ['#', null, false],
    ['plant/#', 7, false],
  ] as const) {
    const { ports, results, said } = portsFor(newDir());
    const { session } = brokerOf(['plant/a'], 0, null, 0, 0, beside);
    expect(await list({ ...asked, filter, json: true }, ports, session)).toBe(0);
    expect([said.some((line) => line.includes('about 7 messages more')), results.length]).toEqual([
      isSaid,
      1,
    ]);
  }
});

test('What the trash has no room for is refused before anything is cleared, by the sizes of the messages.', async () => {
  const { session, held } = brokerOf(['plant/a', 'plant/b'], 0, null, 900);
  const { ports, results, said } = portsFor(newDir());
  expect(await clear(asked, { ...ports, trashBytes: 1_000 }, session)).toBe(1);
  expect([held.size, results]).toEqual([2, []]);
  expect(said.join(' ')).toContain('Nothing was cleared.');
});

test('Without --yes and without a terminal nothing is cleared.', async () => {
  const { session, held } = brokerOf(['plant/a'], 0);
  const { ports, results, said } = portsFor(newDir());
  expect(await clear({ ...asked, yes: false }, ports, session)).toBe(4);
  expect([held.size, results]).toEqual([1, []]);
  expect(said.join(' ')).toContain('1 retained message would be cleared. Nothing was: say --yes');
});

test('Where there was nothing to keep, no entry of the trash is named.', async () => {
  const dir = newDir();
  const { session } = brokerOf([], 0);
  const { ports, said } = portsFor(dir);
  const nothing = {
    ...session,
    list: async () => ({ keys: ['plant/a'], bytes: 0, missing: null, beside: null }),
  } as unknown as BrokerSession;
  expect(await clear(asked, ports, nothing)).toBe(0);
  expect(said.join(' ')).toBe('1 of 1 message cleared.');
});

test.each([
  [0x87, 'and is where it was', false],
  [0x97, 'and may have cleared all the same', true],
])('What a broker refuses with code %i %s, so its copy is named or not.', async (code, _, isNamed) => {
  const { ports, results, said } = portsFor(newDir());
  expect(await clear(asked, ports, brokerOf(['plant/a'], 0, null, 0, code).session)).toBe(1);
  expect(results).toMatchObject([{ outcome: 'refused', reason: 'No.' }]);
  expect(said.join(' ').includes('Copies: trash entry')).toBe(isNamed);
});

test('What a broker refuses and has cleared all the same is found to be cleared.', async () => {
  const { ports, results } = portsFor(newDir());
  const { session, held } = brokerOf(['plant/a'], 0, null, 0, 0x97);
  held.delete('plant/a');
  expect(await clear(asked, ports, session)).toBe(0);
  expect(results).toMatchObject([{ outcome: 'cleared' }]);
});

test('A snapshot that cannot be finished is not left behind, and one that can is whole.', async () => {
  const path = join(newDir(), 'set.jsonl');
  const run = { ...asked, files: [path] };
  const half = brokerOf(['plant/a', GONE], 0).session;
  const lost = Object.assign(brokerOf(['plant/a'], 0).session, { isLost: true });
  await expect(save(run, portsFor('').ports, lost)).rejects.toThrow('the snapshot was not kept');
  expect(existsSync(run.files[0] ?? '')).toBe(false);
  await expect(save(run, portsFor('').ports, half)).rejects.toThrow('The broker went away.');
  expect(existsSync(path)).toBe(false);
  const { ports, results } = portsFor('');
  expect(await save(run, ports, brokerOf(['plant/a', 'b'], 0).session)).toBe(0);
  expect(results.map(({ outcome }) => outcome)).toEqual(['saved', 'saved']);
  const { records, damage } = await indexFile(path);
  expect([records.length, damage]).toEqual([2, []]);
});

test('A snapshot whose folder is missing is refused before the broker is asked for anything.', async () => {
  const { session } = brokerOf(['plant/a'], 0);
  let asks = 0;
  const asking = Object.assign(session, { list: () => Promise.reject(new Error(`asked ${++asks} times`)) });
  const run = { ...asked, files: [join(newDir(), 'missing', 'set.jsonl')] };
  await expect(save(run, portsFor('').ports, asking)).rejects.toThrow('ENOENT');
  const path = join(newDir(), 'set.jsonl');
  await expect(save({ ...asked, files: [path] }, portsFor('').ports, asking)).rejects.toThrow(
    'asked 1 times',
  );
  expect(existsSync(path)).toBe(false);
});

test('Of two messages for one topic in a file only the later is put back, however far apart they lie.', async () => {
  const path = join(newDir(), 'trash.jsonl');
  const file = await RecordWriter.create(path, HEAD);
  const old = { ...message('plant/a'), payload: new TextEncoder().encode('old') };
  await file.keep([old, ...Array.from({ length: 300 }, (_, i) => message(`plant/${i}`)), message('plant/a')]);
  await file.finish();
  const { session, held } = brokerOf([], 0);
  const { ports, results } = portsFor('');
  const run = { ...asked, files: [path], prefix: '', overwrite: false };
  expect(await restore(run, ports, session)).toBe(0);
  expect([results.length, held.size]).toEqual([301, 301]);
  expect(results.filter(({ key }) => key === 'plant/a')).toEqual([
    { key: 'plant/a', bytes: 10, qos: 1, outcome: 'restored', reason: undefined },
  ]);
  expect(await restore({ ...run, dryRun: true }, ports, session)).toBe(0);
  expect(results).toHaveLength(602);
});

const EXPIRED = { properties: Uint8Array.of(0x02, 0, 0, 0, 1), at: 1_600_000_000_000 };

test('That a broker takes less QoS than messages of the file had is said by a restore and by its dry run.', async () => {
  const path = join(newDir(), 'trash.jsonl');
  const writer = await RecordWriter.create(path, HEAD);
  await writer.keep([message('plant/a'), { ...message('plant/b'), qos: 0 }]);
  await writer.finish();
  for (const dryRun of [true, false])
    for (const [maximumQos, words] of [
      [0, 'This broker takes at most QoS 0: 1 message had more.'],
      [1, undefined],
    ] as const) {
      const { ports, said } = portsFor('');
      const { session } = brokerOf([], 0, null, 0, 0, null, { maximumQos });
      await restore({ ...asked, filter: '#', files: [path], dryRun }, ports, session);
      expect(said.find((line) => line.includes('QoS'))).toBe(words);
    }
});

test('A dry run promises nothing that a restore would leave alone, and ends as the restore would.', async () => {
  const path = join(newDir(), 'set.jsonl');
  const file = await RecordWriter.create(path, HEAD);
  await file.keep([
    message('plant/a'),
    message('$SYS/broker/version'),
    { ...message('plant/late'), ...EXPIRED },
    { ...message('plant/other'), payload: new Uint8Array(3) },
  ]);
  await file.finish();
  const run = { ...asked, filter: '#', files: [path], prefix: '', overwrite: false, dryRun: true };
  const outcomes = async (more: Partial<RetainedRun>) => {
    const { ports, results } = portsFor('');
    const code = await restore({ ...run, ...more }, ports, brokerOf([], 0).session);
    return [code, Object.fromEntries(results.map(({ key, outcome, reason }) => [key, reason ?? outcome]))];
  };
  const never = {
    '$SYS/broker/version': 'The broker writes this topic itself.',
    'plant/late': 'It has expired.',
  };
  expect(await outcomes({})).toEqual([1, { 'plant/a': 'same', 'plant/other': 'would-overwrite', ...never }]);
  expect(await outcomes({ filter: 'plant/a' })).toEqual([0, { 'plant/a': 'same' }]);
  expect((await outcomes({ filter: 'plant/other' }))[0]).toBe(1);
  expect((await outcomes({ filter: 'plant/other', overwrite: true }))[0]).toBe(0);
  expect(await outcomes({ filter: '$SYS/#', prefix: 'copy/', overwrite: true })).toEqual([
    0,
    { 'copy/$SYS/broker/version': 'would-overwrite' },
  ]);
});

test('A dry run knows what the broker said that it does not take, and what it holds already.', async () => {
  const path = join(newDir(), 'set.jsonl');
  const file = await RecordWriter.create(path, HEAD);
  const large = { ...message('plant/large'), payload: new Uint8Array(3_000) };
  await file.keep([message('plant/a'), message('plant/b'), large]);
  await file.finish();
  const run = { ...asked, filter: '#', files: [path], prefix: '', overwrite: false, dryRun: true };
  const outcomes = async (limits: ServerLimits) => {
    const { ports, results, said } = portsFor('');
    const { session } = brokerOf(['plant/a'], 0, null, 0, 0, null, limits);
    // What is asked for is what the broker holds.
    const fetch = session.fetch.bind(session);
    session.fetch = async function* (keys) {
      for await (const part of fetch(keys))
        yield { ...part, messages: part.messages.filter(({ key }) => key === 'plant/a') };
    };
    const code = await restore(run, ports, session);
    return [code, results.map(({ outcome, reason }) => reason ?? outcome), said.at(-1)];
  };
  expect(await outcomes({})).toEqual([
    0,
    ['same', 'would-restore', 'would-restore'],
    '3 of 3 messages would be restored.',
  ]);
  expect(await outcomes({ maximumPacketSize: 2_000 })).toEqual([
    1,
    ['same', 'would-restore', expect.stringContaining('the broker accepts 2,000')],
    '2 of 3 messages would be restored.',
  ]);
  const none = 'The broker does not keep retained messages.';
  expect(await outcomes({ retainAvailable: false })).toEqual([
    1,
    ['same', none, none],
    '1 of 3 messages would be restored.',
  ]);
});

test('Of two lines for a topic that were swapped the newer is restored and compared, once the person said so.', async () => {
  const path = join(newDir(), 'set.jsonl');
  const file = await RecordWriter.create(path, HEAD);
  await file.keep([message('plant/a'), { ...message('plant/a'), payload: new Uint8Array(3), at: 1 }]);
  await file.finish();
  const { session, held } = brokerOf([], 0);
  const { ports, results, said } = portsFor('');
  const run = { ...asked, files: [path], prefix: '', overwrite: false };
  expect(await restore({ ...run, yes: false }, ports, session)).toBe(4);
  expect([held.size, said[0]]).toEqual([0, expect.stringContaining(`${path}, line 3: `)]);
  // The line that cannot be read was not restored, so not all is done.
  expect(await restore(run, ports, session)).toBe(1);
  expect(results.map(({ key, bytes, outcome }) => [key, bytes, outcome])).toEqual([
    ['plant/a', 'of plant/a'.length, 'restored'],
  ]);
  expect(said.at(-1)).toBe('1 of 1 message restored.');
  const dry = portsFor('');
  expect(await restore({ ...run, yes: false, dryRun: true }, dry.ports, session)).toBe(4);
  expect(dry.said.slice(-2)).toEqual([
    '1 of 1 message would be restored.',
    'None without --yes, as the file is damaged.',
  ]);
  const compared = portsFor('');
  expect(await diff(run, compared.ports, brokerOf(['plant/a'], 0).session)).toBe(1);
  expect(compared.results).toEqual([]);
});

test('A file that is no snapshot at all is named by its lines, restores nothing and is not done.', async () => {
  const path = join(newDir(), 'notes.txt');
  writeFileSync(path, 'hello\nworld\n');
  const { session, held } = brokerOf([], 0);
  const { ports, results, said } = portsFor('');
  const run = { ...asked, filter: '#', files: [path], prefix: '', overwrite: false };
  expect(await restore(run, ports, session)).toBe(1);
  expect([results, held.size, said.at(-1)]).toEqual([[], 0, '0 of 0 messages restored.']);
  expect(said[0]).toContain(`${path}, line 1: `);
  const folder = { ...run, files: [newDir()] };
  await expect(restore(folder, ports, session)).rejects.toMatchObject({
    code: 'EISDIR',
    path: folder.files[0],
  });
});

test('What is stopped reports what it did, begins nothing more, and is not done.', async () => {
  const stopping = new AbortController();
  stopping.abort(new Error('Stopped before the end.'));
  const { session, held } = brokerOf(['plant/a', 'plant/b'], 0);
  const { ports, said } = portsFor(newDir(), stopping.signal);
  await expect(clear(asked, ports, session)).rejects.toThrow('Stopped before the end.');
  expect([held.size, said]).toEqual([2, []]);
  const path = join(newDir(), 'set.jsonl');
  const file = await RecordWriter.create(path, HEAD);
  await file.keep([message('plant/c')]);
  await file.finish();
  expect(await restore({ ...asked, files: [path], prefix: '', overwrite: false }, ports, session)).toBe(1);
  expect([held.size, said.at(-1)]).toEqual([2, '0 of 1 message restored.']);
});

test('A broker that keeps no retained messages is not taken for one that brings none for a wildcard.', async () => {
  for (const filter of ['plant/#', 'plant/a']) {
    const { ports, said } = portsFor('');
    const { session } = brokerOf([], 0, null, 0, 0, null, { retainAvailable: false });
    expect(await list({ ...asked, filter }, ports, session)).toBe(0);
    expect(said.at(-1)).toBe(
      '0 retained messages. This broker says that it does not keep retained messages.',
    );
  }
});

test('What the broker writes itself is reported as excluded from a clear, and is no reason to fail the rest.', async () => {
  const { session, held } = brokerOf(['$SYS/broker/version', 'plant/a'], 0);
  const dry = portsFor(newDir());
  expect(await clear({ ...asked, dryRun: true }, dry.ports, session)).toBe(1);
  const { ports, results, said } = portsFor(newDir());
  expect(await clear(asked, ports, session)).toBe(1);
  for (const found of [dry.results, results]) {
    expect(found.map(({ key, outcome, reason }) => [key, outcome, reason])).toEqual([
      ['$SYS/broker/version', 'excluded', 'The broker writes this topic itself.'],
      ['plant/a', found === results ? 'cleared' : 'would-clear', undefined],
    ]);
  }
  expect([[...held], said]).toEqual([
    ['$SYS/broker/version'],
    [expect.stringContaining('1 of 1 message cleared.')],
  ]);
});

test.each([
  [200, []],
  [201, [0]],
])(
  'A restore of %i messages learns first which broker it is where that saves time.',
  async (count, learns) => {
    const path = join(newDir(), 'set.jsonl');
    const writer = await RecordWriter.create(path, HEAD, 'keep');
    await writer.keep(Array.from({ length: count }, (_, i) => message(`plant/${i}`)));
    await writer.finish();
    const { session, held, learnt } = brokerOf([], 0);
    const { ports } = portsFor(newDir());
    expect(await restore({ ...asked, prefix: '', files: [path] }, ports, session)).toBe(0);
    expect([held.size, learnt]).toEqual([count, learns]);
  },
);

test('That there is nothing to clear is said only where the list is whole.', async () => {
  for (const [missing, code, words] of [
    [null, 0, 'There is nothing to clear.'],
    ['It is not known.', 1, 'Nothing was found to clear.'],
  ] as const) {
    const { ports, said } = portsFor('');
    expect(await clear({ ...asked, filter: 'plant/#' }, ports, brokerOf([], 0, missing).session)).toBe(code);
    expect(said.at(-1)).toBe(words);
  }
});
