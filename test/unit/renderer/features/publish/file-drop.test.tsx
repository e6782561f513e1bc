// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { ChosenFile, FileDrop } from '../../../../../src-renderer/features/publish/file-drop.tsx';
import type { PayloadFile } from '../../../../../src-renderer/state/publish/payload-format.ts';
import { deferred } from '../../../../support/deferred.ts';
import { teardown } from '../../../../support/teardown.ts';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';
import { live, type Live } from '../../../../support/window/live.ts';

let taken: PayloadFile[] = [];

beforeEach(() => {
  taken = [];
});
afterEach(teardown);

const open = () =>
  live(
    <FileDrop onFile={(file) => taken.push(file)}>
      <textarea aria-label="Payload" />
    </FileDrop>,
  );
const field = (page: Live) => page.getByRole('textbox', { name: 'Payload' });
const fileOf = (name: string, text: string) => new File([text], name);
/** A file whose bytes come when they are let go. */
const slowFile = (name: string) => {
  const { promise, resolve, reject } = deferred<ArrayBuffer>();
  const bytes = (text: string) => resolve(new TextEncoder().encode(text).buffer);
  return { file: Object.assign(fileOf(name, ''), { arrayBuffer: () => promise }), bytes, reject };
};
const largeFile = (name: string) => Object.defineProperty(fileOf(name, ''), 'size', { value: 17 * 2 ** 20 });
const drop = (page: Live, ...files: File[]) =>
  fireEvent.drop(field(page), { dataTransfer: { files, types: ['Files'] } });
/** Whether a drop is welcome there. */
const over = (page: Live, ...types: string[]) =>
  !fireEvent.dragOver(field(page), { dataTransfer: { types } });
const isMarked = (page: Live) => field(page).closest('[data-over]') !== null;

describe('A file that is dropped on the payload', () => {
  test('becomes the payload, byte for byte', async () => {
    const page = open();
    // The page itself would open it.
    expect(drop(page, fileOf('a.bin', 'on'))).toBe(false);
    await expect.poll(() => taken).toEqual([{ name: 'a.bin', bytes: new TextEncoder().encode('on') }]);
  });

  test('is welcome only where it is a file: text goes into the field as ever', () => {
    const page = open();
    expect(over(page, 'text/plain')).toBe(false);
    expect(isMarked(page)).toBe(false);
    expect(over(page, 'text/plain', 'Files')).toBe(true);
    expect(isMarked(page)).toBe(true);
    fireEvent.dragLeave(field(page));
    expect(isMarked(page)).toBe(false);
    expect(fireEvent.drop(field(page), { dataTransfer: { files: [], types: ['text/plain'] } })).toBe(true);
  });

  test('does not leave the mark of a drop behind', () => {
    const page = open();
    over(page, 'Files');
    drop(page, fileOf('a', 'on'));
    expect(isMarked(page)).toBe(false);
  });

  test('that was dropped last is the one, whichever is read first', async () => {
    const page = open();
    const slow = slowFile('first');
    drop(page, slow.file);
    drop(page, fileOf('second', '2'));
    await expect.poll(() => taken.map(({ name }) => name)).toEqual(['second']);
    slow.bytes('1');
    drop(page, fileOf('third', '3'));
    await expect.poll(() => taken.map(({ name }) => name)).toEqual(['second', 'third']);
  });

  test('says why it cannot be the payload, until one can', async () => {
    const page = open();
    drop(page, largeFile('huge.bin'));
    expect((await page.findByRole('alert')).textContent).toMatch(/^huge\.bin is larger than .* Choose/);
    const folder = slowFile('folder');
    drop(page, folder.file);
    folder.reject(new Error('It is a folder.'));
    await expect.poll(() => page.getByRole('alert').textContent).toMatch(/^folder could not be read/);
    expect(taken).toEqual([]);
    drop(page, fileOf('a.bin', 'on'));
    await expect.poll(() => page.queryByRole('alert')).toBeNull();
  });
});

describe('The file that is the payload', () => {
  const choose = (file: PayloadFile | null) =>
    live(<ChosenFile file={file} onFile={(chosen) => taken.push(chosen)} />);

  test('is shown by its name and size; where there is none, it says how to give one', () => {
    expect(choose(null).getByText('No file yet. Choose one, or drop it here.')).toBeTruthy();
    const page = choose({ name: 'a.bin', bytes: new Uint8Array(1_204) });
    expect(page.getByText('a.bin')).toBeTruthy();
    expect(page.getByText('1.2 kB, sent as it is')).toBeTruthy();
  });

  test('is chosen by a button, also the same one once more', async () => {
    const page = choose(null);
    const input = document.querySelector<HTMLInputElement>('input[type=file]')!;
    await page.user.upload(input, fileOf('a.bin', '1'));
    await expect.poll(() => taken.length).toBe(1);
    await page.user.upload(input, fileOf('a.bin', '2'));
    await expect.poll(() => taken.map(({ bytes }) => bytes[0])).toEqual([0x31, 0x32]);
  });

  test.each(HOSTILE_TEXTS)('called %j deceives no eye, chosen or refused', async (text) => {
    const page = choose({ name: text, bytes: new Uint8Array() });
    expect(isSafeText(document.body.textContent)).toBe(true);
    await page.user.upload(document.querySelector<HTMLInputElement>('input[type=file]')!, largeFile(text));
    expect(isSafeText((await page.findByRole('alert')).textContent)).toBe(true);
  });
});
