import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import type { Preset } from '../../../../src-main/contract/profiles/transfer.ts';
import { callEngine, isFailure } from '../../../state/engine/call-engine.ts';
import type { Engine } from '../../../state/engine/engine.ts';
import { LATE, Latest } from '../../../state/engine/latest.ts';
import { answerErrors, firstAnswers, type Answers } from './presets.ts';

export interface PresetFormState {
  /** Null only where there are no presets. */
  readonly preset: Preset | null;
  readonly answers: Answers;
  /** Something was asked for, so that what is missing is said. */
  readonly judged: boolean;
  /** By question: why the engine did not take the answer. */
  readonly refused: Readonly<Record<string, string>>;
  readonly problem: Failure | null;
}

/** What became of the wish to fill the form. `late`: another preset was chosen, or the dialog left, meanwhile. */
export type Applied =
  | { readonly kind: 'applied'; readonly options: ConnectionOptions; readonly notes: readonly string[] }
  | { readonly kind: 'wrong' | 'failed' | 'late' };

/** A preset that is chosen and answered. */
export class PresetForm {
  readonly store: StoreApi<PresetFormState>;
  readonly #engine: Pick<Engine, 'call'>;
  readonly #presets: readonly Preset[];
  readonly #latest = new Latest();

  /** @param chosen id of the preset the form was filled by; the first one where it is not known */
  constructor(engine: Pick<Engine, 'call'>, presets: readonly Preset[], chosen: string | null) {
    this.#engine = engine;
    this.#presets = presets;
    const preset = presets.find(({ id }) => id === chosen) ?? presets[0] ?? null;
    this.store = createStore<PresetFormState>(() => stateOf(preset));
  }

  /** Whose answers were given for another one are gone. */
  choose(id: string): void {
    this.#latest.drop();
    const preset = this.#presets.find((one) => one.id === id);
    if (preset !== undefined) this.store.setState(stateOf(preset));
  }

  answer(question: string, answer: string): void {
    this.store.setState(({ answers, refused }) => {
      const { [question]: _, ...others } = refused;
      return { answers: { ...answers, [question]: answer }, refused: others };
    });
  }

  /** By question, where it is to be said by now. */
  errors(): Readonly<Record<string, string>> {
    const { preset, answers, judged, refused } = this.store.getState();
    return { ...(judged && preset !== null ? answerErrors(preset, answers) : {}), ...refused };
  }

  /** Fills `options` with what the preset knows. The newest wish counts. */
  async apply(options: ConnectionOptions): Promise<Applied> {
    const { preset, answers } = this.store.getState();
    if (preset === null) return { kind: 'failed' };
    this.#latest.drop();
    this.store.setState({ judged: true, problem: null });
    if (Object.keys(answerErrors(preset, answers)).length > 0) return { kind: 'wrong' };
    const answer = await this.#latest.answer(() =>
      callEngine(() =>
        this.#engine.call('applyPreset', { options, preset: preset.id, answers: { ...answers } }),
      ),
    );
    if (answer === LATE) return { kind: 'late' };
    if (isFailure(answer)) {
      this.store.setState({ problem: answer });
      return { kind: 'failed' };
    }
    if (answer.kind === 'applied') return answer;
    const refused = Object.fromEntries(answer.problems.map(({ question, message }) => [question, message]));
    this.store.setState({ refused });
    return { kind: 'wrong' };
  }

  /** The dialog is off the screen: what is still answered fills nothing. */
  closed(): void {
    this.#latest.drop();
  }
}

function stateOf(preset: Preset | null): PresetFormState {
  const answers = preset === null ? {} : firstAnswers(preset);
  return { preset, answers, judged: false, refused: {}, problem: null };
}
