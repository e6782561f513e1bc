import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import type { TrashedMessage, TrashEntry } from '../../../../../src-main/contract/session/trash.ts';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { PlanList } from '../../../../../src-renderer/features/retained/plan-list.tsx';
import type { ClearedTopic, PlannedTopic } from '../../../../../src-renderer/features/retained/plan.ts';
import { TrashTree } from '../../../../../src-renderer/features/retained/trash-tree.tsx';
import type { Choice } from '../../../../../src-renderer/features/retained/trash.ts';
import { draw, words } from '../../../../support/window/drawn.tsx';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';

const NOW = Date.UTC(2026, 10, 29, 12);

describe('the rows of the trash', () => {
  const entry = (id: string, more: Partial<TrashEntry> = {}): TrashEntry => ({
    ...{ id, at: NOW, title: `${id}/#`, broker: 'mqtt://h:1883', profile: 'Plant', messages: 2, bytes: 10 },
    ...{ damage: [] },
    ...more,
  });
  const message = (line: number): TrashedMessage => ({
    ...{ line, key: `t${line}`, topic: `t${line}`, size: 3, qos: 1, at: NOW, expiresAt: NOW - 60_000 },
    preview: { kind: 'number', text: '71' },
  });
  const tree = (entries: readonly TrashEntry[], open: readonly string[] = [], choice: Choice = new Map()) => (
    <TrashTree
      entries={entries}
      messages={new Map(open.map((id) => [id, [message(1), message(2)]]))}
      choice={choice}
      now={NOW}
      onOpen={() => undefined}
      onChoose={() => undefined}
    />
  );

  test.each(HOSTILE_TEXTS)('draw nothing that deceives the eye of a file somebody else wrote: %j', (text) => {
    const damage = [{ line: 3, what: text }];
    for (const one of [
      entry('a', { title: text, profile: text, broker: text }),
      entry('b', { title: text, damage }),
    ]) {
      const drawn = draw(tree([one]));
      expect(isSafeText(drawn)).toBe(true);
      expect(drawn).not.toContain('<b>');
    }
  });

  test('keep a title of any length out of what is said beside it', () => {
    const drawn = draw(tree([entry('a', { title: 'x'.repeat(60_000) })]));
    for (const [, reported = ''] of drawn.matchAll(/(?:title|aria-label)="([^"]*)"/g))
      expect(reported.length).toBeLessThan(1_100);
  });

  test('have one tab stop, and a level and a choice of their own', () => {
    const drawn = draw(tree([entry('a'), entry('b')], ['a'], new Map([['a', new Set([2])]])));
    expect(drawn.match(/tabindex="0"/g)).toHaveLength(1);
    expect(drawn.match(/aria-level="2"/g)).toHaveLength(2);
    expect(drawn.match(/aria-selected="true"/g)).toHaveLength(1);
    expect(drawn.match(/aria-expanded="true"/g)).toHaveLength(1);
    const all = draw(tree([entry('a')], ['a'], new Map([['a', 'all']])));
    expect(all.match(/aria-selected="true"/g)).toHaveLength(3);
  });

  test('say when a message expired, and of an entry without a moment none', () => {
    expect(words(tree([entry('a')], ['a']))).toContain('expired 1 m 0 s ago');
    expect(words(tree([entry('a', { at: 0 })]))).not.toContain('1970');
  });
});

describe('the topics that are to be cleared', () => {
  const planned = (key: string, excluded: string | null = null): PlannedTopic => ({
    ...{ key, topic: key, size: 3, excluded },
    fact: { state: 'retained', by: 'subscribe', at: NOW - 5_000, stale: false },
    preview: { kind: 'text', text: 'open', cut: false },
  });
  const failure = failed('no', 'It was not allowed.', 'Ask somebody.');
  const cleared = (key: string, outcome: object): ClearedTopic =>
    ({ key, topic: key, restorable: true, entry: 'e', outcome }) as ClearedTopic;

  test('say how they are known, and what became of each once something did', () => {
    const topics = [planned('a'), planned('b')];
    const before = <PlanList topics={topics} results={null} restored={[]} now={NOW} />;
    expect(words(before)).toContain('Known from a open 3 B seen after subscribing, 5 s ago');
    const results = [cleared('a', { kind: 'refused', code: 135, failure })];
    const after = words(<PlanList topics={topics} results={results} restored={[]} now={NOW} />);
    expect(after).toContain('Refused (0x87): It was not allowed. Ask somebody.');
    // One that the engine did not come to is as it was.
    expect(after.match(/seen after subscribing/g)).toHaveLength(1);
    const back = [{ key: 'a', topic: 'a', outcome: { kind: 'restored' as const } }];
    expect(words(<PlanList topics={topics} results={results} restored={back} now={NOW} />)).toContain(
      'Restored',
    );
  });

  test('stand apart from those that cannot be, each with its reason', () => {
    const list = (
      <PlanList topics={[planned('a'), planned('b', 'No.')]} results={null} restored={[]} now={NOW} />
    );
    expect(words(list)).toMatch(/Excluded, with the reason b No\.$/);
    const none = <PlanList topics={[planned('b', 'No.')]} results={null} restored={[]} now={NOW} />;
    expect(draw(none).match(/<table/g)).toHaveLength(1);
  });
});
