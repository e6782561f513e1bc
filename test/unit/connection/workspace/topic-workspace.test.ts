import { describe, expect, test } from 'vitest';
import {
  TopicWorkspace,
  type WorkspaceOptions,
} from '../../../../src-main/connection/workspace/topic-workspace.ts';
import { TopicKey } from '../../../../src-main/contract/model/model.ts';
import type { ViewFrame } from '../../../../src-main/contract/model/view.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { put } from '../../../support/store/messages.ts';

const MIB = 2 ** 20;
const SPEC = { anchor: null, offset: 0, rows: 20, filter: '', selected: null };
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What a recording holds: an hour of a plant, as it was. */
const RECORDS = [
  { topic: 'plant/press/state', payload: 'idle', retain: true, at: Date.UTC(2026, 2, 1, 8) },
  { topic: 'plant/press/speed', payload: '80', at: Date.UTC(2026, 2, 1, 8, 10) },
  { topic: 'plant/press/state', payload: 'running', at: Date.UTC(2026, 2, 1, 8, 20) },
  { topic: 'plant/oven/state', payload: 'hot', at: Date.UTC(2026, 2, 1, 9) },
];

function open(more: Partial<WorkspaceOptions> = {}) {
  const clock = new ManualClock();
  const shedding: boolean[] = [];
  const workspace = new TopicWorkspace({
    limits: { memoryBytes: 16 * MIB, topicCap: 1_000 },
    seed: 7,
    clock,
    shedding: (on) => shedding.push(on),
    ...more,
  });
  return { clock, workspace, shedding };
}

/** The frame that a reader gets next, with whatever work it takes to make it. */
async function frameOf(frames: AsyncIterator<ViewFrame>, clock: ManualClock): Promise<ViewFrame> {
  let frame: ViewFrame | null = null;
  void frames.next().then(({ value }) => (frame = value as ViewFrame));
  for (let turns = 0; frame === null && turns < 1_000; turns++) {
    clock.advance(10);
    await Promise.resolve();
  }
  if (frame === null) throw new Error('no frame');
  return frame;
}

describe('a workspace that is filled from records, without a broker', () => {
  const filled = () => {
    const opened = open();
    for (const record of RECORDS) put(opened.workspace.intake, record);
    return opened;
  };

  test('shows its topics as rows, with the values and times of then', async () => {
    const { clock, workspace } = filled();
    const frames = workspace.views.frames('v', SPEC, new AbortController().signal);
    expect((await frameOf(frames, clock)).rows.map(({ name }) => name)).toEqual(['plant']);
    workspace.views.act('v', { kind: 'expand-all' });
    const spec = { ...SPEC, filter: 'state' };
    workspace.views.act('v', { kind: 'look', spec });
    const frame = await frameOf(frames, clock);
    const topics = frame.rows.filter(({ name }) => name === 'state');
    expect(topics.map(({ preview }) => preview)).toMatchObject([{ text: 'hot' }, { text: 'running' }]);
    await frames.return(undefined);
  });

  test('gives the history of a topic, newest first, and any message byte for byte', () => {
    const { workspace } = filled();
    const key = TopicKey.parse('plant/press/state');
    const { messages, complete } = workspace.views.readHistory(undefined, key, null, 10);
    expect(complete).toBe(true);
    expect(messages.map(({ at }) => at)).toEqual([RECORDS[2]?.at, RECORDS[0]?.at]);
    const oldest = messages.at(-1)?.seq ?? 0;
    const message = workspace.views.readMessage(undefined, key, oldest, 0, 100);
    expect(message.kind === 'message' && text(message.bytes)).toBe('idle');
  });

  test('counts what it holds: received = kept', () => {
    const { workspace } = filled();
    expect(workspace.store.counters()).toMatchObject({ received: 4, kept: 4, topics: 3, dropped: 0 });
  });

  test('keeps to its limits, also to smaller ones', () => {
    const { clock, workspace } = open();
    workspace.setLimits({ memoryBytes: 16 * MIB, topicCap: 10 });
    for (let i = 0; i < 100; i++) put(workspace.intake, { topic: `t/${i}`, payload: 'x', at: clock.wall() });
    clock.advance(1_000);
    const { received, kept, forgotten, evicted, dropped, topics } = workspace.store.counters();
    expect(topics).toBeLessThanOrEqual(10);
    expect(kept + forgotten + evicted + dropped).toBe(received);
  });
});

