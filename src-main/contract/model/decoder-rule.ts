import * as z from '../base/zod.ts';

/**
 * What can read a payload. Those of the first line turn bytes into other bytes, which are read on; the others
 * end a chain.
 */
export const DecoderId = z.enum([
  ...(['gzip', 'zlib', 'deflate', 'brotli', 'zstd', 'base64', 'hex'] as const),
  ...(['text', 'json', 'xml', 'yaml', 'number', 'bits', 'switch', 'timestamp', 'jwt', 'image'] as const),
  ...(['cbor', 'msgpack', 'bson', 'protobuf', 'avro', 'sparkplug', 'bytes'] as const),
]);
export type DecoderId = z.infer<typeof DecoderId>;

export const DecoderStep = z.object({
  decoder: DecoderId,
  /**
   * What the decoder has to know, as a person writes it; empty: what it finds by itself. Text: an encoding
   * (`UTF-16LE`); number: `uint16 little`; bits: `alarm:1 mode:3 level:12`; timestamp: `ms`; protobuf:
   * `plant.Reading`; avro: `reading.avsc`.
   */
  option: z.string().max(4_096).default(''),
});
export type DecoderStep = z.infer<typeof DecoderStep>;

/** One that ends in bytes, such as gzip alone, goes on with what is found in them. */
export const DecoderChain = z.array(DecoderStep).min(1).max(8);
export type DecoderChain = z.infer<typeof DecoderChain>;

/** Decodes all topics of a filter in one way. The most specific filter that matches a topic counts. */
export const DecoderRule = z.object({
  filter: z.string().min(1).max(65_535),
  chain: DecoderChain,
});
export type DecoderRule = z.infer<typeof DecoderRule>;
export const DecoderRules = z.array(DecoderRule).max(500);
