import { describe, expect, it } from 'vitest';
import type { Row, ViewAction, ViewFrame, ViewSpec } from '../../../../../src-main/contract/model/view.ts';
import { ViewFrame as FrameSchema } from '../../../../../src-main/contract/model/view.ts';
import { topicKey } from '../../../../../src-main/core/topics/names.ts';
import { TopicView } from '../../../../../src-main/core/topics/view/view.ts';
import { NaiveTopics } from '../../../../support/store/naive-topics.ts';

const SPEC: ViewSpec = { anchor: null, offset: 0, rows: 20, filter: '', selected: null };

/** A view as a window has it: its rows by name, whatever frames they came in. */
class Window {
  readonly source = new NaiveTopics();
  readonly view: TopicView;
  readonly rows = new Map<number, Row>();
  spec: ViewSpec;
  frame!: ViewFrame;

  constructor(topics: readonly string[], spec: Partial<ViewSpec> = {}) {
    for (const topic of topics) this.source.publish(topic, `{"from":"${topic}"}`);
    this.spec = { ...SPEC, ...spec };
    this.view = new TopicView({ source: this.source, spec: this.spec, now: this.source.now });
    this.read();
  }

  act(...actions: ViewAction[]): this {
    for (const action of actions) this.view.act(action, this.source.now);
    return this.read();
  }

  look(change: Partial<ViewSpec>): this {
    this.spec = { ...this.spec, ...change };
    return this.act({ kind: 'look', spec: this.spec });
  }

  /** Finishes all work and takes one frame. */
  read(): this {
    while (this.view.work(() => false));
    this.frame = this.view.frame(this.source.now);
    for (const row of this.frame.rows) this.rows.set(row.id, row);
    return this;
  }

  get shown(): string[] {
    return this.frame.ids.map((id) => this.rows.get(id)?.key ?? '?');
  }

  row(key: string): Row {
    const row = [...this.rows.values()].find((one) => one.key === key && this.frame.ids.includes(one.id));
    if (!row) throw new Error(`no row ${key}`);
    return row;
  }

  preview(key: string): unknown {
    return this.row(key).preview;
  }

  forget(topic: string): void {
    this.source.forget(this.source.find(new TextEncoder().encode(topic)));
  }
}

const FLEET = [
  'plant/press-03/state',
  'plant/press-03/telemetry',
  'plant/press-04/state',
  'plant/press-10/state',
  'plant/robot/telemetry/raw',
  'office/light',
];

describe('the rows of a view', () => {
  it('are the top levels first, in natural order, with what lies below them counted', () => {
    const window = new Window(FLEET);
    expect(window.shown).toEqual(['office', 'plant']);
    expect(window.row('plant')).toMatchObject({ level: 1, children: 4, topics: 5, messages: 5, own: 0 });
    expect(window.row('plant')).toMatchObject({ expanded: false, retained: null, preview: { kind: 'none' } });
  });

  it('open one level, all siblings, a single topic, and everything', () => {
    const window = new Window(FLEET);
    window.act({ kind: 'expand', key: 'plant' });
    expect(window.shown).toEqual([
      'office',
      'plant',
      'plant/press-03',
      'plant/press-04',
      'plant/press-10',
      'plant/robot',
    ]);
    window.act({ kind: 'expand-siblings', key: 'plant/press-04' });
    expect(window.shown).toContain('plant/press-10/state');
    expect(window.shown).not.toContain('plant/robot/telemetry/raw');
    window.act({ kind: 'collapse-all' }, { kind: 'reveal', key: 'plant/robot/telemetry/raw' });
    expect(window.shown.slice(2).at(-1)).toBe('plant/robot/telemetry/raw');
    expect(window.shown).not.toContain('plant/press-03/state');
    window.act({ kind: 'expand-all' });
    expect(window.frame.total).toBe(13);
  });

  it('appear and go as topics come and are forgotten', () => {
    const window = new Window(FLEET);
    window.act({ kind: 'expand', key: 'plant' });
    window.source.publish('plant/press-9/state');
    window.forget('plant/press-04/state');
    window.read();
    expect(window.shown).toEqual([
      'office',
      'plant',
      'plant/press-03',
      'plant/press-9',
      'plant/press-10',
      'plant/robot',
    ]);
  });

  it('are expanded again when a forgotten topic comes back', () => {
    const window = new Window([...FLEET, 'office/desk/lamp']);
    window.act({ kind: 'expand', key: 'office' }, { kind: 'expand', key: 'office/desk' });
    window.forget('office/desk/lamp');
    window.source.publish('other/1');
    window.source.publish('office/desk/lamp');
    window.read();
    expect(window.shown).toContain('office/desk/lamp');
    window.act({ kind: 'collapse-all' }, { kind: 'expand', key: 'office' });
    window.act({ kind: 'expand-siblings', key: 'office/desk' });
    window.forget('office/desk/lamp');
    window.forget('office/light');
    window.source.publish('office/shelf/book');
    window.read();
    expect(window.shown).toContain('office/shelf/book');
  });

  it('show names that could mislead escaped, keep bytes apart and empty levels empty', () => {
    const window = new Window(['a\nb', '/x']);
    window.source.publish(Uint8Array.of(0x61, 0xff));
    window.act({ kind: 'expand-all' });
    const names = window.frame.ids.map((id) => window.rows.get(id)).map((row) => [row?.name, row?.topic]);
    expect(names).toEqual([
      ['', ''],
      ['x', '/x'],
      ['a\\u{a}b', 'a\\u{a}b'],
      ['a\\xff', 'a\\xff'],
    ]);
    expect(window.shown.at(-1)).toBe(topicKey(Uint8Array.of(0x61, 0xff)));
  });
});

