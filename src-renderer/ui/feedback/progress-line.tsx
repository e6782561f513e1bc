import { Square } from 'lucide-react';
import { formatCount } from '../base/format.ts';
import { Button } from '../controls/button.tsx';
import './progress-line.css';

/** How far a long work is. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Items a second; 0: not known yet, or nothing is under way. */
  readonly rate: number;
}

interface ProgressLineProps {
  readonly progress: Progress & { readonly stopping: boolean };
  /** Names of the line and of its bar. */
  readonly label: string;
  readonly barLabel: string;
  readonly paused?: boolean;
  /** Without it, the work is stopped elsewhere. */
  readonly onStop?: () => void;
}

/** `status` with a bar: how far a long work is, and that it can be stopped. */
export function ProgressLine({ progress, label, barLabel, paused = false, onStop }: ProgressLineProps) {
  const { done, total, stopping } = progress;
  return (
    <span role="status" aria-label={label} className="progress-line">
      <progress aria-label={barLabel} max={Math.max(1, total)} value={done} />
      {doneWords(progress)}
      {stopping ? '. Stopping after what is under way.' : null}
      {paused ? '. Paused.' : null}
      {onStop === undefined ? null : (
        <Button icon={Square} variant="quiet" disabled={stopping} onClick={onStop}>
          Stop here
        </Button>
      )}
    </span>
  );
}

/** `1,200 of 5,000 done, 350/s` */
export function doneWords({ done, total, rate }: Progress): string {
  const count = `${formatCount(done)} of ${formatCount(total)} done`;
  return rate > 0 ? `${count}, ${formatCount(Math.max(1, Math.round(rate)))}/s` : count;
}
