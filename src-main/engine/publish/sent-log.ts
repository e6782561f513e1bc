import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { SentMessage, type MessageTemplate } from '../../contract/session/sending.ts';
import { Observable } from '../base/observable.ts';
import { StoredTemplate, storedTemplate } from './stored-template.ts';

/** Messages of one profile that are kept. */
const MOST = 300;
/** A larger payload is not kept: the message cannot be sent again from here. */
const MOST_PAYLOAD = 65_536;
/** Lines in the file beyond what is kept of it, before it is written again. */
const SLACK = 600;
/** Larger is not ours: 300 messages with the largest payload in Base64, and as many lines that were replaced. */
const MOST_BYTES = 64 * 2 ** 20;

/** A line: of two with one id the later counts; what is not in it stays. */
const Line = z.object({ message: SentMessage, template: StoredTemplate.optional() });

/**
 * What was published by one profile, over the restarts of the program: a line of JSON for each message and one more
 * for what became of it.
 */
export class SentLog {
  readonly list = new Observable<SentMessage[]>([]);
  readonly #path: string | null;
  readonly #messages = new Map<string, SentMessage>();
  readonly #templates = new Map<string, MessageTemplate>();
  readonly #loaded: Promise<void>;
  #writing: Promise<void> = Promise.resolve();
  #lines = 0;

  /** @param path null: in memory only */
  constructor(path: string | null) {
    this.#path = path;
    this.#loaded = this.#load();
  }

  /** Resolves when what an earlier program left is in the list. */
  get loaded(): Promise<void> {
    return this.#loaded;
  }

  add(message: Omit<SentMessage, 'kept'>, template: MessageTemplate): void {
    const kept = template.payload.length <= MOST_PAYLOAD;
    if (kept) this.#templates.set(message.id, template);
    this.#put({ ...message, kept }, kept ? template : null);
  }

  /** What became of it. One that is not in the list any more is left out. */
  change(id: string, change: Partial<Pick<SentMessage, 'outcome' | 'answer' | 'queued' | 'topic'>>): void {
    const message = this.#messages.get(id);
    if (message !== undefined) this.#put({ ...message, ...change }, null);
  }

  template(id: string): MessageTemplate | null {
    return this.#templates.get(id) ?? null;
  }

  clear(): void {
    this.#messages.clear();
    this.#templates.clear();
    this.#tell();
    this.#rewrite();
  }

  /** Resolves when everything is on disk. */
  async flush(): Promise<void> {
    await this.#loaded;
    await this.#writing;
  }

  #put(message: SentMessage, template: MessageTemplate | null): void {
    this.#messages.set(message.id, message);
    for (const oldest of this.#messages.keys()) {
      if (this.#messages.size <= MOST) break;
      this.#messages.delete(oldest);
      this.#templates.delete(oldest);
    }
    this.#tell();
    const path = this.#path;
    if (path === null) return;
    this.#lines++;
    const line = lineOf(message, template);
    this.#write(() => appendFile(path, line, { mode: 0o600 }));
    if (this.#lines > this.#messages.size * 3 + SLACK) this.#rewrite();
  }

  #tell(): void {
    this.list.set([...this.#messages.values()].toReversed());
  }

  async #load(): Promise<void> {
    if (this.#path === null) return;
    const text = await readSmall(this.#path);
    const ours = [...this.#messages];
    this.#messages.clear();
    for (const line of text.split('\n')) {
      const read = readLine(line);
      if (read === null) continue;
      this.#lines++;
      // What was under way when the program ended.
      const { message, template } = read;
      this.#messages.set(message.id, message);
      if (template !== undefined) this.#templates.set(message.id, template);
    }
    for (const [id, message] of [...this.#messages].slice(0, -MOST)) {
      this.#messages.delete(id);
      this.#templates.delete(message.id);
    }
    for (const [id, message] of this.#messages) this.#messages.set(id, ended(message));
    for (const [id, message] of ours) this.#messages.set(id, message);
    this.#tell();
  }

  #rewrite(): void {
    const path = this.#path;
    if (path === null) return;
    this.#write(async () => {
      const lines = [...this.#messages.values()].map((one) =>
        lineOf(one, this.#templates.get(one.id) ?? null),
      );
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
      .then(() => mkdir(dirname(path), { recursive: true, mode: 0o700 }))
      .then(write)
      .catch(() => undefined);
  }
}

/** The program ended before the answer came. */
function ended(message: SentMessage): SentMessage {
  const answer =
    message.answer?.kind === 'waiting'
      ? { kind: 'timed-out' as const, topic: message.answer.topic, ms: 0 }
      : message.answer;
  return { ...message, answer, queued: false };
}

function lineOf(message: SentMessage, template: MessageTemplate | null): string {
  return `${JSON.stringify(template === null ? { message } : { message, template: storedTemplate(template) })}\n`;
}

function readLine(line: string): z.infer<typeof Line> | null {
  if (line === '') return null;
  try {
    const { success, data } = Line.safeParse(JSON.parse(line));
    return success ? data : null;
  } catch {
    return null;
  }
}

async function readSmall(path: string): Promise<string> {
  try {
    return (await stat(path)).size > MOST_BYTES ? '' : await readFile(path, 'utf8');
  } catch {
    return '';
  }
}

/** All logs of this program, one for each profile or broker. */
export class SentLogs {
  readonly #dir: string;
  readonly #open = new Map<string, SentLog>();

  constructor(dataDir: string) {
    this.#dir = join(dataDir, 'sent');
  }

  /** @param about a profile's id, or the address of a broker that is in no profile; null: in memory only */
  of(about: string | null, connection: string): SentLog {
    const key = about ?? `connection ${connection}`;
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    // Names of files say nothing of brokers.
    const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
    const log = new SentLog(about === null ? null : join(this.#dir, `${name}.jsonl`));
    this.#open.set(key, log);
    return log;
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#open.values()].map((log) => log.flush()));
  }
}
