import type { JsonPreview } from '../../../../src-main/contract/model/message.ts';
import { jsonText } from '../../../../src-main/core/payload/preview-notation.ts';
import { foundIn, partsOf, type HighlightPart, type Sought, type Stretch } from '../filter/highlight.ts';
import type { PreviewToken } from './preview-tokens.ts';

/** Stretches of a value's text that the filter looks for. */
export function soughtInText(text: string, { inValues, whole }: Sought): readonly Stretch[] {
  return whole ? [[0, text.length]] : foundIn(text, inValues);
}

/**
 * The same of a short form of JSON, with the members that are asked for.
 *
 * @param shown the text as it is shown; only where that is as written have members their places in it
 */
export function soughtInJson(preview: JsonPreview, shown: string, sought: Sought): readonly Stretch[] {
  const found = [...soughtInText(shown, sought)];
  if (preview.shape !== 'object' || sought.members.length === 0 || shown !== jsonText(preview)) return found;
  let at = 1;
  for (const [key, value] of preview.parts) {
    const end = at + key.length + 1 + value.length;
    if (sought.members.includes(unquoted(key))) found.push([at, end]);
    at = end + 2;
  }
  return found;
}

/** Names that need it are written in quotes. */
function unquoted(key: string): string {
  return key.startsWith('"') && key.endsWith('"') && key.length > 1 ? key.slice(1, -1) : key;
}

export interface MarkedToken {
  readonly kind: PreviewToken['kind'];
  readonly parts: readonly HighlightPart[];
}

/** Coloured pieces cut where what is found begins and ends. */
export function markedTokens(
  tokens: readonly PreviewToken[],
  found: readonly Stretch[],
): readonly MarkedToken[] {
  let at = 0;
  return tokens.map(({ kind, text }) => {
    const start = at;
    at += text.length;
    const own = found.map(([from, to]): Stretch => [from - start, to - start]);
    return { kind, parts: partsOf(text, own) };
  });
}
