import { describe, expect, test } from 'vitest';
import { chunkOfLine, chunksOf } from '../../../../../../src-renderer/features/inspector/text/chunks.ts';
import { random } from '../../../../../support/random.ts';

describe('a text in parts', () => {
  test('is the same text, and each part knows its lines', () => {
    const rng = random(5);
    for (let turn = 0; turn < 300; turn++) {
      const wrap = rng.int(2) === 0;
      const text = Array.from({ length: rng.int(600) }, () =>
        'x'.repeat(rng.int(rng.pick([3, 80, 20_000]))),
      ).join('\n');
      const chunks = chunksOf(text, wrap);
      expect(chunks.map((chunk) => chunk.text).join('')).toBe(text);
      let line = 0;
      for (const chunk of chunks) {
        expect(chunk.line).toBe(line);
        line += chunk.lines;
      }
      const ends = text.split('\n').length - (text.endsWith('\n') || text === '' ? 1 : 0);
      expect(line).toBe(ends);
      for (let look = 0; look < 20 && line > 0; look++) {
        const wanted = rng.int(line);
        const found = chunks[chunkOfLine(chunks, wanted)];
        expect(found === undefined ? -1 : found.line).toBeLessThanOrEqual(wanted);
      }
    }
  });

  test('has no large part where lines may wrap, and cuts no character in two', () => {
    const text = '😀'.repeat(100_000);
    for (const chunk of chunksOf(`x${text}`, true)) {
      expect(chunk.text.length).toBeLessThanOrEqual(8_000);
      expect(/\p{Surrogate}/u.test(chunk.text)).toBe(false);
    }
  });

  test('keeps a line whole where lines are numbered', () => {
    const chunks = chunksOf(`{\n${'y'.repeat(50_000)}\n}`, false);
    expect(chunks.map(({ lines }) => lines)).toEqual([1, 1, 1]);
  });
});
