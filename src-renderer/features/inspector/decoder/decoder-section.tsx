import { useStore } from 'zustand';
import { topicText } from '../../../../src-main/core/topics/names.ts';
import { schemaSuggestions } from '../../../state/decoding/schemas.ts';
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
  const topic = topicText(topicKey);
  return (
    <DecoderRegion id={id} reader={reader} suggestions={schemaSuggestions(files)}>
      {last === 'protobuf' || last === 'avro' ? <SchemaList schemas={schemas} format={last} /> : null}
      {topic === null ? null : <RuleField key={topicKey} reader={reader} rules={rules} topic={topic} />}
    </DecoderRegion>
  );
}
