import { base64Text } from '../../../../src-main/core/payload/base64.ts';
import { hexPairs } from '../../../../src-main/core/payload/hex-text.ts';
import { decodeStrict } from '../../../../src-main/core/payload/utf8.ts';
import { copied } from '../../../state/browser/copy-text.ts';
import type { InspectorState } from '../../../state/inspector/inspector.ts';
import { payloadToCopy } from '../../../state/inspector/message-actions.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { formatBytes } from '../../../ui/base/format.ts';

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
      return hexPairs(bytes);
    case 'base64':
      return base64Text(bytes);
    case 'array':
      return bytes.length === 0 ? '{ }' : `{ 0x${hexPairs(bytes, ', 0x')} }`;
  }
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
  const whole = await payloadToCopy(session, key, loaded, from, to);
  const text = writtenAs(form, whole.subarray(from, to));
  if (text === null) throw new Error('Not copied: these bytes are not text in UTF-8.');
  return copied(text, `Copied as ${COPY_FORMS[form]}: ${formatBytes(to - from)}`);
}
