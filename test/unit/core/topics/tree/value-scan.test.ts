import { describe, expect, it } from 'vitest';
import { RecordLook } from '../../../../../src-main/core/history/look.ts';
import { TopicStore } from '../../../../../src-main/core/topics/store/store.ts';
import { NodeSet } from '../../../../../src-main/core/topics/columns/node-set.ts';
import { ViewScope } from '../../../../../src-main/core/topics/view/pause.ts';
import { ValueScan } from '../../../../../src-main/core/topics/tree/value-scan.ts';
import { random } from '../../../../support/random.ts';
import { send } from '../../../../support/store/messages.ts';

const TOPICS = 6_000;

function filled(memoryBytes: number) {
  const store = new TopicStore({ memoryBytes, topicCap: 100_000, seed: 1, startedAt: 1_700_000_000_000 });
  const chance = random(2);
  for (let n = 0; n < TOPICS; n++) send(store, { topic: `t/${String(n)}`, payload: `${String(n)} first` });
  for (let n = 0; n < 2 * TOPICS; n++) {
    const topic = String(chance.int(TOPICS));
    send(store, { topic: `t/${topic}`, payload: `${topic} ${'x'.repeat(chance.int(60))}` });
  }
  return store;
}

/** Goes through a store; `between` is called after each slice. */
function scanned(
  store: TopicStore,
  leftOut = new NodeSet(),
  between: () => void = () => undefined,
  only: NodeSet | null = null,
) {
  const asked: { node: number; address: number; payload: string | null }[] = [];
  const look = new RecordLook();
  const scan = new ValueScan(
    new ViewScope(store),
    leftOut,
    () => only,
    (node, address) => {
      const isKept = store.log.look(address, look);
      const bytes = look.payload.subarray(look.payloadStart, look.payloadEnd);
      asked.push({ node, address, payload: isKept ? new TextDecoder().decode(bytes) : null });
      return 1;
    },
  );
  let slices = 0;
  let before = 0;
  while (scan.scanned < store.end) {
    scan.step();
    expect(scan.progress).toBeGreaterThanOrEqual(before);
    before = scan.progress;
    slices++;
    between();
  }
  return { asked, slices };
}

describe('topics by the place of their values', () => {
  it('are asked once each, with their latest value, in about the order in which these lie', () => {
    const store = filled(2 ** 26);
    const { asked, slices } = scanned(store);
    expect(new Set(asked.map(({ node }) => node)).size).toBe(TOPICS);
    expect(asked).toHaveLength(TOPICS);
    expect(asked.filter(({ node, address }) => store.lastRecord(node) !== address)).toEqual([]);
    expect(slices).toBeGreaterThan(10);
    const back = asked.filter(({ address }, at) => address < (asked[at - 1]?.address ?? 0) - 65_536);
    expect(back).toEqual([]);
  });

  it('are left out if their path decided already', () => {
    const store = filled(2 ** 26);
    const leftOut = new NodeSet();
    for (let n = 0; n < TOPICS; n += 2) leftOut.add(store.find(new TextEncoder().encode(`t/${String(n)}`)));
    const { asked } = scanned(store, leftOut);
    expect(asked).toHaveLength(TOPICS / 2);
    expect(asked.every(({ payload }) => Number((payload ?? '').split(' ')[0]) % 2 === 1)).toBe(true);
  });

  it('are left out where none but others may be shown', () => {
    const store = filled(2 ** 26);
    const only = new NodeSet();
    const wanted = ['t/7', 't/3001', 't/5999'].map((topic) => store.find(new TextEncoder().encode(topic)));
    for (const node of wanted) only.add(node);
    const leftOut = new NodeSet();
    leftOut.add(wanted[1] ?? 0);
    const { asked } = scanned(store, leftOut, undefined, only);
    expect(new Set(asked.map(({ node }) => node))).toEqual(new Set([wanted[0], wanted[2]]));
  });

  it('are still asked if their value is not kept, or is evicted during the scan', () => {
    const store = filled(2 ** 21);
    let round = 0;
    const { asked } = scanned(store, undefined, () => {
      for (let n = 0; n < 20; n++)
        send(store, { topic: `t/${String(round++ % 50)}`, payload: 'y'.repeat(200) });
    });
    const known = new Set(asked.map(({ node }) => node));
    const nodes = Array.from({ length: store.end }, (_, node) => node);
    const topics = nodes.filter((node) => store.exists(node) && store.isTopic(node));
    expect(topics.filter((node) => !known.has(node))).toEqual([]);
    expect(asked.some(({ payload }) => payload === null)).toBe(true);
  });
});
