import type { Destination } from '../../contract/profiles/destination.ts';
import type { SecretsState } from '../../contract/profiles/profiles.ts';
import type { Keychain } from '../base/ports.ts';
import { fieldsOf, SECRETS_FORMAT, type KeptSecret, type SecretsFile } from './secrets-file.ts';
import { inEnvelope, isInEnvelope, outOfEnvelope, type Belonging } from './belonging.ts';
import { openEarlier, openIn, sealIn, type OpenVault } from './vault.ts';

type Kind = SecretsState['kind'];

export interface Unsealed {
  readonly text: string;
  /** The key it was sealed with is to be replaced: seal it again. */
  readonly stale: boolean;
  /** What it was entered for; null: sealed by an earlier version, and bound to nothing. */
  readonly for: Destination | null;
}

/** What seals secrets just now, by what the host has and what the user decided. */
export class SecretKeeper {
  readonly #keychain: Keychain | null;
  readonly #log: (line: string) => void;
  #strength: 'strong' | 'weak' | 'none' = 'none';
  #choice: SecretsFile['choice'] = SECRETS_FORMAT.empty.choice;
  /** The file was written by a version that bound no secret to anything. */
  #earlier = false;
  #vaultId: string | null = null;
  #open: OpenVault | null = null;
  /** Until the program ends: the user left the vault locked, or the keychain refused. */
  #memoryOnly: 'asked' | 'refused' | null = null;

  constructor(keychain: Keychain | null, log: (line: string) => void) {
    this.#keychain = keychain;
    this.#log = log;
  }

  async start(): Promise<void> {
    this.#strength = (await this.#keychain?.strength()) ?? 'none';
  }

