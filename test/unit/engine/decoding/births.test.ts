import { describe, expect, test } from 'vitest';
import type { WorkerClient } from '../../../../src-main/connection/worker-api.ts';
import { birthTopics, readBirthsFor } from '../../../../src-main/engine/decoding/births.ts';

describe('Birth certificates for a Sparkplug B message', () => {
  test.each([
    ['spBv1.0/g/NDATA/n', ['spBv1.0/g/NBIRTH/n']],
    ['spBv1.0/g/NCMD/n', ['spBv1.0/g/NBIRTH/n']],
    ['spBv1.0/g/DDATA/n/d', ['spBv1.0/g/NBIRTH/n', 'spBv1.0/g/DBIRTH/n/d']],
    ['spBv1.0/g/NBIRTH/n', []],
    ['spBv1.0/STATE/host', []],
    ['spAv1.0/g/NDATA/n', []],
    ['plant/NDATA/n', []],
  ])('for %s are those of %j', (topic, expected) => {
    expect(birthTopics(topic)).toEqual(expected);
  });

  test('are the last ones before the message, as far as they are kept', async () => {
    const kept: Record<string, readonly number[]> = {
      'spBv1.0/g/NBIRTH/n': [3, 9],
      'spBv1.0/g/DBIRTH/n/d': [12],
    };
    const worker = {
      call: (name: string, params: { key: string; before?: number | null; which?: number }) => {
        if (name === 'readHistory') {
          const { key, before = null } = params;
          const found = (kept[key] ?? []).filter((seq) => before === null || seq < before).at(-1);
          return Promise.resolve({ messages: found === undefined ? [] : [{ seq: found }] });
        }
        return Promise.resolve({ kind: 'message', bytes: Uint8Array.of(params.which ?? 0) });
      },
    } as unknown as Pick<WorkerClient, 'call'>;
    const births = async (seq: number | null) =>
      (await readBirthsFor(worker, 'spBv1.0/g/DDATA/n/d', seq)).map(([first]) => first);
    expect(await births(8)).toEqual([3]);
    expect(await births(20)).toEqual([9, 12]);
    expect(await births(null)).toEqual([9, 12]);
    expect(await births(2)).toEqual([]);
  });
});
