import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  COMPARED_BYTES,
  COMPARED_HERE,
  createComparing,
  type Comparing,
} from '../../../../../src-renderer/state/inspector/comparing.ts';
import { createHistory } from '../../../../../src-renderer/state/inspector/inspector-history.ts';
import { createInspector, type Inspector } from '../../../../../src-renderer/state/inspector/inspector.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { FakeLog, settled } from './fake-log.ts';

let log: FakeLog;
let clock: ManualClock;
let inspector: Inspector;
let comparing: Comparing;
/** What the decoder was asked for. */
let decoded: string[];
/** How many of its bytes it was given. */
let decodedBytes: number[];

beforeEach(() => {
  log = new FakeLog();
  clock = new ManualClock();
  const ports = { now: clock.now, later: clock.after };
  inspector = createInspector(log.session, ports);
  decoded = [];
  decodedBytes = [];
  comparing = createComparing(log.session, inspector, createHistory(log.session, ports), (key, message) => {
    decoded.push(`${key} ${String(message.meta.seq)}`);
    decodedBytes.push(message.bytes.length);
    const text = new TextDecoder().decode(message.bytes.subarray(0, 100));
    return Promise.resolve(text.startsWith('packed ') ? { kind: 'text', text: text.slice(7) } : null);
  });
});

async function arrive(key: string, seq: number, text: string | Uint8Array<ArrayBuffer>): Promise<void> {
  log.arrive(key, seq, text);
  clock.advance(200);
  await settled();
}

/** What is compared, as texts: before and now. */
function pair(): readonly [string | null, string] | null {
  const shown = comparing.store.getState().pair;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (shown === null) return null;
  return [shown.before === null ? null : text(shown.before.message.bytes), text(shown.now.message.bytes)];
}

describe('the shown message', () => {
  test('is compared with the one before it, and goes on with the newest', async () => {
    await arrive('a', 1, 'one');
    comparing.watch(true);
    await settled();
    expect(pair()).toEqual([null, 'one']);
    await arrive('a', 5, 'two');
    expect(pair()).toEqual(['one', 'two']);
    await arrive('a', 9, 'three');
    expect(pair()).toEqual(['two', 'three']);
  });

  test('is compared with what came before it even where that was never on screen', async () => {
    log.arrive('a', 1, 'one');
    log.arrive('a', 2, 'between');
    await arrive('a', 3, 'three');
    comparing.watch(true);
    await settled();
    expect(pair()).toEqual(['between', 'three']);
    inspector.inspect({ kind: 'message', seq: 2 });
    await settled();
    expect(pair()).toEqual(['one', 'between']);
  });

  test('costs nothing while nobody compares', async () => {
    await arrive('a', 1, 'one');
    await arrive('a', 2, 'two');
    expect(log.calls.filter(({ name }) => name === 'readHistory')).toEqual([]);
    expect(pair()).toBeNull();
  });
});

describe('a message to compare with', () => {
  test('may be any of the history, until another topic is selected', async () => {
    await arrive('a', 1, 'one');
    await arrive('a', 2, 'two');
    await arrive('a', 3, 'three');
    log.arrive('b', 4, 'other');
    comparing.watch(true);
    await comparing.choose(1);
    await settled();
    expect(comparing.store.getState().against).toBe('chosen');
    expect(pair()).toEqual(['one', 'three']);
    log.select('b');
    clock.advance(200);
    await settled();
    expect(comparing.store.getState()).toMatchObject({ against: 'previous', chosen: null });
    expect(pair()).toEqual([null, 'other']);
  });

  test('stays where it is pinned, for other topics and after the log has let go of it', async () => {
    await arrive('a', 1, 'one');
    log.arrive('b', 2, 'other');
    comparing.watch(true);
    await comparing.pin();
    log.evict('a', 1);
    log.select('b');
    clock.advance(200);
    await settled();
    expect(comparing.store.getState().against).toBe('pinned');
    expect(pair()).toEqual(['one', 'other']);
    comparing.against('previous');
    await settled();
    expect(pair()).toEqual([null, 'other']);
    comparing.against('pinned');
    await settled();
    expect(pair()).toEqual(['one', 'other']);
  });

  test('that was dropped meanwhile is reported, and what was compared stays', async () => {
    await arrive('a', 1, 'one');
    await arrive('a', 2, 'two');
    comparing.watch(true);
    await settled();
    await comparing.choose(77);
    await settled();
    expect(comparing.store.getState().against).toBe('previous');
    expect(pair()).toEqual(['one', 'two']);
  });

  test('carries what the decoder makes of it, which is asked once for each message', async () => {
    await arrive('a', 1, 'packed one');
    await arrive('a', 2, 'packed two');
    comparing.watch(true);
    await settled();
    const shown = comparing.store.getState().pair;
    expect(shown?.before?.decoded).toEqual({ kind: 'text', text: 'one' });
    expect(shown?.now.decoded).toEqual({ kind: 'text', text: 'two' });
    await arrive('a', 3, 'plain');
    expect(comparing.store.getState().pair?.now.decoded).toBeNull();
    expect(decoded.toSorted()).toEqual(['a 1', 'a 2', 'a 3']);
  });

  test('is read as far as is compared, however large it is', async () => {
    await arrive('a', 1, new Uint8Array(COMPARED_BYTES + 1_000_000).fill(65));
    await arrive('a', 2, new Uint8Array(COMPARED_BYTES + 1_000_000).fill(66));
    comparing.watch(true);
    await settled();
    await vi.waitFor(() => expect(comparing.store.getState().pair).not.toBeNull(), 10_000);
    const shown = comparing.store.getState().pair;
    expect(shown?.now.message.bytes.length).toBe(COMPARED_BYTES);
    expect(shown?.before?.message.bytes.length).toBe(COMPARED_BYTES);
    expect(shown?.now.message.bytes.every((byte) => byte === 66)).toBe(true);
    // What it is shows at its start.
    expect(decodedBytes).toEqual([COMPARED_HERE, COMPARED_HERE]);
  });
});
