import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import * as tls from 'node:tls';
import type { ReadyMemory } from '../../core/memory.ts';
import { holdSocket, openAllowed, type FileAccess, type SocketPlace } from './allowed-files.ts';
import { systemClock, type Clock } from './clock.ts';
import { readyMemoryOn } from './ready-memory.ts';

/** An address a host name stands for. */
export interface HostAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** What a connection needs of the world besides sockets; tests bring their own. */
export interface ConnectionPorts {
  readonly clock: Clock;
  /** In [0, 1); unpredictable enough for client IDs and jitter. */
  random(): number;
  /** All addresses, in the order of the system. Rejects with an error that has a `code`. */
  lookup(host: string): Promise<readonly HostAddress[]>;
  /** Names of the network interfaces that have addresses: the zones that IPv6 knows here. */
  interfaces(): readonly string[];
  /** A certificate or key file. Rejects with an error that has a `code`. */
  readFile(path: string): Promise<Uint8Array>;
  /** PEM of the CA certificates in the system's store. Throws where there is no way to read it. */
  systemAuthorities(): readonly string[];
  /**
   * Where to connect for a Unix socket; rejects with a `code` where it may not be used. A socket of this machine
   * is as good as a file: some of them give away the whole machine.
   */
  socketPlace(path: string): Promise<SocketPlace>;
  /** Of this program's environment; null where it is not set. Throws where it may not be read. */
  environment(name: string): string | null;
  /** As the store of a connection uses it; left out where it costs more than it saves. */
  readonly readyMemory?: ReadyMemory | undefined;
}

/**
 * A window in a browser is not the user of this machine, whose environment may hold the keys of other
 * things: it may use what is there for it, by these names only.
 */
const FOR_BROWSERS = 'TOPICSCOPE_PASSWORD';

/** Certificates and keys are a few kB; a bundle of all authorities is 250 kB. */
export const MOST_FILE_BYTES = 4_000_000;
/** Room for most of them at once; a file that says it is empty, as a pipe does, begins with it. */
const SMALL_FILE_BYTES = 16 * 2 ** 10;

async function readBounded(path: string, access: FileAccess, platform: NodeJS.Platform): Promise<Uint8Array> {
  const file = await openAllowed(path, access, platform);
  try {
    const info = await file.stat();
    if (info.isDirectory()) throw Object.assign(new Error('It is a folder.'), { code: 'EISDIR' });
    const { size } = info;
    if (size > MOST_FILE_BYTES) throw Object.assign(new Error('The file is too large.'), { code: 'EFBIG' });
    // Not readFile: a pipe or device has no size and might never end.
    let bytes = new Uint8Array(Math.max(size, SMALL_FILE_BYTES) + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length);
      if (bytesRead === 0) return bytes.slice(0, length);
      length += bytesRead;
      if (length > MOST_FILE_BYTES)
        throw Object.assign(new Error('The file is too large.'), { code: 'EFBIG' });
      // It is whole, and need not be asked whether there is more.
      if (length === size) return bytes.slice(0, length);
      if (length < bytes.length) continue;
      const larger = new Uint8Array(bytes.length * 2);
      larger.set(bytes);
      bytes = larger;
    }
  } finally {
    await file.close();
  }
}

/** @param platform how files are looked at differs */
export function systemPorts(
  random: () => number,
  files: FileAccess = { kind: 'any' },
  platform = process.platform,
): ConnectionPorts {
  return {
    clock: systemClock,
    random,
    readyMemory: readyMemoryOn(platform),
    lookup: async (host) => {
      const found = await lookup(host, { all: true, verbatim: true });
      return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
    },
    interfaces: () => Object.keys(networkInterfaces()),
    readFile: (path) => readBounded(path, files, platform),
    // By the module: Node before 22.15 does not have it, and must start all the same.
    systemAuthorities: () => tls.getCACertificates('system'),
    socketPlace: (path) => holdSocket(path, files, platform),
    environment: (name) => {
      if (files.kind === 'granted' && !files.variables.includes(name)) {
        throw Object.assign(new Error('The variable was not given.'), { code: 'ENOTGIVEN' });
      }
      if (files.kind !== 'any' && files.kind !== 'granted' && !name.startsWith(FOR_BROWSERS)) {
        throw Object.assign(new Error('The variable may not be read.'), { code: 'ENOTALLOWED' });
      }
      return process.env[name] ?? null;
    },
  };
}