describe('the window', () => {
  const many = Array.from({ length: 300 }, (_, i) => `t/${String(2 * i)}`);

  it('stays with its anchor row while rows come above it', () => {
    const window = new Window(many);
    window.act({ kind: 'expand-all' });
    window.look({ anchor: 't/200', offset: -2, rows: 5 });
    const before = window.shown;
    for (let i = 0; i < 60; i++) window.source.publish(`t/${String(2 * i + 1)}`);
    window.read();
    expect(window.shown).toEqual(before);
    expect(window.frame).toMatchObject({ first: 159, anchorIndex: 161, total: 361 });
  });

  it('stays where it was when its anchor is forgotten', () => {
    const window = new Window(many);
    window.act({ kind: 'expand-all' });
    window.look({ anchor: 't/200', rows: 3 });
    window.forget('t/200');
    window.read();
    expect(window.shown).toEqual(['t/202', 't/204', 't/206']);
    expect(window.frame.anchorIndex).toBeNull();
    window.source.publish('t/200');
    window.read();
    expect(window.shown[0]).toBe('t/200');
    expect(window.frame.anchorIndex).toBe(101);
  });

  it('shows the node that its anchor went into when that is collapsed', () => {
    const window = new Window([...many, 'a', 'b', 'z']);
    window.act({ kind: 'expand-all' });
    window.look({ anchor: 't/200', rows: 2 });
    window.act({ kind: 'collapse', key: 't' });
    expect(window.shown).toEqual(['t', 'z']);
    expect(window.frame.anchorIndex).toBeNull();
  });

  it('ends with the last row, however far it is asked to go', () => {
    const window = new Window(many);
    window.act({ kind: 'expand-all' });
    window.look({ offset: 10_000, rows: 2 });
    expect(window.shown).toEqual(['t/596', 't/598']);
    window.look({ offset: -10, rows: 2 });
    expect(window.shown).toEqual(['t', 't/0']);
    window.look({ anchor: 'nowhere/at/all', offset: 0, rows: 2 });
    expect(window.shown).toEqual(['t', 't/0']);
  });
});

