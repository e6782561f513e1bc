import { join } from 'node:path';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { SecretsState } from '../../contract/profiles/profiles.ts';
import type { Secrets } from '../../core/profiles/secrets.ts';
import { Observable } from '../base/observable.ts';
import { COST, type Cost } from './passphrase-box.ts';
import type { EnginePorts } from '../base/ports.ts';
import { sealedBy, SecretKeeper, type Unsealed } from './secret-keeper.ts';
import {
  SECRETS_FORMAT,
  withEntry,
  withoutIdleVault,
  withReplaced,
  type KeptFields,
  type KeptSecret,
  type Replaced,
  type SecretsFile,
} from './secrets-file.ts';
import { SharedDocument } from '../files/shared-document.ts';
import { newVault, openVault, rewrapVault } from './vault.ts';

/** Secrets that were asked for, or why they cannot be had. */
export type ReadSecrets =
  | { readonly kind: 'secrets'; readonly secrets: Secrets }
  /** They are in the vault, which is locked. */
  | { readonly kind: 'locked' }
  | { readonly kind: 'missing'; readonly paths: readonly string[] };

export type SecretPorts = Pick<EnginePorts, 'dataDir' | 'keychain' | 'clock' | 'log'>;

/** What a profile holds afterwards. */
export interface SecretsChange {
  readonly profile: string;
  /** New secrets by their path. */
  readonly set: Secrets;
  /** Paths of saved ones that stay, by the path they get. */
  readonly keep: Readonly<Record<string, string>>;
  /** The profile that has those; absent: the same. */
  readonly from?: string;
}

export interface SecretsNews {
  readonly kind: SecretsState['kind'];
  readonly note: string;
  /** Paths of the secrets of each profile; and of those that are to be entered again. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
  readonly missing: ReadonlyMap<string, readonly string[]>;
  readonly problem: Failure | null;
}

/** What was taken out, to be put back by `restore`. */
export interface TakenSecrets {
  readonly kept: KeptFields;
  readonly inMemory: Secrets;
}

/**
 * The secrets of profiles, sealed one by one: by the system's keychain, by a vault behind a passphrase, or
 * not at all, which means that they stay in memory. Reading and writing one never needs the others, so a
 * profile can be saved while the vault is locked, and what cannot be read today is kept for tomorrow.
 */
export class SecretStore {
  readonly news: Observable<SecretsNews>;
  readonly #keeper: SecretKeeper;
  readonly #cost: Cost;
  readonly #document: SharedDocument<SecretsFile>;
  /** Not sealed; by profile and path. */
  readonly #plain = new Map<string, string>();
  /** Tried, and not readable: what was sealed. */
  readonly #unreadable = new Set<string>();
  #asking: Promise<unknown> = Promise.resolve();

  constructor(
    { dataDir, keychain, clock, log }: SecretPorts,
    /** Of new passphrases. */
    cost: Cost = COST,
  ) {
    this.#cost = cost;
    this.#keeper = new SecretKeeper(keychain, log);
    const path = join(dataDir, 'secrets.json');
    this.#document = new SharedDocument(
      'The secrets',
      path,
      SECRETS_FORMAT,
      () => clock.now(),
      (file) => {
        this.#keeper.follow(file);
        this.#tell();
      },
    );
    this.news = new Observable<SecretsNews>(this.#news());
  }

  /** What is sealed is not tried yet; `verify` does. */
  async load(): Promise<void> {
    await this.#keeper.start();
    await this.#document.load();
  }

  close(): void {
    this.#document.close();
    this.#keeper.lock();
  }

  /** Tries every secret that can be tried now, so that those to be entered again are known. */
  async verify(): Promise<void> {
    const renewed = await this.#eachReadable(async ({ text, stale }) =>
      stale ? this.#keeper.seal(text) : null,
    );
    if (renewed.length > 0) await this.#document.change((file) => withReplaced(file, renewed));
    else this.#tell();
  }

