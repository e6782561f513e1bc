import type { FileAccess } from '../../connection/base/allowed-files.ts';
import type { ConnectionOptions } from '../../contract/model/model.ts';

/** A demo broker that was started for this process. */
export interface RunningDemo {
  readonly options: ConnectionOptions;
  close(): Promise<void>;
}

/** Encrypts texts with a key that the system keeps for this user. */
export interface Keychain {
  /** `weak`: the key is one that every program knows. `none`: it does not work at all. */
  strength(): Promise<'strong' | 'weak' | 'none'>;
  /** The user has read what `weak` means and accepts it. */
  allowWeak(): void;
  /** Rejects where the keychain refuses. */
  encrypt(text: string): Promise<Uint8Array>;
  /** Rejects what this keychain cannot read. `stale`: it asks for encrypting it again. */
  decrypt(sealed: Uint8Array): Promise<{ readonly text: string; readonly stale: boolean }>;
}

/** A file to be read as what it is named for, or a variable of the environment. */
export interface NamedFile {
  readonly as: 'password' | 'variable' | 'ca' | 'cert' | 'key' | 'pfx';
  /** Its path or name. */
  readonly name: string;
}

/** What another program is to open. */
export interface PayloadToOpen {
  /** The name of the file, which says as what it is opened. */
  readonly file: string;
  /** As it may be shown. */
  readonly topic: string;
  /** Bytes that are written, and that were received: more where only the beginning was kept. */
  readonly bytes: number;
  readonly size: number;
}

/** Hands files to the programs that the system has for them. */
export interface FileOpener {
  /** Where private folders for such files are made. */
  readonly tempDir: string;
  /** Resolves with the reason where the system did not open it, else with nothing. */
  open(path: string): Promise<string>;
}

/** Questions that the system asks in a window of its own, so that no page can answer them. */
export interface NativePrompt {
  /** Whether the passwords and keys of these profiles may go into an encrypted file. Names as saved. */
  confirmExport(profiles: readonly string[]): Promise<boolean>;
  /** Whether a payload may be written into a file and opened by another program. */
  confirmOpen(payload: PayloadToOpen): Promise<boolean>;
  /** Whether a connection to that address may read them. As a page has sent them: nothing was looked at yet. */
  confirmFiles(files: readonly NamedFile[], to: string): Promise<boolean>;
}

/** All that the engine takes from its host. */
export interface EnginePorts {
  readonly host: 'desktop' | 'server';
  readonly version: string;
  readonly platform: string;
  /** Where profiles and settings live; exists and is private to the user. */
  readonly dataDir: string;
  /** The module a connection's worker thread runs. */
  readonly workerUrl: URL;
  /** The module of the thread that decodes payloads. */
  readonly decoderUrl: URL;
  /** What the system encrypts secrets with; null where there is none, as without a desktop. */
  readonly keychain: Keychain | null;
  /** Null where the system asks nothing for us, as in a browser. */
  readonly prompt: NativePrompt | null;
  /** Null where no program of the person's can be started, as from a browser. */
  readonly opener: FileOpener | null;
  /** The host can be reached beyond this machine without TLS: everybody on the way reads along. */
  readonly readable: boolean;
  /** Which certificate files connections may read. */
  readonly files: FileAccess;
  startDemo(): Promise<RunningDemo>;
  /** Looks for a newer version of the program, and shows what it finds; null: this host does not. */
  readonly checkForUpdates: (() => void) | null;
  readonly clock: {
    /** ms since the epoch */
    now(): number;
    /** Runs once after so many ms; the answer cancels it. Keeps no process alive. */
    after(ms: number, run: () => void): () => void;
  };
  /** Uniform in [0, 1); has to be unpredictable for a broker. */
  readonly random: () => number;
  /** For the developer's eyes: one line, no secrets. */
  log(line: string): void;
  /** Bytes of memory in the machine. */
  readonly totalMemory: number;
}
