import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { topicText } from '../../../../src-main/core/topics/names.ts';
import { schemaSuggestions, type KnownSchema } from '../../../state/decoding/schemas.ts';
import type { Decoding } from './decoding.ts';
import { DecoderRegion } from './decoder-region.tsx';
import { RuleField } from './rule-field.tsx';
import { SchemaList } from './schema-list.tsx';

interface DecoderSectionProps {
  readonly id: string;
  readonly decoding: Decoding;
  readonly topicKey: string;
}

/** The region below the message line. */
export function DecoderSection({ id, decoding, topicKey }: DecoderSectionProps) {
  const { reader, rules, schemas } = decoding;
  const { chosen } = useStore(reader.store);
  const { files } = useStore(schemas.store);
  const last = chosen?.at(-1)?.decoder;
  const takeAdded = useTakenWhenAdded(decoding, files);
  const topic = topicText(topicKey);
  return (
    <DecoderRegion id={id} reader={reader} suggestions={schemaSuggestions(files)}>
      {last === 'protobuf' || last === 'avro' ? (
        <SchemaList schemas={schemas} format={last} onAdded={takeAdded} />
      ) : null}
      {topic === null ? null : <RuleField key={topicKey} reader={reader} rules={rules} topic={topic} />}
    </DecoderRegion>
  );
}

/** A file that is added where none was chosen is what the message is to be read by. */
function useTakenWhenAdded({ reader }: Decoding, files: readonly KnownSchema[]): (name: string) => void {
  const [added, setAdded] = useState<string | null>(null);
  useEffect(() => {
    const file = files.find(({ name }) => name === added);
    if (file === undefined) return;
    setAdded(null);
    const step = reader.store.getState().chosen?.at(-1);
    if (step?.option !== '' || (step.decoder !== 'protobuf' && step.decoder !== 'avro')) return;
    const [option] = schemaSuggestions([file])[step.decoder];
    if (option !== undefined) reader.choose({ decoder: step.decoder, option });
  }, [added, files, reader]);
  return setAdded;
}
