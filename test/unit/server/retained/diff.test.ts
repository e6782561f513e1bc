import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Qos, TopicKey } from '../../../../src-main/contract/model/model.ts';
import type { KeptMessage } from '../../../../src-main/contract/session/trash.ts';
import { isSameKept } from '../../../../src-main/core/retained/clearing.ts';
import { underPrefix } from '../../../../src-main/core/retained/under-prefix.ts';
import { indexFile, readRecords } from '../../../../src-main/engine/retained/record-file.ts';
import { RecordWriter } from '../../../../src-main/engine/retained/record-writer.ts';
import type { BrokerSession } from '../../../../src-main/server/retained/broker-session.ts';
import { diff, digestOf } from '../../../../src-main/server/retained/diff.ts';
import type { RetainedRun } from '../../../../src-main/server/retained/options.ts';
import {
  chosenOf,
  type CommandPorts,
  type CommandResult,
} from '../../../../src-main/server/retained/results.ts';
import { random, type Random } from '../../../support/random.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

/** Sections of MQTT 5 properties: none, formats, two expiries, content types, user properties in two orders. */
const PROPERTIES = [
  [],
  [1, 0],
  [1, 1],
  [2, 0, 0, 0, 9],
  [2, 0, 0, 1, 9],
  [3, 0, 1, 0x61],
  [38, 0, 1, 0x61, 0, 1, 0x62, 38, 0, 1, 0x63, 0, 1, 0x64],
  [38, 0, 1, 0x63, 0, 1, 0x64, 38, 0, 1, 0x61, 0, 1, 0x62],
];
const TOPICS = ['plant/a', 'plant/b', 'plant', 'other/😀', '$SYS/x', ' ', 'b\\x41', 'é'];

function messageOf({ int, pick }: Random): KeptMessage {
  return {
    key: pick(TOPICS),
    payload: Uint8Array.from({ length: int(3) }, () => int(2)),
    qos: int(3) as Qos,
    properties: Uint8Array.from(pick(PROPERTIES)),
    at: 1_700_000_000_000 + int(5),
  };
}

function newDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'topicscope-diff-'));
  onTeardown(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

function portsFor() {
  const results: CommandResult[] = [];
  const ports = { result: (one) => void results.push(one), say: () => undefined } as Partial<CommandPorts>;
  return { results, ports: ports as CommandPorts };
}

/** All messages of a file in memory, as they were compared before. */
async function messagesOf(path: string, filter: string, prefix: string): Promise<Map<TopicKey, KeptMessage>> {
  const { records } = await indexFile(path);
  const messages = await readRecords(path, chosenOf(records, filter));
  return new Map(messages.map((one) => underPrefix(one, prefix)).map((one) => [one.key, one] as const));
}

function naive(
  before: ReadonlyMap<TopicKey, KeptMessage>,
  after: ReadonlyMap<TopicKey, KeptMessage>,
  most: Qos = 2,
): CommandResult[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return keys.flatMap((key) => {
    const [a, b] = [before.get(key), after.get(key)];
    const one = b ?? a;
    if (one === undefined || (a !== undefined && b !== undefined && isSameKept(a, b, most))) return [];
    const outcome = a === undefined ? 'added' : b === undefined ? 'removed' : 'changed';
    return { key, bytes: one.payload.length, qos: one.qos, outcome };
  });
}

test('Digests are the same for messages that hold the same, and for no others.', () => {
  const source = random(7);
  for (let i = 0; i < 20_000; i++) {
    const [a, b] = [messageOf(source), messageOf(source)];
    for (const most of [0, 1, 2] as const)
      expect(digestOf(a, most).hash === digestOf(b, most).hash, JSON.stringify([most, a, b])).toBe(
        isSameKept(a, b, most),
      );
  }
});

test('Two files, and a file and a broker, differ as they do with all messages in memory.', async () => {
  const source = random(11);
  const dir = newDir();
  const outcomes = new Set<string>();
  for (let round = 0; round < 60; round++) {
    const files = [join(dir, `${round}-a.jsonl`), join(dir, `${round}-b.jsonl`)] as const;
    for (const path of files) {
      const head = { kind: 'snapshot', at: 1, title: '#', broker: 'b', profile: 'p' } as const;
      const writer = await RecordWriter.create(path, head, 'keep');
      await writer.keep(Array.from({ length: source.int(12) }, () => messageOf(source)));
      if (source.int(4) === 0) await writer.notCleared([source.pick(TOPICS)]);
      await writer.finish();
      const lines = readFileSync(path, 'utf8').split('\n');
      if (source.int(4) === 0) lines.splice(source.int(lines.length), 1);
      writeFileSync(path, lines.join('\n'));
    }
    const [filter, prefix] = [source.pick(['#', 'plant/#', '+']), source.pick(['', 'x/', 'plant/'])];
    const asked = { filter, prefix, files } as unknown as RetainedRun;
    const before = await messagesOf(files[0], filter, prefix);
    const after = await messagesOf(files[1], filter, '');
    const { results, ports } = portsFor();
    await diff(asked, ports, null);
    expect(results).toEqual(naive(before, after));
    for (const { outcome } of results) outcomes.add(outcome);
    const session: Pick<BrokerSession, 'list' | 'fetch' | 'maximumQos'> = {
      maximumQos: source.pick([1, 2]),
      list: async () => ({ keys: [...after.keys()], bytes: 0, missing: null, beside: null }),
      fetch: async function* (keys) {
        const messages = keys.flatMap((key) => after.get(key) ?? []);
        yield { asked: keys, messages, unread: new Map() };
      },
    };
    const live = portsFor();
    await diff(asked, live.ports, session as BrokerSession);
    expect(live.results).toEqual(naive(before, after, session.maximumQos));
  }
  expect([...outcomes].toSorted()).toEqual(['added', 'changed', 'removed']);
});

test('A digest is small, however large the message is.', () => {
  const large = { ...messageOf(random(1)), payload: new Uint8Array(2 ** 22) };
  expect(JSON.stringify(digestOf(large)).length).toBeLessThan(120);
});
