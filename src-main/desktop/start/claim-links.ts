import type { App } from 'electron';
import { LINK_MARK } from './invocation.ts';

/** What is used of Electron's app. */
export type LinkRegistry = Pick<
  App,
  'isPackaged' | 'getApplicationNameForProtocol' | 'setAsDefaultProtocolClient'
>;

/**
 * Windows asks the program itself to register for links; elsewhere its package does. Only where nobody
 * has them: the choice is the user's.
 */
export function claimLinks(registry: LinkRegistry, platform: NodeJS.Platform, program: string): void {
  if (platform !== 'win32' || !registry.isPackaged) return;
  for (const scheme of ['mqtt', 'mqtts']) {
    if (registry.getApplicationNameForProtocol(`${scheme}://`) !== '') continue;
    registry.setAsDefaultProtocolClient(scheme, program, [LINK_MARK]);
  }
}
