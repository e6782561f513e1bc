import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrokerConnection } from '../../../src-main/connection/broker-connection.ts';
import { connectionHandlers } from '../../../src-main/connection/handlers.ts';
import { workerApi } from '../../../src-main/connection/worker-api.ts';
import type { ClearResult, RestoreResult } from '../../../src-main/contract/session/outcomes.ts';
import { clearKept } from '../../../src-main/engine/retained/kept-clearing.ts';
import { putBack } from '../../../src-main/engine/retained/put-back.ts';
import type { Unkept } from '../../../src-main/engine/retained/listed-kept.ts';
import { Trash } from '../../../src-main/engine/retained/trash.ts';
import { connectTo } from '../../../src-main/wire/client.ts';
import { memoryPipes } from '../../../src-main/wire/memory.ts';
import { serve } from '../../../src-main/wire/serve.ts';
import { onTeardown } from '../teardown.ts';

/** Clearing and restoring as the engine does it, with a trash on disk, for a connection of this process. */
export class ClearAndRestore {
  readonly trash: Trash;
  readonly #worker;
  readonly #connection: BrokerConnection;
  readonly #entries: string[] = [];

  constructor(connection: BrokerConnection) {
    this.#connection = connection;
    const dataDir = mkdtempSync(join(tmpdir(), 'topicscope-trash-'));
    onTeardown(() => rmSync(dataDir, { recursive: true, force: true }));
    this.trash = new Trash({ dataDir, now: Date.now, limit: () => 1e9 });
    const [near, far] = memoryPipes();
    serve(workerApi, connectionHandlers(connection), far, { check: true });
    this.#worker = connectTo(workerApi, near);
  }

  async clear(keys: readonly string[], unkept: Unkept = 'stop'): Promise<ClearResult[]> {
    const about = { title: 'test', broker: 'b', profile: 'p', estimate: 0, overLimit: false };
    const entry = await this.trash.open(about);
    if ('code' in entry) throw new Error(entry.message);
    this.#entries.push(entry.id);
    const results = await clearKept(this.#worker, entry, keys, unkept);
    await entry.finish();
    if ('code' in results) throw new Error(results.message);
    return results;
  }

  /** The newest copy of each. */
  async restore(keys: readonly string[], overwrite = false): Promise<RestoreResult[]> {
    const messages = [];
    for (const id of this.#entries) {
      const records = await this.trash.records(id);
      if ('code' in records) continue;
      const some = await this.trash.read(
        id,
        records.filter(({ key }) => keys.includes(key)),
      );
      if (!('code' in some)) messages.push(...some);
    }
    const live = { worker: this.#worker, summary: { value: this.#connection } };
    return (await putBack(live, messages, overwrite)).results;
  }
}

const known = new WeakMap<BrokerConnection, ClearAndRestore>();

/** The same for each call, so that what one cleared the next can restore. */
export function clearerOf(connection: BrokerConnection): ClearAndRestore {
  const one = known.get(connection) ?? new ClearAndRestore(connection);
  known.set(connection, one);
  return one;
}
