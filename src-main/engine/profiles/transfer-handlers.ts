import { formatBytes } from '../../core/text/amounts.ts';
import { randomUUID } from 'node:crypto';
import { domainToASCII } from 'node:url';
import type { EngineHandlers } from '../../contract/api.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionOptions } from '../../contract/model/model.ts';
import {
  MAX_IMPORT_BYTES,
  type ImportEntry,
  type ReadImport,
  type transferCalls,
} from '../../contract/profiles/transfer.ts';
import { commandLine } from '../../core/profiles/command/command-line.ts';
import type { Imported, ImportedProfile } from '../../core/profiles/draft.ts';
import { readPastedCommand } from '../../core/profiles/import/import-text.ts';
import { encodingOf, notText } from '../../core/text/encoding.ts';
import { readImport } from '../../core/profiles/import/import.ts';
import { checkEndpoint } from '../../core/profiles/endpoint.ts';
import { confirmations, withConfirmed } from '../../core/profiles/pending-confirmations.ts';
import { applyPreset, PRESETS } from '../../core/profiles/presets/presets.ts';
import { splitSecrets } from '../../core/profiles/secrets.ts';
import { hostAndPort } from '../../core/profiles/shown-address.ts';
import { escapeUnsafe } from '../../core/payload/visible.ts';
import { exportText, openExport } from './export-file.ts';
import type { EnginePorts } from '../base/ports.ts';
import type { Derive } from '../secrets/passphrase-box.ts';
import type { SavedProfiles } from './saved-profiles.ts';

/** Imports that a window may still choose from; each holds what one file of 16 MB can. */
const MAX_OPEN_IMPORTS = 4;

export type TransferStore = Pick<SavedProfiles, 'profiles' | 'saveAll' | 'open' | 'secrets'>;

interface TransferPorts {
  readonly clock: Pick<EnginePorts['clock'], 'now'>;
  readonly derive: Derive;
}

/** Import, export, command lines and presets. Nothing here connects, or reads a file that a text names. */
export function transferHandlers(
  saved: TransferStore,
  { clock, prompt, derive }: Pick<EnginePorts, 'prompt'> & TransferPorts,
): Pick<EngineHandlers, keyof typeof transferCalls> {
  const imports = new Imports(saved);
  return {
    readImport: ({ bytes, passphrase }, signal) =>
      imports.read(bytes, passphrase, (asked) => derive(asked, signal)),
    importProfiles: ({ id, entries }) => imports.save(id, entries),
    exportProfiles: ({ ids, passphrase, vaultPassphrase }) =>
      exportText({ ids, passphrase, vaultPassphrase }, { saved, prompt, derive, now: () => clock.now() }),
    commandLine: (request) => {
      const options = checkEndpoint(request.options, domainToASCII);
      if ('kind' in options) return options;
      const made = commandLine({ ...request, options });
      return made.kind === 'failed' ? made : { ...made, notes: [...made.notes] };
    },
    presets: () => ({ presets: [...PRESETS] }),
    applyPreset: ({ options, preset, answers }) => {
      const applied = applyPreset(options, preset, answers);
      if (applied.kind === 'applied') return { ...applied, notes: [...applied.notes] };
      return applied.kind === 'invalid' ? { ...applied, problems: [...applied.problems] } : applied;
    },
  };
}

/** A command line as it is pasted for an address; null where the text is none. */
export function readPasted(text: string) {
  const read = readPastedCommand(text);
  if (read === null || 'kind' in read) return read;
  const { options, pending, notes } = read;
  return {
    kind: 'address' as const,
    source: 'command' as const,
    options,
    notes: [...notes],
    confirmations: confirmations(options, pending),
  };
}

type Chosen = Parameters<EngineHandlers['importProfiles']>[0]['entries'];

/** What was read and is not saved yet. It stays here, so that its secrets cross to no window. */
class Imports {
  readonly #saved: TransferStore;
  readonly #open = new Map<string, readonly ImportedProfile[]>();

