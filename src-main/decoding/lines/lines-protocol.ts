import type {
  FoundInLines,
  LinesLayout,
  LinesPage,
  LineValue,
  OpenedLines,
} from '../../contract/decoding/lines.ts';

/** Requests about long texts, laid out in rows. */
export type LinesRequest =
  | {
      readonly kind: 'open-lines';
      /** Bytes of a text, or the id of what was decoded. */
      readonly of: Uint8Array | string;
      /** They are the beginning of something longer. */
      readonly cut: boolean;
      readonly layout: LinesLayout;
    }
  | { readonly kind: 'read-lines'; readonly id: string; readonly from: number; readonly count: number }
  | { readonly kind: 'find-in-lines'; readonly id: string; readonly query: string }
  | { readonly kind: 'line-value'; readonly id: string; readonly row: number }
  | { readonly kind: 'line-folds'; readonly id: string };

/** `no-text`: the bytes are not text. */
export type LinesAnswer =
  | OpenedLines
  | LinesPage
  | FoundInLines
  | LineValue
  | { readonly kind: 'folds'; readonly rows: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'no-text' }
  | { readonly kind: 'gone' };
