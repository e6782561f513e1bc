import { decodeStrict } from '../../../../src-main/core/payload/utf8.ts';
import { copyText } from '../../../state/browser/copy-text.ts';
import type { InspectorState } from '../../../state/inspector/inspector.ts';
import { wholePayload } from '../../../state/inspector/whole-payload.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { formatBytes } from '../../../ui/base/format.ts';

/** The most that is put on a clipboard: other programs stall on more. Bytes */
export const MAX_COPY_BYTES = 16_000_000;

/** How bytes can be written, with the words for it. */
export const COPY_FORMS = {
  text: 'Text',
  hex: 'Hex',
  base64: 'Base64',
  array: 'C array',
} as const;
export type CopyForm = keyof typeof COPY_FORMS;

/** The bytes in one of the forms; null where they have none in it: bytes that are no text as text. */
export function writtenAs(form: CopyForm, bytes: Uint8Array): string | null {
  switch (form) {
    case 'text':
      return decodeStrict(bytes);
    case 'hex':
      return joined(bytes, (byte) => byte.toString(16).padStart(2, '0'), ' ');
    case 'base64':
      return base64(bytes);
    case 'array':
      return `{ ${joined(bytes, (byte) => `0x${byte.toString(16).padStart(2, '0')}`, ', ')} }`;
  }
}

function joined(bytes: Uint8Array, one: (byte: number) => string, between: string): string {
  const parts: string[] = [];
  for (const byte of bytes) parts.push(one(byte));
  return parts.join(between);
}

/** Pieces of a multiple of three bytes, so that joined they are the whole. */
const BASE64_STEP = 30_000;

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += BASE64_STEP)
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + BASE64_STEP)));
  return text;
}

/** Copies the bytes from..to of the shown message, and says how many; rejects with the reason. */
export async function copyBytes(
  session: ConnectionSession,
  { key, loaded }: InspectorState,
  form: CopyForm,
  from: number,
  to: number,
): Promise<string> {
  if (loaded === null || key === null) throw new Error('There is no message to copy.');
  if (to - from > MAX_COPY_BYTES) {
    const [size, most] = [formatBytes(to - from), formatBytes(MAX_COPY_BYTES)];
    throw new Error(`Not copied: ${size} is more than the ${most} a clipboard takes.`);
  }
  const whole = await wholePayload(session, key, loaded, to).catch((error: unknown) => {
    throw new Error(`Not copied: ${error instanceof Error ? error.message : String(error)}.`);
  });
  const text = writtenAs(form, whole.subarray(from, to));
  if (text === null) throw new Error('Not copied: these bytes are not text in UTF-8.');
  if (!(await copyText(text))) throw new Error('The clipboard refused. Select the text and copy it.');
  return `Copied as ${COPY_FORMS[form]}: ${formatBytes(to - from)}`;
}
