import type { EngineHandlers } from '../contract/api.ts';
import type { Failure } from '../contract/base/errors.ts';
import type { ConnectionOptions } from '../contract/model/model.ts';
import { systemPorts } from '../connection/base/ports.ts';
import { inspectTls } from '../connection/tls/lint.ts';
import type { EnginePorts } from './base/ports.ts';

/** Options with the secrets of a profile, which the window does not know. */
export type WithSecrets = (
  options: ConnectionOptions,
  profileId: string | null,
) => Promise<ConnectionOptions | Failure>;

/** Certificates and keys before connecting, read as a connection would read them. */
export function certificateHandlers(
  ports: Pick<EnginePorts, 'files' | 'clock' | 'random'>,
  withSecrets: WithSecrets = (options) => Promise.resolve(options),
): Pick<EngineHandlers, 'inspectTls'> {
  const reading = systemPorts(ports.random, ports.files);
  return {
    inspectTls: async ({ options, profileId }) => {
      const full = await withSecrets(options, profileId);
      if ('kind' in full) return full;
      const inspection = await inspectTls(full, {
        now: () => ports.clock.now(),
        readFile: reading.readFile,
        systemAuthorities: reading.systemAuthorities,
      });
      return { kind: 'inspected', ...inspection };
    },
  };
}
