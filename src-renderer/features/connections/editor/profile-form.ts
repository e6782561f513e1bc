import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import type { Confirmation } from '../../../../src-main/contract/profiles/transfer.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { callEngine, isFailure } from '../../../state/engine/call-engine.ts';
import { LATE, Latest } from '../../../state/engine/latest.ts';
import { saveAndConnect } from '../base/actions.ts';
import { keepDraft, keptDraft } from '../draft/drafts.ts';
import { elsewhereErrors } from '../draft/draft-secrets.ts';
import { optionsOf, type DraftErrors } from '../draft/draft-check.ts';
import { shownErrors, type Judged } from '../draft/shown-errors.ts';
import { draftOf, emptyOptions, marksOf, NO_MARKS, type Draft } from '../draft/editor-draft.ts';
import { isMoreThanHost, withConfirmed, withPasted } from '../draft/pasted.ts';

/** What a pasted text brought beside the fields it filled. */
export interface Pasted {
  readonly notes: readonly string[];
  /** Not yet answered. */
  readonly confirmations: readonly Confirmation[];
}

export interface ProfileFormState {
  /** What the form saves to; null: to a new profile. One that was saved on the way stays the same. */
  readonly profileId: string | null;
  readonly draft: Draft;
  /** The draft is one that was left earlier. */
  readonly wasKept: boolean;
  readonly judged: Judged;
  readonly pasted: Pasted;
  /** Why it was not saved, or not connected with. */
  readonly problem: Failure | null;
  readonly busy: boolean;
}

const NOTHING_PASTED: Pasted = { notes: [], confirmations: [] };
// A field is judged when it was left, and all of them once something was asked for.
const NOT_JUDGED: Judged = { left: new Set(), all: false, address: null };

/** One profile as it is edited: what is typed, what is wrong with it, and what becomes of it. */
export class ProfileForm {
  readonly store: StoreApi<ProfileFormState>;
  readonly #app: AppState;
  /** By which the draft is kept. */
  readonly #key: string;
  readonly #start: Draft;
  /** The form is on screen. */
  #open = true;
  readonly #address = new Latest();
  #reading = false;

