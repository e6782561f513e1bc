import { failed } from '../../../contract/base/errors.ts';
import type { Target } from './failure-case.ts';
import { classify, errorFacts } from './failures.ts';
import type { Ending, Retry } from './reasons.ts';

const CASES: Readonly<Record<string, readonly [why: string, advice: string, retry: Retry]>> = {
  ENOENT: ['there is no such file', 'Check the path, and that the broker runs and listens on it.', 'later'],
  ECONNREFUSED: [
    'no program listens on it',
    'Start the broker; a socket file stays behind when one ends abruptly.',
    'later',
  ],
  EACCES: [
    'this program may not use it',
    'Check the rights of the file and of the folders it is in, or join the group it belongs to.',
    'never',
  ],
  EPERM: [
    'this program may not use it',
    'Check the rights of the file and of the folders it is in.',
    'never',
  ],
  ENOTSOCK: ['it is no socket', 'Check the path.', 'never'],
  ENOTALLOWED: [
    'a window in a browser may only use sockets below the folder given with --allow-files',
    'Start the program with --allow-files and the folder of the socket, or use the desktop program.',
    'never',
  ],
  EINVAL: ['the path cannot be used', 'A path of a socket has about 100 characters at most.', 'never'],
};

/** A Unix socket or named pipe that could not be opened. */
export function socketFailed(target: Target, error: unknown): Ending {
  const { code } = errorFacts(error);
  const known = CASES[code];
  if (!known) return classify('connecting', target, error);
  const [why, advice, retry] = known;
  const message = `The socket ${target.host} cannot be used: ${why} (${code}).`;
  return { failure: failed('socket-unusable', message, advice), retry };
}
