import { useCallback, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { FolderOpen } from 'lucide-react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ImportFormat } from '../../../../src-main/contract/profiles/transfer.ts';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/feedback/dialog.tsx';
import { TextField } from '../../../ui/controls/field.tsx';
import { FileButton } from '../../../ui/controls/file-button.tsx';
import { formatBytes, formatCounted } from '../../../ui/base/format.ts';
import { SecretField } from '../../../ui/controls/secret-field.tsx';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import type { Choice } from './import-entries.ts';
import { ImportList } from './import-list.tsx';
import { SecretsNote } from '../base/secrets-note.tsx';
import {
  ImportForm,
  type FoundImport,
  type ImportSource,
  type Reading,
  type SavedImport,
} from './import-form.ts';
import '../base/dialogs.css';
import './transfer.css';

const FORMATS: Readonly<Record<ImportFormat, string>> = {
  topicscope: 'an export of Topicscope',
  'mqtt-explorer': 'the settings of MQTT Explorer',
  mqttx: 'an export of MQTTX',
  'command-line': 'command lines of mosquitto',
  addresses: 'broker addresses',
};

/** Profiles from files and pasted text; each is shown as it was read before anything is saved. */
export function ImportDialog({ app }: { readonly app: AppState }) {
  const [form] = useState(() => new ImportForm(app.engine));
  useEffect(() => () => form.closed(), [form]);
  const { source, reading, opening, saving, problem, saved } = useStore(form.store);
  useDroppedFile((file) => void form.open(file));
  const found = form.found();
  const chosen = form.chosen().length;
  const save = async () => {
    await form.save();
    const first = form.store.getState().saved?.first ?? null;
    if (app.connections.selected() === null && first !== null)
      app.connections.select({ kind: 'profile', id: first });
  };

  if (saved !== null) return <Saved app={app} {...saved} />;
  return (
    <Dialog
      open
      title="Import connections"
      width="680px"
      keepOnOutsidePress
      onClose={() => app.shell.close()}
      footer={
        <>
          <span className="tone-mut">Nothing connects until you say so.</span>
          <span className="dialog-foot-space" />
          <Button variant="quiet" onClick={() => app.shell.close()}>
            Cancel
          </Button>
          <Button variant="primary" disabled={saving || chosen === 0} onClick={() => void save()}>
            {chosen === 0 ? 'Save profiles' : `Save ${formatCounted(chosen, 'profile')}`}
          </Button>
        </>
      }
    >
      <div className="dialog-text">
        <Source source={source} onText={(text) => form.type(text)} onFile={(file) => void form.open(file)} />
        <ReadingState
          reading={opening ? { kind: 'reading' } : reading}
          onPassphrase={(passphrase) => form.unlock(passphrase)}
        />
        {found === null ? null : <Found app={app} found={found} form={form} />}
        {problem === null ? null : (
          <StatusText tone="err" role="alert">
            {escapeUnsafe(problem.message)} {escapeUnsafe(problem.advice)}
          </StatusText>
        )}
      </div>
    </Dialog>
  );
}

/** Anywhere in the window: a file let go beside the dialog would take the page away. */
function useDroppedFile(onFile: (file: File) => void): void {
  const latest = useRef(onFile);
  latest.current = onFile;
  useEffect(() => {
    const over = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file !== undefined) latest.current(file);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('drop', drop);
    };
  }, []);
}

interface SourceProps {
  readonly source: ImportSource;
  readonly onText: (text: string) => void;
  readonly onFile: (file: File) => void;
}

