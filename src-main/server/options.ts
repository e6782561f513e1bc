import { parseArgs } from 'node:util';
import type { ConnectionOptions } from '../contract/model/model.ts';
import { readAddress } from '../core/profiles/address.ts';

/** What a start of the program was asked to do; the same for both hosts. */
export interface StartOptions {
  /** The browser host, also where Electron is present. */
  readonly serve: boolean;
  readonly connection: ConnectionOptions | null;
  readonly demo: boolean;
  /** Open a browser or window. */
  readonly open: boolean;
  /** Null: the default of the system. */
  readonly dataDir: string | null;
  /** Null: 7883, or the next free one. */
  readonly port: number | null;
  readonly host: string;
  /** Lower case; with or without a port. */
  readonly allowedHosts: readonly string[];
  readonly allowFiles: string | null;
  readonly token: TokenSource;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Beyond this machine without TLS, as it was said. */
  readonly readable: boolean;
}

export type TokenSource =
  | { readonly kind: 'random' }
  | { readonly kind: 'given'; readonly token: string }
  | { readonly kind: 'file'; readonly path: string };

export type Start =
  | { readonly kind: 'run'; readonly options: StartOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  /** A command without a window; what follows its name. */
  | { readonly kind: 'retained'; readonly args: readonly string[] }
  /** One line for stderr; the exit code is 2. */
  | { readonly kind: 'bad'; readonly line: string };

export const HELP = `Usage: topicscope [options] [url]
       topicscope retained list|clear|save|restore|diff …   (see: topicscope retained --help)

  url                   mqtt://, mqtts://, ws:// or wss:// with optional user:password@, port and
                        path: connect at once, subscribed to # and $SYS/#
  --serve               use the browser host even where Electron is present
  --port N              port of the browser host, 0 for any free one (default 7883 or the next free)
  --host H              address to listen on (default 127.0.0.1); another needs a token, and
                        --tls-cert with --tls-key, or --insecure-http
  --allowed-host NAME   accept this Host header too; may be repeated
  --allow-files DIR     where certificate files may be read from in the browser host
  --token T             access token, typed into the page that asks for it (default: none; the
                        printed address opens one window, once; Enter prints another)
  --token-file F        read the access token from a file
  --tls-cert FILE       certificate to serve HTTPS with
  --tls-key FILE        its private key
  --insecure-http       listen beyond this machine without TLS: everyone on the way can read along
  --data-dir DIR        where profiles, settings and recordings live
  --no-open             do not open a browser or window
  --demo                start the embedded demo broker with simulated devices and connect to it
  --help, --version     what you expect

Environment: TOPICSCOPE_TOKEN for --token and TOPICSCOPE_URL for the url, out of the process list.
`;

const OPTIONS = {
  serve: { type: 'boolean' },
  port: { type: 'string' },
  host: { type: 'string' },
  'allowed-host': { type: 'string', multiple: true },
  'allow-files': { type: 'string' },
  token: { type: 'string' },
  'token-file': { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'insecure-http': { type: 'boolean' },
  'data-dir': { type: 'string' },
  'no-open': { type: 'boolean' },
  demo: { type: 'boolean' },
  help: { type: 'boolean' },
  version: { type: 'boolean' },
} as const;

class BadOption extends Error {}

/** Pure: files that options name are read later. */
export function readStart(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Start {
  if (args[0] === 'retained') return { kind: 'retained', args: args.slice(1) };
  try {
    return read(args, env);
  } catch (error) {
    if (error instanceof BadOption) return { kind: 'bad', line: `${error.message} See --help.` };
    throw error;
  }
}

function read(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Start {
  const { values, positionals } = parse(args);
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  for (const [name, value] of Object.entries(values)) {
    if (value === '') throw new BadOption(`--${name} has no value.`);
  }
  if (positionals.length > 1) throw new BadOption(`There is more than one url (${positionals.length}).`);
  const host = readHost(values.host);
  const token = readToken(values.token, values['token-file'], env['TOPICSCOPE_TOKEN']);
  const tls = readTls(values['tls-cert'], values['tls-key']);
  checkHost(host, token, tls !== null || values['insecure-http'] === true);
  return {
    kind: 'run',
    options: {
      serve: values.serve === true,
      connection: readUrl(positionals[0] ?? env['TOPICSCOPE_URL']),
      demo: values.demo === true,
      open: values['no-open'] !== true,
      dataDir: values['data-dir'] ?? null,
      port: values.port === undefined ? null : readPort(values.port),
      host,
      allowedHosts: (values['allowed-host'] ?? []).map(readAllowedHost),
      allowFiles: values['allow-files'] ?? null,
      token,
      tls,
      readable: tls === null && !isLoopback(host),
    },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new BadOption(explain(error instanceof Error ? error : new Error(String(error)), args));
  }
}

/** Node's texts run over several lines and advise what is no use here. None quotes a value. */
function explain(error: Error, args: readonly string[]): string {
  const name = /'(-[^'\s=<]*)/.exec(error.message)?.[1] ?? 'an option';
  if ((error as { code?: unknown }).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
    return `Unknown option ${name}.`;
  if (/does not take an argument/.test(error.message)) return `${name} takes no value.`;
  const takesValue = args.some((arg) => arg === name || arg.startsWith(`${name}=`));
  return takesValue ? `${name} has no value.` : 'The options cannot be read.';
}

function readUrl(text: string | undefined): ConnectionOptions | null {
  if (text === undefined || text === '') return null;
  const address = readAddress(text);
  if (address.kind === 'failed') {
    throw new BadOption(`The url is not valid. ${address.message} ${address.advice}`);
  }
  return address.options;
}

/** Brackets are for addresses with a port, and often pasted along; the case of a name does not count. */
function readHost(text = '127.0.0.1'): string {
  return text.replace(/^\[(.*)\]$/, '$1').toLowerCase();
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < 0 || port > 65_535) throw new BadOption('--port has to be a number from 0 to 65535.');
  return port;
}

function readAllowedHost(text: string): string {
  if (!/^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(text)) {
    throw new BadOption('--allowed-host has to be a host name, with a port if only that one is meant.');
  }
  return text.toLowerCase();
}

function readToken(
  given: string | undefined,
  file: string | undefined,
  env: string | undefined,
): TokenSource {
  if (given !== undefined && file !== undefined)
    throw new BadOption('Give --token or --token-file, not both.');
  if (file !== undefined) return { kind: 'file', path: file };
  const token = given ?? env;
  if (token === undefined || token === '') return { kind: 'random' };
  const fault = tokenFault(token);
  if (fault !== null) throw new BadOption(fault);
  return { kind: 'given', token };
}

/** Null: it can be used. Printable ASCII only, as it is typed, pasted and put into an address. */
export function tokenFault(token: string): string | null {
  if (/^[\x21-\x7e]{1,512}$/.test(token)) return null;
  return 'The token has to be 1 to 512 printable characters without spaces.';
}

function readTls(cert: string | undefined, key: string | undefined): StartOptions['tls'] {
  if (cert === undefined && key === undefined) return null;
  if (cert === undefined || key === undefined) throw new BadOption('--tls-cert and --tls-key go together.');
  return { cert, key };
}

function checkHost(host: string, token: TokenSource, protectedOrSaidSo: boolean): void {
  if (!/^[\w.:%-]+$/.test(host)) throw new BadOption('--host has to be an address or a host name.');
  if (isLoopback(host)) return;
  if (token.kind === 'random') {
    throw new BadOption(
      'Listening beyond this machine needs a token of yours: --token, --token-file or TOPICSCOPE_TOKEN.',
    );
  }
  if (!protectedOrSaidSo) {
    throw new BadOption('Listening beyond this machine needs --tls-cert with --tls-key, or --insecure-http.');
  }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
