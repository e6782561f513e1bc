import { useContext, useId, useRef, useState } from 'react';
import { Save } from 'lucide-react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import {
  MAX_FOLDER,
  MAX_NAME,
  type SavedHead,
  type SavedPlace,
} from '../../../../src-main/contract/session/sending.ts';
import { displayName } from '../../../../src-main/core/topics/levels.ts';
import { TreeSeparator } from '../../../ui/tree/separator.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Select, TextField } from '../../../ui/controls/field.tsx';
import { Dialog } from '../../../ui/feedback/dialog.tsx';

interface SaveDialogProps {
  readonly saved: readonly SavedHead[];
  readonly profile: { readonly id: string; readonly name: string } | null;
  readonly topic: string;
  readonly onClose: () => void;
  /** @param id of the one it takes the place of; answers why it was not saved */
  readonly onSave: (id: string | null, place: SavedPlace) => Promise<Failure | null>;
}

/** Asks where the message of the panel is to be kept. One of the same name in the same place is replaced. */
export function SaveDialog({ saved, profile, topic, onClose, onSave }: SaveDialogProps) {
  const separator = useContext(TreeSeparator);
  // More than a name may have cannot be typed either.
  const [name, setName] = useState(() => displayName(topic, separator).slice(0, MAX_NAME));
  const [folder, setFolder] = useState('');
  const [where, setWhere] = useState<'profile' | 'all'>(profile === null ? 'all' : 'profile');
  const [problem, setProblem] = useState<Failure | null>(null);
  const place: SavedPlace = {
    profile: where === 'all' ? null : (profile?.id ?? null),
    folder: folderOf(folder),
    name: name.trim(),
  };
  const before = saved.find(
    (one) => one.profile === place.profile && one.folder === place.folder && one.name === place.name,
  );
  const isSaving = useRef(false);
  const form = useId();
  const save = async () => {
    if (place.name === '' || isSaving.current) return;
    isSaving.current = true;
    setProblem(await onSave(before?.id ?? null, place));
    isSaving.current = false;
  };
  return (
    <Dialog
      open
      title="Save message"
      icon={Save}
      width="440px"
      onClose={onClose}
      footer={
        <>
          <span className="dialog-foot-space" />
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" type="submit" form={form} disabled={place.name === ''}>
            {before === undefined ? 'Save' : 'Replace'}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="kept-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextField
          label="Name"
          maxLength={MAX_NAME}
          value={name}
          onChange={setName}
          error={problem === null ? null : `${problem.message} ${problem.advice}`}
          {...(before === undefined ? {} : { hint: 'There is one of this name here; it is replaced.' })}
        />
        <TextField
          label="Folder"
          maxLength={MAX_FOLDER}
          value={folder}
          onChange={setFolder}
          hint="Folders in folders are divided by /. Empty: none."
        />
        <Select
          label="For"
          value={where}
          onChange={setWhere}
          options={[
            ...(profile === null ? [] : [{ value: 'profile' as const, label: profile.name }]),
            { value: 'all' as const, label: 'Everywhere' },
          ]}
        />
      </form>
    </Dialog>
  );
}

/** Without levels that are empty, and what is blank around the others. */
function folderOf(typed: string): string {
  const levels = typed.split('/').map((level) => level.trim());
  return levels.filter((level) => level !== '').join('/');
}
