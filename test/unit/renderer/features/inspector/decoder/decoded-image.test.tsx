// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { MAX_PIECE } from '../../../../../../src-main/contract/decoding/decoder-calls.ts';
import type { Decoded } from '../../../../../../src-main/contract/decoding/decoded.ts';
import { DecodedImage } from '../../../../../../src-renderer/features/inspector/decoder/decoded-image.tsx';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { bytesOf, decoded } from '../../../../../support/decoding.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { fakeSession } from '../../../../../support/window/fake-session.ts';
import { answer, live, type Live } from '../../../../../support/window/live.ts';

let fake: FakeApp;
let session: ConnectionSession;
/** Pictures that the page holds, by their addresses. */
let held: Map<string, Blob>;

beforeEach(() => {
  fake = fakeApp();
  session = fakeSession(fake);
  held = new Map();
  let made = 0;
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    const url = `blob:picture-${++made}`;
    held.set(url, blob as Blob);
    return url;
  });
  vi.spyOn(URL, 'revokeObjectURL').mockImplementation((url) => void held.delete(url));
});
afterEach(async () => {
  await teardown();
  vi.restoreAllMocks();
});

const FOUND = decoded(bytesOf('01'));
const picture = (id: string, width = 4): Decoded => ({
  ...FOUND,
  id,
  image: { type: 'image/png', width, height: 3 },
});
const part = (id: string, width?: number) => <DecodedImage session={session} decoded={picture(id, width)} />;
/** The engine has so many bytes of each picture, each byte the last figure of its id. */
const has = (total: number) =>
  answer(fake.engine, 'decodedBytes', ({ id, offset, length }) => ({
    kind: 'bytes',
    total,
    bytes: new Uint8Array(Math.min(length, total - offset)).fill(Number(id.at(-1))),
  }));
const source = (page: Live) => page.queryByRole('img')?.getAttribute('src') ?? null;
const note = () => document.querySelector('.insp-note')?.textContent ?? null;

describe('A payload that is a picture', () => {
  test('is drawn in its size, and says what it is to those who do not see it', async () => {
    has(10);
    const page = live(part('i1'));
    expect(page.queryByRole('img')).toBeNull();
    const image = await page.findByRole('img', { name: 'Payload: png, 4 × 3' });
    expect([image.getAttribute('width'), image.getAttribute('height')]).toEqual(['4', '3']);
    const blob = held.get(source(page)!);
    expect([blob?.type, blob?.size]).toEqual(['image/png', 10]);
  });

  test('is read piece by piece', async () => {
    const asked = has(MAX_PIECE * 2 + 5);
    const page = live(part('i1'));
    await page.findByRole('img');
    expect(asked.map(({ offset }) => offset)).toEqual([0, MAX_PIECE, 2 * MAX_PIECE]);
    expect(held.get(source(page)!)?.size).toBe(MAX_PIECE * 2 + 5);
  });

  test('ends where the engine has no more of it than it said', async () => {
    const bytes = new Uint8Array();
    const asked = answer(fake.engine, 'decodedBytes', () => ({ kind: 'bytes', total: 99, bytes }));
    const page = live(part('i1'));
    await page.findByRole('img');
    expect(asked).toHaveLength(1);
  });

  test('gives way to the next one, and none is held that is not shown', async () => {
    has(10);
    const page = live(part('i1'));
    await page.findByRole('img');
    page.again(part('i2', 8));
    await expect.poll(() => source(page)).toBe('blob:picture-2');
    expect(page.getByRole('img').getAttribute('alt')).toBe('Payload: png, 8 × 3');
    expect([...held.keys()]).toEqual(['blob:picture-2']);
    page.unmount();
    expect(held.size).toBe(0);
  });

  test('that comes late is not shown for the next one, and is read no further', async () => {
    const asked: string[] = [];
    let first: () => void = () => undefined;
    answer(fake.engine, 'decodedBytes', async ({ id }) => {
      asked.push(id);
      if (id === 'i1') await new Promise<void>((resolve) => (first = resolve));
      return { kind: 'bytes', total: 2, bytes: Uint8Array.of(Number(id.at(-1))) };
    });
    const page = live(part('i1'));
    await expect.poll(() => asked).toEqual(['i1']);
    page.again(part('i2'));
    await page.findByRole('img');
    first();
    await expect.poll(() => asked).toEqual(['i1', 'i2', 'i2']);
    // Later than what is late.
    for (let questions = 0; questions < 3; questions++) await session.client.call('appInfo', {});
    expect(asked).toEqual(['i1', 'i2', 'i2']);
    expect(new Uint8Array(await held.get(source(page)!)!.arrayBuffer())).toEqual(Uint8Array.of(2, 2));
    expect(held.size).toBe(1);
  });

  test('that cannot be read says why, and shows no other one in its place', async () => {
    has(10);
    const page = live(part('i1'));
    await page.findByRole('img');
    answer(fake.engine, 'decodedBytes', () => failed('gone', 'It is not kept any more.', ''));
    page.again(part('i2'));
    await expect.poll(note).toBe('It is not kept any more.');
    expect(page.queryByRole('img')).toBeNull();
    has(10);
    page.again(part('i3'));
    await page.findByRole('img');
    expect(note()).toBeNull();
  });

  test('that is damaged says so, until the next one', async () => {
    has(10);
    const page = live(part('i1'));
    fireEvent.error(await page.findByRole('img'));
    expect(note()).toBe('The image is damaged: it cannot be drawn. Hex shows its bytes.');
    page.again(part('i2'));
    await expect.poll(note).toBeNull();
  });

  test('says where the engine did not answer', async () => {
    answer(fake.engine, 'decodedBytes', () => {
      throw new Error('The decoder ended.');
    });
    live(part('i1'));
    await expect.poll(note).toBeTruthy();
  });

  test('is nothing where it is none', () => {
    has(10);
    const page = live(<DecodedImage session={session} decoded={FOUND} />);
    expect(page.queryByRole('img')).toBeNull();
  });
});
