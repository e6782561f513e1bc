import { changesOf } from './base/change.ts';
import * as z from './base/zod.ts';
import { call, stream, type Client, type Handlers } from './base/define.ts';
import { ConnectionTestReport, ConnectionTestRequest } from './connection-test.ts';
import { ServerCertificates, TlsInspection } from './model/certificates.ts';
import { Failure } from './base/errors.ts';
import { helloCalls } from './base/hello.ts';
import {
  Bytes,
  ConnectionId,
  ConnectionOptions,
  ConnectionSummary,
  Protocol,
  MAX_WATCHED,
  SubscriptionRequest,
  TopicKey,
} from './model/model.ts';
import { BranchMessage, MessageMeta, Preview } from './model/message.ts';
import { ViewAction, ViewFrame, ViewSpec } from './model/view.ts';
import { SeenNames } from './view/seen-names.ts';
import { MAX_COUNTED, TopicCounts } from './view/topic-counts.ts';
import { ForgottenTopics, FoundTopics, TopicsToForget } from './session/found-topics.ts';
import { PublishMessage } from './model/publish-message.ts';
import { RetainedFact } from './model/retained.ts';
import { SeriesFrame, SeriesRequest } from './model/series.ts';
import { AppInfo, Settings, SettingsPatch } from './model/settings.ts';
import { WatchedMessages } from './session/watched.ts';
import { PublishOutcome } from './session/outcomes.ts';
import { Diagnostics } from './session/diagnostics.ts';
import { decoderRuleCalls, decoderRuleStreams } from './decoding/decoder-rule-calls.ts';
import { decoderCalls } from './decoding/decoder-calls.ts';
import { linesCalls } from './decoding/lines.ts';
import { draftCalls } from './profiles/drafts.ts';
import { historyCalls } from './session/connection-history.ts';
import { connectionScope, onConnection } from './connection-scope.ts';
import { jobCalls, jobStreams } from './session/jobs.ts';
import { messageSeriesCalls, messageSeriesStreams } from './session/message-series.ts';
import { openPayloadCalls } from './decoding/open-payload.ts';
import { profileCalls } from './profiles/profiles.ts';
import { sendingCalls, sendingStreams } from './session/sending.ts';
import { sessionCalls } from './session/session-calls.ts';
import { snapshotCalls, snapshotStreams } from './session/snapshots.ts';
import { trashCalls } from './session/trash.ts';
import { PastedAddress, transferCalls } from './profiles/transfer.ts';

const nothing = z.object({});
const done = z.object({ kind: z.literal('done') });
/** Chosen by the window, unique among its open views. */
const ViewId = z.string().min(1).max(64);
const Topics = z.array(TopicKey).min(1).max(1_000);

/** What concerns one connection; its worker answers these, the engine adds the connection's id. */
export const connectionCalls = {
  ...sessionCalls,
  /** With the saved profile where that has changed, which ends a running session and its history. */
  connect: call(nothing, z.union([done, Failure])),
  disconnect: call(nothing, done),
  /** As `connect`. */
  retryNow: call(nothing, z.union([done, Failure])),
  subscribe: call(SubscriptionRequest, z.union([done, Failure])),
  unsubscribe: call(z.object({ filter: z.string().max(65_535) }), z.union([done, Failure])),
  /** Off: ended at the broker, kept in the list with its count. */
  setSubscriptionEnabled: call(
    z.object({ filter: z.string().max(65_535), enabled: z.boolean() }),
    z.union([done, Failure]),
  ),
  /** Enhanced authentication once more in a running session (MQTT 5). */
  reauthenticate: call(nothing, z.union([done, Failure])),
  pingNow: call(nothing, z.union([z.object({ kind: z.literal('answered'), ms: z.number() }), Failure])),
  publish: call(PublishMessage, PublishOutcome),
  /** Bytes of one message: of a sequence number, the latest, or the last retained one. */
  readMessage: call(
    z.object({
      key: TopicKey,
      which: z.union([z.number(), z.enum(['latest', 'retained'])]),
      offset: z.number().int().min(0),
      length: z.number().int().min(0).max(1_048_576),
      /** For a view that is paused: values as of its sequence. */
      view: ViewId.optional(),
    }),
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('message'),
        meta: MessageMeta,
        offset: z.number(),
        bytes: Bytes,
        properties: Bytes,
      }),
      z.object({ kind: z.literal('gone'), why: z.enum(['evicted', 'forgotten', 'never']) }),
    ]),
  ),
  /** Newest first. `complete`: nothing older was evicted. */
  readHistory: call(
    z.object({
      key: TopicKey,
      before: z.number().nullable(),
      limit: z.number().int().min(1).max(500),
      view: ViewId.optional(),
    }),
    z.object({ messages: z.array(MessageMeta), complete: z.boolean(), more: z.boolean() }),
  ),
  /** The same of a topic and of all below it together. */
  readBranchHistory: call(
    z.object({
      key: TopicKey,
      before: z.number().nullable(),
      limit: z.number().int().min(1).max(500),
      view: ViewId.optional(),
    }),
    z.object({ messages: z.array(BranchMessage), complete: z.boolean(), more: z.boolean() }),
  ),
  /** The topics whose names answer best to a few letters, as they are typed; a later call ends an earlier one. */
  findTopics: call(z.object({ text: z.string().max(1_000) }), FoundTopics),
  /** How many topics each filter matches by itself; a later call ends an earlier one. */
  countTopics: call(z.object({ filters: z.array(z.string().max(65_535)).max(MAX_COUNTED) }), TopicCounts),
  /** Names that begin with a text, of levels of topics or of members of JSON; a later call ends an earlier one. */
  seenNames: call(z.object({ of: z.enum(['levels', 'json']), begins: z.string().max(256) }), SeenNames),
  /** The next row of a view, from row `from` on and then from the first, whose own level begins with a text. */
  nextRow: call(
    z.object({ view: ViewId, text: z.string().min(1).max(200), from: z.number().int().min(0) }),
    z.object({ key: TopicKey.nullable() }),
  ),
  /** The topic at the end of the busiest way down from one, or from the top; null where nothing is below it. */
  busiestTopic: call(z.object({ below: TopicKey.nullable() }), z.object({ key: TopicKey.nullable() })),
  /** Forgets topics and their messages here. The broker keeps what it has; a topic is back with its next message. */
  forgetTopics: call(z.object({ what: TopicsToForget }), ForgottenTopics),
  planClear: call(
    z.object({ keys: Topics }),
    z.object({
      kind: z.literal('plan'),
      topics: z.array(
        z.object({
          key: TopicKey,
          topic: z.string(),
          fact: RetainedFact,
          size: z.number(),
          preview: Preview,
          /** Why it cannot be cleared; null if it can. */
          excluded: z.string().nullable(),
          /** It is larger than what is kept whole, so there can be no copy. Left out: it is not. */
          tooLarge: z.literal(true).optional(),
        }),
      ),
    }),
  ),
  updateView: call(z.object({ view: ViewId, action: ViewAction }), done),
  /** What the broker showed us last, also in an attempt that failed because of it. */
  readServerCertificates: call(nothing, z.union([ServerCertificates, Failure])),
} as const;

