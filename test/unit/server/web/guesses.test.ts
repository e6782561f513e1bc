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

  it.each([
    ['127.0.0.1', '127.200.3.9'],
    ['127.0.0.1', '::1'],
    ['127.0.0.1', '::ffff:127.0.0.1'],
    ['10.0.0.7', '::ffff:10.0.0.7'],
    ['2001:db8:1:2::7', '2001:db8:1:2:ffff:eeee:dddd:cccc'],
    ['2001:db8::1', '2001:db8:0:0:9::1'],
    ['fe80::1%eth0', 'fe80::2%eth0'],
  ])('is one caller at %s and at %s', (one, other) => {
    const guesses = new Guesses();
    for (let i = 0; i < 5; i++) {
      guesses.addWrong(one, 0);
      guesses.addWrong(other, 0);
    }
    expect(guesses.waitOf(one, 0)).toBe(60_000);
    expect(guesses.waitOf(other, 0)).toBe(60_000);
  });

  it.each([
    ['10.0.0.7', '10.0.0.8'],
    ['127.0.0.1', '10.0.0.7'],
    ['2001:db8:1:2::7', '2001:db8:1:3::7'],
    ['::1', '::2'],
  ])('is not kept waiting at %s for what was tried from %s', (one, other) => {
    const guesses = new Guesses();
    for (let i = 0; i < 10; i++) guesses.addWrong(other, 0);
    expect(guesses.waitOf(one, 0)).toBe(0);
  });
});
