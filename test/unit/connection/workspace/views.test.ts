import { describe, expect, onTestFinished, test } from 'vitest';
import { TICK_MS } from '../../../../src-main/connection/base/coarse-timer.ts';
import { TopicWorkspace } from '../../../../src-main/connection/workspace/topic-workspace.ts';
import type { ViewFrame } from '../../../../src-main/contract/model/view.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { put } from '../../../support/store/messages.ts';

const SPEC = { anchor: null, offset: 0, rows: 20, filter: '', selected: null };

/** A view whose reader takes each frame at once, and when it got them. */
function open(rows = SPEC.rows) {
  const clock = new ManualClock();
  const limits = { memoryBytes: 16 * 2 ** 20, topicCap: 10_000 };
  const { intake, views } = new TopicWorkspace({ limits, seed: 7, clock, shedding: () => undefined });
  const gone = new AbortController();
  onTestFinished(() => gone.abort());
  const frames: { readonly at: number; readonly frame: ViewFrame }[] = [];
  void (async () => {
    for await (const frame of views.frames('v', { ...SPEC, rows }, gone.signal))
      frames.push({ at: clock.now(), frame });
  })();
  const began = clock.now();
  let sent = 0;
  const message = (topic = 'a') => put(intake, { topic, payload: String(++sent), at: clock.wall() });
  /** Time passes in steps of 5 ms, each with what is to happen in it. */
  const pass = async (ms: number, meanwhile: () => void = () => undefined) => {
    for (let left = ms; left > 0; left -= 5) {
      meanwhile();
      clock.advance(5);
      // What waits for a promise goes on before the next step.
      for (let turn = 0; turn < 8; turn++) await Promise.resolve();
      clock.turns();
      for (let turn = 0; turn < 8; turn++) await Promise.resolve();
    }
  };
  return { clock, views, frames, message, pass, since: () => clock.now() - began };
}

