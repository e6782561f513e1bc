import { api, type EngineHandlers } from '../../../src-main/contract/api.ts';
import { failed, type ProtocolError } from '../../../src-main/contract/base/errors.ts';
import {
  ConnectionId,
  type ConnectionOptions,
  type ConnectionState,
  type ConnectionSummary,
  Profile,
} from '../../../src-main/contract/model/model.ts';
import type { ViewFrame } from '../../../src-main/contract/model/view.ts';
import { TestStepName, type ConnectionTestReport } from '../../../src-main/contract/connection-test.ts';
import type { Counters } from '../../../src-main/contract/model/counters.ts';
import { NO_FACTS, NO_LIFE, NO_PACKETS } from '../../../src-main/contract/session/session-blank.ts';
import { Settings } from '../../../src-main/contract/model/settings.ts';
import type { profileCalls, SecretsState } from '../../../src-main/contract/profiles/profiles.ts';
import {
  copyName,
  move,
  placeOf,
  put,
  putAfter,
  putBack,
  renameFolder,
  withFilters,
  withPinned,
  take,
  type ProfileChange,
} from '../../../src-main/core/profiles/list.ts';
import { type Diagnostics } from '../../../src-main/contract/session/diagnostics.ts';
import { readAddress } from '../../../src-main/core/profiles/address.ts';
import { draftHandlers } from '../../../src-main/engine/profiles/draft-handlers.ts';
import { fakeSending } from './fake-sending.ts';
import { connectTo } from '../../../src-main/wire/client.ts';
import { memoryPipes } from '../../../src-main/wire/memory.ts';
import { serve } from '../../../src-main/wire/serve.ts';
import type { BrowserEntry, EngineLink, LinkStatus } from '../../../src-renderer/client/connect.ts';

/** A value that streams follow: each reader gets the newest, then every later one it has time for. */
export class Observable<T> {
  value: T;
  #wake: () => void = () => undefined;
  #changed = this.#next();
  constructor(value: T) {
    this.value = value;
  }
  set(value: T): void {
    this.value = value;
    const wake = this.#wake;
    this.#changed = this.#next();
    wake();
  }
  #next(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
  async *follow(signal: {
    addEventListener(type: 'abort', listener: () => void): void;
    readonly aborted: boolean;
  }) {
    const ended = new Promise<void>((resolve) => signal.addEventListener('abort', resolve));
    while (!signal.aborted) {
      const changed = this.#changed;
      yield this.value;
      await Promise.race([changed, ended]);
    }
  }
}

export const NO_COUNTERS: Counters = {
  received: 0,
  system: 0,
  bytes: 0,
  kept: 0,
  evicted: 0,
  dropped: 0,
  droppedBy: { lag: 0, topicCap: 0, budget: 0 },
  forgottenTopics: 0,
  forgotten: 0,
  shortened: 0,
  topics: 0,
  retained: 0,
  rate: 0,
  indexBytes: 0,
  historyBytes: 0,
  budgetBytes: 512 * 2 ** 20,
};

export const EMPTY_FRAME: ViewFrame = {
  revision: 1,
  total: 0,
  first: 0,
  anchorIndex: null,
  ids: [],
  rows: [],
  selected: null,
  matches: null,
  filterProblems: null,
  paused: null,
  building: null,
  sorting: { by: 'name', descending: false, stale: false },
  counters: NO_COUNTERS,
};

export function onlineState(now = Date.now()): ConnectionState {
  return {
    kind: 'online',
    since: now,
    version: '5',
    address: '127.0.0.1:1883',
    clientId: 'topicscope-test',
    sessionPresent: false,
    keepAlive: 60,
    keepAliveBy: 'client',
    limits: {},
    tls: null,
  };
}

export function diagnosticsOf(state: ConnectionState): Diagnostics {
  return {
    state,
    subscriptions: [],
    keepAlive: {
      intervalSeconds: 60,
      lastSentAt: null,
      lastReceivedAt: null,
      nextPingAt: null,
      brokerGivesUpAt: null,
      pings: 0,
      unanswered: 0,
      lastRttMs: null,
      medianRttMs: null,
      p99RttMs: null,
      worstRttMs: null,
      recent: [],
    },
    session: {
      asked: { version: 'auto', clientId: '', cleanStart: true, keepAlive: 60, sessionExpiry: null },
      bytesIn: 0,
      bytesOut: 0,
      packetsIn: 0,
      packetsOut: 0,
      inFlight: 0,
      unknownOutcomes: 0,
      connects: 0,
      phases: [],
    },
    retainedShortfall: null,
    facts: NO_FACTS,
    life: NO_LIFE,
    recorder: NO_PACKETS,
    verdicts: [],
    log: [],
  };
}

