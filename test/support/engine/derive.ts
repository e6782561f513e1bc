import { scryptSync } from 'node:crypto';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { Derive } from '../../../src-main/engine/secrets/passphrase-box.ts';

/** By OpenSSL, on this thread: ours gives the same (`test/unit/engine/base/heavy-work.test.ts`) and takes longer. */
export const derive: Derive = ({ passphrase, salt, N, r, p, bytes }) =>
  Promise.resolve(scryptSync(passphrase, salt, bytes, { N, r, p, maxmem: 256 * N * r }));

/** What has to work in a test. */
export function made<T extends object>(result: T | Failure): T {
  if ('kind' in result && result.kind === 'failed') throw new Error((result as Failure).message);
  return result as T;
}
