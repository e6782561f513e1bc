import { isShared } from '../../core/topics/filters.ts';
import { parseArgs } from 'node:util';
import type { ConnectionOptions, TlsOptions } from '../../contract/model/model.ts';
import { readAddress } from '../../core/profiles/address.ts';
import { checkPrefix } from '../../core/retained/under-prefix.ts';
import { checkTopicFilter } from '../../core/topics/names.ts';

/** What `topicscope retained …` was asked to do. */
export interface RetainedRun {
  readonly command: 'list' | 'clear' | 'save' | 'restore' | 'diff';
  /** Null: two files are compared. */
  readonly connection: ConnectionOptions | null;
  readonly filter: string;
  readonly files: readonly string[];
  readonly prefix: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly overwrite: boolean;
  /** The trash may grow beyond its limit. */
  readonly overLimit: boolean;
  readonly json: boolean;
  /** Certificate and key files that were named: no other is read. */
  readonly certificates: readonly string[];
  readonly dataDir: string | null;
}

export type RetainedStart =
  | { readonly kind: 'run'; readonly run: RetainedRun }
  | { readonly kind: 'help' }
  /** One line for stderr; the exit code is 2. */
  | { readonly kind: 'bad'; readonly line: string };

export const RETAINED_HELP = `Usage: topicscope retained COMMAND --url URL --filter FILTER [options]

  list                  what the broker holds
  clear                 write it to the trash, clear it, and check that it is gone
  save                  write it to --file, a snapshot
  restore               publish a snapshot again, under --prefix if given
  diff                  compare a snapshot with the broker, or with a second --file

  --url URL             mqtt://, mqtts://, ws:// or wss:// (default: TOPICSCOPE_URL)
  --filter FILTER       topic filter of MQTT; for clear it has to be given (default #)
  --file FILE           the snapshot
  --prefix P            restore, diff: put before each topic of the snapshot
  --dry-run             say what would be done, and do nothing
  --yes                 clear without asking; restore what can be read of a damaged file
  --overwrite           restore over messages that are newer than the snapshot
  --over-limit          clear although the copies exceed the limit of the trash
  --json                one object a line: topic, bytes, qos, outcome
  --ca FILE             trust this CA (PEM)
  --cert FILE           client certificate (PEM), with --key FILE; the passphrase of the key
                        comes from TOPICSCOPE_KEY_PASSPHRASE
  --data-dir DIR        where the trash is

Results go to stdout, progress to stderr. Exit codes: 0 done, 1 something was not done (or what
was could not be written to stdout), 2 usage, 3 no connection, 4 refused without --yes. Ctrl+C
ends after what is under way, which is reported.
`;

const OPTIONS = {
  url: { type: 'string' },
  filter: { type: 'string' },
  file: { type: 'string', multiple: true },
  prefix: { type: 'string' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
  overwrite: { type: 'boolean' },
  'over-limit': { type: 'boolean' },
  json: { type: 'boolean' },
  'data-dir': { type: 'string' },
  ca: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  help: { type: 'boolean' },
} as const;

const COMMANDS = ['list', 'clear', 'save', 'restore', 'diff'] as const;

class BadOption extends Error {}

/** Pure: nothing is opened or read. */
export function readRetained(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): RetainedStart {
  try {
    return read(args, env);
  } catch (error) {
    const line =
      error instanceof BadOption
        ? error.message
        : 'The options cannot be read: one is unknown or has no value.';
    return { kind: 'bad', line: `${line} See retained --help.` };
  }
}

function read(args: readonly string[], env: Readonly<Record<string, string | undefined>>): RetainedStart {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
    strict: true,
  });
  if (values.help === true) return { kind: 'help' };
  const [name, ...more] = positionals;
  const command = COMMANDS.find((one) => one === name);
  if (command === undefined || more.length > 0)
    throw new BadOption('Give one command: list, clear, save, restore or diff.');
  const files = values.file ?? [];
  checkFiles(command, files);
  const filter = readFilter(command, values.filter);
  const prefix = readPrefix(values.prefix);
  checkMeant(command, values);
  const certificates = readCertificates(values, env['TOPICSCOPE_KEY_PASSPHRASE']);
  // What a restore needs to know it asks for by name: a broker may refuse `#`.
  const subscribed = command === 'restore' ? null : filter;
  const connection =
    files.length === 2 ? null : readUrl(values.url ?? env['TOPICSCOPE_URL'], subscribed, certificates);
  return {
    kind: 'run',
    run: {
      command,
      connection,
      filter,
      files,
      prefix,
      dryRun: values['dry-run'] === true,
      yes: values.yes === true,
      overwrite: values.overwrite === true,
      overLimit: values['over-limit'] === true,
      json: values.json === true,
      certificates: [certificates.ca, certificates.cert, certificates.key].filter((file) => file !== null),
      dataDir: values['data-dir'] ?? null,
    },
  };
}