/** An engine without brokers: the window gets what the test says, over a real pipe. */
export class FakeEngine {
  readonly connections = new Observable<ConnectionSummary[]>([]);
  readonly profiles = new Observable<Profile[]>([]);
  readonly frame = new Observable<ViewFrame>(EMPTY_FRAME);
  readonly diagnostics = new Observable<Diagnostics>(diagnosticsOf({ kind: 'idle' }));
  readonly start = new Observable<{ id: string; prefill: ConnectionOptions | null; problem: null }>({
    id: '',
    prefill: null,
    problem: null,
  });
  /** What a test of a connection reports. */
  readonly testReports = new Observable<ConnectionTestReport>({
    kind: 'running',
    address: 'mqtt://127.0.0.1:1883',
    steps: TestStepName.options.map((step) => ({
      step,
      state: 'waiting',
      ms: null,
      result: '',
      details: [],
    })),
    ms: 0,
    verdict: null,
    why: null,
    asText: '',
  });
  settings: Settings = Settings.parse({});
  /** State a connection has when it is opened. */
  opensAs: ConnectionState = onlineState();
  /** Names of the calls that were answered, in order. */
  readonly asked: string[] = [];
  readonly secrets = new Observable<SecretsState>({
    kind: 'memory',
    note: 'Passwords are kept until the program ends.',
    waiting: [],
  });
  readonly #removed = new Map<string, ProfileChange>();
  #last = 0;

  readonly handlers: EngineHandlers = this.#makeHandlers();

  add(part: Partial<ConnectionSummary> = {}): ConnectionSummary {
    this.#last += 1;
    const summary: ConnectionSummary = {
      id: ConnectionId.parse(`connection-${this.#last}`),
      profileId: null,
      name: `Broker ${this.#last}`,
      address: '127.0.0.1:1883',
      protocol: 'mqtt',
      levelSeparator: '/',
      state: this.opensAs,
      subscriptions: [],
      received: 0,
      rate: 0,
      bytesIn: 0,
      bytesOut: 0,
      bytesInRate: 0,
      bytesOutRate: 0,
      verdict: null,
      historyLostAt: null,
      profileChanged: false,
      demo: false,
      ...part,
    };
    this.connections.set([...this.connections.value, summary]);
    return summary;
  }

  change(id: string, part: Partial<ConnectionSummary>): void {
    this.connections.set(this.connections.value.map((one) => (one.id === id ? { ...one, ...part } : one)));
  }

