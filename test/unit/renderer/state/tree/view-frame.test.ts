import { describe, expect, test } from 'vitest';
import { applyFrame } from '../../../../../src-renderer/state/tree/view-frame.ts';
import { wantedSpec } from '../../../../../src-renderer/state/tree/view-spec.ts';
import {
  EMPTY_STATE,
  messagesOfSelected,
  parentsAbove,
  rowAt,
  type SessionState,
} from '../../../../../src-renderer/state/tree/view-state.ts';
import type { Preview } from '../../../../../src-main/contract/model/message.ts';
import { random } from '../../../../support/random.ts';
import { frame, number, row, selected, windowOf } from '../../frames.ts';

const NOW = Date.UTC(2026, 10, 20);

function start(
  keys: readonly string[],
  ids: Map<string, number>,
  part: Partial<SessionState> = {},
): SessionState {
  return applyFrame({ ...EMPTY_STATE, viewRows: 10, ...part }, windowOf(keys, 0, 40, ids), NOW);
}

/** What the engine answers to a look, the naive way. */
function answer(state: SessionState, keys: readonly string[], ids: Map<string, number>): SessionState {
  const { anchor, offset, rows } = wantedSpec(state);
  const at = anchor === null ? 0 : keys.indexOf(anchor);
  const first = Math.max(0, Math.min(Math.max(0, at) + offset, keys.length - rows));
  return applyFrame(state, windowOf(keys, first, rows, ids), NOW);
}

function topKey(state: SessionState): string | undefined {
  return rowAt(state, Math.floor(state.top))?.row.key;
}

describe('what is on screen', () => {
  test('stays where it is while rows come and go above and below it', () => {
    const rng = random(7);
    const ids = new Map<string, number>();
    let keys = Array.from({ length: 300 }, (_, at) => `t${String(at * 10_000).padStart(8, '0')}`);
    let state: SessionState = { ...start(keys, ids), top: 100.25, home: false };
    state = answer(state, keys, ids);
    state = answer(state, keys, ids);
    const kept: [string, string, string][] = [];
    for (let turn = 0; turn < 500; turn++) {
      const before = topKey(state);
      expect(before).toBeDefined();
      if (rng.int(2) === 0) {
        const gone = rng.pick(keys);
        if (gone !== before) keys = keys.filter((key) => key !== gone);
      } else {
        const many = rng.int(30);
        const added = Array.from({ length: many }, () => `t${String(rng.int(3_000_000)).padStart(8, '0')}`);
        keys = [...new Set([...keys, ...added])].toSorted();
      }
      state = answer(state, keys, ids);
      // Only the end of the list may push it: there must be rows to fill the screen.
      if (state.top >= state.total - state.viewRows) continue;
      kept.push([topKey(state) ?? '', before ?? '', (state.top % 1).toFixed(6)]);
    }
    expect(kept.length).toBeGreaterThan(400);
    for (const [after, before, fraction] of kept) {
      expect(after).toBe(before);
      expect(fraction).toBe('0.250000');
    }
  });

  test('gives its place to the parent when it goes into it', () => {
    const ids = new Map<string, number>();
    const open = ['a', 'p', ...Array.from({ length: 50 }, (_, at) => `p/${at + 10}`), 'z1', 'z2'];
    const closed = ['a', 'p', ...Array.from({ length: 20 }, (_, at) => `z${at + 10}`)];
    const state = { ...start(open, ids), top: 20, home: false };
    const after = applyFrame(state, windowOf(closed, 0, 40, ids), NOW);
    expect(topKey(after)).toBe('p');
  });

  test('is not pulled along by a frame that answers an older look', () => {
    const ids = new Map<string, number>();
    const keys = Array.from({ length: 9_000 }, (_, at) => `t${at + 10_000}`);
    const state = { ...start(keys, ids), top: 10, home: false };
    expect(applyFrame(state, windowOf(keys, 5_000, 40, ids), NOW).top).toBe(10);
  });
});

describe('a frame', () => {
  test('leaves alone what did not change', () => {
    const first = applyFrame(
      { ...EMPTY_STATE, selectedKey: 'a' },
      frame({ total: 2, ids: [1, 2], rows: [row(1, 'a'), row(2, 'b')], selected: selected('a') }),
      NOW,
    );
    const second = applyFrame(
      first,
      frame({ total: 2, ids: [1, 2], rows: [row(2, 'b', { messages: 2 })], selected: selected('a') }),
      NOW,
    );
    expect(second.ids).toBe(first.ids);
    expect(second.rows.get(1)).toBe(first.rows.get(1));
    expect(second.rows.get(2)).not.toBe(first.rows.get(2));
    expect(second.selected).toBe(first.selected);
  });

  test('forgets rows that left the window, so that memory does not grow with scrolling', () => {
    const ids = new Map<string, number>();
    const keys = Array.from({ length: 1_000 }, (_, at) => `t${at + 1_000}`);
    let state = start(keys, ids);
    for (let top = 0; top < 900; top += 7) state = answer({ ...state, top }, keys, ids);
    expect(state.rows.size).toBeLessThanOrEqual(200);
  });

  test('shows the difference of two plain numbers, and counts changes of the value only', () => {
    const say = (state: SessionState, own: number, text: string) =>
      applyFrame(
        state,
        frame({ total: 1, ids: [1], rows: [row(1, 'a', { own, preview: number(text) })] }),
        NOW,
      );
    let state = say(EMPTY_STATE, 1, '71.1');
    expect(state.rows.get(1)).toMatchObject({ delta: null, changes: 0 });
    state = say(state, 2, '71.4');
    expect(state.rows.get(1)).toMatchObject({ delta: '+0.3', changes: 1 });
    state = say(state, 3, '71.4');
    expect(state.rows.get(1)).toMatchObject({ delta: null, changes: 1 });
  });

  test('keeps the counts of a branch from marking its own value as changed', () => {
    const say = (state: SessionState, messages: number) =>
      applyFrame(
        state,
        frame({ total: 1, ids: [1], rows: [row(1, 'a', { messages, own: 1, preview: number('5') })] }),
        NOW,
      );
    const state = say(say(EMPTY_STATE, 1), 9);
    expect(state.rows.get(1)).toMatchObject({ delta: null, changes: 0 });
  });

  test('ignores what it says of a topic that is no longer the selected one', () => {
    const state = applyFrame({ ...EMPTY_STATE, selectedKey: 'b' }, frame({ selected: selected('a') }), NOW);
    expect(state.selected).toBeNull();
  });

  test('learns the clock of an engine on another machine from fresh messages', () => {
    const at = (state: SessionState, messages: number, lastSeen: number) =>
      applyFrame(state, frame({ total: 1, ids: [1], rows: [row(1, 'a', { messages, lastSeen })] }), NOW);
    const near = at(at(EMPTY_STATE, 1, NOW), 2, NOW - 300);
    expect(near.skew).toBe(0);
    const far = at(at(EMPTY_STATE, 1, NOW), 2, NOW - 60_000);
    expect(far.skew).toBe(-60_000);
  });
});

