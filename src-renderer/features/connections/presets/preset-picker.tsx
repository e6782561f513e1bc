import { useRef, useState } from 'react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import type { Preset } from '../../../../src-main/contract/profiles/transfer.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { callEngine, isFailure } from '../../../state/engine/call-engine.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { classes } from '../../../ui/base/classes.ts';
import { Dialog } from '../../../ui/feedback/dialog.tsx';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import { PresetQuestions } from './preset-questions.tsx';
import { answerErrors, byService, firstAnswers, type Answers } from './presets.ts';
import '../base/dialogs.css';
import './presets.css';

interface PresetPickerProps {
  readonly app: AppState;
  readonly presets: readonly Preset[];
  /** What the form holds; a preset fills what it knows and leaves the rest. */
  readonly options: ConnectionOptions;
  readonly onApplied: (options: ConnectionOptions, notes: readonly string[]) => void;
  readonly onClose: () => void;
}

/** Services one can connect to, each with its explanation, questions and limits. */
export function PresetPicker({ app, presets, options, onApplied, onClose }: PresetPickerProps) {
  const [chosen, setChosen] = useState<string | null>(options.preset);
  const [answers, setAnswers] = useState<Answers>({});
  const [judged, setJudged] = useState(false);
  const [refused, setRefused] = useState<Readonly<Record<string, string>>>({});
  const [problem, setProblem] = useState<Failure | null>(null);
  const form = useRef<HTMLDivElement>(null);
  const preset = presets.find(({ id }) => id === chosen) ?? presets[0];
  const given = preset === undefined ? {} : { ...firstAnswers(preset), ...answers };
  const errors = preset === undefined ? {} : answerErrors(preset, given);
  const choose = (id: string) => {
    setChosen(id);
    setAnswers({});
    setJudged(false);
    setRefused({});
    setProblem(null);
  };
  const showWrong = () =>
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  const apply = async () => {
    if (preset === undefined) return;
    setJudged(true);
    if (Object.keys(errors).length > 0) return showWrong();
    const answer = await callEngine(() =>
      app.engine.call('applyPreset', { options, preset: preset.id, answers: given }),
    );
    if (isFailure(answer)) return setProblem(answer);
    if (answer.kind === 'applied') return onApplied(answer.options, answer.notes);
    setProblem(null);
    setRefused(Object.fromEntries(answer.problems.map(({ question, message }) => [question, message])));
    showWrong();
  };

  return (
    <Dialog
      open
      title="Choose a preset"
      width="840px"
      keepOnOutsidePress
      onClose={onClose}
      footer={
        <>
          <span className="tone-mut">Fills in the form. Nothing connects yet.</span>
          <span className="dialog-foot-space" />
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" disabled={preset === undefined} onClick={() => void apply()}>
            Fill the form
          </Button>
        </>
      }
    >
      <div className="presets">
        <PresetList presets={presets} chosen={preset?.id ?? ''} onChoose={choose} />
        <div
          ref={form}
          className="preset"
          tabIndex={preset === undefined ? -1 : 0}
          role="group"
          aria-label="Preset"
        >
          {preset === undefined ? null : (
            <>
              <h3 className="preset-title">{preset.title}</h3>
              <p>{preset.text}</p>
              <PresetQuestions
                key={preset.id}
                preset={preset}
                answers={given}
                errors={{ ...(judged ? errors : {}), ...refused }}
                onAnswer={(question, answer) => {
                  setAnswers({ ...answers, [question]: answer });
                  const { [question]: _, ...others } = refused;
                  setRefused(others);
                }}
              />
              <Facts facts={preset.facts} />
            </>
          )}
          {problem === null ? null : (
            <StatusText tone="err" role="alert">
              {problem.message} {problem.advice}
            </StatusText>
          )}
        </div>
      </div>
    </Dialog>
  );
}

function Facts({ facts }: { readonly facts: readonly string[] }) {
  if (facts.length === 0) return null;
  return (
    <section aria-label="Service limits">
      <h4 className="preset-head">Service limits</h4>
      <ul className="preset-facts">
        {facts.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
    </section>
  );
}

interface PresetListProps {
  readonly presets: readonly Preset[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

/** Radio buttons in disguise: one tab stop, the arrows choose. */
function PresetList({ presets, chosen, onChoose }: PresetListProps) {
  return (
    <fieldset className="preset-list">
      <legend className="visually-hidden">Presets</legend>
      {byService(presets).map(([service, group]) => (
        <div key={service} className="preset-service">
          {group.length === 1 ? null : <p className="preset-head">{service}</p>}
          {group.map(({ id, title }) => (
            <label key={id} className={classes('preset-choice', id === chosen && 'preset-choice-on')}>
              <input
                type="radio"
                name="preset"
                className="preset-radio"
                checked={id === chosen}
                onChange={() => onChoose(id)}
              />
              {title}
            </label>
          ))}
        </div>
      ))}
    </fieldset>
  );
}