describe('a filter', () => {
  it('shows the topics whose path has the text and all their parents, expanded', () => {
    const window = new Window(FLEET);
    window.look({ filter: 'PRESS-03' });
    expect(window.shown).toEqual([
      'plant',
      'plant/press-03',
      'plant/press-03/state',
      'plant/press-03/telemetry',
    ]);
    expect(window.frame.matches).toBe(2);
    for (const key of ['plant', 'plant/press-03']) expect(window.row(key).expanded).toBe(true);
    expect(window.row('plant')).toMatchObject({ children: 4, topics: 5 });
    window.look({ filter: 'telemetry' });
    expect(window.shown).toEqual([
      'plant',
      'plant/press-03',
      'plant/press-03/telemetry',
      'plant/robot',
      'plant/robot/telemetry',
      'plant/robot/telemetry/raw',
    ]);
    expect(window.frame.matches).toBe(2);
  });

  it('finds text that goes over a level, and letters of any script', () => {
    const window = new Window(['büro/Größe/1', 'a/b/c', 'a/bc', 'ΟΔΟΣ/x']);
    expect(window.look({ filter: 'A/B/' }).shown).toEqual(['a', 'a/b', 'a/b/c']);
    expect(window.look({ filter: 'GRÖSSE' }).shown).toEqual(['büro', 'büro/Größe', 'büro/Größe/1']);
    expect(window.look({ filter: 'οδος' }).shown).toEqual(['ΟΔΟΣ', 'ΟΔΟΣ/x']);
    expect(window.look({ filter: 'nothing like it' }).frame).toMatchObject({ total: 0, matches: 0, ids: [] });
  });

  it('gives the expansion back that was there before it', () => {
    const window = new Window(FLEET);
    window.act({ kind: 'expand', key: 'plant' });
    const before = window.shown;
    window.look({ filter: 'telemetry' });
    window.act({ kind: 'collapse', key: 'plant' });
    expect(window.shown).toEqual(['plant']);
    window.look({ filter: '' });
    expect(window.shown).toEqual(before);
    expect(window.frame.matches).toBeNull();
    for (const kind of ['expand-all', 'collapse-all'] as const) {
      window.look({ filter: 'office' }).act({ kind });
      expect(window.look({ filter: '' }).shown).toEqual(before);
    }
  });

  it('can be collapsed and expanded, branch by branch or as a whole, until its text changes', () => {
    const window = new Window(FLEET);
    window.look({ filter: 'press-03' });
    const found = window.shown;
    window.act({ kind: 'collapse', key: 'plant/press-03' });
    expect(window.shown).toEqual(['plant', 'plant/press-03']);
    expect(window.frame.matches).toBe(2);
    expect(window.act({ kind: 'expand', key: 'plant/press-03' }).shown).toEqual(found);
    expect(window.act({ kind: 'collapse-all' }).shown).toEqual(['plant']);
    expect(window.frame.matches).toBe(2);
    expect(window.act({ kind: 'expand', key: 'plant' }).shown).toEqual(['plant', 'plant/press-03']);
    expect(window.act({ kind: 'expand-all' }).shown).toEqual(found);
    window.act({ kind: 'collapse', key: 'plant' });
    expect(window.look({ filter: 'press-0' }).frame.total).toBe(6);
    expect(window.look({ filter: 'press-03' }).shown).toEqual(found);
  });

  it('follows topics that come and go, with the parents they need', () => {
    const window = new Window(FLEET);
    window.look({ filter: 'state' });
    window.source.publish('store/door/state');
    window.read();
    expect(window.shown.slice(-3)).toEqual(['store', 'store/door', 'store/door/state']);
    expect(window.frame.matches).toBe(4);
    window.source.publish('store/door/state/since');
    window.forget('plant/press-10/state');
    window.read();
    expect(window.shown).not.toContain('plant/press-10');
    expect(window.shown.at(-1)).toBe('store/door/state/since');
    expect(window.frame.matches).toBe(4);
    window.act({ kind: 'collapse', key: 'store' });
    window.source.publish('store/door/state/by');
    expect(window.read().shown.at(-1)).toBe('store');
    expect(window.frame.matches).toBe(5);
  });

  it('reports its progress and shows what it has so far', () => {
    const window = new Window(Array.from({ length: 14_000 }, (_, i) => `n${String(i)}`));
    window.view.act({ kind: 'look', spec: { ...SPEC, filter: '9' } }, 0);
    const first = window.view.frame(0);
    expect(first.building).toBeGreaterThan(0);
    expect(first.building).toBeLessThan(1);
    expect(first.total).toBeGreaterThan(0);
    expect(first.matches).toBe(first.total);
    window.read();
    expect(window.frame.building).toBeNull();
    expect(window.frame.total).toBeGreaterThan(first.total);
  });

  it('expands what a broad text finds in slices, and reports the progress', () => {
    const topics = Array.from({ length: 6_000 }, (_, i) => `wide/n${String(i % 2_000)}/${String(i)}`);
    const window = new Window(topics);
    window.view.act({ kind: 'look', spec: { ...SPEC, filter: 'w' } }, 0);
    const shares = [0];
    for (let steps = 1; window.view.work(() => true); steps++) {
      if (steps % 20 > 0) continue;
      const { building } = window.view.frame(0);
      if (building !== null) shares.push(building);
    }
    expect(shares.length).toBeGreaterThan(20);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBeLessThanOrEqual(1);
    window.read();
    expect(window.frame).toMatchObject({ building: null, matches: 6_000, total: 8_001 });
  });
});

