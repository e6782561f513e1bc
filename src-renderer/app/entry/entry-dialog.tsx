import { KeyRound } from 'lucide-react';
import type { BrowserEntry } from '../../state/engine/engine.ts';
import { Dialog } from '../../ui/feedback/dialog.tsx';
import { EntryForm, OtherWays } from './entry-form.tsx';
import './entry.css';

interface EntryDialogProps {
  readonly entry: BrowserEntry;
  readonly onClose: () => void;
}

/** For a window that was let in by a program that has ended: what it shows stays below. */
export function EntryDialog({ entry, onClose }: EntryDialogProps) {
  return (
    <Dialog open title="Access token" icon={KeyRound} width="520px" keepOnOutsidePress onClose={onClose}>
      <div className="entry-dialog">
        <p className="entry-words">
          Topicscope was restarted. Enter its access token to continue in this window, or open a new one:
        </p>
        <OtherWays />
        <EntryForm entry={entry} />
      </div>
    </Dialog>
  );
}
