import type { FileAccess } from '../connection/base/allowed-files.ts';
import type { EngineHandlers } from '../contract/api.ts';
import type { Failure } from '../contract/base/errors.ts';
import type { ConnectionOptions } from '../contract/model/model.ts';
import type { HeavyWork } from './base/heavy-work.ts';
import type { EnginePorts } from './base/ports.ts';

/** Options with the secrets of a profile, which the window does not know. */
export type WithSecrets = (
  options: ConnectionOptions,
  profileId: string | null,
) => Promise<ConnectionOptions | Failure>;

/** Certificates and keys before connecting, read as a connection would read them. */
export function certificateHandlers(
  { clock }: { readonly clock: Pick<EnginePorts['clock'], 'now'> },
  work: Pick<HeavyWork, 'run'>,
  withSecrets: WithSecrets,
  filesFor?: (options: ConnectionOptions) => FileAccess,
): Pick<EngineHandlers, 'inspectTls'> {
  return {
    inspectTls: async ({ options, profileId }, signal) => {
      const full = await withSecrets(options, profileId);
      if ('kind' in full) return full;
      const { protocol, tls } = full;
      // How long it takes is up to the files.
      const asked = { kind: 'inspect-tls', options: { protocol, tls }, now: clock.now() } as const;
      const done = await work.run(asked, signal, filesFor?.(full));
      return done.kind === 'failed' ? done : { kind: 'inspected', ...done.inspection };
    },
  };
}
