import { totalmem } from 'node:os';
import { randomBytes } from 'node:crypto';
import { escapeLines, escapeUnsafe, visibleJson } from '../../core/payload/visible.ts';
import { displayTopic, topicMembers } from '../../core/topics/names.ts';
import type { EnginePorts } from '../../engine/base/ports.ts';
import { SettingsStore } from '../../engine/files/settings-store.ts';
import { ask } from './ask.ts';
import { BrokerSession } from './broker-session.ts';
import { failureWords, problemWords } from './file-problem.ts';
import { clear, list, save } from './commands.ts';
import { diff } from './diff.ts';
import { readRetained, RETAINED_HELP, type RetainedRun } from './options.ts';
import { restore } from './restore.ts';
import type { CommandPorts, CommandResult } from './results.ts';

/** Shortest time between two lines of progress, ms. */
const PACE_MS = 1_000;
/** After a signal what is under way has so long to end, ms. */
const STOP_MS = 10_000;

/** Exit codes. */
const NOT_DONE = 1;
const NOT_CONNECTED = 3;

/** What became of stdout. */
const output: { problem: NodeJS.ErrnoException | null; failed: (error: Error) => void } = {
  problem: null,
  failed: () => undefined,
};

/** The modules that threads run. */
type Threads = Pick<EnginePorts, 'workerUrl' | 'decoderUrl'>;

/** Makes the data directory; null: the default one. Rejects where it cannot be used. */
export type PrepareDataDir = (given: string | null) => Promise<string>;

/** `topicscope retained …`: ends the process with its exit code. */
export async function runRetained(
  args: readonly string[],
  threads: Threads,
  prepareDataDir: PrepareDataDir,
): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    output.problem ??= error;
    output.failed(error);
  });
  const start = readRetained(args, process.env);
  switch (start.kind) {
    case 'help':
      process.stdout.write(RETAINED_HELP);
      return;
    case 'bad':
      return end(2, start.line);
    case 'run': {
      const code = await run(start.run, threads, prepareDataDir);
      return end(code, null);
    }
  }
}

async function run(asked: RetainedRun, threads: Threads, prepareDataDir: PrepareDataDir): Promise<number> {
  let ports: EnginePorts;
  try {
    ports = makePorts(await prepareDataDir(asked.dataDir), threads, asked.certificates);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return 2;
  }
  const settings = new SettingsStore(ports.dataDir, Date.now);
  await settings.load();
  const stopping = new AbortController();
  const terminal = commandPorts(asked, ports.dataDir, settings.value.trashBytes, stopping);
  if (asked.connection === null) return diff(asked, terminal, null).catch(notDone);
  const session = BrokerSession.open(asked.connection, ports, stopping.signal);
  const leave = (): void => void session.close().then(() => process.exit(NOT_DONE));
  const stop = (): void => {
    if (stopping.signal.aborted) return leave();
    say('Stopping.');
    stopping.abort(new Error('Stopped before the end.'));
    setTimeout(leave, STOP_MS).unref();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
  const code = await carryOut(asked, terminal, session).catch(notDone);
  await session.close();
  return code;
}

async function carryOut(asked: RetainedRun, terminal: CommandPorts, session: BrokerSession): Promise<number> {
  const problem = await session.ready(false, asked.connection?.subscriptions.length !== 0);
  if (problem !== null) {
    say(typeof problem === 'string' ? problem : failureWords(problem));
    return NOT_CONNECTED;
  }
  switch (asked.command) {
    case 'list':
      return list(asked, terminal, session);
    case 'clear':
      return clear(asked, terminal, session);
    case 'save':
      return save(asked, terminal, session);
    case 'restore':
      return restore(asked, terminal, session);
    case 'diff':
      return diff(asked, terminal, session);
  }
}

function notDone(error: unknown): number {
  if (error !== output.problem) say(problemWords(error));
  return NOT_DONE;
}

/** One line; nothing of a topic or a reason can act on a terminal. */
export function resultLine(one: CommandResult, json: boolean): string {
  const { key, bytes, qos, outcome, reason, missing } = one;
  const said = reason === undefined ? {} : { reason };
  const counted = missing === undefined ? {} : { missing };
  if (json) return `${visibleJson({ ...topicMembers(key), bytes, qos, outcome, ...said, ...counted })}\n`;
  const shown = [outcome, bytes, qos ?? '-', displayTopic(key)];
  return `${[...shown, ...Object.values(said).map(escapeUnsafe)].join('\t')}\n`;
}

function commandPorts(
  { command, json, dryRun }: RetainedRun,
  dataDir: string,
  trashBytes: number,
  stopping: AbortController,
): CommandPorts {
  let reportedAt = 0;
  const isAllAboutResults = dryRun || command === 'list' || command === 'diff';
  // Where nobody reads the results there is no use in more of them, unless something else is done as well.
  output.failed = (error) => void (isAllAboutResults && stopping.abort(error));
  return {
    stopping: stopping.signal,
    dataDir,
    trashBytes,
    now: Date.now,
    result: (one) => void process.stdout.write(resultLine(one, json)),
    progress: (line) => {
      if (Date.now() - reportedAt < PACE_MS) return;
      reportedAt = Date.now();
      say(line);
    },
    say,
    ask: process.stdin.isTTY && process.stderr.isTTY ? (question) => ask(question, stopping.signal) : null,
  };
}

/** @param certificates files that may be read: those that were named */
function makePorts(dataDir: string, threads: Threads, certificates: readonly string[]): EnginePorts {
  return {
    host: 'server',
    version: '',
    platform: process.platform,
    dataDir,
    workerUrl: threads.workerUrl,
    decoderUrl: threads.decoderUrl,
    files: { kind: 'granted', paths: certificates, variables: [] },
    keychain: null,
    checkForUpdates: null,
    prompt: null,
    opener: null,
    startDemo: () => Promise.reject(new Error('No demo here.')),
    clock: { now: Date.now, after },
    random: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
    log: say,
    readable: false,
    totalMemory: totalmem(),
  };
}

function after(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}

function say(line: string): void {
  process.stderr.write(`topicscope: ${escapeLines(line)}\n`);
}

/** Not at once: stdout may be a pipe with something left in it. */
function end(code: number, line: string | null): void {
  process.exitCode = code;
  if (line !== null) say(line);
  process.stdout.write('', () => {
    const { problem } = output;
    // Whoever stopped reading knows that lines are missing; after a full disk nobody does.
    if (problem !== null && problem.code !== 'EPIPE')
      say(`The results could not be written: ${problem.message}`);
    const exitCode = problem !== null && code === 0 ? NOT_DONE : code;
    process.stderr.write('', () => process.exit(exitCode));
  });
}
