import type { DecodedReader } from '../../../state/decoding/decoded-reader.ts';
import type { DecoderRulesStore } from '../../../state/decoding/decoder-rules.ts';
import type { SchemasStore } from '../../../state/decoding/schemas.ts';

/** What a connection knows of how its messages are decoded. */
export interface Decoding {
  readonly reader: DecodedReader;
  readonly rules: DecoderRulesStore;
  readonly schemas: SchemasStore;
}
