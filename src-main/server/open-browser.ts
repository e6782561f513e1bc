import { spawn } from 'node:child_process';

/** Opens an address in the user's browser. Failing is not an error: the address is printed as well. */
export function openBrowser(url: string, platform: NodeJS.Platform, env: NodeJS.ProcessEnv): void {
  const [command, args] = openCommand(url, platform);
  // Without a display it would open a browser in the terminal, or wait for one.
  if (command === 'xdg-open' && env['DISPLAY'] === undefined && env['WAYLAND_DISPLAY'] === undefined) return;
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

/** The program that opens an address on a system, with its arguments. */
export function openCommand(url: string, platform: NodeJS.Platform): [string, string[]] {
  if (platform === 'darwin') return ['open', [url]];
  // `start` is a command of the shell; its first quoted argument would be a title.
  if (platform === 'win32') return ['cmd.exe', ['/d', '/s', '/c', 'start', '""', url.replaceAll('&', '^&')]];
  return ['xdg-open', [url]];
}
