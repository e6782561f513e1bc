import { join } from 'node:path';
import { z } from 'zod';
import { SentMessage, type MessageTemplate } from '../../contract/session/sending.ts';
import { Observable } from '../base/observable.ts';
import { hashedName, LineFile } from '../files/line-file.ts';
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
type Line = z.infer<typeof Line>;

/**
 * What was published by one profile, over the restarts of the program: a line of JSON for each message and one more
 * for what became of it.
 */
export class SentLog {
  readonly list = new Observable<SentMessage[]>([]);
  readonly #file: LineFile<Line>;
  readonly #messages = new Map<string, SentMessage>();
  readonly #templates = new Map<string, MessageTemplate>();
  /** Resolves when what an earlier program left is in the list. */
  readonly loaded: Promise<void>;

  /** @param path null: in memory only */
  constructor(path: string | null) {
    this.#file = new LineFile({
      path,
      line: Line,
      mostBytes: MOST_BYTES,
      wanted: () =>
        [...this.#messages.values()].map((one) => lineOf(one, this.#templates.get(one.id) ?? null)),
      mostLines: (messages) => 3 * messages + SLACK,
    });
    this.loaded = this.#file.load((lines) => this.#take(lines));
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

  /** Once it is loaded: what comes from the disk later is not cleared. */
  clear(): void {
    this.#messages.clear();
    this.#templates.clear();
    this.#updateList();
    this.#file.rewrite();
  }

  /** Resolves when everything is on disk. */
  flush(): Promise<void> {
    return this.#file.flush();
  }

  /** The same; what comes later is not kept. */
  close(): Promise<void> {
    return this.#file.close();
  }

  #put(message: SentMessage, template: MessageTemplate | null): void {
    this.#messages.set(message.id, message);
    for (const oldest of this.#messages.keys()) {
      if (this.#messages.size <= MOST) break;
      this.#messages.delete(oldest);
      this.#templates.delete(oldest);
    }
    this.#updateList();
    this.#file.append(lineOf(message, template));
  }

  #updateList(): void {
    this.list.set([...this.#messages.values()].toReversed());
  }

  #take(lines: readonly Line[]): void {
    const ours = [...this.#messages];
    this.#messages.clear();
    for (const { message, template } of lines) {
      this.#messages.set(message.id, message);
      if (template !== undefined) this.#templates.set(message.id, template);
    }
    for (const [id] of [...this.#messages].slice(0, -MOST)) {
      this.#messages.delete(id);
      this.#templates.delete(id);
    }
    // What was under way when the program ended.
    for (const [id, message] of this.#messages) this.#messages.set(id, ended(message));
    for (const [id, message] of ours) this.#messages.set(id, message);
    this.#updateList();
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

function lineOf(message: SentMessage, template: MessageTemplate | null): unknown {
  return template === null ? { message } : { message, template: storedTemplate(template) };
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
    const log = new SentLog(about === null ? null : join(this.#dir, hashedName(key)));
    this.#open.set(key, log);
    return log;
  }

  /** Resolves when everything is on disk; what comes later is not kept. */
  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((log) => log.close()));
  }
}
