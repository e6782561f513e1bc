import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { EngineHandlers } from '../../contract/api.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionId } from '../../contract/model/model.ts';
import type { PublishMessage } from '../../contract/model/publish-message.ts';
import type { PublishOutcome } from '../../contract/session/outcomes.ts';
import type {
  AnswerRule,
  MessageTemplate,
  sendingCalls,
  sendingStreams,
  SentMessage,
} from '../../contract/session/sending.ts';
import { quoted, topicKey } from '../../core/topics/names.ts';
import { decodeStrict } from '../../core/payload/utf8.ts';
import { answerTopic } from '../../core/publish/answer-rule.ts';
import { AnswerWait } from './answers.ts';
import { Draws } from './message/draws.ts';
import { makeMessage, type MakePorts } from './message/make-message.ts';
import { connectionClosed, Outbox, type OutboxPorts, type SendingConnection } from './outbox.ts';
import { SavedMessages } from './saved-messages.ts';
import { SentLogs, type SentLog } from './sent-log.ts';
import { RowFiles } from './series/row-files.ts';
import { SeriesHandlers, type SeriesHost } from './series/series-handlers.ts';

export interface SendingPorts extends Omit<OutboxPorts, 'publish'> {
  readonly dataDir: string;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly uuid?: () => string;
  /** An environment variable for this connection; null: not set. A failure: it may not be read. */
  readonly env: (name: string, live: SendingConnection) => Promise<string | null | Failure>;
  readonly encode: MakePorts['encode'];
}

type Handlers = Pick<EngineHandlers, keyof typeof sendingCalls | keyof typeof sendingStreams>;
type OfSeries = ReturnType<SeriesHandlers['handlers']>;

const done = { kind: 'done' } as const;
/** Shortest time between two updates of a list, ms. */
const PACE_MS = 50;
/** Of a value that stands in a message, bytes. */
const MOST_VALUE = 65_536;

/** Messages that a person publishes: made of what was written, sent, kept, saved. */
export class Sending {
  readonly #ports: SendingPorts;
  readonly #outbox: Outbox;
  /** May wait for a connection: what became of them is kept before the program ends. */
  readonly #queued = new Set<Promise<unknown>>();
  readonly #logs: SentLogs;
  readonly saved: SavedMessages;
  readonly #series: SeriesHandlers;
  readonly #draws = new Map<string, Draws>();
  readonly #held = new WeakMap<SendingConnection, Map<string, number>>();

