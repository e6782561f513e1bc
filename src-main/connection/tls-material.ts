import type { TlsOptions } from '../contract/model.ts';
import { failed } from '../contract/errors.ts';
import { errorFacts } from '../core/session/failures.ts';
import { DialError } from './dial-error.ts';
import type { ConnectionPorts } from './ports.ts';

/** Certificates and key as bytes, ready for `tls.connect`. */
export interface TlsMaterial {
  readonly ca: Buffer | null;
  readonly cert: Buffer | null;
  readonly key: Buffer | null;
}

const WHAT = { ca: 'CA certificate', cert: 'client certificate', key: 'client key' } as const;

const READ_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this program may not read it',
  EPERM: 'this program may not read it',
  EISDIR: 'it is a folder',
  EFBIG: 'it is larger than 4 MB',
  ENOTALLOWED: 'in the browser, certificate files are read only below the folder given with --allow-files',
};

/** Read anew for each attempt, so that a renewed certificate is used at the next one. */
export async function readTlsMaterial(tls: TlsOptions, ports: ConnectionPorts): Promise<TlsMaterial> {
  const [ca, cert, key] = await Promise.all([
    read('ca', tls.ca, ports),
    read('cert', tls.cert, ports),
    read('key', tls.key, ports),
  ]);
  if ((cert === null) !== (key === null)) {
    throw new DialError({
      failure: failed(
        'client-certificate-incomplete',
        `A client certificate and its key are needed together, but only the ${cert ? 'certificate' : 'key'} is given.`,
        `Give the client ${cert ? 'key' : 'certificate'} as well, or remove both.`,
      ),
      retry: 'never',
    });
  }
  return { ca, cert, key };
}

/** PEM text is taken as it is; anything else is a path. The text of a file never gets into a message. */
async function read(
  what: keyof typeof WHAT,
  source: string | null,
  ports: ConnectionPorts,
): Promise<Buffer | null> {
  if (source === null || source.trim() === '') return null;
  if (source.includes('-----BEGIN')) return Buffer.from(source, 'utf8');
  const path = source.trim();
  try {
    const bytes = await ports.readFile(path);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (cause) {
    const { code } = errorFacts(cause);
    const why = READ_ERRORS[code] ?? 'it could not be read';
    throw new DialError(
      {
        failure: failed(
          'file-unreadable',
          `The file for the ${WHAT[what]}, ${path}, is not usable: ${why}${code ? ` (${code})` : ''}.`,
          'Check the path, or paste the PEM text itself.',
        ),
        retry: 'never',
      },
      { cause },
    );
  }
}