describe('the active row', () => {
  test('arrives where it was sent once the window holds its row, and is shown whole', () => {
    const ids = new Map<string, number>();
    const keys = Array.from({ length: 500 }, (_, at) => `t${at + 1_000}`);
    let state: SessionState = { ...start(keys, ids), target: { kind: 'index', index: 499, select: true } };
    state = answer(state, keys, ids);
    state = answer(state, keys, ids);
    expect(state.active?.view.row.key).toBe('t1499');
    expect(state.selectedKey).toBe('t1499');
    expect(state.top).toBe(490);
    expect(state.target).toBeNull();
  });

  test('is found by its topic, and by so many rows after it', () => {
    const ids = new Map<string, number>();
    const keys = Array.from({ length: 500 }, (_, at) => `t${at + 1_000}`);
    let state: SessionState = {
      ...start(keys, ids),
      target: { kind: 'key', key: 't1300', delta: 2, select: false },
    };
    state = answer(state, keys, ids);
    expect(state.active?.view.row.key).toBe('t1302');
    expect(state.top).toBeLessThanOrEqual(302);
    expect(state.top + state.viewRows).toBeGreaterThanOrEqual(303);
  });

  test('is dropped when the whole tree is on hand and it is not in it', () => {
    const ids = new Map<string, number>();
    const state = start(['a', 'b', 'c'], ids);
    const active = { view: rowAt(state, 1)!, index: 1 };
    expect(applyFrame({ ...state, active }, windowOf(['a', 'c'], 0, 40, ids), NOW).active).toBeNull();
  });
});

test('a deep level says where it lies once its parents are scrolled away, and only then', () => {
  const ids = new Map<string, number>();
  const keys = ['a', 'a/b', 'a/b/c', ...Array.from({ length: 30 }, (_, at) => `a/b/c/${at + 10}`)];
  const state = start(keys, ids);
  expect(parentsAbove(state)).toBeNull();
  expect(parentsAbove({ ...state, top: 1.5 })).toBe('a/');
  expect(parentsAbove({ ...state, top: 20 })).toBe('a/b/c/');
  const dotted = start(['p', 'p.q', ...Array.from({ length: 30 }, (_, at) => `p.q.${at + 10}`)], new Map());
  expect(parentsAbove({ ...dotted, separator: '.', top: 20 })).toBe('p.q.');
  expect(parentsAbove({ ...state, top: -2 })).toBeNull();
});

describe('a preview that is sent again', () => {
  const text = (words: string, cut = false): Preview => ({ kind: 'text', text: words, cut });
  const reported = (state: SessionState, own: number, preview: Preview) => {
    const rows = [row(1, 'a', { own, messages: own, preview })];
    return applyFrame(state, frame({ rows, total: 1, ids: [1] }), NOW);
  };
  const shown = (state: SessionState) => state.rows.get(1);

  test('stays the same object while it is equal, and is another one when only its cut is', () => {
    const first = reported(EMPTY_STATE, 1, text('idle'));
    const same = reported(first, 2, text('idle'));
    expect(shown(same)?.row.messages).toBe(2);
    expect(shown(same)?.row.preview).toBe(shown(first)?.row.preview);
    expect(shown(same)?.changes).toBe(0);
    const cut = reported(same, 3, text('idle', true));
    expect(shown(cut)?.row.preview).toEqual({ kind: 'text', text: 'idle', cut: true });
  });
});

describe('the messages of the selected topic', () => {
  const view = { row: row(1, 'a', { own: 7 }), cameAt: 0, delta: null, changes: 0 };
  const chosen: SessionState = { ...EMPTY_STATE, selectedKey: 'a', active: { view, index: 0 } };

  test('are those of its row until a frame brings them', () => {
    expect(messagesOfSelected(chosen)).toBe(7);
    expect(messagesOfSelected({ ...chosen, selected: selected('a', { messages: 9 }) })).toBe(9);
  });

  test('are not those of another row, and not known without one', () => {
    expect(messagesOfSelected({ ...chosen, selectedKey: 'b' })).toBeNull();
    expect(messagesOfSelected({ ...chosen, active: null })).toBeNull();
    expect(messagesOfSelected(EMPTY_STATE)).toBeNull();
  });
});
