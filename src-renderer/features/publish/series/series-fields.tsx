import { FileSpreadsheet } from 'lucide-react';
import type { StoreApi } from 'zustand/vanilla';
import { useStore } from 'zustand';
import { shownFileName } from '../../../state/browser/read-file.ts';
import { MOST_MS, MOST_TIMES, type SeriesForm } from '../../../state/publish/series/series-form.ts';
import { Checkbox, NumberField } from '../../../ui/controls/field.tsx';
import { FileButton } from '../../../ui/controls/file-button.tsx';

type Part = 'every' | 'times' | 'jitter' | 'rampTo';

/** How often, how many, and what of. */
export function SeriesFields({ form }: { readonly form: StoreApi<SeriesForm> }) {
  const typed = useStore(form);
  const { kind, file, stopAtError } = typed;
  const number = (part: Part, label: string, max: number, step: number) => (
    <NumberField
      label={label}
      min={part === 'times' ? 1 : 0}
      max={max}
      step={step}
      value={typed[part]}
      onChange={(text) => form.setState({ [part]: text })}
    />
  );
  return (
    <>
      {kind === 'file' ? (
        <div className="series-file">
          <FileButton
            icon={FileSpreadsheet}
            accept=".csv,.tsv,.jsonl,.ndjson,.json"
            onFile={(chosen) => form.setState({ file: chosen })}
          >
            Choose CSV or JSON Lines…
          </FileButton>
          <span className={file === null ? 'tone-mut cut' : 'cut'}>
            {file === null
              ? 'A message a line: topic, payload, qos, retain, or ${column NAME} in the message'
              : shownFileName(file)}
          </span>
        </div>
      ) : null}
      {number('every', kind === 'ramp' ? 'From every (ms)' : 'Every (ms)', MOST_MS, 10)}
      {kind === 'ramp' ? number('rampTo', 'To every (ms)', MOST_MS, 10) : null}
      {kind === 'file' ? null : number('times', 'Times', MOST_TIMES, 1)}
      {number('jitter', 'Jitter (ms)', MOST_MS, 1)}
      <Checkbox
        label="Stop at the first error"
        checked={stopAtError}
        onChange={(checked) => form.setState({ stopAtError: checked })}
      />
    </>
  );
}
