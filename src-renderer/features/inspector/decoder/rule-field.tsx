import { useState } from 'react';
import { useStore } from 'zustand';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { DecodedReader } from '../../../state/decoding/decoded-reader.ts';
import { stepOf } from '../../../state/decoding/decoded-reader.ts';
import type { DecoderRulesStore } from '../../../state/decoding/decoder-rules.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/field.tsx';

interface RuleFieldProps {
  readonly reader: DecodedReader;
  readonly rules: DecoderRulesStore;
  /** Of the selected topic, as it may be typed; what the field begins with. */
  readonly topic: string;
}

/** Keeps the chain that is shown as the rule for all topics of a filter. */
export function RuleField({ reader, rules, topic }: RuleFieldProps) {
  const { shown, chosen } = useStore(reader.store);
  const { rules: known, where } = useStore(rules.store);
  const by = shown?.decoded.by;
  // What decides is known once the message is decoded, which may be after the field is there.
  const [typed, setTyped] = useState<string | null>(null);
  const filter = typed ?? (by?.kind === 'rule' ? by.filter : topic);
  const [said, setSaid] = useState<string | null>(null);
  const [problem, setProblem] = useState<Failure | null>(null);
  const chain = chosen ?? shown?.decoded.stages.map(stepOf) ?? null;
  const isKnown = known.some((rule) => rule.filter === filter);
  const works = chain !== null && chain.length > 0 && shown?.decoded.failure === null;
  const put = async (next: typeof chain, done: string): Promise<void> => {
    const failure = await rules.set(filter, next);
    setTyped(filter);
    setProblem(failure);
    setSaid(failure === null ? done : null);
    // What is chosen by now may be for another topic.
    if (failure === null && reader.store.getState().chosen === chosen) reader.choose(null);
  };
  return (
    <>
      <div className="decoder-rule">
        <TextField
          label="Always for"
          value={filter}
          mono
          maxLength={65_535}
          error={problem?.message}
          onChange={(next) => {
            setTyped(next);
            setProblem(null);
            setSaid(null);
          }}
        />
        <Button
          disabled={!works}
          title={works ? undefined : 'First choose a decoder that reads this message'}
          onClick={() => void put(chain, 'Rule saved.')}
        >
          Use always
        </Button>
        {isKnown ? (
          <Button variant="quiet" onClick={() => void put(null, 'Rule removed.')}>
            Remove rule
          </Button>
        ) : null}
      </div>
      <p className="decoder-said" role="status">
        {said ?? ''} {whereWords(where)}
      </p>
    </>
  );
}

export function whereWords(where: 'profile' | 'memory' | null): string {
  if (where === 'profile') return 'Kept in this profile.';
  return where === 'memory' ? 'This connection has no profile: kept until Topicscope ends.' : '';
}
