import { decodeStrict } from '../../../src-main/core/payload/utf8.ts';
import { copyText } from '../../state/browser/copy-text.ts';
import type { InspectorState } from '../../state/inspector/inspector.ts';
import { wholePayload } from '../../state/inspector/whole-payload.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { formatBytes } from '../../ui/base/format.ts';

/** The most that is put on a clipboard: other programs stall on more. */
const MAX_COPY_BYTES = 16_000_000;

/**
 * Copies the whole payload of the shown message: as text where it is UTF-8, else in hex, and says
 * which. Rejects, with the reason, where that cannot be done in full.
 */
export async function copyPayload(session: ConnectionSession, state: InspectorState): Promise<string> {
  const { loaded, key } = state;
  if (loaded === null || key === null) throw new Error('There is no message to copy.');
  const { meta } = loaded;
  if (meta.kept > MAX_COPY_BYTES) {
    throw new Error(
      `Not copied: ${formatBytes(meta.kept)} is more than the ${formatBytes(MAX_COPY_BYTES)} a clipboard takes.`,
    );
  }
  const bytes = await wholePayload(session, key, loaded).catch((error: unknown) => {
    throw new Error(`Not copied: ${error instanceof Error ? error.message : String(error)}.`);
  });
  const text = decodeStrict(bytes);
  const done = await copyText(text ?? hex(bytes));
  if (!done) throw new Error('The clipboard refused. Select the text and copy it.');
  const shortened =
    meta.kept < meta.size ? `, the first ${formatBytes(meta.kept)} of ${formatBytes(meta.size)}` : '';
  return `${text === null ? 'Copied in hex' : 'Copied'}: ${formatBytes(bytes.length)}${shortened}`;
}

function hex(bytes: Uint8Array): string {
  const digits: string[] = [];
  for (const byte of bytes) digits.push(byte.toString(16).padStart(2, '0'));
  return digits.join(' ');
}
