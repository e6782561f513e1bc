import { escapeUnsafe, shortened } from '../../../../src-main/core/payload/visible.ts';
import { useState } from 'react';
import { FilePlus, X } from 'lucide-react';
import { useStore } from 'zustand';
import { isProtoFile, type SchemasStore } from '../../../state/decoding/schemas.ts';
import { FileButton } from '../../../ui/controls/file-button.tsx';
import { IconButton } from '../../../ui/controls/button.tsx';

interface SchemaListProps {
  readonly schemas: SchemasStore;
  readonly format: 'protobuf' | 'avro';
  /** A file was added; what is in it is known a moment later. */
  readonly onAdded: (name: string) => void;
}

/** The files that messages can be chosen from, and a button that adds one. */
export function SchemaList({ schemas, format, onAdded }: SchemaListProps) {
  const { files } = useStore(schemas.store);
  const [problem, setProblem] = useState<string | null>(null);
  const isProto = format === 'protobuf';
  const shown = files.filter((file) => isProtoFile(file) === isProto);
  const add = async (file: File): Promise<void> => {
    const failure = await schemas.addFile(file);
    setProblem(failure?.message ?? null);
    if (failure === null) onAdded(file.name);
  };
  return (
    <div className="decoder-schemas">
      <ul aria-label="Schema files">
        {shown.map(({ name, types, problem: wrong }) => (
          <li key={name}>
            <span className="mono cut">{escapeUnsafe(name)}</span>
            <span className={wrong === null ? 'decoder-said' : 'decoder-failure'}>
              {shortened(escapeUnsafe(wrong?.message ?? types.join(', ')))}
            </span>
            <IconButton small label={`Remove ${name}`} icon={X} onClick={() => void schemas.remove(name)} />
          </li>
        ))}
      </ul>
      <FileButton
        icon={FilePlus}
        accept={isProto ? '.proto' : '.avsc,.json'}
        onFile={(file) => void add(file)}
      >
        {isProto ? 'Add .proto file…' : 'Add schema…'}
      </FileButton>
      {problem === null ? null : <p className="decoder-failure">{escapeUnsafe(problem)}</p>}
    </div>
  );
}
