import { useId, useState } from 'react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { PublishRecording, RecorderStatus } from '../../../../src-main/contract/session/packets.ts';
import type { PacketsStore } from '../../../state/diagnostics/packets.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/feedback/dialog.tsx';
import { NumberField, Select } from '../../../ui/controls/field.tsx';
import { formatBytes, formatCount } from '../../../ui/base/format.ts';
import { missingWords } from './packet-labels.ts';
import { Problem } from './packet-detail.tsx';

const MODES = [
  { value: 'auto', label: 'All, until more than 1,000 a second come' },
  { value: 'all', label: 'Every PUBLISH' },
  { value: 'sampled', label: 'One of many' },
  { value: 'excluded', label: 'No PUBLISH' },
] as const;
type Mode = (typeof MODES)[number]['value'];

const MEGA = 1_000_000;
/** Bounds of the contract, in MB. */
const LEAST_MB = 1;
const MOST_MB = 512;

interface RecorderDialogProps {
  readonly packets: PacketsStore;
  readonly recorder: RecorderStatus;
  readonly onClose: () => void;
}

/** `dialog` "Packet recorder": which PUBLISH packets are kept, and how much of everything. */
export function RecorderDialog({ packets, recorder, onClose }: RecorderDialogProps) {
  const form = useId();
  const [mode, setMode] = useState<Mode>(recorder.publish.kind);
  const [oneIn, setOneIn] = useState(
    recorder.publish.kind === 'sampled' ? String(recorder.publish.oneIn) : '10',
  );
  const [megabytes, setMegabytes] = useState(String(Math.round(recorder.bytes / MEGA)));
  const [problem, setProblem] = useState<Failure | null>(null);
  const wrongRate = mode === 'sampled' ? wholeError(oneIn, 2, 1_000_000) : null;
  const wrongSize = wholeError(megabytes, LEAST_MB, MOST_MB);
  const save = async () => {
    if (wrongRate !== null || wrongSize !== null) return;
    const publish: PublishRecording =
      mode === 'sampled' ? { kind: mode, oneIn: Number(oneIn) } : { kind: mode };
    const failure = await packets.configure({ publish, bytes: Number(megabytes) * MEGA });
    setProblem(failure);
    if (failure === null) onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Packet recorder"
      width="460px"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form={form}>
            Save
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="pk-settings"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Select
          label="PUBLISH packets"
          value={mode}
          options={MODES}
          onChange={setMode}
          hint="With the acknowledgements that belong to them. All other packets are always recorded."
        />
        {mode === 'sampled' ? (
          <NumberField
            label="Record one in"
            value={oneIn}
            min={2}
            max={1_000_000}
            error={wrongRate}
            onChange={setOneIn}
          />
        ) : null}
        <NumberField
          label="Memory for this connection (MB)"
          value={megabytes}
          min={LEAST_MB}
          max={MOST_MB}
          error={wrongSize}
          hint={`${formatBytes(recorder.used)} used. When it is full, the oldest packets go first.`}
          onChange={setMegabytes}
        />
        <p className="tone-mut">
          Payloads are kept as their first bytes; passwords and other secrets are overwritten before they are
          recorded. {missingWords(recorder)}
        </p>
        {problem === null ? null : <Problem failure={problem} />}
      </form>
    </Dialog>
  );
}

function wholeError(text: string, least: number, most: number): string | null {
  const number = Number(text);
  const good = /^\s*\d+\s*$/.test(text) && number >= least && number <= most;
  return good ? null : `Enter a whole number from ${formatCount(least)} to ${formatCount(most)}.`;
}
