import { afterEach, describe, expect, it } from 'vitest';
import type { Failure } from '../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../src-main/contract/model/model.ts';
import { snapshotCalls, type SnapshotPiece } from '../../src-main/contract/session/snapshots.ts';
import { snapshotHandlers, type SnapshotPorts } from '../../src-main/engine/retained/snapshots.ts';
import { connectTo } from '../../src-main/wire/client.ts';
import { serve } from '../../src-main/wire/serve.ts';
import { HeldWorker, keptMessage } from '../support/retained/held-worker.ts';
import { pipeKinds, type PipePair } from './pipes.ts';

const CONNECTION = ConnectionId.parse('c');
const NAMES = ['a//b', '/', ' ', '😀', ...Array.from({ length: 600 }, (_, i) => `t/${i}`)];

describe.each(pipeKinds)('snapshots over $name', (kind) => {
  let pair: PipePair | null = null;

  afterEach(async () => {
    await pair?.close();
    pair = null;
  });

  async function open() {
    pair = await kind.open();
    const worker = new HeldWorker(
      ...NAMES.map((name, i) => keptMessage(name, `of ${name}`, (i % 3) as 0 | 1 | 2)),
    );
    const live = { worker, summary: { value: { name: 'Plant', address: 'mqtt://h:1883' } } };
    const ports = {
      live: () => live,
      plan: () => ({ connection: CONNECTION, title: '#', keys: NAMES }),
      now: () => 1_000,
    };
    serve(snapshotCalls, snapshotHandlers(ports as unknown as SnapshotPorts), pair.answering, {
      check: true,
    });
    const misfits: unknown[] = [];
    const client = connectTo(snapshotCalls, pair.asking, { onMisfit: (error) => misfits.push(error) });
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
    return { worker, client, misfits, save, compare, part };
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
});
