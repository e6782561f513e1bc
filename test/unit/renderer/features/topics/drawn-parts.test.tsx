import { describe, expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { Preview } from '../../../../../src-main/contract/model/message.ts';
import type { Row } from '../../../../../src-main/contract/model/view.ts';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { displayTopic, topicKey } from '../../../../../src-main/core/topics/names.ts';
import { EmptyTree } from '../../../../../src-renderer/features/topics/empty-tree.tsx';
import { NOTHING_SOUGHT, soughtBy } from '../../../../../src-renderer/features/topics/filter/highlight.ts';
import { TreeHead } from '../../../../../src-renderer/features/topics/head/tree-head.tsx';
import { PausedLine } from '../../../../../src-renderer/features/topics/paused-line.tsx';
import { RateSamples } from '../../../../../src-renderer/features/topics/rows/rate-samples.ts';
import { TreeRow, type TreeRowProps } from '../../../../../src-renderer/features/topics/rows/tree-row.tsx';
import {
  DEFAULT_COLUMNS,
  fieldColumn,
  TreeColumns,
  type Columns,
} from '../../../../../src-renderer/state/tree/tree-columns.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import type { SessionState } from '../../../../../src-renderer/state/tree/view-state.ts';
import { row } from '../../frames.ts';
import { NO_COUNTERS } from '../../../../support/engine/fake-engine.ts';
import { draw, words } from '../../../../support/window/drawn.tsx';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';

const NOW = 1_800_000_000_000;

function sessionOf(state: Partial<SessionState> = {}): ConnectionSession {
  const store = createStore(() => ({
    ...{ phase: 'live', filter: '', building: null, counters: NO_COUNTERS, paused: null, separator: '/' },
    ...{ ids: [], rows: new Map(), skew: 0 },
    ...state,
  }));
  const never = () => new Promise<never>(() => undefined);
  const client = { call: never, stream: () => ({ [Symbol.asyncIterator]: () => ({ next: never }) }) };
  return { store, now: () => NOW, client, onClose: () => undefined } as unknown as ConnectionSession;
}

/** A row as the engine sends it: names are for the eye already, keys are not. */
const reported = (bytes: string | Uint8Array, part: Partial<Row> = {}) => {
  const key = typeof bytes === 'string' ? bytes : topicKey(bytes);
  const topic = displayTopic(key);
  return row(1, key, { topic, name: topic.slice(topic.lastIndexOf('/') + 1), ...part });
};

function treeRow(of: Row, more: Partial<TreeRowProps> & { readonly filter?: string } = {}) {
  const session = sessionOf();
  const { filter = '', ...props } = more;
  return (
    <TreeRow
      view={{ row: of, changes: 0, delta: null, cameAt: NOW }}
      index={0}
      y={0}
      selected={false}
      active={false}
      valueChars={30}
      session={session}
      samples={new RateSamples(session)}
      sought={soughtBy(filter) ?? NOTHING_SOUGHT}
      columns={DEFAULT_COLUMNS}
      rule={null}
      busy={null}
      {...props}
    />
  );
}

describe('a row of the tree', () => {
  test.each(HOSTILE_TEXTS)('draws nothing that deceives the eye, whatever is in %j', (text) => {
    const previews: readonly Preview[] = [
      { kind: 'text', text, cut: true },
      { kind: 'number', text: '5' },
      { kind: 'binary', size: 3, hex: '00 01 02' },
    ];
    for (const preview of previews) {
      const drawn = draw(
        treeRow(reported(new TextEncoder().encode(`plant/${text}`), { preview, children: 2, level: 7 })),
      );
      // What tests and scripts find a row by is its topic and not for the eye.
      const seen = drawn.replace(/ data-topic="[^"]*"/, '');
      expect(isSafeText(seen), seen).toBe(true);
      expect(seen).not.toContain('<b>');
    }
  });

  test('says how deep it lies, whether it is open, and which one it is', () => {
    const drawn = draw(
      treeRow(reported('a/b', { level: 2, children: 3, expanded: true }), { index: 41, active: true }),
    );
    for (const part of ['aria-level="2"', 'aria-expanded="true"', 'aria-rowindex="43"', 'data-active=""'])
      expect(drawn).toContain(part);
    expect(draw(treeRow(reported('a/b')))).not.toContain('aria-expanded');
  });

  test('names an empty level, and marks what the filter found across levels', () => {
    expect(words(treeRow(reported('a/')))).toContain('(empty level)');
    const marked = draw(treeRow(reported('plant/press'), { filter: 'ant/pr' }));
    expect(marked).toContain('<mark>pr</mark>ess');
    expect(draw(treeRow(reported('plant/press'), { filter: '-press' }))).not.toContain('<mark>');
    const long = draw(treeRow(reported(`plant/press${'x'.repeat(60_000)}`), { filter: 'press' }));
    expect(long).toContain('<mark>press</mark>xxx');
  });

  test('marks nothing in the value of a row that is there for what lies below it', () => {
    const preview: Preview = { kind: 'text', text: 'open', cut: false };
    expect(draw(treeRow(reported('a', { preview }), { filter: 'open' }))).toContain('<mark>open</mark>');
    expect(draw(treeRow(reported('a', { preview, match: false }), { filter: 'open' }))).not.toContain(
      '<mark>',
    );
  });

  test('of a branch without messages shows what lies below it, and no size', () => {
    const drawn = words(treeRow(reported('a', { own: 0, children: 2, topics: 5, size: 99, messages: 12 })));
    expect(drawn).toContain('5 topics');
    expect(drawn).not.toContain('99 B');
  });

  test('distinguishes missing values from empty ones', () => {
    const value = (preview: Preview) => words(treeRow(reported('a', { preview, size: 4 })));
    expect(value({ kind: 'empty' })).toContain('empty');
    expect(value({ kind: 'evicted' })).toContain('evicted');
    expect(value({ kind: 'binary', size: 4, hex: 'de ad be ef' })).toMatch(/BIN ?4 B de ad be ef/);
    expect(value({ kind: 'text', text: 'x'.repeat(10), cut: true })).toContain('xxxxxxxxxx…');
  });

  test('that is late says so in words, with what is usual', () => {
    const drawn = draw(treeRow(reported('a', { lastSeen: NOW - 90_000, usual: 5_000 })));
    expect(drawn).toContain('Late: ');
    expect(drawn).toContain('title="Usually');
    expect(drawn).toContain('tt-is-late');
  });

  test('has its fields in the columns that ask for them, in whatever order those stand', () => {
    const [a, b] = [fieldColumn(['temperature']), fieldColumn(['ok'])];
    const columns: Columns = [
      { id: b, width: null },
      { id: 'messages', width: null },
      { id: a, width: null },
    ];
    const drawn = draw(treeRow(reported('a', { fields: ['yes\u202e', '71.4'], messages: 7 }), { columns }));
    expect(drawn.indexOf('yes\\u{202e}')).toBeGreaterThan(0);
    expect(drawn.indexOf('yes')).toBeLessThan(drawn.indexOf('71.4'));
    expect(words(treeRow(reported('a', { fields: [] }), { columns }))).toBe('a 1');
  });
});

describe('the head of the tree', () => {
  const head = (above: string | null, columns: Columns = DEFAULT_COLUMNS) => (
    <TreeHead
      session={sessionOf()}
      above={above}
      sorting={{ by: 'rate', descending: true, stale: true }}
      columns={columns}
      offered={[]}
      chosen={new TreeColumns(null, 'p')}
    />
  );

  test('says which column sorts, and how', () => {
    const drawn = draw(head(null));
    expect(drawn.match(/aria-sort="descending"/g)).toHaveLength(1);
    expect(drawn).toMatch(
      /aria-label="Rate"[^>]*aria-sort="descending"|aria-sort="descending"[^>]*data-column="rate"/,
    );
  });

  test('shows where the rows in sight lie, and beginning and end of a long path on hover', () => {
    expect(words(head('plant.hall.'))).toContain('plant.hall.');
    const title = /title="([^"]*)"/.exec(draw(head(`${'x'.repeat(60_000)}/`)))?.[1] ?? '';
    expect(title.length).toBeLessThan(1_100);
  });
});

