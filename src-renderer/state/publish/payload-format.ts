import { failed, type Failure } from '../../../src-main/contract/base/errors.ts';
import type { PayloadEncoding } from '../../../src-main/contract/session/sending.ts';
import { base64Bytes, base64Text } from '../../../src-main/core/payload/base64.ts';
import { encodeJson, readJson } from '../../../src-main/core/payload/encode/encode-json.ts';
import { hexBytes, hexText } from '../../../src-main/core/payload/hex-text.ts';
import { prettyJson } from '../../../src-main/core/payload/json.ts';
import { decodeStrict, isWellFormed } from '../../../src-main/core/payload/utf8.ts';
import { EMPTY_TEXT, exactText, linedText, type LinedText } from './line-ends.ts';

/** How the text of the payload stands for bytes; `file`: the bytes of a file, or of a received message. */
export type PayloadFormat = 'json' | 'text' | 'hex' | 'base64' | EncodedFormat | 'file';

/** What is typed is JSON, and is sent in another form. */
export type EncodedFormat = PayloadEncoding['format'];

/** Bytes that are no text in the field. */
export interface PayloadFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface PayloadDraft {
  readonly format: PayloadFormat;
  /** How wide numbers with a fraction are in an encoded format; the shortest that holds them unless it is said. */
  readonly floats?: PayloadEncoding['floats'];
  /** Full name of the message that it is sent as in Protobuf. */
  readonly message?: string;
  /** Stays while the format is `file`. */
  readonly payload: LinedText;
  readonly file: PayloadFile | null;
}

/** What one frame of the pipe holds beside the topic and the properties. */
export const MAX_PAYLOAD_BYTES = 16 * 2 ** 20;
/** More would make a text field slow: it is kept as a file. */
const MAX_TYPED_BYTES = 1_000_000;
const MAX_HEX_BYTES = 65_536;
/** Longer texts are not checked for JSON. */
const MAX_JSON_CHARS = 200_000;

/** In which form its JSON is sent; undefined: it is bytes as it is typed. */
export function encodingOf({
  format,
  floats = 'shortest',
  message = '',
}: PayloadDraft): PayloadEncoding | undefined {
  if (!isEncoded(format)) return undefined;
  return format === 'protobuf' ? { format, floats, message: message.trim() } : { format, floats };
}

export function isEncoded(format: PayloadFormat): format is EncodedFormat {
  return format === 'cbor' || format === 'msgpack' || format === 'protobuf';
}

/** What is typed is text itself, or JSON. */
export function isTextual(format: PayloadFormat): boolean {
  return format === 'json' || format === 'text' || isEncoded(format);
}

/**
 * The payload as it goes out, or what keeps it from being bytes. Null: that is known where the schemas are, by the
 * engine.
 */
export function payloadBytes({
  format,
  payload,
  file,
  floats = 'shortest',
  message,
}: PayloadDraft): Uint8Array | Failure | null {
  switch (format) {
    case 'cbor':
    case 'msgpack':
      return encodeJson(exactText(payload), format, floats);
    case 'protobuf':
      return protobufProblem(exactText(payload), message);
    case 'json':
    case 'text':
      return new TextEncoder().encode(exactText(payload));
    case 'hex':
      return (
        hexBytes(payload.text) ??
        failed(
          'not-hex',
          'The payload is not hex: it needs pairs of the digits 0 to 9 and a to f.',
          'Complete it, or choose another format.',
        )
      );
    case 'base64':
      return (
        base64Bytes(payload.text) ??
        failed('not-base64', 'The payload is not Base64.', 'Mend it, or choose another format.')
      );
    case 'file':
      return (
        file?.bytes ?? failed('no-file', 'No file is chosen.', 'Choose a file, or drop one on the panel.')
      );
  }
}

/** What is wrong even without knowing the schema. */
function protobufProblem(text: string, message = ''): Failure | null {
  if (message.trim() !== '') {
    const read = readJson(text);
    return 'code' in read ? read : null;
  }
  return failed(
    'no-proto-message',
    'No Protobuf message is chosen for the payload.',
    'Choose one below the payload, or add the .proto file that has it.',
  );
}

/**
 * The same bytes in another format, where it can hold them; else the text stays as it is typed. What JSON stands for
 * some bytes is another question: `asEncoded`.
 */
export function inFormat(draft: PayloadDraft, format: PayloadFormat): PayloadDraft {
  const { payload, file } = draft;
  if (format === draft.format || (isTextual(format) && isTextual(draft.format))) return { ...draft, format };
  if (format === 'file') return { ...draft, format };
  const bytes = payloadBytes(draft);
  if (!(bytes instanceof Uint8Array)) return { format, payload, file };
  if (isEncoded(format)) return { format, payload: EMPTY_TEXT, file };
  const typed = typedAs(bytes, format);
  return { format, payload: typed ?? (draft.format === 'file' ? EMPTY_TEXT : payload), file };
}

function typedAs(
  bytes: Uint8Array,
  format: Exclude<PayloadFormat, 'file' | EncodedFormat>,
): LinedText | null {
  switch (format) {
    case 'json':
    case 'text': {
      const text = bytes.length > MAX_TYPED_BYTES ? null : decodeStrict(bytes);
      return text === null ? null : linedText(text);
    }
    case 'hex':
      return bytes.length > MAX_HEX_BYTES ? null : linedText(hexText(bytes));
    case 'base64':
      return bytes.length > MAX_HEX_BYTES ? null : linedText(base64Text(bytes));
  }
}

/**
 * A text that was pasted and is too long for a text field, as a file of its exact bytes; null: it is not. Half a
 * character has no bytes and stays a text, which is marked.
 */
export function fileOfPasted({ format, payload }: PayloadDraft): PayloadFile | null {
  const isPlain = format === 'json' || format === 'text';
  if (!isPlain || payload.text.length <= MAX_TYPED_BYTES || !isWellFormed(payload.text)) return null;
  return {
    name: 'Pasted text, too long to be edited here',
    bytes: new TextEncoder().encode(exactText(payload)),
  };
}

/** Bytes as they are edited best; read back they are the same. `name`: for those that are kept as a file. */
export function draftOfBytes(bytes: Uint8Array, name: string): PayloadDraft {
  const text = bytes.length > MAX_TYPED_BYTES ? null : decodeStrict(bytes);
  // A text field takes NUL for the end of what it shows.
  if (text !== null && !text.includes('\0'))
    return { format: isJson(text) ? 'json' : 'text', payload: linedText(text), file: null };
  if (bytes.length <= MAX_HEX_BYTES) return { format: 'hex', payload: linedText(hexText(bytes)), file: null };
  return { format: 'file', payload: EMPTY_TEXT, file: { name, bytes } };
}

function isJson(text: string): boolean {
  return (
    text.length <= MAX_JSON_CHARS &&
    /^\s*[[{]/.test(text) &&
    prettyJson(text, { maxChars: 1 }).kind === 'json'
  );
}
