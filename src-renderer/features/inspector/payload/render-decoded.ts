import { visibleLines } from '../../../../src-main/core/payload/visible.ts';
import type { Decoded } from '../../../../src-main/contract/decoding/decoded.ts';
import type { ShownDecoded } from '../../../state/decoding/decoded-reader.ts';
import { isPlain } from '../../../state/decoding/decoded-reader.ts';
import type { Loaded } from '../../../state/inspector/inspector.ts';
import { renderHex, type HexRoom, type Rendered } from './render-payload.ts';

/**
 * What the decoder made of the topic that is inspected, where the window does not lay it out by itself. While the
 * next message is decoded the one before stays.
 */
export function foreignOf(shown: ShownDecoded | null, key: string | null): Decoded | null {
  if (shown === null || shown.key !== key || isPlain(shown.decoded)) return null;
  return shown.decoded;
}

/** A decoded payload in its text form; bytes where it could not be decoded, with the reason. */
export function renderDecoded(decoded: Decoded, { bytes, meta }: Loaded, hex: HexRoom): Rendered {
  const { view, text, textLength, notes, failure } = decoded;
  const said = [failure?.message ?? '', failure?.advice ?? '', ...notes]
    .filter((note) => note !== '')
    .join(' ');
  const note = said === '' ? null : said;
  if (view === 'bytes') return { ...renderHex(bytes, hex), note };
  const isWhole = text.length >= textLength;
  // Which bytes a part of the text stands for is known to nobody: its share of them.
  const stands = isWhole
    ? meta.kept
    : Math.min(meta.kept - 1, Math.floor((meta.kept * text.length) / textLength));
  const shape = view === 'tree' ? 'json' : 'text';
  return {
    text: visibleLines(text),
    shape,
    bytes: stands,
    note,
    ...(shape === 'json' ? { source: text } : {}),
  };
}
