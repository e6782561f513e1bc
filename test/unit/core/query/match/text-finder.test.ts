import { expect, test } from 'vitest';
import { BytesFinder, textFinder } from '../../../../../src-main/core/query/match/text-finder.ts';
import { cpuMsOf } from '../../../../support/cpu.ts';
import { random } from '../../../../support/random.ts';

const encoder = new TextEncoder();

test('Bytes are found where a plain search finds them first, with or without regard to case.', () => {
  const chance = random(3);
  const letters = ['a', 'A', 'b', 'B', '1', '/'];
  const text = (length: number): string => Array.from({ length }, () => chance.pick(letters)).join('');
  let found = 0;
  for (let round = 0; round < 4_000; round++) {
    const wanted = text(1 + chance.int(4));
    const hay = text(chance.int(30));
    const start = chance.int(3);
    const bytes = encoder.encode(`${wanted.slice(0, start)}${hay}${wanted}`);
    const from = Math.min(start, wanted.length);
    const end = from + hay.length;
    const ignoreCase = chance.int(2) === 0;
    const at = ignoreCase ? hay.toLowerCase().indexOf(wanted.toLowerCase()) : hay.indexOf(wanted);
    const expected = at < 0 ? -1 : from + at + wanted.length;
    expect(new BytesFinder(encoder.encode(wanted), ignoreCase).endOf(bytes, from, end)).toBe(expected);
    if (at >= 0) found++;
  }
  expect(found).toBeGreaterThan(500);
});

test('A text of 60,000 characters is made ready in no time.', () => {
  const text = 'abcdefghij'.repeat(6_000);
  let finder = textFinder('');
  expect(cpuMsOf(() => (finder = textFinder(text)))).toBeLessThan(20);
  const bytes = encoder.encode(`j${text.toUpperCase()}a`);
  expect(finder.endOf(bytes, 0, bytes.length)).toBe(60_001);
  expect(finder.endOf(bytes, 2, bytes.length)).toBe(-1);
});

test('Texts that nearly are everywhere in a value are found where a plain search finds them first.', () => {
  const chance = random(4);
  let found = 0;
  for (let round = 0; round < 300; round++) {
    const wanted =
      (chance.int(2) === 0 ? '01' : '') + '1'.repeat(1 + chance.int(400)) + chance.pick(['', '0', '10']);
    // A run that is too short in most places, and long enough in some.
    const runs = Array.from(
      { length: 12 },
      () => '1'.repeat(chance.int(500)) + chance.pick(['0', '00', '1']),
    );
    const hay = runs.join('');
    const bytes = encoder.encode(`0${hay}1`);
    const at = hay.indexOf(wanted);
    const expected = at < 0 ? -1 : 1 + at + wanted.length;
    expect(new BytesFinder(encoder.encode(wanted), false).endOf(bytes, 1, 1 + hay.length)).toBe(expected);
    if (at >= 0) found++;
  }
  expect(found).toBeGreaterThan(50);
  expect(found).toBeLessThan(250);
});

test('A long text is looked for in time that is in proportion, however much of it is in the value.', () => {
  const value = new Uint8Array(2 ** 21).fill(0x31);
  const ends = new Uint8Array(2 ** 21).fill(0x31);
  ends[ends.length - 30_000] = 0x30;
  const finder = new BytesFinder(encoder.encode(`0${'1'.repeat(29_999)}`), true);
  // Byte by byte at each place it would take a minute.
  expect(cpuMsOf(() => expect(finder.endOf(value, 0, value.length)).toBe(-1))).toBeLessThan(1_000);
  expect(cpuMsOf(() => expect(finder.endOf(ends, 0, ends.length)).toBe(ends.length))).toBeLessThan(1_000);
});

test('Bytes that are no text are found as they are.', () => {
  const bytes = Uint8Array.of(0, 255, 128, 0, 65, 255, 128, 66);
  expect(new BytesFinder(Uint8Array.of(255, 128, 66), false).endOf(bytes, 0, 8)).toBe(8);
  expect(new BytesFinder(Uint8Array.of(97), false).endOf(bytes, 0, 8)).toBe(-1);
});

test('A text beyond ASCII is found whatever its case and composition, and not in plain ASCII.', () => {
  const has = (wanted: string, text: string): boolean => {
    const bytes = encoder.encode(`xx${text}xx`);
    return textFinder(wanted).endOf(bytes, 2, bytes.length - 2) >= 0;
  };
  expect(has('Öl', 'kein öl da')).toBe(true);
  expect(has('o\u0308l', 'ÖL')).toBe(true);
  expect(has('öl', 'oil')).toBe(false);
  // Its upper case is ASCII.
  expect(has('groß', 'GROSS')).toBe(true);
});

test('A text is looked for in time that is in proportion to a value of nothing but marks on one letter.', () => {
  const marks = encoder.encode(`a${'\u0301\u0327'.repeat(65_000)}größer`);
  const finder = textFinder('Größe');
  let found = -1;
  expect(cpuMsOf(() => (found = finder.endOf(marks, 0, marks.length)))).toBeLessThan(500);
  expect(found).toBe(marks.length);
  expect(finder.endOf(marks, 0, marks.length - 10)).toBe(-1);
});

test('A letter with as many marks as any language has is found in whatever order they are.', () => {
  const [one, other] = ['\u0301\u0327', '\u0327\u0301'].map((marks) => `a${marks.repeat(7)}b`);
  const bytes = encoder.encode(`x${String(other)}`);
  expect(textFinder(String(one)).endOf(bytes, 0, bytes.length)).toBe(bytes.length);
});