  constructor(app: AppState, profileId: string | null, prefill: ConnectionOptions | null) {
    this.#app = app;
    this.#key =
      profileId ?? (prefill === null ? 'new' : `new ${prefill.protocol} ${prefill.host} ${prefill.port}`);
    const profile = app.profiles.find(profileId);
    this.#start = draftOf(profile?.options ?? prefill ?? emptyOptions(), profile ?? NO_MARKS);
    const kept = keptDraft(app.drafts, this.#key);
    this.store = createStore<ProfileFormState>(() => ({
      profileId,
      draft: kept ?? this.#start,
      wasKept: kept !== null,
      judged: NOT_JUDGED,
      pasted: NOTHING_PASTED,
      problem: null,
      busy: false,
    }));
  }

  /**
   * Errors by field, where they are to be said by now.
   *
   * @param lost paths of saved secrets that are to be entered again
   */
  errors(lost: readonly string[] = []): DraftErrors {
    const { draft, judged } = this.store.getState();
    return shownErrors(draft, this.#saved(), judged, lost);
  }

  change(draft: Draft): void {
    this.store.setState(({ judged }) => ({ draft, judged: { ...judged, address: null } }));
    // What is as it was at the start is nothing to be kept.
    if (JSON.stringify(draft) === JSON.stringify(this.#start)) this.#app.drafts.forget(this.#key);
    else keepDraft(this.#app.drafts, this.#key, draft);
  }

  leave(field: string): void {
    this.store.setState(({ judged }) => ({ judged: { ...judged, left: new Set(judged.left).add(field) } }));
  }

  /** Back to what was there before anything was typed, with nothing said of what was. */
  startOver(): void {
    this.#address.drop();
    this.#app.drafts.forget(this.#key);
    this.store.setState({
      draft: this.#start,
      wasKept: false,
      judged: NOT_JUDGED,
      pasted: NOTHING_PASTED,
      problem: null,
    });
  }

  /** Judges all fields. Null: something is wrong, and is said by now. */
  check(): ConnectionOptions | null {
    const { draft, judged } = this.store.getState();
    this.store.setState({ judged: { ...judged, all: true } });
    return Object.keys(elsewhereErrors(draft, this.#saved())).length > 0 ? null : optionsOf(draft);
  }

  /**
   * The same once an address that stands in the place of the host has been read: a button or Enter may come
   * before the field was left. Null also where what was read asks for an answer first.
   */
  async ready(): Promise<ConnectionOptions | null> {
    if (this.#reading) return null;
    const { draft } = this.store.getState();
    if (draft.protocol === 'unix' || !isMoreThanHost(draft.host)) return this.check();
    this.#reading = true;
    await this.readAddress(draft.host.trim());
    this.#reading = false;
    if (!this.#open || this.store.getState().pasted.confirmations.length > 0) return null;
    return this.check();
  }

  /** Fills the form with what an address or a pasted command says; the last one that was put in counts. */
  async readAddress(text: string): Promise<void> {
    const { protocol } = this.store.getState().draft;
    const answer = await this.#address.answer(() =>
      callEngine(() => this.#app.engine.call('readAddress', { text, protocol })),
    );
    if (answer === LATE) return;
    // Other fields may have been filled in meanwhile.
    const { draft } = this.store.getState();
    if (isFailure(answer)) {
      this.change({ ...draft, host: text });
      this.store.setState(({ judged }) => ({ judged: { ...judged, address: answer } }));
    } else {
      this.change(withPasted(draft, answer));
      const { notes = [], confirmations = [] } = answer;
      this.store.setState({ pasted: { notes, confirmations } });
    }
  }

  /** A file or variable that a pasted command names is used, or left out. */
  answer(confirmation: Confirmation, use: boolean): void {
    const { draft, pasted } = this.store.getState();
    if (!pasted.confirmations.includes(confirmation)) return;
    if (use) this.change(withConfirmed(draft, confirmation));
    const confirmations = pasted.confirmations.filter((one) => one !== confirmation);
    this.store.setState({ pasted: { ...pasted, confirmations } });
  }

  async save(options: ConnectionOptions): Promise<void> {
    const app = this.#app;
    const saved = await this.#whileBusy(({ profileId, draft }) =>
      app.profiles.save(profileId, options, marksOf(draft)),
    );
    if (saved === null) return;
    if (isFailure(saved)) return this.store.setState({ problem: saved });
    if (app.connections.selected() === null) app.connections.select({ kind: 'profile', id: saved.id });
    this.discard();
  }

  async connect(options: ConnectionOptions): Promise<void> {
    const app = this.#app;
    const done = await this.#whileBusy(({ profileId, draft }) =>
      saveAndConnect(app, profileId, options, marksOf(draft), () => this.discard()),
    );
    if (done === null) return;
    const { opened, profileId } = done;
    if (opened) this.discard();
    // Saved all the same: what is tried next is the same profile.
    else this.store.setState({ profileId, problem: app.shell.store.getState().problem });
  }

  /** What was typed is needed no more. */
  discard(): void {
    this.#app.drafts.forget(this.#key);
    // Another dialog may stand in its place by now.
    if (this.#open) this.#app.shell.close();
    this.closed();
  }

  /** It is off the screen; what was typed is kept, and what is still answered changes nothing. */
  closed(): void {
    this.#open = false;
    this.#address.drop();
  }

  #saved(): ConnectionOptions | null {
    return this.#app.profiles.find(this.store.getState().profileId)?.options ?? null;
  }

  /** One thing at a time; null: another one is being done. */
  async #whileBusy<T>(act: (state: ProfileFormState) => Promise<T>): Promise<T | null> {
    const state = this.store.getState();
    if (state.busy) return null;
    this.store.setState({ busy: true, problem: null });
    try {
      return await act(state);
    } finally {
      this.store.setState({ busy: false });
    }
  }
}
