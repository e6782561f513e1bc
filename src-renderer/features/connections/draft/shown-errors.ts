import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { isHopelessHost } from '../../../../src-main/core/profiles/host.ts';
import { draftErrors, type DraftErrors } from './draft-check.ts';
import { elsewhereErrors, lostErrors } from './draft-secrets.ts';
import type { Draft } from './editor-draft.ts';
import { isWhole } from './pasted.ts';

/** What was done to the form so far. */
export interface Judged {
  /** Fields that were left. */
  readonly left: ReadonlySet<string>;
  /** Something was asked for, so all of them are judged. */
  readonly all: boolean;
  /** What was put in as the address could not be read. */
  readonly address: Failure | null;
}

/**
 * Why fields cannot be as they are, where that is to be said by now.
 *
 * @param saved the profile as it is saved; null: there is none
 * @param lost paths of its secrets that are to be entered again
 */
export function shownErrors(
  draft: Draft,
  saved: ConnectionOptions | null,
  judged: Judged,
  lost: readonly string[] = [],
): DraftErrors {
  const { left, all, address } = judged;
  const elsewhere = elsewhereErrors(draft, saved);
  // What can only be wrong is said at once.
  const hopeless = draft.protocol !== 'unix' && isHopelessHost(draft.host) && !isWhole(draft.host);
  return {
    ...Object.fromEntries(
      Object.entries(draftErrors(draft)).filter(
        ([field]) => all || left.has(field) || (hopeless && field === 'host'),
      ),
    ),
    ...lostErrors(draft, lost),
    // Whatever was done to the host: nobody would look for it at the password.
    ...elsewhere,
    ...(address === null ? {} : { host: `${address.message} ${address.advice}` }),
  };
}
