import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Failure } from '../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../src-main/contract/model/model.ts';
import {
  snapshotCalls,
  snapshotStreams,
  type SnapshotPiece,
} from '../../src-main/contract/session/snapshots.ts';
import { KeptSnapshots } from '../../src-main/engine/retained/kept-snapshots.ts';
import { snapshotHandlers, type SnapshotPorts } from '../../src-main/engine/retained/snapshots.ts';
import { connectTo } from '../../src-main/wire/client.ts';
import { serve } from '../../src-main/wire/serve.ts';
import { HeldWorker, keptMessage } from '../support/retained/held-worker.ts';
import { onTeardown, teardown } from '../support/teardown.ts';
import { pipeKinds, type PipePair } from './pipes.ts';

const snapshotApi = { ...snapshotCalls, ...snapshotStreams } as const;
const CONNECTION = ConnectionId.parse('c');
const NAMES = ['a//b', '/', ' ', '😀', ...Array.from({ length: 600 }, (_, i) => `t/${i}`)];

describe.each(pipeKinds)('snapshots over $name', (kind) => {
  let pair: PipePair | null = null;

  afterEach(async () => {
    await pair?.close();
    pair = null;
    await teardown();
  });

  async function open() {
    pair = await kind.open();
    const worker = new HeldWorker(
      ...NAMES.map((name, i) => keptMessage(name, `of ${name}`, (i % 3) as 0 | 1 | 2)),
    );
    const dataDir = mkdtempSync(join(tmpdir(), 'topicscope-snapshots-'));
    onTeardown(() => rmSync(dataDir, { recursive: true, force: true }));
    const live = {
      worker,
      summary: {
        value: {
          name: 'Plant',
          address: 'mqtt://h:1883',
          state: { kind: 'online', since: 1, version: '5', limits: {} },
        },
      },
    };
    const ports = {
      live: () => live,
      plan: () => ({ connection: CONNECTION, title: '#', keys: NAMES, bytes: 10_000, sizeOf: () => 0 }),
      now: () => 1_000,
      kept: new KeptSnapshots({ dataDir, now: () => 1_000, limit: () => 1e6 }),
    };
    serve(snapshotApi, snapshotHandlers(ports as unknown as SnapshotPorts), pair.answering, {
      check: true,
    });
    const misfits: unknown[] = [];
    const client = connectTo(snapshotApi, pair.asking, { onMisfit: (error) => misfits.push(error) });
    const save = async () => {
      const parts: Uint8Array[] = [];
      for (let from: number | null = 0, messages = 0; from !== null;) {
        const piece: SnapshotPiece | Failure = await client.call('readSnapshot', {
          plan: 'p',
          from,
          messages,
        });
        if (piece.kind === 'failed') throw new Error(piece.message);
        parts.push(piece.bytes);
        ({ next: from, messages } = piece);
      }
      return new Uint8Array(Buffer.concat(parts));
    };
    const compare = async (file: Uint8Array<ArrayBuffer>, prefix: string) => {
      const query = { filter: '', state: 'all' as const };
      const answer = await client.call('compareSnapshot', { connection: CONNECTION, query, file, prefix });
      if (answer.kind === 'failed') throw new Error(answer.message);
      return answer;
    };
    const part = async (comparison: string, from: number) => {
      const asked = { comparison, from, count: 250, overwrite: false };
      const answer = await client.call('restoreSnapshot', asked);
      if (answer.kind === 'failed') throw new Error(answer.message);
      return answer;
    };
    const files = () =>
      readdirSync(join(dataDir, 'snapshots')).map((name) => join(dataDir, 'snapshots', name));
    return { worker, client, misfits, save, compare, part, files };
  }

  it('are saved, compared under a prefix, restored there in parts, and found to be equal', async () => {
    const { worker, misfits, save, compare, part } = await open();
    const file = await save();
    const before = new Map(worker.held);
    const found = await compare(file, 'copy/');
    expect(found).toMatchObject({ removed: NAMES.length, missing: NAMES.length, replacing: 0, added: 0 });
    expect(worker.held).toEqual(before);
    let count = 0;
    for (let from: number | null = 0; from !== null;) {
      const answer = await part(found.comparison, from);
      for (const { outcome } of answer.results) expect(outcome.kind).toBe('restored');
      count += answer.results.length;
      from = answer.next;
    }
    expect(count).toBe(NAMES.length);
    for (const [key, message] of before) {
      expect(worker.held.get(key)).toEqual(message);
      expect(worker.held.get(`copy/${key}`)).toEqual({ ...message, key: `copy/${key}` });
    }
    expect(await compare(file, 'copy/')).toMatchObject({ same: NAMES.length, missing: 0 });
    expect(misfits).toEqual([]);
  });

  it('are refused where the comparison is unknown or the prefix no topic can have', async () => {
    const { client, save, compare, worker } = await open();
    const part = { comparison: 'none', from: 0, count: 1, overwrite: true };
    expect(await client.call('restoreSnapshot', part)).toMatchObject({ code: 'no-such-comparison' });
    await expect(compare(await save(), '#')).rejects.toThrow('No topic can begin with this.');
    expect(worker.published).toEqual([]);
  });

  it('are kept with their progress, listed, compared and read as they are on disk', async () => {
    const { client, misfits, files } = await open();
    const asked = { plan: 'p', name: 'before the update', overLimit: false };
    const kinds: string[] = [];
    let id = '';
    for await (const item of client.stream('keepSnapshot', asked)) {
      kinds.push(item.kind);
      if (item.kind === 'kept') ({ id } = item.snapshot);
    }
    expect(kinds).toEqual(['progress', 'progress', 'kept']);
    const listed = await client.call('listSnapshots', { connection: CONNECTION });
    expect(listed).toMatchObject({ snapshots: [{ id, name: 'before the update', messages: NAMES.length }] });
    const query = { filter: '', state: 'all' as const };
    const compared = { connection: CONNECTION, query, snapshot: id, prefix: '' };
    expect(await client.call('compareKept', compared)).toMatchObject({ same: NAMES.length, damage: [] });
    const piece = await client.call('readKeptSnapshot', { snapshot: id, from: 0 });
    if (piece.kind === 'failed') throw new Error(piece.message);
    expect(Buffer.from(piece.bytes).equals(readFileSync(files()[0] ?? ''))).toBe(true);
    expect(await client.call('removeSnapshot', { snapshot: id })).toEqual({ kind: 'done' });
    expect(await client.call('compareKept', compared)).toMatchObject({ code: 'no-such-snapshot' });
    expect(misfits).toEqual([]);
  });

  it('leave nothing behind where the window goes away in the middle', async () => {
    const { client, files } = await open();
    const items = client.stream('keepSnapshot', { plan: 'p', name: '', overLimit: false });
    await items.next();
    await expect.poll(() => files().length).toBe(1);
    client.close();
    await expect.poll(files).toEqual([]);
  });
});
