import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import type { Preset } from '../../../../src-main/contract/profiles/transfer.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { classes } from '../../../ui/base/classes.ts';
import { Dialog } from '../../../ui/feedback/dialog.tsx';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import { PresetForm } from './preset-form.ts';
import { PresetQuestions } from './preset-questions.tsx';
import { byService } from './presets.ts';
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
  const [picked] = useState(() => new PresetForm(app.engine, presets, options.preset));
  useEffect(() => () => picked.closed(), [picked]);
  const preset = useStore(picked.store, (state) => state.preset);
  const form = useRef<HTMLDivElement>(null);
  const apply = async () => {
    const applied = await picked.apply(options);
    if (applied.kind === 'applied') onApplied(applied.options, applied.notes);
    if (applied.kind === 'wrong')
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
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
          <Button variant="primary" disabled={preset === null} onClick={() => void apply()}>
            Fill the form
          </Button>
        </>
      }
    >
      <div className="presets">
        <PresetList presets={presets} chosen={preset?.id ?? ''} onChoose={(id) => picked.choose(id)} />
        <div
          ref={form}
          className="preset"
          tabIndex={preset === null ? -1 : 0}
          role="group"
          aria-label="Preset"
        >
          <Chosen form={picked} />
        </div>
      </div>
    </Dialog>
  );
}

/** What the chosen preset is for, what it asks, and what its service allows. */
function Chosen({ form }: { readonly form: PresetForm }) {
  const { preset, answers, problem } = useStore(form.store);
  return (
    <>
      {preset === null ? null : (
        <>
          <h3 className="preset-title">{preset.title}</h3>
          <p>{preset.text}</p>
          <PresetQuestions
            key={preset.id}
            preset={preset}
            answers={answers}
            errors={form.errors()}
            onAnswer={(question, answer) => form.answer(question, answer)}
          />
          <Facts facts={preset.facts} />
        </>
      )}
      {problem === null ? null : (
        <StatusText tone="err" role="alert">
          {problem.message} {problem.advice}
        </StatusText>
      )}
    </>
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
