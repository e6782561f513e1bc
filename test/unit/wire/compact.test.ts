import { describe, expect, it, vi } from 'vitest';
import { compact } from '../../../src-main/wire/compact.ts';

describe('making a value ready for structured clone', () => {
  it('returns the same value when nothing is a part of a larger buffer', () => {
    const value = { a: [1, { b: new Uint8Array(3) }], c: null };
    expect(compact(value)).toBe(value);
  });

  it('copies parts of larger buffers, and only the objects on the way to them', () => {
    const segment = new Uint8Array(1_000).fill(5);
    const value = { kept: { x: 1 }, list: [{ y: 2 }, { bytes: segment.subarray(3, 6) }] };
    const ready = compact(value);
    expect(ready).toEqual(value);
    expect(ready.kept).toBe(value.kept);
    expect(ready.list[0]).toBe(value.list[0]);
    expect((ready.list[1] as { bytes: Uint8Array }).bytes.buffer.byteLength).toBe(3);
    expect((value.list[1] as { bytes: Uint8Array }).bytes.buffer.byteLength).toBe(1_000);
  });

  it('copies a Buffer, whose memory is shared with others', () => {
    const bytes = compact(Buffer.from('hello'));
    expect(bytes.buffer.byteLength).toBe(5);
    expect(new TextDecoder().decode(bytes)).toBe('hello');
  });

  it('looks at no number of an array of numbers', () => {
    const numbers = Float64Array.from({ length: 1_000 }, (_, i) => i);
    const keys = vi.spyOn(Object, 'keys');
    expect(compact({ numbers }).numbers).toBe(numbers);
    expect(keys.mock.calls.map(([value]) => value)).not.toContain(numbers);
    keys.mockRestore();
  });
});
