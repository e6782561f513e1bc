import type { App, Session, Shell, WebContents } from 'electron';
import { PAGE_URL } from './channels.ts';

/** Without these handlers, Electron grants every permission that a page asks for. */
export function denyPermissions(
  session: Pick<
    Session,
    'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
  >,
): void {
  // Writing text to the clipboard on a click; reading it is the paste of the system.
  const allowed = (permission: string): boolean => permission === 'clipboard-sanitized-write';
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(allowed(permission)));
  session.setPermissionCheckHandler((_contents, permission) => allowed(permission));
  session.setDevicePermissionHandler(() => false);
}

type GuardedContents = Pick<WebContents, 'on' | 'setWindowOpenHandler'>;

/** Keeps every page of the program where it is: no navigation, no windows, no embedded pages. */
export function guardContents(
  app: Pick<App, 'on'>,
  shell: Pick<Shell, 'openExternal'>,
  log: (line: string) => void,
): void {
  app.on('web-contents-created', (_event, contents) => guard(contents, shell, log));
}

function guard(
  contents: GuardedContents,
  shell: Pick<Shell, 'openExternal'>,
  log: (line: string) => void,
): void {
  contents.on('will-navigate', (event) => {
    // A reload of the page itself is no navigation away.
    if (event.url !== PAGE_URL) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    const address = externalAddress(url);
    if (address !== null) {
      shell
        .openExternal(address)
        .catch((error: unknown) => log(`a link could not be opened: ${String(error)}`));
    }
    return { action: 'deny' };
  });
}

/**
 * What may be handed to the system: https, without username and password. Any other scheme would let a
 * page start programs.
 */
export function externalAddress(text: string): string | null {
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'https:' || url.username !== '' || url.password !== '') return null;
  return url.href;
}
