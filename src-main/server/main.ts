import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir, totalmem } from 'node:os';
import { api } from '../contract/api.ts';
import { bracketed } from '../core/profiles/host.ts';
import { escapeLines } from '../core/payload/visible.ts';
import { systemClock } from '../connection/base/clock.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { faultLine } from '../engine/base/fault-line.ts';
import { serve } from '../wire/serve.ts';
import { TICKET_PARAMETER } from '../wire/web-socket.ts';
import { Access } from './web/access.ts';
import { defaultDataDir, prepareDataDir } from './data-dir.ts';
import { listen, readOption, StartError } from './listen.ts';
import { openBrowser } from './open-browser.ts';
import { HELP, readStart, tokenFault, type StartOptions } from './options.ts';
import { runRetained } from './retained/run.ts';
import { listStaticFiles, type StaticFile } from './web/static-files.ts';
import { onEnter, systemTerminal } from './terminal.ts';
import { answer } from './web/web-server.ts';

/** From the signal to the end of the process at the latest, in ms; what is promised is 2 s. */
const END_WITHIN = 1_900;
/** Of these, for DISCONNECT to be sent and the threads to end. */
const SHUTDOWN_WITHIN = 1_500;
const WINDOWS_WITHIN = 300;
/** Below it a token can be guessed in reasonable time; characters. */
const SHORT_TOKEN = 16;

/** Where things are, which differs between the sources and the built program. */
export interface Places {
  readonly workerUrl: URL;
  readonly decoderUrl: URL;
  readonly rendererDir: string;
  readonly packageJson: URL;
}

/** A clock that nobody sets: how long a ticket is good must not depend on the date. In ms. */
const now = (): number => performance.now();

/** Runs the browser host until a signal ends it. */
export async function main(args: readonly string[], places: Places): Promise<void> {
  // Whoever reads our output may leave; that is no reason to end.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  const start = readStart(args, process.env);
  switch (start.kind) {
    case 'help':
      process.stdout.write(HELP);
      return;
    case 'version':
      process.stdout.write(`${await readVersion(places)}\n`);
      return;
    case 'bad':
      return fail(start.line, 2);
    case 'retained':
      process.umask(0o077);
      return runRetained(start.args, places, (given) =>
        prepareDataDir(given ?? defaultDataDir(process.platform, process.env, homedir()), process.platform),
      );
    case 'run':
      // Whatever is written is for this user alone.
      process.umask(0o077);
      try {
        await run(start.options, places);
      } catch (error) {
        if (!(error instanceof StartError)) throw error;
        fail(error.message, error.exitCode);
      }
  }
}

function fail(line: string, code: number): void {
  // Not at once: stderr may be a pipe. And not by itself: a port may be listened on already.
  process.stderr.write(`topicscope: ${line}\n`, () => process.exit(code));
}

function log(line: string): void {
  process.stderr.write(`topicscope: ${escapeLines(line)}\n`);
}

async function readVersion(places: Places): Promise<string> {
  const { version } = JSON.parse(await readFile(places.packageJson, 'utf8')) as { version: string };
  return version;
}

async function run(options: StartOptions, places: Places): Promise<void> {
  const token = await readToken(options);
  const [{ server, port }, engine] = await Promise.all([listen(options), startEngine(options, places)]);
  const scheme = options.tls === null ? 'http' : 'https';
  const access = new Access({ ...options, token, scheme, port });
  const web = answer(server, {
    access,
    scheme,
    files: listWindow(places.rendererDir),
    now,
    onPipe: (pipe) => void serve(api, engine.handlers, pipe, { onError: reportFault }),
  });
  const end = endOnce(async () => {
    await Promise.all([engine.shutdown(SHUTDOWN_WITHIN), web.close(WINDOWS_WITHIN)]);
  });
  // The terminal was closed: brokers hear of it as of any other end, instead of publishing our last will.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(0));
  process.on('uncaughtException', (error) => {
    log(`a fault of the program, please report it: ${error.stack ?? error.message}`);
    end(1);
  });
  process.on('unhandledRejection', (reason) => {
    log(
      `a fault of the program, please report it: ${reason instanceof Error ? reason.stack : String(reason)}`,
    );
  });

  const origin = `${scheme}://${shownHost(options)}:${port}`;
  const newAddress = (): string => `${origin}/?${TICKET_PARAMETER}=${access.newTicket(now())}`;
  process.stdout.write(`Topicscope is ready at ${newAddress()}\n`);
  const another = (): void => log(`another window opens once at ${newAddress()}`);
  onEnter(process.stdin, another, systemTerminal(process.platform));
  if (options.readable)
    log('without TLS everybody on the way can read along, the token and what brokers send included.');
  if (options.connection !== null) engine.open(options.connection);
  if (options.demo) void startDemo(engine);
  void engine.connectProfiles();
  if (options.open) openBrowser(newAddress(), process.platform, process.env);
}

async function readToken({ token }: StartOptions): Promise<string> {
  if (token.kind === 'random') return randomBytes(24).toString('base64url');
  const text = token.kind === 'given' ? token.token : (await readOption(token.path, '--token-file')).trim();
  const fault = tokenFault(text);
  if (fault !== null) throw new StartError(fault, 2);
  if (text.length < SHORT_TOKEN)
    log(`the access token is short; ${SHORT_TOKEN} random characters or more cannot be guessed.`);
  return text;
}

async function startEngine(options: StartOptions, places: Places): Promise<Engine> {
  let dataDir: string;
  try {
    dataDir = await prepareDataDir(
      options.dataDir ?? defaultDataDir(process.platform, process.env, homedir()),
      process.platform,
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new StartError(message, options.dataDir === null ? 1 : 2, { cause: error });
  }
  return createEngine({
    host: 'server',
    version: await readVersion(places),
    platform: process.platform,
    dataDir,
    workerUrl: places.workerUrl,
    decoderUrl: places.decoderUrl,
    files: options.allowFiles === null ? { kind: 'none' } : { kind: 'below', dir: options.allowFiles },
    keychain: null,
    checkForUpdates: null,
    prompt: null,
    opener: null,
    startDemo: async () => (await import('./demo/demo.ts')).startDemo(),
    clock: { now: Date.now, after: systemClock.after },
    random: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
    log,
    readable: options.readable,
    totalMemory: totalmem(),
  });
}

async function listWindow(folder: string): Promise<ReadonlyMap<string, StaticFile> | null> {
  const files = await listStaticFiles(folder).catch(() => null);
  return files?.has('/index.html') === true ? files : null;
}

function reportFault(error: unknown, method: string): void {
  const line = faultLine(error, method);
  if (line !== null) log(line);
}

async function startDemo(engine: Engine): Promise<void> {
  const started = await engine.startDemo();
  if (typeof started === 'string') return;
  log(`${started.message} ${started.advice}`);
  engine.reportProblem(started);
}

/** An address to come in by, for a person on this machine unless a name was allowed for others. */
function shownHost({ host, allowedHosts }: StartOptions): string {
  const isAny = host === '0.0.0.0' || host === '::';
  const name = isAny ? (allowedHosts[0] ?? '127.0.0.1').replace(/:\d+$/, '') : host;
  return name.startsWith('[') ? name : bracketed(name);
}

/** Ends the process in good order once; by force when that takes too long. */
function endOnce(inOrder: () => Promise<void>): (code: number) => void {
  let ending = false;
  return (code) => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(code), END_WITHIN).unref();
    void inOrder()
      .catch(reportEnd)
      .then(() => process.exit(code));
  };
}

function reportEnd(error: unknown): void {
  log(`a fault while ending: ${error instanceof Error ? error.message : String(error)}`);
}
