import { type Failure } from '../../contract/base/errors.ts';
import type { Probed } from './probe-batch.ts';

export function isRefused(probed: Probed): boolean {
  return probed.kind === 'incomplete' && (probed.why.kind === 'refused' || probed.why.kind === 'no-link');
}

export function isChanging(probed: Probed | undefined): boolean {
  return probed?.kind === 'incomplete' && probed.why.kind === 'changing';
}

/** What was delivered is what was stored at that moment; that nothing was may have changed since. */
export function unlessRetained(probed: Probed): Probed {
  return probed.kind === 'absent' ? { kind: 'incomplete', why: { kind: 'changing' } } : probed;
}

export function noLink(failure: Failure): Probed {
  return { kind: 'incomplete', why: { kind: 'no-link', failure } };
}

export function refused(): Probed {
  return { kind: 'incomplete', why: { kind: 'refused', code: 143 } };
}