  #profileHandlers(): Pick<EngineHandlers, keyof typeof profileCalls> {
    const { profiles, secrets } = this;
    const done = { kind: 'done' as const };
    const missing = () => failed('no-such-profile', 'There is no such profile.', '');
    const change = (to: ProfileChange) => {
      profiles.set([...to(profiles.value)]);
      return done;
    };
    const turn = (kind: SecretsState['kind']) => {
      secrets.set({ ...secrets.value, kind });
      return done;
    };
    return {
      async *profiles(_, signal) {
        for await (const all of profiles.follow(signal))
          yield { profiles: all, notice: null, missingSecrets: {}, neverSealed: {}, boundSecrets: {} };
      },
      saveProfile: ({ id, options, ...marks }) => {
        const saved = id ?? `profile-${(this.#last += 1)}`;
        const before = profiles.value.find((one) => one.id === saved);
        const given = Object.entries(marks).filter(([, value]) => value !== undefined);
        change(put(Profile.parse({ ...before, ...Object.fromEntries(given), id: saved, options })));
        return { kind: 'saved', id: saved };
      },
      duplicateProfile: ({ id }) => {
        const one = profiles.value.find((profile) => profile.id === id);
        if (one === undefined) return missing();
        const copy = `profile-${(this.#last += 1)}`;
        const name = copyName(one.options.name, []);
        change(putAfter(id, { ...one, id: copy, autoConnect: false, options: { ...one.options, name } }));
        return { kind: 'saved', id: copy };
      },
      moveProfile: ({ id, before, folder }) => change(move(id, before, folder)),
      saveFilters: ({ id, filters }) => change(withFilters(id, filters)),
      savePinned: ({ id, ...pinned }) => change(withPinned(id, pinned)),
      removeProfile: ({ id }) => {
        const profile = profiles.value.find((one) => one.id === id);
        if (profile !== undefined) this.#removed.set(id, putBack(profile, placeOf(profiles.value, id)));
        return change(take(id));
      },
      restoreProfile: ({ id }) => {
        const back = this.#removed.get(id);
        return back === undefined ? missing() : change(back);
      },
      renameFolder: ({ from, to }) => change(renameFolder(from, to)),
      secrets: (_, signal) => secrets.follow(signal),
      createVault: () => turn('vault-open'),
      unlockVault: () => turn('vault-open'),
      lockVault: () => turn('vault-locked'),
      changeVaultPassphrase: () => done,
      acceptWeakKeychain: () => turn('keychain'),
      keepSecretsInMemory: () => turn('memory'),
    };
  }

  #makeHandlers(): EngineHandlers {
    const { connections, frame, diagnostics, start } = this;
    const done = { kind: 'done' as const };
    const did = (name: string) => {
      this.asked.push(name);
      return done;
    };
    const absent = () => failed('not-in-fake', 'The fake engine does not do this.', '');
    return {
      readSnapshot: absent,
      compareSnapshot: absent,
      restoreSnapshot: absent,
      compareKept: absent,
      listSnapshots: absent,
      readKeptSnapshot: absent,
      removeSnapshot: absent,
      async *keepSnapshot() {
        yield await Promise.resolve(absent());
      },
      readInventory: () => ({ kind: 'same' }),
      findInInventory: () => ({ index: -1 }),
      probeRetained: absent,
      stopProbe: absent,
      openPayload: absent,
      startSearch: absent,
      readSearch: () => ({ kind: 'ended' }),
      stopSearch: () => done,
      readAround: () => ({ kind: 'gone' }),
      planClearing: absent,
      readPlan: absent,
      startClearing: absent,
      pauseJob: absent,
      resumeJob: absent,
      stopJob: absent,
      dismissJob: absent,
      retryJob: absent,
      clearRetained: absent,
      restoreRetained: absent,
      listTrash: absent,
      readTrash: absent,
      emptyTrash: absent,
      jobOutcomes: absent,
      async *jobs(_, signal) {
        yield { jobs: [] };
        await new Promise<void>((resolve) => signal.addEventListener('abort', resolve));
      },
      connectionHistory: () => ({ attempts: [], more: false, uptimeShare: null }),
      exportLog: absent,
      decode: absent,
      decodedNodes: absent,
      decodedText: absent,
      decodedBytes: absent,
      openLines: absent,
      readLines: absent,
      findInLines: absent,
      lineValue: absent,
      lineFolds: absent,
      decodePreviews: () => ({ previews: [] }),
      setDecoderRule: absent,
      saveSchema: absent,
      removeSchema: absent,
      async *decoderRules(_, signal) {
        yield { rules: [], where: 'memory' };
        await new Promise<void>((resolve) => signal.addEventListener('abort', resolve));
      },
      async *schemas(_, signal) {
        yield { files: [] };
        await new Promise<void>((resolve) => signal.addEventListener('abort', resolve));
      },
      readPackets: () => ({ kind: 'packets', first: 0, total: 0, searched: 1, rows: [] }),
      packetAt: absent,
      packetFlow: absent,
      setRecorder: () => NO_PACKETS,
      clearPackets: () => NO_PACKETS,
      exportPackets: absent,
      verdictReport: absent,
      retryQuarantined: absent,
      dropQuarantined: absent,
      readImport: absent,
      importProfiles: absent,
      exportProfiles: absent,
      commandLine: absent,
      presets: () => ({ presets: [] }),
      applyPreset: absent,
      inspectTls: absent,
      readServerCertificates: absent,
      checkForUpdates: () => did('checkForUpdates'),
      hello: (window) => window,
      appInfo: () => ({
        version: '0.0.0',
        host: 'server',
        platform: 'test',
        secrets: 'Passwords are kept until the program ends.',
        dataDir: '/data',
      }),
      ...draftHandlers(),
      ...fakeSending(),
      readSettings: () => this.settings,
      writeSettings: (patch) => {
        this.settings = Settings.parse({ ...this.settings, ...patch });
        return { kind: 'saved', settings: this.settings };
      },
      readAddress: ({ text, protocol }) => {
        const read = readAddress(text, protocol);
        return read.kind === 'failed' ? read : { ...read, source: 'address', notes: [...read.notes] };
      },
      ...this.#profileHandlers(),
      async *connections(_, signal) {
        for await (const all of connections.follow(signal)) yield { connections: all };
      },
      openConnection: ({ options, profileId }) => {
        this.asked.push('openConnection');
        const address = `${options.host}:${options.port}`;
        const { id } = this.add({ profileId, name: options.name, address, protocol: options.protocol });
        return { kind: 'opened', id };
      },
      closeConnection: ({ connection }) => {
        connections.set(connections.value.filter(({ id }) => id !== connection));
        return did('closeConnection');
      },
      startDemo: () => ({ kind: 'opened', id: this.add({ name: 'Demo plant', demo: true }).id }),
      startRequests: (_, signal) => start.follow(signal),
      connect: ({ connection }) => {
        this.change(connection, { state: onlineState() });
        return did('connect');
      },
      disconnect: ({ connection }) => {
        this.change(connection, { state: { kind: 'stopped', since: Date.now(), why: null } });
        return did('disconnect');
      },
      retryNow: () => did('retryNow'),
      subscribe: ({ filter }) => did(`subscribe ${filter}`),
      unsubscribe: ({ filter }) => did(`unsubscribe ${filter}`),
      setSubscriptionEnabled: ({ filter, enabled }) =>
        did(`${enabled ? 'switch on' : 'switch off'} ${filter}`),
      reauthenticate: absent,
      testConnection: (_, signal) => this.testReports.follow(signal),
      pingNow: absent,
      publish: absent,
      readMessage: () => ({ kind: 'gone', why: 'never' }),
      findTopics: () => ({ topics: [], matches: 0, looked: 0, all: 0, goesOn: false, superseded: false }),
      seenNames: () => ({ names: [], superseded: false }),
      countTopics: ({ filters }) => ({
        counts: filters.map((text) => ({ topics: text.length, exact: true })),
        superseded: false,
      }),
      forgetTopics: () => ({ topics: 0, messages: 0, retained: 0 }),
      nextRow: () => ({ key: null }),
      busiestTopic: () => ({ key: null }),
      readBranchHistory: () => ({ messages: [], complete: true, more: false }),
      readHistory: () => ({ messages: [], complete: true, more: false }),
      planClear: () => ({ kind: 'plan', topics: [] }),
      updateView: ({ action }) => did(`view ${action.kind}`),
      view: (_, signal) => frame.follow(signal),
      async *watched(_, signal) {
        // Nothing comes: it lasts as long as somebody reads it.
        for await (const none of new Observable(null).follow(signal)) if (none !== null) yield none;
      },
      async *decodedSeries({ fields }) {
        yield { series: fields.map(() => null), now: 0, reading: false };
      },
      async *series({ fields }) {
        yield { series: fields.map(() => null), now: 0, reading: false };
      },
      async *diagnostics(_, signal) {
        for await (const value of diagnostics.follow(signal)) yield { kind: 'whole', value };
      },
    };
  }
}

