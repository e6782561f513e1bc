import { randomUUID } from 'node:crypto';
import { domainToASCII } from 'node:url';
import type { EngineHandlers } from '../contract/api.ts';
import { CONTRACT_VERSION, type Hello } from '../contract/base/hello.ts';
import type { ConnectionTestRequest } from '../contract/connection-test.ts';
import { failed, type Failure } from '../contract/base/errors.ts';
import type { ConnectionId, ConnectionOptions } from '../contract/model/model.ts';
import type { Settings } from '../contract/model/settings.ts';
import type { StreamSignal } from '../contract/base/define.ts';
import type { FileAccess } from '../connection/base/allowed-files.ts';
import { checkEndpoint } from '../core/profiles/endpoint.ts';
import { AppLog } from './base/app-log.ts';
import { AutoConnect } from './profiles/auto-connect.ts';
import { certificateHandlers } from './certificate-handlers.ts';
import { HeavyWork } from './base/heavy-work.ts';
import type { DecoderRequest } from '../decoding/protocol.ts';
import { decodeHandlers } from './decoding/decode-handlers.ts';
import { linesHandlers } from './decoding/lines-handlers.ts';
import { decodedSeries } from './decoding/decoded-series.ts';
import { OpenedPayloads } from './decoding/open-payload.ts';
import { previewHandlers } from './decoding/preview-handlers.ts';
import { DecoderRuleBook } from './decoding/decoder-rules.ts';
import { SchemaFiles } from './decoding/schema-files.ts';
import { DecoderThread } from './decoding/decoder-thread.ts';
import { Observable } from './base/observable.ts';
import { runTest } from './connections/connection-test.ts';
import { refusedTest } from './connections/refused-test.ts';
import type { LiveConnection } from './connections/live-connection.ts';
import { OpenConnections } from './connections/open-connections.ts';
import type { EnginePorts } from './base/ports.ts';
import { definedOnly } from './base/defined-only.ts';
import { withLog } from './base/with-log.ts';
import { draftHandlers } from './profiles/draft-handlers.ts';
import { Jobs } from './jobs/job-handlers.ts';
import { createSending } from './publish/create-sending.ts';
import { profileHandlers } from './profiles/profile-handlers.ts';
import { SavedProfiles } from './profiles/saved-profiles.ts';
import { ProfileChanges } from './connections/profile-changes.ts';
import { forwardedCalls } from './connections/forwarded-calls.ts';
import { historyHandlers } from './connections/history-handlers.ts';
import type { Derive } from './secrets/passphrase-box.ts';
import { VaultTimer } from './secrets/vault-timer.ts';
import { KeptSnapshots } from './retained/kept-snapshots.ts';
import { Trash } from './retained/trash.ts';
import { snapshotHandlers } from './retained/snapshots.ts';
import { trashHandlers } from './retained/trash-handlers.ts';
import { FileGrants } from './files/file-grants.ts';
import { SettingsStore } from './files/settings-store.ts';
import { readTyped } from './profiles/read-typed.ts';
import { transferHandlers } from './profiles/transfer-handlers.ts';

const NO_UPDATES = failed(
  'no-updates',
  'Only the desktop program looks for updates itself.',
  'Update this one the way it was installed.',
);

/** A thing the start of the program asks of the window. */
export interface StartRequest {
  /** Of this request; empty: there was none. */
  readonly id: string;
  readonly prefill: ConnectionOptions | null;
  readonly problem: Failure | null;
}

export interface Engine {
  readonly handlers: EngineHandlers;
  /** Opens a connection at once, as a start option asks for it. */
  open(options: ConnectionOptions): ConnectionId;
  /** Opens the profiles that are to connect at the start; those whose secrets are locked wait for the vault. */
  connectProfiles(): Promise<void>;
  startDemo(): Promise<ConnectionId | Failure>;
  /** A link or a file: fills the editor, connects nothing. */
  requestPrefill(options: ConnectionOptions): void;
  reportProblem(problem: Failure): void;
  /** Forgets its key; connections that are open go on. */
  lockVault(): Promise<void>;
  /** DISCONNECT to every broker; resolves when all threads are gone, by force after `withinMs`. */
  shutdown(withinMs: number): Promise<void>;
}

