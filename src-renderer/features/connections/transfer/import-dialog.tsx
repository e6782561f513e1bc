import { useEffect, useRef, useState } from 'react';
import { FolderOpen } from 'lucide-react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ImportFormat } from '../../../../src-main/contract/profiles/transfer.ts';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { callEngine, isFailure } from '../../../state/engine/call-engine.ts';
import { LATE, Latest } from '../../../state/engine/latest.ts';
import { readImportFile } from '../../../state/browser/read-import-file.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/feedback/dialog.tsx';
import { TextField } from '../../../ui/controls/field.tsx';
import { FileButton } from '../../../ui/controls/file-button.tsx';
import { formatBytes, formatCounted } from '../../../ui/base/format.ts';
import { SecretField } from '../../../ui/controls/secret-field.tsx';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import { askedFor, chosenOf } from './import-entries.ts';
import { ImportList } from './import-list.tsx';
import { SecretsNote } from '../base/secrets-note.tsx';
import { useImport, type FoundImport, type ImportSource, type Reading } from './use-import.ts';
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
  const reader = useImport(app);
  const { source, reading, choices } = reader;
  const [folder, setFolder] = useState('');
  const [problem, setProblem] = useState<Failure | null>(null);
  const [saving, setSaving] = useState(false);
  const [saved, setSaved] = useState<Outcome | null>(null);

  const { opening, take, drop } = useFile(reader.setSource, setProblem);
  useDroppedFile((file) => void take(file));
  const found = reading.kind === 'found' && !opening ? reading.found : null;
  const chosen = chosenOf(found?.entries ?? [], choices);
  const save = async () => {
    if (found === null) return;
    setSaving(true);
    const entries = askedFor(chosen, choices, folder);
    const answer = await callEngine(() => app.engine.call('importProfiles', { id: found.id, entries }));
    setSaving(false);
    if (isFailure(answer)) return setProblem(answer);
    const [first] = answer.ids;
    if (app.connections.selected() === null && first !== undefined) {
      app.connections.select({ kind: 'profile', id: first });
    }
    setSaved({
      saved: answer.ids.length,
      left: found.entries.length - answer.ids.length,
      secrets: chosen.some(({ hasPassword }) => hasPassword),
    });
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
          <Button variant="primary" disabled={saving || chosen.length === 0} onClick={() => void save()}>
            {chosen.length === 0 ? 'Save profiles' : `Save ${formatCounted(chosen.length, 'profile')}`}
          </Button>
        </>
      }
    >
      <div className="dialog-text">
        <Source
          source={source}
          onText={(text) => {
            // Also over a file that is still read.
            drop();
            setProblem(null);
            reader.setSource({ kind: 'text', text });
          }}
          onFile={(file) => void take(file)}
        />
        <ReadingState reading={opening ? { kind: 'reading' } : reading} onPassphrase={reader.openWith} />
        {found === null ? null : (
          <Found app={app} found={found} reader={reader} folder={folder} onFolder={setFolder} />
        )}
        {problem === null ? null : (
          <StatusText tone="err" role="alert">
            {escapeUnsafe(problem.message)} {escapeUnsafe(problem.advice)}
          </StatusText>
        )}
      </div>
    </Dialog>
  );
}

/** Reads the file that was given last. `drop`: none is wanted any more. */
function useFile(onSource: (source: ImportSource) => void, onProblem: (problem: Failure | null) => void) {
  const [opening, setOpening] = useState(false);
  const [latest] = useState(() => new Latest());
  const take = async (file: File) => {
    onProblem(null);
    setOpening(true);
    const read = await latest.answer(() => readImportFile(file));
    if (read === LATE) return;
    setOpening(false);
    if (read.kind === 'failed') return onProblem(read);
    onSource({ kind: 'file', name: file.name, size: file.size, bytes: read.bytes });
  };
  const drop = () => {
    latest.drop();
    setOpening(false);
  };
  return { opening, take, drop };
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
  readonly reader: ReturnType<typeof useImport>;
  readonly folder: string;
  readonly onFolder: (folder: string) => void;
}

function Found({ app, found, reader, folder, onFolder }: FoundProps) {
  return (
    <>
      <FoundWords found={found} />
      <ImportList
        app={app}
        entries={found.entries}
        choices={reader.choices}
        onChoose={reader.choose}
        onChooseAll={reader.chooseAll}
      />
      {found.entries.length === 0 ? null : (
        <TextField
          label="Put them into the folder"
          value={folder}
          maxLength={150}
          placeholder="none: as in the list above"
          onChange={onFolder}
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

interface Outcome {
  readonly saved: number;
  readonly left: number;
  /** Passwords came with them. */
  readonly secrets: boolean;
}

function Saved({ app, saved, left, secrets }: Outcome & { readonly app: AppState }) {
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
