import { lookup } from 'node:dns/promises';
import { open } from 'node:fs/promises';

/** An address a host name stands for. */
export interface HostAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** What a connection needs of the world besides sockets and timers; tests bring their own. */
export interface ConnectionPorts {
  /** ms since the epoch */
  now(): number;
  /** In [0, 1); unpredictable enough for client ids and jitter. */
  random(): number;
  /** All addresses, in the order of the system. Rejects with an error that has a `code`. */
  lookup(host: string): Promise<readonly HostAddress[]>;
  /** A certificate or key file. Rejects with an error that has a `code`. */
  readFile(path: string): Promise<Uint8Array>;
}

/** Certificates and keys are a few kB; a bundle of all authorities is 250 kB. */
const MOST_FILE_BYTES = 4 * 2 ** 20;

async function readBounded(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > MOST_FILE_BYTES) throw Object.assign(new Error('The file is too large.'), { code: 'EFBIG' });
    // Not readFile: a pipe or device has no size and might never end.
    const bytes = new Uint8Array(MOST_FILE_BYTES);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length);
      if (bytesRead === 0) return bytes.slice(0, length);
      length += bytesRead;
      if (length === bytes.length)
        throw Object.assign(new Error('The file is too large.'), { code: 'EFBIG' });
    }
  } finally {
    await file.close();
  }
}

export function systemPorts(random: () => number): ConnectionPorts {
  return {
    now: () => Date.now(),
    random,
    lookup: async (host) => {
      const found = await lookup(host, { all: true, verbatim: true });
      return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
    },
    readFile: readBounded,
  };
}