/** The window's link to a fake engine; it can be cut and restored. */
export class FakeLink implements EngineLink {
  readonly #engine: FakeEngine;
  readonly #listeners = new Set<(status: LinkStatus) => void>();
  readonly #misfitListeners = new Set<(error: ProtocolError) => void>();
  #status: LinkStatus = { kind: 'connecting' };
  #cut: (() => void) | null = null;
  readonly entry: BrowserEntry | null;

  /** @param entry as in a browser; null: as on the desktop */
  constructor(engine: FakeEngine, entry: BrowserEntry | null = null) {
    this.#engine = engine;
    this.entry = entry;
    this.restore();
  }

  status(): LinkStatus {
    return this.#status;
  }

  subscribe(listener: (status: LinkStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onMisfit(listener: (error: ProtocolError) => void): () => void {
    this.#misfitListeners.add(listener);
    return () => this.#misfitListeners.delete(listener);
  }

  /** As if an answer had not fitted the contract. */
  misfit(error: ProtocolError): void {
    for (const listener of this.#misfitListeners) listener(error);
  }

  restore(): void {
    const [near, far] = memoryPipes();
    const served = serve(api, this.#engine.handlers, far, { check: true });
    const client = connectTo(api, near);
    this.#cut = () => {
      served.close();
      this.#set({ kind: 'gone', since: Date.now(), attempt: 1, why: 'the test cut the link' });
    };
    this.#set({ kind: 'ready', client });
  }

  cut(): void {
    this.#cut?.();
    this.#cut = null;
  }

  /** As if the window stood so to its engine. */
  become(status: Exclude<LinkStatus, { readonly kind: 'ready' }>): void {
    this.#set(status);
  }

  retryNow(): void {
    this.restore();
  }

  close(): void {
    this.cut();
    this.#listeners.clear();
  }

  #set(status: LinkStatus): void {
    this.#status = status;
    for (const listener of this.#listeners) listener(status);
  }
}
