import { afterEach, describe, expect, test, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import {
  copyEntries,
  copyTopicEntry,
  publishEntries,
  subscribeEntry,
  takeEntries,
  type MessageAt,
  type MessageEntryId,
  type MessagePorts,
} from '../../../../../src-renderer/state/menu/message-entries.ts';
import { takenOut } from '../../../../support/window/taken-out.ts';
import { FakeLog } from '../inspector/fake-log.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

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

describe('What is done with a message', () => {
  const KEY = 'plant/press.1';
  const AT: MessageAt = { key: KEY, seq: 7 };

  /** A topic with two messages, whose entries act on the older one. */
  function bench(part: Partial<MessagePorts> = {}, separator = '/') {
    const log = new FakeLog();
    log.arrive(KEY, 7, '{"t":1}');
    log.arrive(KEY, 8, '{"t":2}');
    log.store.setState({ separator });
    const edited: unknown[] = [];
    const given = {
      session: log.session,
      address: 'mqtt://user:secret@broker.test:1884',
      edit: async (...asked: unknown[]) => {
        edited.push(asked);
        return Promise.resolve(null);
      },
      opens: true,
      ...part,
    } as unknown as MessagePorts;
    const run = (id: MessageEntryId, at: MessageAt = AT): Promise<string> => {
      const entries = [
        copyTopicEntry(at.key),
        ...copyEntries(given, at),
        ...takeEntries(given, at),
        ...publishEntries(given, at),
      ];
      const entry = entries.find((one) => one.id === id);
      return entry === undefined ? Promise.reject(new Error(`no ${id}`)) : entry.outcome();
    };
    return { log, edited, run };
  }

  test('is done with that one, not with the latest', async () => {
    const { copied, saved } = takenOut();
    const { run, edited } = bench();
    await expect(run('copy-topic')).resolves.toBe('Topic copied');
    await expect(run('copy-value')).resolves.toBe('Copied: 7 B');
    await expect(run('copy-json')).resolves.toBe('Copied as JSON');
    expect(copied.slice(0, 2)).toEqual([KEY, '{"t":1}']);
    expect(JSON.parse(copied[2] ?? '')).toMatchObject({ topic: KEY, payload: '{"t":1}' });
    await expect(run('save')).resolves.toBe('Saved: 7 B');
    expect(new TextDecoder().decode(await saved[0]?.bytes)).toBe('{"t":1}');
    await run('edit');
    expect(edited).toEqual([[KEY, 7]]);
  });

  test('is done with the latest where that is meant', async () => {
    const { copied } = takenOut();
    await bench().run('copy-value', { key: KEY, seq: 'latest' });
    expect(copied).toEqual(['{"t":2}']);
  });

  test('names the broker in a command line, and nobody who has to do with it', async () => {
    const { copied } = takenOut();
    await expect(bench().run('copy-pub')).resolves.toContain('without username and password');
    expect(copied[0]).toMatch(/^mosquitto_pub -h '?broker\.test'? -p 1884 -t /);
    expect(copied[0]).not.toMatch(/user|secret/);
    await bench({ address: 'wss://broker.test/mqtt' }).run('copy-pub');
    expect(copied[1]).toMatch(/^mosquitto_pub -t /);
  });

  test('saves a file that is called after the last level of this tree', async () => {
    const { saved } = takenOut();
    await bench().run('save');
    await bench({}, '.').run('save');
    expect(saved.map(({ name }) => name.split(' ')[0])).toEqual(['press.1', '1']);
  });

  test('says in which way it was handed to the publish panel, or why it was not', async () => {
    const { run, edited } = bench();
    await expect(run('edit')).resolves.toBe('Loaded into the publish panel');
    await expect(run('publish-again')).resolves.toBe('Handed to the publish panel');
    expect(edited).toEqual([
      [KEY, 7],
      [KEY, 7, 'again'],
    ]);
    const refused = failed('gone', 'The message was dropped.', 'Choose another one.');
    const refusing = bench({ edit: () => Promise.resolve(refused) });
    for (const id of ['edit', 'publish-again'] as const)
      await expect(refusing.run(id)).rejects.toThrow('The message was dropped. Choose another one.');
  });

  test.each([
    ['copy-value', 'Not copied'],
    ['copy-json', 'Not copied'],
    ['copy-pub', 'Not copied'],
    ['save', 'Not saved'],
  ] as const)('says that it is gone where it was dropped meanwhile: %s', async (id, not) => {
    const { copied, saved } = takenOut();
    const { run, log } = bench();
    log.evict(KEY, 7);
    await expect(run(id)).rejects.toThrow(`${not}: this message was dropped for newer ones.`);
    expect([copied, saved]).toEqual([[], []]);
  });

  test('is opened by the host, which gets its number, and shows how that went', async () => {
    const { run, log } = bench();
    const call = vi.spyOn(log.session.client, 'call') as unknown as {
      mockResolvedValueOnce(answer: object): void;
      mock: { calls: unknown[][] };
    };
    call.mockResolvedValueOnce({ kind: 'opened', file: 'press.json', bytes: 7, size: 7 });
    await expect(run('open')).resolves.toBe('Opened as press.json');
    expect(call.mock.calls[0]).toEqual(['openPayload', { connection: 'c1', key: KEY, which: 7 }]);
    call.mockResolvedValueOnce({ kind: 'cancelled' });
    await expect(run('open')).resolves.toBe('Not opened');
    call.mockResolvedValueOnce(failed('program', 'A program is not opened.', 'Save it.'));
    await expect(run('open')).rejects.toThrow('A program is not opened. Save it.');
    await expect(bench({ opens: false }).run('open')).rejects.toThrow('no open');
  });

  test('of a topic whose name is no text is what needs no name', () => {
    const at: MessageAt = { key: '\0\\xff', seq: 7 };
    const { ports: given } = ports();
    const off = [
      copyTopicEntry(at.key),
      ...copyEntries(given, at),
      ...takeEntries(given, at, 'no message'),
      ...publishEntries(given, at),
    ].map(({ id, off: why }) => [id, why]);
    const NO_NAME = 'its name is no text';
    expect(Object.fromEntries(off)).toEqual({
      ...{ 'copy-topic': NO_NAME, 'copy-value': null, 'copy-json': null, 'copy-pub': NO_NAME },
      ...{ save: 'no message', open: 'no message', edit: NO_NAME, 'publish-again': NO_NAME },
    });
  });
});