interface OfOneCommand {
  readonly prefix?: string;
  readonly overwrite?: boolean;
  readonly 'over-limit'?: boolean;
}

/** What is left aside in silence would clear or save other topics than were meant. */
function checkMeant(command: RetainedRun['command'], values: OfOneCommand): void {
  if (values.prefix !== undefined && command !== 'restore' && command !== 'diff')
    throw new BadOption('--prefix is for restore and diff.');
  if (values.overwrite === true && command !== 'restore') throw new BadOption('--overwrite is for restore.');
  if (values['over-limit'] === true && command !== 'clear') throw new BadOption('--over-limit is for clear.');
}

function readFilter(command: RetainedRun['command'], given: string | undefined): string {
  if (given === '') throw new BadOption('--filter has no value; # stands for everything.');
  if (given === undefined && command === 'clear')
    throw new BadOption('clear needs --filter; # stands for everything.');
  const filter = given ?? '#';
  const wrong = checkTopicFilter(filter);
  if (wrong !== null) throw new BadOption(`--filter is not valid. ${wrong.message}`);
  if (isShared(filter)) throw new BadOption('A shared subscription gets nothing stored.');
  return filter;
}

function readPrefix(prefix = ''): string {
  if (checkPrefix(prefix) !== null) throw new BadOption('--prefix cannot be published to.');
  return prefix;
}

function checkFiles(command: RetainedRun['command'], files: readonly string[]): void {
  const needs = command === 'save' || command === 'restore' || command === 'diff';
  if (needs && files.length === 0) throw new BadOption(`${command} needs --file.`);
  if (files.includes('')) throw new BadOption('--file has no value.');
  const most = command === 'diff' ? 2 : needs ? 1 : 0;
  if (files.length > most) throw new BadOption(`${command} takes ${most === 0 ? 'no' : most} --file.`);
}

type Certificates = Pick<TlsOptions, 'ca' | 'cert' | 'key' | 'passphrase'>;

function readCertificates(
  { ca, cert, key }: { readonly ca?: string; readonly cert?: string; readonly key?: string },
  passphrase: string | undefined,
): Certificates {
  for (const [name, file] of Object.entries({ ca, cert, key }))
    if (file === '') throw new BadOption(`--${name} has no value.`);
  if ((cert === undefined) !== (key === undefined)) throw new BadOption('--cert and --key go together.');
  return { ca: ca ?? null, cert: cert ?? null, key: key ?? null, passphrase: passphrase ?? null };
}

function readUrl(
  text: string | undefined,
  filter: string | null,
  certificates: Certificates,
): ConnectionOptions {
  if (text === undefined || text === '') throw new BadOption('--url is missing.');
  const address = readAddress(text);
  if (address.kind === 'failed')
    throw new BadOption(`The url is not valid. ${address.message} ${address.advice}`);
  const { ca, cert } = certificates;
  if ((ca ?? cert) !== null && !['mqtts', 'wss'].includes(address.options.protocol))
    throw new BadOption('--ca and --cert are for mqtts:// and wss://.');
  const tls = { ...address.options.tls, ...certificates };
  const [first] = address.options.subscriptions;
  if (first === undefined || filter === null) return { ...address.options, tls, subscriptions: [] };
  return { ...address.options, tls, subscriptions: [{ ...first, filter, qos: 0 }] };
}
