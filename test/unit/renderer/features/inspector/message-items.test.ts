import { expect, test, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import {
  aroundItems,
  messageItems,
  shownItems,
  topicItems,
  type MessagePorts,
} from '../../../../../src-renderer/features/inspector/message-items.ts';
import { inspectorTabOf } from '../../../../../src-renderer/state/inspector/inspector-tab.ts';

function open(part: { opens?: boolean; watched?: boolean; rows?: number; selectedKey?: string } = {}) {
  const { opens = true, watched = false, rows = 0, selectedKey = 'plant/a' } = part;
  const store = createStore(() => ({ selectedKey, separator: '/' }));
  const session = {
    store,
    select: vi.fn(),
    setFilter: vi.fn(),
    openClear: vi.fn(),
    client: {},
    connectionId: 'c',
  };
  const watch = {
    store: createStore(() => ({ rows: Array.from({ length: rows }, () => ({})) })),
    isWatched: () => watched,
    toggle: vi.fn(),
  };
  const edit = vi.fn(() => Promise.resolve({ kind: 'failed' }));
  const subscribing = {
    off: () => null,
    subscribe: vi.fn((key: string) => Promise.resolve(`Subscribed to ${key}/#`)),
  };
  const given = { session, watch, edit, opens, subscribing, address: 'mqtt://h:1883' };
  const ports = given as unknown as MessagePorts;
  return { ports, session, watch, edit, subscribing };
}

const say = () => undefined;
const labels = (items: readonly { readonly label: string }[]) => items.map(({ label }) => label);

test('A message has the actions of the tree’s menu, and is opened elsewhere only where the host does it.', () => {
  const at = { key: 'plant/a', seq: 7 } as never;
  expect(labels(messageItems(open().ports, at, say))).toEqual([
    'Copy topic',
    'Copy value',
    'Copy as JSON',
    'Copy as mosquitto_pub',
    'Save payload…',
    'Open in default program…',
    'Edit and publish',
    'Publish again',
  ]);
  expect(labels(messageItems(open({ opens: false }).ports, at, say))).not.toContain(
    'Open in default program…',
  );
});

test('Where the topic is no text, what needs its name says so, and the rest can be done.', () => {
  const items = messageItems(open().ports, { key: '\0\\xff', seq: 7 } as never, say);
  const off = items.filter((item) => (item.off ?? null) !== null);
  expect(labels(off)).toEqual(['Copy topic', 'Copy as mosquitto_pub', 'Edit and publish', 'Publish again']);
  const [like] = topicItems(open().ports, '\0\\xff' as never, say).filter(({ id }) => id === 'filter-like');
  expect(like?.off).not.toBeNull();
});

test('The message itself is published again, not the latest one.', () => {
  const { ports, edit } = open();
  const items = messageItems(ports, { key: 'plant/a', seq: 7 } as never, say);
  items.find(({ id }) => id === 'edit')?.run();
  items.find(({ id }) => id === 'publish-again')?.run();
  expect(edit.mock.calls).toEqual([
    ['plant/a', 7],
    ['plant/a', 7, 'again'],
  ]);
});

test('A topic is charted where it is selected, watched, filtered for and cleared.', () => {
  const { ports, session, watch, subscribing } = open({ selectedKey: 'plant' });
  const items = topicItems(ports, 'plant/hall/temp' as never, say);
  expect(labels(items)).toEqual([
    'Chart',
    'Watch',
    'Filter like this',
    'Subscribe to this subtree',
    'Clear retained…',
  ]);
  for (const { run } of items) run();
  expect(session.select).toHaveBeenCalledExactlyOnceWith('plant/hall/temp');
  expect(inspectorTabOf(ports.session).getState().tab).toBe('chart');
  expect(watch.toggle).toHaveBeenCalledExactlyOnceWith('plant/hall/temp', null);
  expect(session.setFilter).toHaveBeenCalledExactlyOnceWith('topic:plant/+/temp');
  expect(session.openClear).toHaveBeenCalledExactlyOnceWith(['plant/hall/temp']);
  expect(subscribing.subscribe).toHaveBeenCalledExactlyOnceWith('plant/hall/temp');
});

test('What is done with the shown message is there for a part of it and for its bytes, once each.', () => {
  const at = { key: 'plant/a', seq: 7 } as never;
  const { ports } = open();
  for (const items of [aroundItems(ports, at, say), shownItems(ports, at, say)]) {
    const ids = items.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const wanted of ['copy-topic', 'copy-pub', 'save', 'edit', 'compare', 'subscribe', 'clear-retained'])
      expect(ids).toContain(wanted);
    items.find(({ id }) => id === 'compare')?.run();
    expect(inspectorTabOf(ports.session).getState().tab).toBe('diff');
    inspectorTabOf(ports.session).setState({ tab: 'value' });
  }
});

test('The shown topic is not selected again, and what is watched is watched no more.', () => {
  const { ports, session } = open({ watched: true, rows: 100 });
  const items = topicItems(ports, 'plant/a' as never, say);
  items.find(({ id }) => id === 'chart')?.run();
  expect(session.select).not.toHaveBeenCalled();
  expect(items.find(({ id }) => id === 'watch')).toMatchObject({ label: 'Stop watching', off: null });
  expect(topicItems(open({ rows: 100 }).ports, 'plant/a' as never, say)[1]?.off).toContain('100');
});
