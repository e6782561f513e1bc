import { useEffect, useState } from 'react';
import { WandSparkles } from 'lucide-react';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import type { Preset } from '../../../../src-main/contract/profiles/transfer.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { callEngine } from '../../../state/engine/call-engine.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import { draftOf, marksOf, readDraft, type Draft } from '../draft/editor-draft.ts';
import { PresetPicker } from '../presets/preset-picker.tsx';

interface PresetLineProps {
  readonly app: AppState;
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
}

/** Fills the form for a service, and says afterwards by which preset. */
export function PresetLine({ app, draft, onChange }: PresetLineProps) {
  const [open, setOpen] = useState(false);
  const [notes, setNotes] = useState<readonly string[]>([]);
  const presets = usePresets(app);
  const preset = presets.find(({ id }) => id === draft.preset);
  const options = presetOptions(draft);
  if (presets.length === 0) return null;
  return (
    <div className="preset-line">
      <div className="preset-line-head">
        <Button icon={WandSparkles} disabled={options === null} onClick={() => setOpen(true)}>
          {draft.preset === null ? 'Use a preset…' : 'Change the preset…'}
        </Button>
        {options === null ? (
          <span className="tone-mut">
            Correct the fields that are wrong first: a preset works on the form.
          </span>
        ) : draft.preset === null ? (
          <span className="tone-mut">For AWS IoT, Azure, HiveMQ, EMQX and others.</span>
        ) : (
          <span className="tone-mut">
            Filled by the preset {preset?.title ?? draft.preset}. Its limits are under Advanced.
          </span>
        )}
      </div>
      {notes.map((note) => (
        <StatusText key={note} tone="mut">
          {note}
        </StatusText>
      ))}
      {open && options !== null ? (
        <PresetPicker
          app={app}
          presets={presets}
          options={options}
          onClose={() => setOpen(false)}
          onApplied={(filled, said) => {
            setOpen(false);
            setNotes(said);
            const host = filled.host === PLACEHOLDER ? '' : filled.host;
            onChange(draftOf({ ...filled, host }, marksOf(draft)));
          }}
        />
      ) : null}
    </div>
  );
}

/** The contract wants a host; this one stands for none. Reserved for such use by RFC 2606. */
const PLACEHOLDER = 'host.invalid';

/** What the form holds, a host aside; null while it cannot be read, so that nothing typed is lost. */
function presetOptions(draft: Draft): ConnectionOptions | null {
  const host = draft.host.trim() === '' ? PLACEHOLDER : draft.host;
  const read = ConnectionOptions.safeParse(readDraft({ ...draft, host }));
  return read.success ? read.data : null;
}

/** What the engine has to offer; empty until it answered. */
function usePresets(app: AppState): readonly Preset[] {
  const [presets, setPresets] = useState<readonly Preset[]>([]);
  useEffect(() => {
    let isOver = false;
    void callEngine(() => app.engine.call('presets', {})).then((answer) => {
      if (!isOver && 'presets' in answer) setPresets(answer.presets);
    });
    return () => {
      isOver = true;
    };
  }, [app]);
  return presets;
}
