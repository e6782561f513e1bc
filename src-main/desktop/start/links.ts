import { readAddress } from '../../core/profiles/address.ts';
import type { Engine } from '../../engine/engine.ts';

/** What a link may do: fill the editor, or say why it cannot. Never connect. */
export type LinkTarget = Pick<Engine, 'requestPrefill' | 'reportProblem'>;

/** Anybody can write a link: it is read like an address that was pasted, and only fills the editor. */
export function openLink(link: string, engine: LinkTarget): void {
  const address = readAddress(link);
  if (address.kind === 'failed') engine.reportProblem(address);
  else engine.requestPrefill(address.options);
}
