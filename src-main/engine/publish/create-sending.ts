import { failed } from '../../contract/base/errors.ts';
import type { ConnectionId } from '../../contract/model/model.ts';
import type { EnginePorts } from '../base/ports.ts';
import type { LiveConnection } from '../connections/live-connection.ts';
import type { FileGrants } from '../files/file-grants.ts';
import { Sending, type SendingPorts } from './sending.ts';

type HostPorts = Pick<EnginePorts, 'dataDir' | 'clock' | 'random' | 'files'>;

/**
 * @param live null: the connection was closed
 * @param environment of this program
 */
export function createSending(
  ports: HostPorts,
  grants: Pick<FileGrants, 'allow'>,
  live: (id: ConnectionId) => LiveConnection | null,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Sending {
  const { dataDir, clock, random } = ports;
  return new Sending({
    dataDir,
    live,
    random,
    now: () => clock.now(),
    env: environmentOf(ports, grants, environment),
  });
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
