import { useEffect, useState } from 'react';
import { CircleAlert, Download } from 'lucide-react';
import { MAX_SNAPSHOT_NAME } from '../../../../src-main/contract/session/snapshots.ts';
import { wholeUnits } from '../../../../src-main/core/payload/utf8.ts';
import { isFailure } from '../../../state/engine/call-engine.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/field.tsx';
import { Dialog } from '../../../ui/feedback/dialog.tsx';
import { formatBytes, formatCount, formatCounted } from '../../../ui/base/format.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { isEnter } from '../../../ui/base/pressed-key.ts';
import { snapshotsOf } from './snapshots-session.ts';
import '../retained.css';
import './snapshots.css';

interface Plan {
  readonly plan: string;
  readonly clear: number;
  readonly bytes: number;
  readonly excluded: number;
}

/** `dialog` "Save snapshot": keeps what is selected under a name, or saves it as a file. */
export function SaveDialog({ session }: { readonly session: ConnectionSession }) {
  const snapshots = snapshotsOf(session);
  const [plan, setPlan] = useState<Plan | null>(null);
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  /** What is kept has no room for it: the button goes beyond the limit. */
  const [full, setFull] = useState(false);
  const [beginning, setBeginning] = useState(false);
  useEffect(() => {
    let isShown = true;
    void snapshots.plan().then((found) => {
      if (!isShown) return;
      if (isFailure(found)) setProblem(`${found.message} ${found.advice}`.trim());
      else setPlan(found);
    });
    return () => {
      isShown = false;
    };
  }, [snapshots]);
  const isReady = plan !== null && plan.clear > 0 && !beginning;
  const keep = async () => {
    if (plan === null || !isReady) return;
    setBeginning(true);
    setProblem(null);
    const refused = await snapshots.keep(plan.plan, name.trim(), full);
    setBeginning(false);
    if (refused === null) return;
    setFull(refused.code === 'snapshots-full');
    setProblem(`${refused.message} ${refused.advice}`.trim());
  };
  return (
    <Dialog
      open
      onClose={() => snapshots.close()}
      title="Save snapshot"
      width="560px"
      keepOnOutsidePress
      footer={
        <SaveFoot
          isReady={isReady}
          isEmpty={plan === null || plan.clear === 0}
          isFull={full}
          onFile={() => void snapshots.saveAsFile()}
          onCancel={() => snapshots.close()}
          onSave={() => void keep()}
        />
      }
    >
      <div className="snap-save">
        <TextField
          label="Name"
          hint="Optional, e.g. before the firmware update."
          value={name}
          onChange={(typed) => setName(typed.slice(0, wholeUnits(typed, MAX_SNAPSHOT_NAME)))}
          onKeyDown={(event) => {
            if (isEnter(event)) void keep();
          }}
        />
        <p role="status">{plan === null ? 'Looking up what is selected…' : planWords(plan)}</p>
        <p className="tone-mut">
          Kept in the data directory, readable for your user alone and not encrypted. A file can be saved
          where you want it.
        </p>
      </div>
      {problem === null ? null : (
        <p role="alert" className="clr-line">
          <Icon of={CircleAlert} size={14} className="tone-err" /> {problem}
        </p>
      )}
    </Dialog>
  );
}

interface SaveFootProps {
  readonly isReady: boolean;
  /** There is nothing to save, or it is not known yet. */
  readonly isEmpty: boolean;
  /** It goes beyond the limit. */
  readonly isFull: boolean;
  readonly onFile: () => void;
  readonly onCancel: () => void;
  readonly onSave: () => void;
}

function SaveFoot({ isReady, isEmpty, isFull, onFile, onCancel, onSave }: SaveFootProps) {
  return (
    <>
      <Button icon={Download} variant="quiet" disabled={!isReady} onClick={onFile}>
        Save as file…
      </Button>
      <span className="dialog-foot-space" />
      <Button variant="quiet" onClick={onCancel}>
        Cancel
      </Button>
      {/* Not disabled while it begins: it would lose the focus. */}
      <Button variant="primary" disabled={isEmpty} aria-disabled={!isReady} onClick={onSave}>
        Save{isFull ? ', over the limit' : null}
      </Button>
    </>
  );
}

function planWords({ clear, bytes, excluded }: Plan): string {
  const left = excluded === 0 ? '' : ` ${formatCount(excluded)} protected are left out.`;
  return `${formatCounted(clear, 'message')}, ${formatBytes(bytes)}, as the broker holds them now.${left}`;
}
