/** What the program was started with, read before anything heavy is loaded. */
export interface Invocation {
  /** Options and url of ours, for `readStart`. */
  readonly args: readonly string[];
  /** An address that a link asks for; it only prefills. */
  readonly link: string | null;
}

/** What only the command line can ask for. */
export interface CommandLine extends Invocation {
  /** Show the demo, see a topic and end, within so many ms; null: no smoke run. */
  readonly smokeMs: number | null;
}

export interface Surroundings {
  /** Started as `electron PATH …` rather than as the packaged program. */
  readonly defaultApp: boolean;
  readonly platform: NodeJS.Platform;
  /** One of the standard streams is a terminal: a person typed the command. */
  readonly terminal: boolean;
}

/** Comes before the address where the system starts us for a link. */
export const LINK_MARK = '--link';

/** The first word of what runs without a window. */
const COMMAND = 'retained';

const SMOKE = /^--smoke(?:=(\d{1,4}))?$/;
/** Longest smoke run, for the first start on a slow machine; s. */
const SMOKE_SECONDS = 60;

const LINK = /^mqtts?:\/\//i;

/** Switches of Electron and Chromium that people need now and then; they are not for us. */
const FOREIGN =
  /^--?(no-sandbox|disable-|enable-|force-|ozone-platform|use-|lang=|inspect|remote-debugging|trace-|js-flags|proxy-|host-rules|password-store|log-|gtk-version|original-process-start-time|allow-file-access|in-process-gpu|psn_)/;

/**
 * Reads the arguments of a process. The text of a link is not trusted, and on some systems it reaches the
 * command line with its quotes: after the mark, only the address counts. Arguments before the mark come
 * from the registration of the program for links.
 */
export function readInvocation(argv: readonly string[], around: Surroundings): CommandLine {
  const own = ownArguments(argv, around.defaultApp);
  // A command for scripts: an address in it is what it is for, and no link that was pressed.
  if (own.find((arg) => !FOREIGN.test(arg)) === COMMAND)
    return { args: own.slice(own.indexOf(COMMAND)), link: null, smokeMs: null };
  const mark = own.indexOf(LINK_MARK);
  const ours = (mark < 0 ? own : own.slice(0, mark)).filter((arg) => !FOREIGN.test(arg));
  const smoke = ours.map((arg) => SMOKE.exec(arg)).find((match) => match !== null);
  const smokeMs = smoke === undefined ? null : Number(smoke[1] ?? SMOKE_SECONDS) * 1_000;
  const rest = ours.filter((arg) => !SMOKE.test(arg));
  // The demo is what there is to see.
  const args = smokeMs === null ? rest : [...new Set(['--demo', ...rest])];
  if (mark >= 0) return { args, link: own.slice(mark + 1).find((arg) => LINK.test(arg)) ?? null, smokeMs };
  // A Linux desktop that does not know our mark starts us with the bare address, and without a terminal.
  const maybeLink = around.platform === 'linux' && !around.defaultApp && !around.terminal;
  const link = maybeLink ? (args.find((arg) => LINK.test(arg)) ?? null) : null;
  return { args: args.filter((arg) => arg !== link), link, smokeMs };
}

/** The value of `--data-dir`, needed before the options are read in full; null without it. */
export function namedDataDir(args: readonly string[]): string | null {
  const at = args.indexOf('--data-dir');
  if (at >= 0) return args[at + 1] ?? null;
  return args.find((arg) => arg.startsWith('--data-dir='))?.slice('--data-dir='.length) ?? null;
}

function ownArguments(argv: readonly string[], defaultApp: boolean): readonly string[] {
  if (!defaultApp) return argv.slice(1);
  const path = argv.findIndex((arg, index) => index > 0 && !arg.startsWith('-'));
  return path < 0 ? [] : argv.slice(path + 1);
}

/** What a second start hands to the first; it crosses a border between processes, so it is read. */
export function readHandover(data: unknown): Invocation {
  if (typeof data !== 'object' || data === null) return { args: [], link: null };
  const { args, link } = data as Partial<Record<keyof Invocation, unknown>>;
  return {
    args: Array.isArray(args) ? args.filter((arg) => typeof arg === 'string') : [],
    link: typeof link === 'string' && LINK.test(link) ? link : null,
  };
}