  async read(profile: string, paths: readonly string[]): Promise<ReadSecrets> {
    const secrets: Record<string, string> = {};
    const missing: string[] = [];
    let locked = false;
    for (const path of paths) {
      const kept = this.#data.entries.get(profile)?.[path];
      const read = kept === undefined ? null : await this.#unseal(profile, path, kept);
      if (read !== null) secrets[path] = read.text;
      else if (kept !== undefined && this.#keeper.isLocked(kept)) locked = true;
      else missing.push(path);
    }
    if (missing.length > 0) {
      this.#tell();
      return { kind: 'missing', paths: missing };
    }
    return locked ? { kind: 'locked' } : { kind: 'secrets', secrets };
  }

  /** Many at once, for an import: one write. */
  async putAll(changes: readonly SecretsChange[]): Promise<Failure | null> {
    const entries: [string, KeptFields][] = [];
    for (const change of changes) {
      const fields = await this.#fieldsOf(change);
      // Nothing before and nothing now: no file is made for people without secrets.
      if (this.#data.entries.has(change.profile) || Object.keys(fields).length > 0)
        entries.push([change.profile, fields]);
    }
    if (entries.length === 0) return null;
    return this.#document.change((file) =>
      entries.reduce((next, [profile, fields]) => withEntry(next, profile, fields), file),
    );
  }

  /** Takes out all of a profile. Null: it had none. */
  async take(profile: string): Promise<TakenSecrets | null> {
    const kept = this.#data.entries.get(profile);
    if (kept === undefined) return null;
    const inMemory = this.#plainOf(profile, Object.keys(kept));
    this.#forget(profile);
    await this.#document.change((file) => withEntry(file, profile, {}));
    return { kept, inMemory };
  }

  async restore(profile: string, { kept, inMemory }: TakenSecrets): Promise<Failure | null> {
    for (const [path, text] of Object.entries(inMemory)) this.#plain.set(keyOf(profile, path), text);
    const problem = await this.#document.change((file) => withEntry(file, profile, kept));
    return problem ?? (await this.#sealPlain());
  }

  /** What can be read goes into it; with `replace` what is in a vault that is locked is lost. */
  createVault(passphrase: string, replace: boolean): Promise<Failure | null> {
    return this.#inTurn(async () => {
      if (this.#keeper.kind === 'vault-locked' && !replace) {
        return failed(
          'vault-exists',
          'There is a vault already, and it is locked.',
          'Unlock it, or replace it: what is in it is then to be entered again.',
        );
      }
      const before = this.#data.vault?.id;
      const made = await newVault(passphrase, this.#cost);
      if ('kind' in made) return made;
      const moved = await this.#eachReadable(({ text }) => sealedBy(made, text));
      this.#keeper.unlock(made);
      const problem = await this.#document.change((file) =>
        // Another program may have been quicker: what it has sealed by now must stay readable.
        file.vault?.id === before
          ? withReplaced({ ...file, choice: 'vault', vault: made.file }, moved)
          : file,
      );
      if (this.#data.vault?.id !== made.file.id) {
        return failed('vault-exists', 'Another program has just created a vault.', 'Unlock that one.');
      }
      if (problem === null) this.#forgetPlain(moved);
      return problem;
    });
  }

