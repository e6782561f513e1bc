import type { Decoded } from '../../../../src-main/contract/decoding/decoded.ts';
import type { DecoderChain, DecoderId } from '../../../../src-main/contract/model/decoder-rule.ts';
import { escapeUnsafe, shortened } from '../../../../src-main/core/payload/visible.ts';
import { displayTopic } from '../../../../src-main/core/topics/names.ts';

/** A decoder that can be chosen. */
export interface DecoderChoice {
  /** `auto`: what is found, or what the rule says. */
  readonly id: DecoderId | 'auto';
  readonly label: string;
  /** What it asks for; null: nothing. */
  readonly option: {
    readonly label: string;
    readonly suggestions: readonly string[];
    readonly first: string;
  } | null;
}

const plain = (id: DecoderChoice['id'], label: string): DecoderChoice => ({ id, label, option: null });

const NUMBERS = [
  ...([
    'uint8',
    'int8',
    'uint16 little',
    'uint16 big',
    'int16 little',
    'int16 big',
    'uint32 little',
  ] as const),
  ...(['uint32 big', 'int32 little', 'int32 big', 'uint64 little', 'uint64 big', 'int64 little'] as const),
  ...([
    'int64 big',
    'float32 little',
    'float32 big',
    'float64 little',
    'float64 big',
    'float16 big',
  ] as const),
];

export const DECODER_CHOICES: readonly DecoderChoice[] = [
  plain('auto', 'Automatic'),
  {
    id: 'text',
    label: 'Text…',
    option: { label: 'Encoding', suggestions: ['UTF-8', 'UTF-16LE', 'UTF-16BE', 'Latin-1'], first: 'UTF-8' },
  },
  plain('json', 'JSON'),
  plain('cbor', 'CBOR'),
  plain('msgpack', 'MessagePack'),
  { id: 'protobuf', label: 'Protobuf…', option: { label: 'Message', suggestions: [], first: '' } },
  { id: 'avro', label: 'Avro…', option: { label: 'Schema', suggestions: [], first: '' } },
  plain('sparkplug', 'Sparkplug B'),
  plain('bson', 'BSON'),
  plain('xml', 'XML'),
  plain('yaml', 'YAML'),
  { id: 'number', label: 'Number…', option: { label: 'Type', suggestions: NUMBERS, first: 'uint16 little' } },
  {
    id: 'bits',
    label: 'Bit fields…',
    option: { label: 'Fields', suggestions: ['alarm:1 mode:3 level:12'], first: 'alarm:1 mode:7' },
  },
  plain('switch', 'On or off'),
  {
    id: 'timestamp',
    label: 'Timestamp…',
    option: { label: 'Unit', suggestions: ['s', 'ms', 'us', 'ns', 'iso'], first: '' },
  },
  plain('jwt', 'JWT'),
  plain('image', 'Image'),
  plain('gzip', 'gzip'),
  plain('zlib', 'zlib'),
  plain('deflate', 'deflate'),
  plain('brotli', 'Brotli'),
  plain('zstd', 'zstd'),
  plain('base64', 'Base64'),
  plain('hex', 'Hex digits'),
  plain('bytes', 'Bytes'),
];

/** `gzip → CBOR`, as it may be shown: a stage is called by what a schema calls its messages. */
export function chainWords(decoded: Decoded | null, chosen: DecoderChain | null): string {
  if (decoded === null) return chosen?.at(-1)?.decoder ?? 'Automatic';
  const stages = decoded.stages.map(({ label }) => shortened(escapeUnsafe(label)));
  return (decoded.failure === null ? stages : [...stages, 'failed']).join(' → ');
}

/** Who decided, in a sentence; null where it was found. */
export function decidedWords({ by }: Decoded): string | null {
  if (by.kind === 'rule') return `By the rule for ${shortened(displayTopic(by.filter))}`;
  return by.kind === 'chosen' ? 'Chosen by you' : null;
}
