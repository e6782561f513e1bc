import { describe, expect, it } from 'vitest';
import { shortened } from '../../../../src-main/core/payload/visible.ts';

describe('a name for a tooltip or an accessible name', () => {
  it('is all of it up to 1,000 characters', () => {
    const name = `a/${'x'.repeat(998)}`;
    expect(shortened(name)).toBe(name);
    expect(shortened('')).toBe('');
  });

  it('is its beginning and its end where it is longer', () => {
    const short = shortened(`plant/${'x'.repeat(60_000)}/end`);
    expect(short).toMatch(/^plant\/x{494}…x{496}\/end$/);
  });

  it('is as short as is asked for', () => {
    expect(shortened('0123456789', 4)).toBe('01…89');
    expect(shortened('0123', 4)).toBe('0123');
  });

  it('is never cut between the halves of one character', () => {
    // Of two units each, so that one of the cuts would fall into one.
    expect(shortened('a🌡🌡🌡🌡', 4)).toBe('a…🌡');
    expect(shortened('🌡🌡🌡🌡a', 4)).toBe('🌡…🌡a');
    expect(shortened('🌡🌡🌡🌡', 6)).toMatch(/^(🌡)+…(🌡)+$/u);
  });
});