export const connectionStreams = {
  view: stream(z.object({ view: ViewId, spec: ViewSpec }), ViewFrame, 'fields'),
  /** Numbers out of messages over time, for a chart. */
  series: stream(SeriesRequest, SeriesFrame, 'fields'),
  diagnostics: stream(nothing, changesOf(Diagnostics)),
  /** The latest message of each of these topics, and again when another one came; at most twice a second. */
  watched: stream(z.object({ topics: z.array(TopicKey).min(1).max(MAX_WATCHED) }), WatchedMessages),
} as const;

/** Everything the window and the engine may say to each other. */
export const api = {
  ...helloCalls,
  ...historyCalls,
  ...jobCalls,
  ...jobStreams,
  ...decoderCalls,
  ...linesCalls,
  ...openPayloadCalls,
  ...decoderRuleCalls,
  ...decoderRuleStreams,
  ...trashCalls,
  ...snapshotCalls,
  ...snapshotStreams,
  ...sendingCalls,
  ...sendingStreams,
  ...messageSeriesCalls,
  ...messageSeriesStreams,
  appInfo: call(nothing, AppInfo),
  /** Looks for a newer version; what is found is shown by the host itself, which asks before each step. */
  checkForUpdates: call(nothing, z.union([done, Failure])),
  readSettings: call(nothing, Settings),
  writeSettings: call(
    SettingsPatch,
    z.union([z.object({ kind: z.literal('saved'), settings: Settings }), Failure]),
  ),
  /**
   * What a person pastes to say where a broker is, read into options: an address, a command line of
   * mosquitto_sub and mosquitto_pub, a connection string of Azure IoT Hub, or the lines of a service's page.
   * Never connects. Files and variables that a command names are not among the options: they are to be
   * confirmed one by one. `notes`: what could not be taken over.
   */
  readAddress: call(
    z.object({
      text: z.string().max(65_536),
      /** Transport chosen in the form, for an address that names none. */
      protocol: Protocol.nullable().default(null),
    }),
    z.union([PastedAddress, Failure]),
  ),
  ...draftCalls,
  ...transferCalls,
  ...profileCalls,
  /**
   * Reads the TLS fields and the files they name, and says what is in them and what will not work.
   * Connects nothing. `profileId`: the profile whose secrets the options may use.
   */
  inspectTls: call(
    z.object({ options: ConnectionOptions, profileId: z.string().max(64).nullable().default(null) }),
    z.union([TlsInspection.extend({ kind: z.literal('inspected') }), Failure]),
  ),
  connections: stream(nothing, z.object({ connections: z.array(ConnectionSummary) })),
  openConnection: call(
    z.object({ options: ConnectionOptions, profileId: z.string().max(64).nullable() }),
    z.union([z.object({ kind: z.literal('opened'), id: ConnectionId }), Failure]),
  ),
  closeConnection: call(z.object({ connection: ConnectionId }), done),
  /** Each item is the whole report so far. Leaving the stream ends the test. */
  testConnection: stream(ConnectionTestRequest, ConnectionTestReport),
  startDemo: call(nothing, z.union([z.object({ kind: z.literal('opened'), id: ConnectionId }), Failure])),
  /**
   * What the start asks the window to do, e.g. an `mqtt://` link that prefills the editor. `id`: of this request, so
   * that a window that is loaded again does not follow it twice; empty: there was none.
   */
  startRequests: stream(
    nothing,
    z.object({ id: z.string(), prefill: ConnectionOptions.nullable(), problem: Failure.nullable() }),
  ),

  ...connectionScope(connectionCalls),
  view: stream(onConnection(connectionStreams.view.params), connectionStreams.view.item, 'fields'),
  series: stream(onConnection(connectionStreams.series.params), connectionStreams.series.item, 'fields'),
  diagnostics: stream(onConnection(connectionStreams.diagnostics.params), connectionStreams.diagnostics.item),
  watched: stream(onConnection(connectionStreams.watched.params), connectionStreams.watched.item),
} as const;

export type EngineApi = typeof api;
export type EngineClient = Client<EngineApi>;
export type EngineHandlers = Handlers<EngineApi>;
