import type { Failure } from '../../contract/base/errors.ts';

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EEXIST: 'it exists already, and nothing is written over. Choose another name',
  EACCES: 'this user may not open it',
  EPERM: 'this user may not open it',
  EROFS: 'its disk cannot be written to',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
  ENOSPC: 'there is no room left on its disk',
};

/** What went wrong, for one line on stderr: errors of the file system in words, any other as it is. */
export function problemWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as NodeJS.ErrnoException;
  const words = code === undefined ? undefined : WORDS[code];
  return words === undefined || path === undefined ? error.message : `${path}: ${words}.`;
}

/** What the window would advise here and the command line has no option for, by the code of the failure. */
const ADVICE: Readonly<Record<string, string>> = {
  'trash-full':
    'To go on beyond the limit, give the same command with --over-limit: it takes what is left. Or empty the trash in the window, or raise its limit in Settings there, then try again.',
  'no-disk-space': 'Make room on the disk, then try again.',
  'trash-not-written': 'Check the data directory (--data-dir), then try again.',
};

/** What went wrong and what can be done from here, for one line on stderr. */
export function failureWords({ code, message, advice }: Failure): string {
  const here = ADVICE[code] ?? advice;
  return here === '' ? message : `${message} ${here}`;
}
