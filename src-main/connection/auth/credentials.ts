import { failed } from '../../contract/base/errors.ts';
import type { ConnectionOptions } from '../../contract/model/model.ts';
import { errorFacts } from '../../core/session/failures/failures.ts';
import { DialError } from '../base/dial-error.ts';
import type { ConnectionPorts } from '../base/ports.ts';

/** [MQTT5-3.1.3.6] */
const MOST_PASSWORD_BYTES = 65_535;

const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this program may not read it',
  EPERM: 'this program may not read it',
  EISDIR: 'it is a folder',
  EFBIG: 'it is too large for a password',
  ENOTGIVEN: 'nobody has said in a dialog of the system that it may be read; connect to be asked',
  ENOTALLOWED: 'in the browser, files are read only below the folder given with --allow-files',
};

function unusable(code: string, message: string, advice: string, cause?: unknown): DialError {
  return new DialError({ failure: failed(code, message, advice), retry: 'never' }, { cause });
}

/**
 * The password of this attempt, read again; null where there is none.
 *
 * @throws DialError, which names the file or variable and never what is in it
 */
export async function readPassword(
  { password, passwordFrom }: Pick<ConnectionOptions, 'password' | 'passwordFrom'>,
  ports: Pick<ConnectionPorts, 'readFile' | 'environment'>,
): Promise<Uint8Array | null> {
  switch (passwordFrom.kind) {
    case 'text':
      return password === null ? null : bounded(new TextEncoder().encode(password), 'The password');
    case 'file':
      return bounded(await ofFile(passwordFrom.path, ports), `The password in the file ${passwordFrom.path}`);
    case 'environment':
      return bounded(ofEnvironment(passwordFrom.name, ports), `The password in ${passwordFrom.name}`);
  }
}

function bounded(bytes: Uint8Array, what: string): Uint8Array {
  if (bytes.length <= MOST_PASSWORD_BYTES) return bytes;
  const message = `${what} is longer than the ${MOST_PASSWORD_BYTES} bytes that MQTT allows.`;
  throw unusable('password-too-long', message, 'Check that it is the right one.');
}

async function ofFile(path: string, ports: Pick<ConnectionPorts, 'readFile'>): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await ports.readFile(path);
  } catch (cause) {
    const { code } = errorFacts(cause);
    const why = FILE_ERRORS[code] ?? 'it could not be read';
    const message = `The file for the password, ${path}, is not usable: ${why}${code ? ` (${code})` : ''}.`;
    throw unusable('password-file', message, 'Check the path in the profile, then connect again.', cause);
  }
  const end = withoutLineBreak(bytes);
  if (end === 0) {
    const message = `The file for the password, ${path}, is empty.`;
    throw unusable('password-file', message, 'Write the password into it, then connect again.');
  }
  return bytes.subarray(0, end);
}

/** Where the password ends: editors and `echo` put one line break behind it. */
function withoutLineBreak(bytes: Uint8Array): number {
  let end = bytes.length;
  if (bytes[end - 1] === 0x0a) end--;
  if (end < bytes.length && bytes[end - 1] === 0x0d) end--;
  return end;
}

function ofEnvironment(name: string, ports: Pick<ConnectionPorts, 'environment'>): Uint8Array {
  let value: string | null;
  try {
    value = ports.environment(name);
  } catch (cause) {
    if (errorFacts(cause).code === 'ENOTGIVEN') {
      throw unusable(
        'password-environment',
        `The environment variable ${name} was not given to this connection.`,
        'Connect again and confirm it in the dialog of the system.',
        cause,
      );
    }
    throw unusable(
      'password-environment',
      `The environment variable ${name} may not be read from a window in a browser.`,
      'Name it so that it begins with TOPICSCOPE_PASSWORD, or use the desktop program.',
      cause,
    );
  }
  if (value !== null && value !== '') return new TextEncoder().encode(value);
  throw unusable(
    'password-environment',
    `The environment variable ${name} for the password is ${value === null ? 'not set' : 'empty'}.`,
    'Set it before the program starts; a change is seen only after the next start.',
  );
}
