import { randomBytes } from 'node:crypto';
import { totalmem } from 'node:os';
import { safeStorage } from 'electron';
import type { FileOpener, NativePrompt } from '../engine/base/ports.ts';
import { api, type EngineHandlers } from '../contract/api.ts';
import type { Settings } from '../contract/model/settings.ts';
import { systemClock } from '../connection/base/clock.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { faultLine } from '../engine/base/fault-line.ts';
import type { Pipe } from '../wire/pipe.ts';
import { serve } from '../wire/serve.ts';
import { electronKeychain } from './keychain.ts';

export interface HostPorts {
  readonly version: string;
  readonly platform: NodeJS.Platform;
  readonly dataDir: string;
  readonly workerUrl: URL;
  readonly decoderUrl: URL;
  readonly prompt: NativePrompt;
  readonly opener: FileOpener;
  /** The setting at the start and whenever it was saved. */
  themeChanged(theme: Settings['theme']): void;
  /** Shows what it finds; returns at once. */
  checkForUpdates(): void;
  log(line: string): void;
}

export interface EngineHost {
  readonly engine: Engine;
  /** Answers a window until its pipe closes. */
  serve(pipe: Pipe): void;
}

/** The engine and all that it needs; loaded while the page is on its way to the screen. */
export async function startEngine(ports: HostPorts): Promise<EngineHost> {
  const { log, platform, checkForUpdates } = ports;
  const engine = await createEngine({
    host: 'desktop',
    version: ports.version,
    platform,
    dataDir: ports.dataDir,
    workerUrl: ports.workerUrl,
    decoderUrl: ports.decoderUrl,
    prompt: ports.prompt,
    opener: ports.opener,
    files: { kind: 'granted', paths: [], variables: [] },
    keychain: electronKeychain(safeStorage, platform),
    checkForUpdates,
    startDemo: async () => (await import('../server/demo/demo.ts')).startDemo(),
    clock: { now: Date.now, after: systemClock.after },
    random: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
    log,
    readable: false,
    totalMemory: totalmem(),
  });
  const handlers = withTheme(engine.handlers, ports);
  return {
    engine,
    serve: (pipe) =>
      void serve(api, handlers, pipe, { onError: (error, method) => reportFault(log, error, method) }),
  };
}

/** Menus and dialogs of the system follow the same theme as the page. */
function withTheme(handlers: EngineHandlers, { themeChanged }: HostPorts): EngineHandlers {
  const applyTheme = async (): Promise<void> => {
    const { theme } = await handlers.readSettings({});
    themeChanged(theme ?? 'system');
  };
  void applyTheme();
  return {
    ...handlers,
    writeSettings: async (patch) => {
      const result = await handlers.writeSettings(patch);
      await applyTheme();
      return result;
    },
  };
}

function reportFault(log: (line: string) => void, error: unknown, method: string): void {
  const line = faultLine(error, method);
  if (line !== null) log(line);
}