describe('a paused view', () => {
  it('stands still while what is missed is counted, and catches up', () => {
    const window = new Window(FLEET);
    window.act({ kind: 'expand', key: 'office' }, { kind: 'pause' });
    window.source.publish('office/light', 'new');
    window.source.publish('office/fan');
    window.source.publish('garage/door');
    window.read();
    expect(window.shown).toEqual(['office', 'office/light', 'plant']);
    expect(window.row('office/light').messages).toBe(1);
    expect(window.frame.paused).toMatchObject({ seq: 6, newMessages: 3, newTopics: 2 });
    window.act({ kind: 'resume' });
    expect(window.shown).toEqual(['garage', 'office', 'office/fan', 'office/light', 'plant']);
    expect(window.preview('office/light')).toEqual({ kind: 'text', text: 'new', cut: false });
    expect(window.frame.paused).toBeNull();
    expect(window.source.snapshots).toBe(0);
  });

  it('can be explored: values are those of the pause, or evicted', () => {
    const window = new Window(FLEET);
    window.act({ kind: 'pause' });
    const old = window.source.lastRecord(window.source.publish('plant/press-04/state', 'later'));
    window.source.publish('plant/press-03/state', 'later');
    window.source.evict(8);
    window.source.rescue(window.source.find(new TextEncoder().encode('plant/press-10/state')));
    window.act({ kind: 'expand-all' });
    expect(window.preview('plant/press-04/state')).toEqual({
      kind: 'json',
      shape: 'object',
      parts: [['from', '"plant/press-04/state"']],
      left: 0,
      atLeast: false,
    });
    expect(window.preview('plant/press-03/state')).toEqual({ kind: 'evicted' });
    expect(window.preview('plant/press-10/state')).toMatchObject({
      kind: 'json',
      parts: [['from', '"plant/press-10/state"']],
    });
    expect(window.view.readMessage('plant/press-04/state', 'latest', 0, 100)).toMatchObject({
      meta: { seq: 3 },
    });
    expect(window.view.readHistory('plant/press-04/state', null, 10)).toMatchObject({
      complete: true,
      more: false,
    });
    expect(window.view.readHistory('plant/press-04/state', null, 10).messages.map(({ seq }) => seq)).toEqual([
      3,
    ]);
    expect(old).toBe(56);
    window.look({ filter: 'light' });
    expect(window.shown).toEqual(['office', 'office/light']);
  });

  it('finds a value again that moved in the log before newer ones came', () => {
    const window = new Window(FLEET);
    window.act({ kind: 'pause' });
    const node = window.source.find(new TextEncoder().encode('office/light'));
    window.source.rescue(node);
    for (let i = 0; i < 5; i++) window.source.publish('office/light', String(i));
    window.act({ kind: 'expand-all' });
    expect(window.preview('office/light')).toMatchObject({
      kind: 'json',
      parts: [['from', '"office/light"']],
    });
  });

  it('lets go of what is forgotten, also when it comes back', () => {
    const window = new Window(FLEET);
    window.act({ kind: 'expand', key: 'office' }, { kind: 'pause' });
    window.forget('office/light');
    window.source.publish('office/light');
    window.read();
    expect(window.shown).toEqual(['plant']);
    window.act({ kind: 'resume' });
    expect(window.shown).toEqual(['office', 'office/light', 'plant']);
  });
});

