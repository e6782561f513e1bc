import { describe, expect, it } from 'vitest';
import { Guesses } from '../../../../src-main/server/web/guesses.ts';

describe('who guesses tokens', () => {
  it('may be wrong ten times a minute, and is let go on after it', () => {
    const guesses = new Guesses();
    for (let i = 0; i < 10; i++) {
      expect(guesses.waitOf('a', i)).toBe(0);
      guesses.addWrong('a', i);
    }
    expect(guesses.waitOf('a', 10)).toBe(59_990);
    expect(guesses.waitOf('b', 10)).toBe(0);
    expect(guesses.waitOf('a', 60_000)).toBe(0);
    guesses.addWrong('a', 60_000);
    expect(guesses.waitOf('a', 60_000)).toBe(0);
  });

  it('is remembered by the last thousand addresses only', () => {
    const guesses = new Guesses();
    for (let i = 0; i < 10; i++) guesses.addWrong('first', 0);
    for (let i = 0; i < 999; i++) guesses.addWrong(`other ${i}`, 0);
    expect(guesses.waitOf('first', 0)).toBeGreaterThan(0);
    guesses.addWrong('one more', 0);
    expect(guesses.waitOf('first', 0)).toBe(0);
  });
});
