import { beforeEach, expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { Visits } from '../../../../../src-renderer/app/base/visits.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { EMPTY_STATE, type SessionState } from '../../../../../src-renderer/state/tree/view-state.ts';

const store = createStore<SessionState>(() => ({ ...EMPTY_STATE, selectedKey: 'first' }));
const revealed: string[] = [];
let now = 0;
let visits: Visits;

/** The part of a session that the way is about. */
const session = {
  store,
  select: (selectedKey: string) => store.setState({ selectedKey }),
  reveal: (key: string) => void revealed.push(key),
  setFilter: (filter: string) => store.setState({ filter }),
  onClose: () => undefined,
} as unknown as ConnectionSession;

beforeEach(() => {
  store.setState({ ...EMPTY_STATE, selectedKey: 'first' });
  revealed.length = 0;
  visits = new Visits(session, () => now);
});

function select(key: string, later = 1_000): void {
  now += later;
  session.select(key);
}

test('one goes back and forward through what was selected, and the topic is shown', () => {
  select('a');
  select('b');
  visits.go(-1);
  expect(store.getState().selectedKey).toBe('a');
  visits.go(-1);
  visits.go(-1);
  expect(store.getState().selectedKey).toBe('first');
  expect(visits.can(-1)).toBe(false);
  visits.go(1);
  expect(store.getState().selectedKey).toBe('a');
  expect(revealed).toEqual(['a', 'first', 'a']);
});

test('whoever goes elsewhere from the middle of the way begins a new one there', () => {
  select('a');
  select('b');
  visits.go(-1);
  select('c');
  expect(visits.can(1)).toBe(false);
  expect(visits.store.getState().topics).toEqual(['first', 'a', 'c']);
});

test('topics that were passed by are no places one was at, and one and the same is one place', () => {
  select('a');
  select('b', 100);
  select('c', 100);
  expect(visits.store.getState().topics).toEqual(['first', 'c']);
  select('d', 5_000);
  select('c', 100);
  expect(visits.store.getState().topics).toEqual(['first', 'c']);
});

test('a filter that would hide the topic goes, and the way has an end', () => {
  select('a');
  store.setState({ filter: 'x' });
  visits.go(-1);
  expect(store.getState().filter).toBe('');
  for (let n = 0; n < 150; n++) select(`t${String(n)}`);
  expect(visits.store.getState().topics.length).toBe(100);
  expect(visits.store.getState().at).toBe(99);
});
