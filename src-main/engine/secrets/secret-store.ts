import { join } from 'node:path';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { Destination } from '../../contract/profiles/destination.ts';
import type { SecretsState } from '../../contract/profiles/profiles.ts';
import { Observable } from '../base/observable.ts';
import type { EnginePorts } from '../base/ports.ts';
import { SharedDocument } from '../files/shared-document.ts';
import {
  KeptSecrets,
  type PlainSecrets,
  type Readable,
  type ReadSecrets,
  type SecretsChange,
} from './kept-secrets.ts';
import { COST, type Cost, type Derive } from './passphrase-box.ts';
import { sealedBy, SecretKeeper } from './secret-keeper.ts';
import {
  secretAt,
  SECRETS_FORMAT,
  withEntry,
  withoutIdleVault,
  withReplaced,
  type KeptFields,
  type KeptSecret,
  type Replaced,
  type SecretsFile,
} from './secrets-file.ts';
import {
  newVault,
  keychainRefused,
  noKeychain,
  noVault,
  openVault,
  passphraseNeeded,
  rewrapVault,
  tooShort,
  vaultExists,
  vaultLocked,
} from './vault.ts';

export type SecretPorts = Pick<EnginePorts, 'dataDir' | 'keychain' | 'log'> & {
  readonly clock: Pick<EnginePorts['clock'], 'now'>;
  readonly derive: Derive;
};

export interface SecretsNews {
  readonly kind: SecretsState['kind'];
  readonly note: string;
  /** Paths of the secrets of each profile; of those that are to be entered again; and of those that were in memory only. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
  readonly missing: ReadonlyMap<string, readonly string[]>;
  readonly neverSealed: ReadonlyMap<string, readonly string[]>;
  readonly problem: Failure | null;
}

/** What was taken out, to be put back by `restore`. */
export interface TakenSecrets {
  readonly kept: KeptFields;
  readonly inMemory: PlainSecrets;
}

/**
 * The secrets of profiles, sealed one by one: by the system's keychain, by a vault behind a passphrase, or
 * not at all, which means that they stay in memory. Reading and writing one never needs the others, so a
 * profile can be saved while the vault is locked, and what cannot be read today is kept for tomorrow. Each is
 * bound to its profile, its field and the destination it was entered for.
 */
export class SecretStore {
  readonly news: Observable<SecretsNews>;
  /** Called whenever the vault is unlocked, and secrets are read or written. */
  onUse: () => void = () => undefined;
  readonly #keeper: SecretKeeper;
  readonly #cost: Cost;
  readonly #derive: Derive;
  readonly #document: SharedDocument<SecretsFile>;
  readonly #kept: KeptSecrets;
  readonly #destinationOf: (profile: string) => Destination | null;
  #asking: Promise<unknown> = Promise.resolve();

