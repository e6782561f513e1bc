import { join } from 'node:path';
import { ConnectionAttempt } from '../../contract/session/connection-history.ts';
import { uptimeShare } from '../../core/session/machine/uptime.ts';
import { hashedName, LineFile } from '../files/line-file.ts';

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
  readonly #file: LineFile<ConnectionAttempt>;
  readonly #now: () => number;
  readonly #attempts = new Map<string, ConnectionAttempt>();
  readonly #loaded: Promise<void>;
  /** Begun by this process: the others that have no end were cut off. */
  readonly #ours = new Set<string>();

  /** @param path null: in memory only */
  constructor(path: string | null, now: () => number) {
    this.#now = now;
    this.#file = new LineFile({
      path,
      line: ConnectionAttempt,
      mostBytes: MOST_BYTES,
      wanted: () => [...this.#attempts.values()],
      mostLines: (attempts) => 2 * attempts + SLACK,
    });
    this.#loaded = this.#file.load((lines) => this.#take(lines));
  }

  /** Takes what is new or changed. */
  record(attempts: readonly ConnectionAttempt[]): void {
    for (const attempt of attempts) {
      this.#ours.add(attempt.id);
      this.#attempts.set(attempt.id, attempt);
      if (attempt.onlineAt !== null || attempt.endedAt !== null) this.#file.append(attempt);
    }
    this.#prune();
  }

  /** What belongs to these ids and still runs was ended with its thread. */
  cutOff(ids: ReadonlySet<string>): void {
    const endedAt = this.#now();
    const running = [...this.#attempts.values()].filter((one) => one.endedAt === null && ids.has(one.id));
    this.record(running.map((one) => ({ ...one, endedAt, by: 'program' as const })));
  }

  /** Newest first. More than `limit` where several began at once: the next page begins before all of them. */
  async page(before: number | null, limit: number) {
    await this.#loaded;
    const all = [...this.#attempts.values()].toSorted((a, b) => b.startedAt - a.startedAt);
    const older = before === null ? all : all.filter(({ startedAt }) => startedAt < before);
    let end = Math.min(limit, older.length);
    while (end > 0 && older[end]?.startedAt === older[end - 1]?.startedAt) end++;
    return {
      attempts: older.slice(0, end),
      more: older.length > end,
      uptimeShare: uptimeShare(all, this.#now()),
    };
  }

  /** Resolves when everything is on disk. */
  flush(): Promise<void> {
    return this.#file.flush();
  }

  #take(lines: readonly ConnectionAttempt[]): void {
    for (const attempt of lines) if (!this.#ours.has(attempt.id)) this.#attempts.set(attempt.id, attempt);
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
    const history = new ConnectionHistory(join(this.#dir, hashedName(about)), this.#now);
    this.#open.set(about, history);
    return history;
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#open.values()].map((one) => one.flush()));
  }
}
