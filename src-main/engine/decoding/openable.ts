import { jsonNodes } from '../../core/payload/json-nodes.ts';
import { BYTE_ORDER_MARK, decodeStrict } from '../../core/payload/utf8.ts';
import { imageType } from '../../decoding/formats/image.ts';

/** What a payload may be opened as by another program; refused: why not, as the end of a sentence. */
export type Openable =
  | { readonly kind: 'openable'; readonly extension: 'png' | 'jpg' | 'gif' | 'webp' | 'json' | 'txt' }
  | { readonly kind: 'refused'; readonly why: string };

const IMAGES: Readonly<Record<string, 'png' | 'jpg' | 'gif' | 'webp'>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
};

/** Beyond it JSON is opened as text: reading it whole would hold up everything else. Bytes */
const MAX_JSON = 1_048_576;
/** Characters at the start in which systems look for what a text is. */
const HEAD = 4_096;

/** Texts that a system may run, or follow, whatever their file is called. */
const RISKY: readonly (readonly [RegExp, string])[] = [
  [/^#!/, 'it is a script, which a system may run'],
  [
    /^\[(?:desktop entry|internetshortcut|autorun|\{)/i,
    'it is a shortcut, which starts a program or opens an address',
  ],
  [/^(?:%!|%pdf|\{\\rt)/i, 'it is a document that may hold programs of its own'],
  [
    /^<|<(?:!doctype|html|head|body|script|svg|iframe|object|embed|math|img|a|\?xml)\b/i,
    'it is a web page or other markup, and a browser runs what is in it',
  ],
];

/**
 * By the bytes alone, never by what the topic or the content type says: images, JSON and plain text, under an
 * extension that every system gives to a viewer or an editor. Whatever else it is, even a harmless kind that is
 * not known here, is refused: what a system does with it depends on what is installed.
 */
export function openableAs(bytes: Uint8Array): Openable {
  if (bytes.length === 0) return { kind: 'refused', why: 'it is empty' };
  const image = IMAGES[imageType(bytes) ?? ''];
  if (image !== undefined) return { kind: 'openable', extension: image };
  const text = decodeStrict(bytes);
  if (text === null || text.includes('\0'))
    return { kind: 'refused', why: 'it is no image and no text, and other kinds of files may run something' };
  if (bytes.length <= MAX_JSON && jsonNodes(text) !== null) return { kind: 'openable', extension: 'json' };
  const head = (text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text).trimStart().slice(0, HEAD);
  const risk = RISKY.find(([pattern]) => pattern.test(head));
  return risk === undefined ? { kind: 'openable', extension: 'txt' } : { kind: 'refused', why: risk[1] };
}
