import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { api, type EngineClient } from '../../../src-main/contract/api.ts';
import type {
  ConnectionOptions,
  ConnectionState,
  ConnectionSummary,
} from '../../../src-main/contract/model/model.ts';
import type { EnginePorts, Keychain } from '../../../src-main/engine/base/ports.ts';
import { systemClock } from '../../../src-main/connection/base/clock.ts';
import { createEngine, type Engine } from '../../../src-main/engine/engine.ts';
import { connectTo } from '../../../src-main/wire/client.ts';
import { memoryPipes } from '../../../src-main/wire/memory.ts';
import { serve } from '../../../src-main/wire/serve.ts';
import { builtRoot } from '../built.ts';
import { onTeardown } from '../teardown.ts';

/** Where an engine of a test keeps its files; removed by `teardown`. */
export function newFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'topicscope-engine-'));
  onTeardown(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  return dir;
}

export interface Opened {
  readonly engine: Engine;
  readonly client: EngineClient;
  readonly log: readonly string[];
}

/** What an engine is given by a host that has nothing of its own. */
export function enginePorts(dataDir: string, more: Partial<EnginePorts> = {}): EnginePorts {
  return {
    host: 'server',
    version: '0.0.0',
    platform: 'test',
    dataDir,
    workerUrl: new URL('../../../src-main/connection/worker.ts', import.meta.url),
    decoderUrl: new URL('../../../src-main/decoding/worker.ts', import.meta.url),
    keychain: null,
    prompt: null,
    opener: null,
    files: { kind: 'none' },
    checkForUpdates: null,
    startDemo: () => Promise.reject(new Error('no demo here')),
    clock: { now: Date.now, after: systemClock.after },
    random: Math.random,
    log: () => undefined,
    readable: false,
    totalMemory: 2 ** 32,
    ...more,
  };
}

/**
 * A whole engine with its worker threads, asked as a window asks it; ended by `teardown`. The threads are the built
 * ones: to load one from its sources takes four times as long.
 */
export async function openEngine(
  dataDir: string,
  keychain: Keychain | null = null,
  ports: Partial<EnginePorts> = {},
): Promise<Opened> {
  const log: string[] = [];
  const built = join(await builtRoot(undefined), 'out/main');
  const threads = {
    workerUrl: pathToFileURL(join(built, 'connection-worker.js')),
    decoderUrl: pathToFileURL(join(built, 'decoder-worker.js')),
  };
  const host = keychain === null ? 'server' : 'desktop';
  const engine = await createEngine(
    enginePorts(dataDir, { host, keychain, log: (line) => log.push(line), ...threads, ...ports }),
  );
  onTeardown(() => engine.shutdown(1_500));
  const [near, far] = memoryPipes();
  serve(api, engine.handlers, far, { check: true });
  return { engine, client: connectTo(api, near), log };
}

/** The first item for which it holds. */
export async function until<T>(items: AsyncIterableIterator<T>, holds: (item: T) => boolean): Promise<T> {
  for await (const item of items) if (holds(item)) return item;
  throw new Error('the stream ended');
}

/** The first connection of a profile for which it holds. */
export async function untilConnection(
  { client }: Opened,
  profileId: string,
  holds: (summary: ConnectionSummary) => boolean,
): Promise<ConnectionSummary> {
  const wanted = (one: ConnectionSummary): boolean => one.profileId === profileId && holds(one);
  const { connections } = await until(client.stream('connections', {}), (item) =>
    item.connections.some(wanted),
  );
  const found = connections.find(wanted);
  if (found === undefined) throw new Error('it was there a moment ago');
  return found;
}

export async function untilState(
  opened: Opened,
  profileId: string,
  kind: ConnectionState['kind'],
): Promise<ConnectionState> {
  return (await untilConnection(opened, profileId, ({ state }) => state.kind === kind)).state;
}

export async function saveProfile(
  { client }: Opened,
  options: ConnectionOptions,
  more: { autoConnect?: boolean; id?: string } = {},
): Promise<string> {
  const { id = null, ...marks } = more;
  const saved = await client.call('saveProfile', { id, options, ...marks });
  if (saved.kind !== 'saved') throw new Error(saved.message);
  return saved.id;
}
