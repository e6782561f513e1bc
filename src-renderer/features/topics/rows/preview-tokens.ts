import { MORE_PATTERN } from '../../../../src-main/core/payload/preview-notation.ts';

/** What a piece of a compact JSON preview is; decides its colour. */
export type TokenKind = 'punctuation' | 'key' | 'string' | 'number' | 'literal' | 'note' | 'text';

export interface PreviewToken {
  readonly kind: TokenKind;
  readonly text: string;
}

const PIECES = new RegExp(
  [
    `(?<note>(?<=[,[{]\\s?)${MORE_PATTERN}|…(?!:))`,
    String.raw`(?<string>"(?:[^"\\]|\\.)*"?)`,
    String.raw`(?<punctuation>[{}[\],:]\s?)`,
    String.raw`(?<number>-?\d[\d.]*(?:[eE][+-]?\d+)?(?=[\s,}\]…]|$))`,
    String.raw`(?<literal>(?:true|false|null)(?=[\s,}\]…]|$))`,
    String.raw`(?<text>[^{}[\],:"…]+(?:…(?=:))?|.)`,
  ].join('|'),
  'gsu',
);

/** Cuts a compact preview such as `{temperature:71.4, 8 more}` into its pieces. Joined they are the text. */
export function previewTokens(text: string): readonly PreviewToken[] {
  const tokens: PreviewToken[] = [];
  for (const match of text.matchAll(PIECES)) {
    const [kind] = Object.entries(match.groups ?? {}).find(([, piece]) => piece !== undefined) ?? ['text'];
    tokens.push({ kind: kind as TokenKind, text: match[0] });
  }
  return tokens.map((token, at) => (isKey(tokens, at) ? { ...token, kind: 'key' } : token));
}

/** What stands before a colon is a key, whatever it looks like. */
function isKey(tokens: readonly PreviewToken[], at: number): boolean {
  const { kind } = tokens[at] ?? { kind: 'punctuation' };
  return kind !== 'punctuation' && kind !== 'note' && tokens[at + 1]?.text.startsWith(':') === true;
}
