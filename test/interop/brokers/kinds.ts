/** A broker product: how it is found, installed and started. Nothing here knows what MQTT says. */
export interface BrokerKind {
  /** A word for files and the command line. */
  readonly id: string;
  readonly name: string;
  /** Where it comes from, in words. */
  readonly source: string;
  /** Of a WebSocket listener; null: it has none, or none that is free to use. */
  readonly webSocketPath: string | null;
  /** Ports beside those of MQTT and WebSocket that it wants to itself. */
  readonly otherPorts?: number;
  find(cache: string): Promise<Found>;
  /** Brings it into the cache, or onto the system by its package manager. Throws with what is missing. */
  install(cache: string): Promise<void>;
  /** Writes its configuration and says what to start, in this order; the last one is the broker. */
  launch(program: string, place: Place): readonly Launch[];
}

export type Found =
  | { readonly kind: 'found'; readonly version: string; readonly program: string }
  | { readonly kind: 'missing'; readonly why: string };

export interface Place {
  /** For configuration; kept over a restart. */
  readonly dir: string;
  /** For what the broker writes; empty after `forget`. */
  readonly data: string;
  readonly port: number;
  readonly webSocketPort: number;
  readonly others: readonly number[];
}

export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Ports that accept when it is up. */
  readonly ports: readonly number[];
  /** What its log says when it is up, where an accepting port is not enough. */
  readonly ready?: RegExp;
}

export const LOOPBACK = '127.0.0.1';

export const missing = (why: string): Found => ({ kind: 'missing', why });
