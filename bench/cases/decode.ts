import { numbersIn } from '../../src-main/decoding/chain/numbers.ts';
import { median } from '../lib/process.ts';
import type { Case, Context, Figure } from './figure.ts';

const MESSAGES = 20_000;
const PER_SECOND = 10_000;
/** Until the reader is compiled. */
const WARM_UP = 5_000;
const FIELDS = 60;
/** The field that is charted. */
const FIELD = 'value-40';

/** About 1 kB: a map of names to floats of 64 bits, as a sensor sends its channels. */
function payload(seq: number): Uint8Array {
  const bytes = Buffer.alloc(2 + FIELDS * 18);
  let at = bytes.writeUInt8(0xb8, 0);
  at = bytes.writeUInt8(FIELDS, at);
  for (let field = 0; field < FIELDS; field++) {
    const name = `value-${field + 10}`;
    at = bytes.writeUInt8(0x60 + name.length, at);
    at += bytes.write(name, at, 'latin1');
    at = bytes.writeUInt8(0xfb, at);
    at = bytes.writeDoubleBE(seq + field / 8, at);
  }
  return bytes.subarray(0, at);
}

/** As the decoder's thread reads a chart's payloads: in pieces, one number out of each. */
const PIECE = 100;
const AROUND = { topic: null, contentType: null, saysText: false, cut: false, schemas: [], births: [] };
const CHAIN = [{ decoder: 'cbor' as const, option: '' }];

function sumOf(bytes: Uint8Array, lengths: readonly number[]): number {
  const numbers = numbersIn({ bytes, lengths, chain: CHAIN, around: AROUND, paths: [[FIELD]] });
  return numbers.reduce((sum, number) => sum + number, 0);
}

function measure({ rounds }: Context): Promise<Figure[]> {
  const payloads = Array.from({ length: PIECE }, (_, seq) => payload(seq));
  const bytes = Uint8Array.from(Buffer.concat(payloads));
  const lengths = payloads.map(({ length }) => length);
  const expected = payloads.reduce((sum, _, seq) => sum + seq + 30 / 8, 0) * (MESSAGES / payloads.length);
  const shares: number[] = [];
  let isRight = true;
  for (let at = 0; at < WARM_UP; at += PIECE) sumOf(bytes, lengths);
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    let sum = 0;
    for (let at = 0; at < MESSAGES; at += PIECE) sum += sumOf(bytes, lengths);
    const { user, system } = process.cpuUsage(before);
    isRight &&= Math.abs(sum - expected) < 1e-6 * expected;
    shares.push((user + system) / 1e6 / (MESSAGES / PER_SECOND));
  }
  return Promise.resolve([
    {
      name: 'decode/cbor-10k/cpu',
      value: median(shares),
      unit: 'of a core',
      higher: false,
      vs: `${payloads[0]?.length ?? 0} bytes of CBOR, 10,000 a second, one field taken`,
      goal: 0.3,
      valid: isRight,
      why: isRight ? '' : 'the numbers taken do not add up',
      sent: MESSAGES,
      received: MESSAGES,
    },
  ]);
}

export const DECODE_CASES: readonly Case[] = [{ names: ['decode/cbor-10k/cpu'], measure }];
