import { scrypt } from '@noble/hashes/scrypt.js';
import { randomFillSync } from 'node:crypto';
import type { DoneWork, Work, WorkStart } from './worker-api.ts';

/** Bytes of memory beyond the blocks of scrypt itself. */
const SCRYPT_MARGIN = 2 ** 20;

/** What takes long because somebody else decides how much of it there is. */
export async function doWork({ work, files }: WorkStart): Promise<DoneWork> {
  switch (work.kind) {
    case 'scrypt':
      return { kind: 'scrypt', key: computeScrypt(work) };
    case 'inspect-tls': {
      // Not loaded for a key: the start of a thread is most of the time that one takes.
      const [{ systemPorts }, { inspectTls }] = await Promise.all([
        import('./base/ports.ts'),
        import('./tls/lint.ts'),
      ]);
      const ports = systemPorts(random, files);
      const inspection = await inspectTls(work.options, { ...ports, now: () => work.now });
      return { kind: 'inspect-tls', inspection };
    }
  }
}

/**
 * Scrypt [RFC 7914] on the thread it is called on. In JavaScript: it takes half as long again as that of OpenSSL,
 * but a thread in the middle of it can be ended, which waits for native code.
 *
 * @throws for parameters that cannot be computed
 */
export function computeScrypt({ passphrase, salt, N, r, p, bytes }: Extract<Work, { kind: 'scrypt' }>) {
  return scrypt(passphrase, salt, { N, r, p, dkLen: bytes, maxmem: 128 * r * (N + p) + SCRYPT_MARGIN });
}

function random(): number {
  return (randomFillSync(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
}