  /** What the file says now. */
  follow({ choice, vault, from }: SecretsFile): void {
    this.#choice = choice;
    this.#earlier = from < SECRETS_FORMAT.version;
    this.#vaultId = vault?.id ?? null;
    // Another program has made another vault.
    if (this.#open !== null && this.#open.file.id !== this.#vaultId) this.lock();
    if (choice === 'weak-keychain' && this.#strength === 'weak') this.#keychain?.allowWeak();
  }

  get kind(): Kind {
    if (this.#memoryOnly !== null || this.#choice === 'memory') return 'memory';
    if (this.#choice === 'vault' && this.#vaultId !== null) {
      return this.#open === null ? 'vault-locked' : 'vault-open';
    }
    if (this.#strength === 'strong') return 'keychain';
    if (this.#strength === 'weak') return this.#choice === 'weak-keychain' ? 'keychain' : 'weak-keychain';
    return 'vault-none';
  }

  get strength(): 'strong' | 'weak' | 'none' {
    return this.#strength;
  }

  /** How secrets are kept, in a sentence for the user. */
  get note(): string {
    switch (this.kind) {
      case 'keychain':
        return this.#strength === 'weak'
          ? 'Passwords and keys are encrypted with a key that other programs know: this system has no keychain that protects them.'
          : 'Passwords and keys are encrypted by the keychain of this system.';
      case 'weak-keychain':
        return 'This system has no keychain that protects passwords and keys. They stay in memory until you decide how to keep them.';
      case 'vault-none':
        return 'Passwords and keys stay in memory until the program ends. Create a vault with a passphrase to keep them.';
      case 'vault-locked':
        return 'Passwords and keys are in the vault, which is locked. New ones stay in memory until it is unlocked.';
      case 'vault-open':
        return 'Passwords and keys are in a vault, now unlocked.';
      case 'memory':
        return this.#memoryOnly === 'refused'
          ? 'The keychain of this system refused to encrypt: new passwords and keys stay in memory until the program ends.'
          : 'Passwords and keys stay in memory until the program ends; they are not written to disk.';
    }
  }

  /** Null: there is nothing to seal with, so it has to stay in memory. */
  async seal(text: string, belonging: Belonging): Promise<KeptSecret | null> {
    const { kind } = this;
    if (kind === 'vault-open' && this.#open !== null) return sealedBy(this.#open, text, belonging);
    if (kind !== 'keychain' || this.#keychain === null) return null;
    try {
      const bytes = await this.#keychain.encrypt(inEnvelope(text, belonging));
      return { by: 'keychain', sealed: Buffer.from(bytes).toString('base64'), for: belonging.for };
    } catch (error) {
      this.#logRefusal(error);
      this.#memoryOnly = 'refused';
      return null;
    }
  }

  /** Null: it cannot be read, now or ever; or it is not what its place in the file says. */
  async unseal(kept: KeptSecret, profile: string, path: string): Promise<Unsealed | null> {
    if (kept.by === 'memory') return null;
    const belonging = kept.for === undefined ? null : { profile, path, for: kept.for };
    if (kept.by === 'keychain') return this.#fromKeychain(kept.sealed, belonging);
    const open = this.#open?.file.id === kept.vault ? this.#open : null;
    if (open === null) return null;
    const text = belonging === null ? openEarlier(open, kept.sealed) : openIn(open, kept.sealed, belonging);
    return text === null ? null : { text, stale: false, for: kept.for ?? null };
  }

  async #fromKeychain(sealed: string, belonging: Belonging | null): Promise<Unsealed | null> {
    // One that is bound to nothing is taken from a file of earlier only.
    if (this.#keychain === null || (belonging === null && !this.#earlier)) return null;
    try {
      const { text, stale } = await this.#keychain.decrypt(Buffer.from(sealed, 'base64'));
      if (belonging === null) return isInEnvelope(text) ? null : { text, stale, for: null };
      const opened = outOfEnvelope(text, belonging);
      return opened === null ? null : { text: opened, stale, for: belonging.for };
    } catch {
      // Another keychain, or one without its key. Its own words may hold anything.
      return null;
    }
  }

  get isVaultOpen(): boolean {
    return this.#open !== null;
  }

  /** Also while new secrets stay in memory, because the user left the vault locked. */
  holdsLocked(file: SecretsFile): boolean {
    return this.kind === 'vault-locked' || fieldsOf(file).some((kept) => this.isLocked(kept));
  }

  isLocked(kept: KeptSecret): boolean {
    return kept.by === 'vault' && kept.vault === this.#vaultId && this.#open === null;
  }

  /** Nothing that is here could ever read it. */
  isForeign(kept: KeptSecret): boolean {
    if (kept.by === 'keychain') return this.#keychain === null;
    return kept.by === 'vault' && kept.vault !== this.#vaultId;
  }

  unlock(vault: OpenVault): void {
    if (this.#open !== null && this.#open.sealer !== vault.sealer) this.#open.sealer.forget();
    this.#open = vault;
    this.#memoryOnly = null;
  }

  /** False: it was not open. Its key is wiped. */
  lock(): boolean {
    if (this.#open === null) return false;
    this.#open.sealer.forget();
    this.#open = null;
    return true;
  }

  leaveLocked(): void {
    this.#memoryOnly = 'asked';
  }

  /** `refused`: it was tried, and encrypts nothing. */
  async useKeychain(): Promise<'strong' | 'weak' | 'none' | 'refused'> {
    if (this.#keychain === null || this.#strength === 'none') return 'none';
    if (this.#strength === 'weak') this.#keychain.allowWeak();
    try {
      await this.#keychain.encrypt('topicscope');
    } catch (error) {
      this.#logRefusal(error);
      return 'refused';
    }
    this.#memoryOnly = null;
    return this.#strength;
  }

  /** Its own words may hold what it was to encrypt. */
  #logRefusal(error: unknown): void {
    this.#log(`the keychain refused to encrypt (${error instanceof Error ? error.name : 'unknown'})`);
  }
}

export function sealedBy(vault: OpenVault, text: string, belonging: Belonging): KeptSecret {
  const sealed = sealIn(vault, text, belonging);
  return { by: 'vault', vault: vault.file.id, sealed, for: belonging.for };
}
