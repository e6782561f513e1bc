import { randomUUID } from 'node:crypto';
import { domainToASCII } from 'node:url';
import type { FileAccess } from '../../connection/base/allowed-files.ts';
import type { ConnectionLimits } from '../../connection/worker-api.ts';
import type { StreamSignal } from '../../contract/base/define.ts';
import { failed, ProtocolError, type Failure } from '../../contract/base/errors.ts';
import { ConnectionId, type ConnectionOptions, type ConnectionSummary } from '../../contract/model/model.ts';
import type { Settings } from '../../contract/model/settings.ts';
import { checkEndpoint } from '../../core/profiles/endpoint.ts';
import type { AppLog } from '../base/app-log.ts';
import { Observable } from '../base/observable.ts';
import type { EnginePorts, RunningDemo } from '../base/ports.ts';
import { Histories } from './connection-history.ts';
import { LiveConnection } from './live-connection.ts';

/** Each has a thread and a budget of its own; more is a mistake or an attack. */
const MAX_CONNECTIONS = 64;
/** The list of connections is a summary for the eye. */
const LIST_PACE_MS = 100;
/** The share of the machine's memory that all connections together may use. */
const MEMORY_SHARE = 0.25;
/** Time for an orderly end of a connection that is closed, ms. */
const CLOSE_MS = 1_500;

interface OpenConnectionsPorts {
  readonly engine: EnginePorts;
  readonly log: AppLog;
  settings(): Settings;
  filesFor(options: ConnectionOptions): FileAccess;
}

/** The connections that are open, the demo broker among them, and how they share the memory. */
export class OpenConnections {
  readonly #histories: Histories;
  /** Called with each connection that was opened. */
  onOpen: (live: LiveConnection) => void = () => undefined;
  readonly #ports: OpenConnectionsPorts;
  readonly #live = new Map<ConnectionId, LiveConnection>();
  readonly #list = new Observable<ConnectionSummary[]>([]);
  readonly #following = new AbortController();
  #demo: Promise<RunningDemo> | null = null;

  constructor(ports: OpenConnectionsPorts) {
    this.#ports = ports;
    this.#histories = new Histories(ports.engine.dataDir, () => ports.engine.clock.now());
  }

  [Symbol.iterator](): IterableIterator<LiveConnection> {
    return this.#live.values();
  }

  find(id: ConnectionId): LiveConnection | null {
    return this.#live.get(id) ?? null;
  }

  /** @throws {ProtocolError} where it was closed */
  get(id: ConnectionId): LiveConnection {
    const live = this.#live.get(id);
    if (live === undefined) throw new ProtocolError('bad-params', 'This connection was closed.');
    return live;
  }

  isOpen(profileId: string): boolean {
    return [...this.#live.values()].some(({ summary }) => summary.value.profileId === profileId);
  }

  async *follow(signal: StreamSignal): AsyncGenerator<{ connections: ConnectionSummary[] }> {
    for await (const connections of this.#list.follow(signal, LIST_PACE_MS)) yield { connections };
  }

  open(options: ConnectionOptions, profileId: string | null = null, demo = false): ConnectionId {
    const { engine, log, filesFor } = this.#ports;
    const id = ConnectionId.parse(randomUUID());
    const limits = this.#limits(this.#live.size + 1);
    const about = demo ? null : (profileId ?? `${options.protocol}://${options.host}:${options.port}`);
    const history = this.#histories.of(about);
    const live = new LiveConnection({ id, profileId, options, demo, filesFor }, limits, engine, history);
    log.add(`Connection ${id} is opened.`);
    this.#live.set(id, live);
    this.shareMemory();
    void this.#follow(live);
    this.onOpen(live);
    return id;
  }

  /** Refuses what is no address, and more connections than there may be. */
  openChecked(given: ConnectionOptions, profileId: string | null) {
    const options = checkEndpoint(given, domainToASCII);
    if ('kind' in options) return options;
    if (this.#live.size >= MAX_CONNECTIONS) {
      return failed('too-many-connections', `${MAX_CONNECTIONS} connections are open.`, 'Close one first.');
    }
    return { kind: 'opened' as const, id: this.open(options, profileId) };
  }

  /** Of the demo broker, which is started where it does not run. */
  async openDemo(): Promise<ConnectionId | Failure> {
    try {
      this.#demo ??= this.#ports.engine.startDemo();
      const { options } = await this.#demo;
      // It is ended by `shutdown`.
      if (this.#following.signal.aborted) return demoFailed('the program ends');
      const running = [...this.#live.values()].find(({ summary }) => summary.value.demo);
      return running === undefined ? this.open(options, null, true) : running.summary.value.id;
    } catch (error) {
      this.#demo = null;
      return demoFailed(error instanceof Error ? error.message : String(error));
    }
  }

  /** The demo broker ends with its last connection. */
  async close(id: ConnectionId): Promise<void> {
    const live = this.#live.get(id);
    if (live === undefined) return;
    this.#live.delete(id);
    this.#publishList();
    this.#ports.log.add(`Connection ${id} is closed.`);
    await live.stop(CLOSE_MS);
    this.shareMemory();
    const demoIsIdle = ![...this.#live.values()].some(({ summary }) => summary.value.demo);
    if (live.summary.value.demo && demoIsIdle && this.#demo !== null) {
      const running = await this.#demo;
      this.#demo = null;
      await running.close();
    }
  }

  /** To be called when the settings have changed, too. */
  shareMemory(): void {
    const limits = this.#limits(this.#live.size);
    for (const live of this.#live.values()) live.setLimits(limits);
  }

  /** Resolves when all threads are gone, by force after `withinMs`. */
  async shutdown(withinMs: number): Promise<void> {
    this.#following.abort();
    const stopping = [...this.#live.values()].map((live) => live.stop(withinMs));
    this.#live.clear();
    await Promise.allSettled(stopping);
    await this.#histories.flush();
    const demo = this.#demo;
    this.#demo = null;
    await demo?.then((running) => running.close()).catch(() => undefined);
  }

  async #follow(live: LiveConnection): Promise<void> {
    for await (const _ of live.summary.follow(this.#following.signal)) {
      if (this.#live.get(live.summary.value.id) !== live) return;
      this.#publishList();
    }
  }

  #publishList(): void {
    this.#list.set([...this.#live.values()].map((live) => live.summary.value));
  }

  #limits(connections: number): ConnectionLimits {
    const { memoryBytes, topicCap, maxPayloadBytes } = this.#ports.settings();
    const share = Math.floor((this.#ports.engine.totalMemory * MEMORY_SHARE) / Math.max(1, connections));
    return { memoryBytes: Math.min(memoryBytes, share), topicCap, maxPayloadBytes };
  }
}

function demoFailed(why: string): Failure {
  return failed(
    'demo-failed',
    `The demo broker could not be started: ${why}.`,
    'Try again, or connect to a broker of your own.',
  );
}