describe('the selected topic', () => {
  const key = 'office/light';

  it('is sent with its messages wherever its row is', () => {
    const window = new Window(FLEET, { selected: key });
    expect(window.frame.selected).toMatchObject({
      state: 'known',
      index: null,
      hiddenByFilter: false,
      messages: 1,
    });
    expect(window.frame.selected?.latest).toMatchObject({ seq: 6, size: 23, preview: { kind: 'json' } });
    window.act({ kind: 'reveal', key });
    expect(window.frame.selected?.index).toBe(1);
    window.look({ filter: 'press' });
    expect(window.frame.selected).toMatchObject({ state: 'known', index: null, hiddenByFilter: true });
  });

  it('is awaited, known and forgotten', () => {
    const window = new Window(FLEET, { selected: 'new/one' });
    expect(window.frame.selected).toMatchObject({ state: 'unseen', publishable: true, latest: null });
    window.source.publish('new/one', 'hello', { retain: true });
    window.read();
    expect(window.frame.selected).toMatchObject({ state: 'known', retained: { state: 'retained' } });
    window.forget('new/one');
    window.read();
    expect(window.frame.selected).toMatchObject({
      state: 'forgotten',
      retained: { stale: true },
      latest: { seq: 7 },
    });
    expect(window.view.readMessage('new/one', 'latest', 0, 10)).toMatchObject({ kind: 'message' });
    window.source.publish('new/one', 'again');
    window.read();
    expect(window.frame.selected).toMatchObject({ state: 'known', messages: 1, latest: { seq: 8 } });
  });

  it('keeps its last messages when the log evicts them, until another one is selected', () => {
    const window = new Window(FLEET, { selected: key });
    window.source.publish(key, 'kept', { retain: true });
    window.source.publish(key, 'live');
    window.read();
    for (const address of [...window.source.records.keys()]) window.source.evict(address);
    window.read();
    expect(window.frame.selected).toMatchObject({ latest: { seq: 8 }, lastRetained: { seq: 7 } });
    const text = (which: number | 'latest' | 'retained'): unknown => {
      const answer = window.view.readMessage(key, which, 0, 100);
      return answer.kind === 'message' ? new TextDecoder().decode(answer.bytes) : answer;
    };
    expect([text('latest'), text('retained'), text(7), text(6)]).toEqual([
      'live',
      'kept',
      'kept',
      { kind: 'gone', why: 'evicted' },
    ]);
    window.look({ selected: null });
    expect(text('latest')).toEqual({ kind: 'gone', why: 'evicted' });
  });

  it('pins at most 1 MiB of a payload and says so', () => {
    const window = new Window(FLEET, { selected: key });
    const node = window.source.publish(key, new Uint8Array(3_000_000).fill(0x61));
    window.read();
    window.source.evict(window.source.lastRecord(node));
    const answer = window.view.readMessage(key, 'latest', 1_048_570, 100);
    expect(answer).toMatchObject({ kind: 'message', meta: { size: 3_000_000, kept: 1_048_576 } });
    expect(answer.kind === 'message' && answer.bytes.length).toBe(6);
  });
});

describe('messages of a topic', () => {
  it('are read in pages, each going on where the last one ended', () => {
    const window = new Window([]);
    for (let i = 0; i < 25; i++) {
      window.source.publish('a', String(i));
      window.source.publish('b');
    }
    const pages: number[][] = [];
    for (let before: number | null = null; ; before = pages.at(-1)?.at(-1) ?? null) {
      const page = window.view.readHistory('a', before, 10);
      pages.push(page.messages.map(({ seq }) => seq));
      expect(page.complete).toBe(!page.more);
      if (!page.more) break;
    }
    expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
    expect(pages.flat()).toEqual(Array.from({ length: 25 }, (_, i) => 49 - 2 * i));
  });

  it('are incomplete where older ones were evicted', () => {
    const window = new Window(['a', 'a', 'a']);
    window.source.evict(8);
    expect(window.view.readHistory('a', null, 10)).toMatchObject({ complete: false, more: false });
    expect(window.view.readMessage('a', 1, 0, 10)).toEqual({ kind: 'gone', why: 'evicted' });
    expect(window.view.readMessage('a', 2, 3, 4)).toMatchObject({
      kind: 'message',
      offset: 3,
      meta: { seq: 2 },
    });
  });

  it('of an unknown topic are reported as gone, not as an error', () => {
    const window = new Window(['a/b']);
    expect(window.view.readMessage('nobody', 'latest', 0, 10)).toEqual({ kind: 'gone', why: 'never' });
    expect(window.view.readMessage('a', 'latest', 0, 10)).toEqual({ kind: 'gone', why: 'never' });
    expect(window.view.readMessage('a/b', 'retained', 0, 10)).toEqual({ kind: 'gone', why: 'never' });
    expect(window.view.readHistory('nobody', null, 10).messages).toEqual([]);
  });
});