export async function createEngine(ports: EnginePorts): Promise<Engine> {
  const engine = new EngineImpl(ports);
  await engine.load();
  return engine;
}

type LiveHandlers = Pick<
  EngineHandlers,
  | 'connect'
  | 'disconnect'
  | 'retryNow'
  | 'setRecorder'
  | 'updateView'
  | 'view'
  | 'series'
  | 'diagnostics'
  | 'watched'
>;

class EngineImpl implements Engine {
  readonly handlers: EngineHandlers;
  readonly #ports: EnginePorts;
  readonly #log: AppLog;
  readonly #open: OpenConnections;
  readonly #profiles: SavedProfiles;
  readonly #work: HeavyWork;
  readonly #autoConnect: AutoConnect;
  readonly #profileChanges: ProfileChanges;
  readonly #settings: SettingsStore;
  readonly #vaultTimer: VaultTimer;
  readonly #grants: FileGrants;
  readonly #following = new AbortController();
  readonly #jobs: Jobs;
  readonly #decoder: DecoderThread;
  readonly #rules: DecoderRuleBook;
  readonly #schemas: SchemaFiles;
  readonly #trash: Trash;
  readonly #snapshots: KeptSnapshots;
  readonly #opened: OpenedPayloads;
  readonly #sending: ReturnType<typeof createSending>;
  readonly #start = new Observable<StartRequest>({ id: '', prefill: null, problem: null });

