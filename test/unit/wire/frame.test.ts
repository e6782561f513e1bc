import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../../src-main/contract/base/errors.ts';
import { decodeFrame, encodeFrame, MAX_ASKED, MAX_FRAME } from '../../../src-main/wire/frame.ts';
import { cpuMsSince } from '../../support/cpu.ts';

const there = (message: Record<string, unknown>) => decodeFrame(encodeFrame(message));

/** A frame of a header as written, which need not make sense. */
function frameOf(header: string | Uint8Array, tail: readonly number[] = [], claimed?: number): Uint8Array {
  const bytes = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const frame = new Uint8Array(4 + bytes.byteLength + tail.length);
  new DataView(frame.buffer).setUint32(0, claimed ?? bytes.byteLength);
  frame.set(bytes, 4);
  frame.set(tail, 4 + bytes.byteLength);
  return frame;
}

function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => (state = (state * 48_271) % 0x7fff_ffff) % below;
}

describe('a frame', () => {
  it('carries JSON values and bytes, however they are nested', () => {
    const message = {
      text: 'a\u0000\ud800\u{1f600}"\\',
      numbers: [0, -1.5, 1e308, Number.MAX_SAFE_INTEGER],
      bytes: new Uint8Array([0, 255]),
      deep: [{ none: null, empty: new Uint8Array(0), list: [new Uint8Array([7]), true] }],
    };
    expect(there(message)).toEqual(message);
  });

  it('carries only the part of a buffer that is meant, and adds little to it', () => {
    const part = new Uint8Array(1_000_000).fill(9).subarray(10, 20);
    const frame = encodeFrame({ part });
    expect(frame.byteLength).toBeLessThan(64);
    expect(decodeFrame(frame)).toEqual({ part: new Uint8Array(10).fill(9) });
  });

  it('leaves undefined fields out, as JSON does', () => {
    expect(there({ a: undefined, b: 1 })).toEqual({ b: 1 });
  });

  it('agrees with what went in for random messages', () => {
    const next = seeded(11);
    const value = (depth: number): unknown => {
      switch (next(depth > 4 ? 5 : 7)) {
        case 0:
          return next(1_000) - 500;
        case 1:
          return String.fromCodePoint(...Array.from({ length: next(5) }, () => next(0x10_ffff)));
        case 2:
          return Uint8Array.from({ length: next(9) }, () => next(256));
        case 3:
          return next(2) === 0;
        case 4:
          return null;
        case 5:
          return Array.from({ length: next(4) }, () => value(depth + 1));
        default:
          return Object.fromEntries(Array.from({ length: next(4) }, (_, i) => [`k${i}`, value(depth + 1)]));
      }
    };
    for (let i = 0; i < 500; i++) {
      const message = { value: value(0) };
      expect(there(message)).toEqual(message);
    }
  });

  it.each([
    ['a function', { f: () => 1 }],
    ['a bigint', { n: 1n }],
    ['NaN', { n: NaN }],
    ['infinity', { n: [Infinity] }],
    ['a date', { d: new Date(0) }],
    ['a map', { m: new Map() }],
    ['another kind of bytes', { b: new Float64Array(1) }],
    ['a reserved field', { '\0': 0 }],
    ['a field named like a prototype', JSON.parse('{"__proto__": 1}') as object],
    ['a text instead of an object', 'text'],
    ['bytes instead of an object', new Uint8Array(1)],
    ['too many byte arrays', { list: Array.from({ length: 1_025 }, () => new Uint8Array(1)) }],
    ['too many bytes', { bytes: new Uint8Array(MAX_FRAME) }],
    ['too much text', { text: 'x'.repeat(5 * 2 ** 20) }],
    ['a circle', circle()],
  ])('refuses to carry %s', (_what, message) => {
    expect(() => encodeFrame(message as Record<string, unknown>)).toThrow(ProtocolError);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['three bytes', new Uint8Array(3)],
    ['a header longer than the frame', frameOf('[[],{}]', [], 100)],
    ['a header of 4 GB', frameOf('[[],{}]', [], 0xffff_ffff)],
    ['a header of no bytes', frameOf('')],
    ['no JSON', frameOf('[[],{}')],
    ['invalid UTF-8', frameOf(new Uint8Array([0x5b, 0xff, 0xfe, 0x5d]))],
    ['a byte order mark', frameOf('\ufeff[[],{}]')],
    ['no pair', frameOf('[[],{},1]')],
    ['an object as header', frameOf('{"0":[],"1":{}}')],
    ['lengths that are no list', frameOf('["1",{}]')],
    ['a negative length', frameOf('[[-1],{}]', [1])],
    ['a fractional length', frameOf('[[0.5],{}]', [1])],
    ['an enormous length', frameOf('[[1e300],{}]', [1])],
    ['more lengths than bytes', frameOf('[[1,1],{"a":{"\\u0000":0},"b":{"\\u0000":1}}]', [1])],
    ['more bytes than lengths', frameOf('[[1],{"a":{"\\u0000":0}}]', [1, 2])],
    ['an attachment that belongs to nothing', frameOf('[[1],{}]', [1])],
    ['an attachment that is not there', frameOf('[[],{"a":{"\\u0000":0}}]')],
    ['an attachment used twice', frameOf('[[1],{"a":{"\\u0000":0},"b":{"\\u0000":0}}]', [1])],
    ['an attachment with a field', frameOf('[[1],{"a":{"\\u0000":0,"b":1}}]', [1])],
    ['an attachment named by text', frameOf('[[1],{"a":{"\\u0000":"0"}}]', [1])],
    ['an attachment named like a method', frameOf('[[1],{"a":{"\\u0000":"length"}}]', [1])],
    ['a list as message', frameOf('[[],[]]')],
    ['null as message', frameOf('[[],null]')],
    ['bytes as message', frameOf('[[1],{"\\u0000":0}]', [1])],
    ['a field named like a prototype', frameOf('[[],{"a":{"__proto__":{"b":1}}}]')],
    ['a thousand levels', frameOf(`[[],{"a":${'['.repeat(1_000)}${']'.repeat(1_000)}}]`)],
    ['a million levels', frameOf('['.repeat(1_000_000))],
    ['too many lengths', frameOf(`[[${'0,'.repeat(1_024)}0],{}]`)],
  ])('refuses %s with a typed error', (_what, frame) => {
    expect(() => decodeFrame(frame)).toThrow(ProtocolError);
  });

  it('never throws anything else, whatever the bytes are', () => {
    const next = seeded(5);
    const good = encodeFrame({
      t: 'call',
      id: 1,
      params: { bytes: new Uint8Array([1, 2, 3]), list: [[{}]] },
    });
    let refused = 0;
    for (let i = 0; i < 20_000; i++) {
      const frame = good.slice(0, next(4) === 0 ? next(good.length) : good.length);
      for (let n = next(4); n >= 0; n--) frame[next(frame.length + 1)] = next(256);
      try {
        decodeFrame(frame);
      } catch (error) {
        if (!(error instanceof ProtocolError) || error.code !== 'bad-frame') throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(5_000);
  });

  it('refuses 4 MB of empty objects before it makes them, within 100 ms', () => {
    const objects = (count: number) => frameOf(`[[],{"t":"call","params":[${'{},'.repeat(count - 1)}{}]}]`);
    const huge = objects(1_390_000);
    const began = process.cpuUsage();
    expect(() => decodeFrame(huge, MAX_ASKED)).toThrow('too many values');
    expect(cpuMsSince(began)).toBeLessThan(100);
    // One of brackets and one of commas each; three lists and objects around them.
    expect(() => decodeFrame(objects(MAX_ASKED / 2 - 3), MAX_ASKED)).not.toThrow();
    expect(() => decodeFrame(objects(MAX_ASKED / 2), MAX_ASKED)).toThrow(ProtocolError);
    // What is in quotes is text, and what the engine answers may be larger.
    expect(() => decodeFrame(encodeFrame({ text: '[{,'.repeat(MAX_ASKED) }), MAX_ASKED)).not.toThrow();
    expect(() => decodeFrame(objects(MAX_ASKED))).not.toThrow();
  });

  it('pollutes no prototype', () => {
    expect(() => decodeFrame(frameOf('[[],{"__proto__":{"polluted":true}}]'))).toThrow(ProtocolError);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

function circle(): object {
  const round: { self?: object } = {};
  round.self = round;
  return round;
}
