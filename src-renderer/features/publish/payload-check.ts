import { parseTemplate, variablesOf } from '../../../src-main/core/publish/template/variables.ts';
import { formatCounted } from '../../../src-main/core/text/amounts.ts';
import { prettyJson } from '../../../src-main/core/payload/json.ts';
import { isWellFormed, utf8Length } from '../../../src-main/core/payload/utf8.ts';
import { exactText } from '../../state/publish/line-ends.ts';
import {
  isEncoded,
  isTextual,
  payloadBytes,
  type EncodedFormat,
  type PayloadDraft,
} from '../../state/publish/payload-format.ts';
import { formatBytes } from '../../ui/base/format.ts';

export interface PayloadCheck {
  readonly tone: 'ok' | 'warn' | 'mut';
  readonly words: string;
  /** It is, or is meant to be, JSON. */
  readonly json: boolean;
}

/** Longer texts are counted but not checked at each key press. */
const MAX_CHECKED = 200_000;

/** What the bytes to be sent are, with their number: `Valid JSON, 32 B`. */
export function checkDraft(draft: PayloadDraft, retain: boolean, variables = false): PayloadCheck {
  const { format } = draft;
  if (isTextual(format)) {
    const isJson = format !== 'text';
    const text = exactText(draft.payload);
    const count = variables && text.length <= MAX_CHECKED ? variablesOf([text]).length : 0;
    if (count > 0) return checkTemplate(text, count, isJson);
    return isEncoded(format) ? checkEncoded(draft, text, format) : checkPayload(text, retain, isJson);
  }
  const bytes = payloadBytes(draft);
  if (!(bytes instanceof Uint8Array))
    return { tone: 'warn', words: WRONG[format] ?? bytes?.message ?? '', json: false };
  return bytes.length === 0
    ? checkPayload('', retain)
    : { tone: 'mut', words: formatBytes(bytes.length), json: false };
}

const FORMS = { cbor: 'CBOR', msgpack: 'MessagePack', protobuf: 'Protobuf' } as const;

/** JSON that is sent in another form: how many bytes that has, or where it has none. */
function checkEncoded(draft: PayloadDraft, text: string, format: EncodedFormat): PayloadCheck {
  if (text.trim() === '') return { tone: 'warn', words: `No JSON for ${FORMS[format]} yet`, json: false };
  if (text.length > MAX_CHECKED) return { tone: 'mut', words: `Text for ${FORMS[format]}`, json: false };
  const bytes = payloadBytes(draft);
  // Whether it fits the schema, and its size, is shown beside it.
  if (bytes === null) return { tone: 'ok', words: 'Valid JSON', json: true };
  return bytes instanceof Uint8Array
    ? { tone: 'ok', words: `Valid JSON, ${formatBytes(bytes.length)} of ${FORMS[format]}`, json: true }
    : { tone: 'warn', words: bytes.message, json: true };
}

/** A variable may stand where a number may, or within a string: with a digit in its place the rest can be checked. */
function checkTemplate(text: string, count: number, isJson: boolean): PayloadCheck {
  const filled = parseTemplate(text)
    .pieces.map((piece) => (piece.kind === 'text' ? piece.text : '0'))
    .join('');
  const check = checkPayload(filled, false, isJson);
  // The size would be that of the filled text; the size of the message is shown beside it.
  const words = check.words.replace(/, [^,]*$/, '');
  return { ...check, words: `${words}, ${formatCounted(count, 'variable')}` };
}

const WRONG: Readonly<Record<string, string>> = {
  hex: 'Not hex yet',
  base64: 'Not Base64 yet',
  file: 'No file yet',
};

/** @param isJson it is meant to be JSON, whatever it looks like */
export function checkPayload(payload: string, retain: boolean, isJson = false): PayloadCheck {
  if (payload === '') {
    return retain
      ? { tone: 'warn', words: 'Empty with Retain: clears the retained message of this topic', json: false }
      : { tone: 'mut', words: 'Empty, 0 B', json: false };
  }
  const size = formatBytes(utf8Length(payload));
  if (!isWellFormed(payload)) {
    return {
      tone: 'warn',
      words: `Half a character cannot be sent and becomes U+FFFD, ${size}`,
      json: false,
    };
  }
  const looksLikeJson = isJson || /^\s*(?:[[{"]|true\s*$|false\s*$|null\s*$)/.test(payload);
  if (payload.length > MAX_CHECKED || !looksLikeJson) {
    return { tone: 'mut', words: `Text, ${size}`, json: false };
  }
  const isMarked = payload.startsWith('\ufeff');
  const result = prettyJson(isMarked ? payload.slice(1) : payload, { maxChars: 1 });
  if (result.kind === 'json' && isMarked) {
    return { tone: 'warn', words: `JSON behind a byte order mark, ${size}`, json: true };
  }
  if (result.kind === 'json') return { tone: 'ok', words: `Valid JSON, ${size}`, json: true };
  return { tone: 'warn', words: `Not valid JSON: ${result.why}, ${size}`, json: true };
}
