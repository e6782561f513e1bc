import type { EngineHandlers } from '../contract/api.ts';
import { failed } from '../contract/errors.ts';
import type { EnginePorts } from './ports.ts';

/** Certificates and keys before connecting. */
export function certificateHandlers(_ports: EnginePorts): Pick<EngineHandlers, 'inspectTls'> {
  return {
    inspectTls: () =>
      failed('not-inspected', 'Certificates cannot be looked into by this version.', 'Connect to see.'),
  };
}
