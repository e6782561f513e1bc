import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import { useState } from 'react';
import { FilePlus, X } from 'lucide-react';
import { useStore } from 'zustand';
import type { SchemasStore } from '../../../state/decoding/schemas.ts';
import { FileButton } from '../../../ui/controls/file-button.tsx';
import { IconButton } from '../../../ui/controls/button.tsx';

interface SchemaListProps {
  readonly schemas: SchemasStore;
  readonly format: 'protobuf' | 'avro';
}

const MAX_CHARS = 1_000_000;

/** The files that messages can be chosen from, and a button that adds one. */
export function SchemaList({ schemas, format }: SchemaListProps) {
  const { files } = useStore(schemas.store);
  const [problem, setProblem] = useState<string | null>(null);
  const isProto = format === 'protobuf';
  const shown = files.filter(({ name }) => name.toLowerCase().endsWith('.proto') === isProto);
  const add = async (file: File): Promise<void> => {
    if (file.size > MAX_CHARS)
      return setProblem(`${escapeUnsafe(file.name)} is larger than 1 MB: that is no schema.`);
    const failure = await schemas.add(file.name, await file.text());
    setProblem(failure?.message ?? null);
  };
  return (
    <div className="decoder-schemas">
      <ul aria-label="Schema files">
        {shown.map(({ name, types, problem: wrong }) => (
          <li key={name}>
            <span className="mono cut">{escapeUnsafe(name)}</span>
            <span className={wrong === null ? 'decoder-said' : 'decoder-failure'}>
              {escapeUnsafe(wrong?.message ?? types.join(', '))}
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

/** What can be typed as the option of a decoder that needs a schema. */
export function schemaSuggestions(
  files: readonly { readonly name: string; readonly types: readonly string[] }[],
): Readonly<Record<'protobuf' | 'avro', readonly string[]>> {
  const isProto = ({ name }: { readonly name: string }) => name.toLowerCase().endsWith('.proto');
  return {
    protobuf: files.filter(isProto).flatMap(({ types }) => types),
    avro: files.filter((file) => !isProto(file)).map(({ name }) => name),
  };
}
