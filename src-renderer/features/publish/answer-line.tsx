import { useStore } from 'zustand';
import type { Publishing } from '../../state/publish/publish-drafts.ts';
import { Checkbox, TextField } from '../../ui/controls/field.tsx';
import './answer-line.css';

interface AnswerLineProps {
  readonly publishing: Publishing;
  /** A message can say where its answer is to go. */
  readonly mqtt5: boolean;
}

/** `checkbox` "Expect an answer": how long, and by which rule where the message does not say it itself. */
export function AnswerLine({ publishing, mqtt5 }: AnswerLineProps) {
  const { answer, properties } = useStore(publishing.store, (state) => state.draft);
  const byRule = !mqtt5 || properties.responseTopic.length === 0;
  return (
    <div className="pub-line pub-answer">
      <Checkbox
        label="Expect an answer"
        checked={answer.expected}
        onChange={(expected) => publishing.setAnswer({ expected }, mqtt5)}
      />
      {answer.expected ? (
        <>
          <span aria-hidden>within</span>
          <TextField
            label="Wait for the answer (s)"
            hideLabel
            className="pub-answer-within"
            value={answer.within}
            onChange={(within) => publishing.setAnswer({ within }, mqtt5)}
          />
          <span aria-hidden>s</span>
          {byRule ? (
            <TextField
              label="Rule for the topic of the answer"
              hideLabel
              mono
              className="pub-answer-rule"
              placeholder="cmnd/… → stat/…"
              value={answer.rule}
              onChange={(rule) => publishing.setAnswer({ rule }, mqtt5)}
            />
          ) : (
            <span className="cut">on the response topic</span>
          )}
        </>
      ) : null}
    </div>
  );
}
