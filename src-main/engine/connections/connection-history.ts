import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { ConnectionAttempt } from '../../contract/session/connection-history.ts';
import { uptimeShare } from '../../core/session/machine/uptime.ts';

/** How long attempts are kept. */
const KEPT_MS = 30 * 86_400_000;
/** Attempts of one connection: one a minute for three days, or ten a day for a year and more. */
const MOST = 5_000;
/** Larger is not ours: an attempt takes about 600 bytes, twice where it was online. */
const MOST_BYTES = 16 * 2 ** 20;
/** Lines in the file beyond what is kept of it, before it is written again. */
const SLACK = 1_000;

/**
 * The attempts of one profile or broker over the restarts of the program, a line of JSON each in a file
 * of its own. A line is written when a session begins and when it ends; of two with one id the last
 * counts, so that a crash loses the end of the running one and nothing else.
 */
export class ConnectionHistory {
  readonly #path: string | null;
  readonly #now: () => number;
  readonly #attempts = new Map<string, ConnectionAttempt>();
  readonly #loaded: Promise<void>;
  /** Begun by this process: the others that have no end were cut off. */
  readonly #ours = new Set<string>();
  #writing: Promise<void> = Promise.resolve();
  #lines = 0;

  /** @param path null: in memory only */
  constructor(path: string | null, now: () => number) {
    this.#path = path;
    this.#now = now;
    this.#loaded = this.#load();
  }

  /** Takes what is new or changed. */
  record(attempts: readonly ConnectionAttempt[]): void {
    for (const attempt of attempts) {
      this.#ours.add(attempt.id);
      this.#attempts.set(attempt.id, attempt);
      if (attempt.onlineAt !== null || attempt.endedAt !== null) this.#append(attempt);
    }
    this.#prune();
  }

  /** What belongs to these ids and still runs was ended with its thread. */
  cutOff(ids: ReadonlySet<string>): void {
    const endedAt = this.#now();
    const running = [...this.#attempts.values()].filter((one) => one.endedAt === null && ids.has(one.id));
    this.record(running.map((one) => ({ ...one, endedAt, by: 'program' as const })));
  }

  /** Newest first. */
  async page(before: number | null, limit: number) {
    await this.#loaded;
    const all = [...this.#attempts.values()].toSorted((a, b) => b.startedAt - a.startedAt);
    const older = before === null ? all : all.filter(({ startedAt }) => startedAt < before);
    return {
      attempts: older.slice(0, limit),
      more: older.length > limit,
      uptimeShare: uptimeShare(all, this.#now()),
    };
  }

  /** Resolves when everything is on disk. */
  async flush(): Promise<void> {
    await this.#loaded;
    await this.#writing;
  }

  async #load(): Promise<void> {
    if (this.#path === null) return;
    const text = await readLast(this.#path);
    for (const line of text.split('\n')) {
      const attempt = parseLine(line);
      if (attempt === null) continue;
      this.#lines++;
      if (!this.#ours.has(attempt.id)) this.#attempts.set(attempt.id, attempt);
    }
    for (const [id, attempt] of this.#attempts) {
      if (attempt.endedAt !== null || this.#ours.has(id)) continue;
      // When it ended nobody knows: not before it was online.
      const endedAt = attempt.onlineAt ?? attempt.startedAt;
      this.#attempts.set(id, { ...attempt, endedAt, by: 'program' });
    }
    const ordered = [...this.#attempts].toSorted(([, a], [, b]) => a.startedAt - b.startedAt);
    this.#attempts.clear();
    for (const [id, attempt] of ordered) this.#attempts.set(id, attempt);
    this.#prune();
    if (this.#lines > this.#attempts.size + SLACK) this.#rewrite();
  }

  #append(attempt: ConnectionAttempt): void {
    const path = this.#path;
    if (path === null) return;
    this.#lines++;
    this.#write(() => appendFile(path, `${JSON.stringify(attempt)}\n`, { mode: 0o600 }));
    if (this.#lines > this.#attempts.size * 2 + SLACK) this.#rewrite();
  }

  #rewrite(): void {
    const path = this.#path;
    if (path === null) return;
    this.#write(async () => {
      const lines = [...this.#attempts.values()].map((one) => `${JSON.stringify(one)}\n`);
      this.#lines = lines.length;
      await writeFileAtomic(path, lines.join(''), { mode: 0o600 });
    });
  }

  /** One after the other; a disk that is full costs the history and nothing else. */
  #write(write: () => Promise<void>): void {
    const path = this.#path;
    if (path === null) return;
    this.#writing = this.#writing
      .then(() => this.#loaded)
      .then(() => mkdir(join(path, '..'), { recursive: true, mode: 0o700 }))
      .then(write)
      .catch(() => undefined);
  }

  #prune(): void {
    const oldest = this.#now() - KEPT_MS;
    for (const [id, { startedAt, endedAt }] of this.#attempts) {
      const isOld = startedAt < oldest && endedAt !== null;
      if (isOld || this.#attempts.size > MOST) this.#attempts.delete(id);
    }
  }
}

/** All histories of this program, one for each profile or broker. */
export class Histories {
  readonly #dir: string;
  readonly #now: () => number;
  readonly #open = new Map<string, ConnectionHistory>();

  constructor(dataDir: string, now: () => number) {
    this.#dir = join(dataDir, 'history');
    this.#now = now;
  }

  /** @param about a profile's id, or the address of a broker that is in no profile; null: kept in memory only */
  of(about: string | null): ConnectionHistory {
    if (about === null) return new ConnectionHistory(null, this.#now);
    const known = this.#open.get(about);
    if (known) return known;
    // Names of files say nothing of brokers.
    const name = createHash('sha256').update(about).digest('hex').slice(0, 32);
    const history = new ConnectionHistory(join(this.#dir, `${name}.jsonl`), this.#now);
    this.#open.set(about, history);
    return history;
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#open.values()].map((one) => one.flush()));
  }
}

async function readLast(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) return '';
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}

function parseLine(line: string): ConnectionAttempt | null {
  if (line === '') return null;
  try {
    const read = ConnectionAttempt.safeParse(JSON.parse(line));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
