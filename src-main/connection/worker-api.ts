import { z } from 'zod';
import { connectionCalls, connectionStreams } from '../contract/api.ts';
import { ConnectionTestReport } from '../contract/connection-test.ts';
import { ConnectionAttempt } from '../contract/session/connection-history.ts';
import { ClearScope } from '../contract/session/jobs.ts';
import type { TlsInspection } from '../contract/model/certificates.ts';
import { ClearResult, RestoreResult } from '../contract/session/outcomes.ts';
import { FetchedRetained, KeptMessage } from '../contract/session/trash.ts';
import { Payloads, PayloadsRequest } from '../contract/decoding/payloads.ts';
import { VerdictSummary } from '../contract/model/verdicts.ts';
import { call, stream, type Client, type Handlers } from '../contract/base/define.ts';
import type { PackedMessages } from '../core/retained/packed-messages.ts';
import {
  Bytes,
  type ConnectionOptions,
  ConnectionState,
  SubscriptionStatus,
  TopicKey,
} from '../contract/model/model.ts';
import type { PublishMessage } from '../contract/model/publish-message.ts';
import type { FileAccess } from './base/allowed-files.ts';
import { BatchResult } from './publish/batch.ts';

/** Bounds of one connection's memory, from the settings. */
export const ConnectionLimits = z.object({
  memoryBytes: z.number(),
  topicCap: z.number(),
  maxPayloadBytes: z.number(),
});
export type ConnectionLimits = z.infer<typeof ConnectionLimits>;

/** Of many topics the names are looked at and not copied one by one. */
function topics(most: number) {
  const isText = (one: unknown): boolean =>
    typeof one === 'string' && one.length <= (TopicKey.maxLength ?? 0);
  return z.custom<TopicKey[]>((all) => Array.isArray(all) && all.length <= most && all.every(isText));
}

/** The worker asks for them in windows below a broker's queue limit. */
const keys = topics(1_000);
const Packed = z.object({
  names: Bytes,
  ends: z.instanceof(Uint32Array),
  sizes: z.instanceof(Uint32Array),
  marks: z.instanceof(Uint16Array),
  reasons: z.array(z.string().nullable()),
});
const isOther = (one: unknown): boolean => {
  const { success, data } = FetchedRetained.safeParse(one);
  return success && data.kind !== 'message';
};
const Messages = z.object({
  places: z.instanceof(Uint32Array),
  qos: Bytes,
  at: z.instanceof(Float64Array),
  bytes: Bytes,
  ends: z.instanceof(Float64Array),
  others: z.array(z.custom<PackedMessages['others'][number]>((one) => isOther(one))),
});
/** Places of a list, each once. */
const some = z.object({ list: z.number(), places: z.instanceof(Uint32Array) });
const Outcomes = z.array(z.object({ place: z.number(), outcome: ClearResult.shape.outcome }));

