import { createInterface } from 'node:readline/promises';
import { totalmem } from 'node:os';
import { randomBytes } from 'node:crypto';
import type { Failure } from '../../contract/base/errors.ts';
import { escapeLines, visibleJson } from '../../core/payload/visible.ts';
import { displayTopic, topicMembers } from '../../core/topics/names.ts';
import type { EnginePorts } from '../../engine/base/ports.ts';
import { SettingsStore } from '../../engine/files/settings-store.ts';
import { BrokerSession } from './broker-session.ts';
import { problemWords } from './file-problem.ts';
import { clear, diff, list, restore, save, type CommandPorts } from './commands.ts';
import { readRetained, RETAINED_HELP, type RetainedRun } from './options.ts';

/** Progress is told at most so often, ms. */
const PACE_MS = 1_000;

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
  const terminal = commandPorts(asked, ports.dataDir, settings.value.trashBytes);
  if (asked.connection === null) return diff(asked, terminal, null).catch(notDone);
  const session = new BrokerSession(asked.connection, ports);
  const stop = (): void => void session.close().then(() => process.exit(1));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const problem = await session.ready();
    if (problem !== null) {
      say(typeof problem === 'string' ? problem : wordsOf(problem));
      return 3;
    }
    switch (asked.command) {
      case 'list':
        return await list(asked, terminal, session);
      case 'clear':
        return await clear(asked, terminal, session);
      case 'save':
        return await save(asked, terminal, session);
      case 'restore':
        return await restore(asked, terminal, session);
      case 'diff':
        return await diff(asked, terminal, session);
    }
  } catch (error) {
    return notDone(error);
  } finally {
    await session.close();
  }
}

function notDone(error: unknown): number {
  say(problemWords(error));
  return 1;
}

function commandPorts({ json }: RetainedRun, dataDir: string, trashBytes: number): CommandPorts {
  let told = 0;
  return {
    dataDir,
    trashBytes,
    now: Date.now,
    result: (one) => {
      const { key, bytes, qos, outcome, reason } = one;
      // Nothing of either can act on a terminal.
      process.stdout.write(
        json
          ? `${visibleJson({ ...topicMembers(key), bytes, qos, outcome, ...(reason === undefined ? {} : { reason }) })}\n`
          : `${outcome}\t${bytes}\t${qos ?? '-'}\t${escapeLines(displayTopic(key))}${reason === undefined ? '' : `\t${escapeLines(reason)}`}\n`,
      );
    },
    progress: (line) => {
      if (Date.now() - told < PACE_MS) return;
      told = Date.now();
      say(line);
    },
    say,
    ask: process.stdin.isTTY && process.stderr.isTTY ? ask : null,
  };
}

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
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

function wordsOf({ message, advice }: Failure): string {
  return advice === '' ? message : `${message} ${advice}`;
}

function say(line: string): void {
  process.stderr.write(`topicscope: ${escapeLines(line)}\n`);
}

/** Not at once: stdout may be a pipe with something left in it. */
function end(code: number, line: string | null): void {
  process.exitCode = code;
  if (line !== null) say(line);
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}
