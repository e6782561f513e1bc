import { describe, expect, test } from 'vitest';
import { ConnectionId, type ServerLimits } from '../../../../src-main/contract/model/model.ts';
import type { KeptMessage } from '../../../../src-main/contract/session/trash.ts';
import { Comparisons, type ComparisonPorts } from '../../../../src-main/engine/retained/comparisons.ts';
import { encodeLine, type FileLine } from '../../../../src-main/engine/retained/record.ts';
import { HeldWorker, keptMessage } from '../../../support/retained/held-worker.ts';

const CONNECTION = ConnectionId.parse('c');
const QUERY = { filter: '', state: 'all' as const };

const head: FileLine = {
  kind: 'head',
  head: { kind: 'snapshot', at: 7, title: '#', broker: 'mqtt://h', profile: 'Plant' },
};

function fileOf(...messages: readonly KeptMessage[]): Uint8Array<ArrayBuffer> {
  const lines: FileLine[] = [
    head,
    ...messages.map((message) => ({ kind: 'message' as const, message })),
    { kind: 'end', messages: messages.length },
  ];
  return new TextEncoder().encode(lines.map(encodeLine).join(''));
}

/** A broker that holds these, and who compares with it. */
function broker(...held: readonly KeptMessage[]) {
  const worker = new HeldWorker(...held);
  let isOpen = true;
  const limits: ServerLimits = {};
  const state = { kind: 'online', since: 1, version: '5', limits };
  const live = { worker, summary: { value: { name: 'Plant', address: 'mqtt://h', state } } };
  const ports = { live: () => (isOpen ? live : null), now: () => 1_000 };
  const comparisons = new Comparisons(ports as unknown as ComparisonPorts);
  const ask = (file: Uint8Array<ArrayBuffer>, prefix = '') =>
    comparisons.compare({ connection: CONNECTION, query: QUERY, file, prefix });
  const compare = async (file: Uint8Array<ArrayBuffer>, prefix = '') => {
    const answer = await ask(file, prefix);
    if (answer.kind === 'failed') throw new Error(answer.message);
    return answer;
  };
  const restore = (comparison: string, overwrite = false, from = 0, count = 1_000) =>
    comparisons.restore({ comparison, from, count, overwrite });
  return { worker, limits, ask, compare, restore, close: () => (isOpen = false) };
}

describe('A snapshot under a prefix', () => {
  test('is compared with the topics under it alone, and restored there and nowhere else, byte for byte', async () => {
    const kept = [keptMessage('a//b', '1', 2), keptMessage('/', '', 0), keptMessage('b', '😀')];
    const of = broker(keptMessage('b', 'other'), keptMessage('copy/b', '😀'), keptMessage('copy/z', '9'));
    const found = await of.compare(fileOf(...kept), 'copy/');
    expect(found).toMatchObject({ added: 1, removed: 2, changed: 0, same: 1, missing: 2, replacing: 0 });
    expect(found.differences).toEqual([
      { key: 'copy//', topic: 'copy//', what: 'removed', why: null },
      { key: 'copy/a//b', topic: 'copy/a//b', what: 'removed', why: null },
      { key: 'copy/z', topic: 'copy/z', what: 'added', why: null },
    ]);
    expect(of.worker.published).toEqual([]);
    expect(await of.restore(found.comparison)).toMatchObject({ results: [{}, {}], next: null });
    expect(of.worker.published.map(({ keys }) => keys)).toEqual([['copy//', 'copy/a//b']]);
    expect(of.worker.held.get('copy/a//b')).toEqual({ ...kept[0], key: 'copy/a//b' });
    expect(new TextDecoder().decode(of.worker.held.get('b')?.payload)).toBe('other');
    expect(await of.compare(fileOf(...kept), 'copy/')).toMatchObject({ removed: 0, changed: 0, same: 3 });
  });

  test('that no topic can begin with is refused before anything is asked', async () => {
    const of = broker();
    expect(await of.ask(fileOf(), '+/')).toMatchObject({ kind: 'failed', code: 'bad-prefix' });
  });
});

