import type { ConnectionOptions } from '../../contract/model/model.ts';
import type { SecretsState } from '../../contract/profiles/profiles.ts';
import { Observable } from '../base/observable.ts';
import type { SavedProfiles } from './saved-profiles.ts';

/** Opens profiles at the start; those that need a locked vault, when it is unlocked. */
export class AutoConnect {
  /** How secrets are kept, and who waits for them. */
  readonly state: Observable<SecretsState>;
  readonly #saved: SavedProfiles;
  readonly #open: (options: ConnectionOptions, profileId: string) => void;
  readonly #waiting = new Set<string>();
  readonly #following = new AbortController();

  /** `open` is not called for a profile that is open already. */
  constructor(
    saved: SavedProfiles,
    isOpen: (profileId: string) => boolean,
    open: (options: ConnectionOptions, profileId: string) => void,
  ) {
    this.#saved = saved;
    this.#open = (options, profileId) => {
      if (!isOpen(profileId)) open(options, profileId);
    };
    this.state = new Observable<SecretsState>(this.#state());
    void this.#follow();
  }

  /** Resolves when all that can be opened is open. Secrets that cannot be read open nothing. */
  async start(): Promise<void> {
    const wanted = this.#saved.profiles.filter(({ autoConnect }) => autoConnect);
    await this.#try(wanted.map(({ id }) => id));
  }

  close(): void {
    this.#following.abort();
  }

  async #try(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const options = await this.#saved.open(id);
      if (this.#following.signal.aborted) return;
      const isLocked = 'code' in options && options.code === 'secrets-locked';
      if (isLocked) this.#waiting.add(id);
      else this.#waiting.delete(id);
      if (!('code' in options)) this.#open(options, id);
    }
    this.state.set(this.#state());
  }

  async #follow(): Promise<void> {
    let before = this.#saved.secrets.news.value.kind;
    for await (const { kind } of this.#saved.secrets.news.follow(this.#following.signal)) {
      const unlocked = kind !== before && kind === 'vault-open';
      before = kind;
      if (unlocked && this.#waiting.size > 0) await this.#try([...this.#waiting]);
      else this.state.set(this.#state());
    }
  }

  #state(): SecretsState {
    const { kind, note } = this.#saved.secrets.news.value;
    return { kind, note, waiting: [...this.#waiting] };
  }
}
