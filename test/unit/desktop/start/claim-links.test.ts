import { expect, test } from 'vitest';
import { claimLinks } from '../../../../src-main/desktop/start/claim-links.ts';

/** A system on which these schemes have a program already. */
function system(isPackaged: boolean, taken: readonly string[] = []) {
  const claimed: string[] = [];
  const registry = {
    isPackaged,
    getApplicationNameForProtocol: (url: string) => (taken.includes(url) ? 'Another' : ''),
    setAsDefaultProtocolClient: (scheme: string, program?: string, args?: string[]) => {
      claimed.push([scheme, program, ...(args ?? [])].join(' '));
      return true;
    },
  };
  return { registry, claimed };
}

test('On Windows the packaged program registers for links without a program, with its mark.', () => {
  const free = system(true);
  claimLinks(free.registry, 'win32', 'C:\\t.exe');
  expect(free.claimed).toEqual(['mqtt C:\\t.exe --link', 'mqtts C:\\t.exe --link']);
  const taken = system(true, ['mqtt://']);
  claimLinks(taken.registry, 'win32', 'C:\\t.exe');
  expect(taken.claimed).toEqual(['mqtts C:\\t.exe --link']);
});

test('Elsewhere its package does, and a program that is being built claims nothing.', () => {
  const linux = system(true);
  claimLinks(linux.registry, 'linux', '/t');
  claimLinks(linux.registry, 'darwin', '/t');
  const building = system(false);
  claimLinks(building.registry, 'win32', '/t');
  expect([...linux.claimed, ...building.claimed]).toEqual([]);
});
