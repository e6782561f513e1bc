import type { Confirmation } from '../../../../src-main/contract/profiles/transfer.ts';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import type { Pasted } from './profile-form.ts';
import '../transfer/transfer.css';

interface PastedNotesProps {
  readonly pasted: Pasted;
  readonly onConfirm: (confirmation: Confirmation) => void;
  readonly onRefuse: (confirmation: Confirmation) => void;
}

/** Files and variables a pasted command names are used only one by one, each with its broker in sight. */
export function PastedNotes({ pasted, onConfirm, onRefuse }: PastedNotesProps) {
  const { notes, confirmations } = pasted;
  if (notes.length + confirmations.length === 0) return null;
  return (
    <div role="group" aria-label="Pasted command" className="import-confirm">
      {notes.map((note) => (
        <StatusText key={note} tone="warn">
          {escapeUnsafe(note)}
        </StatusText>
      ))}
      {confirmations.map((one) => (
        <div key={one.field} className="pasted-row">
          <span>{escapeUnsafe(one.text)}</span>
          <Button aria-label={`Use it: ${escapeUnsafe(one.what)}`} onClick={() => onConfirm(one)}>
            Use it
          </Button>
          <Button
            variant="quiet"
            aria-label={`Leave it out: ${escapeUnsafe(one.what)}`}
            onClick={() => onRefuse(one)}
          >
            Leave it out
          </Button>
        </div>
      ))}
    </div>
  );
}