/** What the engine and a connection's worker say to each other. */
export const workerApi = {
  ...connectionCalls,
  ...connectionStreams,
  /** At most 4 a second, and at once when the state changes. */
  summary: stream(
    z.object({}),
    z.object({
      state: ConnectionState,
      subscriptions: z.array(SubscriptionStatus),
      received: z.number(),
      rate: z.number(),
      bytesIn: z.number(),
      bytesOut: z.number(),
      bytesInRate: z.number(),
      bytesOutRate: z.number(),
      verdict: VerdictSummary.nullable(),
    }),
  ),
  /** Payloads of one topic for what decodes them in bulk. */
  readPayloads: call(PayloadsRequest, Payloads),
  /** The whole log, one line an entry, oldest first. */
  logText: call(z.object({}), z.object({ text: z.string() })),
  /** Attempts that are new or changed since the last item, at most 4 items a second. */
  attempts: stream(z.object({}), z.object({ attempts: z.array(ConnectionAttempt) })),
  /**
   * Topics of a scope that are known to be retained, a part of the store at a time; `next` null: all.
   * `unknown`: how many more there are of which it is not known.
   */
  listRetained: call(
    z.object({ scope: ClearScope, from: z.number().int().min(0) }),
    z.object({ topics: Packed, unknown: z.number(), next: z.number().nullable() }),
  ),
  /** Whether the retained messages that follow a SUBSCRIBE may still be coming. */
  scanState: call(z.object({}), z.object({ scanning: z.boolean() })),
  /**
   * Finds topics that a filter has and that its subscription did not bring, as brokers leave out some of a large
   * answer. Answers when it is over; `problem`: why some may still be missing, or null; `beside`: how many messages
   * the broker counts beside those that are known, or null.
   */
  discoverRetained: call(
    z.object({ filter: z.string() }),
    z.object({ problem: z.string().nullable(), beside: z.number().nullable() }),
  ),
  /** Asks the broker for what it holds now, at QoS 2, one answer a topic. Nothing is sent or kept. */
  fetchRetained: call(z.object({ keys }), Messages),
  /**
   * Topics of a clear, each once; the calls below name topics by their places in this list. It is an error to name a
   * list that this worker does not have, or not any more.
   */
  openListed: call(
    z.object({ names: Bytes, ends: z.instanceof(Uint32Array) }),
    z.object({ list: z.number() }),
  ),
  /** As `fetchRetained`; the places of the answer are those in `places`. */
  fetchListed: call(some, Messages),
  /**
   * Publishes an empty retained message to each and waits for the answers. Nothing is kept: that is done before;
   * and nothing is asked for again: that is done after. `unsent`: where it did not go for certain, and what became
   * of it instead. `took`: ms until each was acknowledged, NaN where it was not.
   */
  emptyListed: call(some, z.object({ unsent: Outcomes, took: z.instanceof(Float32Array) })),
  /**
   * As `checkListed`, but only with questions for whole subtrees: of topics that are not in `cleared` nothing is
   * known.
   */
  clearedListed: call(
    some,
    z.object({ cleared: z.instanceof(Uint32Array), overtaken: z.array(KeptMessage) }),
  ),
  /**
   * Asks the broker whether it still holds what was cleared; publishes nothing. `cleared`: topics it holds no message
   * for. `overtaken`: what somebody published between fetch and clear, so that this was cleared instead.
   */
  checkListed: call(
    some,
    z.object({
      cleared: z.instanceof(Uint32Array),
      others: Outcomes,
      overtaken: z.array(KeptMessage),
    }),
  ),
  closeListed: call(z.object({ list: z.number() }), z.object({ kind: z.literal('done') })),
  /** Publishes these messages again and asks for them; `overwrite` as in the contract. */
  putBackRetained: call(
    z.object({ messages: z.array(KeptMessage).max(1_000), overwrite: z.boolean() }),
    z.object({ results: z.array(RestoreResult) }),
  ),
  /**
   * Publishes some messages of a series, in their order, `times` times all of them, and answers when each has an
   * outcome. `since`: of the connection to the broker that the series belongs to; over any other nothing is sent.
   */
  publishBatch: call(
    z.object({
      since: z.number(),
      // The engine's own: they were read once already.
      messages: z.custom<readonly PublishMessage[]>(Array.isArray),
      times: z.number(),
      stopAtError: z.boolean(),
    }),
    z.union([BatchResult.extend({ kind: z.literal('batch') }), z.object({ kind: z.literal('ended') })]),
  ),
  /** Sends DISCONNECT, waits at most `withinMs`, and closes everything. */
  shutdown: call(z.object({ withinMs: z.number() }), z.object({ kind: z.literal('done') })),
  setLimits: call(ConnectionLimits, z.object({ kind: z.literal('done') })),
} as const;

export type WorkerApi = typeof workerApi;
export type WorkerClient = Client<WorkerApi>;
export type WorkerHandlers = Handlers<WorkerApi>;

/** What the engine asks of a worker that tests options and does nothing else. */
export const testApi = {
  run: stream(z.object({}), ConnectionTestReport),
  /** Answers when DISCONNECT was sent and everything is closed. */
  stop: call(z.object({}), z.object({ kind: z.literal('done') })),
} as const;

/** Given to the worker at its start (`workerData`); the pipe is its `parentPort`. */
export interface WorkerStart {
  readonly options: ConnectionOptions;
  readonly limits: ConnectionLimits;
  /** Seed of the store's hash and of the back-off's jitter; unpredictable for a broker. */
  readonly seed: number;
  readonly files: FileAccess;
}

/** The same thread for a test. */
export interface TestStart {
  readonly test: true;
  readonly options: ConnectionOptions;
  readonly files: FileAccess;
}

/** The same thread for one piece of work, after which it ends. */
export interface WorkStart {
  readonly work: Work;
  readonly files: FileAccess;
}

export type Work =
  /** A key of that many bytes out of a passphrase. */
  | {
      readonly kind: 'scrypt';
      readonly passphrase: string;
      readonly salt: Uint8Array;
      readonly N: number;
      readonly r: number;
      readonly p: number;
      readonly bytes: number;
    }
  /** What the TLS fields hold, with keys and PKCS#12 files opened; `now` in ms since the epoch. */
  | {
      readonly kind: 'inspect-tls';
      readonly options: Pick<ConnectionOptions, 'protocol' | 'tls'>;
      readonly now: number;
    };

/** Posted when it is done. */
export type DoneWork =
  | { readonly kind: 'scrypt'; readonly key: Uint8Array }
  | { readonly kind: 'inspect-tls'; readonly inspection: TlsInspection };
