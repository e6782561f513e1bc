import type { Failure } from '../contract/base/errors.ts';
import type { Decoded, DecodedBy, DecodedNode } from '../contract/decoding/decoded.ts';
import type { DecoderChain } from '../contract/model/decoder-rule.ts';
import type { Preview } from '../contract/model/message.ts';
import type { NumbersAsked } from './chain/numbers.ts';
import type { Surroundings } from './chain/reading.ts';
import type { LinesAnswer, LinesRequest } from './lines/lines-protocol.ts';

/** What the engine asks of the decoder's thread, one at a time. */
export type DecoderRequest =
  | {
      readonly kind: 'decode';
      readonly bytes: Uint8Array;
      readonly chain: DecoderChain | null;
      readonly by: DecodedBy;
      readonly around: Surroundings;
      /** Values that the answer may hold. */
      readonly nodes: number;
    }
  | { readonly kind: 'nodes'; readonly id: string; readonly from: number; readonly count: number }
  | {
      readonly kind: 'text';
      readonly id: string;
      readonly node: number | null;
      readonly offset: number;
      readonly length: number;
    }
  | {
      readonly kind: 'bytes';
      readonly id: string;
      readonly stage: number;
      readonly offset: number;
      readonly length: number;
    }
  | {
      readonly kind: 'preview';
      readonly bytes: Uint8Array;
      readonly chain: DecoderChain | null;
      readonly around: Surroundings;
      /** About how long it may be. */
      readonly chars: number;
    }
  | ({ readonly kind: 'numbers' } & NumbersAsked)
  | { readonly kind: 'lines'; readonly asked: LinesRequest }
  /** The JSON in a text as a message of the schemas. */
  | {
      readonly kind: 'encode';
      readonly text: string;
      readonly message: string;
      readonly schemas: Surroundings['schemas'];
    }
  /** What can be chosen in a schema file, or why it cannot be read. */
  | { readonly kind: 'schema'; readonly name: string; readonly schemas: Surroundings['schemas'] };

/** `gone`: the decoded payload is not kept any more. */
export type DecoderAnswer =
  | { readonly kind: 'decoded'; readonly decoded: Decoded }
  | { readonly kind: 'nodes'; readonly nodes: DecodedNode[] }
  | { readonly kind: 'text'; readonly text: string; readonly total: number }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer>; readonly total: number }
  /** Null: nothing was found but bytes. */
  | { readonly kind: 'preview'; readonly preview: Preview | null }
  | { readonly kind: 'numbers'; readonly numbers: Float64Array<ArrayBuffer> }
  | { readonly kind: 'schema'; readonly types: readonly string[]; readonly problem: string | null }
  | { readonly kind: 'encoded'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'not-encoded'; readonly failure: Failure }
  | LinesAnswer;

/** Given to the thread at its start. */
export interface DecoderStart {
  /** Makes the ids of this thread unlike those of one before it. */
  readonly generation: string;
}