  unlockVault(passphrase: string): Promise<Failure | null> {
    return this.#inTurn(async () => {
      const { vault } = this.#data;
      if (vault === null) return noVault();
      const opened = await openVault(passphrase, vault);
      if ('kind' in opened) return opened;
      this.#keeper.unlock(opened);
      const problem = await this.#sealPlain();
      await this.verify();
      return problem;
    });
  }

  lockVault(): Promise<Failure | null> {
    return this.#inTurn(() => {
      if (!this.#keeper.lock()) return Promise.resolve(noVault());
      this.#tell();
      return Promise.resolve(null);
    });
  }

  changePassphrase(passphrase: string, next: string): Promise<Failure | null> {
    return this.#inTurn(async () => {
      const { vault } = this.#data;
      if (vault === null) return noVault();
      const made = await rewrapVault(passphrase, next, vault, this.#cost);
      if ('kind' in made) return made;
      this.#keeper.unlock(made);
      const problem = await this.#document.change((file) =>
        file.vault?.id === vault.id ? { ...file, vault: made.file } : file,
      );
      return problem ?? (await this.#sealPlain());
    });
  }

  /** Also the way to a keychain from memory, or from a vault that is open. */
  acceptKeychain(): Promise<Failure | null> {
    return this.#inTurn(async () => {
      if (this.#keeper.kind === 'vault-locked') {
        return failed(
          'vault-locked',
          'What is in the vault cannot be moved to the keychain while it is locked.',
          'Unlock the vault first.',
        );
      }
      const strength = this.#keeper.useKeychain();
      if (strength === null) {
        return failed(
          'no-keychain',
          'There is no keychain here.',
          'Create a vault, or keep secrets in memory.',
        );
      }
      const choice = strength === 'weak' ? 'weak-keychain' : 'none';
      await this.#document.change((file) => ({ ...file, choice }));
      const moved = await this.#eachReadable(({ text }, _, was) =>
        was.by === 'keychain' ? null : this.#keeper.seal(text),
      );
      const problem = await this.#document.change((file) => withoutIdleVault(withReplaced(file, moved)));
      if (problem === null) this.#forgetPlain(moved);
      return problem;
    });
  }

  /** What cannot be read just now, such as all that is in a locked vault, stays where it is. */
  keepInMemory(): Promise<Failure | null> {
    return this.#inTurn(async () => {
      if (this.#keeper.kind === 'vault-locked') {
        this.#keeper.leaveLocked();
        this.#tell();
        return null;
      }
      const moved = await this.#eachReadable(({ text }, key) => {
        this.#plain.set(key, text);
        return { by: 'memory' };
      });
      return this.#document.change((file) =>
        withoutIdleVault(withReplaced({ ...file, choice: 'memory' }, moved)),
      );
    });
  }

  async #fieldsOf({ profile, set, keep, from = profile }: SecretsChange): Promise<KeptFields> {
    const before = this.#data.entries.get(from) ?? {};
    const kept = Object.entries(keep).flatMap(([path, old]): [string, KeptSecret][] => {
      const field = before[old];
      return field === undefined ? [] : [[path, field]];
    });
    const texts = this.#plainOf(from, Object.values(keep));
    const fields: Record<string, KeptSecret> = Object.fromEntries(kept);
    const plain = kept.map(([path]): [string, string | undefined] => [path, texts[keep[path] ?? '']]);
    for (const [path, text] of Object.entries(set)) {
      const sealed = await this.#keeper.seal(text);
      fields[path] = sealed ?? { by: 'memory' };
      if (sealed === null) plain.push([path, text]);
    }
    this.#forget(profile);
    for (const [path, text] of plain) if (text !== undefined) this.#plain.set(keyOf(profile, path), text);
    return fields;
  }

  /** What waited in memory for something to seal it. */
  async #sealPlain(): Promise<Failure | null> {
    const sealed = await this.#eachReadable(async ({ text }, _, was) =>
      was.by === 'memory' ? this.#keeper.seal(text) : null,
    );
    if (sealed.length === 0) {
      this.#tell();
      return null;
    }
    const problem = await this.#document.change((file) => withReplaced(file, sealed));
    if (problem === null) this.#forgetPlain(sealed);
    return problem;
  }

  /** What is to stand in place of secrets that can be read; null: they stay as they are. */
  async #eachReadable(
    replace: (read: Unsealed, key: string, was: KeptSecret) => Promise<KeptSecret | null> | KeptSecret | null,
  ): Promise<Replaced[]> {
    const replaced: Replaced[] = [];
    for (const [profile, fields] of this.#data.entries) {
      for (const [path, was] of Object.entries(fields)) {
        const read = await this.#unseal(profile, path, was);
        const is = read === null ? null : await replace(read, keyOf(profile, path), was);
        if (is !== null) replaced.push({ profile, path, was, is });
      }
    }
    return replaced;
  }

  async #unseal(profile: string, path: string, kept: KeptSecret): Promise<Unsealed | null> {
    const key = keyOf(profile, path);
    const plain = kept.by === 'memory' ? this.#plain.get(key) : undefined;
    if (plain !== undefined) return { text: plain, stale: false };
    if (this.#keeper.isLocked(kept)) return null;
    const read = await this.#keeper.unseal(kept);
    if (kept.by === 'memory') return null;
    if (read === null) this.#unreadable.add(kept.sealed);
    else this.#unreadable.delete(kept.sealed);
    return read;
  }

  get #data(): SecretsFile {
    return this.#document.value;
  }

  #plainOf(profile: string, paths: readonly string[]): Record<string, string> {
    const found = paths.flatMap((path): [string, string][] => {
      const text = this.#plain.get(keyOf(profile, path));
      return text === undefined ? [] : [[path, text]];
    });
    return Object.fromEntries(found);
  }

  #forget(profile: string): void {
    for (const path of Object.keys(this.#data.entries.get(profile) ?? {})) {
      this.#plain.delete(keyOf(profile, path));
    }
  }

  #forgetPlain(sealed: readonly Replaced[]): void {
    for (const { profile, path } of sealed) this.#plain.delete(keyOf(profile, path));
  }

  #tell(): void {
    this.news.set(this.#news());
  }

  #news(): SecretsNews {
    const paths = new Map<string, readonly string[]>();
    const missing = new Map<string, readonly string[]>();
    for (const [profile, fields] of this.#data.entries) {
      const all = Object.keys(fields);
      const lost = all.filter((path) => this.#isMissing(profile, path, fields[path]));
      paths.set(profile, all);
      if (lost.length > 0) missing.set(profile, lost);
    }
    const { kind, note } = this.#keeper;
    return { kind, note, paths, missing, problem: this.#document.problem };
  }

  #isMissing(profile: string, path: string, kept: KeptSecret | undefined): boolean {
    if (kept === undefined || this.#keeper.isLocked(kept)) return false;
    const key = keyOf(profile, path);
    if (kept.by === 'memory') return !this.#plain.has(key);
    return this.#unreadable.has(kept.sealed) || this.#keeper.isForeign(kept);
  }

  /** One at a time: each may take a quarter of a second and 64 MiB. */
  #inTurn(work: () => Promise<Failure | null>): Promise<Failure | null> {
    const next = this.#asking.then(work);
    this.#asking = next.catch(() => undefined);
    return next;
  }
}

function noVault(): Failure {
  return failed('no-vault', 'There is no vault that is open or could be opened.', 'Create one first.');
}

/** Neither ids nor paths hold line breaks. */
function keyOf(profile: string, path: string): string {
  return `${profile}\n${path}`;
}
