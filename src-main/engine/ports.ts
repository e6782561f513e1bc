import type { FileAccess } from '../connection/worker-api.ts';
import type { ConnectionOptions } from '../contract/model.ts';

/** A demo broker that was started for this process. */
export interface RunningDemo {
  readonly options: ConnectionOptions;
  close(): Promise<void>;
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
  /** How this host keeps secrets, in a sentence for the user. */
  readonly secretsNote: string;
  /** Which certificate files connections may read. */
  readonly files: FileAccess;
  startDemo(): Promise<RunningDemo>;
  readonly clock: { now(): number };
  /** Uniform in [0, 1); has to be unpredictable for a broker. */
  readonly random: () => number;
  /** For the developer's eyes: one line, no secrets. */
  log(line: string): void;
  /** Bytes of memory in the machine. */
  readonly totalMemory: number;
}
