import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { Profile } from '../../../../src-main/contract/model/model.ts';
import { saveFile } from '../../../state/browser/save-file.ts';
import { callEngine, isFailure } from '../../../state/engine/call-engine.ts';
import type { Engine } from '../../../state/engine/engine.ts';
import { LATE, Latest } from '../../../state/engine/latest.ts';
import { formatCounted } from '../../../ui/base/format.ts';
import { isUsable, NO_PASSPHRASE, type NewPassphrase } from '../../../ui/controls/passphrase.ts';

export interface ExportFormState {
  /** Profiles that are left out, by id. */
  readonly left: ReadonlySet<string>;
  readonly secrets: boolean;
  readonly passphrase: NewPassphrase;
  readonly vaultPassphrase: string;
  /** It was asked for, so what is wrong is said. */
  readonly judged: boolean;
  readonly busy: boolean;
  readonly problem: Failure | null;
  /** What was saved, and what of it is to be known. */
  readonly saved: readonly string[] | null;
}

/** Profiles that become a file. */
export class ExportForm {
  readonly store: StoreApi<ExportFormState>;
  readonly #engine: Pick<Engine, 'call'>;
  readonly #save: typeof saveFile;
  readonly #latest = new Latest();

  /** @param ids chosen to begin with; null: all */
  constructor(
    engine: Pick<Engine, 'call'>,
    profiles: readonly Profile[],
    ids: readonly string[] | null,
    save: typeof saveFile = saveFile,
  ) {
    this.#engine = engine;
    this.#save = save;
    const others = ids === null ? [] : profiles.map(({ id }) => id).filter((id) => !ids.includes(id));
    this.store = createStore<ExportFormState>(() => ({
      left: new Set(others),
      secrets: false,
      passphrase: NO_PASSPHRASE,
      vaultPassphrase: '',
      judged: false,
      busy: false,
      problem: null,
      saved: null,
    }));
  }

  change(part: Partial<Pick<ExportFormState, 'left' | 'secrets' | 'passphrase' | 'vaultPassphrase'>>): void {
    this.store.setState(part);
  }

  /** Of those there are. */
  chosen(profiles: readonly Profile[]): readonly Profile[] {
    const { left } = this.store.getState();
    return profiles.filter(({ id }) => !left.has(id));
  }

  /** Asks the engine for the file and saves it, unless the dialog was left meanwhile. */
  async save(profiles: readonly Profile[]): Promise<void> {
    const { left, secrets, passphrase, vaultPassphrase, busy } = this.store.getState();
    if (busy) return;
    this.store.setState({ judged: true });
    if (secrets && !isUsable(passphrase)) return;
    this.store.setState({ busy: true, problem: null, saved: null });
    const answer = await this.#latest.answer(() =>
      callEngine(() =>
        this.#engine.call('exportProfiles', {
          ids: left.size === 0 ? null : this.chosen(profiles).map(({ id }) => id),
          passphrase: secrets ? passphrase.first : null,
          vaultPassphrase: secrets && vaultPassphrase !== '' ? vaultPassphrase : null,
        }),
      ),
    );
    if (answer === LATE) return;
    this.store.setState({ busy: false });
    if (isFailure(answer)) return this.store.setState({ problem: answer });
    this.#save(answer.fileName, 'application/json', [new Uint8Array(answer.bytes)]);
    const what = secrets ? 'with secrets' : 'without secrets';
    this.store.setState({
      saved: [
        `${formatCounted(answer.profiles, 'profile')} saved as ${answer.fileName}, ${what}.`,
        ...answer.notes,
      ],
    });
  }

  /** It is off the screen: nothing is saved any more. */
  closed(): void {
    this.#latest.drop();
  }
}