function Source({ source, onText, onFile }: SourceProps) {
  const chooser = (
    <FileButton icon={FolderOpen} onFile={onFile}>
      Choose a file…
    </FileButton>
  );
  if (source.kind === 'file') {
    return (
      <div className="import-source">
        {chooser}
        <span className="cut">
          <bdi>{escapeUnsafe(source.name)}</bdi> <span className="tone-mut">{formatBytes(source.size)}</span>
        </span>
        <Button variant="quiet" onClick={() => onText('')}>
          Paste text instead
        </Button>
      </div>
    );
  }
  return (
    <>
      <p>
        Choose or drop a file: the settings.json of MQTT Explorer, an export of MQTTX or of Topicscope. Or
        paste addresses such as <span className="mono">mqtts://ops@broker.example:8883</span>, one a line, or{' '}
        <span className="mono">mosquitto_sub</span> and <span className="mono">mosquitto_pub</span> commands.
      </p>
      <textarea
        className="input input-mono import-box"
        rows={5}
        aria-label="Addresses, commands or the text of a file"
        spellCheck={false}
        value={source.text}
        placeholder={'mqtts://ops@broker.plant.example:8883\nmosquitto_sub -h gateway.local -t "plant/#" -v'}
        onChange={(event) => onText(event.target.value)}
      />
      <div>{chooser}</div>
    </>
  );
}

interface ReadingStateProps {
  readonly reading: Reading;
  readonly onPassphrase: (passphrase: string) => void;
}

function ReadingState({ reading, onPassphrase }: ReadingStateProps) {
  switch (reading.kind) {
    case 'needs-passphrase':
      return <PassphraseForm problem={reading.problem} onPassphrase={onPassphrase} />;
    case 'unreadable':
      return (
        <StatusText tone="err" role="alert">
          {escapeUnsafe(reading.problem.message)} {escapeUnsafe(reading.problem.advice)}
        </StatusText>
      );
    default:
      return null;
  }
}

interface PassphraseFormProps {
  readonly problem: Failure | null;
  readonly onPassphrase: (passphrase: string) => void;
}

function PassphraseForm({ problem, onPassphrase }: PassphraseFormProps) {
  const [text, setText] = useState('');
  return (
    <form
      className="import-passphrase"
      onSubmit={(event) => {
        event.preventDefault();
        if (text !== '') onPassphrase(text);
      }}
    >
      <SecretField
        label="Passphrase"
        reveals="passphrase"
        autoFocus
        value={text}
        hint="The file holds secrets. It opens with the passphrase given when it was exported."
        error={problem === null ? null : `${problem.message} ${problem.advice}`}
        onChange={setText}
      />
      <Button type="submit" disabled={text === ''}>
        Open
      </Button>
    </form>
  );
}

interface FoundProps {
  readonly app: AppState;
  readonly found: FoundImport;
  readonly form: ImportForm;
}

function Found({ app, found, form }: FoundProps) {
  const { choices, folder } = useStore(form.store);
  const choose = useCallback((index: number, choice: Choice) => form.choose(index, choice), [form]);
  return (
    <>
      <FoundWords found={found} />
      <ImportList
        app={app}
        entries={found.entries}
        choices={choices}
        onChoose={choose}
        onChooseAll={(chosen) => form.chooseAll(chosen)}
      />
      {found.entries.length === 0 ? null : (
        <TextField
          label="Put them into the folder"
          value={folder}
          maxLength={150}
          placeholder="none: as in the list above"
          onChange={(text) => form.putInto(text)}
        />
      )}
    </>
  );
}

function FoundWords({ found }: { readonly found: FoundImport }) {
  const { entries, format, notes } = found;
  return (
    <div role="status" aria-label="Import">
      <p>
        Read as {FORMATS[format]}: {formatCounted(entries.length, 'profile')}.
      </p>
      {notes.map((note, index) => (
        <StatusText key={index} tone="warn">
          {escapeUnsafe(note)}
        </StatusText>
      ))}
    </div>
  );
}

function Saved({ app, saved, left, secrets }: SavedImport & { readonly app: AppState }) {
  return (
    <Dialog
      open
      title="Import connections"
      onClose={() => app.shell.close()}
      footer={
        <>
          <span className="dialog-foot-space" />
          <Button variant="primary" onClick={() => app.shell.close()}>
            Done
          </Button>
        </>
      }
    >
      <div className="dialog-text">
        <StatusText tone="ok" role="status" label="Import">
          Saved {formatCounted(saved, 'profile')}
          {left <= 0 ? '' : `, left out ${left}`}. Nothing is connected, and none connects by itself.
        </StatusText>
        {secrets ? <SecretsNote app={app} /> : null}
      </div>
    </Dialog>
  );
}
