import { describe, expect, test } from 'vitest';
import { writtenAs } from '../../../../../../src-renderer/features/inspector/hex/copy-bytes.ts';
import { keyTarget } from '../../../../../../src-renderer/features/inspector/hex/selecting.ts';

describe('copied bytes', () => {
  const bytes = Uint8Array.of(0x41, 0x00, 0xff);

  test('are written as they are asked for', () => {
    expect(writtenAs('hex', bytes)).toBe('41 00 ff');
    expect(writtenAs('base64', bytes)).toBe('QQD/');
    expect(writtenAs('array', bytes)).toBe('{ 0x41, 0x00, 0xff }');
    expect(writtenAs('array', new Uint8Array(0))).toBe('{ }');
    expect(writtenAs('text', new TextEncoder().encode('ä'))).toBe('ä');
  });

  test('that are no text are not copied as text', () => {
    expect(writtenAs('text', bytes)).toBeNull();
  });

  test('are the same in Base64 however many they are', () => {
    for (const length of [0, 1, 2, 29_999, 30_000, 30_001, 100_000]) {
      const many = Uint8Array.from({ length }, (_, at) => (at * 7) & 0xff);
      expect(writtenAs('base64', many)).toBe(Buffer.from(many).toString('base64'));
    }
  });
});

describe('keys in a dump of 100 bytes, 16 a row', () => {
  const shape = { rowBytes: 16, offsetDigits: 4 } as const;
  const press = (key: string, from: number, held: 'ctrlKey' | null = null) =>
    keyTarget({ key, ctrlKey: held === 'ctrlKey', metaKey: false, altKey: false }, from, shape, 100, 4);

  test.each([
    ['ArrowRight', 20, 21],
    ['ArrowLeft', 20, 19],
    ['ArrowDown', 20, 36],
    ['ArrowUp', 20, 4],
    ['Home', 20, 16],
    ['End', 20, 31],
    ['PageDown', 20, 84],
    ['PageDown', 60, 99],
    ['PageUp', 20, 0],
    ['End', 98, 99],
    ['ArrowRight', 99, 99],
    ['ArrowLeft', 0, 0],
    ['ArrowUp', 3, 3],
    ['ArrowDown', 90, 90],
  ])('%s from byte %i goes to %i', (key, from, to) => {
    expect(press(key, from)).toBe(to);
  });

  test('begin at the first byte where none is selected', () => {
    for (const key of ['ArrowRight', 'ArrowDown']) expect(press(key, -1)).toBe(0);
  });

  test('with Ctrl go to the ends; other keys are none of ours', () => {
    expect(press('Home', 50, 'ctrlKey')).toBe(0);
    expect(press('End', 50, 'ctrlKey')).toBe(99);
    expect(press('ArrowDown', 50, 'ctrlKey')).toBeNull();
    expect(press('a', 50)).toBeNull();
    expect(
      keyTarget({ key: 'Home', ctrlKey: false, metaKey: false, altKey: false }, 0, shape, 0, 4),
    ).toBeNull();
  });
});
