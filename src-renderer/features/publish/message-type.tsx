import { useEffect, useState } from 'react';
import { FilePlus } from 'lucide-react';
import { useStore } from 'zustand';
import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';
import { createSchemas, schemaSuggestions, type SchemasStore } from '../../state/decoding/schemas.ts';
import type { Publishing } from '../../state/publish/publish-drafts.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { TextField } from '../../ui/controls/field.tsx';
import { FileButton } from '../../ui/controls/file-button.tsx';
import './message-type.css';

interface MessageTypeProps {
  readonly session: ConnectionSession;
  readonly publishing: Publishing;
}

/** `textbox` "Protobuf message": what the JSON is sent as, out of the `.proto` files that are kept. */
export function MessageType({ session, publishing }: MessageTypeProps) {
  const [schemas, setSchemas] = useState<SchemasStore | null>(null);
  useEffect(() => {
    const made = createSchemas(session);
    setSchemas(made);
    return () => made.close();
  }, [session]);
  return schemas === null ? (
    <div className="pub-type" />
  ) : (
    <Fields schemas={schemas} publishing={publishing} />
  );
}

function Fields({
  schemas,
  publishing,
}: {
  readonly schemas: SchemasStore;
  readonly publishing: Publishing;
}) {
  const message = useStore(publishing.store, ({ draft }) => draft.message ?? '');
  const { files } = useStore(schemas.store);
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <div className="pub-type">
      <TextField
        label="Protobuf message"
        hideLabel
        mono
        className="pub-type-name"
        placeholder="package.Message"
        maxLength={1_000}
        value={message}
        suggestions={schemaSuggestions(files).protobuf}
        onChange={(next) => publishing.setMessage(next)}
      />
      <FileButton
        icon={FilePlus}
        small
        accept=".proto"
        onFile={(file) => void schemas.addFile(file).then((failure) => setProblem(failure?.message ?? null))}
      >
        Add .proto file…
      </FileButton>
      {problem === null ? null : (
        <span role="note" className="tone-warn cut">
          {escapeUnsafe(problem)}
        </span>
      )}
    </div>
  );
}