  constructor(ports: EnginePorts) {
    this.#log = new AppLog(() => ports.clock.now());
    this.#log.add(`Topicscope ${ports.version} (${ports.host}, ${ports.platform}) starts.`);
    this.#ports = withLog(ports, this.#log);
    this.#work = new HeavyWork(ports);
    this.#open = new OpenConnections({
      engine: this.#ports,
      log: this.#log,
      settings: () => this.#settings.value,
      filesFor: this.#filesFor,
    });
    this.#profiles = new SavedProfiles({ ...this.#ports, derive: this.#derive });
    this.#autoConnect = new AutoConnect(
      this.#profiles,
      (profile) => this.#open.isOpen(profile),
      (options, profile) => {
        const opened = this.#open.openChecked(options, profile);
        if (opened.kind === 'failed') this.reportProblem(opened);
      },
    );
    this.#profileChanges = new ProfileChanges(this.#profiles, () => this.#open);
    this.#open.onOpen = (live) => void this.#profileChanges.compare(live);
    this.#vaultTimer = new VaultTimer({
      now: () => ports.clock.now(),
      after: (ms, run) => ports.clock.after(ms, run),
      lock: () => void this.lockVault(),
    });
    this.#profiles.secrets.onUse = () => this.#vaultTimer.used();
    this.#grants = new FileGrants({ ...ports, now: () => ports.clock.now() });
    this.#settings = new SettingsStore(ports.dataDir, () => ports.clock.now());
    this.#trash = new Trash({
      dataDir: ports.dataDir,
      now: () => ports.clock.now(),
      limit: () => this.#settings.value.trashBytes,
    });
    this.#snapshots = new KeptSnapshots({
      dataDir: ports.dataDir,
      now: () => ports.clock.now(),
      limit: () => this.#settings.value.snapshotBytes,
    });
    this.#decoder = new DecoderThread(ports);
    this.#rules = new DecoderRuleBook({
      saved: this.#profiles,
      profileOf: (id) => this.#open.get(id).summary.value.profileId,
    });
    this.#schemas = new SchemaFiles({
      dataDir: ports.dataDir,
      now: () => ports.clock.now(),
      ask: (request) => this.#decoder.ask(request),
    });
    this.#sending = createSending(ports, this.#grants, (id) => this.#open.find(id), {
      ask: (request) => this.#decoder.ask(request),
      schemas: () => this.#schemas.files,
    });
    this.#opened = new OpenedPayloads({
      ...ports,
      worker: (id) => this.#open.get(id).worker,
      separatorOf: (id) => this.#open.get(id).summary.value.levelSeparator,
    });
    this.#jobs = new Jobs({
      live: (id) => this.#open.find(id),
      now: () => ports.clock.now(),
      trash: this.#trash,
      largest: () => this.#settings.value.maxPayloadBytes,
    });
    this.handlers = this.#makeHandlers();
  }

  async load(): Promise<void> {
    await Promise.all([
      this.#profiles.load(),
      this.#settings.load(),
      this.#schemas.load(),
      this.#sending.load(),
    ]);
    await this.#grants.load(this.#profiles.profiles.map(({ options }) => options));
    this.#vaultTimer.setMinutes(this.#settings.value.vaultLockMinutes);
    void this.#profileChanges.follow(this.#following.signal);
    if (this.#settings.problem !== null) this.reportProblem(this.#settings.problem);
  }

  open(options: ConnectionOptions): ConnectionId {
    return this.#open.open(options);
  }

  connectProfiles(): Promise<void> {
    return this.#autoConnect.start();
  }

  startDemo(): Promise<ConnectionId | Failure> {
    return this.#open.openDemo();
  }

  requestPrefill(prefill: ConnectionOptions): void {
    this.#start.set({ id: randomUUID(), prefill, problem: null });
  }

  reportProblem(problem: Failure): void {
    this.#start.set({ id: randomUUID(), prefill: null, problem });
  }

  async lockVault(): Promise<void> {
    const { secrets } = this.#profiles;
    if (secrets.isVaultOpen && (await secrets.lockVault()) === null) this.#log.add('The vault is locked.');
  }

  async shutdown(withinMs: number): Promise<void> {
    this.#following.abort();
    this.#work.close();
    this.#jobs.close();
    this.#autoConnect.close();
    this.#vaultTimer.close();
    this.#profiles.close();
    this.#schemas.close();
    await Promise.all([
      this.#open.shutdown(withinMs),
      this.#decoder.close(),
      this.#sending.close(),
      this.#opened.close(),
    ]);
  }

  readonly #filesFor = (options: ConnectionOptions): FileAccess => this.#grants.accessFor(options);

  readonly #derive: Derive = async (asked, signal) => {
    const done = await this.#work.run({ kind: 'scrypt', ...asked }, signal);
    return done.kind === 'failed' ? done : done.key;
  };

  async #changeSettings(patch: Partial<Settings>) {
    const result = await this.#settings.change(patch);
    if (patch.vaultLockMinutes !== undefined) this.#vaultTimer.setMinutes(patch.vaultLockMinutes);
    this.#open.shareMemory();
    return result;
  }

  async #connect(live: LiveConnection, how: 'connect' | 'retryNow') {
    const saved = this.#profiles.find(live.summary.value.profileId ?? '');
    const refused = await this.#grants.allow(saved?.options ?? live.options);
    if (refused !== null) return refused;
    live.setWanted(true);
    const applied = await this.#profileChanges.apply(live);
    // A new worker connects by itself.
    if (applied?.kind === 'restarted') return { kind: 'done' as const };
    return applied ?? live.worker.call(how, {});
  }

  async *#test({ options, profileId }: ConnectionTestRequest, signal: StreamSignal) {
    const checked = checkEndpoint(options, domainToASCII);
    const full = 'kind' in checked ? checked : await this.#profiles.resolve(checked, profileId);
    if ('kind' in full) {
      yield refusedTest(checked, full);
      return;
    }
    const refused = await this.#grants.allow(full);
    if (refused !== null) yield refusedTest(checked, refused);
    else yield* runTest(full, { ...this.#ports, files: this.#grants.accessFor(full) }, signal);
  }

  #hello(window: Hello): Hello {
    const { version } = this.#ports;
    if (window.contract !== CONTRACT_VERSION || window.version !== version)
      this.#log.add('A window of another version asked; it was asked to reload.');
    return { contract: CONTRACT_VERSION, version };
  }

  #makeHandlers(): EngineHandlers {
    const ports = this.#ports;
    const connection = (id: ConnectionId) => this.#open.get(id);
    const worker = (id: ConnectionId) => connection(id).worker;
    const decoding = {
      worker,
      ask: (request: DecoderRequest) => this.#decoder.ask(request),
      rulesOf: (id: ConnectionId) => this.#rules.rulesOf(id),
      schemas: () => this.#schemas.files,
    };
    return {
      hello: (window) => this.#hello(window),
      ...draftHandlers(),
      ...historyHandlers(connection, this.#log),
      ...forwardedCalls(worker),
      ...this.#liveHandlers(connection),
      ...this.#jobs.handlers(),
      ...this.#sending.handlers(),
      ...decodeHandlers(decoding),
      ...linesHandlers(decoding),
      ...previewHandlers(decoding),
      decodedSeries: (request, signal) => decodedSeries({ ...decoding, clock: ports.clock }, request, signal),
      ...this.#opened.handlers(),
      ...this.#rules.handlers(),
      ...this.#schemas.handlers(),
      ...trashHandlers(this.#trash, (id) => this.#open.find(id)),
      ...snapshotHandlers({
        live: (id) => this.#open.find(id),
        plan: (id) => this.#jobs.planned(id),
        now: () => ports.clock.now(),
        kept: this.#snapshots,
      }),
      ...transferHandlers(this.#profiles, { ...ports, derive: this.#derive }),
      ...certificateHandlers(
        ports,
        this.#work,
        (options, id) => this.#profiles.resolve(options, id),
        this.#filesFor,
      ),
      ...profileHandlers(this.#profiles, this.#autoConnect),
      appInfo: () => ({
        version: ports.version,
        host: ports.host,
        platform: ports.platform,
        secrets: this.#profiles.secrets.news.value.note,
        dataDir: ports.dataDir,
        readable: ports.readable,
      }),
      checkForUpdates: () => {
        if (ports.checkForUpdates === null) return NO_UPDATES;
        ports.checkForUpdates();
        return { kind: 'done' };
      },
      readSettings: () => this.#settings.value,
      writeSettings: (patch) => this.#changeSettings(definedOnly(patch)),
      readAddress: ({ text, protocol }) => {
        const read = readTyped(text, protocol);
        return read.kind === 'failed' ? read : { ...read, options: this.#withDefaults(read.options) };
      },
      connections: (_, signal) => this.#open.follow(signal),
      openConnection: async ({ options, profileId }) => {
        const full = await this.#profiles.resolve(options, profileId);
        if ('kind' in full) return full;
        return (await this.#grants.allow(full)) ?? this.#open.openChecked(full, profileId);
      },
      closeConnection: async ({ connection: id }) => {
        await this.#open.close(id);
        return { kind: 'done' };
      },
      testConnection: (request, signal) => this.#test(request, signal),
      startDemo: async () => {
        const started = await this.startDemo();
        return typeof started === 'string' ? { kind: 'opened', id: started } : started;
      },
      startRequests: (_, signal) => this.#start.follow(signal),
    };
  }

  /** What is remembered of a connection, so that a worker that replaces another goes on with it. */
  #liveHandlers(connection: (id: ConnectionId) => LiveConnection): LiveHandlers {
    const worker = (id: ConnectionId) => connection(id).worker;
    return {
      connect: ({ connection: id }) => this.#connect(connection(id), 'connect'),
      disconnect: ({ connection: id, ...params }) => {
        connection(id).setWanted(false);
        return worker(id).call('disconnect', params);
      },
      retryNow: ({ connection: id }) => this.#connect(connection(id), 'retryNow'),
      setRecorder: ({ connection: id, ...params }) => connection(id).setRecorder(params),
      updateView: ({ connection: id, ...params }) => {
        const { view, action } = params;
        if (action.kind === 'look') connection(id).rememberLook(view, action.spec);
        return worker(id).call('updateView', params);
      },
      view: ({ connection: id, view, spec }, signal) => connection(id).view(view, spec, signal),
      series: ({ connection: id, ...request }, signal) => connection(id).series(request, signal),
      diagnostics: ({ connection: id }, signal) => connection(id).diagnostics(signal),
      watched: ({ connection: id, topics }, signal) => connection(id).watched(topics, signal),
    };
  }

  #withDefaults(options: ConnectionOptions): ConnectionOptions {
    return { ...options, connectTimeoutMs: this.#settings.value.connectTimeoutMs };
  }
}
