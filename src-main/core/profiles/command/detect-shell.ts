import type { Shell } from './scan.ts';

/** Characters that are looked at: a shell shows itself in the first commands or never. */
const MOST = 131_072;

/** Nothing else is written like this. */
const POWERSHELL =
  /^[ \t]*PS(?:[ \t][^\n>]*)?>|`\r?\n|\$env:\w|(?:^|[\s;|({])\.\\(?:[\w.-]+\\)*["']?mosquitto_|(?<!&)&[ \t]*["'][^"'\n]*mosquitto_/im;
const CMD = /\^\r?\n|%[A-Za-z_][A-Za-z0-9_]*%|^[ \t]*[A-Za-z]:\\[^\n>"']*>/m;
/** Of Windows, and either of its shells. */
const WINDOWS = /mosquitto_(?:sub|pub|rr)\.exe|(?:^|[\s"'=])[A-Za-z]:\\/im;
const SH = /\\\r?\n|\$(?:\w|\{|\()|^[ \t]*(?:\$|[\w.-]+@[\w.-]+[^\n$#]*[$#%])[ \t]/m;

/**
 * Recognises the shell by the syntax of the command. Where only Windows is certain, single quotes mean
 * PowerShell, because the command prompt has none.
 *
 * @returns null without any sign
 */
export function detectShell(text: string): Shell | null {
  const head = text.slice(0, MOST);
  if (CMD.test(head) && !POWERSHELL.test(head)) return 'cmd';
  if (POWERSHELL.test(head)) return 'powershell';
  if (WINDOWS.test(head)) return /(?:^|[\s=])['‘]/.test(head) ? 'powershell' : 'cmd';
  return SH.test(head) ? 'sh' : null;
}
