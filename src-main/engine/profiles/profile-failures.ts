import { failed, type Failure } from '../../contract/base/errors.ts';
import { secretName } from '../../core/profiles/secrets.ts';

export function profileGone(): Failure {
  return failed('no-such-profile', 'This profile is not there any more.', 'Look at the list again.');
}

function named(paths: readonly string[]): string {
  return [...new Set(paths.map(secretName))].join(' and the ');
}

export function locked(paths: readonly string[]): Failure {
  return failed(
    'secrets-locked',
    `The ${named(paths)} of this profile cannot be used: the vault is locked.`,
    'Unlock the vault, or enter it again.',
  );
}

export function unreadable(paths: readonly string[]): Failure {
  return failed(
    'secret-missing',
    `Topicscope no longer has the ${named(paths)} of this profile.`,
    'Enter it again in the profile.',
  );
}

export function forElsewhere(path: string, difference: string): Failure {
  return failed(
    'secret-elsewhere',
    `The saved ${secretName(path)} was entered ${difference}.`,
    'Enter it again in the profile to use it there.',
  );
}

export function changedMeanwhile(path: string): Failure {
  return failed(
    'secret-touched',
    `The ${secretName(path)} is partly the saved one and partly new.`,
    'Empty the field and enter all of it.',
  );
}
