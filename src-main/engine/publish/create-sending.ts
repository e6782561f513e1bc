import { failed } from '../../contract/base/errors.ts';
import type { ConnectionId } from '../../contract/model/model.ts';
import type { EnginePorts } from '../base/ports.ts';
import type { LiveConnection } from '../connections/live-connection.ts';
import type { DecodingPorts } from '../decoding/decode-handlers.ts';
import type { FileGrants } from '../files/file-grants.ts';
import { Sending, type SendingPorts } from './sending.ts';

type HostPorts = Pick<EnginePorts, 'dataDir' | 'clock' | 'random' | 'files'>;

type Decoding = Pick<DecodingPorts, 'ask' | 'schemas'>;

/**
 * @param live null: the connection was closed
 * @param environment of this program
 */
export function createSending(
  ports: HostPorts,
  grants: Pick<FileGrants, 'allow'>,
  live: (id: ConnectionId) => LiveConnection | null,
  decoding: Decoding,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Sending {
  const { dataDir, clock, random } = ports;
  return new Sending({
    dataDir,
    live,
    random,
    now: () => clock.now(),
    encode: encoderOf(decoding),
    env: environmentOf(ports, grants, environment),
  });
}

/** In the decoder's thread, which reads the schemas. */
export function encoderOf({ ask, schemas }: Decoding): SendingPorts['encode'] {
  return async (text, message) => {
    const answer = await ask({ kind: 'encode', text, message, schemas: schemas() });
    if (answer.kind === 'encoded') return answer.bytes;
    if (answer.kind === 'not-encoded') return answer.failure;
    // Its own words are about a value that is shown.
    return failed(
      'not-encoded',
      'The payload was not encoded as Protobuf: that takes too much time or memory, or too much waits to be decoded.',
      'Try again, or send less.',
    );
  };
}

/** A variable is read once a person has given it to this broker, in a dialog that no page can answer. */
export function environmentOf(
  { files }: Pick<EnginePorts, 'files'>,
  grants: Pick<FileGrants, 'allow'>,
  environment: Readonly<Record<string, string | undefined>>,
): SendingPorts['env'] {
  return async (name, { options }) => {
    if (files.kind === 'none' || files.kind === 'below') {
      return failed(
        'variable-browser',
        `The environment variable ${name} may not be read from a window in a browser.`,
        'Write the value itself, or use the desktop program.',
      );
    }
    // As a password from the environment is given, and for the same broker.
    const refused = await grants.allow({
      ...options,
      passwordFrom: { kind: 'environment', name },
      tls: { ...options.tls, ca: null, cert: null, key: null, pfx: null },
    });
    return refused ?? environment[name] ?? null;
  };
}