  constructor(ports: SendingPorts) {
    this.#ports = ports;
    const publish: OutboxPorts['publish'] = (connection, message) => this.#publish(connection, message);
    this.#outbox = new Outbox({ ...ports, publish });
    this.#logs = new SentLogs(ports.dataDir);
    this.saved = new SavedMessages(ports.dataDir, ports.now);
    const { live, now, random } = ports;
    const make: SeriesHost['make'] = (connection) => (template, columns) =>
      makeMessage(template, this.#makePorts(connection), { columns });
    const files = new RowFiles(join(ports.dataDir, 'series'));
    this.#series = new SeriesHandlers({ live, now, random, make }, files);
  }

  async load(): Promise<void> {
    await this.#series.load();
    await this.saved.load();
  }

  /** What waits is not sent; resolves when what was sent is on disk. */
  async close(): Promise<void> {
    await this.#series.close();
    this.#outbox.close();
    this.saved.close();
    await Promise.allSettled(this.#queued);
    await this.#logs.close();
  }

  handlers(): Handlers & OfSeries {
    return {
      ...this.#series.handlers(),
      previewMessage: async ({ connection, template }) => {
        const made = await makeMessage(template, this.#makePorts(connection), { peek: true });
        return 'code' in made ? made : { kind: 'preview', message: made.message };
      },
      sendMessage: async ({ connection, template, queue, answer }) => {
        const sent = this.#send(connection, template, queue, answer);
        if (!queue) return await sent;
        this.#queued.add(sent);
        try {
          return await sent;
        } finally {
          this.#queued.delete(sent);
        }
      },
      discardQueued: ({ connection }) => {
        this.#outbox.discard(connection);
        return done;
      },
      readSent: async ({ connection, id }) => {
        const log = this.#log(connection);
        await log.loaded;
        const template = log.template(id);
        return template === null ? notKept() : { kind: 'template', template };
      },
      clearSent: async ({ connection }) => {
        const log = this.#log(connection);
        await log.loaded;
        log.clear();
        return done;
      },
      saveMessage: async ({ id, place, template, format }) => {
        const saved = await this.saved.save(id, place, template, format);
        return typeof saved === 'string' ? { kind: 'saved', id: saved } : saved;
      },
      moveSaved: async ({ id, place }) => (await this.saved.move(id, place)) ?? done,
      removeSaved: async ({ ids }) => (await this.saved.remove(ids)) ?? done,
      readSaved: ({ id }) => {
        const found = this.saved.read(id);
        return found === null ? notSaved() : { kind: 'template', ...found };
      },
      sentMessages: ({ connection }, signal) => this.#sentList(connection, signal),
      savedMessages: (_, signal) => this.saved.list.follow(signal, PACE_MS),
    };
  }

  async *#sentList(connection: ConnectionId, signal: Parameters<Handlers['sentMessages']>[1]) {
    const log = this.#log(connection);
    await log.loaded;
    for await (const messages of log.list.follow(signal, PACE_MS)) yield { messages };
  }

  async #send(
    connection: ConnectionId,
    template: MessageTemplate,
    queue: boolean,
    rule: AnswerRule | null,
  ): Promise<{ id: string; topic: string; outcome: PublishOutcome }> {
    const id = randomUUID();
    const refuse = (outcome: Failure) => ({ id, topic: template.topic, outcome });
    const made = await makeMessage(template, this.#makePorts(connection));
    if ('code' in made) return refuse(made);
    const { message, kept } = made;
    const wait = rule === null ? null : this.#answerWait(connection, message, rule);
    if (wait !== null && 'code' in wait) return refuse(wait);
    made.taken();
    const waiting = queue && !this.#outbox.isOnline(connection);
    const log = this.#log(connection);
    log.add(entryOf(id, this.#ports.now(), message, kept.topic, waiting), kept);
    if (waiting || rule === null || wait === null) {
      const outcome = waiting
        ? await this.#outbox.whenOnline(connection, message)
        : await this.#publish(connection, message);
      log.change(id, { outcome: outcomeAsKept(outcome, message, kept), queued: false });
      return { id, topic: message.topic, outcome };
    }
    const unable = await wait.prepare();
    const outcome = await this.#publish(connection, message);
    if (unable !== null || !wasSent(outcome)) {
      const result = outcomeAsKept(outcome, message, kept);
      log.change(id, { outcome: result, ...(unable !== null && { answer: unable }) });
      void wait.cancel();
    } else {
      const topic = topicOfAnswer(kept, rule) ?? '';
      log.change(id, { outcome, answer: { kind: 'waiting', topic } });
      void wait
        .wait(outcome, rule.withinMs)
        .then((answer) =>
          log.change(id, { answer: answer.kind === 'failed' ? answer : { ...answer, topic } }),
        );
    }
    return { id, topic: message.topic, outcome };
  }

  /** At once; a broken worker is a failure like others. */
  async #publish(connection: ConnectionId, message: PublishMessage): Promise<PublishOutcome> {
    const live = this.#ports.live(connection);
    if (live === null) return connectionClosed();
    try {
      return await live.worker.call('publish', message);
    } catch {
      return {
        kind: 'unknown',
        failure: failed(
          'worker-restarted',
          'The connection was restarted while the message was under way, so nobody knows whether it was sent.',
          'Look at the topic, then decide.',
        ),
      };
    }
  }

  #answerWait(connection: ConnectionId, message: PublishMessage, rule: AnswerRule): AnswerWait | Failure {
    const live = this.#ports.live(connection);
    const topic = topicOfAnswer(message, rule);
    if (topic === null) {
      return failed(
        'no-answer-topic',
        rule.rule === null
          ? 'The message has no response topic, so there is nowhere for an answer to come.'
          : 'The rule for the topic of the answer does not fit the topic of the message.',
        'Enter a response topic, or a rule such as cmnd/… → stat/….',
      );
    }
    return new AnswerWait(topic, message, {
      worker: () => {
        const one = this.#ports.live(connection);
        if (one === null) throw new Error('closed');
        return one.worker;
      },
      subscriptions: () => live?.summary.value.subscriptions ?? [],
      held: this.#heldOf(live),
      now: this.#ports.now,
    });
  }

  #heldOf(live: SendingConnection | null): Map<string, number> {
    const held = (live && this.#held.get(live)) ?? new Map<string, number>();
    if (live !== null) this.#held.set(live, held);
    return held;
  }

  #makePorts(connection: ConnectionId): MakePorts {
    const live = this.#ports.live(connection);
    const about = this.#about(connection);
    let draws = this.#draws.get(about);
    if (draws === undefined) {
      draws = new Draws(this.#ports.random, this.#ports.uuid ?? randomUUID);
      this.#draws.set(about, draws);
    }
    return {
      now: this.#ports.now,
      draws,
      latest: async (topic) => {
        if (live === null) return null;
        const read = await live.worker.call('readMessage', {
          key: topicKey(new TextEncoder().encode(topic)),
          which: 'latest',
          offset: 0,
          length: MOST_VALUE,
        });
        return read.kind === 'message' && read.bytes.length === read.meta.size
          ? decodeStrict(read.bytes)
          : null;
      },
      encode: this.#ports.encode,
      env: async (name) => (live === null ? null : this.#ports.env(name, live)),
    };
  }

  #log(connection: ConnectionId): SentLog {
    const live = this.#ports.live(connection);
    const about = live === null || live.summary.value.demo ? null : this.#about(connection);
    return this.#logs.of(about, connection);
  }

  /** Of which profile, or broker where there is none. */
  #about(connection: ConnectionId): string {
    const summary = this.#ports.live(connection)?.summary.value;
    return summary?.profileId ?? summary?.address ?? connection;
  }
}

/** Null: the message says of none, or not in text. */
function topicOfAnswer(
  { topic, properties }: Pick<MessageTemplate, 'topic' | 'properties'>,
  { rule }: AnswerRule,
): string | null {
  const given = rule === null ? properties?.responseTopic : answerTopic(rule, topic);
  return typeof given === 'string' ? given : null;
}

/** What the environment holds is not in the topic that the failure names, either. */
function outcomeAsKept(
  outcome: PublishOutcome,
  { topic }: PublishMessage,
  kept: MessageTemplate,
): PublishOutcome {
  if (!('failure' in outcome)) return outcome;
  const { failure } = outcome;
  const message = failure.message.replaceAll(quoted(topic), quoted(kept.topic));
  return { ...outcome, failure: { ...failure, message } };
}

/** @param topic as it is kept: what the environment holds is not written to the disk */
function entryOf(
  id: string,
  at: number,
  { payload, qos, retain }: PublishMessage,
  topic: string,
  queued: boolean,
): Omit<SentMessage, 'kept'> {
  return { id, at, topic, size: payload.length, qos, retain, outcome: null, answer: null, queued };
}

function wasSent(outcome: PublishOutcome): boolean {
  return outcome.kind === 'sent' || outcome.kind === 'acknowledged';
}

function notKept(): Failure {
  return failed(
    'message-not-kept',
    'This message is not kept any more, or was too large to be kept.',
    'Write it again.',
  );
}

function notSaved(): Failure {
  return failed('no-such-message', 'This saved message was removed.', '');
}
