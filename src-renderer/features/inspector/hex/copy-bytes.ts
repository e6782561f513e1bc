import { MAX_PIECE } from '../../../../src-main/contract/decoding/decoder-calls.ts';
import { base64Text } from '../../../../src-main/core/payload/base64.ts';
import { hexPairs } from '../../../../src-main/core/payload/hex-text.ts';
import { decodeStrict } from '../../../../src-main/core/payload/utf8.ts';
import { copied } from '../../../state/browser/copy-text.ts';
import type { InspectorState } from '../../../state/inspector/inspector.ts';
import { MAX_COPY_BYTES, payloadToCopy, tooMuchWords } from '../../../state/inspector/message-actions.ts';
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
  return copyAs(form, whole.subarray(from, to));
}

async function copyAs(form: CopyForm, bytes: Uint8Array): Promise<string> {
  const text = writtenAs(form, bytes);
  if (text === null) throw new Error('Not copied: these bytes are not text in UTF-8.');
  return copied(text, `Copied as ${COPY_FORMS[form]}: ${formatBytes(bytes.length)}`);
}

/** The bytes from..to of what a stage of the decoder has read. Rejects likewise. */
export async function copyStageBytes(
  { client }: Pick<ConnectionSession, 'client'>,
  { id, stage }: { readonly id: string; readonly stage: number },
  form: CopyForm,
  from: number,
  to: number,
): Promise<string> {
  if (to - from > MAX_COPY_BYTES) throw new Error(tooMuchWords(to - from));
  const bytes = new Uint8Array(to - from);
  for (let at = from; at < to;) {
    const asked = { id, stage, offset: at, length: Math.min(MAX_PIECE, to - at) };
    const answer = await client.call('decodedBytes', asked);
    if (answer.kind === 'failed') throw new Error(`Not copied: ${answer.message}`);
    if (answer.bytes.length === 0) throw new Error('Not copied: these bytes are not there any more.');
    bytes.set(answer.bytes, at - from);
    at += answer.bytes.length;
  }
  return copyAs(form, bytes);
}
