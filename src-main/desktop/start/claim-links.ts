import type { App } from 'electron';
import { LINK_MARK } from './invocation.ts';

/** What is used of Electron's app. */
export type LinkRegistry = Pick<
  App,
  'isPackaged' | 'getApplicationNameForProtocol' | 'setAsDefaultProtocolClient'
>;

/**
 * On Windows the program registers itself for links; elsewhere its package does. It only does so if no other
 * program is registered: the choice is the user's.
 */
export function claimLinks(registry: LinkRegistry, platform: NodeJS.Platform, program: string): void {
  if (platform !== 'win32' || !registry.isPackaged) return;
  for (const scheme of ['mqtt', 'mqtts']) {
    if (registry.getApplicationNameForProtocol(`${scheme}://`) !== '') continue;
    registry.setAsDefaultProtocolClient(scheme, program, [LINK_MARK]);
  }
}