describe('a tree without rows', () => {
  const empty = (state: Partial<SessionState>, hint?: string) =>
    words(<EmptyTree session={sessionOf(state)} hint={hint} />);
  const counters = { ...NO_COUNTERS, topics: 1_200 };

  test('says nothing before anything is known, nor while it is built or searched', () => {
    expect(empty({ phase: 'opening' })).toBe('');
    expect(empty({ building: 0.5 })).toBe('');
    expect(empty({ filter: 'x', building: 0.5 })).toBe('');
  });

  test('distinguishes a filter without a match from a broker without messages', () => {
    expect(empty({ filter: 'x', counters })).toContain('0 of 1,200 topics match.');
    expect(empty({ filter: 'x', counters })).toContain('Clear filter');
    expect(empty({ filter: 'press temperature=80', counters })).toContain(
      '“temperature=80” is looked for as text. A field of the latest value is written json:temperature=80.',
    );
    expect(empty({})).toContain('No messages yet');
    expect(empty({}, 'Subscribed to a/#.')).toContain('Subscribed to a/#.');
  });
});

test('A tree that is paused says what waits, in the number it is.', () => {
  const line = (newMessages: number, newTopics: number) =>
    words(<PausedLine session={sessionOf({ paused: { at: NOW, newMessages, newTopics } as never })} />);
  expect(line(0, 0)).toContain('Nothing new since.');
  expect(line(1, 1)).toContain('1 new message, 1 new topic waiting.');
  expect(line(2_000, 0)).toMatch(/2,000 new messages waiting\.$/);
  expect(words(<PausedLine session={sessionOf()} />)).toBe('');
});