  constructor(saved: TransferStore) {
    this.#saved = saved;
  }

  async read(bytes: Uint8Array, passphrase: string | null, derive: Derive): Promise<ReadImport> {
    const text = textOf(bytes);
    if (typeof text !== 'string') return text;
    const read = readImport(text);
    if (read.kind === 'failed') return read;
    if (read.kind === 'imported') return this.#keep(read.imported);
    if (passphrase === null) return { kind: 'needs-passphrase' };
    const opened = await openExport(read.sealed, passphrase, derive);
    if ('kind' in opened) return opened;
    const inner = readImport(opened.text);
    if (inner.kind === 'failed') return inner;
    return inner.kind === 'imported'
      ? this.#keep(inner.imported)
      : failed(
          'bad-sealed',
          'The file is encrypted twice, which this program never does.',
          'Export it again.',
        );
  }

  async save(id: string, chosen: Chosen): Promise<{ kind: 'imported'; ids: string[] } | Failure> {
    const profiles = this.#open.get(id);
    if (profiles === undefined) {
      return failed('import-gone', 'This import is not open any more.', 'Open the file again.');
    }
    const requests = [];
    for (const { index, folder, confirmed } of new Map(chosen.map((one) => [one.index, one])).values()) {
      const profile = profiles[index];
      if (profile === undefined) {
        return failed('no-such-entry', 'An entry was chosen that the file does not hold.', 'Open it again.');
      }
      const options = withConfirmed(profile.options, profile.pending, confirmed);
      const { colour, kept } = profile;
      requests.push({ ...kept, id: null, options, folder, colour, autoConnect: false });
    }
    const ids = await this.#saved.saveAll(requests);
    return 'kind' in ids ? ids : { kind: 'imported', ids: [...ids] };
  }

  #keep({ format, profiles, notes }: Imported): ReadImport {
    const id = randomUUID();
    this.#open.set(id, profiles);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MAX_OPEN_IMPORTS && oldest !== undefined) this.#open.delete(oldest);
    const known = new Map(this.#saved.profiles.map((one) => [JSON.stringify(one.options), one.id]));
    const entries = profiles.map((profile, index) => entryOf(profile, index, known));
    return { kind: 'import', id, format, entries, notes: [...notes] };
  }
}

const HIDDEN_USERNAME = 'The username is not shown: without a password it may be a token.';

function entryOf(profile: ImportedProfile, index: number, known: ReadonlyMap<string, string>): ImportEntry {
  const { name, folder, colour, options, notes, pending } = profile;
  const { protocol, version, username, password, subscriptions } = options;
  const whole = withConfirmed(
    options,
    pending,
    pending.map(({ field }) => field),
  );
  const hidden = 'username' in splitSecrets(whole).secrets;
  return {
    index,
    name,
    folder,
    colour,
    protocol,
    address: escapeUnsafe(hostAndPort(options)),
    version,
    username: username === null || hidden ? null : escapeUnsafe(username.slice(0, 200)),
    hasPassword: password !== null,
    subscriptions: subscriptions.filter(({ enabled }) => enabled).length,
    notes: hidden ? [...notes, HIDDEN_USERNAME] : [...notes],
    confirmations: confirmations(options, pending),
    same: known.get(likeness(whole)) ?? null,
  };
}

/** What is saved of such options; both come out of the same schema, in its order. */
function likeness(options: ConnectionOptions): string {
  return JSON.stringify(splitSecrets(options).options);
}

function textOf(bytes: Uint8Array): string | Failure {
  if (bytes.length > MAX_IMPORT_BYTES) {
    return failed(
      'too-large',
      `The file is larger than ${formatBytes(MAX_IMPORT_BYTES)}; lists of connections are much smaller.`,
      'Check whether it is the right file. Exports of other programs can leave out messages.',
    );
  }
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    return notText();
  }
}
