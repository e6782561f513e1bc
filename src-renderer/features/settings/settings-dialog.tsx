import { useState } from 'react';
import { useStore } from 'zustand';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { Settings } from '../../../src-main/contract/model/settings.ts';
import type { AppState } from '../../state/app/app-state.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Dialog } from '../../ui/feedback/dialog.tsx';
import { NumberField } from '../../ui/controls/field.tsx';
import { Segmented } from '../../ui/controls/segmented.tsx';
import { StatusText } from '../../ui/feedback/status-text.tsx';
import { SecretsSection } from './secrets-section.tsx';
import {
  FIELDS,
  fieldError,
  readFields,
  textOf,
  type FieldName,
  type FieldTexts,
} from './settings-fields.ts';
import './settings-dialog.css';

const THEMES = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

const DENSITIES = [
  { value: 'compact', label: 'Compact' },
  { value: 'normal', label: 'Normal' },
  { value: 'comfortable', label: 'Comfortable' },
] as const;

const CHANNELS = [
  { value: 'stable', label: 'Stable' },
  { value: 'beta', label: 'Beta' },
] as const;

export function SettingsDialog({ app }: { readonly app: AppState }) {
  const { settings, info } = useStore(app.settings.store);
  return (
    <Dialog open title="Settings" width="560px" keepOnOutsidePress onClose={() => app.shell.close()}>
      {settings === null ? (
        <p className="settings tone-mut">Waiting for the engine.</p>
      ) : (
        <SettingsForm app={app} settings={settings} updates={info?.host === 'desktop'} />
      )}
      <SecretsSection app={app} />
      {info === null ? null : (
        <p className="settings-info meta">
          Topicscope {info.version}, {info.platform}. Data in <span className="mono">{info.dataDir}</span>.
        </p>
      )}
    </Dialog>
  );
}

interface FormProps {
  readonly app: AppState;
  readonly settings: Settings;
  /** This host looks for updates itself. */
  readonly updates: boolean;
}

function SettingsForm({ app, settings, updates }: FormProps) {
  const [before] = useState<FieldTexts>(() => textOf(settings));
  const [texts, setTexts] = useState(before);
  const [problem, setProblem] = useState<Failure | null>(null);
  const change = readFields(texts, before);
  const save = async (what: Partial<Settings>) => {
    const failure = await app.settings.save(what);
    setProblem(failure);
    return failure === null;
  };
  return (
    <form
      className="settings"
      onSubmit={(event) => {
        event.preventDefault();
        const close = app.shell.closer('dialog');
        if (change !== null) void save(change).then((saved) => saved && close());
      }}
    >
      <Segmented
        label="Theme"
        options={THEMES}
        value={settings.theme}
        onChange={(theme) => void save({ theme })}
      />
      <Segmented
        label="Rows of the tree"
        options={DENSITIES}
        value={settings.density}
        onChange={(density) => void save({ density })}
      />
      {updates ? (
        <Segmented
          label="Updates"
          options={CHANNELS}
          value={settings.updateChannel}
          onChange={(updateChannel) => void save({ updateChannel })}
        />
      ) : null}
      {(Object.keys(FIELDS) as FieldName[]).map((name) => {
        const field = FIELDS[name];
        return (
          <NumberField
            key={name}
            label={field.label}
            hint={field.hint}
            min={field.min}
            max={field.max}
            step={field.step}
            value={texts[name]}
            error={fieldError(name, texts[name])}
            onChange={(text) => setTexts({ ...texts, [name]: text })}
          />
        );
      })}
      {problem === null ? null : (
        <StatusText tone="err" role="alert">
          {problem.message} {problem.advice}
        </StatusText>
      )}
      <div className="settings-actions">
        <Button variant="quiet" onClick={() => app.shell.close()}>
          Cancel
        </Button>
        <Button variant="primary" type="submit" disabled={change === null}>
          Save
        </Button>
      </div>
    </form>
  );
}