  constructor(
    { dataDir, keychain, clock, log, derive }: SecretPorts,
    /** Where a profile goes as it is saved now: what secrets of earlier versions are bound to. */
    destinationOf: (profile: string) => Destination | null,
    /** Of new passphrases. */
    cost: Cost = COST,
  ) {
    this.#destinationOf = destinationOf;
    this.#cost = cost;
    this.#derive = derive;
    this.#keeper = new SecretKeeper(keychain, log);
    const path = join(dataDir, 'secrets.json');
    this.#document = new SharedDocument(
      'The secrets',
      path,
      SECRETS_FORMAT,
      () => clock.now(),
      (file) => {
        this.#keeper.follow(file);
        this.#publish();
      },
    );
    this.#kept = new KeptSecrets(this.#keeper, () => this.#document.value);
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
    const renewed = await this.#kept.replaceEach((read) =>
      read.stale || read.for === null ? this.#sealAnew(read) : null,
    );
    if (renewed.length > 0) await this.#replace(renewed);
    else this.#publish();
  }

  /** What a saved secret was entered for; null: there is none, or it is of an earlier version. */
  boundTo(profile: string, path: string): Destination | null {
    return this.#kept.boundTo(profile, path);
  }

  /** Its key is in memory, whatever new secrets are sealed by. */
  get isVaultOpen(): boolean {
    return this.#keeper.isVaultOpen;
  }

  /** How the secrets of a profile are kept. */
  keptBy(profile: string): ReadonlySet<KeptSecret['by']> {
    return new Set(Object.values(this.#data.entries.get(profile) ?? {}).map(({ by }) => by));
  }

  /** On the disk, and by something that protects it. */
  isSealed(profile: string, path: string): boolean {
    const by = secretAt(this.#data, profile, path)?.by;
    return !this.#document.isUnwritten && (by === 'vault' || by === 'keychain');
  }

  async read(profile: string, paths: readonly string[]): Promise<ReadSecrets> {
    const secrets: Record<string, string> = {};
    const missing: string[] = [];
    this.onUse();
    let locked = false;
    for (const path of paths) {
      const kept = secretAt(this.#data, profile, path);
      const read = kept === undefined ? null : await this.#kept.unseal(profile, path, kept);
      if (read !== null) secrets[path] = read.text;
      else if (kept !== undefined && this.#keeper.isLocked(kept)) locked = true;
      else missing.push(path);
    }
    if (missing.length > 0) {
      this.#publish();
      return { kind: 'missing', paths: missing };
    }
    return locked ? { kind: 'locked' } : { kind: 'secrets', secrets };
  }

  /** Many at once, for an import: one write. */
  putAll(changes: readonly SecretsChange[]): Promise<Failure | null> {
    this.onUse();
    // What moves all secrets to another place would put back the one that is replaced here meanwhile.
    return this.#inTurn(() => this.#putAll(changes));
  }

  async #putAll(changes: readonly SecretsChange[]): Promise<Failure | null> {
    const entries: [string, KeptFields][] = [];
    for (const change of changes) {
      const fields = await this.#kept.change(change);
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
    const inMemory = this.#kept.plainOf(profile);
    this.#kept.forget(profile);
    await this.#document.change((file) => withEntry(file, profile, {}));
    return { kept, inMemory };
  }

  restore(profile: string, { kept, inMemory }: TakenSecrets): Promise<Failure | null> {
    return this.#inTurn(async () => {
      this.#kept.setPlain(profile, inMemory);
      const problem = await this.#document.change((file) => withEntry(file, profile, kept));
      return problem ?? (await this.#sealPlain());
    });
  }

  /** What can be read goes into it; with `replace` what is in a vault that is locked is lost. */
  createVault(passphrase: string, replace: boolean): Promise<Failure | null> {
    return this.#inTurn(async () => {
      // What is in there would come under a passphrase of whoever asks.
      if (this.#keeper.kind === 'vault-open') return vaultExists('open', 'Change its passphrase instead.');
      if (this.#keeper.holdsLocked(this.#data) && !replace)
        return vaultExists('locked', 'Unlock it, or replace it: what is in it is then to be entered again.');
      const weak = tooShort(passphrase);
      if (weak !== null) return weak;
      const before = this.#data.vault?.id;
      const made = await newVault(passphrase, this.#cost, this.#derive);
      if ('kind' in made) return made;
      const moved = await this.#kept.replaceEach((read) => this.#inVault(made, read));
      this.#unlock(made);
      const problem = await this.#document.change((file) =>
        // Another program may have been quicker: what it has sealed by now must stay readable.
        file.vault?.id === before
          ? withReplaced({ ...file, choice: 'vault', vault: made.file }, moved)
          : file,
      );
      if (this.#data.vault?.id !== made.file.id) {
        return failed('vault-exists', 'Another program has just created a vault.', 'Unlock that one.');
      }
      if (problem === null) this.#kept.forgetPlain(moved);
      return problem;
    });
  }

  unlockVault(passphrase: string): Promise<Failure | null> {
    return this.#inTurn(async () => {
      const { vault } = this.#data;
      if (vault === null) return noVault();
      const opened = await openVault(passphrase, vault, this.#derive);
      if ('kind' in opened) return opened;
      this.#unlock(opened);
      const problem = opened.file.bound === true ? null : await this.#renewVault(passphrase, vault.id);
      const unsealed = await this.#sealPlain();
      await this.verify();
      return problem ?? unsealed;
    });
  }

  lockVault(): Promise<Failure | null> {
    return this.#inTurn(() => {
      if (this.#data.vault === null) return Promise.resolve(noVault());
      if (this.#keeper.lock()) this.#publish();
      return Promise.resolve(null);
    });
  }

  changePassphrase(passphrase: string, next: string): Promise<Failure | null> {
    return this.#inTurn(async () => {
      const { vault } = this.#data;
      if (vault === null) return noVault();
      const made = await rewrapVault(passphrase, next, vault, this.#cost, this.#derive);
      if ('kind' in made) return made;
      this.#unlock(made);
      const problem = await this.#document.change((file) =>
        file.vault?.id === vault.id ? { ...file, vault: made.file } : file,
      );
      return problem ?? (await this.#sealPlain());
    });
  }

  /** Whoever asks knows the passphrase of the vault. Null: so it is. */
  proveVault(passphrase: string | null): Promise<Failure | null> {
    return this.#inTurn(() => this.#prove(passphrase));
  }

  /** Also the way to a keychain from memory, or from a vault that is open, whose passphrase is then asked for. */
  acceptKeychain(passphrase: string | null): Promise<Failure | null> {
    return this.#inTurn(async () => {
      if (this.#keeper.holdsLocked(this.#data)) return vaultLocked();
      const unproved = this.#keeper.kind === 'vault-open' ? await this.#prove(passphrase) : null;
      if (unproved !== null) return unproved;
      const strength = await this.#keeper.useKeychain();
      if (strength === 'none') return noKeychain();
      if (strength === 'refused') return keychainRefused();
      const choice = strength === 'weak' ? 'weak-keychain' : 'none';
      await this.#document.change((file) => ({ ...file, choice }));
      const moved = await this.#kept.replaceEach((read) =>
        read.was.by === 'keychain' ? null : this.#sealAnew(read),
      );
      return this.#replace(moved, withoutIdleVault);
    });
  }

  /**
   * What cannot be read just now, such as all that is in a locked vault, stays where it is. Of a vault that is
   * open the passphrase is asked for.
   */
  keepInMemory(passphrase: string | null): Promise<Failure | null> {
    return this.#inTurn(async () => {
      if (this.#keeper.kind === 'vault-locked') {
        this.#keeper.leaveLocked();
        this.#publish();
        return null;
      }
      const unproved = this.#keeper.kind === 'vault-open' ? await this.#prove(passphrase) : null;
      if (unproved !== null) return unproved;
      const moved = await this.#kept.replaceEach((read) => {
        const to = read.for ?? this.#destinationOf(read.profile);
        if (to === null) return null;
        this.#kept.setPlain(read.profile, { [read.path]: { text: read.text, for: to } });
        return { by: 'memory' };
      });
      return this.#document.change((file) =>
        withoutIdleVault(withReplaced({ ...file, choice: 'memory' }, moved)),
      );
    });
  }

  /**
   * A vault of an earlier version, whose secrets are bound to nothing, is replaced by one of today behind the same
   * passphrase. Its key is a new one: what the old one sealed opens no more, wherever a copy of it turns up.
   */
  async #renewVault(passphrase: string, before: string): Promise<Failure | null> {
    const made = await newVault(passphrase, this.#cost, this.#derive);
    if ('kind' in made) return made;
    const moved = await this.#kept.replaceEach((read) =>
      read.was.by === 'vault' ? this.#inVault(made, read) : null,
    );
    this.#unlock(made);
    return this.#document.change((file) =>
      file.vault?.id === before ? withReplaced({ ...file, vault: made.file }, moved) : file,
    );
  }

  /** Null: nobody knows what it is for, as its profile is gone. */
  #sealAnew({ text, profile, path, for: bound }: Readable): Promise<KeptSecret | null> {
    const to = bound ?? this.#destinationOf(profile);
    return to === null ? Promise.resolve(null) : this.#keeper.seal(text, { profile, path, for: to });
  }

  #inVault(vault: Parameters<typeof sealedBy>[0], read: Readable): KeptSecret | null {
    const to = read.for ?? this.#destinationOf(read.profile);
    return to === null ? null : sealedBy(vault, read.text, { ...read, for: to });
  }

  #unlock(vault: Parameters<typeof sealedBy>[0]): void {
    this.#keeper.unlock(vault);
    this.onUse();
  }

  async #prove(passphrase: string | null): Promise<Failure | null> {
    const { vault } = this.#data;
    if (vault === null) return noVault();
    if (passphrase === null) {
      return passphraseNeeded();
    }
    const opened = await openVault(passphrase, vault, this.#derive);
    if ('kind' in opened) return opened;
    opened.sealer.forget();
    return null;
  }

  /** What waited in memory for something to seal it. */
  async #sealPlain(): Promise<Failure | null> {
    const sealed = await this.#kept.replaceEach((read) =>
      read.was.by === 'memory' ? this.#sealAnew(read) : null,
    );
    if (sealed.length > 0) return this.#replace(sealed);
    this.#publish();
    return null;
  }

  async #replace(
    replaced: readonly Replaced[],
    also: (file: SecretsFile) => SecretsFile = (file) => file,
  ): Promise<Failure | null> {
    const problem = await this.#document.change((file) => also(withReplaced(file, replaced)));
    if (problem === null) this.#kept.forgetPlain(replaced);
    return problem;
  }

  get #data(): SecretsFile {
    return this.#document.value;
  }

  #publish(): void {
    this.news.set(this.#news());
  }

  #news(): SecretsNews {
    const { kind, note } = this.#keeper;
    return { kind, note, ...this.#kept.paths(), problem: this.#document.problem };
  }

  /** One at a time: each may take a quarter of a second and 64 MiB. */
  #inTurn(work: () => Promise<Failure | null>): Promise<Failure | null> {
    const next = this.#asking.then(work);
    this.#asking = next.catch(() => undefined);
    return next;
  }
}
