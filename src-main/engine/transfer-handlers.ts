import type { EngineHandlers } from '../contract/api.ts';
import { failed } from '../contract/errors.ts';
import type { transferCalls } from '../contract/transfer.ts';

/** Import, export, command lines and presets. */
export function transferHandlers(): Pick<EngineHandlers, keyof typeof transferCalls> {
  const absent = () => failed('not-yet', 'This is not built yet.', '');
  return {
    readImport: absent,
    importProfiles: absent,
    exportProfiles: absent,
    commandLine: absent,
    presets: () => ({ presets: [] }),
    applyPreset: absent,
  };
}