describe('the time of a workspace', () => {
  test('goes to housekeeping after messages, and to nothing while nothing happens', () => {
    let ticks = 0;
    const { clock, workspace } = open({ tick: () => ticks++ });
    clock.advance(3_000);
    // The first finds that nothing came, and then there is one a second.
    expect(ticks).toBe(4);
    expect(clock.hasTurn).toBe(false);
    put(workspace.intake, { topic: 'a', payload: 'x', at: clock.wall() });
    expect(clock.hasTurn).toBe(true);
    clock.turns();
    expect(clock.hasTurn).toBe(false);
  });

  test('is given up in part when intake lags: only the latest of each topic is kept, and that is reported once', () => {
    const { clock, workspace, shedding } = open();
    // The event loop is held up twice in a row, each time with many messages.
    for (let i = 0; i < 2; i++) {
      for (let message = 0; message < 1_000; message++)
        put(workspace.intake, { topic: 'b', payload: 'x', at: clock.wall() });
      clock.turns();
      clock.pass(700);
      clock.advance(0);
    }
    expect([shedding, workspace.store.shedding]).toEqual([[true], true]);
    for (const payload of ['1', '2', '3']) put(workspace.intake, { topic: 'a', payload, at: clock.wall() });
    clock.advance(10_000);
    expect([shedding, workspace.store.shedding]).toEqual([[true, false], false]);
    const { messages } = workspace.views.readHistory(undefined, TopicKey.parse('a'), null, 10);
    expect(messages).toHaveLength(1);
    expect(workspace.store.counters().droppedBy.lag).toBe(2);
  });

  test('ends when it is closed; what was learnt can still be read', () => {
    const { clock, workspace } = open();
    put(workspace.intake, { topic: 'a', payload: 'x', at: clock.wall() });
    workspace.close();
    clock.advance(10_000);
    expect([clock.pending, clock.hasTurn]).toEqual([0, false]);
    expect(workspace.views.readHistory(undefined, TopicKey.parse('a'), null, 10).messages).toHaveLength(1);
  });
});

describe('topics that a person has forgotten', () => {
  test('are gone when the answer comes, and are not known where they never were', async () => {
    const { clock, workspace } = open();
    for (const record of RECORDS) put(workspace.intake, record);
    const answer = workspace.forget({ kind: 'subtree', key: 'plant/press' });
    clock.advance(10);
    expect(await answer).toEqual({ topics: 2, messages: 3, retained: 1 });
    expect(workspace.store.counters()).toMatchObject({ topics: 1, forgotten: 3 });
    expect(await workspace.forget({ kind: 'topic', key: 'plant/pres' })).toEqual({
      topics: 0,
      messages: 0,
      retained: 0,
    });
  });

  test('take the points of their charts with them', async () => {
    const { clock, workspace } = open();
    for (const record of RECORDS) put(workspace.intake, record);
    const fields = [{ key: 'plant/press/speed', path: [] }];
    const { signal } = new AbortController();
    const frames = workspace.series.frames({ fields, spanMs: null, points: 100 }, signal);
    expect((await frames.next()).value).toMatchObject({ series: [{ reset: true }] });
    const next = frames.next();
    void workspace.forget({ kind: 'topic', key: 'plant/press/speed' });
    for (let turn = 0; turn < 20; turn++) {
      clock.advance(20);
      await Promise.resolve();
    }
    const { series } = (await next).value as { series: { reset: boolean; points: Uint8Array }[] };
    expect([series[0]?.reset, series[0]?.points.length]).toEqual([true, 0]);
  });
});

describe('messages of a workspace are watched', () => {
  const watching = (views: TopicWorkspace['views']) => {
    const gone = new AbortController();
    void views.frames('v', SPEC, gone.signal).next();
    return {
      look: (selected: TopicKey | null) => views.act('v', { kind: 'look', spec: { ...SPEC, selected } }),
    };
  };

  test('by nobody while a window shows rows alone', () => {
    const { workspace } = open();
    expect(workspace.intake.unwatched).toBe(true);
    watching(workspace.views);
    expect(workspace.intake.unwatched).toBe(true);
  });

  test('while the messages of a topic are shown', () => {
    const { workspace } = open();
    const { look } = watching(workspace.views);
    look(TopicKey.parse('a'));
    expect(workspace.intake.unwatched).toBe(false);
    look(null);
    expect(workspace.intake.unwatched).toBe(true);
  });

  test('for some seconds after a list of single packets was read', () => {
    const { workspace, clock } = open();
    workspace.watch();
    expect(workspace.intake.unwatched).toBe(false);
    clock.advance(9_999);
    expect(workspace.intake.unwatched).toBe(false);
    clock.advance(1);
    expect(workspace.intake.unwatched).toBe(true);
  });

  test('while a chart is open', async () => {
    const { workspace } = open();
    const gone = new AbortController();
    const request = { fields: [{ key: TopicKey.parse('a'), path: [] }], spanMs: null, points: 10 };
    const chart = workspace.series.frames(request, gone.signal);
    const first = chart.next();
    expect(workspace.intake.unwatched).toBe(false);
    gone.abort();
    await first;
    await chart.next();
    expect(workspace.intake.unwatched).toBe(true);
  });
});
