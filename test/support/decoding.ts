import type { Decoded } from '../../src-main/contract/decoding/decoded.ts';
import type { DecoderChain, DecoderStep } from '../../src-main/contract/model/decoder-rule.ts';
import type { Surroundings } from '../../src-main/decoding/chain/reading.ts';
import { Decoder } from '../../src-main/decoding/decoder.ts';

export const NOTHING_AROUND: Surroundings = {
  topic: null,
  contentType: null,
  saysText: false,
  cut: false,
  schemas: [],
  births: [],
};

/** Bytes of hex digits, or of a text after `text:`. */
export function bytesOf(given: string): Uint8Array<ArrayBuffer> {
  if (given.startsWith('text:')) return new TextEncoder().encode(given.slice(5));
  return Uint8Array.from(Buffer.from(given.replace(/\s+/g, ''), 'hex'));
}

export function step(decoder: DecoderStep['decoder'], option = ''): DecoderStep {
  return { decoder, option };
}

/** Decodes in this thread, as the decoder's own does. */
export function decoded(
  bytes: Uint8Array,
  chain: DecoderChain | null = null,
  around: Partial<Surroundings> = {},
): Decoded {
  const answer = new Decoder('test', () => 0).answer({
    kind: 'decode',
    bytes,
    chain,
    by: { kind: chain === null ? 'automatic' : 'chosen' },
    around: { ...NOTHING_AROUND, ...around },
    nodes: 2_000,
  });
  if (answer.kind !== 'decoded') throw new Error(`Answered with ${answer.kind}.`);
  return answer.decoded;
}

/** `gzip → CBOR` */
export function chainText({ stages }: Decoded): string {
  return stages.map(({ label }) => label).join(' → ');
}

/** The values below the whole as `key=value`, with two spaces a level. */
export function treeText({ nodes }: Decoded): string[] {
  return nodes.slice(1).map(({ depth, key, text, shape }) => {
    const value = shape === 'object' ? '{}' : shape === 'list' ? '[]' : text;
    return '  '.repeat(depth - 1) + (key === null ? value : `${key}=${value}`);
  });
}
