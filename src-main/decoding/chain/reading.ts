import type { SchemaFile } from '../../contract/decoding/decoded.ts';
import type { DecoderId } from '../../contract/model/decoder-rule.ts';

/** What a payload comes with. */
export interface Surroundings {
  /** Null where there is none, or it is no text. */
  readonly topic: string | null;
  /** Of MQTT 5. */
  readonly contentType: string | null;
  /** The payload format indicator of MQTT 5 says that it is UTF-8. */
  readonly saysText: boolean;
  /** The bytes are only the beginning of what was received. */
  readonly cut: boolean;
  readonly schemas: readonly SchemaFile[];
  /** Sparkplug B: the birth certificates that name the aliases of this payload, of the device or its edge node. */
  readonly births: readonly Uint8Array[];
}

/** What a decoder that ends a chain has made of the bytes. */
export interface Leaf {
  readonly label: string;
  readonly detail: string;
  readonly view: 'tree' | 'text' | 'image' | 'bytes';
  /** Where it is not that of the values in our notation. */
  readonly text: string | null;
  readonly notes: readonly string[];
  readonly image: { readonly type: string; readonly width: number; readonly height: number } | null;
}

export const DECODER_LABELS: Readonly<Record<DecoderId, string>> = {
  gzip: 'gzip',
  zlib: 'zlib',
  deflate: 'deflate',
  brotli: 'Brotli',
  zstd: 'zstd',
  base64: 'Base64',
  hex: 'Hex',
  text: 'Text',
  json: 'JSON',
  xml: 'XML',
  yaml: 'YAML',
  number: 'Number',
  bits: 'Bit fields',
  switch: 'On or off',
  timestamp: 'Timestamp',
  jwt: 'JWT',
  image: 'Image',
  cbor: 'CBOR',
  msgpack: 'MessagePack',
  bson: 'BSON',
  protobuf: 'Protobuf',
  avro: 'Avro',
  sparkplug: 'Sparkplug B',
  bytes: 'Bytes',
};