describe('Restoring what was compared', () => {
  test('leaves out what the broker said that it does not take, with the reason', async () => {
    const of = broker(keptMessage('held', 'x'.repeat(99)));
    of.limits.maximumPacketSize = 50;
    const kept = [keptMessage('a', '1'), keptMessage('b', 'x'.repeat(99))];
    const found = await of.compare(fileOf(...kept, keptMessage('held', 'x'.repeat(99))));
    expect(found).toMatchObject({ removed: 2, same: 1, missing: 1 });
    expect(found.differences.map(({ key, why }) => [key, why])).toEqual([
      ['a', null],
      ['b', expect.stringContaining('the broker accepts 50')],
    ]);
    await of.restore(found.comparison);
    expect(of.worker.published.map(({ keys }) => keys)).toEqual([['a']]);
  });

  test('says what would be at a lower QoS, as the broker takes no more, and takes that for the same', async () => {
    const of = broker(keptMessage('held', '1', 1));
    of.limits.maximumQos = 1;
    const found = await of.compare(fileOf(keptMessage('a', '1', 2), keptMessage('held', '1', 2)));
    expect(found).toMatchObject({ removed: 1, same: 1, changed: 0 });
    expect(found.differences).toEqual([{ key: 'a', topic: 'a', what: 'removed', why: null, atQos: 1 }]);
  });

  test('leaves other messages alone, unless asked to overwrite them', async () => {
    const of = broker(keptMessage('a', 'newer'));
    const { comparison, missing, replacing } = await of.compare(
      fileOf(keptMessage('a', '1'), keptMessage('b', '2')),
    );
    expect([missing, replacing]).toEqual([1, 1]);
    await of.restore(comparison);
    expect(of.worker.published).toEqual([{ keys: ['b'], overwrite: false }]);
    await of.restore(comparison, true);
    expect(of.worker.published.slice(1)).toEqual([
      { keys: ['b'], overwrite: false },
      { keys: ['a'], overwrite: true },
    ]);
    expect(new TextDecoder().decode(of.worker.held.get('a')?.payload)).toBe('1');
  });

  test('overwrites nothing that came after the comparison where nothing was', async () => {
    const of = broker();
    const { comparison } = await of.compare(fileOf(keptMessage('a', '1')));
    of.worker.held.set('a', keptMessage('a', 'meanwhile'));
    expect(await of.restore(comparison, true)).toMatchObject({
      results: [{ key: 'a', outcome: { kind: 'would-overwrite' } }],
    });
    expect(new TextDecoder().decode(of.worker.held.get('a')?.payload)).toBe('meanwhile');
  });

  test('goes part by part over both kinds, each topic once', async () => {
    const names = Array.from({ length: 7 }, (_, i) => `t/${i}`);
    const of = broker(...names.slice(4).map((name) => keptMessage(name, 'other')));
    const { comparison } = await of.compare(fileOf(...names.map((name) => keptMessage(name, name))));
    const parts: number[] = [];
    for (let from: number | null = 0; from !== null;) {
      const answer = await of.restore(comparison, true, from, 3);
      if (answer.kind === 'failed') throw new Error(answer.message);
      parts.push(answer.results.length);
      from = answer.next;
    }
    expect(parts).toEqual([3, 3, 1]);
    expect(of.worker.published.flatMap(({ keys }) => keys)).toEqual(names);
    expect(await of.restore(comparison, true, 7, 3)).toMatchObject({ results: [], next: null });
  });

  test('never sends what cannot be published, has expired, could not be read or stands in a damaged line', async () => {
    const expiring = keptMessage('late', '1', 1, { properties: Uint8Array.of(2, 0, 0, 0, 1), at: -5_000 });
    const lines = [keptMessage('a/+', '1'), keptMessage('$SYS/x', '1'), expiring, keptMessage('denied', '1')];
    const text = new TextDecoder().decode(
      fileOf(...lines, keptMessage('edited', '1'), keptMessage('ok', '1')),
    );
    const edited = text.replace('"topic":"edited","topicBase64":"', '"topic":"edited","topicBase64":"AAAA');
    const of = broker();
    const found = await of.compare(new TextEncoder().encode(edited));
    expect(found.damage.map(({ line }) => line)).toEqual([6, 8]);
    expect(Object.fromEntries(found.differences.map(({ key, why }) => [key, why]))).toEqual({
      'a/+': expect.stringContaining('It cannot be published to'),
      '$SYS/x': 'The broker writes this topic itself.',
      late: 'It has expired.',
      denied: 'It is denied.',
      ok: null,
    });
    await of.restore(found.comparison, true);
    expect(of.worker.published).toEqual([{ keys: ['ok'], overwrite: false }]);
  });

  test('of two messages for a topic publishes the later, and none that the broker refused to clear', async () => {
    const of = broker();
    const lines: FileLine[] = [
      head,
      { kind: 'message', message: keptMessage('a', '1') },
      { kind: 'message', message: keptMessage('kept', '1') },
      { kind: 'message', message: keptMessage('a', '2') },
      { kind: 'not-cleared', key: 'kept' },
      { kind: 'end', messages: 3 },
    ];
    const { comparison, missing } = await of.compare(
      new TextEncoder().encode(lines.map(encodeLine).join('')),
    );
    expect(missing).toBe(1);
    await of.restore(comparison);
    expect([...of.worker.held].map(([key, { payload }]) => [key, new TextDecoder().decode(payload)])).toEqual(
      [['a', '2']],
    );
  });

  test('of two lines that were swapped publishes the newer message, and names the line of the older', async () => {
    const of = broker();
    const file = fileOf(keptMessage('a', 'new', 1, { at: 9 }), keptMessage('a', 'old', 1, { at: 8 }));
    const { comparison, damage, missing } = await of.compare(file);
    expect([missing, damage.map(({ line }) => line)]).toEqual([1, [3]]);
    await of.restore(comparison);
    expect(new TextDecoder().decode(of.worker.held.get('a')?.payload)).toBe('new');
  });

  test('is refused in words where the comparison is too old, or its connection closed', async () => {
    const of = broker();
    const file = fileOf(keptMessage('a', '1'));
    const first = await of.compare(file);
    const later = [await of.compare(file), await of.compare(file), await of.compare(file)];
    expect(await of.restore(first.comparison)).toMatchObject({ code: 'no-such-comparison' });
    of.close();
    expect(await of.restore(later[0]?.comparison ?? '')).toMatchObject({ code: 'connection-closed' });
    expect(of.worker.published).toEqual([]);
  });
});