describe('frames', () => {
  it('hold only the rows that changed, and obey the contract', () => {
    const window = new Window(FLEET, { selected: 'office/light' });
    window.act({ kind: 'expand-all' });
    expect(window.frame.rows).toHaveLength(13);
    window.source.publish('office/light', '1');
    window.read();
    expect(window.frame.rows.map(({ key }) => key)).toEqual(['office', 'office/light']);
    window.read();
    expect(window.frame.rows).toEqual([]);
    expect(FrameSchema.parse(window.frame)).toEqual(window.frame);
  });

  it('are made when something is new, and never for time alone', () => {
    const window = new Window(FLEET);
    expect(window.view.hasNews()).toBe(false);
    for (const later of [0, 999, 1_000, 60_000])
      expect(window.view.next(window.source.now + later)).toBeNull();
    window.source.publish('office/light');
    expect(window.view.hasNews()).toBe(true);
    window.read();
    window.view.act({ kind: 'expand', key: 'plant' }, 0);
    expect(window.view.hasNews()).toBe(true);
    window.read();
    window.forget('office/light');
    expect(window.view.hasNews()).toBe(true);
  });

  it('never give a topic the row of another one that had its number before', () => {
    const window = new Window(['a/1', 'a/2']);
    window.act({ kind: 'expand-all' });
    window.forget('a/2');
    window.source.publish('a/3');
    window.read();
    expect(window.shown).toEqual(['a', 'a/1', 'a/3']);
  });

  it('stay small: 60 ordinary rows that all change, or a few with endless names', () => {
    const topics = Array.from(
      { length: 60 },
      (_, i) => `plant/hall-2/line-07/dev-${String(10_000 + i)}/temperature`,
    );
    const ordinary = new Window(topics, { rows: 60, selected: topics[3] ?? null });
    ordinary.act({ kind: 'expand-all' });
    ordinary.look({ anchor: topics[0] ?? null });
    for (let round = 0; round < 5; round++) {
      for (const topic of topics)
        ordinary.source.publish(topic, `{"temperature":${String(round)}.5,"unit":"C","seq":1234567}`);
      const late = ordinary.frame.ids.filter((id) => !ordinary.rows.has(id));
      ordinary.read();
      expect(JSON.stringify(ordinary.frame).length).toBeLessThan(16_384);
      for (const id of late) expect(ordinary.rows.has(id)).toBe(true);
    }
    const endless = new Window(
      Array.from({ length: 60 }, (_, i) => `${String(i)}${'\u202e'.repeat(8_000)}`),
      { rows: 60 },
    );
    for (let frames = 1; endless.frame.ids.some((id) => !endless.rows.has(id)); frames++) {
      expect(endless.frame.rows.length).toBe(1);
      expect(endless.view.hasNews()).toBe(true);
      expect(frames).toBeLessThan(61);
      endless.read();
    }
  });
});

describe('the work of a view', () => {
  it('stops when asked to, and goes on from there', () => {
    const window = new Window(Array.from({ length: 5_000 }, (_, i) => `w/${String((i * 7_919) % 5_000)}`));
    window.view.act({ kind: 'expand', key: 'w' }, 0);
    let slices = 0;
    let asked = 0;
    while (window.view.work(() => ++asked % 3 === 0)) slices++;
    expect(slices).toBeGreaterThan(15);
    expect(asked).toBeGreaterThan(3 * slices);
    window.look({ offset: 5_000, rows: 3 });
    expect(window.shown).toEqual(['w/4997', 'w/4998', 'w/4999']);
  });

  it('is none where there is nothing to do, and a view that ended hears nothing', () => {
    const window = new Window(FLEET);
    expect(window.view.work(() => true)).toBe(false);
    window.act({ kind: 'pause' });
    window.view.dispose();
    expect(window.source.listeners).toBe(0);
    expect(window.source.snapshots).toBe(0);
  });
});
