import { expect, test, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import {
  copyEntries,
  publishEntries,
  subscribeEntry,
  takeEntries,
  type MessagePorts,
} from '../../../../../src-renderer/state/menu/message-entries.ts';

function ports(part: { separator?: string; off?: string | null; opens?: boolean } = {}) {
  const { separator = '/', off = null, opens = true } = part;
  const subscribing = {
    off: vi.fn(() => off),
    subscribe: vi.fn((key: string) => Promise.resolve(`Subscribed to ${key}/#`)),
  };
  const session = { store: createStore(() => ({ separator })) };
  const edit = vi.fn(() => Promise.resolve({ kind: 'failed' }));
  return {
    ports: { session, subscribing, edit, opens, address: '' } as unknown as MessagePorts,
    subscribing,
  };
}

test('A topic with all below it is subscribed to as the connection says, and what came of it is answered.', async () => {
  const { ports: given, subscribing } = ports();
  const entry = subscribeEntry(given, 'plant/hall' as never);
  expect(entry).toMatchObject({ id: 'subscribe', label: 'Subscribe to this subtree', off: null });
  await expect(entry.outcome()).resolves.toBe('Subscribed to plant/hall/#');
  expect(subscribing.subscribe).toHaveBeenCalledExactlyOnceWith('plant/hall');
});

test('It is not offered where a subscription has it, where MQTT cannot say it, or where the name is no text.', () => {
  const entry = (given: MessagePorts, key: string) => subscribeEntry(given, key as never);
  expect(entry(ports({ off: '# includes it' }).ports, 'plant').off).toBe('# includes it');
  expect(entry(ports({ separator: '.' }).ports, 'plant.hall').off).toBe('MQTT filters use / only');
  expect(entry(ports().ports, '\0\\xff').off).toBe('its name is no text');
});

test('Without a message each entry about one says why, and opening is not among them where the host cannot.', () => {
  const { ports: given } = ports({ opens: false });
  const at = { key: 'plant' as never, seq: 'latest' } as const;
  const entries = [
    ...copyEntries(given, at, 'no message'),
    ...takeEntries(given, at, 'no message'),
    ...publishEntries(given, at, 'no message'),
  ];
  expect(entries.map(({ id }) => id)).toEqual([
    'copy-value',
    'copy-json',
    'copy-pub',
    'save',
    'edit',
    'publish-again',
  ]);
  expect(entries.every(({ off }) => off === 'no message')).toBe(true);
});
