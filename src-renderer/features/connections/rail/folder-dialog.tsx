import { useId, useState } from 'react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/feedback/dialog.tsx';
import { TextField } from '../../../ui/controls/field.tsx';
import '../base/dialogs.css';

interface FolderDialogProps {
  readonly app: AppState;
  readonly path: string;
  readonly onClose: () => void;
}

/** A new name for a folder; a name that exists already joins the two. */
export function FolderDialog({ app, path, onClose }: FolderDialogProps) {
  const form = useId();
  const [name, setName] = useState(path);
  const [problem, setProblem] = useState<Failure | null>(null);
  const to = name
    .split('/')
    .map((level) => level.trim())
    .filter((level) => level !== '')
    .join('/');
  const rename = async () => {
    const failure = to === path ? null : await app.profiles.renameFolder(path, to);
    if (failure === null) onClose();
    else setProblem(failure);
  };
  return (
    <Dialog
      open
      title="Rename folder"
      width="420px"
      onClose={onClose}
      footer={
        <>
          <span className="dialog-foot-space" />
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" type="submit" form={form} disabled={to === ''}>
            Rename
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="dialog-text"
        onSubmit={(event) => {
          event.preventDefault();
          if (to !== '') void rename();
        }}
      >
        <TextField
          label="Folder"
          value={name}
          maxLength={400}
          hint="Its profiles come along. A / makes a folder within a folder."
          error={problem === null ? null : `${problem.message} ${problem.advice}`}
          onChange={setName}
        />
      </form>
    </Dialog>
  );
}