describe('frames', () => {
  test('that only show what arrived come ten times a second, and the last one holds the newest', async () => {
    const { frames, message, pass } = open();
    await pass(1_000, message);
    const first = frames.length;
    await pass(2_000, message);
    expect(frames.length - first).toBeGreaterThanOrEqual(18);
    expect(frames.length - first).toBeLessThanOrEqual(20);
    await pass(200);
    expect(frames.at(-1)?.frame.counters.received).toBe(600);
  });

  test('hold what a read of the same wake-up brings', async () => {
    const { clock, frames, message, pass } = open();
    await pass(1_000, message);
    const before = frames.length;
    // As the end of a hold does: what waits for the same tick is read in the turn after it.
    const read = (): void => {
      clock.atTick(TICK_MS, () => {
        clock.nextTurn(() => message());
        read();
      });
    };
    read();
    await pass(1_000);
    const reported = frames.slice(before);
    expect(reported.length).toBeGreaterThanOrEqual(9);
    for (const { at, frame } of reported.slice(2)) {
      const ticks = Math.floor((at - (reported[1]?.at ?? 0)) / TICK_MS);
      expect(frame.counters.received - (reported[1]?.frame.counters.received ?? 0)).toBe(ticks);
    }
  });

  test('look at what is still a second after the clock was set back by a day, and not a day later', async () => {
    const { clock, frames, message, pass } = open();
    for (let i = 0; i < 40; i++) message();
    await pass(3_000);
    clock.ahead -= 86_400_000;
    await pass(1_500);
    const before = frames.length;
    // Young: it sinks faster than the window draws it.
    await pass(10_000);
    expect(frames.length).toBeGreaterThan(before);
    expect(frames.at(-1)?.frame.rows.at(-1)?.rate ?? 9).toBeLessThan(2);
  });

  test('come at once after a silence', async () => {
    const { clock, frames, message, pass } = open();
    // Long after the last look at what is still.
    await pass(3_500);
    const before = frames.length;
    const at = clock.now();
    message();
    await pass(5);
    expect(frames.length).toBe(before + 1);
    expect((frames.at(-1)?.at ?? 0) - at).toBeLessThanOrEqual(5);
  });

  test('that only show counts come three or four times a second, and the last one holds the newest', async () => {
    const { frames, message, pass } = open();
    await pass(1_000, () => message('plant/a'));
    const first = frames.length;
    await pass(2_000, () => message('plant/a'));
    expect(frames.length - first).toBeGreaterThanOrEqual(6);
    expect(frames.length - first).toBeLessThanOrEqual(8);
    await pass(300);
    expect(frames.at(-1)?.frame.counters.received).toBe(600);
    expect(frames.at(-1)?.frame.rows.map(({ messages }) => messages)).toEqual([600]);
  });

  test('wait for counts alone: a value among them comes within a tenth of a second', async () => {
    const { clock, frames, message, pass } = open();
    message('a');
    await pass(1_000, () => message('plant/a'));
    for (let round = 0; round < 20; round++) {
      await pass(300 + round * 15, () => message('plant/a'));
      const at = clock.now();
      message('a');
      await pass(105, () => message('plant/a'));
      const reported = frames.find((one) => one.at >= at && one.frame.rows.some(({ key }) => key === 'a'));
      expect((reported?.at ?? Infinity) - at).toBeLessThanOrEqual(100);
    }
  });

  test('of counts come at once after a silence, as all do', async () => {
    const { clock, frames, message, pass } = open();
    message('plant/a');
    await pass(3_500);
    const at = clock.now();
    message('plant/a');
    await pass(5);
    expect((frames.at(-1)?.at ?? 0) - at).toBeLessThanOrEqual(5);
    expect(frames.at(-1)?.frame.counters.received).toBe(2);
  });

  test('show a selected topic without a row as soon as of one with a row', async () => {
    const { clock, views, frames, message, pass } = open();
    views.act('v', { kind: 'look', spec: { ...SPEC, selected: 'plant/b' as never } });
    await pass(1_000, () => message('plant/a'));
    for (let round = 0; round < 10; round++) {
      await pass(300 + round * 15, () => message('plant/a'));
      const at = clock.now();
      message('plant/b');
      await pass(105, () => message('plant/a'));
      const reported = frames.find((one) => one.frame.selected?.messages === round + 1);
      expect((reported?.at ?? Infinity) - at).toBeLessThanOrEqual(100);
    }
  });

  test('answer what the reader does within a thirtieth of a second, however much arrives', async () => {
    const { clock, views, frames, message, pass } = open();
    await pass(1_000, () => message('plant/a'));
    for (let asked = 0; asked < 10; asked++) {
      await pass(35 + asked * 5, () => message('plant/a'));
      const at = clock.now();
      const open = asked % 2 === 0;
      views.act('v', { kind: open ? 'expand' : 'collapse', key: 'plant' as never });
      await pass(100, () => message('plant/a'));
      const answer = frames.find((one) => one.at >= at && one.frame.total === (open ? 2 : 1));
      expect((answer?.at ?? Infinity) - at).toBeLessThanOrEqual(40);
    }
  });

  test('that go on with what was asked for follow at the pace of an answer', async () => {
    const { clock, views, frames, message, pass } = open(200);
    // Names so long that their rows need several frames.
    for (let i = 0; i < 150; i++) message(`${'n'.repeat(700)}${i}`);
    await pass(500);
    views.act('v', { kind: 'look', spec: { ...SPEC, rows: 150 } });
    views.act('v', { kind: 'pause' });
    await pass(500);
    const at = clock.now();
    const reported = frames.length;
    views.act('v', { kind: 'look', spec: { ...SPEC, rows: 200, filter: 'n' } });
    views.act('v', { kind: 'resume' });
    for (let i = 0; i < 150; i++) message(`${'n'.repeat(700)}${i}`);
    await pass(400);
    const parts = frames.slice(reported).filter(({ frame }) => frame.rows.length > 0);
    expect(parts.length).toBeGreaterThan(2);
    expect((parts[2]?.at ?? Infinity) - at).toBeLessThanOrEqual(3 * 40);
  });

  test('are news again once an answer was sent whole, though all rows change and never fit into one', async () => {
    const { clock, views, frames, message, pass } = open();
    const topics = Array.from({ length: 150 }, (_, i) => `${'n'.repeat(400)}${String(i).padStart(3, '0')}`);
    const all = () => topics.forEach((topic) => void message(topic));
    all();
    await pass(1_000);
    const at = clock.now();
    views.act('v', { kind: 'look', spec: { ...SPEC, rows: 150 } });
    await pass(700, all);
    // What was asked for is sent at the pace of an answer.
    const keys = new Set<string>();
    const whole = frames.find((one) => {
      if (one.at >= at) for (const { key } of one.frame.rows) keys.add(key);
      return keys.size === topics.length;
    });
    expect((whole?.at ?? Infinity) - at).toBeLessThanOrEqual(400);
    const before = frames.length;
    await pass(2_000, all);
    const reported = frames.slice(before);
    expect(reported.length).toBeGreaterThanOrEqual(18);
    expect(reported.length).toBeLessThanOrEqual(20);
    expect(reported.every(({ frame }) => frame.rows.length < topics.length)).toBe(true);
    // And none of them is forgotten.
    const last = new Map(
      reported.flatMap(({ frame }) => frame.rows.map((row) => [row.key, row.own] as const)),
    );
    await pass(2_000);
    for (const { frame } of frames.slice(before)) for (const { key, own } of frame.rows) last.set(key, own);
    expect([...new Set(last.values())]).toEqual([1 + 140 + 400]);
  });
});
