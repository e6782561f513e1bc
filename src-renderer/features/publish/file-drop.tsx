import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';
import { useState, type DragEvent, type ReactNode } from 'react';
import { FileUp } from 'lucide-react';
import { isFailure } from '../../state/engine/call-engine.ts';
import { LATE, Latest } from '../../state/engine/latest.ts';
import { readFile } from '../../state/browser/read-file.ts';
import { MAX_PAYLOAD_BYTES, type PayloadFile } from '../../state/publish/payload-format.ts';
import { formatBytes } from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';
import { FileButton } from '../../ui/controls/file-button.tsx';
import './file-drop.css';

/** Reads the file that was chosen or dropped last, and says why it could not be read. */
function useTaken(onFile: (file: PayloadFile) => void) {
  const [problem, setProblem] = useState<string | null>(null);
  const [latest] = useState(() => new Latest());
  const take = async (file: File) => {
    const read = await latest.answer(() => readFile(file, MAX_PAYLOAD_BYTES));
    if (read === LATE) return;
    if (isFailure(read)) return setProblem(`${read.message} ${read.advice}`);
    setProblem(null);
    onFile({ name: file.name, bytes: read.bytes });
  };
  return { problem, take: (file: File) => void take(file) };
}

interface FileDropProps {
  readonly onFile: (file: PayloadFile) => void;
  readonly children: ReactNode;
}

/** A file that is dropped here becomes the payload. */
export function FileDrop({ onFile, children }: FileDropProps) {
  const [over, setOver] = useState(false);
  const { problem, take } = useTaken(onFile);
  const holdsFile = (event: DragEvent) => event.dataTransfer.types.includes('Files');
  return (
    <div
      className="pub-drop"
      data-over={over ? '' : undefined}
      onDragOver={(event) => {
        if (!holdsFile(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        const [file] = event.dataTransfer.files;
        if (file === undefined) return;
        event.preventDefault();
        take(file);
      }}
    >
      {children}
      {problem === null ? null : (
        <p role="alert" className="pub-drop-problem">
          {problem}
        </p>
      )}
    </div>
  );
}

/** In the place of the text: which bytes are the payload. */
export function ChosenFile({ file, onFile }: Pick<FileDropProps, 'onFile'> & { file: PayloadFile | null }) {
  const { problem, take } = useTaken(onFile);
  return (
    <div className="pub-file" data-payload-field tabIndex={-1}>
      <Icon of={FileUp} size={16} className="tone-mut" />
      {file === null ? (
        <span className="tone-mut">No file yet. Choose one, or drop it here.</span>
      ) : (
        <span className="cut">
          <bdi>{escapeUnsafe(file.name)}</bdi>{' '}
          <span className="tone-mut">{formatBytes(file.bytes.length)}, sent as it is</span>
        </span>
      )}
      <FileButton onFile={take}>Choose file…</FileButton>
      {problem === null ? null : (
        <p role="alert" className="pub-drop-problem">
          {problem}
        </p>
      )}
    </div>
  );
}
