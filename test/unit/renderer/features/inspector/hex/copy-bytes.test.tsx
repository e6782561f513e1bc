// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import {
  copyBytes,
  copyStageBytes,
} from '../../../../../../src-renderer/features/inspector/hex/copy-bytes.ts';
import type { InspectorState } from '../../../../../../src-renderer/state/inspector/inspector.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { onTeardown, teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { fakeSession } from '../../../../../support/window/fake-session.ts';
import { KeptTopics } from '../../../../../support/window/kept-topics.ts';
import { answer, copies, watch } from '../../../../../support/window/live.ts';

let fake: FakeApp;
let session: ConnectionSession;
let topics: KeptTopics;
let copied: string[];

beforeEach(() => {
  fake = fakeApp();
  session = fakeSession(fake);
  topics = new KeptTopics(fake.engine, session);
  copied = copies();
});
afterEach(teardown);

/** A message of which the inspector has read the first bytes. */
function read(payload: Uint8Array<ArrayBuffer>, first = payload.length): InspectorState {
  const meta = topics.arrive('a', payload);
  const loaded = { meta, bytes: payload.subarray(0, first), properties: new Uint8Array() };
  return { key: 'a', loaded } as InspectorState;
}
const byteAt = (at: number) => (at * 31) & 0xff;

describe('Bytes of a message', () => {
  test('are copied as they are asked for, and it is said how many', async () => {
    const state = read(new TextEncoder().encode('hello world'));
    expect(await copyBytes(session, state, 'text', 6, 11)).toBe('Copied as Text: 5 B');
    expect(await copyBytes(session, state, 'hex', 0, 2)).toBe('Copied as Hex: 2 B');
    expect(await copyBytes(session, state, 'array', 0, 2)).toBe('Copied as C array: 2 B');
    expect(copied).toEqual(['world', '68 65', '{ 0x68, 0x65 }']);
  });

  test('that are not here yet are read first, and nothing where they are', async () => {
    const asked = watch(fake.engine, 'readMessage');
    const payload = Uint8Array.from({ length: 200_000 }, (_, at) => byteAt(at));
    const state = read(payload, 65_536);
    await copyBytes(session, state, 'hex', 100, 102);
    expect(asked).toEqual([]);
    await copyBytes(session, state, 'hex', 199_998, 200_000);
    expect(asked.length).toBeGreaterThan(0);
    expect(copied.at(-1)).toBe(Buffer.from(payload.subarray(199_998)).toString('hex').replace(/(..)/, '$1 '));
  });

  test('that are no text are not copied as text, and it says so', async () => {
    const state = read(Uint8Array.of(0x61, 0xff));
    await expect(copyBytes(session, state, 'text', 0, 2)).rejects.toThrow('not text in UTF-8');
    expect(await copyBytes(session, state, 'text', 0, 1)).toBe('Copied as Text: 1 B');
    expect(copied).toEqual(['a']);
  });

  test('of a message that was dropped meanwhile are not copied in part', async () => {
    const state = read(new Uint8Array(200_000), 65_536);
    topics.evict('a', state.loaded?.meta.seq ?? 0);
    await expect(copyBytes(session, state, 'hex', 0, 200_000)).rejects.toThrow(/^Not copied: /);
    expect(copied).toEqual([]);
  });

  test('of no message are said to be none; what the clipboard refuses is to be copied by hand', async () => {
    const none = { key: 'a', loaded: null } as InspectorState;
    await expect(copyBytes(session, none, 'hex', 0, 1)).rejects.toThrow('There is no message to copy.');
    vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('no'));
    Object.assign(document, { execCommand: () => false });
    onTeardown(() => void Reflect.deleteProperty(document, 'execCommand'));
    await expect(copyBytes(session, read(Uint8Array.of(1)), 'hex', 0, 1)).rejects.toThrow(
      'clipboard refused',
    );
  });
});

describe('Bytes that came out of a stage of the decoder', () => {
  const SIZE = 1_500_000;
  /** The decoder has so many of them, and gives at most what a call may. */
  function stage(size: number) {
    return answer(fake.engine, 'decodedBytes', ({ offset, length }) => ({
      kind: 'bytes',
      bytes: Uint8Array.from({ length: Math.max(0, Math.min(length, size - offset)) }, (_, at) =>
        byteAt(offset + at),
      ),
      total: size,
    }));
  }
  const of = { id: 'test-1', stage: 1 };

  test('are read piece by piece and copied as one', async () => {
    const asked = stage(SIZE);
    expect(await copyStageBytes(session, of, 'base64', 10, SIZE)).toBe('Copied as Base64: 1.5 MB');
    expect(asked.map(({ offset }) => offset)).toEqual([10, 1_048_586]);
    const whole = Buffer.from(Uint8Array.from({ length: SIZE - 10 }, (_, at) => byteAt(10 + at)));
    expect(copied[0] === whole.toString('base64')).toBe(true);
  });

  test('that are too many for a clipboard are not even read', async () => {
    const asked = stage(100_000_000);
    await expect(copyStageBytes(session, of, 'hex', 0, 16_000_001)).rejects.toThrow(
      'Not copied: 16 MB is more than the 16 MB a clipboard takes.',
    );
    expect(asked).toEqual([]);
  });

  test('that the decoder has let go are not copied in part', async () => {
    stage(1_048_576);
    await expect(copyStageBytes(session, of, 'hex', 0, SIZE)).rejects.toThrow('not there any more');
    answer(fake.engine, 'decodedBytes', () => failed('decoded-gone', 'This is not kept any more.', ''));
    await expect(copyStageBytes(session, of, 'hex', 0, 9)).rejects.toThrow(
      'Not copied: This is not kept any more.',
    );
    expect(copied).toEqual([]);
  });
});
