import type { ConnectionOptions } from '../../contract/model/model.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import { Echoes } from '../../core/mqtt/echoes.ts';
import type { ProtocolLevel } from '../../core/mqtt/packet-types.ts';
import { splitSecrets } from '../../core/profiles/secrets.ts';
import { buildConnect } from '../../core/session/auth/connect.ts';
import { withinService } from '../../core/session/failures/service-limits.ts';
import type { WireVersion } from '../../core/session/machine/version.ts';
import { authenticatorFor, type Authenticator } from './authenticator.ts';
import { readPassword } from './credentials.ts';
import { DialError } from '../base/dial-error.ts';
import type { ConnectionPorts } from '../base/ports.ts';
import { prepared, signingProblem } from './signing.ts';

export const LEVELS: Readonly<Record<WireVersion, ProtocolLevel>> = { '5': 5, '3.1.1': 4, '3.1': 3 };

/** What one attempt needs besides a socket; made again for each. */
export interface Prepared {
  readonly options: ConnectionOptions;
  /** The whole packet. */
  readonly connect: Uint8Array;
  readonly authenticator: Authenticator | null;
  /** The secrets of this attempt, for what the broker says. */
  readonly echoes: Echoes;
  /** What CONNECT does not do although it was asked for; sentences. */
  readonly notes: readonly string[];
}

const stop = (failure: Failure): DialError => new DialError({ failure, retry: 'never' });

/** @throws DialError where the options cannot be carried out, before anything is sent */
export async function prepare(
  given: ConnectionOptions,
  clientId: string,
  version: WireVersion,
  ports: ConnectionPorts,
): Promise<Prepared> {
  const unsigned = signingProblem(given);
  if (unsigned !== null) throw stop(unsigned);
  const within = withinService(given);
  const options = prepared(within.options, ports.clock.wall());
  const password = await readPassword(options, ports);
  const authenticator = authenticatorFor(options, password);
  if (authenticator !== null && 'kind' in authenticator) throw stop(authenticator);
  const first = authenticator?.begin();
  if (first?.kind === 'failed') throw stop(first);
  const built = buildConnect(options, clientId, LEVELS[version], {
    // SCRAM is there so that the password itself is not sent.
    password: authenticator === null ? password : null,
    authentication: authenticator && first ? { method: authenticator.method, data: first.data } : null,
  });
  if (built.kind === 'failed') throw stop(built);
  const echoes = new Echoes(secretsOf([given, options], password));
  return { options, connect: built.packet, authenticator, echoes, notes: [...within.notes, ...built.notes] };
}

/** As entered, as signed for this attempt, and as read from a file. */
function secretsOf(all: readonly ConnectionOptions[], password: Uint8Array | null): string[] {
  const passwords = password === null ? [] : [new TextDecoder().decode(password)];
  return [
    ...passwords,
    ...all.flatMap((options) => {
      const username = options.username ?? '';
      // Services take tokens there; and HTTP writes the two as one.
      const token = username.includes('?') ? [username.slice(username.indexOf('?') + 1)] : [];
      const pairs = username === '' ? [] : passwords.map((one) => `${username}:${one}`);
      return [...Object.values(splitSecrets(options).secrets), ...token, ...pairs];
    }),
  ];
}

/** Not connected, for what needs a session. */
export const notConnected = (): Failure =>
  failed('not-connected', 'There is no connection to the broker.', 'Connect, then try again.');
