import { BASE64_PREFIX, bareBase64, namedPath } from '../../core/profiles/named-path.ts';
import { formatBytes } from '../../core/text/amounts.ts';
import type { TlsFinding } from '../../contract/model/certificates.ts';
import { errorFacts } from '../../core/session/failures/failures.ts';
import { error } from '../../core/tls/findings.ts';
import { FIELD_NAMES } from '../../core/tls/lint.ts';
import { mendPem } from '../../core/tls/pem-text.ts';
import { MOST_FILE_BYTES, type ConnectionPorts } from '../base/ports.ts';

export type MaterialField = keyof typeof FIELD_NAMES;

/** What a field holds, read. */
export interface Source {
  readonly field: MaterialField;
  /** Null where the text itself was given. */
  readonly path: string | null;
  readonly bytes: Uint8Array;
  /** What was undone to make it PEM again, for a sentence; null where nothing was. */
  readonly undone: string | null;
}

const READ_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'this program may not read it',
  EPERM: 'this program may not read it',
  EISDIR: 'it is a folder',
  EFBIG: `it is larger than ${formatBytes(MOST_FILE_BYTES)}`,
  ELOOP: 'its links go round in a circle',
  ENOTGIVEN: 'nobody has said in a dialog of the system that it may be read; connect to be asked',
  ENOTALLOWED: 'in the browser, certificate files are read only below the folder given with --allow-files',
};

/**
 * PEM text is taken as it is meant, base64 after its prefix; anything else is a path. Neither the text of a
 * file nor what was pasted gets into a message.
 *
 * @returns null where the field is empty
 */
export async function readSource(
  field: MaterialField,
  text: string | null,
  ports: Pick<ConnectionPorts, 'readFile'>,
): Promise<Source | TlsFinding | null> {
  const source = await readAsGiven(field, text, ports);
  return source === null || 'severity' in source || field === 'pfx' ? source : mended(source);
}

/** One door for what was pasted, chosen and read from a path. */
function mended(source: Source): Source {
  const { text, undone } = mendPem(textOf(source.bytes));
  return undone === null ? source : { ...source, bytes: Buffer.from(text, 'utf8'), undone };
}

async function readAsGiven(
  field: MaterialField,
  text: string | null,
  ports: Pick<ConnectionPorts, 'readFile'>,
): Promise<Source | TlsFinding | null> {
  if (text === null || text.trim() === '') return null;
  const given = (bytes: Uint8Array): Source => ({ field, path: null, bytes, undone: null });
  if (field === 'pfx' && text.trimStart().startsWith(BASE64_PREFIX)) {
    return given(Buffer.from(text.trim().slice(BASE64_PREFIX.length), 'base64'));
  }
  if (text.includes('-----BEGIN')) return given(Buffer.from(text, 'utf8'));
  // PEM text without its first and last line is still secret: it must not be taken for a path and shown.
  const bare = bareBase64(text);
  if (bare !== null) return given(Buffer.from(bare, 'base64'));
  const path = namedPath(field, text);
  if (path === null) {
    return error(
      field,
      `${field}-format`,
      `What is given as ${FIELD_NAMES[field]} is neither a path nor PEM text.`,
      field === 'pfx'
        ? 'Give the path of a .p12 or .pfx file.'
        : 'Paste the whole text, with the lines “-----BEGIN …-----” and “-----END …-----”, or give the path of the file.',
    );
  }
  return readPath(field, path, ports);
}

async function readPath(
  field: MaterialField,
  path: string,
  ports: Pick<ConnectionPorts, 'readFile'>,
): Promise<Source | TlsFinding> {
  try {
    return { field, path, bytes: await ports.readFile(path), undone: null };
  } catch (cause) {
    const { code } = errorFacts(cause);
    const why = READ_ERRORS[code] ?? 'it could not be read';
    return error(
      field,
      'file-unreadable',
      `The file for the ${FIELD_NAMES[field]}, ${path}, is not usable: ${why}${code ? ` (${code})` : ''}.`,
      field === 'pfx' ? 'Check the path.' : 'Check the path, or paste the PEM text itself.',
    );
  }
}

/** Names the source in a sentence: by its path where it has one, never by its contents. */
export function sourceName({ field, path }: Pick<Source, 'field' | 'path'>): string {
  return path === null ? `the ${FIELD_NAMES[field]}` : `the file ${path} (${FIELD_NAMES[field]})`;
}

/** The text of a file; Windows writes some in UTF-16. */
export function textOf(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder().decode(bytes);
}
